"""The least that publishing a table costs: read figures.csv, write the same published tables, check nothing.

Same columns and types (from schemas/tables.py), codes and names looked up in the reference lists, ids hashed, rows sorted, one DuckDB
file and one Parquet file per table. What it leaves out is what ansinh is for: it believes every value, hedge and unit, finds nothing,
refuses nothing. Run as a process of its own: python benchmarks/floor.py FIGURES_CSV OUTPUT_FOLDER VINTAGE vi|machine

Belongs here: the floor. Elsewhere: comparing with it (scale.py).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from etl.publish.build import PARQUET_OPTIONS
from etl.publish.empty import STORAGE_VERSION
from schemas.tables import TABLES

if TYPE_CHECKING:
    from schemas.published import ColumnFacts, PublishedTable

REFERENCE: Final = Path(__file__).resolve().parent.parent / "schemas/reference"

# Landed as text first: casting straight from read_csv is what DuckDB 2.0.0 gets wrong (duckdb#23818), and ansinh does the same.
LAND: Final = """
CREATE TEMP TABLE raw AS
SELECT * FROM read_csv($figures, header = true, all_varchar = true, auto_detect = false, quote = '"', columns = {
    'indicator': 'VARCHAR', 'measure': 'VARCHAR', 'breakdown': 'VARCHAR', 'ref_area': 'VARCHAR', 'time_period': 'VARCHAR',
    'obs_kind': 'VARCHAR', 'value': 'VARCHAR', 'unit': 'VARCHAR', 'locator': 'VARCHAR', 'note': 'VARCHAR'})
"""

# What does the table say, taken at its word?  Reads raw, areas, units; one row per raw row.
OBSERVATIONS: Final = """
INSERT INTO observations BY NAME
WITH place AS (
    SELECT code, any_value(vintage) AS vintage, any_value(level) AS level, any_value(name) AS name FROM areas WHERE vintage = $vintage GROUP BY code
),
spelling AS (
    SELECT unit, any_value(multiplier) AS multiplier, any_value(coalesce(base_unit, unit)) AS base_unit FROM units GROUP BY unit
),
row AS (
    SELECT raw.*, raw.rowid + 2 AS line, regexp_extract(value, '^[0-9.,]+') AS digits, nullif(trim(regexp_extract(value, '[^0-9.,].*$')), '') AS words FROM raw
),
number AS (
    SELECT *, TRY_CAST(CASE WHEN $vietnamese THEN replace(replace(digits, '.', ''), ',', '.') ELSE digits END AS DECIMAL(38, 9)) AS exact FROM row
)
SELECT CAST(md5(concat_ws('|', indicator, measure, breakdown, ref_area, time_period, obs_kind)) AS UUID) AS observation_id,
       CAST(md5(concat_ws('|', 'bulk/figures.csv', line)) AS UUID) AS figure_id,
       indicator, measure, breakdown, number.ref_area, place.vintage AS area_vintage, coalesce(place.level, 'commune') AS area_level,
       coalesce(place.name, '') AS area_name, time_period,
       TRY(make_date(CAST(time_period[1:4] AS INTEGER), CAST(time_period[7:7] AS INTEGER) * 3 - 2, 1)) AS period_start,
       TRY(last_day(make_date(CAST(time_period[1:4] AS INTEGER), CAST(time_period[7:7] AS INTEGER) * 3, 1))) AS period_end,
       obs_kind, CAST(exact * factor AS DOUBLE) AS obs_value, CAST(exact * factor AS DOUBLE) AS lower_bound, CAST(exact * factor AS DOUBLE) AS upper_bound,
       'exact' AS hedge, CAST(length(split_part(value, ',', 2)) AS SMALLINT) AS decimals, coalesce(base_unit, number.unit, 'VND') AS unit_measure,
       'A' AS obs_status, false AS is_suspect, value AS text, 'bulk/figures.csv' AS source_id, line, locator, note
FROM number
LEFT JOIN place ON place.code = number.ref_area
LEFT JOIN spelling ON spelling.unit = number.unit
CROSS JOIN LATERAL (SELECT CASE WHEN words IS NULL THEN coalesce(multiplier, 1) ELSE 1000000 END AS factor)
ORDER BY {order}
"""


def publish_unchecked(figures: Path, output: Path, *, vintage: str, vietnamese: bool) -> None:
    """Write `output`/ansinh.duckdb and `output`/parquet/*.parquet."""
    (output / "parquet").mkdir(parents=True)
    con = duckdb.connect(str(output / "ansinh.duckdb"), config={"storage_compatibility_version": STORAGE_VERSION})
    for table in TABLES:
        con.execute(table.ddl())
        for comment in table.comments():
            con.execute(comment)
        if (listed := REFERENCE / f"{table.name}.csv").exists():
            _load_reference(con, table, listed)
    con.execute(LAND, {"figures": str(figures)}).fetchall()
    observations = next(table for table in TABLES if table.name == "observations")
    query = OBSERVATIONS.replace("{order}", ", ".join(f"number.{name}" if name in {"ref_area", "measure"} else name for name in observations.sort))
    con.execute(query, {"vintage": vintage, "vietnamese": vietnamese}).fetchall()
    for table in TABLES:
        if not table.is_volatile:
            columns = ", ".join(_as_portable(column) for column in table.columns if not column.volatile)
            target = output / "parquet" / f"{table.name}.parquet"
            con.execute(f"COPY (SELECT {columns} FROM \"{table.name}\") TO '{target}' ({PARQUET_OPTIONS})").fetchall()
    con.execute("CHECKPOINT").fetchall()
    con.close()


def _as_portable(column: ColumnFacts) -> str:
    """Ids are text in Parquet, as ansinh writes them."""
    text = {"UUID": "VARCHAR", "UUID[]": "VARCHAR[]"}.get(column.duckdb_type)
    return f'"{column.name}"' if text is None else f'CAST("{column.name}" AS {text}) AS "{column.name}"'


def _load_reference(con: duckdb.DuckDBPyConnection, table: PublishedTable, listed: Path) -> None:
    found = {row[0] for row in con.execute("SELECT column_name FROM (DESCRIBE FROM read_csv($1, all_varchar = true))", [str(listed)]).fetchall()}
    columns = ", ".join(f'CAST("{column.name}" AS {column.duckdb_type}) AS "{column.name}"' for column in table.columns if column.name in found)
    order = ", ".join(table.sort)
    con.execute(f'INSERT INTO "{table.name}" BY NAME SELECT {columns} FROM read_csv($1, all_varchar = true) ORDER BY {order}', [str(listed)]).fetchall()


if __name__ == "__main__":
    publish_unchecked(Path(sys.argv[1]), Path(sys.argv[2]), vintage=sys.argv[3], vietnamese=sys.argv[4] == "vi")
