"""The few things that must be asked of a disk in the right way: durable, atomic, and without hurting a reader.

Belongs here: fsync, hashes, links, the question who holds a file. Elsewhere: what is written where (snapshot.py, history.py).
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import struct
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from etl.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READ_ONLY_FILE: Final = 0o444

# What systems answer that know no symbolic links: FAT drives, some network shares.
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
# `struct flock` of 64-bit Linux and of macOS: they order the same five fields differently.
_LINUX_FLOCK: Final = struct.Struct("hhqqi4x")
_DARWIN_FLOCK: Final = struct.Struct("qqihh")


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into our error, with the path and the system's reason."""
    try:
        yield
    except OSError as failure:
        named = failure.filename if isinstance(failure.filename, str) else str(path)
        raise WarehouseError("disk-failed", path=named, problem=failure.strerror or str(failure), errno=failure.errno) from failure


def open_shared(path: Path, flags: int) -> int:
    """Open a file that every member of a group must be able to write: it is as open as its folder, whatever the first one's umask."""
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, 0o664)
    except PermissionError as refused:
        raise PermissionError(refused.errno, f"{refused.strerror}{_owner_of(path)}", str(path)) from refused
    wanted, told = path.parent.stat().st_mode & 0o666, os.fstat(descriptor)
    if told.st_uid == os.geteuid() and stat.S_IMODE(told.st_mode) != wanted:
        with suppress(PermissionError):  # drives that know no modes
            os.fchmod(descriptor, wanted)
    return descriptor


def _owner_of(path: Path) -> str:
    try:
        return f" ({path.owner()}, {stat.filemode(path.stat().st_mode)})"
    except (OSError, KeyError):  # a number without a name is no help
        return ""


def sync(path: Path) -> None:
    """Have a file or folder on the disk itself before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        # On macOS fsync only reaches the drive's cache.
        if hasattr(fcntl, "F_FULLFSYNC"):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Have a folder, all files and all folders in it on the disk itself; the folder last."""
    for inside, _, names in os.walk(folder, topdown=False):
        here = folder / inside
        for name in names:
            sync(here / name)
        sync(here)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def replace_file(path: Path, content: bytes) -> None:
    """Write beside, then rename: readers see the old bytes or the new ones."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    sync(beside)
    beside.replace(path)
    sync(path.parent)


def replace_link(link: Path, target: str) -> bool:
    """Let `link` point to the relative `target`, in one step for readers. False: this disk knows no links."""
    beside = link.with_name(f".{link.name}.part")
    beside.unlink(missing_ok=True)
    try:
        beside.symlink_to(target)
    except OSError as failure:
        if failure.errno in _NO_LINKS:
            return False
        raise
    beside.replace(link)
    return True


def is_held(path: Path) -> bool:
    """Does anybody have this DuckDB file open?

    DuckDB holds a kernel lock on an open file, a shared one when read-only. Trap: closing any descriptor of a file gives up all locks that
    this very process has on it (an open notebook that runs the pipeline); so a file that is open here is not touched.
    The lock is only asked after, never taken: a lock taken even
    for an instant could make a reader fail, and taking one needs a right to write that files of mode 0444 do not give. Where the
    question cannot be asked, the answer is yes: a file too many on the disk is better than a reader who loses his.
    """
    if sys.platform not in ("linux", "darwin") or _is_open_here(path):
        return True
    shape, position = (_LINUX_FLOCK, 0) if sys.platform == "linux" else (_DARWIN_FLOCK, 3)
    whole_file = [0, 0, 0, 0, 0]
    whole_file[position] = fcntl.F_WRLCK
    # (F_GETLK, where there is no other, shows no locks of this very process; those have been asked after above.)
    question = getattr(fcntl, "F_OFD_GETLK", fcntl.F_GETLK)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        answer = shape.unpack(fcntl.fcntl(descriptor, question, shape.pack(*whole_file)))
    finally:
        os.close(descriptor)
    return bool(answer[position] != fcntl.F_UNLCK)


def _is_open_here(path: Path) -> bool:
    wanted = path.stat()
    with os.scandir("/dev/fd") as descriptors:
        numbers = [int(descriptor.name) for descriptor in descriptors]
    for number in numbers:
        with suppress(OSError):  # the descriptor of the listing itself is gone
            if os.path.samestat(os.fstat(number), wanted):
                return True
    return False
