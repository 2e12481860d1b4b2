"""One run at a time, by a kernel lock that dies with its holder.

Belongs here: taking the lock, saying who holds it. Elsewhere: what is done under it (pipeline).

The file warehouse/.lock is never deleted: who waits on a deleted file and who makes a new one would both hold "the" lock. What is
written in it serves the message only; whether it is held is asked of the kernel.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etl.errors import WarehouseBusy
from etl.publish.disk import disk_errors, open_shared
from etl.publish.history import RunRecord, record_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.project import Project

_LONGEST_NOTE: Final = 4096
_LONGEST_BELIEVED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock, since when, and for which command; of a run what it will tell the history, and what the holder before left unfinished."""

    pid: int
    host: str
    started_at: str
    command: str
    born: str | None = None  # when the process began, as its system counts: after a restart its number belongs to another one
    run: RunRecord | None = None
    dead: Holder | None = field(default=None, compare=False)


@contextmanager
def hold(project: Project, *, command: str, now: str, run: RunRecord | None = None) -> Iterator[Holder]:
    """Hold the lock of the warehouse, or raise WarehouseBusy at once; nobody ever waits.

    The note of a holder is emptied when it ends, however it ends; so a note under a free lock is of one that was killed: `dead`.
    """
    with disk_errors(project.lock):
        project.warehouse.mkdir(parents=True, exist_ok=True)
        descriptor = open_shared(project.lock, os.O_RDWR)  # group members may run too
    try:
        _lock(descriptor, project)
        with disk_errors(project.lock):
            dead = _read(os.pread(descriptor, _LONGEST_NOTE, 0))
            me = Holder(pid=os.getpid(), host=socket.gethostname(), started_at=now, command=command, born=_born(os.getpid()), run=run, dead=dead)
            _write(descriptor, json.dumps({name: value for name, value in asdict(me).items() if name != "dead"}).encode())
        try:
            yield me
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(project: Project) -> Holder | None:
    """Who seems to hold the lock, by what is written and whether that process lives. For `status`: it takes no lock itself.

    A trial lock would be surer, and would make a run that starts in that instant believe that another one is going on.
    """
    written = _note(project)
    return written if written is not None and _may_live(written) else None


def dead_holder(project: Project) -> Holder | None:
    """Who held the lock last and was killed: its note is still there, and the process is not."""
    written = _note(project)
    return None if written is None or _may_live(written) else written


def _note(project: Project) -> Holder | None:
    try:
        return _read(project.lock.read_bytes()[:_LONGEST_NOTE])
    except OSError:
        return None


def _lock(descriptor: int, project: Project) -> None:
    with disk_errors(project.lock):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise _busy(project) from taken


def _busy(project: Project) -> WarehouseBusy:
    # What a dead holder left written is not believed: the one who holds the lock now may not have written yet.
    other = holder(project)
    if other is None:
        return WarehouseBusy("warehouse-busy-unknown", warehouse=str(project.warehouse))
    return WarehouseBusy("warehouse-busy", warehouse=str(project.warehouse), pid=other.pid, host=other.host, since=other.started_at, command=other.command)


def _write(descriptor: int, note: bytes) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, note, 0)
    os.fsync(descriptor)  # the next one must find it after a power cut, too


def _read(note: bytes) -> Holder | None:
    try:
        told = json.loads(note)
        return Holder(
            pid=int(told["pid"]),
            host=str(told["host"]),
            started_at=str(told["started_at"]),
            command=str(told["command"]),
            born=told.get("born"),
            run=None if told.get("run") is None else record_from(told["run"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _may_live(told: Holder) -> bool:
    """A process of this machine can be asked after; one of another machine is believed for a day: no run takes that long."""
    if told.host != socket.gethostname():
        return not _is_old(told.started_at)
    try:
        os.kill(told.pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return told.born is None or _born(told.pid) in (None, told.born)


def _is_old(started_at: str) -> bool:
    try:
        began = datetime.fromisoformat(started_at)
    except ValueError:
        return True
    return datetime.now(UTC) - (began if began.tzinfo else began.replace(tzinfo=UTC)) > _LONGEST_BELIEVED


def _born(pid: int) -> str | None:
    """When a process began, in the kernel's own count; None where that cannot be asked (macOS)."""
    try:
        told = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return told.rpartition(b")")[2].split()[19].decode()  # field 22; the name of the program, in brackets, may hold blanks
