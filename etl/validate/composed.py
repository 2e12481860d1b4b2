"""Relations made of relations: all of them must hold, or one of them.

Belongs here: how several answers become one. Elsewhere: the single relations (relations.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.validate.spans import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etl.validate.relations import Linear, Relation
    from etl.validate.spans import Reading


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


@dataclass(frozen=True, slots=True)
class Either:
    """One of several relations of the same figures: a goal to fall is exceeded from above, and the gap may be printed with either sign, or in per cent."""

    parts: tuple[Relation, ...]

    @property
    def cells(self) -> tuple[int, ...]:
        """The figures of the first, which are those of all."""
        return self.parts[0].cells

    @property
    def result(self) -> int | None:
        """As the first has it."""
        return self.parts[0].result

    def holds(self, readings: Mapping[int, Reading]) -> bool:
        """One of them holds."""
        return any(part.holds(readings) for part in self.parts)

    def need(self, cell: int, readings: Mapping[int, Reading]) -> Span:
        """What the one asks that is nearest to what is printed."""
        value = readings[cell].value
        return min((part.need(cell, readings) for part in self.parts), key=lambda span: max(span.lower - value, value - span.upper))
