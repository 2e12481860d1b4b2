"""A snapshot that an older ansinh published is still read: its history, the state of its findings, its claims."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.errors import WarehouseError
from etl.export import export
from etl.publish.disk import sha256_of
from etl.publish.history import read_history
from etl.publish.snapshot import MANIFEST_NAME, current_snapshot, damaged_files, rollback
from etl.query import run_query, status, trace_id, what_changed
from schemas.tables import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from etl.project import Project

# What version 1 had otherwise: `changes` told of claims alone, and there were no tables of waivers and corrections.
TO_VERSION_1 = """
DROP TABLE waivers;
DROP TABLE corrections;
DROP TABLE changes;
CREATE TABLE changes (observation_id UUID NOT NULL, change VARCHAR NOT NULL, old_text VARCHAR, new_text VARCHAR, old_value DOUBLE, new_value DOUBLE,
                      old_status VARCHAR, new_status VARCHAR, why VARCHAR);
UPDATE meta SET value = '1' WHERE key = 'schema_version';
"""
NOT_IN_VERSION_1 = ("added", "revised", "withdrawn", "previous")


@pytest.fixture
def old(published: Project) -> Project:
    """A project whose only snapshot has the layout of version 1: tables, Parquet files, manifest and history."""
    snapshot = current_snapshot(published)
    assert snapshot is not None
    snapshot.database.chmod(0o644)
    with duckdb.connect(snapshot.database) as con:
        con.execute(TO_VERSION_1)
    for name in ("waivers", "corrections"):
        (snapshot.folder / "parquet" / f"{name}.parquet").unlink()
    path = snapshot.folder / MANIFEST_NAME
    path.chmod(0o644)
    told = json.loads(path.read_text())
    told["schema_version"] = 1
    told["files"] = [
        {"path": file["path"], "size": (snapshot.folder / file["path"]).stat().st_size, "sha256": sha256_of(snapshot.folder / file["path"])}
        for file in told["files"]
        if (snapshot.folder / file["path"]).exists()
    ]
    told["run"] = {name: value for name, value in told["run"].items() if name not in NOT_IN_VERSION_1}
    path.write_text(json.dumps(told))
    published.history.write_text(json.dumps({"event": "run", **told["run"]}) + "\n")
    return published


def test_it_is_whole_and_every_reader_works(old: Project, working: ModuleType) -> None:
    snapshot = current_snapshot(old)
    assert snapshot is not None
    assert (snapshot.manifest.schema_version, damaged_files(snapshot)) == (1, ())
    assert snapshot.manifest.schema_version < SCHEMA_VERSION
    assert run_query(old, "SELECT count(*) AS n FROM observations").column("n")[0].as_py() == 10
    assert trace_id(old, working.uid(5, 2)).kind == "observation"
    told = status(old)
    assert told.last is not None
    assert (told.last.run_id, told.last.added, told.unreadable) == ("run1", None, 0)


def test_the_next_run_knows_its_findings_and_compares_its_claims(old: Project, working: ModuleType) -> None:
    snapshot = working.publish(old, "run2", variant="changed", retiring=False)
    run = snapshot.manifest.run
    assert (run.new, run.persisting, run.resolved, run.added, run.revised, run.withdrawn) == (0, 2, 1, 1, 0, 0)
    assert run_query(old, "SELECT DISTINCT state, first_seen FROM findings").to_pylist() == [{"state": "persisting", "first_seen": "run1"}]
    assert run_query(old, "SELECT first_seen, last_seen FROM quarantine").to_pylist() == [{"first_seen": "run1", "last_seen": "run2"}]
    assert [row["run_id"] for row in run_query(old, "SELECT run_id FROM runs ORDER BY run_id").to_pylist()] == ["run1", "run2"]
    assert [run.run_id for run in read_history(old).runs] == ["run1", "run2"]
    assert what_changed(snapshot)["findings"] == {"new": 0, "persisting": 2, "resolved": 1}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "datapackage"])
def test_an_export_of_it_is_refused_in_a_sentence(kind: str, old: Project, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="schema-older"):
        export(old, kind, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_it_can_be_entered_again(old: Project, working: ModuleType) -> None:
    working.publish(old, "run2", variant="changed", retiring=False)
    assert rollback(old, "run1", now=datetime(2025, 1, 3, tzinfo=UTC).isoformat()).run_id == "run1"
    assert run_query(old, "SELECT count(*) AS n FROM observations").column("n")[0].as_py() == 10
    assert asdict(read_history(old).rollbacks[0])["entered"] == "run1"
