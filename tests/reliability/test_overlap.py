"""Runs and readers at the same time: one run, any number of readers, nobody waits and nobody sees half of anything."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.torture import Case, copy_case
from etl.publish.lock import hold, holder

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PUBLISHES = 3
PAUSE_S = 0.1  # each reader asks some ten times a run, and leaves it most of the machine
MODES = ("read-only", "read-only", "held", "default")
# `unshare` gives a process a network of its own, with nothing in it.
NO_NETWORK = "a network namespace of one's own needs root and Linux"


@pytest.fixture(scope="module")
def case(first_case: Case) -> Iterator[Case]:
    """A project that others may look into: not below pytest's folder, which only its owner may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield copy_case(first_case, folder)
    shutil.rmtree(folder)


@contextmanager
def readers(case: Case, modes: tuple[str, ...]) -> Iterator[list[dict[str, Any]]]:
    """Readers that ask all the time; what they saw is in the list afterwards."""
    known = json.dumps([[seen.content_id, seen.rows, seen.checksum] for seen in case.known.values()])
    words = [sys.executable, str(ROOT / "benchmarks/readers.py"), str(case.project.warehouse / "ansinh.duckdb"), known]
    started = [subprocess.Popen([*words, mode, str(PAUSE_S)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for mode in modes]
    told: list[dict[str, Any]] = []
    try:
        yield told
        told += [json.loads(process.communicate("stop\n")[0]) for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_readers_see_one_whole_content_after_the_other_while_runs_publish(case: Case) -> None:
    with readers(case, MODES) as told:
        for _ in range(PUBLISHES):
            case.change()
            assert case.forks.run(case.words).code == 0
    assert [(report["errors"], report["torn"]) for report in told] == [([], [])] * len(MODES)
    by_mode = dict(zip(MODES, told, strict=True))
    assert by_mode["read-only"]["answers"] > PUBLISHES
    assert set(by_mode["read-only"]["contents"]) == {seen.content_id for seen in case.known.values()}
    assert len(by_mode["held"]["contents"]) == 1, "who holds a snapshot keeps it"
    assert (by_mode["default"]["answers"], by_mode["default"]["refused"] > 0) == (0, True), "the mode of the file keeps a writer out"


def test_a_second_run_ends_at_once_with_4_and_says_who_holds_the_lock_since_when(case: Case) -> None:
    with hold(case.project, command="run --nightly", now="2025-01-01T06:30:00+00:00"):
        busy = case.forks.run(case.words)
    assert busy.code == 4
    told = json.loads(busy.output)
    assert told["code"] == "warehouse-busy"
    assert (told["facts"]["pid"], told["facts"]["since"], told["facts"]["command"]) == (os.getpid(), "2025-01-01T06:30:00+00:00", "run --nightly")
    assert "2025-01-01T06:30:00" in told["message"]


def test_two_runs_started_together_are_one_run_and_one_refusal(case: Case, ansinh: str) -> None:
    case.change()
    words = [ansinh, *case.words]
    both = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert sorted(process.wait() for process in both) in ([0, 4], [0, 0]), "0 twice: one had ended before the other began"


def test_a_holder_that_died_blocks_nobody(case: Case) -> None:
    case.change()
    assert case.forks.run(case.words, fault="publish.switch:kill").code == -signal.SIGKILL
    assert case.project.lock.read_bytes(), "the dead holder's name still stands there"
    assert holder(case.project) is None
    case.must_recover("the holder died")


def test_a_run_needs_no_network(case: Case, ansinh: str) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-n", "true"], capture_output=True, check=False).returncode:
        pytest.xfail(f"not run: {NO_NETWORK}")
    case.change()
    script = f"import socket, sys; assert [name for _, name in socket.if_nameindex()] == ['lo']; import os; os.execv({ansinh!r}, [{ansinh!r}, *sys.argv[1:]])"
    done = subprocess.run([unshare, "-n", sys.executable, "-c", script, *case.words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r'"outcome": "published"', done.stderr)
