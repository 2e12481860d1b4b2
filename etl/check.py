"""The linter for one's own draft: read and judge files without any warehouse; nothing is written.

    found = check([Path("figures.csv")], rules=…)      found.findings, found.rows_read

Belongs here: a run in memory over the files named. Elsewhere: the steps (read/, resolve/, validate/), how findings are printed (cli.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from etl.errors import UsageError
from etl.model import RawFile
from etl.read.definitions import add_definitions
from etl.read.figures_csv import create_raw_tables, read_figures_csv
from etl.read.sources import RawFolder, read_source, sha256_of
from etl.resolve.observations import describe_sources, resolve_observations
from etl.validate.ledger import entries
from etl.validate.promised import promises
from etl.validate.rules import catalogue_indicators, load_rules, our_rule_files, project_rule_files
from etl.validate.validate import Validated, validate
from etl.validate.waivers import apply_corrections, apply_waivers, read_corrections, read_waivers
from etl.work import use_threads_that_pay
from schemas.catalogue import load_reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from etl.validate.validate import Entry


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: rows read, and the findings."""

    figures: int
    validated: Validated


def check(files: Sequence[Path], *, evaluated_on: date, project_root: Path | None = None) -> Checked:
    """Judge files of the form figures.csv, each with what lies beside it: source.toml, waivers.toml, corrections.toml."""
    folders: dict[str, RawFolder] = {}
    raw: list[tuple[int, RawFile]] = []
    ledger: list[Entry] = []
    total = 0
    with duckdb.connect() as con:
        load_reference(con)
        create_raw_tables(con)
        for number, path in enumerate(files):
            if not path.is_file():
                raise UsageError("check-no-such-file", file=str(path))
            folder = path.parent.as_posix()  # files of one folder are of one document
            if folder not in folders:
                source, defined = read_source(path.resolve().parent)
                folders[folder] = RawFolder(source=replace(source, folder=folder), figures=None, indicators=defined, not_read=())
            raw.append((number, RawFile(source_id=str(path), folder=folder, path=path, size=path.stat().st_size, mtime_ns=0, sha256=sha256_of(path))))
            result = read_figures_csv(con, number, path)
            total += result.rows
            faults = json.dumps([{"code": f.code, **f.facts()} for f in result.faults], ensure_ascii=False)
            ledger += entries([], [(str(path), result.rows, result.set_aside, faults)], raw=None)
        use_threads_that_pay(con, total)
        add_definitions(con, folders.values())
        describe_sources(con, [folder.source for folder in folders.values()], raw)
        ledger += apply_corrections(con, read_corrections(folders.values()), evaluated_on)
        resolve_observations(con)
        ledger += promises(con, [folder.source for folder in folders.values()])
        waivers = read_waivers(folders.values())
        rules = [*our_rule_files(), *(project_rule_files(project_root) if project_root is not None else [])]
        loaded = load_rules(rules, indicators=catalogue_indicators() | {d.id for folder in folders.values() for d in folder.indicators})
        return Checked(total, validate(con, loaded, ledger=ledger, waive=lambda found: apply_waivers(found, waivers, evaluated_on)))
