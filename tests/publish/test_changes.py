"""Added, revised, withdrawn: claims against the snapshot before, and what explains a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.publish.changes import revisions

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def before(tmp_path: Path, working: ModuleType) -> Path:
    """A published snapshot."""
    (tmp_path / "before").mkdir()
    working.build(tmp_path / "before", "run1", rows=working.content())
    return tmp_path / "before" / "ansinh.duckdb"


def compared(before: Path | None, working: ModuleType, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What revisions() tells of these observations against the database before: number of the claim, then the columns."""
    with duckdb.connect() as con:
        working.fill_working(con, {"observations": rows})
        assert revisions(con, before, claims="out.observations") is None
        found = con.execute("SELECT observation_id, change, old_text, new_text, old_value, new_value, why FROM revisions ORDER BY ALL").fetchall()
    return [(observation_id.int & 0xFFFF, *rest) for observation_id, *rest in found]


def test_the_same_claims_have_not_changed(before: Path, working: ModuleType) -> None:
    assert compared(before, working, working.observations()) == []


def test_claims_that_come_go_or_say_something_else_are_told(before: Path, working: ModuleType) -> None:
    rows = working.observations()
    revised, gone = rows[3], rows.pop(0)
    came = working.observation(99, "trained_labour_rate", "70", 70.0)
    revised.update(text="68,3", obs_value=68.3, lower_bound=68.25, upper_bound=68.35)
    assert compared(before, working, [*rows, came]) == [
        (gone["line"], "withdrawn", "52,7", None, 52.7, None, None),
        (revised["line"], "revised", "68,2", "68,3", 68.2, 68.3, None),
        (99, "added", None, "70", None, 70.0, None),
    ]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"original_text": "68,2"}, "correction"),
        ({"obs_status": "P"}, None),
        ({}, None),
    ],
)
def test_a_revision_is_explained_by_a_correction_or_by_nothing(before: Path, working: ModuleType, told: dict[str, str], why: str | None) -> None:
    rows = working.observations()
    rows[3].update(text="68,3", obs_value=68.3, **told)
    [[_, change, *_, found]] = compared(before, working, rows)
    assert (change, found) == ("revised", why)


def test_a_revision_is_explained_by_a_higher_status(before: Path, working: ModuleType) -> None:
    rows = working.observations()  # the first three were suspect
    rows[0].update(text="55,7", obs_value=55.7, obs_status="A")
    [[*_, why]] = compared(before, working, rows)
    assert why == "status"


def test_a_claim_of_which_only_the_status_changes_is_not_revised(before: Path, working: ModuleType) -> None:
    rows = working.observations()
    rows[3].update(obs_status="U", is_suspect=True)
    assert compared(before, working, rows) == []


def test_the_first_snapshot_has_no_changes(working: ModuleType) -> None:
    assert compared(None, working, working.observations()) == []


def test_a_predecessor_that_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path, working: ModuleType) -> None:
    spoiled = tmp_path / "spoiled.duckdb"
    spoiled.write_bytes(b"no database" * 1000)
    with duckdb.connect(tmp_path / "empty.duckdb"):
        pass
    with duckdb.connect() as con:
        working.fill_working(con, {"observations": working.observations()})
        for previous in (spoiled, tmp_path / "missing.duckdb", tmp_path / "empty.duckdb"):
            assert revisions(con, previous, claims="out.observations")
            assert con.execute("SELECT count(*) FROM revisions").fetchall() == [(0,)]
