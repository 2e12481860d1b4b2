"""The last look before publishing: is every table what its schema says?

Belongs here: pandera over the rows as they will be read, unique keys, the ledger. Elsewhere: whether figures are believable (validate/);
whether the working tables have the declared columns (declared.py). A violation here is a fault of ours, never of the data: nothing is
published.

The rows are taken from the Parquet files where these hold the whole table, so what is checked is the very file that readers get (and
polars reads a file of a million rows in half the time it takes to hand them over through Arrow).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandera.errors
import polars as pl

from etl.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from schemas.published import PublishedTable

CHUNK_ROWS: Final = 1_000_000

_EXAMPLES: Final = 3
_EACH_FIGURE_TWICE: Final = "SELECT figure_id::VARCHAR FROM {schema}.figures GROUP BY figure_id HAVING count(*) > 1 ORDER BY 1"


def refuse_broken_file(table: PublishedTable, parquet: Path) -> None:
    """Raise WarehouseError('structure-broken') unless all rows of the table's Parquet file fit the pandera model. Asks no database."""
    for frame in _file_chunks(parquet):
        _refuse_misfits(table, frame)


def refuse_broken_table(con: duckdb.DuckDBPyConnection, table: PublishedTable, *, schema: str, are_rows_seen: bool) -> None:
    """Raise WarehouseError('structure-broken') unless the key is unique and all stored rows fit the pandera model.

    `are_rows_seen`: `refuse_broken_file` looks at the rows. An empty table has nothing to judge: its columns and types are those it was
    created with.
    """
    rows = _count(con, table, schema)
    if not are_rows_seen:
        for frame in _stored_chunks(con, table, schema, rows):
            _refuse_misfits(table, frame)
    if rows and table.key:
        _refuse_repeated_keys(con, table, schema)


def refuse_broken_ledger(con: duckdb.DuckDBPyConnection, *, schema: str) -> None:
    """Every figure ends in one place: published, quarantined or excluded."""
    twice = con.execute(_EACH_FIGURE_TWICE.format(schema=schema)).fetchall()
    if twice:
        raise WarehouseError("structure-broken", table="figures", details=(_examples("figure_id", "stands once in the ledger", [row[0] for row in twice]),))


def _refuse_misfits(table: PublishedTable, frame: pl.DataFrame) -> None:
    try:
        table.model.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as broken:
        raise WarehouseError("structure-broken", table=table.name, details=_told(broken.failure_cases)) from None  # its text holds every row


def _file_chunks(parquet: Path) -> Iterator[pl.DataFrame]:
    rows = pl.scan_parquet(parquet).select(pl.len()).collect().item()
    for start in range(0, rows, CHUNK_ROWS):
        # Eager, or pandera would look at the types alone (engine.md, 1).
        yield pl.scan_parquet(parquet).slice(start, CHUNK_ROWS).collect()


def _stored_chunks(con: duckdb.DuckDBPyConnection, table: PublishedTable, schema: str, count: int) -> Iterator[pl.DataFrame]:
    for start in range(0, count, CHUNK_ROWS):
        rows = con.sql(f'SELECT * FROM {schema}."{table.name}" ORDER BY rowid LIMIT {CHUNK_ROWS} OFFSET {start}')
        frame = pl.from_arrow(rows.to_arrow_table())  # UUID arrives as text
        if isinstance(frame, pl.DataFrame):
            yield frame


def _count(con: duckdb.DuckDBPyConnection, table: PublishedTable, schema: str) -> int:
    return int(con.execute(f'SELECT count(*) FROM {schema}."{table.name}"').fetchall()[0][0])


def _refuse_repeated_keys(con: duckdb.DuckDBPyConnection, table: PublishedTable, schema: str) -> None:
    key = ", ".join(f'"{name}"' for name in table.key)
    repeated = con.execute(f"SELECT concat_ws('|', {key}) FROM {schema}.{table.name} GROUP BY {key} HAVING count(*) > 1 ORDER BY 1").fetchall()
    if repeated:
        raise WarehouseError("structure-broken", table=table.name, details=(_examples(", ".join(table.key), "unique", [row[0] for row in repeated]),))


def _told(cases: Any) -> tuple[str, ...]:
    """One line for each column and check that failed, with how many rows and the first few values."""
    grouped = cases.group_by("column", "check", maintain_order=True).agg(pl.col("failure_case"))
    return tuple(_examples(str(row["column"]), str(row["check"]), list(row["failure_case"])) for row in grouped.iter_rows(named=True))


def _examples(what: str, check: str, values: list[Any]) -> str:
    shown = ", ".join("NULL" if value is None else str(value)[:60] for value in values[:_EXAMPLES])
    return f"{what}: {check}: {len(values)} × ({shown}{', …' if len(values) > _EXAMPLES else ''})"
