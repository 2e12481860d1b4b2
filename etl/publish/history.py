"""What every run did, for ever: warehouse/history.jsonl, one JSON object a line, only ever added to.

Belongs here: the record of a run, adding it, reading it back. Elsewhere: the table `runs` that a snapshot shows of it (build.py).

The file outlives the snapshots, so it must outlive crashes: a line is written in one go and synced, and a line that a crash tore off
is stepped over by readers and closed by the next writer. Standard library only: `status` and `history` must be instant.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from etl.publish.disk import disk_errors, open_shared, sync
from etl.publish.faults import at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from etl.project import Project

_RUN: Final = "run"
_ROLLBACK: Final = "rollback"
_PUBLISHED: Final = "published"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One execution: the columns of the table `runs`, then what only the history keeps.

    `outcome` is published, unchanged, gate_failed or failed. `input_key` stands for everything the run read; equal keys need no run.
    `new`, `persisting` and `resolved` count findings, `added`, `revised` and `withdrawn` claims, against the snapshot of the run `previous`.
    Without one all are new; None: nothing was published.
    """

    run_id: str
    started_at: str
    evaluated_on: str
    trigger: str
    outcome: str
    version: str
    finished_at: str | None = None
    content_id: str | None = None
    rows_read: int | None = None
    rows_published: int | None = None
    rows_quarantined: int | None = None
    rows_excluded: int | None = None
    errors: int | None = None
    warnings: int | None = None
    input_key: str | None = None
    new: int | None = None
    persisting: int | None = None
    resolved: int | None = None
    added: int | None = None
    revised: int | None = None
    withdrawn: int | None = None
    previous: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rollback:
    """Somebody made an older snapshot the current one again."""

    at: str
    left: str
    entered: str


@dataclass(frozen=True, slots=True)
class History:
    """All that can be read, in order; `unreadable` counts lines that a crash or a hand has spoiled."""

    runs: tuple[RunRecord, ...] = ()
    rollbacks: tuple[Rollback, ...] = ()
    unreadable: int = 0


def append_run(project: Project, record: RunRecord) -> None:
    """Add a run."""
    _append(project.history, {"event": _RUN, **asdict(record)})


def append_rollback(project: Project, rollback: Rollback) -> None:
    """Add a rollback."""
    _append(project.history, {"event": _ROLLBACK, **asdict(rollback)})


def read_history(project: Project) -> History:
    """Read the whole history. A run told twice counts as told last, but what was published stays published.

    (A run can publish and fail afterwards, while it removes old snapshots; then it is told as published and as failed.)
    """
    with disk_errors(project.history):
        try:
            lines = project.history.read_bytes().splitlines()
        except FileNotFoundError:
            return History()
    told = [_event(line) for line in lines if line.strip()]
    runs: dict[str, RunRecord] = {}
    for entry in told:
        if isinstance(entry, RunRecord) and (entry.outcome == _PUBLISHED or entry.run_id not in runs or runs[entry.run_id].outcome != _PUBLISHED):
            runs[entry.run_id] = entry
    return History(
        runs=tuple(runs.values()),
        rollbacks=tuple(entry for entry in told if isinstance(entry, Rollback)),
        unreadable=sum(entry is None for entry in told),
    )


def is_told_as_published(project: Project, run_id: str) -> bool:
    """Whether the history says that a run published. Only lines that name it are parsed: a run that finds nothing new shall not read years of them."""
    with disk_errors(project.history):
        try:
            told = project.history.read_bytes()
        except FileNotFoundError:
            return False
    name, at = json.dumps(run_id).encode(), -1
    while (at := told.find(name, at + 1)) >= 0:
        begin, end = told.rfind(b"\n", 0, at) + 1, told.find(b"\n", at)
        entry = _event(told[begin : end if end >= 0 else len(told)])
        if isinstance(entry, RunRecord) and (entry.run_id, entry.outcome) == (run_id, _PUBLISHED):
            return True
    return False


def record_from(told: Mapping[str, Any]) -> RunRecord:
    """A record from JSON; keys of a newer ansinh are passed over. Raises TypeError or ValueError where what is needed is missing or no such thing."""
    datetime.fromisoformat(told["started_at"])
    _texts(told["run_id"], told["outcome"])
    return RunRecord(**{f.name: told[f.name] for f in fields(RunRecord) if f.name in told})


def _texts(*values: object) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError(values)


def _append(path: Path, entry: dict[str, Any]) -> None:
    line = json.dumps(entry, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    with disk_errors(path):
        at("history.append")
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        descriptor = open_shared(path, os.O_RDWR | os.O_APPEND)
        try:
            # Trap: behind the torn line of a crash, a good line would become part of the torn one.
            _write_all(descriptor, line if _ends_well(descriptor) else b"\n" + line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            sync(path.parent)
        at("history.appended")


def _write_all(descriptor: int, line: bytes) -> None:
    # A nearly full disk takes a part and says so in the count alone; asked for the rest, it answers ENOSPC.
    while line:
        line = line[os.write(descriptor, line) :]


def _ends_well(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _event(line: bytes) -> RunRecord | Rollback | None:
    try:
        told = json.loads(line)
        if told["event"] == _ROLLBACK:
            _texts(told["at"], told["left"], told["entered"])
            return Rollback(at=told["at"], left=told["left"], entered=told["entered"])
        return record_from(told)
    except (ValueError, KeyError, TypeError):
        return None
