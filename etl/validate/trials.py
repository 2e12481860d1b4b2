"""One relation tried with many values of its figures: what the others come to is worked out once, however many values a figure is given.

    Trials(relation, readings).need(7)          where figure 7 would have to lie, as the relation says
    Trials(relation, readings).of(7)            a function that says whether the relation holds with figure 7 read so, all others as they are

Belongs here: which relations have such a short cut. Elsewhere: the relations themselves (relations.py), which values are tried (causes.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from etl.validate.composed import Either, Together
from etl.validate.relations import Between, Linear
from etl.validate.spans import Reading, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etl.validate.relations import Relation

Trial = Callable[[Reading], bool]


class Trials:
    """A relation among readings that do not change, with what was worked out of it so far."""

    def __init__(self, relation: Relation, readings: Mapping[int, Reading]) -> None:
        self._relation = relation
        self._readings = readings
        self._known: dict[int, Trial] = {}
        self.cells = frozenset(relation.cells)
        # A sum over sixty places is added up once, and each place taken off it; open ends are numbers too, so that nothing is lost.
        self._total = relation.sum_of(readings) if isinstance(relation, Linear) and all(n in readings for n in self.cells) else None
        self._factors: dict[int, tuple[int, ...]] = {}
        for n, factor in relation.terms if isinstance(relation, Linear) else ():
            self._factors[n] = (*self._factors.get(n, ()), factor)

    def need(self, cell: int) -> Span:
        """Where a figure would have to lie, all others being right."""
        if isinstance(self._relation, Linear) and self._total is not None:
            return self._relation.left_to(cell, self._rest(self._relation, cell))
        return self._relation.need(cell, self._readings)

    def of(self, cell: int) -> Trial:
        """The relation as a question about one figure."""
        if cell not in self._known:
            self._known[cell] = self._trial(cell)
        return self._known[cell]

    def _trial(self, cell: int) -> Trial:
        relation, readings = self._relation, self._readings
        if isinstance(relation, Linear):
            return _of_sum(relation, self._factors.get(cell, ()), self._rest(relation, cell))
        if isinstance(relation, Between):
            return _of_range(relation, cell, readings)
        if isinstance(relation, Together | Either):
            trials = [Trials(part, readings).of(cell) for part in relation.parts]
            return (
                (lambda tried: all(trial(tried) for trial in trials))
                if isinstance(relation, Together)
                else (lambda tried: any(trial(tried) for trial in trials))
            )
        now = {n: readings[n] for n in relation.cells if n in readings}
        return lambda tried: relation.holds({**now, cell: tried})

    def _rest(self, relation: Linear, cell: int) -> Span:
        if self._total is None:
            return relation.sum_of(self._readings, without=cell)
        own = _weighted(self._factors[cell], self._readings[cell], is_hard=relation.is_hard) if cell in self._factors else Span(0, 0)
        return Span(self._total.lower - own.lower, self._total.upper - own.upper)


def _weighted(factors: Iterable[int], reading: Reading, *, is_hard: bool) -> Span:
    """What one figure adds to the sum."""
    low, high = (reading.hard_lower, reading.hard_upper) if is_hard else (reading.soft_lower, reading.soft_upper)
    return Span(sum(f * (low if f > 0 else high) for f in factors), sum(f * (high if f > 0 else low) for f in factors))


def _of_sum(relation: Linear, factors: tuple[int, ...], rest: Span) -> Trial:
    span = relation.span

    def holds(tried: Reading) -> bool:
        own = _weighted(factors, tried, is_hard=relation.is_hard)
        return rest.lower + own.lower <= span.upper and span.lower <= rest.upper + own.upper

    return holds


def _of_range(relation: Between, cell: int, readings: Mapping[int, Reading]) -> Trial:
    others = relation.range_of(readings, without=cell)
    if cell not in relation.parts:
        return lambda tried: tried.soft.meets(others)
    overall = None if cell == relation.overall else readings[relation.overall].soft
    return lambda tried: (overall or tried.soft).meets(Span(min(others.lower, tried.soft_lower), max(others.upper, tried.soft_upper)))
