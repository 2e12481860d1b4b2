"""How long do all rules take over figures that are read and resolved, against one plain pass over them for each rule?

    python -m benchmarks.rules --rows 1000000                 prints; add --write to put it into docs/benchmarks.md
    python -m benchmarks.rules --rows 1000000 --pairs 5
    python -m benchmarks.rules --figures FILE                 a table of one's own instead of an invented one

One process reads and resolves the table, then judges it and passes over it in turn. A judging is everything from the first rule to the last: the
frames in SQL, the comparisons by pandera, the members and sentences of what was found, and what stands between the rules (keys, repeats, the
observations). Hypotheses and the tables that a run leaves behind come after the last rule and are not in it. The floor is one aggregate over all
figures for each rule, which is less than any rule can do with.

Belongs here: what is compared, and the table of results. Elsewhere: the invented figures (bulk.py), the clock of whole processes (measure.py).
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from benchmarks.bulk import write_bulk
from benchmarks.measure import KIB, ROOT, Cost, alternate, machine, median, write_section
from etl.model import NumberFormat, RawFile, Source
from etl.read.figures_csv import create_raw_tables, read_figures_csv
from etl.read.sources import sha256_of
from etl.resolve.observations import describe_sources, resolve_observations
from etl.validate.judge import judge
from etl.validate.rules import load_rules, our_rule_files
from etl.validate.validate import validate
from schemas.catalogue import load_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas.kinds import Rule

HEAD: Final = (
    "| rows | rules | floor s | all rules s | all rules CPU s | CPU ratio, median (all pairs) | RSS MB | the five that take longest, each alone (CPU s) |",
    "|---|---|---|---|---|---|---|---|",
)
PASS: Final = "SELECT count(*), sum(v), min(lo), max(hi) FROM fact WHERE excluded IS NULL"
SLOWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Moment:
    """A reading of both clocks; the second counts all threads of the process."""

    wall_s: float
    cpu_s: float


def now() -> Moment:
    """Read both clocks."""
    return Moment(time.perf_counter(), time.process_time())


def peak_rss_mb() -> float:
    """The most memory that this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (peak if sys.platform == "darwin" else peak * KIB) / KIB**2  # macOS counts bytes, Linux KiB


def resolved(figures: Path, *, number_format: str) -> duckdb.DuckDBPyConnection:
    """A database in memory with the figures read and resolved, as `ansinh run` has them before it judges."""
    con = duckdb.connect()
    load_reference(con)
    create_raw_tables(con)
    source = Source(
        folder="bulk",
        path=figures.parent,
        title="",
        publisher=None,
        published=None,
        url=None,
        citation=None,
        licence=None,
        language="vi",
        number_format=NumberFormat(number_format),
        ref_area=None,
        time_period=None,
        has_mapping=True,
    )
    read_figures_csv(con, 0, figures)
    file = RawFile("bulk/figures.csv", "bulk", figures, figures.stat().st_size, 0, sha256_of(figures))
    describe_sources(con, [source], [(0, file)])
    resolve_observations(con)
    return con


def judge_all(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> Cost:
    """Judge everything once, up to the moment in which the last rule begins: it is about findings, and waits for all others."""
    moments = [now()]
    validate(con, rules, progress=lambda _rule: moments.append(now()))
    return Cost(moments[-1].wall_s - moments[0].wall_s, moments[-1].cpu_s - moments[0].cpu_s, peak_rss_mb())


def judge_alone(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> dict[str, float]:
    """CPU seconds of each rule with nothing beside it, once all have judged."""
    taken = {}
    for rule in rules:
        start = now()
        judge(con, rule)
        taken[rule.id] = now().cpu_s - start.cpu_s
    return taken


def pass_over(con: duckdb.DuckDBPyConnection, times: int) -> Cost:
    """Pass over all figures as often as there are rules."""
    start = now()
    for _ in range(times):
        con.execute(PASS).fetchall()
    end = now()
    return Cost(end.wall_s - start.wall_s, end.cpu_s - start.cpu_s, peak_rss_mb())


def compare(figures: Path, *, number_format: str, pairs: int) -> tuple[list[list[Cost]], dict[str, float]]:
    """Cost of the floor and of all rules on one table, `pairs` of each in turn; and what each rule takes alone."""
    rules = load_rules(our_rule_files())
    with resolved(figures, number_format=number_format) as con:
        ways: list[Callable[[], Cost]] = [lambda: pass_over(con, len(rules)), lambda: judge_all(con, rules)]
        return alternate(ways, pairs), judge_alone(con, rules)


def row(rows: int, costs: Sequence[Sequence[Cost]], alone: Mapping[str, float]) -> str:
    """One line of the table."""
    floors, judgings = costs
    ratios = [judged.cpu_s / floor.cpu_s for floor, judged in zip(floors, judgings, strict=True)]
    spread = " ".join(f"{ratio:.1f}" for ratio in sorted(ratios))
    floor_s, wall_s, cpu_s = (median(values) for values in ([c.wall_s for c in floors], [c.wall_s for c in judgings], [c.cpu_s for c in judgings]))
    slowest = sorted(alone.items(), key=lambda item: -item[1])[:SLOWEST]
    named = ", ".join(f"{rule} {seconds:.2f}" for rule, seconds in slowest)
    ratio = f"**{median(ratios):.1f}** ({spread})"
    return f"| {rows:,} | {len(alone)} | {floor_s:.2f} | {wall_s:.2f} | {cpu_s:.2f} | {ratio} | {max(c.peak_rss_mb for c in judgings):.0f} | {named} |"


def main() -> None:
    """Make the tables, compare, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--number-format", choices=["vi", "machine"], default="vi")
    parser.add_argument("--figures", type=Path, help="time this figures.csv instead")
    parser.add_argument("--write", action="store_true", help="write the result into docs/benchmarks.md")
    asked = parser.parse_args()
    lines = [f"{machine()}; numbers written as `{asked.number_format}`; {asked.pairs} pairs in one process, floor and rules in turn.", "", *HEAD]
    for rows in [0] if asked.figures else asked.rows:
        with tempfile.TemporaryDirectory() as folder:
            figures = asked.figures or Path(folder) / "figures.csv"
            if asked.figures:
                with figures.open("rb") as file:
                    written = sum(1 for _ in file) - 1
            else:
                made = write_bulk(figures, rows=rows, seed=asked.seed, areas=ROOT / "schemas/reference/areas.csv", vietnamese=asked.number_format == "vi")
                written = made.rows
            lines.append(row(written, *compare(figures, number_format=asked.number_format, pairs=asked.pairs)))
    print("\n".join(lines))
    if asked.write:
        write_section("rules", lines)


if __name__ == "__main__":
    main()
