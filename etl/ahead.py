"""What every run needs once and no run has to wait for: done beside the reading of a large table, which leaves Python and half of the machine idle.

    prepare(con, folder)

Belongs here: what is prepared. Elsewhere: when (pipeline.py); each thing is made where it is needed, if it was not made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pandera.backends.polars.register import register_polars_backends

from etl.publish.empty import write_empty
from etl.report.compiled import compile_all
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def prepare(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Have pandera know polars and our judgements, the empty database made and the templates compiled. `folder`: where a file may stand for a moment."""
    register_polars_backends()
    for kind in KINDS.values():
        kind.judgement.to_schema()
    beside = folder / "empty.duckdb"
    _remove(beside)  # of a run that was killed here
    try:
        write_empty(con, beside)
    finally:
        _remove(beside)
    compile_all()


def _remove(database: Path) -> None:
    """A database with its log: a log that is left is played into the next file of that name."""
    for file in (database, database.with_name(f"{database.name}.wal")):
        file.unlink(missing_ok=True)
