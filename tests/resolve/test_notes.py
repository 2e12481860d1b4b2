"""Tokens of notes: what is obeyed, what is text, and what is meant and not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.resolve.notes import judge_notes, read_notes, token_meant
from etl.resolve.periods import resolve_periods

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def told(con: duckdb.DuckDBPyConnection, *notes: str | None) -> dict[str, tuple[bool, list[str], str]]:
    con.execute("CREATE OR REPLACE TEMP TABLE printed_row (note VARCHAR)")
    con.executemany("INSERT INTO printed_row VALUES ($1)", [[note] for note in notes])
    read_notes(con)
    con.execute("CREATE OR REPLACE TEMP TABLE period_request AS SELECT value AS label, FALSE AS is_school FROM note_token WHERE meant = 'base'")
    resolve_periods(con)
    judge_notes(con)
    query = "SELECT note, has_tokens, faults, reason FROM note_raw JOIN note_known USING (nn)"
    return {note: (has_tokens, faults, reason) for note, has_tokens, faults, reason in con.execute(query).fetchall()}


GOOD = ("list=closed", " list = open ; base=2022", "base=năm 2022", "base=2023-01/2023-06", "order=desc", "context=related", "vs=Việt Nam", "of=growth_target")


@pytest.mark.parametrize("note", GOOD)
def test_a_token_that_is_understood_is_no_fault(note: str, con: duckdb.DuckDBPyConnection) -> None:
    assert told(con, note)[note][:2] == (True, [])


@pytest.mark.parametrize("note", ["so với cùng kỳ", "a = b", "1 + 1 = 2", "tổng = 5; list", "case=đầu kỳ", "lisst=gì đó", "", "="])
def test_what_is_no_token_of_ours_is_text(note: str, con: duckdb.DuckDBPyConnection) -> None:
    has_tokens, faults, _ = told(con, note).get(note, (False, [], ""))
    assert (has_tokens, faults) == (False, [])


@pytest.mark.parametrize(
    ("note", "fault"),
    [
        ("list=close", "list=close"),
        ("list=Closed", "list=Closed"),
        ("list=", "list="),
        ("base=nam truoc", "base=nam truoc"),
        ("base=2022-13; list=open", "base=2022-13"),
        ("ước; order=down", "order=down"),
        ("context=relate", "context=relate"),
        ("lsit=closed", "lsit=closed"),
        ("List=closed", "List=closed"),
        ("bas=2022", "bas=2022"),
    ],
)
def test_a_token_that_is_meant_and_not_understood_is_a_fault(note: str, fault: str, con: duckdb.DuckDBPyConnection) -> None:
    assert told(con, note)[note] == (True, [fault], "unknown-token")


def test_one_key_with_two_values_is_a_fault_and_with_one_value_twice_is_none(con: duckdb.DuckDBPyConnection) -> None:
    both, twice = "list=open; list=closed", "list=open; list=open"
    found = told(con, both, twice, None)
    assert found[both] == (True, ["list=closed", "list=open"], "contradicting-tokens")
    assert con.execute("SELECT tag FROM note_raw ORDER BY note = $1", [both]).fetchall() == [("open",), (None,)]
    assert found[twice][:2] == (True, [])


@pytest.mark.parametrize(
    ("token", "known", "meant"),
    [
        ("list=close", "list=closed|open|overlap|outside", ("list=closed",)),
        ("lsit=closed", "list=closed|open|overlap|outside", ("list=closed",)),
        ("list=xyz", "list=closed|open|overlap|outside", ()),
        ("order=DESC", "order=asc|desc", ("order=desc",)),
        ("Base=2022", "base=2022|2022-Q1|2022-05|2022-12-31|2021/2022", ("base=2022",)),
        ("base=tháng 13/2022", "base=2022|2022-Q1|2022-05|2022-12-31|2021/2022", ("base=2022",)),
        ("base=nam truoc", "base=2022|2022-Q1|2022-05|2022-12-31|2021/2022", ()),
    ],
)
def test_a_fault_is_told_with_what_can_be_written(token: str, known: str, meant: tuple[str, ...]) -> None:
    assert token_meant(token) == (known, meant)
