"""Added, revised, withdrawn; new, resolved: what is different from the snapshot before, and what explains a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.publish.changes import Changes, compare
from etl.publish.snapshot import current_snapshot
from etl.query import run_query, what_changed

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from etl.project import Project

CLAIMS = "SELECT id, change, old_text, new_text, old_value, new_value, why FROM temp.changed WHERE what = 'observation' ORDER BY ALL"


@pytest.fixture
def before(tmp_path: Path, working: ModuleType) -> Path:
    """A published snapshot."""
    (tmp_path / "before").mkdir()
    working.build(tmp_path / "before", "run1", rows=working.content())
    return tmp_path / "before" / "ansinh.duckdb"


def compared(before: Path | None, working: ModuleType, **tables: list[dict[str, Any]]) -> tuple[Changes, list[tuple[Any, ...]]]:
    """The counts against the database before, and its rows about claims: number of the claim, then the columns. Tables not told are as before."""
    with duckdb.connect() as con:
        working.fill_working(con, working.content() | tables)
        told = compare(con, before, now="out")
        found = con.execute(CLAIMS).fetchall()
    return told, [(number.int & 0xFFFF, *rest) for number, *rest in found]


def test_the_same_content_has_not_changed(before: Path, working: ModuleType) -> None:
    assert compared(before, working) == (Changes(new=0, persisting=3, resolved=0, added=0, revised=0, withdrawn=0), [])


def test_claims_that_come_go_or_say_something_else_are_told(before: Path, working: ModuleType) -> None:
    rows = working.observations()
    revised, gone = rows[3], rows.pop(0)
    came = working.observation(99, "trained_labour_rate", "70", 70.0)
    revised.update(text="68,3", obs_value=68.3, lower_bound=68.25, upper_bound=68.35)
    told, found = compared(before, working, observations=[*rows, came])
    assert (told.added, told.revised, told.withdrawn) == (1, 1, 1)
    assert found == [
        (gone["line"], "withdrawn", "52,7", None, 52.7, None, None),
        (revised["line"], "revised", "68,2", "68,3", 68.2, 68.3, None),
        (99, "added", None, "70", None, 70.0, None),
    ]


@pytest.mark.parametrize(("told", "why"), [({"original_text": "68,2"}, "correction"), ({"obs_status": "P"}, None), ({}, None)])
def test_a_revision_is_explained_by_a_correction_or_by_nothing(before: Path, working: ModuleType, told: dict[str, str], why: str | None) -> None:
    rows = working.observations()
    rows[3].update(text="68,3", obs_value=68.3, **told)
    _, [[_, change, *_, found]] = compared(before, working, observations=rows)
    assert (change, found) == ("revised", why)


def test_a_revision_is_explained_by_a_higher_status(before: Path, working: ModuleType) -> None:
    rows = working.observations()  # the first three were suspect
    rows[0].update(text="55,7", obs_value=55.7, obs_status="A")
    _, [[*_, why]] = compared(before, working, observations=rows)
    assert why == "status"


def test_a_claim_of_which_only_the_status_changes_is_not_revised(before: Path, working: ModuleType) -> None:
    rows = working.observations()
    rows[3].update(obs_status="U", is_suspect=True)
    assert compared(before, working, observations=rows)[1] == []


def test_without_a_snapshot_before_everything_is_new_and_nothing_is_told_by_name(working: ModuleType) -> None:
    assert compared(None, working) == (Changes(new=3, persisting=0, resolved=0, added=10, revised=0, withdrawn=0), [])


def test_a_predecessor_that_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path, working: ModuleType) -> None:
    spoiled = tmp_path / "it's spoiled.duckdb"
    spoiled.write_bytes(b"no database" * 1000)
    with duckdb.connect(tmp_path / "empty.duckdb"):
        pass
    for previous in (spoiled, tmp_path / "missing.duckdb", tmp_path / "empty.duckdb"):
        told, rows = compared(previous, working)
        assert (bool(told.problem), told.new, told.added, rows) == (True, 3, 10, [])


def test_the_published_table_tells_findings_that_came_and_went_with_rule_and_message(empty: Project, working: ModuleType) -> None:
    working.publish(empty, "run1")
    working.publish(empty, "run2", variant="changed")
    rows = run_query(empty, "SELECT what, change, name, severity, message_vi, message_en, new_text FROM changes ORDER BY ALL").to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("finding", "resolved", "G01", "error", "Kết luận 1", "Finding 1", None),
        ("observation", "added", "trained_labour_rate", None, None, None, "70"),
    ]
    working.publish(empty, "run3")
    back = run_query(empty, "SELECT what, change, name, subject FROM changes ORDER BY ALL").to_pylist()
    assert [tuple(row.values()) for row in back] == [
        ("finding", "new", "G01", "Lào Cai|1"),
        ("observation", "withdrawn", "trained_labour_rate", "Tỉnh Lào Cai|2024|level|actual"),
    ]


def test_the_same_comparison_feeds_table_record_and_json(empty: Project, working: ModuleType) -> None:
    working.publish(empty, "run1")
    working.publish(empty, "run2", variant="changed")
    current = current_snapshot(empty)
    assert current is not None
    told = what_changed(current, most=1)
    assert told["findings"] == {"new": 0, "persisting": 2, "resolved": 1}
    assert told["observations"] == {"added": 1, "revised": 0, "withdrawn": 0, "same": 10}
    assert [(row["what"], row["id"]) for row in told["examples"]] == [("finding", working.uid(1, 3))]
    assert run_query(empty, "SELECT count(*) AS n FROM changes").column("n")[0].as_py() == 2
