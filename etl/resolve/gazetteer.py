"""One label, one list: which place, by which rule, or why not.

A label is a name or a path from the small to the large ('Xã A, Huyện B, Tỉnh C'; levels may be left out). The names of the path narrow
the places step by step. Three principles decide the rest:

    nearest child first   a bare name means a direct child of the place named behind it, and without one a province; a place further
                          down is meant only if it is the only one of that name there
    the type word binds   'thị xã Cao Lãnh' is neither the city nor the district of that name; only 'tỉnh' is satisfied by any province
    no guess              two places left: ambiguous, with all of them. None left: what the label means in other lists, and there it ends

A bare name that was or will be a province ('Yên Bái', 'Hà Tây') is never a ward or commune of that name in the asked list: the reader of
a table of provinces would take it for the province, and nothing would look wrong.

Belongs here: reading labels, the rules and their order, the places that share a name. Elsewhere: tables and requests (areas.py), names
that are merely near (suggestions.py). Knows no file and no database.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from etl.resolve.folding import fold, parse_name, unmark, unmarked_readings
from etl.resolve.vintages import VINTAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from etl.resolve.folding import Name

_LEVELS_BELOW: Final = {"country": "province", "region": "province", "province": "district", "district": "commune"}
_CODE: Final = re.compile(r"[0-9]+")
_CODE_LENGTHS: Final = (2, 3, 5)

Lists: TypeAlias = tuple[str, ...]  # the lists that one vintage consists of


class Rule(StrEnum):
    """How a label met its place, strongest first."""

    CODE = "code"
    NAME = "name"  # the listed name, type word included
    ALIAS = "alias"  # a listed spelling
    TYPE_WORD = "type-word"  # an abbreviated type word, or 'tỉnh' for a city of province rank
    BARE_NAME = "bare-name"  # no type word
    UNMARKED = "unmarked"  # equal but for the marks, in a source that writes none
    COMPLETES = "completes-the-regions"


class Status(StrEnum):
    """What became of a request."""

    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    OTHER_VINTAGE = "other_vintage"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of one list. (Country and regions have no list; their vintage is '').

    `parent_code` and `province_code` are codes of the same list; a code has its level by its length.
    """

    vintage: str
    level: str
    code: str
    name: str
    parent_code: str | None
    province_code: str | None
    path: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that fits a name, and by which rule."""

    place: Place
    rule: Rule


@dataclass(frozen=True, slots=True)
class Answer:
    """What a label means in a list. `missing` is the name that fits nothing below `within`, for those who look for near ones."""

    status: Status
    hit: Hit | None = None
    candidates: tuple[Place, ...] = ()
    missing: str = ""
    within: tuple[Place, ...] = ()


@dataclass(slots=True)
class Gazetteer:
    """Places by key. It needs to hold only the places whose unmarked bare key some label has (see keys_of), and all provinces."""

    members: frozenset[tuple[str, str, str]] = frozenset()  # (region code, vintage, province code)
    _aliases: dict[tuple[str, str], Place] = field(default_factory=dict)  # (vintage, whole key); vintage '' for country and regions
    _by_bare: dict[tuple[str, str], list[Place]] = field(default_factory=lambda: defaultdict(list))
    _by_unmarked: dict[tuple[str, str], list[Place]] = field(default_factory=lambda: defaultdict(list))
    _by_code: dict[tuple[str, str], Place] = field(default_factory=dict)
    _fitting: dict[tuple[str, Lists], list[Hit]] = field(default_factory=dict)  # what _fits found: parents come again with every child

    def add_places(self, places: Iterable[Place]) -> None:
        """Take in places of the lists; adding one again changes nothing."""
        self._fitting.clear()
        for place in places:
            if (place.vintage, place.code) in self._by_code:
                continue
            bare = parse_name(place.name).bare
            self._by_code[place.vintage, place.code] = place
            self._by_bare[place.vintage, bare].append(place)
            self._by_unmarked[place.vintage, unmark(bare)].append(place)

    def add_spelling(self, spelling: str, place: Place) -> None:
        """Take in one spelling of a place that is not made by rule."""
        self._fitting.clear()
        self._aliases[place.vintage, fold(spelling)] = place

    def place(self, vintage: str, code: str) -> Place:
        """Give the place of a code that is known to be in the list."""
        return self._by_code[vintage, code]

    def named(self, vintage: str, unmarked: str) -> list[Place]:
        """Give the places of a list with an unmarked bare key."""
        return [place for name in lists_of(vintage) for place in self._by_unmarked.get((name, unmarked), ())]

    def resolve(self, label: str | None, vintage: str | None, *, is_unmarked: bool) -> Answer:
        """Say what a label means in a list, and if nothing: whether it means something in another.

        `is_unmarked`: its source writes without marks, so the unmarked key may decide.
        """
        names = self._without_country(read_label(label))
        if not names:
            return Answer(Status.UNKNOWN)
        if len(names) == 1:
            if wide := self._wide(names[0]):
                return Answer(Status.RESOLVED, wide)
            if _CODE.fullmatch(code := names[0].strip()):
                return self._resolve_code(code, lists_of(vintage))
        return self._resolve_names(names, lists_of(vintage), is_unmarked=is_unmarked)

    def _resolve_names(self, names: tuple[str, ...], lists: Lists, *, is_unmarked: bool) -> Answer:
        here = self._in_lists(names, lists, is_unmarked=is_unmarked)
        lost = self._lost_provinces(names, lists)
        is_smaller = here.hit is not None and here.hit.place.level in ("district", "commune")
        if here.status in (Status.RESOLVED, Status.AMBIGUOUS) and not (lost and (is_smaller or here.hit is None)):
            return here
        elsewhere = lost or self._elsewhere(names, lists, is_unmarked=is_unmarked)
        if not elsewhere:
            return here
        own = (here.hit.place,) if here.hit else here.candidates
        return Answer(Status.OTHER_VINTAGE, candidates=(*elsewhere, *own))

    def _resolve_code(self, code: str, lists: Lists) -> Answer:
        everywhere = tuple(place for name in VINTAGES if (place := self._by_code.get((name, code))))
        for place in everywhere:
            if place.vintage in lists:
                return Answer(Status.RESOLVED, Hit(place, Rule.CODE))
        if everywhere:
            return Answer(Status.OTHER_VINTAGE, candidates=everywhere)
        padded = [code.zfill(length) for length in _CODE_LENGTHS if length > len(code)]  # a spreadsheet took the zeros
        meant = (self._by_code.get((name, full)) for name in lists for full in padded)
        return Answer(Status.UNKNOWN, candidates=tuple(place for place in meant if place))

    def _wide(self, text: str) -> Hit | None:
        """Find the country or the region that a name means."""
        key = fold(text).removeprefix("vùng ")
        place = self._aliases.get(("", key))
        if place is None:
            return None
        return Hit(place, Rule.NAME if key == fold(place.name) else Rule.ALIAS)

    def _without_country(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Drop the country behind a path: every place is in it."""
        last = self._wide(names[-1]) if len(names) > 1 else None
        return names[:-1] if last and last.place.level == "country" else names

    def _in_lists(self, names: Sequence[str], lists: Lists, *, is_unmarked: bool) -> Answer:
        if not lists:
            return Answer(Status.UNKNOWN)
        answer = self._descend(names, lists, within=(), is_unmarked=False)
        if answer.status is Status.UNKNOWN and is_unmarked:
            unmarked = self._descend(names, lists, within=(), is_unmarked=True)
            return answer if unmarked.status is Status.UNKNOWN else unmarked
        return answer

    def _descend(self, names: Sequence[str], lists: Lists, *, within: tuple[Place, ...], is_unmarked: bool) -> Answer:
        """Take the last name of the path as a place below `within`, the others as places below that."""
        *smaller, name = names
        hits = self._below(within, self._fits(name, lists))
        if not hits and is_unmarked:
            hits = self._below(within, self._fits_unmarked(name, lists))
        if not smaller:
            return _pick(hits, within) if hits else Answer(Status.UNKNOWN, missing=name, within=within)
        failed = Answer(Status.UNKNOWN, missing=names[0], within=within)
        for level in ("region", "province", "district"):
            larger = [hit for hit in hits if hit.place.level == level]
            if not larger:
                continue
            answer = self._descend(smaller, lists, within=tuple(hit.place for hit in larger), is_unmarked=is_unmarked)
            if answer.status is not Status.UNKNOWN:
                return _weakened(answer, max((hit.rule for hit in larger), key=_STRENGTH.index))
            if failed.within == within:
                failed = answer
        return failed

    def _fits(self, text: str, lists: Lists) -> list[Hit]:
        """Find the places that a name fits, each by its strongest rule."""
        known = self._fitting.get((text, lists))
        if known is None:
            known = self._fitting[text, lists] = self._find_fits(text, lists)
        return known

    def _find_fits(self, text: str, lists: Lists) -> list[Hit]:
        wide = self._wide(text)
        if wide and wide.place.level == "region":
            return [wide]
        name = parse_name(text)
        found: dict[str, Hit] = {}
        for list_name in lists:
            for place in self._by_bare.get((list_name, name.bare), ()):
                if rule := _rule_of(name, place):
                    found[place.code] = Hit(place, rule)
            for key in {name.key, name.bare}:
                spelt = self._aliases.get((list_name, key))
                if spelt and (key == name.key or _agrees(name.word, spelt)):
                    found[spelt.code] = _stronger(Hit(spelt, Rule.ALIAS), found.get(spelt.code))
        return list(found.values())

    def _fits_unmarked(self, text: str, lists: Lists) -> list[Hit]:
        """Find the places that a name fits but for the marks."""
        found = {
            place.code: Hit(place, Rule.UNMARKED)
            for list_name in lists
            for reading in unmarked_readings(text)
            for place in self._by_unmarked.get((list_name, reading.bare), ())
            if not reading.word or _agrees(reading.word, place)
        }
        return list(found.values())

    def _below(self, within: tuple[Place, ...], hits: list[Hit]) -> list[Hit]:
        return [hit for hit in hits if any(self._is_part(hit.place, larger) for larger in within)] if within else hits

    def _is_part(self, place: Place, larger: Place) -> bool:
        if larger.level == "region":
            known = any(vintage == place.vintage for _, vintage, _ in self.members)
            # No members are known of the lists since July 2025; a region named there can neither help nor contradict.
            return not known or (larger.code, place.vintage, place.province_code) in self.members
        if larger.level == "province":
            return place.level != "province" and place.province_code == larger.code
        return place.parent_code == larger.code

    def _lost_provinces(self, names: Sequence[str], lists: Lists) -> tuple[Place, ...]:
        """Give the provinces of other lists that a bare name without a parent means, if it means none in this list."""
        if len(names) != 1 or parse_name(names[0]).word:
            return ()
        meant = {name: self._aliases.get((name, fold(names[0]))) for name in VINTAGES}
        if any(meant[name] for name in lists):
            return ()
        return tuple(place for place in meant.values() if place)

    def _elsewhere(self, names: Sequence[str], lists: Lists, *, is_unmarked: bool) -> tuple[Place, ...]:
        found = [self._in_lists(names, (other,), is_unmarked=is_unmarked) for other in VINTAGES if other not in lists]
        return tuple(answer.hit.place for answer in found if answer.hit)


def lists_of(vintage: str | None) -> Lists:
    """Give the lists that a vintage consists of."""
    if vintage is None:
        return ()
    return ("2004", "2023") if vintage == "2004" else (vintage,)  # 2004 is 2023 and one more province


def read_label(label: str | None) -> tuple[str, ...]:
    """Take a printed label apart at its commas, smallest place first."""
    return tuple(part for part in ((label or "").split(",")) if part.strip())


def keys_of(label: str | None) -> set[str]:
    """Give every unmarked bare key, and every code, that a place meant by some name of the label could have."""
    keys: set[str] = set()
    for text in read_label(label):
        keys.update(reading.bare for reading in unmarked_readings(text))
        keys.add(unmark(parse_name(text).bare))
        if _CODE.fullmatch(text.strip()):
            keys.update(text.strip().zfill(length) for length in _CODE_LENGTHS)
    return keys


def describe(places: Iterable[Place]) -> list[str]:
    """Write places for people, one line for a place that several lists have.

    'Tỉnh Yên Bái (mã 15, danh mục 2023, 2025-01)'
    """
    lists: dict[tuple[str, str], list[str]] = {}
    for place in places:
        lists.setdefault((place.path, place.code), []).append(place.vintage)
    return [f"{path} (mã {code}{', danh mục ' if any(found) else ''}{', '.join(filter(None, found))})" for (path, code), found in lists.items()]


_STRENGTH: Final = tuple(Rule)


def _agrees(word: str, place: Place) -> bool:
    """Does a type word allow the place? 'tỉnh' means the level; the others tell units of one level apart."""
    return place.level == "province" if word == "tỉnh" else word == parse_name(place.name).word


def _rule_of(name: Name, place: Place) -> Rule | None:
    if not name.word:
        return Rule.BARE_NAME
    if not _agrees(name.word, place):
        return None
    return Rule.NAME if name.is_spelt_out and name.word == parse_name(place.name).word else Rule.TYPE_WORD


def _stronger(one: Hit, other: Hit | None) -> Hit:
    return one if other is None or _STRENGTH.index(one.rule) < _STRENGTH.index(other.rule) else other


def _weakened(answer: Answer, rule: Rule) -> Answer:
    """A path is as strong as its weakest name."""
    if answer.hit is None:
        return answer
    return Answer(answer.status, Hit(answer.hit.place, max(answer.hit.rule, rule, key=_STRENGTH.index)))


def _pick(hits: list[Hit], within: tuple[Place, ...]) -> Answer:
    """Choose among the places that fit: the direct children of what is named behind them, else all that are further down."""
    direct = _LEVELS_BELOW[within[0].level if within else "country"]
    chosen = [hit for hit in hits if hit.place.level == direct] or hits
    if len(chosen) == 1:
        return Answer(Status.RESOLVED, chosen[0])
    order = {level: rank for rank, level in enumerate(("province", "district", "commune"))}
    places = sorted((hit.place for hit in chosen), key=lambda place: (order[place.level], place.code))
    return Answer(Status.AMBIGUOUS, candidates=tuple(places))
