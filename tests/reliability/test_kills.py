"""A run of `ansinh` that is killed or whose disk fails leaves the old content or the new one, whole; the next run is right.

The short form: named steps once, and some random moments. `python -m benchmarks.reliability` does the same a thousand times.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from itertools import count
from typing import TYPE_CHECKING

import pytest

from benchmarks.torture import Case, copy_case, moments
from etl.publish.faults import STEPS
from etl.publish.history import read_history
from etl.publish.snapshot import list_snapshots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RANDOM_KILLS = 6
EACH_RECOVERS = 4
KEPT = 2  # snapshots, as the project's settings say
NO_FILE_SYSTEM = "a file system of one's own needs root and a kernel that lets it be mounted"


@pytest.fixture(scope="module")
def case(first_case: Case, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """One project for all kills: what one of them leaves is where the next begins."""
    return copy_case(first_case, tmp_path_factory.mktemp("killed"))


NUMBER = count()


def survive(case: Case, after: str) -> None:
    """The promises; every fourth time the next run is let finish, else it is killed as well."""
    case.must_be_whole(after)
    if next(NUMBER) % EACH_RECOVERS == 0:
        case.must_recover(after)


# All steps of publishing are killed one by one in tests/publish/test_faults.py, those behind the switch in test_traces.py; here, those only a whole run meets.
@pytest.mark.parametrize("step", [step for step in STEPS if (step.startswith(("stage.", "report.")) and step != "stage.done") or step == "publish.switch"])
def test_a_run_killed_at_a_named_step_loses_nothing(step: str, case: Case) -> None:
    case.change()
    ended = case.forks.run(case.words, fault=f"{step}:kill")
    assert ended.code in (-signal.SIGKILL, 0), ended.output  # 0: nothing had to be retired or cleared up this time
    survive(case, f"killed at {step}")


def test_a_run_killed_at_any_moment_loses_nothing(case: Case) -> None:
    case.change()
    whole = case.must_recover("before").seconds
    killed = 0
    for moment in moments(RANDOM_KILLS, whole, seed=7):
        case.change()
        killed += case.forks.run(case.words, kill_after=moment).code == -signal.SIGKILL
        survive(case, f"killed after {moment:.3f} of {whole:.3f} s")
    assert killed > RANDOM_KILLS / 2
    case.must_recover("after all of them")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("stage.hashes:enospc", "stage-unwritable"),
        ("stage.read:eio", "file-unreadable"),
        ("stage.commit:enospc", "stage-unwritable"),
        ("build.parquet:eio", "disk-failed"),
        ("report.render:enospc", "disk-failed"),
        ("publish.sync:eio", "disk-failed"),
        ("publish.switch:eio", "disk-failed"),
    ],
)
def test_a_run_whose_disk_answers_with_an_error_says_so_and_loses_nothing(fault: str, code: str, case: Case) -> None:
    case.change()
    ended = case.forks.run(case.words, fault=fault)
    assert ended.code == 1
    assert f'"code": "{code}"' in ended.output
    assert "Traceback" not in ended.output
    survive(case, fault)


@pytest.mark.parametrize("fault", ["retire.rename:eio", "stage.done:enospc"])
def test_what_fails_behind_the_switch_takes_nothing_back_and_is_told_as_a_warning(fault: str, own_case: Case) -> None:
    case = own_case
    assert len(list_snapshots(case.project)) == KEPT, "so there is something to retire"
    case.change()
    ended = case.forks.run(case.words, fault=fault)
    assert ended.code == 0
    logged = [json.loads(line) for line in ended.output.splitlines() if line.startswith("{")]  # around them stands what a person reads
    told = {entry["event"]: entry for entry in logged if "event" in entry}
    assert told["trouble"]["level"] == "warning"
    assert told["run"]["outcome"] == "published"
    assert case.must_be_whole(fault) == case.known[case.variant]
    last = read_history(case.project).runs[-1]
    assert (last.run_id, last.outcome) == (told["run"]["run_id"], "published")
    case.must_recover(fault)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few MiB; where none can be made, the test counts as not run."""
    place = tmp_path / "small"
    place.mkdir()
    words = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.xfail(f"not run: {NO_FILE_SYSTEM}")
    yield place
    subprocess.run([shutil.which("umount") or "umount", "--lazy", place], check=True)


def fill(disk: Path, *, leaving: int) -> Path:
    """Take all room on a disk but so many KiB."""
    ballast = disk / "ballast"
    free = shutil.disk_usage(disk).free
    ballast.write_bytes(b"\0" * max(free - leaving * 1024, 0))
    return ballast


def test_a_full_disk_stops_the_run_in_a_sentence_and_loses_nothing(small_disk: Path, first_case: Case) -> None:
    full = copy_case(first_case, small_disk)
    full.change()
    for leaving in (0, 300):  # no room at all; room until tables are written
        ballast = fill(small_disk, leaving=leaving)
        ended = full.forks.run(full.words)
        assert ended.code == 1, ended.output
        assert "Traceback" not in ended.output
        assert '"code": "disk-failed"' in ended.output
        full.must_be_whole(f"full but for {leaving} KiB")
        ballast.unlink()
    full.must_recover("there is room again")


@pytest.fixture
def read_only(small_disk: Path, first_case: Case) -> Iterator[Case]:
    """A published project on a disk that was then mounted read-only. (Rights alone do not stop root.)"""
    fixed = copy_case(first_case, small_disk)
    fixed.change()
    mount = shutil.which("mount") or "mount"
    subprocess.run([mount, "-o", "remount,ro", small_disk], check=True)
    yield fixed
    subprocess.run([mount, "-o", "remount,rw", small_disk], check=True)


def test_a_folder_that_cannot_be_written_is_told_and_still_read(read_only: Case) -> None:
    ended = read_only.forks.run(read_only.words)
    assert ended.code == 1
    assert "Read-only file system" in ended.output
    assert "Traceback" not in ended.output
    read_only.must_be_whole("read-only")
