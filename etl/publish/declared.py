"""Do the working tables have exactly the columns and types that are declared?

Belongs here: comparing the schema `out` with schemas/tables.py before anything is written. Elsewhere: what stands in the rows (structure.py).

Trap: INSERT converts what it is given. Text goes into a DOUBLE without a word as long as it looks like a number, and integers become
text; so the types are compared first. Exact decimals become DOUBLE on purpose: judging is over (architecture.md, 4).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from etl.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from schemas.published import PublishedTable

WAIVED: Final = "waived"

_WHOLE: Final = r"(U?(TINY|SMALL|BIG)INT|U?INTEGER|HUGEINT)"
# What may be given for a declared type, beside the type itself. "NULL" is the type of a column that a view fills with NULL alone.
_ACCEPTED: Final[dict[str, str]] = {
    "VARCHAR": r"ENUM\(.*\)",
    "DOUBLE": rf"FLOAT|DECIMAL\(.*\)|{_WHOLE}",
    "BIGINT": _WHOLE,
    "INTEGER": _WHOLE,
    "SMALLINT": _WHOLE,
}


def refuse_unless_declared(con: duckdb.DuckDBPyConnection, tables: Iterable[PublishedTable]) -> dict[str, dict[str, str]]:
    """Raise WarehouseError('structure-broken') for the first table of `out` that is missing or not as declared.

    Gives the types as they are: table → column → type.
    """
    given = _given(con)
    for table in tables:
        faults = tuple(_faults(table, given.get(table.name)))
        if faults:
            raise WarehouseError("structure-broken", table=table.name, details=faults)
    if given.get(WAIVED) != {"finding_id": "UUID"}:
        raise WarehouseError("structure-broken", table=WAIVED, details=("out.waived(finding_id UUID)",))
    return given


def _given(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    rows = con.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'out' ORDER BY ALL").fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, name, kind in rows:
        found.setdefault(table, {})[name] = kind
    return found


def _faults(table: PublishedTable, given: dict[str, str] | None) -> Iterable[str]:
    if given is None:
        yield f"out.{table.name}: missing"
        return
    declared = {c.name: c.duckdb_type for c in table.columns if not c.volatile}
    yield from (f"{name}: missing" for name in declared if name not in given)
    yield from (f"{name}: not declared" for name in given if name not in declared)
    yield from (f"{name}: {given[name]}, declared {kind}" for name, kind in declared.items() if name in given and not _fits(given[name], kind))


def _fits(given: str, declared: str) -> bool:
    return given in (declared, '"NULL"') or re.fullmatch(_ACCEPTED.get(declared, r"(?!)"), given, flags=re.DOTALL) is not None
