"""What is needed for a database that is attached beside another: its path as a literal, where names are looked up, many changes as one.

Belongs here: such words. Elsewhere: everything that knows what is published.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from etl.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator


def quoted(text: str) -> str:
    """A text as an SQL literal, for the places where DuckDB takes no parameter."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def another(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A second connection to the same databases, for another thread: it looks names up in the same places. Temporary tables are not shared."""
    ((places,),) = con.execute("SELECT current_setting('search_path')").fetchall()
    with con.cursor() as beside:
        look_up(beside, places)
        yield beside


def look_up(con: duckdb.DuckDBPyConnection, places: str) -> None:
    """Look unqualified names up in these places (`a.main,b.main`), the first of which takes what is created; in the usual one where they are empty."""
    con.execute(f"SET search_path = {quoted(places)}" if places else "RESET search_path")


@contextmanager
def one_transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing, and one wait for the disk."""
    con.execute("BEGIN")
    try:
        yield
    except (duckdb.Error, WarehouseError):
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")
