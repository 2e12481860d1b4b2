"""The current snapshot, opened for reading, and the places that exports are written to.

Belongs here: what every form needs of the snapshot and of the disk. Elsewhere: what is written (one module per form), questions in SQL
(etl/query.py: that connection is closed to the disk, and COPY writes to it).
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from etl.errors import UsageError, WarehouseError
from etl.publish.disk import disk_errors
from etl.publish.snapshot import snapshot_of_schema
from schemas.tables import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.project import Project
    from etl.publish.history import RunRecord


@dataclass(frozen=True, slots=True)
class Published:
    """One snapshot: a connection whose unqualified names are its tables and views, and the run that published it."""

    con: duckdb.DuckDBPyConnection
    run: RunRecord

    def rows(self, query: str, **params: object) -> list[dict[str, Any]]:
        """A short answer; many rows go through COPY or in batches."""
        return list(self.con.sql(query, params=params).to_arrow_table().to_pylist())

    def copy(self, query: str, file: Path, options: str) -> None:
        """Have DuckDB write the rows of an ordered query; it does so in bounded memory."""
        try:
            self.con.execute(f"COPY ({query}) TO {quoted(str(file))} ({options})")
        except (duckdb.IOException, duckdb.OutOfMemoryException) as failure:
            raise WarehouseError("disk-failed", path=str(file), problem=str(failure).partition("\n")[0], errno=None) from failure


@contextmanager
def open_published(project: Project) -> Iterator[Published]:
    """Open the current snapshot, read-only; the snapshot itself, not the link that may move on meanwhile."""
    snapshot = snapshot_of_schema(project, SCHEMA_VERSION)
    with duckdb.connect() as con:
        try:
            con.execute(f"ATTACH {quoted(str(snapshot.database))} AS published (READ_ONLY)")
            con.execute("USE published")
        except duckdb.Error as failure:
            raise WarehouseError("warehouse-unreadable", path=str(snapshot.database), problem=str(failure).partition("\n")[0]) from failure
        yield Published(con, snapshot.manifest.run)


def quoted(text: str) -> str:
    """A text as SQL writes it, for the places where DuckDB takes no parameter (ATTACH, COPY)."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def folder_for(target: Path, names: frozenset[str], *, beside: str | None = None) -> Iterator[Path]:
    """A folder to write `names` into; they appear in `target` when all of them are written. A folder with other files is not ours.

    Files whose name fits the pattern `beside` may stand there already; they are left alone.
    """
    foreign = [found for found in _found_in(target) if found.name not in names and not (beside and found.match(beside))]
    if foreign or target.is_file():
        raise UsageError("export-target-taken", target=str(target))
    with disk_errors(target):
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".ansinh-", dir=target.parent) as aside:
            yield Path(aside)
            for name in sorted(names):
                (Path(aside) / name).replace(target / name)


def _found_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


@contextmanager
def file_for(target: Path) -> Iterator[Path]:
    """A file to write, beside `target`; it takes its place when it is complete."""
    if target.is_dir():
        raise UsageError("export-target-taken", target=str(target))
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".ansinh-", dir=target.parent) as aside:
            yield Path(aside) / target.name
            (Path(aside) / target.name).replace(target)
