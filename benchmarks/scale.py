"""How long does `ansinh run` take on a large table, against the least that publishing it costs?

    python -m benchmarks.scale --rows 1000000                 prints; add --write to put it into docs/benchmarks.md
    python -m benchmarks.scale --rows 1000000 5000000 --pairs 5
    python -m benchmarks.scale --figures FILE                 a table of one's own instead of an invented one

Both are whole processes, run in turn on the same file in fresh folders; the ratio is taken pair by pair, and its median is what counts:
seconds of one machine mean little on another, and little on the same one a minute later.

Belongs here: what is compared, and the table of results. Elsewhere: the invented figures (bulk.py), the floor (floor.py), the clock (measure.py).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.bulk import VINTAGE, write_bulk
from benchmarks.measure import ROOT, alternate, cost_of, machine, median, write_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Cost

SOURCE: Final = 'title = "Bảng thử, mọi trị số đều bịa"\npublisher = "benchmarks/bulk.py"\nlicence = "CC0-1.0"\nnumber_format = "{number_format}"\n'
HEAD: Final = (
    "| rows | file MB | floor s | `ansinh run` s | ratio, median (all pairs) | CPU ratio | floor RSS MB | `ansinh run` RSS MB |",
    "|---|---|---|---|---|---|---|---|",
)


def compare(figures: Path, work: Path, *, number_format: str, pairs: int) -> list[list[Cost]]:
    """Cost of the floor and of `ansinh run` on one file: `pairs` of each, in turn."""

    def fresh(name: str) -> Path:
        folder = work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def floor() -> Cost:
        return cost_of([sys.executable, ROOT / "benchmarks/floor.py", figures, fresh("floor") / "out", VINTAGE, number_format], work / "floor")

    def run() -> Cost:
        raw = fresh("run") / "raw/bulk"
        raw.mkdir(parents=True)
        os.link(figures, raw / "figures.csv")
        (raw / "source.toml").write_text(SOURCE.format(number_format=number_format), encoding="utf-8")
        return cost_of([Path(sys.executable).with_name("ansinh"), "run"], work / "run")

    return alternate([floor, run], pairs)


def row(figures: Path, rows: int, floors: Sequence[Cost], runs: Sequence[Cost]) -> str:
    """One line of the table."""
    ratios = [run.wall_s / floor.wall_s for floor, run in zip(floors, runs, strict=True)]
    cpu = median([run.cpu_s / floor.cpu_s for floor, run in zip(floors, runs, strict=True)])
    spread = " ".join(f"{ratio:.2f}" for ratio in sorted(ratios))
    size = figures.stat().st_size / 1e6
    floor_s, run_s = (median([cost.wall_s for cost in costs]) for costs in (floors, runs))
    floor_mb, run_mb = (median([cost.peak_rss_mb for cost in costs]) for costs in (floors, runs))
    ratio = f"**{median(ratios):.2f}** ({spread})"
    return f"| {rows:,} | {size:.0f} | {floor_s:.2f} | {run_s:.2f} | {ratio} | {cpu:.2f} | {floor_mb:.0f} | {run_mb:.0f} |"


def main() -> None:
    """Make the tables, compare, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--number-format", choices=["vi", "machine"], default="vi")
    parser.add_argument("--figures", type=Path, help="time this figures.csv instead (its places are looked up in vintage " + VINTAGE + ")")
    parser.add_argument("--write", action="store_true", help="write the result into docs/benchmarks.md")
    asked = parser.parse_args()
    lines = [f"{machine()}; numbers written as `{asked.number_format}`; {asked.pairs} pairs, floor and `ansinh run` in turn.", "", *HEAD]
    for rows in [0] if asked.figures else asked.rows:
        with tempfile.TemporaryDirectory() as folder:
            figures = Path(folder) / "figures.csv"
            if asked.figures:
                shutil.copy(asked.figures, figures)
                with figures.open("rb") as file:
                    written = sum(1 for _ in file) - 1
            else:
                made = write_bulk(figures, rows=rows, seed=asked.seed, areas=ROOT / "schemas/reference/areas.csv", vietnamese=asked.number_format == "vi")
                written = made.rows
                print(f"{made.rows:,} rows: {made.places:,} places, {made.quarters} quarters, {sum(made.faults.values())} faults of {len(made.faults)} kinds")
            lines.append(row(figures, written, *compare(figures, Path(folder), number_format=asked.number_format, pairs=asked.pairs)))
    print("\n".join(lines))
    if asked.write:
        write_section("scale", lines)


if __name__ == "__main__":
    main()
