"""What one execution holds: its threads, its rules, and the search for garbage that it puts off."""

from __future__ import annotations

import gc
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.errors import RuleFileError
from etl.project import Project
from etl.work import MANY_ROWS, use_threads_that_pay, working

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("rows", "expected"), [(MANY_ROWS - 1, 1), (MANY_ROWS, 2)])
def test_few_rows_get_one_thread_and_many_keep_theirs(rows: int, expected: int) -> None:
    with duckdb.connect() as con:
        con.execute("SET threads = 2")
        use_threads_that_pay(con, rows)
        assert con.execute("SELECT current_setting('threads')").fetchone() == (expected,)


def test_garbage_is_searched_for_again_after_the_work_and_only_where_it_was_before(small_project: Path) -> None:
    for was_searching in (True, False):
        (gc.enable if was_searching else gc.disable)()
        try:
            with working(Project(small_project), date(2026, 1, 1), None):
                assert not gc.isenabled()
            assert gc.isenabled() is was_searching
        finally:
            gc.enable()


def test_a_broken_rule_is_told_when_the_rules_are_asked_for_and_each_time(small_project: Path) -> None:
    (small_project / "rules").mkdir()
    (small_project / "rules" / "own.toml").write_text("[[rule]]\n", encoding="utf-8")
    with working(Project(small_project), date(2026, 1, 1), None) as work:
        for _ in range(2):
            with pytest.raises(RuleFileError):
                _ = work.rules


def test_the_stage_is_free_again_when_the_work_is_done_however_often_it_was_left(small_project: Path) -> None:
    for early in (True, False):
        with working(Project(small_project), date(2026, 1, 1), None) as work:
            file = work.project.stage / "stage.duckdb"
            if early:
                work.leave_stage()
                work.leave_stage()
        with pytest.raises(duckdb.ConnectionException):
            work.con.execute("SELECT 1")
        with duckdb.connect(file, config={"threads": 1}) as again:  # another setting: refused while the stage is open here
            assert again.execute("SELECT count(*) FROM stage_file").fetchone() == (0,)
