"""The SQL files of this package, by name.

Belongs here: reading `sql/<name>.sql` and the path of a reference file. Elsewhere: what the statements mean (their first comment says it).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import schemas

_SQL = Path(__file__).parent / "sql"
_REFERENCE = Path(schemas.__file__).parent / "reference"


@cache
def statement(name: str) -> str:
    """Give the text of one SQL file of this package."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def reference(name: str) -> str:
    """Give the path of one CSV file of the reference data, as DuckDB's read_csv wants it."""
    return str(_REFERENCE / f"{name}.csv")
