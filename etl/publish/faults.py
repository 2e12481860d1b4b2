"""Stop the process at a named step of a run, on demand of a test.

A run promises that a crash at any point leaves the old snapshot or the new one, never a mix, and no cache that tells a lie. A promise
like that is only worth what its tests are, and a crash cannot be shown with a mock: the process has to die. So every step that changes
the disk says its name here, and a test starts a process with

    ANSINH_FAULT=publish.switch:kill      the process dies as by `kill -9`, before the step
    ANSINH_FAULT=publish.switch:eio       the disk answers with an input/output error
    ANSINH_FAULT=publish.switch:enospc    the disk is full

In normal life the variable is not set, and `at` returns at once. Belongs here: the names of the steps and the three ways to fail.
"""

from __future__ import annotations

import errno
import os
import signal
from typing import Final

# In the order of a run. tests/reliability/test_kills.py kills a run at each of them.
STEPS: Final[tuple[str, ...]] = (
    "stage.hashes",
    "stage.read",
    "stage.commit",
    "build.tables",
    "build.parquet",
    "build.structure",
    "build.finish",
    "report.render",
    "publish.manifest",
    "publish.sync",
    "publish.rename",
    "publish.links",
    "publish.switch",
    "publish.switched",
    "history.append",
    "history.appended",
    "retire.rename",
    "retire.delete",
    "stage.done",
    "clean.delete",  # first of all in the run that comes after a crash
)
VARIABLE: Final = "ANSINH_FAULT"

_DISK_FAULTS: Final = {"eio": errno.EIO, "enospc": errno.ENOSPC}
_STEP, _, _WAY = os.environ.get(VARIABLE, "").partition(":")  # read once: what runs must not change while it runs


def at(step: str) -> None:
    """Say that `step` comes next. Does nothing, unless a test asked for a fault here."""
    if step != _STEP:
        return
    if _WAY == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if _WAY in _DISK_FAULTS:
        number = _DISK_FAULTS[_WAY]
        raise OSError(number, os.strerror(number))
