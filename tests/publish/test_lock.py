"""One run at a time; the kernel decides, the text in the file only tells."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from etl.errors import EXIT_BUSY, WarehouseBusy
from etl.publish.lock import dead_holder, hold, holder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.project import Project

NOW = "2025-01-01T00:00:00+00:00"
HOLD = """
import sys
from pathlib import Path
from etl.project import Project
from etl.publish.lock import hold
with hold(Project(Path(sys.argv[1])), command="run --quiet", now="2025-01-01T00:00:00+00:00"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(empty: Project) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its standard input is closed."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(empty.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def refusal(project: Project) -> WarehouseBusy:
    """What a second run is told."""
    with pytest.raises(WarehouseBusy) as busy, hold(project, command="run", now=NOW):
        pass
    return busy.value


def a_dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_a_second_run_is_refused_at_once_and_told_who_holds_the_lock(empty: Project, other: subprocess.Popen[str]) -> None:
    busy = refusal(empty)
    assert busy.code == "warehouse-busy"
    assert busy.exit_code == EXIT_BUSY
    assert busy.facts["pid"] == other.pid
    assert busy.facts["since"] == NOW
    assert busy.facts["command"] == "run --quiet"


def test_the_lock_dies_with_its_holder(empty: Project, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    assert json.loads(empty.lock.read_bytes())["pid"] == other.pid, "its text is still there"
    with hold(empty, command="run", now=NOW) as me:
        assert me.pid == os.getpid()


def test_a_lock_given_back_is_free_and_its_file_empty(empty: Project) -> None:
    with hold(empty, command="run", now=NOW):
        pass
    assert empty.lock.read_bytes() == b""
    with hold(empty, command="run", now=NOW):
        pass


def test_two_runs_in_one_process_refuse_each_other_too(empty: Project) -> None:
    with hold(empty, command="run", now=NOW):
        assert refusal(empty).facts["pid"] == os.getpid()


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b'{"pid": "x"}'])
def test_a_holder_that_has_not_written_yet_is_still_a_holder(empty: Project, text: bytes) -> None:
    empty.warehouse.mkdir()
    with empty.lock.open("wb") as file:
        file.write(text)
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refusal(empty).code == "warehouse-busy-unknown"


def test_what_a_dead_holder_left_written_is_not_believed(empty: Project) -> None:
    empty.warehouse.mkdir()
    stale = {"pid": a_dead_process(), "host": socket.gethostname(), "started_at": NOW, "command": "run"}
    with empty.lock.open("w") as file:
        file.write(json.dumps(stale))
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refusal(empty).code == "warehouse-busy-unknown"
        assert holder(empty) is None


@pytest.mark.parametrize(("hours", "lives"), [(1, True), (25, False)])
def test_a_holder_on_another_machine_is_believed_for_a_day(hours: int, lives: bool, empty: Project) -> None:  # noqa: FBT001
    empty.warehouse.mkdir()
    began = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    empty.lock.write_text(json.dumps({"pid": a_dead_process(), "host": "elsewhere.invalid", "started_at": began, "command": "run"}))
    seen = holder(empty) if lives else dead_holder(empty)
    assert seen is not None
    assert seen.host == "elsewhere.invalid"
    assert (holder(empty) is None) is not lives


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process began")
def test_a_process_that_got_the_number_of_the_holder_is_not_the_holder(empty: Project) -> None:
    empty.warehouse.mkdir()
    note = {"pid": os.getpid(), "host": socket.gethostname(), "started_at": NOW, "command": "run"}
    empty.lock.write_text(json.dumps({**note, "born": "1"}))
    assert holder(empty) is None
    assert dead_holder(empty) is not None
    empty.lock.write_text(json.dumps(note))
    assert holder(empty) is not None, "an older note does not say it"


def test_who_takes_the_lock_learns_who_was_killed_under_it(empty: Project, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    with hold(empty, command="run", now=NOW) as me:
        assert me.dead is not None
        assert (me.dead.pid, me.dead.command) == (other.pid, "run --quiet")
    with hold(empty, command="run", now=NOW) as me:
        assert me.dead is None, "who ends in order leaves nothing"


def test_asking_who_holds_the_lock_takes_no_lock(empty: Project) -> None:
    assert holder(empty) is None
    with hold(empty, command="run", now=NOW) as me:
        assert holder(empty) == me
