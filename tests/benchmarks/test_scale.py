"""The comparison runs, and both sides publish the same rows. (How fast is for the benchmark itself, on a quiet machine.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from benchmarks import measure
from benchmarks.bulk import write_bulk
from benchmarks.scale import compare, row

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_both_sides_publish_the_same_table(root: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.csv"
    made = write_bulk(figures, rows=20_000, seed=1, areas=root / "schemas/reference/areas.csv", vietnamese=True)
    floors, runs = compare(figures, tmp_path, number_format="vi", pairs=1)
    assert f"| {made.rows:,} | " in row(figures, made.rows, floors, runs)
    assert shape(tmp_path / "floor/out/ansinh.duckdb") == shape(tmp_path / "run/warehouse/ansinh.duckdb")


def shape(file: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The columns of all published tables, and what a series without faults adds up to."""
    with duckdb.connect(str(file), read_only=True) as con:
        columns = con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY ALL"
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
