"""Known names near to one that resolved to nothing. A suggestion is for people: it is never an answer.

Belongs here: edit distance on the unmarked bare key, the order of what is found (same parent first), the limits.
Elsewhere: candidates of labels that fit several places, or a place of another list (gazetteer.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow

from etl.resolve.folding import parse_name, unmark
from etl.resolve.gazetteer import lists_of
from etl.resolve.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb

    from etl.resolve.gazetteer import Gazetteer, Place

SHOWN: Final = 3
# Every wanted name is compared with every known one, about 2 ms each. A run in which more names are strange has a wrong column or a wrong
# list, and more suggestions would not help to see that.
MOST_WANTED: Final = 100
_LONGEST: Final = 60  # no place has a longer name
_ERRORS_PER_LETTER: Final = 4
_MOST_ERRORS: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name that fits nothing in a list below the places that are known to contain it."""

    name: str
    vintage: str
    within: tuple[Place, ...]


def suggest(
    con: duckdb.DuckDBPyConnection, gazetteer: Gazetteer, wanted: Sequence[Wanted], *, load: Callable[[set[str]], None]
) -> dict[Wanted, tuple[Place, ...]]:
    """Find up to three places for each of the first wanted names. `load` brings the places of given keys into the gazetteer."""
    asked = [one for one in dict.fromkeys(wanted) if len(one.name) <= _LONGEST][:MOST_WANTED]
    near = _near_keys(con, asked)
    load({key for found in near.values() for key in found})
    return {one: _nearest(one, near.get(number, {}), gazetteer) for number, one in enumerate(asked)}


def _near_keys(con: duckdb.DuckDBPyConnection, asked: Sequence[Wanted]) -> dict[int, dict[str, int]]:
    rows = [(number, name, key) for number, one in enumerate(asked) for name in lists_of(one.vintage) if (key := _key(one))]
    table = pyarrow.table(
        {
            "wanted": pyarrow.array([row[0] for row in rows], pyarrow.int32()),
            "vintage": pyarrow.array([row[1] for row in rows], pyarrow.string()),
            "key": pyarrow.array([row[2] for row in rows], pyarrow.string()),
            "most": pyarrow.array([min(_MOST_ERRORS, max(1, len(row[2]) // _ERRORS_PER_LETTER)) for row in rows], pyarrow.int32()),
        }
    )
    con.register("_wanted", table)
    near: dict[int, dict[str, int]] = {}
    for number, key, distance in con.execute(statement("area_nearest")).fetchall():
        near.setdefault(number, {})[key] = distance
    con.unregister("_wanted")
    return near


def _key(one: Wanted) -> str:
    return unmark(parse_name(one.name).bare)


def _nearest(one: Wanted, near: dict[str, int], gazetteer: Gazetteer) -> tuple[Place, ...]:
    word = parse_name(one.name).word

    def remoteness(entry: tuple[Place, int]) -> tuple[bool, int, bool, int, str]:
        place, distance = entry
        return (not _has_parent(place, one.within, word), distance, parse_name(place.name).word != word, len(place.code), place.code)

    found = [(place, distance) for key, distance in near.items() for place in gazetteer.named(one.vintage, key)]
    return tuple(place for place, _ in sorted(found, key=remoteness)[:SHOWN])


def _has_parent(place: Place, within: Sequence[Place], word: str) -> bool:
    """Is the place where the label says? Without a parent a bare name speaks of provinces first."""
    if not within:
        return not word and place.level == "province"
    return any(larger.code in (place.parent_code, place.province_code) for larger in within)
