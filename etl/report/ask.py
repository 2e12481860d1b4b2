"""Ask a published file one of the questions of sql/.

Belongs here: file of SQL → rows as dicts. Elsewhere: which questions are asked (content.py, since.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    import duckdb

Row: TypeAlias = dict[str, Any]

_SQL: Final = Path(__file__).parent / "sql"


def ask(connection: duckdb.DuckDBPyConnection, question: str, **parameters: object) -> list[Row]:
    """The rows that answer sql/<question>.sql."""
    answer = connection.execute((_SQL / f"{question}.sql").read_text(encoding="utf-8"), parameters or None)
    columns = [column[0] for column in answer.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]
