"""What changed between two snapshots: every case by name, the counts add up, and an unreadable predecessor stops nothing."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.changes import COLUMNS, Changes, changed_rows, compare, insert_changes
from etl.errors import WarehouseError

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture(scope="session")
def working() -> ModuleType:
    """The helper module of the tests of publishing. (Folders of tests are no packages, so it is loaded by its path.)"""
    spec = importlib.util.spec_from_file_location("changes_working", Path(__file__).parent / "publish" / "working.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def files(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A published file and its successor: one figure more, one gone, one printed otherwise, one finding gone and one new."""
    found = []
    for name in ("before", "now"):
        folder = tmp_path_factory.mktemp(name)
        rows = working.content(variant="changed" if name == "now" else "")
        if name == "now":
            rows["observations"] = [row for row in rows["observations"] if row["text"] != "80"]
            next(row for row in rows["observations"] if row["text"] == "68,2").update(text="68,3", obs_value=68.3)
            rows["findings"].append(working.finding(9, "T99", "warning"))
        rows["sources"] = [{"source_id": working.SOURCE, "folder": "lao-cai", "title": "Bài viết", "language": "vi", "number_format": "vi", "sha256": "0" * 64}]
        (folder / "built").mkdir()
        working.build(folder / "built", "run1", rows=rows)
        found.append(folder / "built" / "ansinh.duckdb")
    return found[0], found[1]


def test_every_change_is_counted(files: tuple[Path, Path]) -> None:
    told = compare(*files)
    assert told == Changes(
        findings_new=1,
        findings_persisting=2,
        findings_resolved=1,
        observations_added=1,
        observations_revised=1,
        observations_withdrawn=1,
        observations_same=8,
        examples=told.examples,
    )
    assert told.is_any


def test_every_change_is_a_row_with_the_old_text_and_the_new(files: tuple[Path, Path]) -> None:
    table = changed_rows(*files)
    assert tuple(table.column_names) == COLUMNS
    rows = [(row["what"], row["change"], row["name"], row["old_text"], row["new_text"]) for row in table.to_pylist()]
    assert rows == [
        ("finding", "new", "T99", None, "Kết luận 9"),
        ("finding", "resolved", "G01", "Kết luận 1", None),
        ("observation", "added", "trained_labour_rate", None, "70"),
        ("observation", "revised", "trained_labour_rate", "68,2", "68,3"),
        ("observation", "withdrawn", "trained_labour_rate", "80", None),
    ]
    revised = table.to_pylist()[3]
    assert (revised["old_value"], revised["new_value"], revised["subject"]) == (68.2, 68.3, "Tỉnh Lào Cai|2023|level|actual")


def test_backwards_the_same_changes_are_told_the_other_way_round(files: tuple[Path, Path]) -> None:
    there, back = compare(*files), compare(*reversed(files))
    assert (there.observations_added, there.observations_withdrawn) == (back.observations_withdrawn, back.observations_added)
    assert (there.findings_new, there.findings_resolved) == (back.findings_resolved, back.findings_new)
    assert there.observations_revised == back.observations_revised


def test_a_file_compared_with_itself_has_not_changed(files: tuple[Path, Path]) -> None:
    told = compare(files[0], files[0])
    assert not told.is_any
    assert (told.observations_same, told.findings_persisting, told.examples) == (10, 3, ())


def test_without_a_predecessor_everything_is_new_and_nothing_is_told_by_name(files: tuple[Path, Path]) -> None:
    told = compare(None, files[0])
    assert (told.observations_added, told.findings_new, told.observations_same, told.examples, told.problem) == (10, 3, 0, (), None)


def test_a_predecessor_that_cannot_be_read_stops_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    spoiled = tmp_path / "it's spoiled.duckdb"
    spoiled.write_bytes(b"no database" * 999)
    assert compare(spoiled, files[0]).problem
    with duckdb.connect(tmp_path / "old.duckdb") as con:
        con.execute("CREATE TABLE observations (observation_id UUID); CREATE TABLE findings (finding_id UUID)")
    told = compare(tmp_path / "old.duckdb", files[0])
    assert (told.observations_added, told.problem is not None) == (10, True)
    with pytest.raises(WarehouseError, match="warehouse-unreadable"):
        compare(files[0], spoiled)


def test_the_counts_go_into_json_as_they_are(files: tuple[Path, Path]) -> None:
    told: dict[str, Any] = json.loads(json.dumps(compare(*files, most=2).as_json()))
    assert told["findings"] == {"new": 1, "persisting": 2, "resolved": 1}
    assert told["observations"] == {"added": 1, "revised": 1, "withdrawn": 1, "same": 8}
    assert [row["name"] for row in told["examples"]] == ["T99", "G01"]


def test_the_changes_can_be_kept_as_a_table(files: tuple[Path, Path]) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{files[0]}' AS a (READ_ONLY); ATTACH '{files[1]}' AS b (READ_ONLY)")
        kinds = {"id": "UUID", "old_value": "DOUBLE", "new_value": "DOUBLE"}
        con.execute(f"CREATE TABLE changes ({', '.join(name + ' ' + kinds.get(name, 'VARCHAR') for name in COLUMNS)})")
        assert insert_changes(con, previous="a.main", current="b.main", into="changes") == 5
        assert con.execute("SELECT count(*) FROM changes WHERE change = 'revised'").fetchall() == [(1,)]
