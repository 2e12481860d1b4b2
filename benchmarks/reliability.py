"""How reliable are runs that nobody watches? The long form of tests/reliability/, counted; it writes docs/reliability.md.

    python -m benchmarks.reliability                                         the full form: 1,000 kills, 100 publishes, 50 readers
    python -m benchmarks.reliability --kills 60 --publishes 10 --readers 8 --page -     prints instead

A kill is `kill -9`, at a named step of publishing or at a random moment of a run; after each the published data must be the old or the
new content, whole, in the database and the Parquet files alike, every reading command must answer, and the next run must be right.
The first broken promise ends it with its description: the page is only written where nothing was lost.

Belongs here: how often, and the page. Elsewhere: the promises (torture.py), starting and killing (forks.py), a reader (readers.py).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

import etl
from benchmarks.forks import Forks
from benchmarks.measure import ROOT, machine
from benchmarks.torture import Case, Lost, new_case
from etl.publish.faults import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = ROOT / "docs/reliability.md"
DISK_ERRORS: Final = ("eio", "enospc")
# Past the switch the new content stands; what fails then is clearing up.
FAILS_BEFORE: Final = STEPS[: STEPS.index("publish.switched")]
FULL_LEAVING_KIB: Final = (0, 50, 200, 500, 1000, 2000, 3000, 4000)
CLIENTS: Final = ("1.4.5", "1.5.6")  # versions of DuckDB that must read what we publish
_SAID_EVERY: Final = 20


@dataclass(slots=True)
class Tally:
    """What was done, and what came of it."""

    counts: Counter[str] = field(default_factory=Counter)
    not_run: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)


def kill(case: Case, tally: Tally, *, kills: int, recover_every: int, seed: int) -> None:
    """Kill at every named step, then at random moments; every so often the next run is let finish, else it is killed too."""
    chance = random.Random(seed)
    whole = max(_undisturbed(case) for _ in range(2))
    for number in range(kills):
        case.change()
        if number % 4 == 0:
            step = STEPS[number // 4 % len(STEPS)]
            after, ended = f"killed at {step}", case.forks.run(case.words, fault=f"{step}:kill")
        else:
            moment = chance.random() * whole
            after, ended = f"killed after {moment:.4f} s", case.forks.run(case.words, kill_after=moment)
        was_killed = ended.code == -signal.SIGKILL
        tally.counts[
            "runs that ended before the kill came" if not was_killed else "kills at a named step" if "at " in after else "kills at a random moment"
        ] += 1
        seen = case.must_be_whole(after)
        tally.counts["after a kill: the new content" if seen == case.known[case.variant] else "after a kill: the old content"] += 1
        if chance.random() * recover_every < 1:
            case.must_recover(after)
            tally.counts["runs after a kill that were let finish, all right"] += 1
        if number % _SAID_EVERY == 0:
            print(f"{number} of {kills}: {dict(tally.counts)}", flush=True)
    case.must_recover("after the last kill")
    tally.counts["runs after a kill that were let finish, all right"] += 1


def fail_disk(case: Case, tally: Tally) -> None:
    """Input/output errors and a full disk at every named step, by injection."""
    for step in FAILS_BEFORE:
        for way in DISK_ERRORS:
            case.change()
            ended = case.forks.run(case.words, fault=f"{step}:{way}")
            if ended.code != 1 or "Traceback" in ended.output:
                raise Lost(step, way, "ends with", ended.code, ended.output)
            case.must_be_whole(f"{step}:{way}")
            tally.counts["injected disk errors"] += 1
    case.must_recover("after the disk errors")


def fill_disk(case: Case, tally: Tally) -> None:
    """A disk that is really full: a small file system with so much left."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "small"
        place.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False).returncode:  # noqa: S607
            tally.not_run.append("a full disk: no small file system could be mounted here (it needs root)")
            return
        try:
            small = new_case(place, case.forks)
            for leaving in FULL_LEAVING_KIB:
                small.change()
                ballast = place / "ballast"
                ballast.write_bytes(b"\0" * max(shutil.disk_usage(place).free - leaving * 1024, 0))
                ended = small.forks.run(small.words)
                small.must_be_whole(f"full but for {leaving} KiB")
                tally.counts["runs on a full disk that said so" if ended.code == 1 else "runs on a full disk that fitted"] += 1
                ballast.unlink()
                small.must_recover(f"full but for {leaving} KiB")
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S607


def publish(case: Case, tally: Tally, *, publishes: int, readers: int, clients: dict[str, Path]) -> None:
    """Runs that publish while readers ask: most of them read-only, one that opens as DuckDB does by default, some that hold on, older clients."""
    modes = ["default", "held", *["read-only"] * (readers - 2)]
    pythons = [Path(sys.executable)] * readers
    for at, python in enumerate(clients.values(), start=2):
        pythons[at % readers] = python
    with _reading(case, list(zip(pythons, modes, strict=True))) as told:
        for number in range(publishes):
            case.change()
            ended = case.forks.run(case.words)
            if ended.code != 0:
                raise Lost("with readers", ended.code, ended.output)
            tally.counts["publishes under readers"] += 1
            if number % _SAID_EVERY == 0:
                print(f"{number} of {publishes} publishes", flush=True)
    for report in told:
        if report["errors"] or report["torn"]:
            raise Lost("a reader met", report)
        tally.counts["answers that readers got, all whole"] += report["answers"]
        tally.counts["writers kept out by the mode of the file"] += report["refused"]
        tally.versions[report["version"]] += 1
    tally.counts["readers"] = len(told)
    tally.counts["errors and torn answers that readers met"] = 0


@contextmanager
def _reading(case: Case, readers: list[tuple[Path, str]]) -> Iterator[list[dict[str, Any]]]:
    known = json.dumps([[seen.content_id, seen.rows, seen.checksum] for seen in case.known.values()])
    words = [str(ROOT / "benchmarks/readers.py"), str(case.project.warehouse / "ansinh.duckdb"), known]
    started = [subprocess.Popen([str(python), *words, mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for python, mode in readers]
    told: list[dict[str, Any]] = []
    try:
        yield told
        told += [json.loads(process.communicate("stop\n")[0]) for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()


def older_clients(folder: Path, tally: Tally) -> dict[str, Path]:
    """An environment for each older version of DuckDB; where none can be installed, that counts as not run."""
    found = {}
    for version in CLIENTS:
        python = folder / version / "bin/python"
        steps = (
            [sys.executable, "-m", "venv", str(folder / version)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"duckdb=={version}"],
        )
        if all(subprocess.run(step, capture_output=True, check=False).returncode == 0 for step in steps):
            found[version] = python
        else:
            tally.not_run.append(f"a client with DuckDB {version}: it could not be installed here")
    return found


def page(tally: Tally, *, seconds: float) -> str:
    """docs/reliability.md."""
    rows = "\n".join(f"| {what} | {count:,} |" for what, count in tally.counts.items())
    clients = ", ".join(f"{version} ({count})" for version, count in sorted(tally.versions.items()))
    not_run = "".join(f"- Not run: {what}.\n" for what in tally.not_run)
    return f"""\
# Độ tin cậy | Reliability

Do `python -m benchmarks.reliability` viết ra; mỗi con số là một lần đếm thật. | Written by `python -m benchmarks.reliability`; every number was counted.

Sau mỗi lần ngắt, dữ liệu công bố phải là bản cũ hoặc bản mới, trọn vẹn, giống nhau trong DuckDB và Parquet, và mọi lệnh đọc phải trả lời. |
After each kill the published data must be the old or the new content, whole, alike in DuckDB and Parquet, and every reading command must answer.

**Losses: 0.** ansinh {etl.__version__}, DuckDB {duckdb.__version__}, {datetime.now(UTC):%Y-%m-%d}; {machine()}; {seconds / 60:.0f} minutes.

| What was done | Count |
|---|---|
{rows}

Readers by version of DuckDB: {clients or "none"}.

{not_run}"""


def _undisturbed(case: Case) -> float:
    case.change()
    return case.must_recover("undisturbed").seconds


def main() -> None:
    """Do all of it, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--publishes", type=int, default=100)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--recover-every", type=int, default=3, help="let one next run in so many finish; the others are killed in turn")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--all-rules", action="store_true", help="judge by all rules (slower; nothing more is written)")
    parser.add_argument("--older-clients", action="store_true", help="let older DuckDB clients read too (they are installed for it)")
    parser.add_argument("--page", default=str(PAGE), help="file to write; - prints")
    asked = parser.parse_args()
    tally, since = Tally(), time.perf_counter()
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)  # the one who opens by default is nobody, and must be able to look in
    try:
        with Forks(all_rules=asked.all_rules) as forks:
            case = new_case(folder / "project", forks)
            clients = older_clients(folder / "clients", tally) if asked.older_clients else {}
            kill(case, tally, kills=asked.kills, recover_every=asked.recover_every, seed=asked.seed)
            fail_disk(case, tally)
            fill_disk(case, tally)
            publish(case, tally, publishes=asked.publishes, readers=asked.readers, clients=clients)
    except Lost as lost:
        print(f"LOST: {lost}; the project is kept in {folder}")
        raise
    shutil.rmtree(folder)
    text = page(tally, seconds=time.perf_counter() - since)
    if asked.page == "-":
        print(text)
    else:
        Path(asked.page).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
