"""How many threads a project is worked through with."""

from __future__ import annotations

import duckdb
import pytest

from etl.work import MANY_ROWS, use_threads_that_pay


@pytest.mark.parametrize(("rows", "expected"), [(MANY_ROWS - 1, 1), (MANY_ROWS, 2)])
def test_few_rows_get_one_thread_and_many_keep_theirs(rows: int, expected: int) -> None:
    with duckdb.connect() as con:
        con.execute("SET threads = 2")
        use_threads_that_pay(con, rows)
        assert con.execute("SELECT current_setting('threads')").fetchone() == (expected,)
