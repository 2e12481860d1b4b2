"""What each publisher is asked: the open findings of its documents, each with the places it is printed at.

Belongs here: published tables → slips. Elsewhere: the words of the letter (letter.py).
"""

from __future__ import annotations

import json
import re
import unicodedata
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
MOST_SUGGESTED: Final = 3
_LONGEST_NAME: Final = 80
_NOT_TRIED: Final = "limit"  # a hypothesis of this kind tells what was not looked at


@dataclass(frozen=True, slots=True)
class Quote:
    """One number as printed, and where. `document` is set where the slip is about several documents, or the number stands in another one."""

    text: str
    unit: str | None
    what: str
    about: str
    locator: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """One open finding: what was compared and why, the arithmetic in a sentence, what could be wrong."""

    rule: str
    label: str
    rationale: str | None
    severity: str
    message: str
    tolerance: float | None
    cause: str | None
    quotes: tuple[Quote, ...]
    quotes_left_out: int
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """One document that a slip asks about. No citation: it may name a person."""

    folder: str
    title: str
    published: date | None


@dataclass(frozen=True, slots=True)
class Slip:
    """All that one publisher is asked."""

    name: str
    publications: tuple[Publication, ...]
    publisher: str | None
    snapshot: str
    evaluated_on: str
    questions: tuple[Question, ...]
    questions_left_out: int


def read_slips(published: Published) -> tuple[Slip, ...]:
    """The slips of a snapshot: one for each publisher, and one for each document whose publisher is not known."""
    query = resources.files("etl.slip").joinpath("sql", "asked.sql").read_text(encoding="utf-8")
    asked, slips = list(published.rows(query)), list[Slip]()
    every_folder = {str(folder) for row in asked for folder in row["folders"]}
    for folders, group in groupby(asked, key=lambda row: tuple(str(folder) for folder in row["folders"])):
        rows = list(group)
        publications = tuple(Publication(folder, d["title"], d["published"]) for folder, d in zip(folders, rows[0]["documents"], strict=True))
        slips.append(
            Slip(
                name=_name(publications, rows[0]["publisher"], taken=every_folder.difference(folders) | {slip.name for slip in slips}),
                publications=publications,
                publisher=rows[0]["publisher"],
                snapshot=published.run.run_id,
                evaluated_on=published.run.evaluated_on,
                questions=tuple(_question(row) for row in rows[:MOST_ASKED]),
                questions_left_out=max(0, len(rows) - MOST_ASKED),
            )
        )
    return tuple(slips)


def _name(publications: tuple[Publication, ...], publisher: str | None, *, taken: set[str]) -> str:
    """What the file is called after: the document; of several, their publisher in plain letters."""
    if len(publications) == 1 or publisher is None:
        return publications[0].folder
    plain = "".join(c for c in unicodedata.normalize("NFD", publisher.lower().replace("đ", "d")) if not unicodedata.combining(c))
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME]
    # Two names that differ in marks only, one in another script, one like a folder: the first folder tells them apart.
    return name if name and name not in taken else f"{name}-{publications[0].folder}".strip("-")


def _question(row: Mapping[str, Any]) -> Question:
    hypotheses = [h for h in json.loads(row["hypotheses"]) if h.get("kind") != _NOT_TRIED]
    return Question(
        rule=row["rule"],
        label=row["label"],
        rationale=row["rationale"],
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
        locator=printed["locator"],
        document=printed["document"],
    )
