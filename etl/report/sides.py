"""The two sides of a finding as intervals, read from the texts `actual` and `expected`.

Belongs here: text → interval, and when a reading may be trusted. Elsewhere: drawing them (pictures.py, charts.py).
Validation writes a side with a decimal point and no grouping: `97.00`, `[3.9; 4.1]`, `<= 1800`. Anything else is shown as it is, never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf, isclose
from typing import TYPE_CHECKING, Any, Final

from etl.report.notation import format_number

if TYPE_CHECKING:
    from etl.report.notation import Language

_WORKING_PLACES: Final = 9  # of the exact decimals that are judged; so many places were never printed

_AT_MOST: Final = "\N{LESS-THAN OR EQUAL TO}"
_AT_LEAST: Final = "\N{GREATER-THAN OR EQUAL TO}"
_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?"
_POINT: Final = re.compile(_NUMBER)
_INTERVAL: Final = re.compile(rf"[\[(]?\s*({_NUMBER})\s*(?:;|,|\.\.|\N{{EN DASH}})\s*({_NUMBER})\s*[\])]?")
_BOUND: Final = re.compile(rf"(<=|>=|<|>|{_AT_MOST}|{_AT_LEAST})\s*({_NUMBER})")


@dataclass(frozen=True, slots=True)
class Interval:
    """One side; an infinite end is open. `places`: decimals as written."""

    low: float
    high: float
    places: int = 0

    @property
    def is_point(self) -> bool:
        """Whether both ends are the same."""
        return self.low == self.high

    def written(self, language: Language) -> str:
        """The side as the language writes it."""
        low, high = (format_number(end, language, decimals=self.places) if abs(end) != inf else "" for end in (self.low, self.high))
        if self.is_point:
            return low
        if low and high:
            return f"[{low}; {high}]"
        return f"{_AT_LEAST} {low}" if low else f"{_AT_MOST} {high}"


def sides_of(finding: dict[str, Any]) -> tuple[Interval, Interval] | None:
    """What was found and what was needed; None unless both texts are readings that leave the gap that was reported.

    The gap is the proof of the reading: `1.800` for one thousand eight hundred reads as one point eight, and then the gap is another.
    """
    found, needed, gap = read_side(finding["actual"]), read_side(finding["expected"]), finding["gap"]
    if found is None or needed is None or gap is None:
        return None
    tolerance = finding["tolerance"] or 0.0
    is_proved = isclose(distance(found, needed), abs(gap), rel_tol=1e-6, abs_tol=tolerance + 1e-9)
    return (found, needed) if is_proved else None


def distance(one: Interval, other: Interval) -> float:
    """How far two intervals are apart; 0 if they share a point."""
    return max(other.low - one.high, one.low - other.high, 0.0)


def read_side(text: str | None) -> Interval | None:
    """Read one side. None: in no notation known here."""
    written = (text or "").strip()
    places = max((_places(number) for number in re.findall(_NUMBER, written)), default=0)
    if _POINT.fullmatch(written):
        return Interval(float(written), float(written), places)
    if interval := _INTERVAL.fullmatch(written):
        low, high = float(interval[1]), float(interval[2])
        return Interval(low, high, places) if low <= high else None
    if bound := _BOUND.fullmatch(written):
        end = float(bound[2])
        return Interval(-inf, end, places) if bound[1].startswith(("<", _AT_MOST)) else Interval(end, inf, places)
    return None


def _places(number: str) -> int:
    """Decimals as printed: 97.00 has two; 1800.000000000 comes straight from the judged decimals and has none."""
    places = number.partition(".")[2]
    return len(places.rstrip("0") if len(places) == _WORKING_PLACES else places)
