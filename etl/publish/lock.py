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
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from etl.errors import WarehouseBusy
from etl.publish.disk import disk_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.project import Project

_LONGEST_NOTE: Final = 4096


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock, since when, and for which command."""

    pid: int
    host: str
    started_at: str
    command: str


@contextmanager
def hold(project: Project, *, command: str, now: str) -> Iterator[Holder]:
    """Hold the lock of the warehouse, or raise WarehouseBusy at once; nobody ever waits."""
    with disk_errors(project.lock):
        project.warehouse.mkdir(parents=True, exist_ok=True)
        # Group members may run too: the lock is as open as the folder is, whatever the first one's umask.
        descriptor = os.open(project.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
    try:
        _lock(descriptor, project)
        me = Holder(pid=os.getpid(), host=socket.gethostname(), started_at=now, command=command)
        with disk_errors(project.lock):
            _write(descriptor, json.dumps(asdict(me)).encode())
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
    try:
        note = project.lock.read_bytes()[:_LONGEST_NOTE]
    except OSError:
        return None
    written = _read(note)
    return written if written is not None and _may_live(written) else None


def _lock(descriptor: int, project: Project) -> None:
    with disk_errors(project.lock):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise _busy(project) from taken


def _busy(project: Project) -> WarehouseBusy:
    # What a dead holder left written is not believed: the one who holds the lock now may not have written yet.
    other = holder(project)
    facts = dict.fromkeys(("pid", "host", "since", "command"))
    told = facts if other is None else {"pid": other.pid, "host": other.host, "since": other.started_at, "command": other.command}
    return WarehouseBusy("warehouse-busy", warehouse=str(project.warehouse), **told)


def _write(descriptor: int, note: bytes) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, note, 0)


def _read(note: bytes) -> Holder | None:
    try:
        told = json.loads(note)
        return Holder(pid=int(told["pid"]), host=str(told["host"]), started_at=str(told["started_at"]), command=str(told["command"]))
    except (ValueError, KeyError, TypeError):
        return None


def _may_live(told: Holder) -> bool:
    """A process of this machine can be asked after; one of another machine is believed."""
    if told.host != socket.gethostname():
        return True
    try:
        os.kill(told.pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
