"""New, persisting, resolved: told against the snapshot before, and nowhere near the hashed content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from etl.attached import quoted

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def told(folder: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(folder / "ansinh.duckdb", read_only=True) as con:
        return con.execute(query).fetchall()


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_on_the_first_run_every_finding_is_new(working: ModuleType, tmp_path: Path) -> None:
    built = working.build(make(tmp_path / "a"), "run1", rows=working.content())
    assert (built.run.new, built.run.persisting, built.run.resolved) == (3, 0, 0)
    assert told(tmp_path / "a", "SELECT DISTINCT state, first_seen, waived FROM findings") == [("new", "run1", False)]
    assert told(tmp_path / "a", "SELECT first_seen, last_seen FROM quarantine") == [("run1", "run1")]


def test_a_finding_that_stays_keeps_its_first_run_and_one_that_goes_is_counted(working: ModuleType, tmp_path: Path) -> None:
    working.build(make(tmp_path / "a"), "run1", rows=working.content())
    rows = working.content(variant="changed")
    rows["findings"].append(working.finding(9, "G02"))
    built = working.build(make(tmp_path / "b"), "run2", rows=rows, previous=tmp_path / "a" / "ansinh.duckdb")
    assert (built.run.new, built.run.persisting, built.run.resolved) == (1, 2, 1)
    assert told(tmp_path / "b", "SELECT rule, state, first_seen FROM findings ORDER BY rule") == [
        ("C01", "persisting", "run1"),
        ("C07", "persisting", "run1"),
        ("G02", "new", "run2"),
    ]
    assert told(tmp_path / "b", "SELECT first_seen, last_seen FROM quarantine") == [("run1", "run2")]


def test_a_waiver_greys_its_finding_and_changes_no_content(working: ModuleType, tmp_path: Path) -> None:
    plain = working.build(make(tmp_path / "a"), "run1", rows=working.content())
    waived = working.build(make(tmp_path / "b"), "run1", rows=working.content(), waived=(working.uid(1, 3),))
    assert told(tmp_path / "b", "SELECT rule FROM findings WHERE waived") == [("G01",)]
    assert waived.content_id == plain.content_id


def test_a_predecessor_that_cannot_be_read_is_told_and_stops_nothing(working: ModuleType, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.duckdb"
    spoiled.write_bytes(b"no database" * 1000)
    for number, previous in enumerate((spoiled, tmp_path / "missing.duckdb")):
        built = working.build(make(tmp_path / str(number)), "run2", rows=working.content(), previous=previous)
        assert built.previous_problem is not None
        assert built.run.new == 3


def test_a_predecessor_without_these_tables_is_told_too(working: ModuleType, tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "old.duckdb") as con:
        con.execute("CREATE TABLE other (a INTEGER)")
    built = working.build(make(tmp_path / "a"), "run2", rows=working.content(), previous=tmp_path / "old.duckdb")
    assert "findings" in str(built.previous_problem)


def test_the_predecessor_may_be_open_in_this_very_process(working: ModuleType, tmp_path: Path) -> None:
    working.build(make(tmp_path / "a"), "run1", rows=working.content())
    with duckdb.connect(tmp_path / "a" / "ansinh.duckdb", read_only=True):
        built = working.build(make(tmp_path / "b"), "run2", rows=working.content(), previous=tmp_path / "a" / "ansinh.duckdb")
    assert (built.run.persisting, built.previous_problem) == (3, None)


def test_quotes_in_a_text_are_doubled() -> None:
    assert quoted("it's") == "'it''s'"
