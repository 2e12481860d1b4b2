"""What is different from the snapshot before: findings new and resolved, claims added, revised and withdrawn.

    told = compare(con, current.database, now="ansinh_built.main")      → temp.changed, in the columns of the table `changes`

A claim is the same claim in both snapshots if its observation_id is (document and settled codes; the value is no part of it); a finding is,
if its finding_id is. A revised claim is explained by a higher status (an estimate became final) or by a correction of ours; `why` is NULL
where neither explains it (T09).

Belongs here: the comparison, the only one there is; its counts go into the record of the run, its rows into the table `changes`, and
summary, JSON and notices read them there. Elsewhere: since when a finding is known (states.py). The result depends on what was published
before, so it is no content: it stays out of the Parquet files and of the hash, and a rule about it could not be judged twice alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

import duckdb

from etl.attached import quoted
from schemas.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

CHANGES: Final = next(table for table in TABLES if table.name == "changes")
_TALLY: Final = "SELECT change, count(*) FROM temp.changed GROUP BY change"


@dataclass(frozen=True, slots=True)
class Changes:
    """The counts. Without a snapshot before everything is new; `problem` says why there was one that could not be read."""

    new: int
    persisting: int
    resolved: int
    added: int
    revised: int
    withdrawn: int
    problem: str | None = None


def compare(con: duckdb.DuckDBPyConnection, previous: Path | None, *, now: str) -> Changes:
    """Fill temp.changed with what is different in the tables of schema `now` from the previous database.

    Without a predecessor there is no row. An unreadable one must not stop a run: that run may be the repair.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE changed ({', '.join(f'{c.name} {c.duckdb_type}' for c in CHANGES.columns)})")
    problem = None if previous is None else _fill(con, previous, now)
    findings, claims = con.execute(f"SELECT (SELECT count(*) FROM {now}.findings), (SELECT count(*) FROM {now}.observations)").fetchall()[0]
    if previous is None or problem is not None:
        return Changes(new=findings, persisting=0, resolved=0, added=claims, revised=0, withdrawn=0, problem=problem)
    tally = dict(con.execute(_TALLY).fetchall())
    new, resolved, added, revised, withdrawn = (tally.get(name, 0) for name in ("new", "resolved", "added", "revised", "withdrawn"))
    return Changes(new=new, persisting=findings - new, resolved=resolved, added=added, revised=revised, withdrawn=withdrawn)


def _fill(con: duckdb.DuckDBPyConnection, previous: Path, now: str) -> str | None:
    try:
        con.execute(f"ATTACH {quoted(str(previous))} AS ansinh_before (READ_ONLY)")
    except duckdb.Error as failure:
        return str(failure).splitlines()[0]
    try:
        con.execute(resources.files("etl.publish").joinpath("sql", "changes.sql").read_text(encoding="utf-8").replace("{now}", now))
    except duckdb.Error as failure:  # an earlier ansinh published other columns
        return str(failure).splitlines()[0]
    finally:
        con.execute("DETACH ansinh_before")
    return None
