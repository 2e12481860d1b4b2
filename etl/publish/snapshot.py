"""A complete folder becomes what readers see, in one rename; and what readers see now.

    warehouse/.build-<run>/     written, complete, synced, read-only
        → snapshots/<run>/      by rename
    warehouse/current           → snapshots/<run>, moved by rename: this publishes the database, the Parquet files and the reports at once
    warehouse/ansinh.duckdb …   → current/ansinh.duckdb …, made once, never touched again

On a disk without symbolic links `current.json` says which snapshot is current, and the files are opened below snapshots/<run>/;
`current_snapshot` knows both ways. The link is believed first, so going over from one to the other is one step as well.

Belongs here: the manifest, the switch, what is current, rollback, clearing up after a crash. Elsewhere: what a folder holds (build.py),
when it goes (retention.py). All of it runs under the lock (lock.py); `rollback` takes it itself. Standard library only.
"""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from etl.errors import UsageError, WarehouseError
from etl.project import DATABASE_NAME
from etl.publish.disk import READ_ONLY_FILE, disk_errors, is_held, replace_file, replace_link, sha256_of, sync, sync_tree
from etl.publish.faults import at
from etl.publish.history import History, Rollback, RunRecord, append_rollback, append_run, is_told_as_published, read_history, record_from
from etl.publish.lock import Holder, hold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from etl.project import Project

MANIFEST_NAME: Final = "manifest.json"
_RUN_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
PARQUET_FOLDER: Final = "parquet"
BUILD_PREFIX: Final = ".build-"
REPORT_PREFIX: Final = ".report-"
RETIRED_PREFIX: Final = ".retired-"
# What warehouse/ shows of the current snapshot. A snapshot without its report has no link to one.
SHOWN: Final = (DATABASE_NAME, PARQUET_FOLDER, "quality-report.html", "quality-report.json")


@dataclass(frozen=True, slots=True)
class FileFact:
    """One published file, by its path inside the snapshot."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself. `presentation` stands for its views, comments and report, as content_id does for its rows."""

    schema_version: int
    run: RunRecord
    files: tuple[FileFact, ...]
    presentation: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published run."""

    folder: Path
    manifest: Manifest

    @property
    def run_id(self) -> str:
        """The run that published it."""
        return self.manifest.run.run_id

    @property
    def content_id(self) -> str | None:
        """Equal for equal content, whatever run published it."""
        return self.manifest.run.content_id

    @property
    def input_key(self) -> str | None:
        """Equal for equal inputs, rules, code and date."""
        return self.manifest.run.input_key

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.folder / DATABASE_NAME


@contextmanager
def building(project: Project, run_id: str) -> Iterator[Path]:
    """A new folder to build a snapshot in; it is gone afterwards unless it was published."""
    folder = project.warehouse / f"{BUILD_PREFIX}{run_id}"
    refuse_what_is_in_the_way(project)
    with disk_errors(folder):
        project.snapshots.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what cannot be removed now, `clean_up` removes before the next run


def refuse_what_is_in_the_way(project: Project) -> None:
    """Raise WarehouseError where links must be made and something else lies, as in a copy made without links: before the work, not behind it."""
    places = (project.current, *(project.warehouse / name for name in SHOWN))
    others = tuple(str(place) for place in places if place.exists() and not place.is_symlink())
    if others:
        raise WarehouseError("link-in-the-way", path=others)


def publish_snapshot(project: Project, folder: Path, *, run: RunRecord, schema_version: int, digests: Mapping[str, str], presentation: str = "") -> Snapshot:
    """Make a complete build folder the current snapshot, and add its run to the history.

    `digests` are the SHA-256 sums already known, by path inside the folder; the others are worked out here.
    """
    target = project.snapshots / run.run_id
    if target.exists():
        raise WarehouseError("snapshot-exists", run_id=run.run_id, path=str(target))
    with disk_errors(folder):
        _finish(folder, digests, schema_version=schema_version, run=run, presentation=presentation)
        at("publish.rename")
        folder.rename(target)
        sync(project.snapshots)
        _switch(project, run.run_id)
    append_run(project, run)
    return _read_snapshot(target)


def current_snapshot(project: Project) -> Snapshot | None:
    """What readers see now; None before the first run that published, or if somebody took its folder away."""
    with disk_errors(project.warehouse):
        run_id = _current_run(project)
    folder = None if run_id is None else project.snapshots / run_id
    return None if folder is None or not folder.is_dir() else _read_snapshot(folder)


def snapshot_of_schema(project: Project, schema_version: int) -> Snapshot:
    """The current snapshot, for who reads its tables by the names of this schema. `ansinh query` reads any."""
    snapshot = current_snapshot(project)
    if snapshot is None:
        raise WarehouseError("nothing-published", warehouse=str(project.warehouse))
    found = snapshot.manifest.schema_version
    if found != schema_version:
        raise WarehouseError("schema-older" if found < schema_version else "schema-newer", run_id=snapshot.run_id, found=found, known=schema_version)
    return snapshot


def last_readable(project: Project) -> Snapshot | None:
    """The same for a run: a current snapshot that cannot be read counts as none, since the run is its repair."""
    try:
        return current_snapshot(project)
    except WarehouseError:
        return None


def list_snapshots(project: Project) -> tuple[Snapshot, ...]:
    """All snapshots whose manifest can be read, oldest first. (One that cannot be read must not keep the others from use.)"""
    if not project.snapshots.is_dir():
        return ()
    with disk_errors(project.snapshots):
        folders = [path for path in project.snapshots.iterdir() if path.is_dir() and not path.name.startswith(".")]
    found = [snapshot for snapshot in map(_read_if_whole, folders) if snapshot is not None]
    return tuple(sorted(found, key=lambda snapshot: (snapshot.manifest.run.started_at, snapshot.run_id)))


def damaged_files(snapshot: Snapshot) -> tuple[str, ...]:
    """The files that are no longer what the manifest says they were."""
    return tuple(fact.path for fact in snapshot.manifest.files if not _is_intact(snapshot.folder / fact.path, fact))


def has_all_files(snapshot: Snapshot) -> bool:
    """Whether every file is there in its size: a glance, where `damaged_files` reads them all."""
    return all((path := snapshot.folder / fact.path).is_file() and path.stat().st_size == fact.size for fact in snapshot.manifest.files)


def rollback(project: Project, run_id: str, *, now: str) -> Snapshot:
    """Make an older (or newer) snapshot the current one. It must be whole; the history tells of it."""
    with hold(project, command="rollback", now=now) as held:
        clean_up(project, held.dead)
        known = {snapshot.run_id: snapshot for snapshot in list_snapshots(project)}
        wanted = known.get(run_id)
        if wanted is None:
            raise UsageError("snapshot-unknown", run_id=run_id, known=tuple(known))
        damaged = damaged_files(wanted)
        if damaged:
            raise WarehouseError("snapshot-damaged", run_id=run_id, files=damaged)
        with disk_errors(project.current):
            left = _current_run(project)  # its name is enough: a broken current snapshot is a reason to go back, not a hindrance
            _switch(project, run_id)
        append_rollback(project, Rollback(at=now, left=left or "", entered=run_id))
        return wanted


def clean_up(project: Project, dead: Holder | None = None) -> None:
    """Put right what a crash left: before every run, under the lock.

    Half-built and half-removed folders go. A snapshot that was renamed into place but never became current goes too: nobody has seen it.
    A run that published and died before it could say so is added to the history, from its own manifest; one that was killed before that,
    from the note that it left in the lock (`dead`).
    """
    current = last_readable(project)
    # Only what is newer than the current one: were the history lost, nothing old may be taken for never published.
    newer = [snapshot for snapshot in list_snapshots(project) if current is not None and snapshot.manifest.run.started_at > current.manifest.run.started_at]
    told = read_history(project) if newer else History()
    if current is not None and not is_told_as_published(project, current.run_id):
        append_run(project, current.manifest.run)
    if dead is not None and dead.run is not None and not is_told(dead.run, read_history(project), current):
        append_run(project, dead.run)
    with disk_errors(project.warehouse):
        for folder in _half_made(project):
            _remove(folder)
        for part in (*project.warehouse.glob(".*.part"), *project.stage.glob(".*.part")):
            part.unlink()
        _remove_stray_logs(project)
    if told.unreadable or not told.runs:
        return  # a history with gaps does not tell what nobody has seen
    # A run that failed at the switch has its line, and still nobody has seen its snapshot.
    seen = {run.run_id for run in told.runs if run.outcome == "published"} | {run_id for step in told.rollbacks for run_id in (step.left, step.entered)}
    with disk_errors(project.snapshots):
        for snapshot in newer:
            if snapshot.run_id not in seen:
                _remove(snapshot.folder)


def is_told(run: RunRecord, told: History, current: Snapshot | None) -> bool:
    """Whether a run has its line in the history, or has published and will get it."""
    return any(run.run_id == other.run_id for other in told.runs) or (current is not None and current.run_id == run.run_id)


def _half_made(project: Project) -> Iterator[Path]:
    for prefix in (BUILD_PREFIX, REPORT_PREFIX):
        yield from project.warehouse.glob(f"{prefix}*")
    yield from (folder for folder in project.snapshots.glob(f"{RETIRED_PREFIX}*") if not _has_reader(folder))


def _finish(folder: Path, digests: Mapping[str, str], **told: Any) -> None:
    """Write the manifest, make every file read-only, and have all of it on the disk itself."""
    at("publish.manifest")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    facts = [_fact(path, path.relative_to(folder).as_posix(), digests) for path in paths]
    manifest = Manifest(files=tuple(facts), **told)
    (folder / MANIFEST_NAME).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    # One client in DuckDB's default read-write mode would shut all others out and could write into what is published.
    # (The mode does not stop root.)
    for path in (*paths, folder / MANIFEST_NAME):
        path.chmod(READ_ONLY_FILE)
    at("publish.sync")
    sync_tree(folder)


def _fact(path: Path, name: str, digests: Mapping[str, str]) -> FileFact:
    return FileFact(path=name, size=path.stat().st_size, sha256=digests.get(name) or sha256_of(path))


def _switch(project: Project, run_id: str) -> None:
    at("publish.links")
    _remove_stray_logs(project)
    has_links = _make_links(project, run_id)
    at("publish.switch")
    if has_links and replace_link(project.current, f"{project.snapshots.name}/{run_id}"):
        project.pointer.unlink(missing_ok=True)
    else:
        replace_file(project.pointer, json.dumps({"run_id": run_id}).encode() + b"\n")
        project.current.unlink(missing_ok=True)
    at("publish.switched")
    sync(project.warehouse)


def _make_links(project: Project, run_id: str) -> bool:
    """The fixed links through `current`. They are made before the first switch, so that the switch alone decides what is seen."""
    refuse_what_is_in_the_way(project)
    for name in SHOWN:
        link, target = project.warehouse / name, f"{project.current.name}/{name}"
        if link.is_symlink() and link.readlink().as_posix() == target:
            continue
        if (project.snapshots / run_id / name).exists() and not replace_link(link, target):
            return False
    return True


def _remove_stray_logs(project: Project) -> None:
    """Remove `ansinh.duckdb.wal` files: beside a file they do not belong to, they keep everybody from opening it.

    Only a writer makes them, and nobody but root can write. A log whose file somebody holds may be in use; it goes another time, except
    beside the fixed link: there it would meet the next snapshot.
    """
    for log in project.warehouse.glob("*.wal"):
        log.unlink()
    for log in project.snapshots.glob("*/*.wal"):
        file = log.with_suffix("")
        if not (file.exists() and is_held(file)):
            log.unlink()


def _current_run(project: Project) -> str | None:
    if project.current.is_symlink():
        return project.current.readlink().name
    try:
        told = json.loads(project.pointer.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as broken:
        raise WarehouseError("manifest-broken", path=str(project.pointer)) from broken
    run_id = told.get("run_id") if isinstance(told, dict) else None
    if not isinstance(run_id, str) or not _RUN_ID.fullmatch(run_id):
        raise WarehouseError("manifest-broken", path=str(project.pointer))
    return run_id


def _read_snapshot(folder: Path) -> Snapshot:
    path = folder / MANIFEST_NAME
    try:
        with disk_errors(path):
            told: dict[str, Any] = json.loads(path.read_bytes())
        files = tuple(FileFact(**entry) for entry in told["files"])
        version, presentation = int(told["schema_version"]), str(told.get("presentation", ""))
        manifest = Manifest(schema_version=version, run=record_from(told["run"]), files=files, presentation=presentation)
    except (ValueError, KeyError, TypeError) as broken:
        raise WarehouseError("manifest-broken", path=str(path)) from broken
    return Snapshot(folder=folder, manifest=manifest)


def _read_if_whole(folder: Path) -> Snapshot | None:
    try:
        return _read_snapshot(folder)
    except WarehouseError:
        return None


def _is_intact(path: Path, fact: FileFact) -> bool:
    return path.is_file() and path.stat().st_size == fact.size and sha256_of(path) == fact.sha256


def _has_reader(folder: Path) -> bool:
    file = folder / DATABASE_NAME
    return file.exists() and is_held(file)


def _remove(folder: Path) -> None:
    at("clean.delete")
    shutil.rmtree(folder)


def remove_unless_held(snapshot: Snapshot) -> bool:
    """Remove a snapshot, unless somebody has its database open. It is renamed first, so that no half of it is ever seen."""
    retired = snapshot.folder.with_name(f"{RETIRED_PREFIX}{snapshot.folder.name}")
    with disk_errors(snapshot.folder):
        if _has_reader(snapshot.folder):
            return False
        at("retire.rename")
        snapshot.folder.rename(retired)
        if _has_reader(retired):  # somebody came in between the question and the rename
            retired.rename(snapshot.folder)
            return False
        at("retire.delete")
        shutil.rmtree(retired)
    return True
