"""What may be wrong with a group when none of its digits is: a member forgotten or counted twice, labels exchanged, another whole behind a share.

Belongs here: these readings of a broken relation. Elsewhere: wrong digits (causes.py), the words (hypotheses.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from etl.validate.causes import Change, Repair, Trust
from etl.validate.edits import Slip
from etl.validate.relations import Linear, Ratio
from etl.validate.spans import FAR, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from etl.validate.causes import Board
    from etl.validate.cells import Cell

GROUPS: Final = frozenset({"sum", "hundred"})
_SEVERAL: Final = 2


def missing_member(board: Board, number: int, *, unlisted: Sequence[str] | None) -> Iterator[Repair]:
    """A member that is not printed and equals the gap. `unlisted`: members of the code list that are not in the group; None: the list is complete."""
    if unlisted is None:
        return
    gap = _gap(board, number)
    if gap is not None and gap.lower > 0:
        yield Repair(Slip.MISSING, (), frozenset({number}), 0, gap=gap, unlisted=tuple(unlisted))


def counted_twice(board: Board, number: int, cells: Mapping[int, Cell]) -> Iterator[Repair]:
    """The excess equals a member of the sum."""
    relation = board.claims[number].relation
    gap = _gap(board, number)
    if gap is None or gap.upper >= 0 or not isinstance(relation, Linear):
        return
    for n, factor in relation.terms:
        reading = board.readings[n]
        if factor > 0 and reading.value > 0 and reading.soft.meets(gap.mirrored()):
            yield Repair(Slip.TWICE, (), frozenset({number}), 0, about=n, is_hedged=n in cells and cells[n].is_hedged)


def _gap(board: Board, number: int) -> Span | None:
    """What the parts of a sum lack: above zero where a member may be missing, below where one is too many."""
    relation = board.claims[number].relation
    if not isinstance(relation, Linear) or max(map(abs, relation.span)) > FAR:
        return None  # an open list only may not exceed its total
    parts = [board.readings[n].soft for n, factor in relation.terms if factor > 0]
    totals = [board.readings[n].soft for n, factor in relation.terms if factor < 0]
    if any(abs(end) > FAR for span in (*parts, *totals) for end in span) or len(parts) < _SEVERAL:
        return None
    return Span(
        relation.span.lower + sum(s.lower for s in totals) - sum(s.upper for s in parts),
        relation.span.upper + sum(s.upper for s in totals) - sum(s.lower for s in parts),
    )


def exchanged_labels(board: Board, number: int, n: int, others: Sequence[int], cells: Mapping[int, Cell]) -> Iterator[Repair]:
    """Two figures of one place, period and unit stand under each other's label, and with them exchanged a relation holds that is broken.

    `cells`: the figures of findings. Of the others, which are of some relation that holds, the board has the reading.
    """
    trials = board.trials(number)
    for other in others:
        one, two = (cells[m].reading if m in cells else board.readings.get(m) for m in (n, other))
        # Most exchanges end here: the relation does not even hold with what stands under the other label.
        if one is None or two is None or one == two or (other not in trials.cells and not trials.of(n)(two)):
            continue
        repaired, broken = board.effect((Change(n, two), Change(other, one)), at_least=(number,))
        if repaired and not broken:
            yield Repair(
                Slip.LABEL,
                (Change(n, two), Change(other, one)),
                repaired,
                broken,
                trust=Trust.SINGLED_OUT if len(repaired) > 1 else Trust.CONSTRUCTED,
                about=other,
            )


def other_denominator(board: Board, number: int, others: Sequence[int]) -> Iterator[Repair]:
    """The share is right, but of another whole that the document prints."""
    relation = board.claims[number].relation
    if not isinstance(relation, Ratio):
        return
    for other in others:
        if other in board.readings and other not in relation.cells and replace(relation, den=other).holds(board.readings):
            yield Repair(Slip.DENOMINATOR, (), frozenset({number}), 0, trust=Trust.ONE_OF_MANY, about=other)


def dimension_of(parts: Sequence[str | None]) -> tuple[str, frozenset[str]] | None:
    """The dimension over which the breakdowns of a group run, and its members: the token in which they differ.

    >>> dimension_of(["sex=male;area=urban", "area=urban;sex=female"])[0]
    'sex'
    """
    tokens = [frozenset(t.strip() for t in (part or "").split(";") if "=" in t) for part in parts]
    if not tokens:
        return None
    own = [t - frozenset.intersection(*tokens) for t in tokens]
    if any(len(t) != 1 for t in own):
        return None
    pairs = [next(iter(t)).split("=", maxsplit=1) for t in own]
    names = {name.strip() for name, _ in pairs}
    return (names.pop(), frozenset(member.strip() for _, member in pairs)) if len(names) == 1 else None
