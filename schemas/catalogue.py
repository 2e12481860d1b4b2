"""The reference data as tables: indicators, units, programmes, dimensions, breaks, places, region members, aliases.

Belongs here: where the files of reference/ are, and their way into DuckDB, typed as the published tables are.
Elsewhere: what a column means (tables.py), folded keys of places (etl/resolve/areas.py), indicators that a source defines itself
(etl/read/definitions.py), where the data come from (reference/NOTICE.md).
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from schemas import tables

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_PUBLISHED: Final = ("indicators", "units", "programmes", "dimensions", "breaks", "areas", "area_links")
_DECLARED: Final = {table.name: table for table in tables.TABLES if table.name in _PUBLISHED}
_TEXT_ONLY: Final = {
    "region_members": ("region_code", "region_name_vi", "region_name_en", "vintage", "province_code", "province_name", "note"),
    "name_aliases": ("key", "alias", "lang", "level", "vintage", "code", "seen_in", "note"),
}
REFERENCE_TABLES: Final = (*_PUBLISHED, *_TEXT_ONLY)

_unpacked = ExitStack()
atexit.register(_unpacked.close)


@cache
def reference_path(name: str) -> Path:
    """Give the path of a file of reference/ (`areas.csv`), unpacked for the life of the process where the package is an archive."""
    return _unpacked.enter_context(resources.as_file(resources.files("schemas").joinpath("reference", name)))


def reference_columns(table: str) -> dict[str, str]:
    """Name the columns of one reference table in order, each with its DuckDB type."""
    if table in _DECLARED:
        return {c.name: c.duckdb_type for c in _DECLARED[table].columns}
    return dict.fromkeys(_TEXT_ONLY[table], "VARCHAR")


def load_reference(con: duckdb.DuckDBPyConnection) -> None:
    """Create a table ref_<name> for each of REFERENCE_TABLES.

    What is empty in a file is NULL; codes are text and keep their zeros.
    """
    for table in REFERENCE_TABLES:
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in reference_columns(table).items())
        con.execute(
            f"""CREATE OR REPLACE TABLE ref_{table} AS SELECT * FROM read_csv(
            $path, columns = {{{columns}}}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '')""",
            {"path": str(reference_path(f"{table}.csv"))},
        )
