"""How published values are shown: units in words, implied values with no more digits than their interval gives them.

Belongs here: value, bounds or unit → text in both languages. Elsewhere: names of codes and periods (names.py), how a number is written (notation.py).
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Any, Final

from etl.report.notation import as_decimal, decimals_of
from etl.report.wording import Said, number, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

CURRENCY: Final = "VND"
MOST_PLACES: Final = 4
WORKING_PLACES: Final = 9
_WIDE: Final = Context(prec=400)  # a double may have 309 digits before the point
DIGITS: Final = 3  # that an interval is told with
DIGITS_ABOUT: Final = 4  # that a value is told with, of which only one end is known
_AT_LEAST: Final = "\N{GREATER-THAN OR EQUAL TO}"
_AT_MOST: Final = "\N{LESS-THAN OR EQUAL TO}"
_OPERATORS: Final = re.compile(r"( [/+×:\N{MINUS SIGN}-] )")


def unit_beside(text: str | None, unit: str | None) -> Said:
    """The unit as it stands beside a printed text: not a second time where the text ends in it.

    >>> unit_beside("hơn 96 tỷ đồng", "VND").vi, unit_beside("20", "VND/hộ").vi, unit_beside("2 triệu đồng", "VND/hộ").vi
    ('', 'đồng/hộ', '/hộ')
    """
    code = unit or ""
    in_words = re.sub(rf"\b{CURRENCY}\b", "đồng", code)
    printed = (text or "").rstrip().casefold()
    if in_words and re.search(rf"(?:^|[\s\d]){re.escape(in_words.casefold())}$", printed):
        return Said("", "")
    if code.startswith(f"{CURRENCY}/") and printed.endswith(" đồng"):
        return Said(code.removeprefix(CURRENCY), code.removeprefix(CURRENCY))
    return Said(in_words, code)


def implied_value(row: dict[str, Any]) -> Said:
    """The value of an implied figure; about, where one of its ends is open."""
    written = number(float(_value(row)), decimals=_places_told(row))
    return wording().say("implied.about", value=written) if None in (row["lower_bound"], row["upper_bound"]) else written


def implied_bounds(row: dict[str, Any]) -> Said:
    """Its interval, rounded outwards: both ends, the one it has, or nothing."""
    low, high = (None if end is None else number(float(end), decimals=_places_told(row)) for end in _ends(row))
    if low is not None and high is not None:
        return Said(f"[{low.vi}; {high.vi}]", f"[{low.en}; {high.en}]")
    if low is not None:
        return Said(f"{_AT_LEAST} {low.vi}", f"{_AT_LEAST} {low.en}")
    return Said("", "") if high is None else Said(f"{_AT_MOST} {high.vi}", f"{_AT_MOST} {high.en}")


def formula_as_printed(formula: str, hedged: Sequence[str]) -> str:
    """The formula with the hedge of each operand that was printed with one.

    >>> formula_as_printed("96 tỷ / 2.680", ["hơn 96 tỷ đồng"])
    'hơn 96 tỷ đồng / 2.680'
    """
    waiting = list(hedged)
    operands = _OPERATORS.split(formula)
    for place in range(0, len(operands), 2):
        printed = next((text for text in waiting if re.search(rf"(?<![\d.,]){re.escape(operands[place])}(?![\d.,]*\d)", text)), None)
        if printed is not None:
            waiting.remove(printed)
            operands[place] = printed
    return "".join(operands)


def _places(row: dict[str, Any]) -> int:
    """Decimals worth telling: none of money; else those at which the interval, or what is known of it, has three digits."""
    if (row["unit_measure"] or "").startswith(CURRENCY):
        return 0
    low, high = row["lower_bound"], row["upper_bound"]
    size = as_decimal(row["value"] if low is None or high is None or low == high else high - low)
    return min(MOST_PLACES, max(0, DIGITS - 1 - size.adjusted())) if size else MOST_PLACES


def _places_told(row: dict[str, Any]) -> int:
    """Value and bounds are written with the same decimals, and none that are zero in all of them."""
    ends = [_value(row), *(end for end in _ends(row) if end is not None)]
    return max(decimals_of(float(end)) for end in ends)


def _value(row: dict[str, Any]) -> Decimal:
    """The value as told. About is about: four digits, and never on the wrong side of the end that is known."""
    low, high, places = row["lower_bound"], row["upper_bound"], _places(row)
    if low is not None and high is not None:
        return _rounded(row["value"], places, ROUND_HALF_EVEN)
    rounding = ROUND_HALF_EVEN if low is high else ROUND_CEILING if high is None else ROUND_FLOOR
    return _rounded(row["value"], min(places, DIGITS_ABOUT - 1 - as_decimal(row["value"]).adjusted()), rounding)


def _ends(row: dict[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    low, high = row["lower_bound"], row["upper_bound"]
    return (
        None if low is None else _rounded(low, _places(row), ROUND_FLOOR),
        None if high is None else _rounded(high, _places(row), ROUND_CEILING),
    )


def _rounded(value: float, places: int, rounding: str) -> Decimal:
    # Trap: -3.99 that came as -3.9899999999999998 must not become -3.98 or -4.00; nine decimals are more than any source prints.
    return as_decimal(round(value, WORKING_PLACES)).quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_WIDE)
