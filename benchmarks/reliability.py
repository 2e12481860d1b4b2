"""How reliable are runs that nobody watches? The long form of tests/reliability/, counted; it writes docs/reliability.md.

    python -m benchmarks.reliability --other-clients                         the full form: 1,000 kills, 100 publishes, 50 readers
    python -m benchmarks.reliability --kills 60 --publishes 10 --readers 8 --page -     prints instead

A kill is `kill -9`, at a named step of a run or at a random moment; after each the published data must be the old or the new content,
whole, in the database and the Parquet files alike, every reading command must answer, and the next run must be right. The first broken
promise ends it with its description: the page is only written where nothing was lost. It works in parts, and what is done stays done:
stopped and started again, it goes on behind the last part.

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
import threading
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import duckdb

import etl
from benchmarks.forks import Forks
from benchmarks.measure import ROOT, machine
from benchmarks.readers import PAUSE_S
from benchmarks.torture import Case, Lost, new_case
from etl.project import DATABASE_NAME
from etl.publish.faults import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE: Final = ROOT / "docs/reliability.md"
FULL_KILLS: Final = 1100  # some runs end before their kill comes; a thousand must have come
KILLS_A_PART: Final = 44
DISK_ERRORS: Final = ("eio", "enospc")
SAID_OF_DISK: Final = ("Input/output error", "No space left on device")
# Past the switch the new content stands; what fails then is clearing up, and no run needs all of it.
FAILS_BEFORE: Final = STEPS[: STEPS.index("publish.switched")]
FULL_LEAVING_KIB: Final = (0, 50, 200, 500, 1000, 2000, 3000, 4000)
CLIENTS: Final = ("1.4.5", "1.5.6")  # versions of DuckDB that must read what we publish
NODE_CLIENT: Final = "@duckdb/node-api@1.5.6-r.1"
NODE_SCRIPT: Final = (
    "const {{DuckDBInstance}} = require('{module}'); (async () => {{ const db = await DuckDBInstance.create(process.argv[1], {{access_mode: 'READ_ONLY'}}); "
    "const con = await db.connect(); console.log(JSON.stringify((await con.runAndReadAll(process.argv[2])).getRowObjectsJson())) }})()"
)
READER_PAUSE_S: Final = 0.12


@dataclass(slots=True)
class Tally:
    """What was done, and what came of it."""

    counts: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    not_run: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Take in what another part counted."""
        self.counts.update(other.counts)
        self.steps.update(other.steps)
        self.versions.update(other.versions)
        self.not_run += other.not_run


class Parts:
    """What is done already, in a file: who starts again with the same file goes on behind it."""

    def __init__(self, file: Path, asked: dict[str, Any]) -> None:
        self._file = file
        self._told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"asked": asked, "done": {}}
        self._turn = threading.Lock()
        if self._told["asked"] != asked:
            sys.exit(f"{file} belongs to other options: {self._told['asked']}")

    def do(self, name: str, work: Callable[[Tally], None]) -> Tally:
        """Do one part, unless it is done."""
        if name in self._told["done"]:
            kept = self._told["done"][name]
            return Tally(Counter(kept["counts"]), Counter(kept["steps"]), list(kept["not_run"]), Counter(kept["versions"]))
        tally, since = Tally(), time.perf_counter()
        work(tally)
        tally.counts["seconds"] = round(time.perf_counter() - since)
        with self._turn:
            self._told["done"][name] = {
                "counts": dict(tally.counts), "steps": dict(tally.steps), "not_run": tally.not_run, "versions": dict(tally.versions),
            }  # fmt: skip
            beside = self._file.with_suffix(".part")
            beside.write_text(json.dumps(self._told, indent=1), encoding="utf-8")
            beside.replace(self._file)
        print(f"{name}: {dict(tally.counts)}", flush=True)
        return tally


@contextmanager
def own_case(folder: Path, *, all_rules: bool) -> Iterator[Case]:
    """A project of its own for one part; it is gone afterwards, unless something was lost in it."""
    place = Path(tempfile.mkdtemp(dir=folder))
    place.chmod(0o755)  # the one who opens by default is nobody, and must be able to look in
    with Forks(all_rules=all_rules) as forks:
        yield new_case(place / "project", forks)
    shutil.rmtree(place)


def kill(case: Case, tally: Tally, *, numbers: range, recover_every: int, seed: int) -> None:
    """Kill at every named step in turn, and between them at random moments; every so often the next run is let finish, else it is killed too."""
    chance = random.Random(seed + numbers.start)
    lately = deque((_undisturbed(case) for _ in range(2)), maxlen=5)  # how long a run takes changes with what else the machine does
    for number in numbers:
        case.change()
        if number % 4 == 0:
            step = STEPS[number // 4 % len(STEPS)]
            after, ended = f"killed at {step}", case.forks.run(case.words, fault=f"{step}:kill")
        else:
            step, moment = "", chance.random() * median(lately)
            after, ended = f"killed after {moment:.4f} s", case.forks.run(case.words, kill_after=moment)
        if ended.code == -signal.SIGKILL:
            tally.counts["kills at a named step" if step else "kills at a random moment"] += 1
            tally.steps[step] += 1
        elif ended.code == 0:
            tally.counts["runs that ended before the kill came, or never met the step"] += 1
        else:
            raise Lost(after, "ends with", ended.code, ended.output)
        seen = case.must_be_whole(after)
        tally.counts[f"after it: the {'new' if seen == case.known[case.variant] else 'old'} content"] += 1
        if chance.random() * recover_every < 1:
            lately.append(case.must_recover(after).seconds)
            tally.counts["runs after a kill that were let finish, all right"] += 1
    case.must_recover("after the last kill")
    tally.counts["runs after a kill that were let finish, all right"] += 1


def fail_disk(case: Case, tally: Tally) -> None:
    """Input/output errors and a full disk at every named step, by injection."""
    for step in STEPS:
        for way in DISK_ERRORS:
            case.change()
            ended = case.forks.run(case.words, fault=f"{step}:{way}")
            is_told = any(said in ended.output for said in SAID_OF_DISK)
            if ended.code not in (0, 1) or "Traceback" in ended.output or (step in FAILS_BEFORE and (ended.code != 1 or not is_told)):
                raise Lost(step, way, "ends with", ended.code, ended.output)
            case.must_be_whole(f"{step}:{way}")
            tally.counts["injected disk errors, each told in a sentence" if is_told else "injected disk errors whose step was not met"] += 1
    case.must_recover("after the disk errors")


def fill_disk(folder: Path, tally: Tally, *, all_rules: bool) -> None:
    """A disk that is really full: a small file system with so much left."""
    place = Path(tempfile.mkdtemp(dir=folder))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False).returncode:  # noqa: S607
        tally.not_run.append("a full disk: no small file system could be mounted here (it needs root)")
        return
    try:
        with Forks(all_rules=all_rules) as forks:
            small = new_case(place, forks)
            for leaving in FULL_LEAVING_KIB:
                small.change()
                ballast = place / "ballast"
                ballast.write_bytes(b"\0" * max(shutil.disk_usage(place).free - leaving * 1024, 0))
                ended = forks.run(small.words)
                if ended.code not in (0, 1) or "Traceback" in ended.output:
                    raise Lost("full but for", leaving, "KiB: ends with", ended.code, ended.output)
                small.must_be_whole(f"full but for {leaving} KiB")
                tally.counts["runs on a full disk that said so" if ended.code == 1 else "runs on a full disk that fitted"] += 1
                ballast.unlink()
                small.must_recover(f"full but for {leaving} KiB")
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S607


def publish(case: Case, tally: Tally, *, publishes: int, readers: int, clients: dict[str, str | Path]) -> None:
    """Runs that publish while readers ask: most of them read-only, one that opens as DuckDB does by default, one that holds on, other clients."""
    asked: list[tuple[str | Path, str]] = [(sys.executable, mode) for mode in ("default", "held", *["read-only"] * (readers - 2))]
    for at, client in enumerate(clients.values(), start=2):
        asked[at % readers] = (client, "read-only") if isinstance(client, Path) else (sys.executable, client)
    with _reading(case, asked) as told:
        for _ in range(publishes):
            case.change()
            ended = case.forks.run(case.words)
            if ended.code != 0:
                raise Lost("with readers", ended.code, ended.output)
            tally.counts["publishes under readers"] += 1
    contents = {seen.content_id for seen in case.known.values()}
    for report in told:
        if report["errors"] or report["torn"]:
            raise Lost("a reader met", report)
        if not report["answers"] and not report["refused"]:
            raise Lost("a reader got no answer and no refusal", report)
        tally.counts["answers that readers got, all whole"] += report["answers"]
        tally.counts["readers that saw both contents"] += set(report["contents"]) == contents
        tally.counts["openings in default mode, refused by the mode of the file"] += report["refused"]
        tally.versions[report["version"].removeprefix("v")] += 1
    tally.counts["readers"] = len(told)
    tally.counts["errors and torn answers that readers met"] = sum(len(report["errors"]) + len(report["torn"]) for report in told)


@contextmanager
def _reading(case: Case, readers: list[tuple[str | Path, str]]) -> Iterator[list[dict[str, Any]]]:
    known = json.dumps([[seen.content_id, seen.rows, seen.checksum] for seen in case.known.values()])
    words = [str(ROOT / "benchmarks/readers.py"), str(case.project.warehouse / DATABASE_NAME), known]
    pause = str(max(PAUSE_S, READER_PAUSE_S * len(readers)))  # all of them together must leave something of the machine to the runs
    started = [subprocess.Popen([str(python), *words, mode, pause], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for python, mode in readers]
    told: list[dict[str, Any]] = []
    try:
        yield told
        told += [json.loads(process.communicate("stop\n")[0]) for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()


def other_clients(folder: Path, tally: Tally) -> dict[str, str | Path]:
    """Older versions of DuckDB, its command line and Node; what cannot be installed here counts as not run."""
    found: dict[str, str | Path] = {}
    for version in CLIENTS:
        python = folder / version / "bin/python"
        if _done([sys.executable, "-m", "venv", str(folder / version)], [str(python), "-m", "pip", "install", "--quiet", f"duckdb=={version}"]):
            found[version] = python
        else:
            tally.not_run.append(f"a client with DuckDB {version}: it could not be installed here")
    command = Path(sys.executable).with_name("duckdb")  # among what the tests need
    if command.exists():
        found["command line"] = json.dumps([str(command), "-readonly", "-json"])
    else:
        tally.not_run.append("the command line of DuckDB 1.5: it is not in this environment")
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _done([npm, "install", "--silent", "--prefix", str(folder / "node"), NODE_CLIENT]):
        found["Node"] = json.dumps([node, "-e", NODE_SCRIPT.format(module=folder / "node/node_modules/@duckdb/node-api")])
    else:
        tally.not_run.append(f"a Node client ({NODE_CLIENT}): it could not be installed here")
    return found


def _done(*steps: list[str]) -> bool:
    return all(subprocess.run(step, capture_output=True, check=False).returncode == 0 for step in steps)


def page(tally: Tally) -> str:
    """docs/reliability.md."""
    rows = "\n".join(f"| {what} | {count:,} |" for what, count in sorted(tally.counts.items()) if what != "seconds")
    steps = ", ".join(f"{step} {tally.steps[step]}" for step in STEPS)
    clients = ", ".join(f"{version} ({count})" for version, count in sorted(tally.versions.items()))
    where = f"{datetime.now(UTC):%Y-%m-%d}; {machine()}; {tally.counts['seconds'] / 60:.0f} minutes of work"
    not_run = "".join(f"- Not run: {what}.\n" for what in tally.not_run)
    return f"""\
# Độ tin cậy | Reliability

Do `python -m benchmarks.reliability` viết ra; mỗi con số là một lần đếm thật. | Written by `python -m benchmarks.reliability`; every number was counted.

Sau mỗi lần ngắt, dữ liệu công bố phải là bản cũ hoặc bản mới, trọn vẹn, giống nhau trong DuckDB và Parquet, và mọi lệnh đọc phải trả lời. |
After each kill the published data must be the old or the new content, whole, alike in DuckDB and Parquet, and every reading command must answer.

**Losses: 0.** ansinh {etl.__version__}, DuckDB {duckdb.__version__}, {where}.

| What was done | Count |
|---|---|
{rows}

Kills at each named step: {steps}.

Readers by version of DuckDB: {clients or "none"}.

{not_run}"""


def _undisturbed(case: Case) -> float:
    case.change()
    return case.must_recover("undisturbed").seconds


def do_all(asked: argparse.Namespace, folder: Path) -> Tally:
    """Every part that is not done yet; raises Lost at the first broken promise."""
    parts = Parts(asked.state, {name: value for name, value in vars(asked).items() if name not in {"state", "page", "side_by_side"}})

    def publishing(tally: Tally) -> None:
        clients = other_clients(folder / "clients", tally) if asked.other_clients else {}
        with own_case(folder, all_rules=asked.all_rules) as case:
            publish(case, tally, publishes=asked.publishes, readers=asked.readers, clients=clients)

    def failing(tally: Tally) -> None:
        with own_case(folder, all_rules=asked.all_rules) as case:
            fail_disk(case, tally)
        fill_disk(folder, tally, all_rules=asked.all_rules)

    def killing(start: int) -> Callable[[Tally], None]:
        def work(tally: Tally) -> None:
            with own_case(folder, all_rules=asked.all_rules) as case:
                kill(case, tally, numbers=range(start, min(start + KILLS_A_PART, asked.kills)), recover_every=asked.recover_every, seed=asked.seed)

        return work

    works = {"disk": failing, "publishes": publishing, **{f"kills from {start}": killing(start) for start in range(0, asked.kills, KILLS_A_PART)}}
    tally = Tally()
    with ThreadPoolExecutor(asked.side_by_side) as side_by_side:
        for part in side_by_side.map(parts.do, works.keys(), works.values()):
            tally.add(part)
    return tally


def main() -> None:
    """Do all of it, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=FULL_KILLS)
    parser.add_argument("--publishes", type=int, default=100)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--recover-every", type=int, default=10, help="let one next run in so many finish; the others are killed in turn")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--all-rules", action="store_true", help="judge by all rules (slower; nothing more is written)")
    parser.add_argument("--other-clients", action="store_true", help="let older DuckDB clients and Node read too (they are installed for it)")
    parser.add_argument("--side-by-side", type=int, default=2, help="how many parts are worked at, at the same time")
    state = Path(tempfile.gettempdir()) / "ansinh-reliability.json"
    parser.add_argument("--state", type=Path, default=state, help="file of what is done already; started again, it goes on behind it")
    parser.add_argument("--page", default=str(PAGE), help="file to write; - prints")
    asked = parser.parse_args()
    folder = asked.state.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        tally = do_all(asked, folder)
    except Lost as lost:
        print(f"LOST: {lost}; the project is kept in {folder}")
        raise
    missed = [step for step in STEPS if not tally.steps[step]]
    if missed and asked.kills >= FULL_KILLS:
        sys.exit(f"never killed at {missed}")
    if asked.page == "-":
        print(page(tally))
    else:
        Path(asked.page).write_text(page(tally), encoding="utf-8")
    asked.state.unlink()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
