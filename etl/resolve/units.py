"""Printed units to catalogue units and the factor of their scale words.

    printed               unit          multiplier
    hộ gia đình           hộ            1
    triệu đồng            VND           1.000.000
    tỷđồng · trđ          VND           (money may stick to its scale word)
    nghìn tỷ đồng         VND           1.000.000.000.000
    1.000 người           người         1.000
    triệu đồng/hộ         VND/hộ        1.000.000
    (%) · Đơn vị tính: %  %             1
    tỷ                    tỷ            1.000.000.000, kind 'multiplier': a scale without a unit

A unit's own name beats another unit's alias: 'người' is người, although it may stand for trường hợp. An alias of two units is ambiguous.

Belongs here: the catalogue's spellings, scale words in front of a unit. Elsewhere: scale words between a number and its unit
(extract/quantity.py; what they leave is asked here), whether the unit fits the indicator (rule C03), tấn to kg (rules that compare them).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow

from etl.extract.vocabulary import FOOTNOTE_MARKS
from etl.resolve.folding import fold
from etl.resolve.gazetteer import Status
from etl.resolve.statements import reference
from etl.resolve.suggestions import MOST_WANTED
from etl.strict import nearest

if TYPE_CHECKING:
    import duckdb

MULTIPLIER: Final = "multiplier"
_LARGEST: Final = 10**18  # no value is larger (and BIGINT ends soon after)
_SCALED_KINDS: Final = frozenset({"count", "money", "per_unit", "weight", "area"})  # nobody prints a thousand per cent
_MONEY: Final = "money"
_MONEY_ONLY: Final = "tr"  # 'tr.đ' is money, 'tr.em' are children
_LONGEST: Final = 60  # no unit is longer, and the scale words of a label are taken off one by one
_ANNOUNCED: Final = re.compile(r"(?:đơn vị(?: tính)?|đvt) ?: ?(.+)")
_IN_BRACKETS: Final = re.compile(r"\((.+)\)")
_AROUND_SLASH: Final = re.compile(r" ?/ ?")
_NUMERAL: Final = re.compile(r"(10{2,}|10{0,2}(?:\.000)+) ?(?=[^\d.])")  # '1000 đồng', '1.000 người'


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the catalogue."""

    name: str
    kind: str
    factor: int  # of a scale word; 1 for everything else


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What a printed unit means."""

    status: Status
    unit: Unit | None = None
    multiplier: int = 1
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The spellings of units.csv, folded."""

    names: dict[str, Unit]
    aliases: dict[str, tuple[Unit, ...]]
    scales: dict[str, Unit]  # longest spelling first


@cache
def unit_catalogue() -> Catalogue:
    """Read units.csv."""
    names: dict[str, Unit] = {}
    aliases: dict[str, list[Unit]] = defaultdict(list)
    scales: dict[str, Unit] = {}
    with Path(reference("units")).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            is_scale = row["kind"] == MULTIPLIER
            unit = Unit(row["unit"], row["kind"], int(row["multiplier"]) if is_scale else 1)
            other = [_key(alias) for alias in row["aliases"].split("|") if alias]
            if is_scale:
                scales.update(dict.fromkeys((_key(unit.name), *other), unit))
            else:
                names[_key(unit.name)] = unit
                for alias in other:
                    aliases[alias].append(unit)
    longest_first = dict(sorted(scales.items(), key=lambda entry: -len(entry[0])))
    return Catalogue(names, {alias: tuple(dict.fromkeys(units)) for alias, units in aliases.items()}, longest_first)


def resolve_unit(label: str | None) -> UnitAnswer:
    """Say what a printed unit means; nothing printed is unknown, without candidates.

    >>> answer = resolve_unit("triệu đồng/hộ")
    >>> answer.unit.name, answer.multiplier
    ('VND/hộ', 1000000)
    """
    key = _key(label or "")
    if len(key) > _LONGEST:
        return UnitAnswer(Status.UNKNOWN)
    for wrapping in (_ANNOUNCED, _IN_BRACKETS):
        if inside := wrapping.fullmatch(key):
            key = inside[1]
    answer = _resolve_key(key, unit_catalogue())
    plain = key.rstrip(f" {FOOTNOTE_MARKS}")
    return answer if answer.status is not Status.UNKNOWN or plain == key else _resolve_key(plain, unit_catalogue())


def resolve_units(con: duckdb.DuckDBPyConnection) -> None:
    """Read table unit_request(label VARCHAR), create table unit_answer, one row for each distinct label.

    unit_answer(label, unit, kind, multiplier, status, candidates); multiplier is 1 where there is none.
    """
    labels = [label for (label,) in con.execute("SELECT DISTINCT label FROM unit_request ORDER BY label").fetchall()]
    answers = [resolve_unit(label) for label in labels]
    strange = [label for label, answer in zip(labels, answers, strict=True) if answer.status is Status.UNKNOWN and label]
    near = {label: _near_units(label) for label in strange[:MOST_WANTED]}
    table = pyarrow.table(
        {
            "label": pyarrow.array(labels, pyarrow.string()),
            "unit": pyarrow.array([answer.unit and answer.unit.name for answer in answers], pyarrow.string()),
            "kind": pyarrow.array([answer.unit and answer.unit.kind for answer in answers], pyarrow.string()),
            "multiplier": pyarrow.array([answer.multiplier for answer in answers], pyarrow.int64()),
            "status": pyarrow.array([answer.status for answer in answers], pyarrow.string()),
            "candidates": pyarrow.array(
                [answer.candidates or near.get(label, ()) for label, answer in zip(labels, answers, strict=True)], pyarrow.list_(pyarrow.string())
            ),
        }
    )
    con.register("_unit_answers", table)
    con.execute("CREATE OR REPLACE TABLE unit_answer AS SELECT * FROM _unit_answers")
    con.unregister("_unit_answers")


def _key(text: str) -> str:
    return _AROUND_SLASH.sub("/", fold(text))


def _resolve_key(key: str, units: Catalogue) -> UnitAnswer:
    if unit := units.names.get(key):
        return UnitAnswer(Status.RESOLVED, unit)
    meant = units.aliases.get(key, ())
    if len(meant) == 1:
        return UnitAnswer(Status.RESOLVED, meant[0])
    if meant:
        return UnitAnswer(Status.AMBIGUOUS, candidates=tuple(unit.name for unit in meant))
    scaled = _resolve_scaled(key, units)
    scale = units.scales.get(key)
    if scale and (scaled.unit is None or scaled.unit.kind == MULTIPLIER):  # 'nghìn tỉ' is listed, so it is not a thousand 'tỷ'
        return UnitAnswer(Status.RESOLVED, scale, scale.factor)
    return scaled


def _resolve_scaled(key: str, units: Catalogue) -> UnitAnswer:
    """Read a unit behind a scale word or a power of ten. (The scale word of 'trđ' is 'tr', so it is money; 'triệu' alone is a scale.)"""
    if numeral := _NUMERAL.match(key):
        return _times(int(numeral[1].replace(".", "")), _resolve_key(key[numeral.end() :], units), is_apart=True)
    for spelling, scale in units.scales.items():
        rest = key.removeprefix(spelling)
        if rest == key or not (unit := rest.lstrip(" .")):
            continue
        answer = _times(scale.factor, _resolve_key(unit, units), is_apart=unit != rest and spelling != _MONEY_ONLY)
        if answer.status is not Status.UNKNOWN:
            return answer
    return UnitAnswer(Status.UNKNOWN)


def _times(factor: int, answer: UnitAnswer, *, is_apart: bool) -> UnitAnswer:
    """Apply a scale to what stands behind it, if that is something one counts in thousands and the two belong together."""
    unit, multiplier = answer.unit, factor * answer.multiplier
    if answer.status is Status.AMBIGUOUS and is_apart:
        return answer
    if unit is None or multiplier > _LARGEST:
        return UnitAnswer(Status.UNKNOWN)
    fits = unit.kind in (_SCALED_KINDS | {MULTIPLIER}) if is_apart else unit.kind == _MONEY or (unit.kind == "per_unit" and unit.name.startswith("VND"))
    return UnitAnswer(Status.RESOLVED, unit, multiplier) if fits else UnitAnswer(Status.UNKNOWN)


def _near_units(label: str) -> tuple[str, ...]:
    units = unit_catalogue()
    near = nearest(_key(label), (*units.names, *units.aliases))
    return tuple(dict.fromkeys(unit.name for key in near for unit in ((units.names[key],) if key in units.names else units.aliases[key])))
