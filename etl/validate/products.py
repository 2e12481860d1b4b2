"""A relation of many factors: an amount is the sum of counts, each at a unit amount of its own.

Belongs here: that one form. Elsewhere: the other forms, and what a relation is (relations.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.validate.spans import ONE, OPEN, Span, ceil, floor, minus, product_of, quotient, times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etl.validate.spans import Reading


@dataclass(frozen=True, slots=True)
class Products:
    """amount = Σ unit amount · count: each part at a norm of its own."""

    amount: int
    pairs: tuple[tuple[int, int], ...]

    @property
    def cells(self) -> tuple[int, ...]:
        """Amount, then unit amount and count of every part."""
        return (self.amount, *(cell for pair in self.pairs for cell in pair))

    @property
    def result(self) -> int:
        """The amount is what is worked out."""
        return self.amount

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """Compare without dividing."""
        amount = readings[self.amount].soft
        return self._sum(readings).meets(Span(times(amount.lower, ONE), times(amount.upper, ONE)))

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """The sum, or what the other parts leave of the amount, divided by the other factor."""
        others = self._sum(readings, without=cell)
        rest = Span(floor(others.lower, ONE), ceil(others.upper, ONE))
        if cell == self.amount:
            return rest
        amount = readings[self.amount].soft
        left = Span(minus(amount.lower, rest.upper, open_end=-OPEN), minus(amount.upper, rest.lower, open_end=OPEN))
        other = next(one if cell == two else two for one, two in self.pairs if cell in {one, two})
        return quotient(left, readings[other].soft, ONE)

    def _sum(self, readings: Mapping[int, Reading], *, without: int | None = None) -> Span:
        spans = [product_of(readings[norm].soft, readings[count].soft) for norm, count in self.pairs if without not in {norm, count}]
        return Span(sum(s.lower for s in spans), sum(s.upper for s in spans))
