"""How a published table is declared, and what follows from a declaration.

A table is a pandera `DataFrameModel` in `tables.py`; its fields carry the words for people (Vietnamese and English) and, where the
frame's type does not say it, the DuckDB type. From that one place come the pandera schema, the DDL, the Arrow schema, the
`COMMENT ON` statements and the data dictionary.

Belongs here: the machinery. Elsewhere: the tables themselves (tables.py), what a rule compares (judgements.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pandera.polars as pa
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow

_DUCKDB_TYPES: dict[Any, str] = {
    pl.String: "VARCHAR",
    pl.Float64: "DOUBLE",
    pl.Int16: "SMALLINT",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
}


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column as every target needs it."""

    name: str
    duckdb_type: str
    nullable: bool
    vi: str
    en: str
    codes: tuple[str, ...]
    volatile: bool


def column(
    vi: str,
    en: str,
    *,
    null: bool = False,
    codes: Iterable[str] = (),
    duckdb: str | None = None,
    volatile: bool = False,
    ge: float | None = None,
) -> Any:
    """Declare a column: its words, whether it may be NULL, its code list, its DuckDB type if the frame's type does not say it.

    `volatile` columns change without any change of the data (states, waivers, dates of runs): they are not part of the Parquet
    files, whose bytes decide whether anything changed.
    """
    listed = tuple(codes)
    return pa.Field(
        nullable=null,
        isin=list(listed) if listed else None,
        ge=ge,
        title=vi,
        description=en,
        metadata={"duckdb": duckdb, "volatile": volatile, "codes": listed},
    )


class Published(pa.DataFrameModel):
    """Base of all published tables: columns exactly as declared, nothing converted."""

    class Config:
        """No surplus column, declared order, no coercion."""

        strict = True
        ordered = True
        coerce = False


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One table: its pandera model, what a row is, which columns are unique together, how its Parquet file is ordered."""

    name: str
    model: type[Published]
    row_vi: str
    row_en: str
    key: tuple[str, ...]
    sort: tuple[str, ...]
    is_volatile: bool

    @property
    def columns(self) -> tuple[ColumnFacts, ...]:
        """The columns in order, as plain facts."""
        return _facts(self.model)

    def ddl(self, schema: str = "main") -> str:
        """The CREATE TABLE statement. No keys (they cost five times the load, design/engine.md §4): pandera and SQL test them."""
        lines = [f'"{c.name}" {c.duckdb_type}{"" if c.nullable else " NOT NULL"}' for c in self.columns]
        return f'CREATE TABLE {schema}."{self.name}" (\n  ' + ",\n  ".join(lines) + "\n)"

    def comments(self, schema: str = "main") -> list[str]:
        """COMMENT ON statements, Vietnamese first and English beside it."""
        table = f'{schema}."{self.name}"'
        said = [f"COMMENT ON TABLE {table} IS {_quoted(f'{self.row_vi} | {self.row_en}')}"]
        said += [f'COMMENT ON COLUMN {table}."{c.name}" IS {_quoted(f"{c.vi} | {c.en}")}' for c in self.columns]
        return said

    def stable_columns(self) -> tuple[str, ...]:
        """The columns that stand in the Parquet file."""
        return tuple(c.name for c in self.columns if not c.volatile)

    def arrow_schema(self) -> pyarrow.Schema:
        """The Arrow schema of the stable columns, as the Parquet file has it."""
        import pyarrow  # noqa: PLC0415  heavy: only who asks for Arrow pays for it

        return pyarrow.schema([pyarrow.field(c.name, _arrow_type(c.duckdb_type), nullable=c.nullable) for c in self.columns if not c.volatile])


def table(
    name: str, row_vi: str, row_en: str, *, key: tuple[str, ...] = (), sort: tuple[str, ...], volatile: bool = False
) -> Callable[[type[Published]], PublishedTable]:
    """Declare the model below it as the published table `name`. `volatile` tables have no Parquet file."""

    def declare(model: type[Published]) -> PublishedTable:
        return PublishedTable(name=name, model=model, row_vi=row_vi, row_en=row_en, key=key, sort=sort, is_volatile=volatile)

    return declare


@cache
def _facts(model: type[Published]) -> tuple[ColumnFacts, ...]:
    found = []
    for name, declared in model.to_schema().columns.items():
        extra = declared.metadata or {}
        found.append(
            ColumnFacts(
                name=name,
                duckdb_type=extra.get("duckdb") or _duckdb_type(declared.dtype.type),
                nullable=declared.nullable,
                vi=declared.title or "",
                en=declared.description or "",
                codes=tuple(extra.get("codes", ())),
                volatile=bool(extra.get("volatile", False)),
            )
        )
    return tuple(found)


def _duckdb_type(dtype: Any) -> str:
    if isinstance(dtype, pl.List):
        return f"{_duckdb_type(dtype.inner)}[]"
    base = dtype.base_type() if hasattr(dtype, "base_type") else dtype
    return _DUCKDB_TYPES[base]


def _arrow_type(duckdb_type: str) -> Any:
    import pyarrow as arrow  # noqa: PLC0415

    if duckdb_type.endswith("[]"):
        return arrow.list_(_arrow_type(duckdb_type[:-2]))
    return {
        "VARCHAR": arrow.string(),
        "UUID": arrow.string(),
        "DOUBLE": arrow.float64(),
        "SMALLINT": arrow.int16(),
        "INTEGER": arrow.int32(),
        "BIGINT": arrow.int64(),
        "BOOLEAN": arrow.bool_(),
        "DATE": arrow.date32(),
    }[duckdb_type]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
