"""The comparison runs, and both sides publish the same rows. (How fast is for the benchmark itself, on a quiet machine.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from benchmarks import measure
from benchmarks.bulk import write_bulk
from benchmarks.scale import compare, row
from schemas.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_both_sides_publish_the_same_table_and_every_fault_is_found(root: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.csv"
    made = write_bulk(figures, rows=20_000, seed=1, areas=root / "schemas/reference/areas.csv", vietnamese=True)
    floors, runs = compare(figures, tmp_path, number_format="vi", pairs=1)
    assert f"| {made.rows:,} | " in row(figures, made.rows, floors, runs)
    assert shape(tmp_path / "floor/out/ansinh.duckdb") == shape(tmp_path / "run/warehouse/ansinh.duckdb")
    assert findings(tmp_path / "run/warehouse/ansinh.duckdb") == {
        ("C01", "fail"): made.faults["not a number"],
        ("C03", "fail"): made.faults["unit of another kind"],
        ("C09", "fail"): made.faults["unknown place"],
        ("C11", "fail"): made.faults["two values for one thing"],
        ("G01", "fail"): made.faults["share too low"],
        ("G01", "unverifiable"): made.faults["share missing"],
        ("G02", "fail"): made.faults["a digit too many"],  # above the sum of its level
        ("G05", "fail"): made.faults["a digit too many"],  # above its parent
        ("X08", "fail"): made.faults["impossible rate"],
    }


def findings(file: Path) -> dict[tuple[str, str], int]:
    """How often each rule found a contradiction, or could not judge a set. (Jumps in time are a matter of their size: left out.)"""
    with duckdb.connect(str(file), read_only=True) as con:
        found = con.execute("SELECT rule, verdict, count(*) FROM findings WHERE severity = 'error' OR verdict = 'unverifiable' GROUP BY ALL").fetchall()
    return {(rule, verdict): count for rule, verdict, count in found}


def shape(file: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The columns of all published tables, and what a series without faults adds up to."""
    with duckdb.connect(str(file), read_only=True) as con:
        columns = con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' AND list_contains($1, table_name) ORDER BY ALL",
            [[table.name for table in TABLES]],
        ).fetchall()
        return columns, con.execute("SELECT count(*), round(sum(obs_value)) FROM observations WHERE indicator = 'households'").fetchall()


def test_a_section_of_the_page_is_replaced_and_the_rest_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    first = "# Title\n\n<!-- scale: begin -->\nold\n<!-- scale: end -->\n\nafter\n"
    page.write_text(first, encoding="utf-8")
    monkeypatch.setattr(measure, "PAGE", page)
    measure.write_section("scale", ["new"])
    measure.write_section("rules", ["first"])
    assert page.read_text(encoding="utf-8") == first.replace("old", "new") + "\n<!-- rules: begin -->\nfirst\n<!-- rules: end -->\n"
