"""What `ingest` keeps between runs: the rows of every raw file as read, under the hash of its content, in warehouse/stage/stage.duckdb.

    stage_file   one row per raw file: number, hash, version of the reader, rows, what was wrong with it
    raw_rows     the rows as printed          raw_set_aside   records that could not be read
    out.*        the verdicts of `validate`   stage_state     which inputs they belong to

An unchanged file costs a stat and a look-up. The file is a cache: when it is damaged or of another version it is thrown away and built
again from raw/. Two small JSON files stand beside it, so that "nothing changed" is known before DuckDB is even loaded. They are written
aside, synced and renamed, and each says the hash of what it holds: whatever a power cut leaves of them is whole or is not believed.

Belongs here: keeping and finding again. Elsewhere: reading a file (read/), the order of the steps (pipeline.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import etl
import schemas
from etl.errors import SourceError, StageError, WarehouseError
from etl.publish.disk import disk_errors, replace_file
from etl.publish.faults import at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from etl.model import RawFile
    from etl.project import Project
    from etl.read.figures_csv import ReadResult
    from etl.read.sources import ListedFile

STAGE_VERSION: Final = 2
_DATABASE: Final = "stage.duckdb"
# What is not kept lives in memory, where every connection of a run sees it (a temporary table has one connection only) and no disk waits for it.
_PLACES: Final = "memory.main,stage.main,stage.out"
_HASHES: Final = "hashes.json"
_DONE: Final = "done.json"
_ENGINE: Final = re.compile(r"(duckdb|pandera|polars|polars_runtime_\w+|pyarrow)-[^/]+\.dist-info")
_LOCKED_FOR_S: Final = 2.0  # `doctor` looks into the stage for an instant, and must not make a run fail
_TABLES: Final = """
CREATE SCHEMA IF NOT EXISTS out;
CREATE TABLE IF NOT EXISTS stage_file (file_no INTEGER, source_id VARCHAR, sha256 VARCHAR, row_count BIGINT, set_aside BIGINT, faults VARCHAR);
CREATE TABLE IF NOT EXISTS raw_rows (file_no INTEGER, line BIGINT, indicator VARCHAR, measure VARCHAR, breakdown VARCHAR, ref_area VARCHAR, time_period VARCHAR,
    obs_kind VARCHAR, value VARCHAR, unit VARCHAR, locator VARCHAR, note VARCHAR);
CREATE TABLE IF NOT EXISTS raw_set_aside (file_no INTEGER, line BIGINT, text VARCHAR, fields INTEGER, expected INTEGER, code VARCHAR);
CREATE TABLE IF NOT EXISTS stage_state (key VARCHAR, value VARCHAR);
"""


@dataclass(frozen=True, slots=True)
class Done:
    """The inputs of the last run that went through, as `stat` saw them."""

    stat_key: str
    input_key: str
    run_id: str


def code_id() -> str:
    """Stands for our own code, rules and reference data, and for what computes: a changed installation reads and judges everything again."""
    digest = hashlib.sha256(f"{etl.__version__}|{sys.version}|{'|'.join(_engines())}\n".encode())
    for package in (etl, schemas):
        root = Path(str(package.__file__)).parent
        for path, stat in _walk(root):
            if stat is not None:
                digest.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _engines() -> list[str]:
    """The libraries that decide what is computed, with their versions, by the names of their folders: importing them to ask takes half a second."""
    found: set[str] = set()
    for place in sys.path:
        with suppress(OSError), os.scandir(place or ".") as entries:
            found.update(entry.name for entry in entries if _ENGINE.fullmatch(entry.name))
    return sorted(found)


def stat_key(project: Project, *, evaluated_on: str) -> str:
    """Stands for everything a run reads, by name, size and time of change only: equal keys need no run."""
    digest = hashlib.sha256(f"{STAGE_VERSION}|{code_id()}|{evaluated_on}\n".encode())
    for folder in (project.raw, project.root / "rules"):
        for path, stat in _walk(folder):
            # Of a folder its name alone: its times tell of files that came and went, and those are asked themselves.
            told = "" if stat is None else f"|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}|{stat.st_ino}"
            digest.update(f"{folder.name}/{path}{told}\n".encode(errors="surrogateescape"))
    settings = project.root / "ansinh.toml"
    if settings.exists():
        digest.update(settings.read_bytes())
    return digest.hexdigest()


def _walk(folder: Path) -> Iterator[tuple[str, os.stat_result | None]]:
    """All files below a folder, in the order of their paths, with what `stat` says; folders without. Linked folders are not entered."""
    if not folder.is_dir():
        return
    found: list[tuple[str, os.stat_result | None]] = []
    pending, start = [str(folder)], len(os.path.join(folder, ""))  # noqa: PTH118  with the slash behind it
    while pending:
        with os.scandir(pending.pop()) as entries:  # ten thousand files: Path objects would cost more than the stats themselves
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                        found.append((f"{entry.path[start:]}/", None))
                else:
                    found.append((entry.path[start:], _stat(entry)))
    yield from sorted(found, key=lambda entry: entry[0])


def _stat(entry: os.DirEntry[str]) -> os.stat_result:
    """Of the file, or of the link itself where it leads nowhere or back to itself: reading refuses those with a name."""
    try:
        return entry.stat()
    except OSError:
        return entry.stat(follow_symlinks=False)


def read_done(project: Project) -> Done | None:
    """What the last run that went through had read; None where nobody knows."""
    told = _read_json(project.stage / _DONE)
    try:
        return Done(**told) if told else None
    except TypeError:
        return None


def write_done(project: Project, done: Done) -> None:
    """Remember the inputs of a run that went through."""
    _write_json(project.stage / _DONE, "stage.done", {"stat_key": done.stat_key, "input_key": done.input_key, "run_id": done.run_id})


def hashes_of(project: Project, files: Iterable[ListedFile]) -> dict[str, str]:
    """The SHA-256 of each file; remembered for a size and its times, worked out else. (Who sets a file's time back cannot set the other one.)"""
    from etl.read.sources import sha256_of  # noqa: PLC0415  `read_done` must not load the reader

    known = _read_json(project.stage / _HASHES)
    kept: dict[str, list[Any]] = {}
    for file in files:
        told, seen = known.get(file.source_id), [file.size, file.mtime_ns, file.ctime_ns]
        if isinstance(told, list) and told[:3] == seen:
            kept[file.source_id] = told
        else:
            kept[file.source_id] = [*seen, sha256_of(file.path)]
    if kept != known:
        _write_json(project.stage / _HASHES, "stage.hashes", kept)
    return {source: str(told[3]) for source, told in kept.items()}


@contextmanager
def stage_errors(path: Path) -> Iterator[None]:
    """Turn what DuckDB says of a disk that is full or fails into our error.

    Trap: a commit that the disk refuses is a TransactionException, and every word to that database afterwards a FatalException.
    """
    import duckdb  # noqa: PLC0415

    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException, duckdb.FatalException) as failure:
        raise StageError("stage-unwritable", path=str(path), problem=str(failure).partition("\n")[0]) from failure
    except OSError as failure:
        raise StageError("stage-unwritable", path=str(path), problem=failure.strerror or str(failure)) from failure


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the disk says of a raw file that cannot be read into our error: it stops the run, for half a source is no source."""
    try:
        yield
    except OSError as failure:
        named = failure.filename if isinstance(failure.filename, str) else str(path)
        raise SourceError("file-unreadable", file=named, problem=failure.strerror or str(failure)) from failure


@contextmanager
def changing(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All changes of the stage inside, or none."""
    import duckdb  # noqa: PLC0415

    con.begin()
    try:
        yield
        at("stage.commit")
        con.commit()
    except BaseException:
        with suppress(duckdb.Error):  # after a commit that failed there is nothing left to take back
            con.rollback()
        raise


def open_stage(project: Project) -> duckdb.DuckDBPyConnection:
    """Open the stage for reading and writing; a damaged or outdated one is built anew, it is only a cache."""
    import duckdb  # noqa: PLC0415

    path = project.stage / _DATABASE
    with stage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    for attempt in (1, 2):
        try:
            con = _connect(path)
            try:
                is_ours = _is_ours(con)
            except duckdb.Error:
                con.close()
                raise
            if is_ours:
                return con
            con.close()
        except duckdb.Error as failure:
            problem = str(failure).partition("\n")[0]
            if _is_in_use(failure):
                raise StageError("stage-in-use", path=str(path), problem=problem) from failure
            if attempt == 2:  # noqa: PLR2004
                raise StageError("stage-unreadable", path=str(path), problem=problem) from failure
        throw_away(project)
    raise StageError("stage-unreadable", path=str(path), problem="")


def tells_of_damage(failure: BaseException | None) -> bool:
    """Whether DuckDB has met a block that is not what it wrote: the disk changed it. (Of the words that it wraps them in, each of ours keeps the cause.)"""
    while failure is not None:
        if "Corrupt database file" in str(failure):
            return True
        failure = failure.__cause__
    return False


def throw_away(project: Project) -> None:
    """Remove the stage, which must be closed: it is built again from raw/."""
    path = project.stage / _DATABASE
    with stage_errors(path):
        for stale in (path, path.with_name(f"{path.name}.wal")):
            stale.unlink(missing_ok=True)


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    import duckdb  # noqa: PLC0415

    from etl.attached import quoted  # noqa: PLC0415  loads DuckDB

    until = time.monotonic() + _LOCKED_FOR_S
    while True:
        con = duckdb.connect(config={"temp_directory": f"{path}.tmp"})
        try:
            con.execute(f"ATTACH {quoted(str(path))} AS stage")
        except duckdb.Error as failure:
            con.close()
            if not _is_in_use(failure) or time.monotonic() > until:
                raise
        else:
            return con
        time.sleep(0.05)


def _is_in_use(failure: duckdb.Error) -> bool:
    """By another process, or by this one."""
    import duckdb  # noqa: PLC0415

    return isinstance(failure, duckdb.ResourceInUseException) or (isinstance(failure, duckdb.IOException) and "Could not set lock" in str(failure))


def _is_ours(con: duckdb.DuckDBPyConnection) -> bool:
    from etl.attached import look_up  # noqa: PLC0415  loads DuckDB

    look_up(con, "stage")
    con.execute(_TABLES)
    look_up(con, _PLACES)
    told = get_state(con, "code_id")
    if told is None:
        set_state(con, "code_id", code_id())
        return True
    return told == code_id()


def add_files(con: duckdb.DuckDBPyConnection, files: Sequence[tuple[int, RawFile, ReadResult]]) -> None:
    """Note which files were read, and what was wrong with them."""
    import pyarrow  # noqa: PLC0415

    faults = [json.dumps([{"code": fault.code, **fault.facts()} for fault in result.faults], ensure_ascii=False) for _, _, result in files]
    columns = {
        "file_no": pyarrow.array([number for number, _, _ in files], pyarrow.int32()),
        "source_id": pyarrow.array([file.source_id for _, file, _ in files], pyarrow.string()),
        "sha256": pyarrow.array([file.sha256 for _, file, _ in files], pyarrow.string()),
        "row_count": pyarrow.array([result.rows for _, _, result in files], pyarrow.int64()),
        "set_aside": pyarrow.array([result.set_aside for _, _, result in files], pyarrow.int64()),
        "faults": pyarrow.array(faults, pyarrow.string()),
    }
    con.register("_files", pyarrow.table(columns))
    con.execute("INSERT INTO stage_file SELECT * FROM _files").fetchall()
    con.unregister("_files")


def put_in_order(con: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> None:
    """Number the files, and lay their rows, in the order of `sources`, whatever was read when: what order decides is then decided by raw/ alone."""
    import pyarrow  # noqa: PLC0415

    found = con.execute(
        "SELECT f.source_id, f.file_no, min(r.rowid), max(r.rowid) FROM stage_file AS f LEFT JOIN raw_rows AS r USING (file_no) GROUP BY ALL"
    ).fetchall()
    lies = {source: (number, first, last) for source, number, first, last in found}
    numbers = [lies[source][0] for source in sources]
    ends = [end for source in sources for end in lies[source][1:] if end is not None]
    if numbers == sorted(numbers) and ends == sorted(ends):
        return
    con.register("_order", pyarrow.table({"old": pyarrow.array(numbers, pyarrow.int32()), "new": pyarrow.array(range(len(numbers)), pyarrow.int32())}))
    for table in ("raw_rows", "raw_set_aside", "stage_file"):
        con.execute(
            f"""CREATE TABLE stage.main.ordered AS
            SELECT t.* REPLACE (o.new AS file_no) FROM {table} AS t JOIN _order AS o ON o.old = t.file_no ORDER BY o.new, t.rowid"""
        )
        con.execute(f"DROP TABLE {table}; ALTER TABLE stage.main.ordered RENAME TO {table}")
    con.unregister("_order")


def get_state(con: duckdb.DuckDBPyConnection, key: str) -> str | None:
    """One value of the stage's memory."""
    found = con.execute("SELECT value FROM stage_state WHERE key = $1", [key]).fetchone()
    return None if found is None else str(found[0])


def set_state(con: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    """Remember one value."""
    con.execute("DELETE FROM stage_state WHERE key = $1", [key])
    con.execute("INSERT INTO stage_state VALUES ($1, $2)", [key, value])


def _read_json(path: Path) -> dict[str, Any]:
    """What was written last; nothing, if it is not there or not whole."""
    try:
        digest, _, told = path.read_bytes().partition(b"\n")
        if digest.decode() != hashlib.sha256(told).hexdigest():
            return {}
        content = json.loads(told)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_json(path: Path, step: str, content: dict[str, Any]) -> None:
    told = json.dumps(content, ensure_ascii=False).encode()
    try:
        with disk_errors(path):
            at(step)
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, hashlib.sha256(told).hexdigest().encode() + b"\n" + told)
    except WarehouseError as failure:
        raise StageError("stage-unwritable", path=failure.facts["path"], problem=failure.facts["problem"]) from failure
