"""Every sentence for people, by code and language: `messages.toml` holds them, this module fills them in.

Belongs here: loading the catalogue, filling placeholders, how a fact is shown in each language.
Elsewhere: which exception or finding has which code (who raises it), colours and layout (cli.py, report/).

    [unknown-key]
    vi = "{file}, dòng {line}: không có khóa “{key}”; gần giống: {nearest}."
    en = "{file}, line {line}: there is no key “{key}”; nearest: {nearest}."
    next = "ansinh doctor"              # or next = { vi = "…", en = "…" }

`{expected:word}` shows a word of `[words]` in the reader's language. Nothing else may follow the name: no attribute, no index.
"""

from __future__ import annotations

import re
import string
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from etl.errors import AnsinhError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LANGUAGES: Final = ("vi", "en")
WORDS: Final = "words"

_LONGEST_FACT: Final = 600  # characters; a refused record can be megabytes long, and nobody reads past the first lines
_GROUP_FROM: Final[int] = 10_000  # 2023 is a year or a line number far more often than it is a count
_NEAREST: Final = re.compile(r"[;,] (?:khóa )?(?:gần giống|nearest): \{nearest\}")
_SAID: Final = {
    "vi": {"true": "có", "false": "không", "none": "không có", "group": ".", "decimal": ","},
    "en": {"true": "yes", "false": "no", "none": "none", "group": ",", "decimal": "."},
}


class CatalogueError(LookupError):
    """The catalogue does not hold what the code asks for: our own slip, found by the tests."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a person reads of an exception: the sentence, and the step to take."""

    sentence: str
    next_step: str | None


def sentence(code: str, lang: str, **facts: object) -> str:
    """Give the sentence of `code` in `lang`, filled in."""
    return _filled(_entry(code)[lang], lang, facts)


def next_step(code: str, lang: str, **facts: object) -> str | None:
    """Give the command or step that helps, None if the sentence says it all."""
    step = _entry(code).get("next")
    if isinstance(step, dict):
        step = step[lang]
    return None if step is None else _filled(step, lang, facts)


def tell(error: AnsinhError, lang: str) -> Told:
    """Put an exception into words. Never raises: a code without a sentence is told as code and facts."""
    try:
        return Told(sentence(error.code, lang, **error.facts), next_step(error.code, lang, **error.facts))
    except CatalogueError:
        facts = ", ".join(f"{name} = {shown(value, lang)}" for name, value in error.facts.items())
        return Told(f"{error.code}: {facts}" if facts else error.code, None)


def shown(value: object, lang: str) -> str:
    """Show one fact: numbers as the language writes them, lists with commas, nothing as a word."""
    said = _SAID[lang]
    if value is None:
        return said["none"]
    if isinstance(value, bool):
        return said["true" if value else "false"]
    if isinstance(value, int | Decimal | float):
        return _number(value, said)
    if isinstance(value, list | tuple | set | frozenset):
        parts: Sequence[object] = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return ", ".join(shown(part, lang) for part in parts) or said["none"]
    if isinstance(value, AnsinhError):
        return tell(value, lang).sentence  # what is behind it, in its own words
    return _visible(str(value))


def codes() -> frozenset[str]:
    """All codes that have a sentence."""
    return frozenset(_catalogue()) - {WORDS}


def placeholders(template: str) -> frozenset[str]:
    """Name the facts that a template needs."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


class _Filler(string.Formatter):
    """str.format for people: values go through `shown`, the only format is `word`."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "word":
            return _word(str(value), self._lang)
        return shown(value, self._lang)


def _filled(template: str, lang: str, facts: Mapping[str, object]) -> str:
    if "nearest" in facts and not facts["nearest"]:
        template = _NEAREST.sub("", template)  # that nothing is near helps nobody
    try:
        return _Filler(lang).vformat(template, (), facts)
    except KeyError as missing:
        raise CatalogueError(template, missing.args[0]) from missing


def _word(word: str, lang: str) -> str:
    entry = _catalogue().get(WORDS, {}).get(word)
    return word if entry is None else str(entry[lang])


def _entry(code: str) -> Mapping[str, Any]:
    entry = _catalogue().get(code)
    if entry is None or code == WORDS:
        raise CatalogueError(code)
    return entry


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("etl").joinpath("messages.toml").read_text(encoding="utf-8"))


def _number(value: float | Decimal, said: Mapping[str, str]) -> str:
    text = f"{value:,}" if not -_GROUP_FROM < value < _GROUP_FROM else f"{value}"
    return "".join({",": said["group"], ".": said["decimal"]}.get(letter, letter) for letter in text)


def _visible(text: str) -> str:
    """Show control and direction characters by their number: a file may carry them, a terminal must not obey them."""
    if len(text) > _LONGEST_FACT:
        text = f"{text[:_LONGEST_FACT]}…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text)
