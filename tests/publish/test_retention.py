"""Old snapshots go by number and age; never the current one, never one that is being read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etl.project import Project, Retention, Settings
from etl.publish.history import RunRecord, read_history
from etl.publish.retention import Retired, outdated, retire
from etl.publish.snapshot import Manifest, Snapshot, current_snapshot, list_snapshots, rollback

if TYPE_CHECKING:
    from types import ModuleType

NOW = datetime(2025, 1, 11, tzinfo=UTC)
READ = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.read()
con.execute("FROM observations").fetchall()
"""


def ten_days() -> tuple[Snapshot, ...]:
    """One snapshot a day, the oldest first."""
    runs = [RunRecord(f"d{day:02d}", f"2025-01-{day:02d}T12:00:00+00:00", "2025-01-01", "test", "published", "0") for day in range(1, 11)]
    return tuple(Snapshot(folder=Path(run.run_id), manifest=Manifest(schema_version=1, run=run, files=())) for run in runs)


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        (Retention(keep=10), 0),
        (Retention(keep=20), 0),
        (Retention(keep=3), 7),
        (Retention(keep=1), 9),
        (Retention(keep=3, days=5), 5),  # those beyond the third that are younger than five days stay
        (Retention(keep=8, days=2), 2),  # the newest eight stay however old they are
        (Retention(keep=1, days=365), 0),
    ],
    ids=str,
)
def test_a_snapshot_goes_when_it_is_beyond_the_number_and_beyond_the_age(rule: Retention, gone: int) -> None:
    assert [snapshot.run_id for snapshot in outdated(ten_days(), rule, now=NOW)] == [f"d{day:02d}" for day in range(1, gone + 1)]


def test_a_time_without_a_zone_is_utc() -> None:
    first = ten_days()[0]
    run = replace(first.manifest.run, started_at="2025-01-01T12:00:00")
    old = (replace(first, manifest=replace(first.manifest, run=run)), *ten_days()[1:])
    assert len(outdated(old, Retention(keep=1, days=1), now=NOW)) == 9


@pytest.fixture(scope="module")
def published(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three published runs. Nobody writes into it."""
    root = tmp_path_factory.mktemp("three")
    for run_id in ("run1", "run2", "run3"):
        working.publish(Project(root), run_id, retiring=False)
    return root


@pytest.fixture
def three(published: Path, tmp_path: Path) -> Project:
    """Three published runs, of which the settings keep one."""
    root = shutil.copytree(published, tmp_path / "three", symlinks=True)
    return Project(root, settings=Settings(retention=Retention(keep=1)))


def test_what_goes_is_gone_whole_and_its_run_stays_in_the_history(three: Project) -> None:
    assert retire(three, now=NOW) == Retired(removed=("run1", "run2"), held=())
    assert [path.name for path in three.snapshots.iterdir()] == ["run3"]
    assert [run.run_id for run in read_history(three).runs] == ["run1", "run2", "run3"]


def test_the_current_snapshot_stays_however_old_it_is(three: Project) -> None:
    rollback(three, "run1", now="2025-01-11T00:00:00+00:00")
    assert retire(three, now=NOW).removed == ("run2",)
    current = current_snapshot(three)
    assert current is not None
    assert current.run_id == "run1"


def test_a_snapshot_that_is_being_read_stays_until_its_reader_ends(three: Project) -> None:
    file = three.snapshots / "run1" / "ansinh.duckdb"
    with subprocess.Popen([sys.executable, "-c", READ, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        assert retire(three, now=NOW) == Retired(removed=("run2",), held=("run1",))
        reader.communicate("")
    assert reader.returncode == 0, "its file was there to the end"
    assert retire(three, now=NOW) == Retired(removed=("run1",), held=())
    assert [snapshot.run_id for snapshot in list_snapshots(three)] == ["run3"]


def test_who_comes_in_at_the_last_moment_keeps_the_snapshot(three: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True, False, False])  # free when asked, held after the rename; then one that is free
    monkeypatch.setattr("etl.publish.snapshot.is_held", lambda _: next(answers))
    assert retire(three, now=NOW) == Retired(removed=("run2",), held=("run1",))
    assert {path.name for path in three.snapshots.iterdir()} == {"run1", "run3"}
