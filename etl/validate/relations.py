"""Does a relation hold with these values, and what would one of its figures have to be for it to hold?

The same comparisons as the frames make in SQL (frames/), said once more for a handful of figures at a time, so that a changed value can be
tried without asking the database.

Belongs here: one class per form of relation. Elsewhere: intervals (spans.py), which row of which frame is which relation (relation_rows.py), which
values are worth trying (edits.py), what a repair explains (causes.py). Pure: nothing here knows a database, a text or a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from etl.validate.spans import (
    ANYTHING,
    FAR,
    HUNDRED,
    NOTHING,
    ONE,
    OPEN,
    Span,
    ceil,
    divided,
    floor,
    minus,
    over_hundred,
    product_of,
    quotient,
    scaled_quotient,
    signed_product,
    times,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etl.validate.spans import Reading

MOST_SPANNED: Final = 12  # parts of an overall rate; of more of them nearly each could be the one, so none is the likely one


class Relation(Protocol):
    """Something that printed figures, known by their row numbers, have to fulfil together."""

    @property
    def cells(self) -> tuple[int, ...]:
        """The figures that take part."""

    @property
    def result(self) -> int | None:
        """The figure that can be worked out from the others; None where there is none."""

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """Tell whether the printed figures may all be right."""

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """Where one figure would have to lie, all others being right. Generous at its ends where it divides: `holds` decides."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Σ coefficient · figure lies in a span: sums, shares of one whole, differences, and everything that is only "no more than"."""

    terms: tuple[tuple[int, int], ...]
    span: Span
    result: int | None = None
    is_hard: bool = False

    @property
    def cells(self) -> tuple[int, ...]:
        """The figures that take part."""
        return tuple(cell for cell, _ in self.terms)

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """Tell whether the weighted sum can lie in the span."""
        return self.sum_of(readings).meets(self.span)

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """What the span leaves to one figure when the others are taken off."""
        return self.left_to(cell, self.sum_of(readings, without=cell))

    def left_to(self, cell: int, rest: Span) -> Span:
        """What the span leaves to one figure, the others coming to `rest`."""
        factor = next(factor for c, factor in self.terms if c == cell)
        return divided(Span(minus(self.span.lower, rest.upper, open_end=-OPEN), minus(self.span.upper, rest.lower, open_end=OPEN)), factor)

    def sum_of(self, readings: Mapping[int, Reading], *, without: int | None = None) -> Span:
        """The weighted sum; or what all but one figure add to it."""
        lower = upper = 0
        for cell, factor in self.terms:
            if cell == without:
                continue
            # Not .soft and .hard: a list of a hundred communes is added up for each of them, and a Span each would take most of the time.
            _, _, low, high, hard_low, hard_high = readings[cell]
            if self.is_hard:
                low, high = hard_low, hard_high
            if factor > 0:
                lower += factor * low
                upper += factor * high
            else:
                lower += factor * high
                upper += factor * low
        return Span(lower, upper)


@dataclass(frozen=True, slots=True)
class Ratio:
    """rate · denominator = k · numerator."""

    rate: int
    num: int
    den: int
    k: int

    @property
    def cells(self) -> tuple[int, ...]:
        """Rate, numerator, denominator."""
        return (self.rate, self.num, self.den)

    @property
    def result(self) -> int:
        """The rate is what is worked out."""
        return self.rate

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """Compare without dividing."""
        num = readings[self.num].soft
        return product_of(readings[self.rate].soft, readings[self.den].soft).meets(Span(times(num.lower, self.k * ONE), times(num.upper, self.k * ONE)))

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """Solve: k · num / den, rate · den / k, or k · num / rate."""
        rate, num, den = readings[self.rate].soft, readings[self.num].soft, readings[self.den].soft
        if cell == self.rate:
            return quotient(num, den, self.k * ONE)
        if cell == self.num:
            product = product_of(rate, den)
            return Span(floor(product.lower, self.k * ONE), ceil(product.upper, self.k * ONE))
        return quotient(num, rate, self.k * ONE)


@dataclass(frozen=True, slots=True)
class Product:
    """amount = unit amount · Σ counts."""

    amount: int
    norm: int
    counts: tuple[int, ...]

    @property
    def cells(self) -> tuple[int, ...]:
        """Amount, unit amount, counts."""
        return (self.amount, self.norm, *self.counts)

    @property
    def result(self) -> int:
        """The amount is what is worked out."""
        return self.amount

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """Compare without dividing."""
        amount = readings[self.amount].soft
        return product_of(readings[self.norm].soft, self._counted(readings)).meets(Span(times(amount.lower, ONE), times(amount.upper, ONE)))

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """The product, or the amount divided by the other factor."""
        amount, norm = readings[self.amount].soft, readings[self.norm].soft
        if cell == self.amount:
            product = product_of(norm, self._counted(readings))
            return Span(floor(product.lower, ONE), ceil(product.upper, ONE))
        if cell == self.norm:
            return quotient(amount, self._counted(readings), ONE)
        rest = self._counted(readings, without=cell)
        total = quotient(amount, norm, ONE)
        return Span(minus(total.lower, rest.upper, open_end=-OPEN), minus(total.upper, rest.lower, open_end=OPEN))

    def _counted(self, readings: Mapping[int, Reading], *, without: int | None = None) -> Span:
        spans = [readings[n].soft for n in self.counts if n != without]
        return Span(sum(s.lower for s in spans), sum(s.upper for s in spans))


@dataclass(frozen=True, slots=True)
class Percent:
    """A difference of two figures is p % of one of them: `growth` (a − b is p % of b), `growth_abs` (the change b is p % of a − b)."""

    a: int
    b: int
    percent: int
    is_change: bool

    @property
    def cells(self) -> tuple[int, ...]:
        """Level, base (or change), percentage."""
        return (self.a, self.b, self.percent)

    @property
    def result(self) -> int:
        """The percentage is what is worked out."""
        return self.percent

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """Compare p · base against 100 · difference; for a fall both are turned around, so that both sides stay positive."""
        difference, base = self._sides(readings)
        p = readings[self.percent]
        span = p.soft
        if p.value < 0:
            difference, span = difference.mirrored(), span.mirrored()
        right = Span(times(difference.lower, HUNDRED), times(difference.upper, HUNDRED))
        return product_of(span, base).meets(right)

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """Solved for the level, the base or change, and the percentage."""
        difference, base = self._sides(readings)
        if cell == self.percent:
            return quotient(difference, base, HUNDRED)
        p, a, b = readings[self.percent].soft, readings[self.a].soft, readings[self.b].soft
        if p.lower < 0 < p.upper:
            return ANYTHING  # a change of about zero that may be either: `holds` has no lower end then
        whole = Span(p.lower + HUNDRED if p.lower > -FAR else -OPEN, p.upper + HUNDRED if p.upper < FAR else OPEN)
        if cell == self.b:
            return scaled_quotient(a, p, whole) if self.is_change else quotient(a, whole, HUNDRED)
        return scaled_quotient(b, whole, p) if self.is_change else over_hundred(signed_product(b, whole))

    def _sides(self, readings: Mapping[int, Reading]) -> tuple[Span, Span]:
        a, b = readings[self.a].soft, readings[self.b].soft
        less = Span(minus(a.lower, b.upper, open_end=-OPEN), minus(a.upper, b.lower, open_end=OPEN))
        return (b, less) if self.is_change else (less, b)


@dataclass(frozen=True, slots=True)
class OneBase:
    """Counts and their rates imply one base: 100 · count / rate of all pairs, and a printed base, allow one number."""

    pairs: tuple[tuple[int, int], ...]
    printed: tuple[int, ...]
    result: None = None

    @property
    def cells(self) -> tuple[int, ...]:
        """Counts, rates, bases."""
        return (*(cell for pair in self.pairs for cell in pair), *self.printed)

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """No implied base begins after another has ended."""
        spans = [*(self._implied(pair, readings) for pair in self.pairs), *(readings[n].soft for n in self.printed)]
        return max(s.lower for s in spans) <= min(s.upper for s in spans)

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """What the base implied by all others asks of one figure."""
        own = next((pair for pair in self.pairs if cell in pair), None)
        spans = [self._implied(pair, readings) for pair in self.pairs if pair != own] + [readings[n].soft for n in self.printed if n != cell]
        base = Span(max((s.lower for s in spans), default=-OPEN), min((s.upper for s in spans), default=OPEN))
        if base.lower > base.upper:
            return NOTHING
        if own is None:
            return base
        count, rate = own
        if cell == count:
            return over_hundred(product_of(base, readings[rate].soft))
        return quotient(readings[count].soft, base, HUNDRED)

    @staticmethod
    def _implied(pair: tuple[int, int], readings: Mapping[int, Reading]) -> Span:
        return quotient(readings[pair[0]].soft, readings[pair[1]].soft, HUNDRED)


@dataclass(frozen=True, slots=True)
class Between:
    """An overall rate lies between the smallest and the largest of its parts."""

    overall: int
    parts: tuple[int, ...]
    result: None = None

    @property
    def cells(self) -> tuple[int, ...]:
        """The overall rate and its parts."""
        return (self.overall, *self.parts)

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """The overall rate meets the span of the parts."""
        return readings[self.overall].soft.meets(self.range_of(readings))

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """The span of the parts; a part has to reach over to the overall rate, where the others do not. Of very many parts none is tried."""
        if cell == self.overall:
            return self.range_of(readings)
        if len(self.parts) > MOST_SPANNED:
            return NOTHING
        overall, others = readings[self.overall].soft, self.range_of(readings, without=cell)
        if overall.meets(others):
            return ANYTHING
        return Span(-OPEN, overall.upper) if overall.upper < others.lower else Span(overall.lower, OPEN)

    def range_of(self, readings: Mapping[int, Reading], *, without: int | None = None) -> Span:
        """From the smallest part to the largest; or of all parts but one."""
        told = [readings[n] for n in self.parts if n != without]
        return Span(min((r.soft_lower for r in told), default=OPEN), max((r.soft_upper for r in told), default=-OPEN))


@dataclass(frozen=True, slots=True)
class Alike:
    """All printings of one fact share a point; `is_same`: they are one and the same value."""

    cells: tuple[int, ...]
    is_same: bool = False
    result: None = None

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """The latest beginning is not after the earliest end."""
        if self.is_same:
            return len({readings[n] for n in self.cells}) == 1
        spans = [readings[n].soft for n in self.cells]
        return max(s.lower for s in spans) <= min(s.upper for s in spans)

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """What all the others agree on."""
        spans = [readings[n].soft for n in self.cells if n != cell]
        return Span(max(s.lower for s in spans), min(s.upper for s in spans))


@dataclass(frozen=True, slots=True)
class Whole:
    """A count is a whole number, and no less than the least allowed."""

    cell: int
    least: int
    result: None = None

    @property
    def cells(self) -> tuple[int, ...]:
        """The one count."""
        return (self.cell,)

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """Whole, and not below the least."""
        value = readings[self.cell].value
        return value % ONE == 0 and value >= self.least

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:  # noqa: ARG002  a relation of one figure asks nothing of others
        """Anything from the least up; that it be whole, `holds` decides."""
        return Span(self.least, OPEN)


@dataclass(frozen=True, slots=True)
class Readable:
    """A figure can be read at all. Any reading will do, so that it asks for none: the other relations of the figure do."""

    cell: int
    result: None = None

    @property
    def cells(self) -> tuple[int, ...]:
        """The one figure."""
        return (self.cell,)

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """Tell whether there is a reading."""
        return self.cell in readings

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:  # noqa: ARG002  as above
        """No value is needed more than another."""
        return NOTHING
