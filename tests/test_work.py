"""How many threads a project is worked through with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

import etl.work
from etl.pipeline import ingest
from etl.project import open_project
from etl.work import use_threads_that_pay, working

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 1, 1)


@pytest.mark.parametrize(("many", "expected"), [(59, 1), (58, 2)])
def test_few_figures_get_one_thread_and_many_keep_theirs(project: Path, monkeypatch: pytest.MonkeyPatch, many: int, expected: int) -> None:
    opened = open_project(project, start=project)
    assert ingest(opened, evaluated_on=DAY) == (2, 58)
    monkeypatch.setattr(etl.work, "MANY_ROWS", many)
    with working(opened, DAY, None) as work:
        work.con.execute("SET threads = 2")
        use_threads_that_pay(work)
        assert work.con.execute("SELECT current_setting('threads')").fetchone() == (expected,)
