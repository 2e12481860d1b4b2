"""The nouns of the project, frozen. Imports nothing of ours.

A *figure* is a fact about a document (what was printed, where); an *observation* is a claim about the world.
There are few of the things declared here; what there is many of lives in DuckDB and Arrow tables (`schemas/tables.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


class NumberFormat(StrEnum):
    """How a source writes numbers: `vi` 1.234,5 · `machine` 1234.5 · `en` 1,234.5."""

    VI = "vi"
    MACHINE = "machine"
    EN = "en"


class Hedge(StrEnum):
    """What the words around a number say about its sharpness."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    NEARLY = "nearly"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BELOW = "below"
    RANGE = "range"


class Measure(StrEnum):
    """Which view of an indicator a figure gives."""

    LEVEL = "level"
    SHARE = "share"
    PLAN_COMPLETION = "plan_completion"
    PLAN_EXCESS = "plan_excess"
    CHANGE_ABS = "change_abs"
    CHANGE_PCT = "change_pct"
    CHANGE_PP = "change_pp"
    TIMES = "times"
    PER_UNIT = "per_unit"


class ObsKind(StrEnum):
    """Actual: observed. Plan: set for the period reported on. Target: a goal still ahead."""

    ACTUAL = "actual"
    PLAN = "plan"
    TARGET = "target"


class Verdict(StrEnum):
    """What a rule says of one row of its frame. (A rule that breaks gives no verdict: RuleBroken.)"""

    PASS = "pass"
    FAIL = "fail"
    UNVERIFIABLE = "unverifiable"
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    """error: impossible · warning: implausible or only softly contradicted · info: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Disposition(StrEnum):
    """Where an input row ended. Rows read = published + quarantined + excluded."""

    PUBLISHED = "published"
    QUARANTINED = "quarantined"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Source:
    """One folder of `raw/`: what its source.toml says, with defaults where it says nothing."""

    folder: str
    path: Path
    title: str
    publisher: str | None
    published: date | None
    url: str | None
    citation: str | None
    licence: str | None
    ref_area: str | None
    time_period: str | None
    language: str
    number_format: NumberFormat
    has_mapping: bool  # False: no source.toml, all of the above are defaults (a finding says so)
    due: date | None = None  # the last day on which it was to be published
    must_have: tuple[str, ...] = ()  # indicators that its form asks for


@dataclass(frozen=True, slots=True)
class RawFile:
    """One raw file as received, never edited; `source_id` is its path below raw/."""

    source_id: str
    folder: str
    path: Path
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Run:
    """One execution. `evaluated_on` is the date that waivers and deadlines are judged by."""

    run_id: str
    started_at: str
    evaluated_on: date
    trigger: str
