"""One execution in the making: the open stage, what raw/ holds, and the keys that stand for everything that decides the result.

    with working(project, date.today(), progress) as work:
        work.con, work.folders, work.rules
        input_key(work)             equal keys: equal content

Belongs here: opening what a run needs, and what is hashed into its keys. Elsewhere: the order of the steps (pipeline.py), what is kept
between runs (stage.py). The reader, the rules and DuckDB are imported when work begins: a run that finds nothing new needs none of them.
"""

from __future__ import annotations

import gc
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from etl.errors import AnsinhError, StageError
from etl.stage import code_id, get_state, hashes_of, open_stage, reading, stage_errors, tells_of_damage, throw_away

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future
    from datetime import date

    import duckdb

    from etl.model import RawFile
    from etl.project import Project
    from etl.read.sources import RawFolder
    from etl.validate.validate import Entry
    from etl.validate.waivers import Correction
    from schemas.kinds import Rule

MANY_ROWS: Final = 20_000  # from here on a second thread pays
_STALE: Final = {"ingested": "stage-not-ingested", "validated": "stage-not-validated"}


@dataclass(slots=True)
class Work:
    """One execution in the making: the open stage, what raw/ holds, and the time each step took."""

    project: Project
    con: duckdb.DuckDBPyConnection
    folders: list[RawFolder]
    ahead: Executor  # one thread beside this one: DuckDB reads a large table and leaves Python and half of the machine idle
    loaded: Future[tuple[Rule, ...]]
    evaluated_on: date
    progress: Callable[[str, str], None]
    is_resolved: bool = False
    figures: list[RawFile] | None = None  # as they were listed; hashed once
    corrections: tuple[Correction, ...] = ()
    corrected: list[Entry] = field(default_factory=list)  # what became of them
    laps: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)
    closing: Future[None] | None = None  # of the stage

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules that judge, in the order of their ids. Raises RuleFileError where one of them is none."""
        return self.loaded.result()

    def leave_stage(self) -> None:
        """Close the stage, where nothing more is asked of it, beside what follows: giving back a gigabyte of working tables takes its time."""
        if self.closing is None:
            self.closing = self.ahead.submit(self.con.close)

    def lap(self, name: str) -> None:
        """Note the time since the last lap."""
        now = time.perf_counter()
        self.laps[name] = round(self.laps.get(name, 0.0) + now - self.started, 3)
        self.started = now


@contextmanager
def working(project: Project, evaluated_on: date, progress: Callable[[str, str], None] | None) -> Iterator[Work]:
    """Open the stage, list raw/ and have the rules read for the length of a `with`. A stage that turns out to be damaged is gone afterwards."""
    import duckdb  # noqa: PLC0415

    from etl.read.sources import discover  # noqa: PLC0415

    if not project.raw.is_dir():
        raise StageError("raw-missing", raw=str(project.raw))
    with reading(project.raw):
        folders = discover(project.raw)
    with _leaving_garbage(), ThreadPoolExecutor(1, "ansinh-ahead") as ahead:
        loaded = ahead.submit(_load_rules, project, folders)
        work = Work(project, open_stage(project), folders, ahead, loaded, evaluated_on, progress or (lambda _stage, _what: None))
        damage: AnsinhError | duckdb.Error | None = None
        try:
            with stage_errors(project.stage):
                yield work
        except (AnsinhError, duckdb.Error) as failure:
            if not tells_of_damage(failure):
                raise
            damage = failure
        finally:
            work.leave_stage()
            if work.closing is not None:
                work.closing.result()
        if damage is not None:
            throw_away(project)
            raise StageError("stage-damaged", path=str(project.stage)) from damage


@contextmanager
def _leaving_garbage() -> Iterator[None]:
    """Let Python search for no rings of garbage for the length of a `with`: a run makes few, and looking through all it holds takes a twentieth of it."""
    was_searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_searching:
            gc.enable()


def _load_rules(project: Project, folders: Sequence[RawFolder]) -> tuple[Rule, ...]:
    from etl.validate.rules import catalogue_indicators, load_rules, our_rule_files, project_rule_files  # noqa: PLC0415  pandera and polars come with it

    defined = {definition.id for folder in folders for definition in folder.indicators}
    return load_rules([*our_rule_files(), *project_rule_files(project.root)], indicators=catalogue_indicators() | defined)


def figures(work: Work) -> list[RawFile]:
    """The files that hold figures, hashed."""
    if work.figures is not None:
        return work.figures
    listed = [folder.figures for folder in work.folders if folder.figures is not None]
    with reading(work.project.raw):
        hashes = hashes_of(work.project, listed)
    work.figures = [file.hashed(hashes[file.source_id]) for file in listed]
    return work.figures


def use_threads_that_pay(con: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Let DuckDB work through few rows with one thread: handing a hundred rows to a second one costs more time than it saves."""
    if rows < MANY_ROWS:
        con.execute("SET threads = 1")


def ingest_key(work: Work) -> str:
    """Stands for the rows of the stage: the raw files and the code that reads them."""
    digest = hashlib.sha256(code_id().encode())
    for file in figures(work):
        digest.update(f"{file.source_id}|{file.sha256}\n".encode())
    return digest.hexdigest()


def input_key(work: Work) -> str:
    """Stands for all that decides the content: the files and folders of raw/, mappings, waivers, rules, settings, our code, and the date of evaluation."""
    from etl.read.sources import list_strays  # noqa: PLC0415
    from etl.validate.rules import project_rule_files  # noqa: PLC0415

    digest = hashlib.sha256(f"{ingest_key(work)}|{work.evaluated_on.isoformat()}\n".encode())
    with reading(work.project.raw):
        for file in list_strays(work.project.raw):
            digest.update(f"{file.source_id}\n".encode())
    for folder in work.folders:
        digest.update(f"{folder.source.folder}/\n".encode())  # one without figures is a finding of its own
        for name in ("source.toml", "waivers.toml", "corrections.toml"):
            path = folder.source.path / name
            if path.exists():
                digest.update(f"{folder.source.folder}/{name}\n".encode() + path.read_bytes())
        for file in folder.not_read:
            digest.update(f"{file.source_id}\n".encode())
    for path in [*project_rule_files(work.project.root), work.project.root / "ansinh.toml"]:
        if path.exists():
            digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def refuse_stale(work: Work, state: str, key: str) -> None:
    """Raise StageError unless the stage's `state` ("ingested", "validated") belongs to these inputs."""
    if get_state(work.con, state) != key:
        raise StageError(_STALE[state], raw=str(work.project.raw))
