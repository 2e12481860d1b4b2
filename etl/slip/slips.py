"""What each publisher is asked: the open findings of one document, each with the places it is printed at.

Belongs here: published tables → slips. Elsewhere: the words of the letter (letter.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from etl.export.published import Published

MOST_ASKED: Final = 100  # on one slip: nobody answers more, and the quality report lists them all
MOST_QUOTED: Final = 40  # figures of one finding
MOST_SUGGESTED: Final = 5
_NOT_TRIED: Final = "limit"  # a hypothesis of this kind tells what was not looked at


@dataclass(frozen=True, slots=True)
class Quote:
    """One number as printed, and where. `document` is set where it stands in another document."""

    text: str
    unit: str | None
    what: str
    about: str
    source: str
    line: int | None
    locator: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """One open finding: what was compared, the arithmetic in a sentence, what could be wrong."""

    rule: str
    label: str
    severity: str
    message: str
    tolerance: float | None
    cause: str | None
    quotes: tuple[Quote, ...]
    quotes_left_out: int
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """All that is asked about one document. No citation: it may name a person."""

    folder: str
    title: str
    publisher: str | None
    published: date | None
    snapshot: str
    evaluated_on: str
    questions: tuple[Question, ...]
    questions_left_out: int


def read_slips(published: Published) -> tuple[Slip, ...]:
    """The slips of a snapshot, by folder of raw/."""
    query = resources.files("etl.slip").joinpath("sql", "asked.sql").read_text(encoding="utf-8")
    slips = []
    for folder, group in groupby(published.rows(query), key=lambda row: str(row["folder"])):
        rows = list(group)
        slips.append(
            Slip(
                folder=folder,
                title=rows[0]["title"],
                publisher=rows[0]["publisher"],
                published=rows[0]["published"],
                snapshot=published.run.run_id,
                evaluated_on=published.run.evaluated_on,
                questions=tuple(_question(row) for row in rows[:MOST_ASKED]),
                questions_left_out=max(0, len(rows) - MOST_ASKED),
            )
        )
    return tuple(slips)


def _question(row: Mapping[str, Any]) -> Question:
    hypotheses = [h for h in json.loads(row["hypotheses"]) if h.get("kind") != _NOT_TRIED]
    return Question(
        rule=row["rule"],
        label=row["label"],
        severity=row["severity"],
        message=row["message"],
        tolerance=row["tolerance"],
        cause=row["cause"],
        quotes=tuple(_quote(printed) for printed in row["printed"][:MOST_QUOTED]),
        quotes_left_out=max(0, len(row["printed"]) - MOST_QUOTED),
        suggestions=tuple(str(h["text_vi"]) for h in hypotheses[:MOST_SUGGESTED]),
    )


def _quote(printed: Mapping[str, Any]) -> Quote:
    return Quote(
        text=printed["text"] or "",
        unit=printed["unit"],
        what=printed["what"] or "",
        about=", ".join(part for part in (printed["breakdown"], printed["place"], printed["period"]) if part),
        source=printed["source"],
        line=printed["line"],
        locator=printed["locator"],
        document=printed["document"],
    )
