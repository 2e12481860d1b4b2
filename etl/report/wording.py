"""The words of the report: one catalogue, both languages side by side.

Belongs here: finding a sentence in wording.toml and filling it in, each language with its own numbers. Elsewhere: when to say it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape

from etl.report.notation import Language, format_number

CATALOGUE: Final = Path(__file__).parent / "wording.toml"
LANGUAGES: Final[tuple[Language, Language]] = ("vi", "en")

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said in both languages. A template that prints it prints both; the page shows one."""

    vi: str
    en: str

    def in_language(self, language: Language) -> str:
        """What is said in one of the languages."""
        return self.vi if language == "vi" else self.en

    def __html__(self) -> Markup:
        """Both, each marked with its language; once, if they are the same."""
        if self.vi == self.en:
            return escape(self.vi)
        return Markup('<span lang="vi">{}</span><span lang="en">{}</span>').format(self.vi, self.en)


@dataclass(frozen=True, slots=True)
class Wording:
    """The catalogue as read: `entries["verdict.clear"]` holds its texts by language."""

    entries: dict[str, dict[str, str]]

    def say(self, entry: str, **facts: object) -> Said:
        """Fill in the sentence `entry`: numbers and days are written as each language does."""
        texts = self.entries[entry]
        return Said(
            vi=texts["vi"].format(**{name: _written(fact, "vi") for name, fact in facts.items()}),
            en=texts["en"].format(**{name: _written(fact, "en") for name, fact in facts.items()}),
        )

    def count(self, noun: str, n: int) -> Said:
        """So many of something; English has another word for one."""
        texts = self.entries[f"count.{noun}"]
        en = texts["en_one"] if n == 1 and "en_one" in texts else texts["en"]
        return Said(vi=texts["vi"].format(n=format_number(n, "vi")), en=en.format(n=format_number(n, "en")))

    def code(self, code_list: str, code: str | None) -> Said:
        """The words for a code, or the code itself where the catalogue has none: it may be newer than the catalogue."""
        return self.known(code_list, code) or Said(code or "", code or "")

    def known(self, code_list: str, code: str | None) -> Said | None:
        """The words for a code, if the catalogue has any."""
        texts = self.entries.get(f"{code_list}.{code}")
        return Said(texts["vi"], texts["en"]) if texts else None


def number(value: float, *, decimals: int | None = None) -> Said:
    """A number in both languages."""
    return Said(format_number(value, "vi", decimals=decimals), format_number(value, "en", decimals=decimals))


@cache
def wording() -> Wording:
    """Read the catalogue, once."""
    return Wording(dict(_entries(tomllib.loads(CATALOGUE.read_text(encoding="utf-8")))))


def _entries(table: dict[str, Any], prefix: str = "") -> list[tuple[str, dict[str, str]]]:
    """Flatten the tables: [verdict.clear] becomes "verdict.clear"."""
    if "vi" in table:
        return [(prefix, table)]
    return [entry for name, below in table.items() for entry in _entries(below, f"{prefix}.{name}" if prefix else name)]


def _written(fact: object, language: Language) -> str:
    if isinstance(fact, Said):
        return fact.in_language(language)
    if isinstance(fact, int | float):
        return format_number(fact, language)
    if isinstance(fact, date):
        return f"{fact.day:02d}/{fact.month:02d}/{fact.year}" if language == "vi" else f"{fact.day} {MONTHS[fact.month - 1]} {fact.year}"
    return str(fact)
