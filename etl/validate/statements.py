"""The SQL files of this package, loaded by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_SQL = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """Give the text of one SQL file of this package."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
