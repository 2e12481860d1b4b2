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
from etl.read.figures_csv import create_raw_tables, read_figures_csv
from etl.read.sources import read_source, sha256_of
from etl.resolve.observations import describe_sources, resolve_observations
from etl.validate.ledger import entries
from etl.validate.rules import catalogue_indicators, load_rules, our_rule_files, project_rule_files
from etl.validate.validate import Validated, validate
from schemas.catalogue import load_reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from etl.model import Source
    from etl.read.sources import IndicatorDefinition


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: rows read, and the findings."""

    figures: int
    validated: Validated


def check(files: Sequence[Path], *, project_root: Path | None = None) -> Checked:
    """Judge files of the form figures.csv, each with the source.toml beside it, if there is one."""
    sources: list[Source] = []
    raw: list[tuple[int, RawFile]] = []
    definitions: list[IndicatorDefinition] = []
    ledger = []
    with duckdb.connect() as con:
        load_reference(con)
        create_raw_tables(con)
        total = 0
        for number, path in enumerate(files):
            if not path.is_file():
                raise UsageError("check-no-such-file", file=str(path))
            source, defined = read_source(path.resolve().parent)
            folder = str(number)
            sources.append(replace(source, folder=folder))
            definitions += [d for d in defined if d.id not in {known.id for known in definitions}]
            raw.append((number, RawFile(source_id=str(path), folder=folder, path=path, size=path.stat().st_size, mtime_ns=0, sha256=sha256_of(path))))
            result = read_figures_csv(con, number, path)
            total += result.rows
            faults = json.dumps([{"code": f.code, **f.facts()} for f in result.faults], ensure_ascii=False)
            ledger += entries([], [(str(path), result.rows, result.set_aside, faults)], raw=None)
        rules = [*our_rule_files(), *(project_rule_files(project_root) if project_root is not None else [])]
        describe_sources(con, sources, raw, definitions)
        resolve_observations(con)
        loaded = load_rules(rules, indicators=catalogue_indicators() | {d.id for d in definitions})
        return Checked(total, validate(con, loaded, ledger=ledger))
