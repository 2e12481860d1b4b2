"""A crash at any step leaves the old snapshot or the new one, whole; the next run puts everything right."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.errors import WarehouseError
from etl.project import Project, open_project
from etl.publish import faults
from etl.publish.history import read_history
from etl.publish.snapshot import BUILD_PREFIX, RETIRED_PREFIX, current_snapshot, damaged_files, list_snapshots

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

# Reading and the report are no part of publishing: tests/reliability/ runs through all of it.
STEPS = tuple(step for step in faults.STEPS if not step.startswith(("stage.", "report.")))
UNTIL_THE_SWITCH = STEPS[: STEPS.index("publish.switch") + 1]


@pytest.fixture(scope="module")
def template(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose next run meets every step: something to clear up, something to retire."""
    root = tmp_path_factory.mktemp("eventful")
    (root / "ansinh.toml").write_text("[retention]\nkeep = 1\n")
    working.publish(Project(root), "run1")
    (root / "warehouse" / f"{BUILD_PREFIX}run0").mkdir()
    return root


@pytest.fixture
def eventful(template: Path, tmp_path: Path) -> Project:
    root = shutil.copytree(template, tmp_path / "project", symlinks=True)
    return open_project(root, start=root)


def what_readers_see(project: Project) -> tuple[int, int, str]:
    """Rows in the DuckDB file and in the Parquet file, through the fixed links, and the run that the DuckDB file names."""
    with duckdb.connect(project.warehouse / "ansinh.duckdb", read_only=True) as con:
        return con.execute(
            "SELECT (SELECT count(*) FROM observations), (SELECT count(*) FROM read_parquet($file)), (SELECT value FROM meta WHERE key = 'run_id')",
            {"file": str(project.warehouse / "parquet" / "observations.parquet")},
        ).fetchall()[0]


OLD, NEW = (10, 10, "run1"), (11, 11, "run2")


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_leaves_the_old_or_the_new_snapshot(step: str, eventful: Project, working: ModuleType, in_process: Callable[..., Any]) -> None:
    died = in_process(eventful, "run2", "changed", fault=f"{step}:kill")
    assert died.code == -signal.SIGKILL, died.output

    current = current_snapshot(eventful)
    assert current is not None
    assert damaged_files(current) == ()
    what_was_seen = what_readers_see(eventful)
    assert what_was_seen == (OLD if step in (*UNTIL_THE_SWITCH, "clean.delete") else NEW)

    working.publish(eventful, "run3", variant="changed")
    assert what_readers_see(eventful) == (11, 11, "run3")
    assert [snapshot.run_id for snapshot in list_snapshots(eventful)] == ["run3"]
    left = [*eventful.warehouse.glob(f"{BUILD_PREFIX}*"), *eventful.snapshots.glob(f"{RETIRED_PREFIX}*"), *eventful.warehouse.rglob("*.wal")]
    assert left == []
    # The history tells of every run that somebody may have seen, and of no other.
    seen = ["run1"] if what_was_seen == OLD else ["run1", "run2"]
    assert [run.run_id for run in read_history(eventful).runs] == [*seen, "run3"]


@pytest.mark.parametrize(("step", "way"), [*((step, "eio") for step in (*UNTIL_THE_SWITCH, "clean.delete")), ("build.parquet", "enospc")])
def test_a_disk_that_fails_is_told_with_its_reason_and_publishes_nothing(
    step: str, way: str, eventful: Project, working: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "_STEP", step)
    monkeypatch.setattr(faults, "_WAY", way)
    with pytest.raises(WarehouseError) as failed:
        working.publish(eventful, "run2", variant="changed")
    assert failed.value.code == "disk-failed"
    assert failed.value.facts["problem"] in ("Input/output error", "No space left on device")
    assert what_readers_see(eventful) == OLD


def test_without_a_fault_asked_for_a_step_does_nothing() -> None:
    for step in faults.STEPS:
        faults.at(step)


def test_every_step_is_named_once() -> None:
    assert len(set(faults.STEPS)) == len(faults.STEPS)
