"""What is told of a finding or a refused row from one run to the next: new or persisting, first seen, waived.

Belongs here: the volatile columns, filled from the previous snapshot. Elsewhere: the content they stand beside (build.py), what is new or
gone (changes.py).
These columns are in the DuckDB file only: they change without any change of the data, and the Parquet files must not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

from etl.attached import quoted

if TYPE_CHECKING:
    from pathlib import Path

# Where the rows of a table with volatile columns come from, and what each such column is. `$run` is the run that is being published.
SOURCES: Final[dict[str, str]] = {
    "findings": (
        "out.findings AS f LEFT JOIN temp.seen_findings AS s ON s.id = f.finding_id "
        "LEFT JOIN (SELECT DISTINCT finding_id FROM out.waived) AS w ON w.finding_id = f.finding_id"
    ),
    "quarantine": "out.quarantine AS f LEFT JOIN temp.seen_quarantine AS s ON s.id = f.figure_id",
}
COLUMNS: Final[dict[tuple[str, str], str]] = {
    ("findings", "state"): "CASE WHEN s.id IS NULL THEN 'new' ELSE 'persisting' END",
    ("findings", "first_seen"): "coalesce(s.first_seen, $run)",
    ("findings", "waived"): "w.finding_id IS NOT NULL",
    ("quarantine", "first_seen"): "coalesce(s.first_seen, $run)",
    ("quarantine", "last_seen"): "$run",
}

_SEEN: Final = (("seen_findings", "findings", "finding_id"), ("seen_quarantine", "quarantine", "figure_id"))


def remember_previous(con: duckdb.DuckDBPyConnection, previous: Path | None) -> str | None:
    """Fill temp.seen_findings and temp.seen_quarantine from the previous database. Gives the reason if it cannot be read.

    An unreadable predecessor must not stop a run: that run may be the repair.
    """
    for table, _, _ in _SEEN:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} (id UUID, first_seen VARCHAR)")
    if previous is None:
        return None
    try:
        con.execute(f"ATTACH {quoted(str(previous))} AS ansinh_previous (READ_ONLY)")
    except duckdb.Error as failure:
        return str(failure).splitlines()[0]
    try:
        for table, source, key in _SEEN:
            con.execute(f"INSERT INTO temp.{table} SELECT {key}, first_seen FROM ansinh_previous.main.{source}").fetchall()
    except duckdb.Error as failure:
        return str(failure).splitlines()[0]
    finally:
        con.execute("DETACH ansinh_previous")
    return None
