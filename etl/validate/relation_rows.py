"""From the row of a frame to the relation that it judges: which member has which part in it.

Belongs here: one builder per kind of rule. Elsewhere: the frames in SQL (frames/), the arithmetic (relations.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from etl.validate.composed import Either, Together
from etl.validate.products import Products
from etl.validate.relations import Alike, Between, Linear, OneBase, Percent, Product, Ratio, Whole
from etl.validate.spans import FAR, HUNDRED, OPEN, Reading, Span, nano

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.validate.relations import Relation
    from schemas.kinds import Rule


_TWO: Final = 2
_THREE: Final = 3


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
    return Linear(tuple((t.n, 1) for t in told), Span(HUNDRED, HUNDRED))


def _within_hundred(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    return Linear(tuple((t.n, 1) for t in told), Span(-OPEN, HUNDRED))


def _two(told: Sequence[Told]) -> tuple[Told, Told] | None:
    """The two members of a comparison, if it has two."""
    return (told[0], told[1]) if len({t.n for t in told}) == len(told) == _TWO else None


def _order(_rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    two = _two(told)
    return None if two is None else Linear(((two[0].n, 1), (two[1].n, -1)), Span(-OPEN, 0))


def _ranking(_rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    """Which of two neighbours has to be the smaller stands in the operands only: the left one."""
    two = _two(told)
    if two is None or two[0].reading.value == two[1].reading.value:
        return None
    is_holding = nano(row["left_lower"]) <= nano(row["right_upper"])
    small, large = two if (two[0].reading.value < two[1].reading.value) == is_holding else reversed(two)
    return Linear(((small.n, 1), (large.n, -1)), Span(-OPEN, 0))


def _ratio(_rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    roles = {t.role: t.n for t in told}
    return Ratio(roles["rate"], roles["num"], roles["den"], int(row["k"])) if roles.keys() >= {"rate", "num", "den"} else None


def _change(rule: Rule, row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    if len({t.n for t in told}) != len(told) or len(told) != _THREE:
        return None
    a, b, c = (t.n for t in told)
    form = rule.params["form"]
    if form in {"level", "plan", "plan_change", "gap"}:
        fall = form == "plan_change" and told[0].reading.value < 0 and told[1].reading.value <= 0
        flip = -1 if fall or row.get("flip") == -1 else 1
        # A fall is compared by its size. Where one sign is the slip, the other reading is what it would be without it.
        is_mixed = form == "plan_change" and (told[0].reading.value < 0) != (told[1].reading.value < 0)
        turn = row.get("turn")
        signed = [(flip, -1 if turn is None else -int(turn))] + ([(-flip, -1)] if is_mixed else [] if turn is None else [(flip, int(turn))])
        readings: tuple[Relation, ...] = tuple(Linear(((a, way), (b, -way), (c, sign)), Span(0, 0), result=a) for way, sign in signed)
        if row.get("in_per_cent") and turn is None:  # "vượt 5 %" of a rate: points, or per cent of the plan
            readings = (*readings, Percent(a, b, c, is_change=False))
        return readings[0] if len(readings) == 1 else Either(readings)
    return Percent(a, b, c, is_change=form == "growth_abs")


def _product_of(rule: Rule, _row: Mapping[str, Any], told: Sequence[Told]) -> Relation | None:
    amounts, norms, counts = ([t.n for t in told if t.role == role] for role in ("amount", "norm", "count"))
    if rule.params.get("over") is not None:
        return Products(amounts[0], tuple(zip(norms, counts, strict=True))) if amounts and len(norms) == len(counts) > 1 else None
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
    """Both ends of low · b ≤ a ≤ high · b, each with whole factors of its own."""
    band, two = rule.params["band"], _two(told)
    if two is None or not isinstance(band, list):
        return None
    a, b = two
    (low, low_over), (high, high_over) = (_whole_ratio(str(end)) for end in band)
    months = _months(row, b.reading, low, low_over)
    ends = (((a.n, low_over), (b.n, -low * months)), Span(0, OPEN)), (((a.n, high_over), (b.n, -high * months)), Span(-OPEN, 0))
    return Together(tuple(Linear(terms, span, is_hard=True) for terms, span in ends if terms[1][1]))


def _months(row: Mapping[str, Any], b: Reading, low: int, low_over: int) -> int:
    """How often b counts: once for every month of a's period. The frame has multiplied its lower end already."""
    lower = row.get("right_lower")
    if lower is None or low <= 0 or b.hard_lower <= 0:
        return 1
    times, once = nano(lower) * low_over, b.hard_lower * low
    return max(1, (2 * times + once) // (2 * once))


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
ROW_COLUMNS: Final = (
    "sid",
    "pid",
    "left_lower",
    "right_lower",
    "right_upper",
    "flip",
    "turn",
    "k",
    "in_per_cent",
    "least",
)  # of a frame, beside its members, that a relation needs
