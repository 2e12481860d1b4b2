"""What became of the published claims since the snapshot before: added, revised, withdrawn.

    problem = revisions(con, current.database, claims="ansinh_built.main.observations")      → temp.revisions

A claim is the same claim in both snapshots if its observation_id is (document and settled codes; the value is no part of it). A revised one
is explained by a higher status (an estimate became final) or by a correction of ours; `why` is NULL where neither explains it (T09).

Belongs here: the comparison. Elsewhere: findings and refused rows from run to run (states.py). The result depends on what was published
before, so it is no content: it stays out of the Parquet files and of the hash, and a rule about it could not be judged twice alike.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from etl.publish.states import quoted

if TYPE_CHECKING:
    from pathlib import Path

_EMPTY = (
    "CREATE OR REPLACE TEMP TABLE revisions (observation_id UUID, change VARCHAR, old_text VARCHAR, new_text VARCHAR, old_value DOUBLE, new_value DOUBLE, "
    "old_status VARCHAR, new_status VARCHAR, why VARCHAR)"
)


def revisions(con: duckdb.DuckDBPyConnection, previous: Path | None, *, claims: str) -> str | None:
    """Fill temp.revisions by comparing `claims` (a table of observations) with the previous database. Gives the reason if that cannot be read.

    Without a predecessor nothing has changed. An unreadable one must not stop a run: that run may be the repair.
    """
    con.execute(_EMPTY)
    if previous is None:
        return None
    try:
        con.execute(f"ATTACH {quoted(str(previous))} AS ansinh_before (READ_ONLY)")
    except duckdb.Error as failure:
        return str(failure).splitlines()[0]
    try:
        con.execute(resources.files("etl.publish").joinpath("sql", "revisions.sql").read_text(encoding="utf-8").replace("{claims}", claims))
    except duckdb.Error as failure:
        return str(failure).splitlines()[0]
    finally:
        con.execute("DETACH ansinh_before")
    return None
