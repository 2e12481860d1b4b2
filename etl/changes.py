"""What changed from one published snapshot to the next: findings new and resolved, observations added, revised and withdrawn.

    told = compare(previous.database, current.database)       # both are opened read-only
    told.observations_revised, told.as_json(most=20)
    insert_changes(con, previous="ansinh_previous.main", current="ansinh_built.main", into="ansinh_built.main.changes")

Belongs here: the comparison, as counts, rows and JSON. Elsewhere: the state of each finding (publish/states.py), telling people (notify.py).
An observation is the same one if its id is; ids are hashes of what is claimed, never of the number, so a new number is a revision.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import duckdb

from etl.errors import WarehouseError

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow

COLUMNS: Final = ("what", "change", "id", "name", "subject", "severity", "old_text", "new_text", "old_value", "new_value", "source_id")
_ORDER: Final = "what, change, name, subject, id"
_COUNT: Final = "SELECT (SELECT count(*) FROM now.observations), (SELECT count(*) FROM now.findings)"
_TALLY: Final = "SELECT what, change, count(*) FROM changed GROUP BY ALL"


@dataclass(frozen=True, slots=True)
class Changes:
    """The counts of one comparison. `problem` says why the earlier snapshot could not be read; then all counts are of the later alone."""

    findings_new: int
    findings_persisting: int
    findings_resolved: int
    observations_added: int
    observations_revised: int
    observations_withdrawn: int
    observations_same: int
    examples: tuple[dict[str, Any], ...] = ()
    problem: str | None = None

    @property
    def is_any(self) -> bool:
        """Did anything change?"""
        return any((self.findings_new, self.findings_resolved, self.observations_added, self.observations_revised, self.observations_withdrawn))

    def as_json(self) -> dict[str, Any]:
        """The counts by what and change, and the first rows."""
        told = asdict(self)
        grouped: dict[str, Any] = {
            what: {name.removeprefix(f"{what}_"): count for name, count in told.items() if name.startswith(f"{what}_")} for what in ("findings", "observations")
        }
        return {**grouped, "examples": list(self.examples), "problem": self.problem}


def compare(previous: Path | None, current: Path, *, most: int = 20) -> Changes:
    """Compare two published files. Without an earlier one, or with one that cannot be read, everything is new and nothing is told by name."""
    with duckdb.connect() as con:
        problem = _attach(con, "before", previous)
        if (failure := _attach(con, "now", current)) is not None:
            raise WarehouseError("warehouse-unreadable", path=str(current), problem=failure)
        observations, findings = con.execute(_COUNT).fetchall()[0]
        tally: dict[tuple[str, str], int] = {("finding", "new"): findings, ("observation", "added"): observations}
        examples: list[dict[str, Any]] = []
        if previous is not None and problem is None:
            try:
                con.execute(f"CREATE TEMP TABLE changed AS {_query('before', 'now')}").fetchall()
            except duckdb.Error as broken:  # an earlier ansinh published other columns
                problem = _first_line(broken)
            else:
                tally = {(what, change): count for what, change, count in con.execute(_TALLY).fetchall()}
                examples = con.sql(f"SELECT * FROM changed ORDER BY {_ORDER} LIMIT {most:d}").to_arrow_table().to_pylist()
    return _counted(tally, observations, findings, examples, problem)


def changed_rows(previous: Path, current: Path) -> pyarrow.Table:
    """Every change as a row, in the columns of COLUMNS."""
    with duckdb.connect() as con:
        for name, path in (("before", previous), ("now", current)):
            if (failure := _attach(con, name, path)) is not None:
                raise WarehouseError("warehouse-unreadable", path=str(path), problem=failure)
        return con.sql(f"SELECT * FROM ({_query('before', 'now')}) ORDER BY {_ORDER}").to_arrow_table()


def insert_changes(con: duckdb.DuckDBPyConnection, *, previous: str, current: str, into: str) -> int:
    """Add every change between two schemas of attached databases to a table that has the columns of COLUMNS. Gives their number."""
    names = ", ".join(COLUMNS)
    return int(con.execute(f"INSERT INTO {into} ({names}) SELECT * FROM ({_query(previous, current)}) ORDER BY {_ORDER}").fetchall()[0][0])


def _attach(con: duckdb.DuckDBPyConnection, name: str, path: Path | None) -> str | None:
    """Attach a file read-only; gives the reason where that fails."""
    if path is None:
        return None
    quoted = str(path).replace("'", "''")
    try:
        con.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
    except duckdb.Error as failure:
        return _first_line(failure)
    return None


def _counted(tally: dict[tuple[str, str], int], observations: int, findings: int, examples: list[dict[str, Any]], problem: str | None) -> Changes:
    new, added, revised = (tally.get(key, 0) for key in (("finding", "new"), ("observation", "added"), ("observation", "revised")))
    return Changes(
        findings_new=new,
        findings_persisting=findings - new,
        findings_resolved=tally.get(("finding", "resolved"), 0),
        observations_added=added,
        observations_revised=revised,
        observations_withdrawn=tally.get(("observation", "withdrawn"), 0),
        observations_same=observations - added - revised,
        examples=tuple({**row, "id": str(row["id"])} for row in examples),
        problem=problem,
    )


def _first_line(failure: duckdb.Error) -> str:
    return str(failure).partition("\n")[0]


def _query(previous: str, current: str) -> str:
    return _template().format(previous=previous, current=current)


@cache
def _template() -> str:
    return resources.files("etl").joinpath("sql", "changes.sql").read_text(encoding="utf-8")
