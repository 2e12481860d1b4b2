"""What several modules here need for a database that is attached beside the working one: its path as a literal, many changes as one.

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
def one_transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing, and one wait for the disk."""
    con.execute("BEGIN")
    try:
        yield
    except (duckdb.Error, WarehouseError):
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")
