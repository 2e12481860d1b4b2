"""Run commands and take their time and memory; write what was found into docs/benchmarks.md.

Belongs here: what every benchmark does alike. Elsewhere: what is run (scale.py), the tables it is run on (bulk.py).
Unix only: time and memory are those that the kernel counted for the finished process (wait4).
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs/benchmarks.md"
KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What one finished process took."""

    wall_s: float
    cpu_s: float
    peak_rss_mb: float


def cost_of(command: Sequence[str | Path], cwd: Path) -> Cost:
    """Run a command to its end; one that fails ends the benchmark, since a run that stopped early has no speed."""
    log = cwd / "command.log"
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit {process.returncode}\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
    peak = used.ru_maxrss if sys.platform == "darwin" else used.ru_maxrss * KIB  # macOS counts bytes, Linux KiB
    return Cost(wall_s=wall, cpu_s=used.ru_utime + used.ru_stime, peak_rss_mb=peak / KIB**2)


def alternate(ways: Sequence[Callable[[], Cost]], pairs: int) -> list[list[Cost]]:
    """Run the ways in turn, `pairs` times, every other time in the opposite order: a slow minute of the machine meets them all."""
    found: list[list[Cost]] = [[] for _ in ways]
    for number in range(pairs):
        order = range(len(ways)) if number % 2 == 0 else reversed(range(len(ways)))
        for at in order:
            found[at].append(ways[at]())
    return found


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def machine() -> str:
    """What it was measured on, without the name of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / KIB**3
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def write_section(name: str, lines: Sequence[str]) -> None:
    """Replace the section `name` of docs/benchmarks.md, which stands between two comments, or add it at the end."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    section = "\n".join([begin, *lines, end])
    page = PAGE.read_text(encoding="utf-8")
    before, found, rest = page.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    PAGE.write_text(f"{before if found else before.rstrip() + chr(10) * 2}{section}{after}", encoding="utf-8")
