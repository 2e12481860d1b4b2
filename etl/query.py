"""Read-only access to what is published: a question in SQL, the way of a number back to its print, the state of the warehouse.

    table = run_query(project, "SELECT * FROM targets WHERE area_name = $name", {"name": "Tỉnh Lào Cai"})
    trace = trace_id(project, "3f2a9c")         # the first characters of an id are enough
    now = status(project)                       # without DuckDB: from the manifest and the history

Belongs here: opening the published file for reading, finding what an id stands for, reading its cell again. Elsewhere: what is shown of
it (cli), explaining a rule (cli, from schemas/rules), writing (publish/).
"""

from __future__ import annotations

import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl.errors import UsageError, WarehouseError
from etl.publish.disk import disk_errors, sha256_of
from etl.publish.history import History, RunRecord, read_history
from etl.publish.lock import Holder, dead_holder, holder
from etl.publish.snapshot import Snapshot, current_snapshot, is_told, list_snapshots

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    import duckdb
    import pyarrow

    from etl.project import Project

# A question reads this one file: no other file, no network, no extension, and none of these can be switched back on.
_CLOSED: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}
_QUESTIONS: Final = frozenset({"SELECT", "EXPLAIN", "MULTI"})  # MULTI is how DuckDB 2 parses PIVOT; several statements are several
_PREFIX: Final = re.compile(r"[0-9a-f]{4,32}")
_CANDIDATES: Final = 12
_VALUE: Final = "value"

_ROW: Final = {
    "observation": ("SELECT * FROM observations WHERE observation_id = CAST($id AS UUID)",),
    "figure": (
        "SELECT * FROM observations WHERE figure_id = CAST($id AS UUID)",
        "SELECT * FROM quarantine WHERE figure_id = CAST($id AS UUID)",
        "SELECT * FROM excluded WHERE figure_id = CAST($id AS UUID)",
    ),
    "finding": ("SELECT * FROM findings WHERE finding_id = CAST($id AS UUID)",),
    "implied": ("SELECT * FROM implied_figures WHERE implied_id = CAST($id AS UUID)",),
}
_PLACES: Final = {
    "observation": "figures AS p LEFT JOIN sources AS s USING (source_id) WHERE p.observation_id = CAST($id AS UUID)",
    "figure": "figures AS p LEFT JOIN sources AS s USING (source_id) WHERE p.figure_id = CAST($id AS UUID)",
    "finding": (  # figures has what was printed; a member may have been judged as corrected
        "finding_members AS m JOIN figures AS p USING (figure_id) LEFT JOIN sources AS s ON s.source_id = p.source_id "
        "WHERE m.finding_id = CAST($id AS UUID) ORDER BY m.position"
    ),
    "implied": (
        "figures AS p LEFT JOIN sources AS s USING (source_id) "
        "WHERE p.figure_id IN (SELECT unnest(member_ids) FROM implied_figures WHERE implied_id = CAST($id AS UUID)) ORDER BY p.source_id, p.line"
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number is printed, and whether it still stands there.

    `problem` is None when the raw file is the one that was read and its cell holds the recorded text. Else it is the reason, as a code:
    source-missing, source-changed, source-unreadable, record-missing, column-missing, cell-differs, no-record.
    """

    source_id: str
    line: int | None
    locator: str | None
    text: str | None
    sha256: str | None
    found_sha256: str | None
    reread: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """What an id stands for: its row, the places it is printed at, the findings about it. `kind`: observation, figure, finding, implied."""

    kind: str
    id: str
    run_id: str
    row: Mapping[str, Any]
    places: tuple[Place, ...]
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The warehouse at a glance. `last` is the newest run, whether it published or not; `unreadable` counts spoiled lines of the history.

    `died` is who held the lock last and was killed, unless its run had told already how it ended.
    """

    warehouse: Path
    current: Snapshot | None
    last: RunRecord | None
    running: Holder | None
    died: Holder | None
    snapshots: int
    unreadable: int


@contextmanager
def open_warehouse(project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the current snapshot, closed to everything else, for the length of a `with`."""
    with _open(_published(project)) as con:
        yield con


def run_query(project: Project, sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> pyarrow.Table:
    """The answer to one question (SELECT, FROM, WITH, DESCRIBE, SHOW, SUMMARIZE, PIVOT, EXPLAIN …)."""
    import duckdb  # noqa: PLC0415  as in _open

    with open_warehouse(project) as con:
        try:
            statements = con.extract_statements(sql)
            kinds = [statement.type.name for statement in statements]
            if len(kinds) != 1 or kinds[0] not in _QUESTIONS:
                raise UsageError("sql-not-a-question", found=tuple(kinds))
            return con.sql(sql, params=params).to_arrow_table()
        except duckdb.Error as failure:
            raise UsageError("sql-failed", problem=_first_paragraph(failure)) from failure


def trace_id(project: Project, id_or_prefix: str) -> Trace:
    """Follow an id, or its first characters (four or more), to the printed cell and to the findings about it."""
    snapshot = _published(project)
    with _open(snapshot) as con:
        kind, found = _find(con, id_or_prefix)
        row = next((rows[0] for query in _ROW[kind] if (rows := _rows(con, query, id=found))), {})
        places = _rows(con, f"SELECT p.source_id, p.line, p.locator, p.text, s.sha256 FROM {_PLACES[kind]}", id=found)
        findings = _findings_about(con, kind, row)
    lines: dict[str, set[int]] = {place["source_id"]: set() for place in places}
    for place in places:
        if place["line"] is not None:
            lines[place["source_id"]].add(place["line"])
    today = {source: _read_again(project.raw / source, wanted) for source, wanted in lines.items()}
    seen = tuple(_look_again(place, today[place["source_id"]]) for place in places)
    return Trace(kind=kind, id=found, run_id=snapshot.run_id, row=row, places=seen, findings=findings)


def what_changed(snapshot: Snapshot, *, most: int = 20) -> dict[str, Any]:
    """What a snapshot says of the one before: the counts of findings and of claims, and the first so many changes by name."""
    run = snapshot.manifest.run
    with _open(snapshot) as con:
        claims = _rows(con, "SELECT count(*) AS n FROM observations")[0]["n"]
        examples = _rows(con, "SELECT * FROM changes ORDER BY what, change, name, subject, id LIMIT $most", most=most)
    return {
        "previous": run.previous,
        "findings": {"new": run.new, "persisting": run.persisting, "resolved": run.resolved},
        "observations": {"added": run.added, "revised": run.revised, "withdrawn": run.withdrawn, "same": claims - (run.added or 0) - (run.revised or 0)},
        "examples": [{name: str(value) if name == "id" else value for name, value in row.items()} for row in examples],
    }


def status(project: Project) -> Status:
    """What is published, what ran last, what runs now."""
    told, current, died = read_history(project), current_snapshot(project), dead_holder(project)
    return Status(
        warehouse=project.warehouse,
        current=current,
        last=told.runs[-1] if told.runs else None,
        running=holder(project),
        died=None if died is None or (died.run is not None and is_told(died.run, told, current)) else died,
        snapshots=len(list_snapshots(project)),
        unreadable=told.unreadable,
    )


def history(project: Project) -> History:
    """Every run that was ever recorded, oldest first, and every rollback."""
    return read_history(project)


def _published(project: Project) -> Snapshot:
    snapshot = current_snapshot(project)
    if snapshot is None:
        raise WarehouseError("nothing-published", warehouse=str(project.warehouse))
    return snapshot


@contextmanager
def _open(snapshot: Snapshot) -> Iterator[duckdb.DuckDBPyConnection]:
    from tempfile import TemporaryDirectory, gettempdir  # noqa: PLC0415

    import duckdb  # noqa: PLC0415  `status` and `history` live in this module too, and answer before DuckDB is even loaded

    # The snapshot itself is opened, not the link to it: links move on, and a log file beside a link would belong to another snapshot.
    # What does not fit into memory goes to a folder of our own: DuckDB's choice would be one inside the published snapshot.
    with disk_errors(Path(gettempdir())), TemporaryDirectory(prefix="ansinh-", ignore_cleanup_errors=True) as aside:
        try:
            con = duckdb.connect(snapshot.database, read_only=True, config={**_CLOSED, "temp_directory": aside})
        except duckdb.Error as failure:
            raise WarehouseError("warehouse-unreadable", path=str(snapshot.database), problem=_first_paragraph(failure)) from failure
        with con:
            yield con


def _first_paragraph(failure: Exception) -> str:
    return str(failure).partition("\n\n")[0]


def _rows(con: duckdb.DuckDBPyConnection, query: str, **params: object) -> list[dict[str, Any]]:
    return list(con.sql(query, params=params).to_arrow_table().to_pylist())


def _find(con: duckdb.DuckDBPyConnection, id_or_prefix: str) -> tuple[str, str]:
    prefix = id_or_prefix.strip().lower().replace("-", "")
    if not _PREFIX.fullmatch(prefix):
        raise UsageError("trace-no-id", given=id_or_prefix)
    # Ids sort as they are written, so a prefix is a range: no id has to be turned into text.
    found = _rows(con, _query("find_id"), low=_uuid(prefix.ljust(32, "0")), high=_uuid(prefix.ljust(32, "f")), most=_CANDIDATES)
    if not found:
        raise UsageError("trace-unknown", given=id_or_prefix)
    if len(found) > 1:
        raise UsageError("trace-ambiguous", given=id_or_prefix, candidates=tuple(f"{row['kind']} {row['id']}" for row in found))
    return found[0]["kind"], found[0]["id"]


def _query(name: str) -> str:
    return resources.files("etl").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _uuid(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _findings_about(con: duckdb.DuckDBPyConnection, kind: str, row: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    if kind not in ("observation", "figure"):
        return ()
    return tuple(_rows(con, _query("findings_about"), figure=row["figure_id"], observation=row.get("observation_id")))


@dataclass(frozen=True, slots=True)
class _Today:
    """A raw file as it is now: its hash, the cells asked for (text, or why there is none), or why nothing of it can be read."""

    sha256: str | None
    cells: Mapping[int, tuple[str | None, str | None]]
    problem: str | None


def _read_again(path: Path, wanted: AbstractSet[int]) -> _Today:
    """Read a raw file once, whatever is asked of it."""
    try:
        sha256 = sha256_of(path) if path.is_file() else None
    except OSError:
        return _Today(None, {}, "source-unreadable")
    if sha256 is None:
        return _Today(None, {}, "source-missing")
    cells = _read_cells(path, wanted)
    return _Today(sha256, {}, "source-unreadable") if cells is None else _Today(sha256, cells, None)


def _look_again(place: Mapping[str, Any], today: _Today) -> Place:
    """Compare a place with the cell in the raw file as it is today."""
    reread, problem = None, today.problem
    if problem is None:
        reread, problem = (None, "no-record") if place["line"] is None else today.cells.get(place["line"], (None, "record-missing"))
    if today.sha256 is not None and today.sha256 != place["sha256"]:
        problem = "source-changed"  # says more than what follows from it
    elif problem is None and _bare(reread) != _bare(place["text"]):
        problem = "cell-differs"
    return Place(**place, found_sha256=today.sha256, reread=reread, problem=problem)


def _read_cells(path: Path, wanted: AbstractSet[int]) -> dict[int, tuple[str | None, str | None]] | None:
    """The texts in the column `value` of some records (the header is 1; blank lines do not count), or why one has none. None: not readable."""
    from etl.read.faults import Fault  # noqa: PLC0415  as in _open: reading files takes imports that `status` does without
    from etl.read.plain import plain_text  # noqa: PLC0415

    found: dict[int, tuple[str | None, str | None]] = {}
    try:
        with plain_text(path) as plain:
            if isinstance(plain, Fault):
                return None
            with plain.path.open(encoding="utf-8-sig", newline="") as stream:
                records = (record for record in csv.reader(stream) if record)
                header = [name.strip() for name in next(records, [])]
                for line, record in enumerate(islice(records, max(wanted, default=1) - 1), start=2):
                    if line in wanted:
                        has_cell = _VALUE in header and len(record) == len(header)
                        found[line] = (record[header.index(_VALUE)], None) if has_cell else (None, "column-missing")
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    return found


def _bare(text: str | None) -> str:
    """Without the blanks that the reader takes off; a missing text and an empty one are the same cell."""
    return (text or "").strip().strip("\u200b\ufeff").strip()
