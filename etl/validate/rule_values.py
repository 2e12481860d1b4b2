"""Refuse values that a rule cannot mean: a misspelt word would see nothing, and look like good data.

Belongs here: one check per shape of schemas/rule_values.py, each naming file, line, what was found and what would do. Elsewhere: unknown keys, ids,
indicators and dimensions that other keys name (rules.py), what a value does (frames/).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from etl import strict
from schemas.catalogue import reference_path
from schemas.kinds import SELECTOR_KEYS
from schemas.rule_values import KEY_VALUES, WHERE_VALUES, Takes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from schemas.kinds import Kind

    Step = str | int

_LISTS: Final = {"dimension": ("dimensions.csv", "dimension", "breakdown:"), "unit": ("units.csv", "unit", ""), "programme": ("programmes.csv", "id", "")}
_PAIR: Final = 2
_TRIPLE: Final = 3


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of a rule or of its `where`, with what it takes."""

    file: strict.TomlFile
    table: dict[str, Any]
    key: str
    where: tuple[Step, ...]
    takes: Takes
    indicators: Collection[str]

    @property
    def value(self) -> Any:
        """What the file says."""
        return self.table[self.key]

    @property
    def place(self) -> tuple[Step, ...]:
        """The path of the key in the file."""
        return (*self.where, self.key)

    @property
    def asked(self) -> tuple[Any, ...]:
        """What the readers of etl/strict.py want to be told."""
        return (self.file, self.table, self.key, *self.where)


def refuse_odd_values(file: strict.TomlFile, where: tuple[Step, ...], kind: Kind, params: dict[str, Any], indicators: Collection[str]) -> None:
    """Refuse the file if a key of the rule, or of its `where`, holds something that it cannot hold, or if keys are missing without which it is blind."""
    for key in params:
        takes = kind.values.get(key) or KEY_VALUES.get(key)
        if takes is not None:
            _SHAPES[takes.shape](_Key(file, params, key, where, takes, indicators))
    filters = params.get("where", {})
    for key in filters:
        takes = WHERE_VALUES[key]
        _SHAPES[takes.shape](_Key(file, filters, key, (*where, "where"), takes, indicators))
    there = {key for key, value in params.items() if value is not False}
    _refuse_blind(file, where, kind.name, there, kind.any_of)
    for word, groups in kind.needs.items():
        key, _, value = word.partition("=")
        if params.get(key) == value:
            _refuse_blind(file, where, f"{kind.name} ({key} = “{value}”)", there, groups)


def _refuse_blind(file: strict.TomlFile, where: tuple[Step, ...], kind: str, there: set[str], groups: tuple[tuple[str, ...], ...]) -> None:
    """Refuse a rule that has none of these groups of keys: it could see nothing."""
    if groups and not any(there.issuperset(group) for group in groups):
        raise file.fault("rule-needs-one-of", *where, kind=kind, choices=[" + ".join(group) for group in groups])


# --- one check per shape ------------------------------------------------------------------------------------------------------------


def _word(at: _Key) -> None:
    _refuse_unknown(at, strict.text(*at.asked), at.place)


def _words(at: _Key) -> None:
    for word, place in _listed(at, "names"):
        _refuse_unknown(at, word, place)


def _names(at: _Key) -> None:
    _listed(at, "names")


def _name(at: _Key) -> None:
    strict.text(*at.asked)


def _flag(at: _Key) -> None:
    strict.boolean(*at.asked)


def _whole(at: _Key) -> None:
    _refuse_small(at, strict.whole(*at.asked))


def _number(at: _Key) -> None:
    _refuse_small(at, strict.number(*at.asked))


def _band(at: _Key) -> None:
    """Two numbers, the lower first: in a band that is upside down nothing would lie."""
    ends = at.value
    if not (isinstance(ends, list) and len(ends) == _PAIR and all(_is_number(end) for end in ends) and ends[0] < ends[1]):
        raise _odd(at, "band", ends)


def _part(at: _Key) -> None:
    dimension, mark, member = strict.text(*at.asked).partition("=")
    if not (dimension and mark and member):
        raise _odd(at, "part", at.value)


def _side(at: _Key) -> None:
    """Of `order` a text or a table, of `band` a text or several."""
    if not isinstance(at.value, dict):
        _listed(at, "side")
        return
    _refuse_odd_selector(at, at.value, at.place)


def _pairs(at: _Key) -> None:
    for number, pair in enumerate(_tuples(at, _PAIR, "pairs")):
        for side, given in enumerate(pair):
            if isinstance(given, dict):
                _refuse_odd_selector(at, given, (*at.place, number, side))
            elif not isinstance(given, str):
                raise _odd(at, "pairs", pair, number)


def _triples(at: _Key) -> None:
    for number, triple in enumerate(_tuples(at, _TRIPLE, "triples")):
        *two, last = triple
        if not (all(isinstance(name, str) for name in two) and all(isinstance(name, str) for name in (last if isinstance(last, list) else [last]))):
            raise _odd(at, "triples", triple, number)


_SHAPES: Final[dict[str, Callable[[_Key], None]]] = {
    "word": _word, "words": _words, "name": _name, "names": _names, "flag": _flag, "whole": _whole, "number": _number, "band": _band, "part": _part,
    "side": _side, "pairs": _pairs, "triples": _triples,
}  # fmt: skip


# --- what they share ----------------------------------------------------------------------------------------------------------------


def _refuse_unknown(at: _Key, word: str, place: tuple[Step, ...]) -> None:
    known = (*at.takes.among, *_catalogue(at.takes.catalogue, at.indicators))
    if word in known:
        return
    near = strict.nearest(word, known)
    # Sources may bring a programme of their own: only what looks like one of ours is a slip.
    if at.takes.catalogue != "programme" or near:
        raise at.file.fault("unknown-value", *place, key=at.key, found=word, nearest=near, allowed=_shown(at.takes))


def _shown(takes: Takes) -> list[str]:
    """The words that do; of the indicators, which are many, the command that lists them."""
    words = ("ansinh indicators",) if takes.catalogue == "indicator" else _catalogue(takes.catalogue, ())
    return [word or '""' for word in (*takes.among, *words)]


def _catalogue(name: str | None, indicators: Collection[str]) -> Collection[str]:
    if name == "indicator":
        return indicators
    return () if name is None else _reference(name)


@cache
def _reference(name: str) -> tuple[str, ...]:
    """The words of a list of the reference data."""
    file, column, before = _LISTS[name]
    with reference_path(file).open(encoding="utf-8", newline="") as handle:
        return tuple(dict.fromkeys(before + row[column] for row in csv.DictReader(handle)))


def _listed(at: _Key, expected: str) -> list[tuple[str, tuple[Step, ...]]]:
    """A text, or a list of texts that is not empty, each with its place."""
    if isinstance(at.value, str):
        return [(at.value, at.place)]
    if not isinstance(at.value, list) or not at.value or not all(isinstance(word, str) for word in at.value):
        raise _odd(at, expected, at.value)
    return [(word, (*at.place, number)) for number, word in enumerate(at.value)]


def _tuples(at: _Key, size: int, expected: str) -> list[list[Any]]:
    if not isinstance(at.value, list) or not at.value or not all(isinstance(entry, list) and len(entry) == size for entry in at.value):
        raise _odd(at, expected, at.value)
    return at.value


def _refuse_odd_selector(at: _Key, selector: dict[str, Any], place: tuple[Step, ...]) -> None:
    strict.refuse_unknown_keys(at.file, selector, SELECTOR_KEYS, *place)
    if "indicator" not in selector or not all(isinstance(value, str) for value in selector.values()):
        raise at.file.fault("wrong-type", *place, key=at.key, expected="side", found="{…}")


def _refuse_small(at: _Key, number: Decimal | int) -> None:
    if number < at.takes.least:
        raise at.file.fault("rule-too-small", *at.place, key=at.key, found=str(number), least=at.takes.least)


def _is_number(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, Decimal) and value.is_finite())


def _odd(at: _Key, expected: str, found: object, *element: int) -> Exception:
    shown = f"[{', '.join(map(str, found))}]" if isinstance(found, list) else str(found)
    return at.file.fault("wrong-type", *at.place, *element, key=at.key, expected=expected, found=shown[:60])
