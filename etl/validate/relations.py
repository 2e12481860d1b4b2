"""Does a relation hold with these values, and what would one of its figures have to be for it to hold?

The same comparisons as the frames make in SQL (frames/), said once more for a handful of figures at a time, so that a changed value can be
tried without asking the database. Numbers are whole billionths (`nano`): exact, and quick to add and compare; an open end lies beyond ±FAR.

Belongs here: arithmetic on intervals, one class per form of relation. Elsewhere: which figures stand in a relation (frames/), which values
are worth trying (edits.py), what a repair explains (causes.py). Pure: nothing here knows a database, a text or a rule file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from etl.extract.quantity import EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from schemas.kinds import Rule

PLACES: Final = 9
ONE: Final = 10**PLACES
OPEN: Final = 10 ** (24 + PLACES)  # an open end of the working tables
FAR: Final = OPEN // 2  # whatever lies beyond it is open: sums of open ends stay beyond, printed values stay far below
_HUNDRED: Final = 100 * ONE


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
    """The readings of numbers that may have been cut off instead of rounded: each wider by its printed half-width (design/rules.md §5)."""

    def __init__(self, readings: Mapping[int, Reading]) -> None:
        self._readings = readings

    def __getitem__(self, n: int) -> Reading:
        r = self._readings[n]
        return Reading(r.value, r.half, r.soft_lower - r.half, r.soft_upper + r.half, r.hard_lower, r.hard_upper)

    def __iter__(self) -> Iterator[int]:
        return iter(self._readings)

    def __len__(self) -> int:
        return len(self._readings)


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


def nano(value: Decimal) -> int:
    """A decimal in billionths.

    >>> nano(Decimal("15.58"))
    15580000000
    """
    return int(EXACT.scaleb(value, PLACES))


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
        return self._sum(readings).meets(self.span)

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """What the span leaves to one figure when the others are taken off."""
        factor = next(factor for c, factor in self.terms if c == cell)
        rest = self._sum(readings, without=cell)
        return _divided(Span(_minus(self.span.lower, rest.upper, open_end=-OPEN), _minus(self.span.upper, rest.lower, open_end=OPEN)), factor)

    def _sum(self, readings: Mapping[int, Reading], *, without: int | None = None) -> Span:
        lower = upper = 0
        for cell, factor in self.terms:
            if cell == without:
                continue
            low, high = readings[cell].hard if self.is_hard else readings[cell].soft
            lower += factor * (low if factor > 0 else high)
            upper += factor * (high if factor > 0 else low)
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
        return _product(readings[self.rate].soft, readings[self.den].soft).meets(Span(_times(num.lower, self.k * ONE), _times(num.upper, self.k * ONE)))

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """k · num / den, rate · den / k, or k · num / rate."""
        rate, num, den = readings[self.rate].soft, readings[self.num].soft, readings[self.den].soft
        if cell == self.rate:
            return _quotient(num, den, self.k * ONE)
        if cell == self.num:
            product = _product(rate, den)
            return Span(_floor(product.lower, self.k * ONE), _ceil(product.upper, self.k * ONE))
        return _quotient(num, rate, self.k * ONE)


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
        return _product(readings[self.norm].soft, self._counted(readings)).meets(Span(_times(amount.lower, ONE), _times(amount.upper, ONE)))

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """The product, or the amount divided by the other factor."""
        amount, norm = readings[self.amount].soft, readings[self.norm].soft
        if cell == self.amount:
            product = _product(norm, self._counted(readings))
            return Span(_floor(product.lower, ONE), _ceil(product.upper, ONE))
        if cell == self.norm:
            return _quotient(amount, self._counted(readings), ONE)
        rest = self._counted(readings, without=cell)
        total = _quotient(amount, norm, ONE)
        return Span(_minus(total.lower, rest.upper, open_end=-OPEN), _minus(total.upper, rest.lower, open_end=OPEN))

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
        """p · base against 100 · difference; for a fall both are turned around, so that both sides stay positive."""
        difference, base = self._sides(readings)
        p = readings[self.percent]
        span = p.soft
        if p.value < 0:
            difference, span = difference.mirrored(), span.mirrored()
        right = Span(_times(difference.lower, _HUNDRED), _times(difference.upper, _HUNDRED))
        return _product(span, base).meets(right)

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """Solved for the level, the base or change, and the percentage."""
        difference, base = self._sides(readings)
        if cell == self.percent:
            return _quotient(difference, base, _HUNDRED)
        p, a, b = readings[self.percent].soft, readings[self.a].soft, readings[self.b].soft
        whole = Span(p.lower + _HUNDRED if p.lower > -FAR else -OPEN, p.upper + _HUNDRED if p.upper < FAR else OPEN)
        if cell == self.b:
            return _scaled_quotient(a, p, whole) if self.is_change else _quotient(a, whole, _HUNDRED)
        return _scaled_quotient(b, whole, p) if self.is_change else _over_hundred(_signed_product(b, whole))

    def _sides(self, readings: Mapping[int, Reading]) -> tuple[Span, Span]:
        a, b = readings[self.a].soft, readings[self.b].soft
        less = Span(_minus(a.lower, b.upper, open_end=-OPEN), _minus(a.upper, b.lower, open_end=OPEN))
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
            return _over_hundred(_product(base, readings[rate].soft))
        return _quotient(readings[count].soft, base, _HUNDRED)

    @staticmethod
    def _implied(pair: tuple[int, int], readings: Mapping[int, Reading]) -> Span:
        return _quotient(readings[pair[0]].soft, readings[pair[1]].soft, _HUNDRED)


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
        return readings[self.overall].soft.meets(self._range(readings))

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """The span of the parts; a part has to reach over to the overall rate."""
        if cell == self.overall:
            return self._range(readings)
        overall = readings[self.overall].soft
        return Span(-OPEN, overall.upper) if overall.upper < self._range(readings).lower else Span(overall.lower, OPEN)

    def _range(self, readings: Mapping[int, Reading]) -> Span:
        spans = [readings[n].soft for n in self.parts]
        return Span(min(s.lower for s in spans), max(s.upper for s in spans))


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

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:  # noqa: ARG002  a relation of one figure asks nothing of others
        """No value is needed more than another."""
        return NOTHING


@dataclass(frozen=True, slots=True)
class Together:
    """Several relations that are judged as one: both ends of a plausible band."""

    parts: tuple[Linear, ...]
    result: None = None

    @property
    def cells(self) -> tuple[int, ...]:
        """The figures of all of them, each once."""
        return tuple(dict.fromkeys(cell for part in self.parts for cell in part.cells))

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """All of them hold."""
        return all(part.holds(readings) for part in self.parts)

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """What all of them leave."""
        spans = [part.need(cell, readings) for part in self.parts if cell in part.cells]
        return Span(max(s.lower for s in spans), min(s.upper for s in spans))


# --- from the row of a frame to its relation ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One member of a row: its role there, its row number, what it is of, and what is printed."""

    role: str
    n: int
    indicator: str | None
    breakdown: str | None
    reading: Reading


def relation_of(rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    """The relation that a row of a rule's frame judges; None for rules that compare no values."""
    build = _BUILDERS.get(rule.kind)
    return None if build is None or not told else build(rule, row, told)


def is_equality(row: Mapping[str, Any]) -> bool:
    """Whether a sum is judged as equal to its total; an open list only may not exceed it."""
    lower = row.get("right_lower")
    return lower is None or nano(lower) > -FAR


def _sum(_rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    totals, parts = [t.n for t in told if t.role == "total"], [t.n for t in told if t.role == "part"]
    if len(totals) != 1 or not parts:
        return None
    terms = (*((n, 1) for n in parts), (totals[0], -1))
    return Linear(terms, Span(0, 0), result=totals[0]) if is_equality(row) else Linear(terms, Span(-OPEN, 0))


def _hundred(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    return Linear(tuple((t.n, 1) for t in told), Span(_HUNDRED, _HUNDRED))


def _within_hundred(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    return Linear(tuple((t.n, 1) for t in told), Span(-OPEN, _HUNDRED))


def _order(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    return Linear(((told[0].n, 1), (told[-1].n, -1)), Span(-OPEN, 0)) if len(told) == 2 and told[0].n != told[1].n else None  # noqa: PLR2004


def _ranking(_rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    """Which of two neighbours has to be the smaller stands in the operands only: the left one."""
    if len(told) != 2 or told[0].reading.value == told[1].reading.value:  # noqa: PLR2004
        return None
    holding = nano(row["left_lower"]) <= nano(row["right_upper"])
    lower_first = (told[0].reading.value < told[1].reading.value) == holding
    small, large = (told[0].n, told[1].n) if lower_first else (told[1].n, told[0].n)
    return Linear(((small, 1), (large, -1)), Span(-OPEN, 0))


def _ratio(rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    roles = {t.role: t.n for t in told}
    return Ratio(roles["rate"], roles["num"], roles["den"], int(str(rule.params["k"]))) if roles.keys() >= {"rate", "num", "den"} else None


def _change(rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    if len({t.n for t in told}) != 3:  # noqa: PLR2004
        return None
    a, b, c = (t.n for t in told)
    form = rule.params["form"]
    if form in {"level", "plan", "plan_change"}:
        fall = form == "plan_change" and told[0].reading.value < 0 and told[1].reading.value <= 0
        flip = -1 if fall or row.get("flip") == -1 else 1
        return Linear(((a, flip), (b, -flip), (c, -1)), Span(0, 0), result=a)
    return Percent(a, b, c, is_change=form == "growth_abs")


def _product_of(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    amounts, norms, counts = ([t.n for t in told if t.role == role] for role in ("amount", "norm", "count"))
    return Product(amounts[0], norms[0], tuple(counts)) if amounts and norms and counts else None


def _balance(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    roles = {t.role: t.n for t in told}
    if not roles.keys() >= {"entries", "exits"}:
        return None
    flows = ((roles["entries"], -1), (roles["exits"], 1))
    if "change" in roles:
        return Linear(((roles["change"], 1), *flows), Span(0, 0), result=roles["change"])
    return Linear(((roles["level"], 1), (roles["base"], -1), *flows), Span(0, 0), result=roles["level"]) if roles.keys() >= {"level", "base"} else None


def _base(rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    named = rule.params["pairs"]
    pairs = []
    for counted, rate in named if isinstance(named, list) else []:
        rates = {t.breakdown: t.n for t in told if t.role == "rate" and t.indicator == rate}
        pairs += [(t.n, rates[t.breakdown]) for t in told if t.role == "count" and t.indicator == counted and t.breakdown in rates]
    bases = tuple(t.n for t in told if t.role == "base")
    return OneBase(tuple(pairs), bases) if pairs and len(pairs) + len(bases) > 1 else None


def _between(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    return Between(told[0].n, tuple(t.n for t in told[1:])) if len(told) > 1 else None


def _band(rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    """low · b ≤ a ≤ high · b, each end with whole factors of its own."""
    band = rule.params["band"]
    if len(told) != 2 or told[0].n == told[1].n or not isinstance(band, list):  # noqa: PLR2004
        return None
    a, b = told[0].n, told[1].n
    (low, low_over), (high, high_over) = (_whole_ratio(str(end)) for end in band)
    months = _months(row, told[1].reading, low, low_over)
    ends = (((a, low_over), (b, -low * months)), Span(0, OPEN)), (((a, high_over), (b, -high * months)), Span(-OPEN, 0))
    return Together(tuple(Linear(terms, span, is_hard=True) for terms, span in ends if terms[1][1]))


def _months(row: Mapping[str, Any], b: Reading, low: int, low_over: int) -> int:
    """How often b counts: once for every month of a's period. The frame has multiplied its lower end already."""
    lower = row.get("right_lower")
    if lower is None or low <= 0 or b.hard_lower <= 0:
        return 1
    return max(1, round_half(nano(lower) * low_over, b.hard_lower * low))


def round_half(a: int, b: int) -> int:
    """The whole number nearest to a / b."""
    return (2 * a + b) // (2 * b)


def _whole_ratio(number: str) -> tuple[int, int]:
    """A decimal as a quotient of two whole numbers."""
    whole, _, fraction = number.partition(".")
    return int(whole + fraction), int(10 ** len(fraction))


def _one_in_band(_rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    """One value inside the band of its row: the limits of an indicator, or what the neighbours in time allow."""
    ends = (row.get("right_lower"), row.get("right_upper"))
    if ends[0] is None or ends[1] is None or row.get("sid") is None or row.get("pid") is None:
        return None
    return Linear(((told[0].n, 1),), Span(nano(ends[0]), nano(ends[1])), is_hard=True)


def _whole(_rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    return Whole(told[0].n, nano(row["least"]) if row.get("least") is not None else 0)


def _alike(rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    cells = tuple(dict.fromkeys(t.n for t in told))
    return Alike(cells, is_same=rule.kind == "unique") if len(cells) > 1 else None


def _annual(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    roles = {t.role: t.n for t in told}
    return Linear(((roles["year"], 1), (roles["month"], -12)), Span(0, 0), result=roles["year"]) if roles.keys() >= {"year", "month"} else None


_BUILDERS: Final = {
    "sum": _sum,
    "complement": _sum,
    "hundred": _hundred,
    "within_hundred": _within_hundred,
    "order": _order,
    "monotone": _order,
    "ranking": _ranking,
    "ratio": _ratio,
    "change": _change,
    "product": _product_of,
    "balance": _balance,
    "base": _base,
    "between": _between,
    "band": _band,
    "range": _one_in_band,
    "jump": _one_in_band,
    "whole": _whole,
    "repeat": _alike,
    "agree": _alike,
    "unique": _alike,
    "annual": _annual,
}
RELATIONAL: Final = frozenset(_BUILDERS)


# --- intervals ------------------------------------------------------------------------------------------------------------------------


def _minus(end: int, other: int, *, open_end: int) -> int:
    """The difference of two ends; open if either is."""
    return open_end if abs(end) > FAR or abs(other) > FAR else end - other


def _times(end: int, factor: int) -> int:
    """An end times a positive factor that is far from one; what was open stays open, whatever it is compared with."""
    return end * factor * OPEN if abs(end) > FAR else end * factor


def _product(a: Span, b: Span) -> Span:
    """The product of two spans that are not negative, as the frames take it; in billionths of billionths, open where either is."""
    lower = -OPEN * OPEN if a.lower < 0 or b.lower < 0 else a.lower * b.lower
    return Span(lower, OPEN * OPEN if a.upper > FAR or b.upper > FAR else a.upper * b.upper)


def _signed_product(a: Span, b: Span) -> Span:
    """The product of any two spans, by its four corners."""
    if any(abs(end) > FAR for end in (*a, *b)):
        return _product(a, b)
    corners = [x * y for x in a for y in b]
    return Span(min(corners), max(corners))


def _over_hundred(product: Span) -> Span:
    return Span(_floor(product.lower, _HUNDRED), _ceil(product.upper, _HUNDRED))


def _quotient(a: Span, b: Span, factor: int) -> Span:
    """factor · a / b in billionths, outward to the next whole one; b is above zero, and where it may be zero there is no upper end."""
    if b.upper <= 0 or (b.lower <= 0 and a.lower < 0):
        return ANYTHING
    if a.lower < -FAR:
        lower = -OPEN
    elif a.lower >= 0:
        lower = 0 if b.upper > FAR else _floor(a.lower * factor, b.upper)
    else:
        lower = _floor(a.lower * factor, b.lower)
    if a.upper > FAR or b.lower <= 0:
        return Span(lower, OPEN)
    if a.upper >= 0:
        return Span(lower, _ceil(a.upper * factor, b.lower))
    return Span(lower, 0 if b.upper > FAR else _ceil(a.upper * factor, b.upper))


def _scaled_quotient(a: Span, top: Span, bottom: Span) -> Span:
    """a · top / bottom for a bottom above zero, by its corners."""
    if bottom.lower <= 0 or any(abs(end) > FAR for end in (*a, *top, *bottom)):
        return ANYTHING
    corners = [(x * y, z) for x in a for y in top for z in bottom]
    return Span(min(_floor(xy, z) for xy, z in corners), max(_ceil(xy, z) for xy, z in corners))


def _divided(span: Span, factor: int) -> Span:
    """A span divided by a whole factor other than zero, outward to the next billionth."""
    lower, upper = span if factor > 0 else span.mirrored()
    factor = abs(factor)
    return Span(-OPEN if lower < -FAR else _floor(lower, factor), OPEN if upper > FAR else _ceil(upper, factor))


def _floor(a: int, b: int) -> int:
    return a // b


def _ceil(a: int, b: int) -> int:
    return -(-a // b)
