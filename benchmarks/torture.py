"""A small project that changes, what its readers see, and what must hold after a run was killed or its disk failed.

    case = new_case(folder, forks)           # a project with one published run, and what its two contents look like when nothing goes wrong
    case.change()                            # raw/ now says the other thing
    forks.run(case.words, kill_after=0.4)
    case.must_be_whole()                     # raises Lost: what is seen is the old content or the new one, all of it, and every reader works
    case.must_recover()                      # the next run publishes what it should, and nothing half-made is left

Belongs here: the project and the promises. Elsewhere: starting and killing (forks.py), how often (reliability.py, tests/reliability/).
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import duckdb

from benchmarks.readers import ROWS
from etl.project import DATABASE_NAME, Project, open_project
from etl.publish.history import read_history
from etl.publish.snapshot import BUILD_PREFIX, REPORT_PREFIX, RETIRED_PREFIX, SHOWN, current_snapshot, damaged_files, list_snapshots
from etl.query import history, run_query, status, trace_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.forks import Ended, Forks

DAY: Final = "2025-01-01"  # judged by one day, or midnight would change the content
FOLDER: Final = "bang-thu"
SOURCE: Final = 'title = "Bảng thử, mọi trị số đều bịa"\nlicence = "CC0-1.0"\nnumber_format = "vi"\n'
HEADER: Final = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note\n"
SETTINGS: Final = "[retention]\nkeep = 2\n"
RULE: Final = """\
[[rule]]
id = "THU1"
kind = "hundred"
label = "Cơ cấu lao động cộng bằng 100"
label_en = "The labour shares add up to 100"
severity = "error"
indicator = "employment_sector_share"
over = "breakdown:sector"
needed = 3
by = ["ref_area", "time_period", "obs_kind"]
"""


class Lost(Exception):
    """A promise was broken; the arguments say after what, which one, and what was seen instead."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader sees: the content, its rows, and a checksum over them."""

    content_id: str
    rows: int
    checksum: str


@dataclass(slots=True)
class Case:
    """One project under torture."""

    project: Project
    forks: Forks
    variant: int = 0
    known: dict[int, Seen] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """The command line of a run."""
        return ["run", "--project", str(self.project.root), "--as-of", DAY, "--log-format", "json"]

    def change(self) -> None:
        """Let raw/ say something else than what is published now: a run that has nothing to publish would meet no step of publishing."""
        current = current_snapshot(self.project)
        shown = [variant for variant, seen in self.known.items() if current is not None and seen.content_id == current.content_id]
        self.variant = 1 - (shown[0] if shown else self.variant)
        write_figures(self.project.raw / FOLDER, self.variant)

    def must_be_whole(self, after: str = "") -> Seen:
        """The old content or the new one, the same in all its forms, and every reader answers."""
        seen = look(self.project, after)
        if seen not in self.known.values():
            raise Lost(after, seen, "is neither the old content nor the new one", self.known)
        return seen

    def must_recover(self, after: str = "") -> Ended:
        """The next run publishes what raw/ says now, and clears up."""
        ended = self.forks.run(self.words)
        if ended.code != 0:
            raise Lost(after, "the next run ends with", ended.code, ended.output)
        seen = look(self.project, after)
        if seen != self.known[self.variant]:
            raise Lost(after, "the next run publishes", seen, ", not", self.known[self.variant])
        half_made = (BUILD_PREFIX, REPORT_PREFIX, RETIRED_PREFIX)
        left = [path for path in self.project.warehouse.rglob("*") if path.name.startswith(half_made) or path.suffix == ".part"]
        logs = [path for path in self.project.warehouse.rglob("*.wal") if path.parent != self.project.stage]
        if left or logs:
            raise Lost(after, "left behind", [*left, *logs])
        told = read_history(self.project)
        untold = {snapshot.run_id for snapshot in list_snapshots(self.project)} - {run.run_id for run in told.runs if run.outcome == "published"}
        if untold or told.unreadable:
            raise Lost(after, "the history misses", untold, "and has spoiled lines:", told.unreadable)
        return ended


def new_case(folder: Path, forks: Forks, *, known: dict[int, Seen] | None = None, sources: int = 1) -> Case:
    """Make the project in an empty folder and publish both contents once, undisturbed. (`known` from another case saves one of the runs.)"""
    for number in range(1, sources):
        write_figures(folder / "raw" / f"{FOLDER}-{number}", 0, area=number)
    for name, text in {"ansinh.toml": SETTINGS, "rules/own.toml": RULE}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    write_figures(folder / "raw" / FOLDER, 1)
    case = Case(open_project(folder, start=folder), forks, variant=1, known=dict(known or {}))
    for _ in case.known or range(2):
        case.change()
        ended = forks.run(case.words)
        if ended.code != 0:
            raise Lost("an undisturbed run ends with", ended.code, ended.output)
        case.known[case.variant] = look(case.project, "undisturbed")
        if case.known.keys() == {0, 1} and known:
            break
    return case


def copy_case(case: Case, folder: Path) -> Case:
    """The same project in another folder, for whoever wants to spoil it alone."""
    shutil.copytree(case.project.root, folder, symlinks=True, dirs_exist_ok=True)
    return Case(open_project(folder, start=folder), case.forks, variant=case.variant, known=dict(case.known))


def write_figures(folder: Path, variant: int, *, area: int = 0) -> None:
    """Shares that miss 100 by 3 in one variant and add up in the other, one row of which comes and goes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.toml").write_text(SOURCE, encoding="utf-8")
    places = ("Hà Giang", "Cao Bằng", "Lào Cai", "Yên Bái", "Điện Biên", "Lai Châu", "Sơn La")
    place, year = places[area % len(places)], 2010 + area // len(places) % 13
    shares = ("52,7", "15,58", "28,72") if variant else ("55,7", "15,58", "28,72")
    sectors = ("agriculture_forestry", "industry_construction", "tourism_services")
    rows = [f'employment_sector_share,level,sector={sector},{place},{year},actual,"{text}",%,,\n' for sector, text in zip(sectors, shares, strict=True)]
    if variant:
        rows.append(f"poor_households,level,,{place},{year},actual,hơn 25.000,hộ,,\n")
    beside = folder / ".figures.part"
    beside.write_text(HEADER + "".join(rows), encoding="utf-8")
    beside.replace(folder / "figures.csv")


def look(project: Project, after: str) -> Seen:
    """Ask in every way there is, and compare the answers."""
    current = current_snapshot(project)
    if current is None or current.content_id is None:
        raise Lost(after, "nothing is current")
    if damaged := damaged_files(current):
        raise Lost(after, "damaged", damaged)
    missing = [name for name in SHOWN if not (project.warehouse / name).exists()]
    if missing:
        raise Lost(after, "these links lead nowhere", missing)
    with duckdb.connect(project.warehouse / DATABASE_NAME, read_only=True) as con:
        inside = con.execute(ROWS.format(rows="observations")).fetchall()[0]
        files = con.execute(ROWS.format(rows="read_parquet($file)"), {"file": str(project.warehouse / "parquet/observations.parquet")}).fetchall()[0]
        meta = dict(con.execute("SELECT key, value FROM meta").fetchall())
        [(finding,)] = con.execute("SELECT min(CAST(finding_id AS VARCHAR)) FROM findings").fetchall()
        [(figure,)] = con.execute("SELECT min(CAST(figure_id AS VARCHAR)) FROM figures").fetchall()
    if inside != files or (meta["content_id"], meta["run_id"]) != (current.content_id, current.run_id):
        raise Lost(after, "the database", inside, meta, ", the files", files, ", the manifest", current.content_id, current.run_id)
    if run_query(project, "SELECT count(*) AS n FROM observations").column("n")[0].as_py() != inside[0]:
        raise Lost(after, "two counts of one table")
    for each in filter(None, (finding, figure)):
        trace_id(project, each)
    if status(project).current != current or not history(project).runs:
        raise Lost(after, "status or history")
    return Seen(content_id=current.content_id, rows=int(inside[0]), checksum=str(inside[1]))


def moments(count: int, longest: float, *, seed: int) -> Sequence[float]:
    """Random moments of a run, in seconds: each part of it gets its share."""
    chance = random.Random(seed)
    return [(number + chance.random()) * longest / count for number in chance.sample(range(count), count)]
