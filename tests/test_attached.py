"""Several databases, several connections: the same names everywhere, answers in order, nothing left behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.attached import another, look_up, one_transaction, quoted, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Working tables in memory, what is kept in another database behind them."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS kept; CREATE SCHEMA kept.out; CREATE TABLE kept.main.raw AS SELECT 7 AS n")
        look_up(connection, "memory.main,kept.main,kept.out")
        yield connection


def test_a_second_connection_looks_names_up_where_the_first_does(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE working AS SELECT n + 1 AS n FROM raw; CREATE TABLE out.told AS FROM working; CREATE TEMP TABLE mine AS SELECT 1")
    with another(con) as beside:
        assert beside.execute("SELECT raw.n, working.n, told.n FROM raw, working, out.told").fetchall() == [(7, 8, 8)]
        with pytest.raises(duckdb.CatalogException):
            beside.execute("FROM mine")


def test_without_places_of_its_own_a_connection_looks_in_the_usual_one() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE here AS SELECT 1 AS n")
        with another(con) as beside:
            assert beside.execute("FROM here").fetchall() == [(1,)]
        con.execute("ATTACH ':memory:' AS other")
        look_up(con, "other.main")
        with pytest.raises(duckdb.CatalogException):
            con.execute("FROM here")
        look_up(con, "")
        assert con.execute("FROM here").fetchall() == [(1,)]


def test_answers_come_in_the_order_of_the_tasks_and_two_are_done_at_a_time(con: duckdb.DuckDBPyConnection) -> None:
    together = threading.Barrier(2, timeout=30)

    def work(hand: duckdb.DuckDBPyConnection, task: int) -> int:
        if task < 2:
            together.wait()
        ((found,),) = hand.execute("SELECT n * $1 FROM raw", [task]).fetchall()
        return int(found)

    assert list(side_by_side(con, range(40), work)) == [7 * task for task in range(40)]


def test_no_two_tasks_share_a_connection(con: duckdb.DuckDBPyConnection) -> None:
    def work(hand: duckdb.DuckDBPyConnection, task: int) -> bool:
        hand.execute("CREATE OR REPLACE TEMP TABLE mine AS SELECT $1 AS n", [task])
        return hand.execute("FROM mine").fetchall() == [(task,)]

    assert all(side_by_side(con, range(100), work))


def test_the_first_task_that_fails_is_the_one_that_is_told(con: duckdb.DuckDBPyConnection) -> None:
    def work(_: duckdb.DuckDBPyConnection, task: int) -> int:
        return 10 // (task - 3) if task < 5 else 10 // (task - 7)

    answers = side_by_side(con, range(20), work)
    assert [next(answers) for _ in range(3)] == [-4, -5, -10]
    with pytest.raises(ZeroDivisionError):
        next(answers)
    assert con.execute("FROM raw").fetchall() == [(7,)]


def test_whoever_stops_waits_for_nothing_that_has_not_begun(con: duckdb.DuckDBPyConnection) -> None:
    begun: list[int] = []
    first_is_asked_for = threading.Event()

    def work(_: duckdb.DuckDBPyConnection, task: int) -> int:
        begun.append(task)
        if task:
            first_is_asked_for.wait(timeout=30)
        return task

    answers = side_by_side(con, range(1000), work)
    assert next(answers) == 0
    threading.Timer(0.2, first_is_asked_for.set).start()
    answers.close()
    assert len(begun) <= 4
    assert con.execute("FROM raw").fetchall() == [(7,)]


def test_many_changes_are_one_or_none(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.ConversionException), one_transaction(con):
        con.execute("CREATE TABLE gone AS SELECT 1; SELECT 'word'::INTEGER")
    with pytest.raises(duckdb.CatalogException):
        con.execute("FROM gone")
    with one_transaction(con):
        con.execute("CREATE TABLE there AS SELECT 1 AS n")
    assert con.execute("FROM there").fetchall() == [(1,)]


@pytest.mark.parametrize("text", ["", "plain", "it's", "''", "a\\b", "ổ đĩa"])
def test_a_text_in_quotes_is_that_text(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert con.execute(f"SELECT {quoted(text)}").fetchall() == [(text,)]
