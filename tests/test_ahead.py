"""What is prepared beside the reading is made where it is needed if it was not made here: nothing hangs on it but time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from etl import ahead, pipeline
from etl.project import Project
from etl.publish import empty
from etl.work import working

if TYPE_CHECKING:
    from pathlib import Path


def test_the_empty_database_is_made_and_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty, "_MADE", {})
    for name in ("empty.duckdb", "empty.duckdb.wal"):
        (tmp_path / name).write_text("half of one, from a run that was killed")
    with duckdb.connect() as con:
        ahead.prepare(con, tmp_path)
        assert list(tmp_path.iterdir()) == []
        [made] = empty._MADE.values()
        empty.write_empty(con, tmp_path / "written.duckdb")
    assert (tmp_path / "written.duckdb").read_bytes() == made


@pytest.mark.parametrize("failure", [OSError("no room"), duckdb.IOException("no room"), ImportError("no such module")])
def test_preparations_that_fail_stop_nobody(failure: Exception, small_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fail(_con: object, folder: Path) -> None:
        asked.append(folder)
        raise failure

    monkeypatch.setattr(ahead, "prepare", fail)
    project = Project(small_project)
    with working(project, date(2026, 1, 1), None) as work:
        with pipeline._loading_ahead(work):
            pass
        assert work.con.execute("SELECT 1").fetchall() == [(1,)]
    assert asked == [project.stage]


def test_a_slip_in_the_preparations_is_no_secret(small_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slip(_con: object, _folder: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ahead, "prepare", slip)
    with working(Project(small_project), date(2026, 1, 1), None) as work, pytest.raises(ZeroDivisionError), pipeline._loading_ahead(work):
        pass
