"""The working tables → the files of a snapshot: one DuckDB file, one Parquet file per table.

    built = build_snapshot(con, folder, run=record, previous=current and current.database, history=read_history(project).runs)

`con` is the connection of the run; its schema `out` has a table or view for every published table but `runs`, with the stable columns
of schemas/tables.py, and `out.waived(finding_id)`. Afterwards `folder` holds ansinh.duckdb and parquet/*.parquet, closed and, once `looked` ends, checked.

Belongs here: storing sorted, Parquet, the hash of the content. Elsewhere: tables, views and comments (empty.py), the checks (declared.py,
structure.py), the columns that tell of earlier runs (states.py), the manifest and the switch (snapshot.py).

Equal content gives equal Parquet bytes, whatever the run, the number of threads or the order of the working rows: the rows are in a
total order, and nothing that names a run goes in. The hash over these files is the `content_id`. (A DuckDB file differs every time.)
"""

from __future__ import annotations

import hashlib
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow

from etl.attached import one_transaction, quoted
from etl.errors import WarehouseError
from etl.project import DATABASE_NAME
from etl.publish.changes import CHANGES, compare
from etl.publish.declared import refuse_unless_declared
from etl.publish.disk import disk_errors, sha256_of
from etl.publish.empty import STORAGE_VERSION, write_empty
from etl.publish.faults import at
from etl.publish.snapshot import PARQUET_FOLDER
from etl.publish.states import COLUMNS, SOURCES, remember_previous
from etl.publish.structure import refuse_broken_file, refuse_broken_ledger, refuse_broken_table
from schemas.tables import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor, Future
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from etl.publish.history import RunRecord
    from schemas.published import PublishedTable

# Level 1 packs our columns no worse than the default (content hashes do not pack at all) in three quarters of the time.
PARQUET_OPTIONS: Final = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"

_BUILT: Final = "ansinh_built"
_SCHEMA: Final = f"{_BUILT}.main"
_RUNS: Final = next(table for table in TABLES if table.name == "runs")
_STABLE: Final = tuple(table for table in TABLES if not table.is_volatile)


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: the run with its content_id and counts of findings, and what publish_snapshot wants to know.

    `looked` ends when every row of the Parquet files has been looked at, and raises WarehouseError where one is not as declared.
    """

    run: RunRecord
    content_id: str
    schema_version: int
    rows: dict[str, int]
    digests: dict[str, str]
    presentation: str
    previous_problem: str | None
    seconds: dict[str, float]
    looked: Future[None]


def build_snapshot(
    con: duckdb.DuckDBPyConnection, folder: Path, *, run: RunRecord, previous: Path | None, history: Sequence[RunRecord], beside: Executor | None = None
) -> Built:
    """Build the files of one run into the empty folder `folder`. `previous` is the database of the current snapshot, if there is one.

    With `beside`, the rows of the Parquet files may still be looked at there when this returns: publish nothing before `looked` has ended.
    """
    given = refuse_unless_declared(con, _STABLE)
    clock = _Clock()
    with disk_errors(folder), _attached(con, folder / DATABASE_NAME):
        at("build.tables")
        problem = remember_previous(con, previous)
        with one_transaction(con):
            rows = {table.name: _store(con, table, run, given[table.name]) for table in _STABLE}
        changes = compare(con, previous, now=_SCHEMA)
        clock.lap("tables")
        at("build.parquet")
        digests = _write_parquet(con, folder / PARQUET_FOLDER)
        content_id = _content_id(digests)
        clock.lap("parquet")
        at("build.structure")
        done = replace(
            run, outcome="published", content_id=content_id, new=changes.new, persisting=changes.persisting, resolved=changes.resolved,
            added=changes.added, revised=changes.revised, withdrawn=changes.withdrawn, previous=run.previous if changes.problem is None else None,
        )  # fmt: skip
        # DuckDB needs nothing of what polars looks at, and half of the machine would be idle.
        with nullcontext(beside) if beside is not None else ThreadPoolExecutor(1, "ansinh-structure") as looking:
            looked = looking.submit(_look_at_files, folder / PARQUET_FOLDER)
            with one_transaction(con):
                stored = con.execute(f"INSERT INTO {_SCHEMA}.changes SELECT * FROM temp.changed ORDER BY {', '.join(CHANGES.sort)}").fetchall()
                rows[CHANGES.name] = int(stored[0][0])
                rows[_RUNS.name] = _store_runs(con, (*history, done))
                _store_meta(con, done)
            for table in TABLES:
                refuse_broken_table(con, table, schema=_SCHEMA, are_rows_seen=_is_whole_in_its_file(table))
            refuse_broken_ledger(con, schema=_SCHEMA)
        if beside is None:
            looked.result()
        clock.lap("structure")
        at("build.finish")
        con.execute(f"CHECKPOINT {_BUILT}")
    (folder / f"{DATABASE_NAME}.wal").unlink(missing_ok=True)  # empty after a checkpoint; beside a published file it would only do harm
    clock.lap("finish")
    return Built(
        run=done,
        content_id=content_id,
        schema_version=SCHEMA_VERSION,
        rows=rows,
        digests=digests,
        presentation=presentation_id(),
        previous_problem=problem or changes.problem,
        seconds=clock.laps,
        looked=looked,
    )


def presentation_id() -> str:
    """Stands for what is shown around the content: views, macros, comments, the report and its words. (By bytes: times say nothing of a file.)"""
    root = resources.files("etl")
    digest = hashlib.sha256("; ".join(text for table in TABLES for text in table.comments(_SCHEMA)).encode())
    for path in (*_below(root / "publish" / "sql"), *_below(root / "report"), root / "messages.toml"):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _below(folder: Traversable) -> Iterator[Traversable]:
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if not path.is_dir():
            yield path
        elif path.name != "__pycache__":
            yield from _below(path)


class _Clock:
    """How long each part took. (No date, no time of day: durations only.)"""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._since, 3)
        self._since = now


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, file: Path) -> Iterator[None]:
    """The new file as database `ansinh_built`; rows keep the order they are inserted in. DuckDB's own disk errors become ours."""
    kept_order = con.execute("SELECT current_setting('preserve_insertion_order')").fetchall()[0][0]
    try:
        write_empty(con, file)
        con.execute(f"ATTACH {quoted(str(file))} AS {_BUILT} (STORAGE_VERSION '{STORAGE_VERSION}')")
        con.execute("SET preserve_insertion_order = true")
        try:
            yield
        finally:
            con.execute(f"SET preserve_insertion_order = {kept_order}")
            con.execute(f"DETACH {_BUILT}")
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException) as failure:
        raise WarehouseError("disk-failed", path=str(file), problem=str(failure).splitlines()[0], errno=None) from failure


def _store(con: duckdb.DuckDBPyConnection, table: PublishedTable, run: RunRecord, given: dict[str, str]) -> int:
    source = SOURCES.get(table.name, f'out."{table.name}" AS f')
    columns = ", ".join(COLUMNS.get((table.name, c.name), f'f."{c.name}"') for c in table.columns)
    order = ", ".join(f"{_sort_key(name, given[name])} NULLS FIRST" for name in _total_order(table))
    statement = f'INSERT INTO {_SCHEMA}."{table.name}" SELECT {columns} FROM {source} ORDER BY {order}'
    try:
        stored = con.execute(statement, {"run": run.run_id} if "$run" in statement else None).fetchall()
    except (duckdb.ConstraintException, duckdb.ConversionException) as broken:
        raise WarehouseError("structure-broken", table=table.name, details=(str(broken).splitlines()[0],)) from broken
    return int(stored[0][0])


def _total_order(table: PublishedTable) -> tuple[str, ...]:
    """The declared order, made total by the key, or by all columns where there is none: rows that tie would come in any order."""
    ties = table.key or table.stable_columns()
    return (*table.sort, *(name for name in ties if name not in table.sort))


def _sort_key(name: str, given: str) -> str:
    """An ENUM sorts by its list. Where the list is in the order of its words that saves a third of the time; else the words decide."""
    words = re.findall(r"'((?:[^']|'')*)'", given) if given.startswith("ENUM(") else []
    return f'f."{name}"' if words == sorted(words) else f'f."{name}"::VARCHAR'


def _write_parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """One file per table that has content; gives their SHA-256 sums in the order of the tables."""
    folder.mkdir()
    digests = {}
    for table in _STABLE:
        path = folder / f"{table.name}.parquet"
        columns = ", ".join(_as_portable(c.name, c.duckdb_type) for c in table.columns if not c.volatile)
        facts = f"KV_METADATA {{ansinh_table: '{table.name}', ansinh_schema_version: '{SCHEMA_VERSION}'}}"
        # No ORDER BY: the stored table is in order, and DuckDB keeps it.
        con.execute(f'COPY (SELECT {columns} FROM {_SCHEMA}."{table.name}") TO {quoted(str(path))} ({PARQUET_OPTIONS}, {facts})').fetchall()
        digests[f"{folder.name}/{path.name}"] = sha256_of(path)
    return digests


def _as_portable(name: str, duckdb_type: str) -> str:
    """Ids are text in Parquet: Spark 4 refuses a file with Parquet's UUID type, polars gives raw bytes for it."""
    text = {"UUID": "VARCHAR", "UUID[]": "VARCHAR[]"}.get(duckdb_type)
    return f'"{name}"' if text is None else f'CAST("{name}" AS {text}) AS "{name}"'


def _content_id(digests: dict[str, str]) -> str:
    return hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in digests.items()).encode()).hexdigest()


def _store_runs(con: duckdb.DuckDBPyConnection, runs: Sequence[RunRecord]) -> int:
    by_id = {run.run_id: run for run in runs}
    rows = [{name: getattr(run, name) for name in _RUNS.stable_columns()} for run in by_id.values()]
    con.register("ansinh_runs", pyarrow.Table.from_pylist(rows, schema=_RUNS.arrow_schema()))
    con.execute(f"INSERT INTO {_SCHEMA}.runs SELECT * FROM ansinh_runs ORDER BY run_id").fetchall()
    con.unregister("ansinh_runs")
    return len(rows)


def _look_at_files(folder: Path) -> None:
    for table in TABLES:
        if _is_whole_in_its_file(table):
            refuse_broken_file(table, folder / f"{table.name}.parquet")


def _is_whole_in_its_file(table: PublishedTable) -> bool:
    return not table.is_volatile and len(table.stable_columns()) == len(table.columns)


def _store_meta(con: duckdb.DuckDBPyConnection, run: RunRecord) -> None:
    facts = {
        "schema_version": str(SCHEMA_VERSION),
        "content_id": run.content_id,
        "run_id": run.run_id,
        "version": run.version,
        "evaluated_on": run.evaluated_on,
    }
    con.execute(f"INSERT INTO {_SCHEMA}.meta SELECT unnest($keys), unnest($values)", {"keys": list(facts), "values": list(facts.values())}).fetchall()
