"""Is everything in place for a run? The environment, the paths, the rights, the room, and whether what is published is still whole.

    for check in examine(project, today=date.today()):
        ...

Nothing is repaired and nothing is kept: one small file and one link are made in warehouse/ and taken away again, since asking for a right
does not tell whether a disk will really be written to (root has all rights, on a read-only disk too).

Belongs here: questions with a yes or no. Elsewhere: what ran and when (`status`, query.py), the repair (the next run, `rollback`).
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl.errors import AnsinhError
from etl.messages import sentence, tell
from etl.publish.disk import disk_errors
from etl.publish.history import read_history
from etl.publish.lock import holder
from etl.publish.snapshot import SHOWN, Snapshot, current_snapshot, damaged_files
from etl.strict import load_toml, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.project import Project

DISTRIBUTION: Final = "ansinh"
WAIVER_NOTICE: Final = timedelta(days=30)
LEAST_FREE: Final = 200 * 1024 * 1024
# A run holds the old snapshot, the new one and the stage side by side; DuckDB may spill while it sorts.
ROOM_FACTOR: Final = 3

_REQUIREMENT: Final = re.compile(r"([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*([^;]*)")
_BOUND: Final = re.compile(r"(>=|<=|==|!=|~=|<|>)\s*([0-9][0-9.]*)")
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer; `ok` is False where somebody must do something."""

    name: str
    ok: bool
    detail_vi: str
    detail_en: str


def examine(project: Project, *, today: date) -> list[Check]:
    """Ask everything; a question that cannot be asked is answered no, with the reason."""
    found = [*_versions(), _raw(project), *_warehouse(project), _room(project), _lock(project)]
    return [*found, *_published(project), _stage(project), _history(project), *_waivers(project, today)]


def _check(name: str, code: str, /, *, ok: bool, **facts: object) -> Check:
    return Check(name, ok, sentence(code, "vi", **facts), sentence(code, "en", **facts))


def _refused(name: str, error: AnsinhError) -> Check:
    return Check(name, ok=False, detail_vi=tell(error, "vi").sentence, detail_en=tell(error, "en").sentence)


# --- the environment ---------------------------------------------------------------------------------------------------------------


def _versions() -> Iterator[Check]:
    try:
        facts = metadata.metadata(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        yield _check(DISTRIBUTION, "doctor-not-installed", ok=False)
        return
    yield _version("python", platform.python_version(), str(facts["Requires-Python"]))
    for line in metadata.requires(DISTRIBUTION) or ():
        read = _REQUIREMENT.match(line)
        if read is None or "extra ==" in line:
            continue
        name, wanted = read[1], read[2].strip(" ()")
        try:
            yield _version(name, metadata.version(name), wanted)
        except metadata.PackageNotFoundError:
            yield _check(name, "doctor-library-missing", ok=False, name=name, wanted=wanted)


def _version(name: str, found: str, wanted: str) -> Check:
    return _check(name, "doctor-version", ok=fits(found, wanted), name=name, found=found, wanted=wanted)


def fits(version: str, wanted: str) -> bool:
    """Is a version inside bounds like ">=2.0,<3"? Numbers only: of a pre-release the numbers count.

    >>> fits("2.1.0", "<3,>=2.0"), fits("3.0", "<3,>=2.0"), fits("13", ">=13.0")
    (True, False, True)
    """
    found = _numbers(version)
    return all(_holds(found, sign, _numbers(bound)) for sign, bound in _BOUND.findall(wanted))


def _holds(found: tuple[int, ...], sign: str, bound: tuple[int, ...]) -> bool:
    answers = {">=": found >= bound, "<=": found <= bound, ">": found > bound, "<": found < bound, "==": found == bound, "!=": found != bound}
    return answers.get(sign, found >= bound)


def _numbers(version: str) -> tuple[int, ...]:
    release = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    numbers = [int(part) for part in release[0].split(".")] if release else [0]
    while len(numbers) > 1 and numbers[-1] == 0:  # 2 and 2.0.0 are one version
        numbers.pop()
    return tuple(numbers)


# --- the disk ----------------------------------------------------------------------------------------------------------------------


def _raw(project: Project) -> Check:
    if not project.raw.is_dir():
        return _check("raw", "doctor-raw-missing", ok=False, path=str(project.raw))
    count, refused = 0, []
    problems: list[OSError] = []
    for folder, _, names in os.walk(project.raw, onerror=problems.append):
        for name in names:
            path = Path(folder, name)
            count += 1
            if not os.access(path, os.R_OK):
                refused.append(path.relative_to(project.raw).as_posix())
    refused += [str(problem.filename) for problem in problems]
    if refused:
        return _check("raw", "doctor-raw-unreadable", ok=False, count=len(refused), first=sorted(refused)[:3])
    return _check("raw", "doctor-raw", ok=True, files=count)


def _warehouse(project: Project) -> Iterator[Check]:
    place = project.warehouse if project.warehouse.is_dir() else project.root
    try:
        with disk_errors(place), tempfile.TemporaryDirectory(prefix=".doctor-", dir=place) as folder:
            probe = Path(folder)
            (probe / "file").write_bytes(b"x")
            yield _check("warehouse", "doctor-writable", ok=True, path=str(place))
            yield _links(probe)
    except AnsinhError as error:
        yield _refused("warehouse", error)


def _links(probe: Path) -> Check:
    try:
        (probe / "link").symlink_to("file")
    except OSError:
        return _check("links", "doctor-no-links", ok=True)  # current.json stands in for the link
    return _check("links", "doctor-links", ok=True)


def _room(project: Project) -> Check:
    place = project.warehouse if project.warehouse.is_dir() else project.root
    needed = LEAST_FREE + ROOM_FACTOR * (_size(project.current) + _size(project.stage))
    free = shutil.disk_usage(place).free
    return _check("room", "doctor-room", ok=free >= needed, free=free // _MIB, needed=needed // _MIB)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


# --- the warehouse -----------------------------------------------------------------------------------------------------------------


def _lock(project: Project) -> Check:
    running = holder(project)
    if running is None:
        return _check("lock", "doctor-lock-free", ok=True)
    return _check("lock", "doctor-lock-held", ok=True, command=running.command, pid=running.pid, host=running.host, since=running.started_at)


def _published(project: Project) -> Iterator[Check]:
    try:
        current = current_snapshot(project)
        if current is None:
            is_lost = project.current.is_symlink() or project.pointer.exists()
            yield _check("snapshot", "doctor-snapshot-lost" if is_lost else "doctor-nothing-published", ok=not is_lost)
            return
        damaged = damaged_files(current)
    except AnsinhError as error:
        yield _refused("snapshot", error)
        return
    if damaged:
        yield _check("snapshot", "doctor-damaged", ok=False, run=current.run_id, files=damaged)
    else:
        yield _check("snapshot", "doctor-whole", ok=True, run=current.run_id, files=len(current.manifest.files))
    if project.current.is_symlink():
        yield _fixed_links(project, current)


def _fixed_links(project: Project, current: Snapshot) -> Check:
    astray = [name for name in SHOWN if (current.folder / name).exists() and (project.warehouse / name).resolve() != (current.folder / name).resolve()]
    return _check("fixed-links", "doctor-links-astray" if astray else "doctor-links-right", ok=not astray, names=astray)


def _stage(project: Project) -> Check:
    path = project.stage / "stage.duckdb"
    if not path.exists():
        return _check("stage", "doctor-stage-empty", ok=True)
    if holder(project) is not None:
        return _check("stage", "doctor-stage-in-use", ok=True)
    import duckdb  # noqa: PLC0415  the questions above are answered without it

    try:
        with duckdb.connect(path, read_only=True) as con:
            files = con.execute("SELECT count(*) FROM stage_file").fetchall()[0][0]
    except duckdb.Error as failure:
        return _check("stage", "doctor-stage-unreadable", ok=False, path=str(path), problem=str(failure).partition("\n")[0])
    return _check("stage", "doctor-stage", ok=True, files=files)


def _history(project: Project) -> Check:
    try:
        told = read_history(project)
    except AnsinhError as error:
        return _refused("history", error)
    # A torn line is what a crash leaves; it is stepped over, and worth knowing.
    return _check("history", "doctor-history", ok=told.unreadable == 0, runs=len(told.runs), unreadable=told.unreadable)


def _waivers(project: Project, today: date) -> Iterator[Check]:
    """Entries [[waiver]] of raw/*/waivers.toml by their `until`. What else stands in them is for the judge to refuse."""
    for path in sorted(project.raw.glob("*/waivers.toml")):
        name = path.relative_to(project.raw).as_posix()
        try:
            file = load_toml(path)
            entries = tables(file, file.data, "waiver")
        except AnsinhError as refused:
            yield _refused(name, refused)
            continue
        dates = [day for entry in entries if (day := _until(entry)) is not None]
        over = sum(day < today for day in dates)
        soon = sum(today <= day <= today + WAIVER_NOTICE for day in dates)
        yield _check(name, "doctor-waivers", ok=over == 0, file=name, count=len(entries), over=over, soon=soon, days=WAIVER_NOTICE.days)


def _until(entry: dict[str, Any]) -> date | None:
    day = entry.get("until")
    return day if isinstance(day, date) and not isinstance(day, datetime) else None  # a date with a time is no day, and the judge says so
