"""What is published can be opened by programs that are not ansinh: an older DuckDB, Arrow, polars."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet
import pytest

from schemas.tables import TABLES


@pytest.fixture(scope="module")
def warehouse(shipped: Path) -> Path:
    """The warehouse of the shipped data."""
    return shipped / "warehouse"


def rows_in(file: Path) -> dict[str, int]:
    """Rows of every published table."""
    with duckdb.connect(str(file), read_only=True) as con:
        return {table.name: con.execute(f'SELECT count(*) FROM "{table.name}"').fetchall()[0][0] for table in TABLES}


def test_an_older_duckdb_reads_tables_views_and_comments(warehouse: Path) -> None:
    older = Path(sys.executable).with_name("duckdb")  # the command-line client, 1.5: it cannot read the default format of 2.0
    question = (
        "SELECT (SELECT count(*) FROM observations) AS rows, (SELECT max(shares_sum_pct) FROM labour_structure) AS sum, "
        "(SELECT count(*) FROM duckdb_columns() WHERE table_name = 'observations' AND comment IS NULL) AS silent, version() AS version"
    )
    done = subprocess.run([older, "-readonly", "-json", warehouse / "ansinh.duckdb", question], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    (told,) = json.loads(done.stdout)
    assert told.pop("version").startswith("v1.")
    assert told == {"rows": rows_in(warehouse / "ansinh.duckdb")["observations"], "sum": 97.0, "silent": 0}


def test_an_older_duckdb_answers_every_view_and_macro_as_ours_does(warehouse: Path) -> None:
    file = warehouse / "ansinh.duckdb"
    older = Path(sys.executable).with_name("duckdb")
    with duckdb.connect(str(file), read_only=True) as con:
        views = [name for (name,) in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL").fetchall()]
        asked = [
            *views,
            "area_series('Lào Cai', '2024')",
            "area_series('Lào Cai', '2025-12-31')",
            "(SELECT 1 WHERE surely_gt(2, 1) AND possibly_eq(1, 2, 2, 3))",
        ]
        question = " UNION ALL ".join(f"SELECT {at} AS at, count(*) AS rows FROM {name}" for at, name in enumerate(asked))
        ours = [{"at": at, "rows": rows} for at, rows in con.execute(f"FROM ({question}) ORDER BY 1").fetchall()]
    done = subprocess.run([older, "-readonly", "-json", file, f"FROM ({question}) ORDER BY 1"], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert len(views) > 10
    assert json.loads(done.stdout) == ours


def test_parquet_holds_the_same_rows_for_arrow_and_polars(warehouse: Path) -> None:
    rows = rows_in(warehouse / "ansinh.duckdb")
    files = {file.stem: file for file in (warehouse / "parquet").glob("*.parquet")}
    assert set(files) == {table.name for table in TABLES if not table.is_volatile}
    for name, file in files.items():
        assert pyarrow.parquet.read_metadata(file).num_rows == pl.read_parquet(file).height == rows[name]


def test_the_columns_of_parquet_are_those_declared(warehouse: Path) -> None:
    for table in TABLES:
        if not table.is_volatile:
            found = pyarrow.parquet.read_schema(warehouse / "parquet" / f"{table.name}.parquet")
            assert [(field.name, field.type) for field in found] == [(field.name, field.type) for field in table.arrow_schema()], table.name
