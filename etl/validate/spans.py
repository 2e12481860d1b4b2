"""Exact intervals of printed figures, in whole billionths (`nano`): quick to add and to compare, and nothing is ever rounded inward.

Belongs here: what a figure is read as, and arithmetic on intervals. Elsewhere: which figures are put together how (relations.py), how a text becomes
an interval (extract/interval.py). An open end lies beyond ±FAR.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from etl.extract.quantity import EXACT

if TYPE_CHECKING:
    from decimal import Decimal

PLACES: Final = 9
ONE: Final = 10**PLACES
HUNDRED: Final = 100 * ONE
OPEN: Final = 10 ** (24 + PLACES)  # an open end of the working tables
FAR: Final = OPEN // 2  # whatever lies beyond it is open: sums of open ends stay beyond, printed values stay far below


class Reading(NamedTuple):
    """What a figure is read as: its value, and what a reader infers (soft) or the words guarantee (hard). All in billionths."""

    value: int
    half: int
    soft_lower: int
    soft_upper: int
    hard_lower: int
    hard_upper: int

    @property
    def soft(self) -> Span:
        """The interval that decides pass or fail."""
        return Span(self.soft_lower, self.soft_upper)

    @property
    def hard(self) -> Span:
        """The interval that the words guarantee."""
        return Span(self.hard_lower, self.hard_upper)


class Widened(Mapping[int, Reading]):
    """The readings of numbers that may have been cut off instead of rounded: each wider by its printed half-width (design/rules.md §5).

    Of readings that do not change: each is widened once, when it is asked for.
    """

    def __init__(self, readings: Mapping[int, Reading]) -> None:
        self._readings = readings
        self._known: dict[int, Reading] = {}

    def __getitem__(self, n: int) -> Reading:
        if n not in self._known:
            self._known[n] = widened(self._readings[n])
        return self._known[n]

    def __iter__(self) -> Iterator[int]:
        return iter(self._readings)

    def __len__(self) -> int:
        return len(self._readings)


def widened(r: Reading) -> Reading:
    """A reading that reaches half a printed place further on both sides."""
    return Reading(r.value, r.half, r.soft_lower - r.half, r.soft_upper + r.half, r.hard_lower, r.hard_upper)


class Span(NamedTuple):
    """A closed interval; ends that touch meet."""

    lower: int
    upper: int

    def meets(self, other: Span) -> bool:
        """Tell whether both share a point."""
        return self.lower <= other.upper and other.lower <= self.upper

    def mirrored(self) -> Span:
        """The interval on the other side of zero."""
        return Span(-self.upper, -self.lower)


ANYTHING: Final = Span(-OPEN, OPEN)
NOTHING: Final = Span(1, 0)


def nano(value: Decimal) -> int:
    """A decimal in billionths.

    >>> nano(Decimal("15.58"))
    15580000000
    """
    return int(EXACT.scaleb(value, PLACES))


def minus(end: int, other: int, *, open_end: int) -> int:
    """The difference of two ends; open if either is."""
    return open_end if abs(end) > FAR or abs(other) > FAR else end - other


def times(end: int, factor: int) -> int:
    """An end times a positive factor that is far from one; what was open stays open, whatever it is compared with."""
    return end * factor * OPEN if abs(end) > FAR else end * factor


def product_of(a: Span, b: Span) -> Span:
    """The product of two spans that are not negative, as the frames take it; in billionths of billionths, open where either is."""
    lower = -OPEN * OPEN if a.lower < 0 or b.lower < 0 else a.lower * b.lower
    return Span(lower, OPEN * OPEN if a.upper > FAR or b.upper > FAR else a.upper * b.upper)


def signed_product(a: Span, b: Span) -> Span:
    """The product of any two spans, by its four corners."""
    if any(abs(end) > FAR for end in (*a, *b)):
        return product_of(a, b)
    corners = [x * y for x in a for y in b]
    return Span(min(corners), max(corners))


def over_hundred(product: Span) -> Span:
    """A product of per cent and a figure, brought back to the figure's own scale."""
    return Span(floor(product.lower, HUNDRED), ceil(product.upper, HUNDRED))


def quotient(a: Span, b: Span, factor: int) -> Span:
    """Divide: factor · a / b in billionths, outward to the next whole one; b is above zero, and where it may be zero there is no upper end."""
    if b.upper <= 0 or (b.lower <= 0 and a.lower < 0):
        return ANYTHING
    if a.lower < -FAR:
        lower = -OPEN
    elif a.lower >= 0:
        lower = 0 if b.upper > FAR else floor(a.lower * factor, b.upper)
    else:
        lower = floor(a.lower * factor, b.lower)
    if a.upper > FAR or b.lower <= 0:
        return Span(lower, OPEN)
    if a.upper >= 0:
        return Span(lower, ceil(a.upper * factor, b.lower))
    return Span(lower, 0 if b.upper > FAR else ceil(a.upper * factor, b.upper))


def scaled_quotient(a: Span, top: Span, bottom: Span) -> Span:
    """Divide: a · top / bottom by its corners; the bottom lies on one side of zero."""
    if bottom.upper < 0:
        return scaled_quotient(a.mirrored(), top, bottom.mirrored())
    if bottom.lower <= 0 or any(abs(end) > FAR for end in (*a, *top, *bottom)):
        return ANYTHING
    corners = [(x * y, z) for x in a for y in top for z in bottom]
    return Span(min(floor(xy, z) for xy, z in corners), max(ceil(xy, z) for xy, z in corners))


def divided(span: Span, factor: int) -> Span:
    """A span divided by a whole factor other than zero, outward to the next billionth."""
    lower, upper = span if factor > 0 else span.mirrored()
    factor = abs(factor)
    return Span(-OPEN if lower < -FAR else floor(lower, factor), OPEN if upper > FAR else ceil(upper, factor))


def floor(a: int, b: int) -> int:
    """The largest whole number not above a / b."""
    return a // b


def ceil(a: int, b: int) -> int:
    """The smallest whole number not below a / b."""
    return -(-a // b)
