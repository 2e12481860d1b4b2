"""The graph of figures and relations, and the smallest changes that would mend it.

    Board        the relations, broken and holding, with the readings of their figures; tries changes and says what they mend and break
    components   broken relations that share figures belong together: one slip may have broken them all
    search       all single changes of a component that mend something, then pairs where no single change mends all

Belongs here: what a change explains, and which is preferred (design/rules.md §6). Elsewhere: which changes of a text there are (edits.py),
what else may be wrong with a group (structure.py), the words (hypotheses.py). Never applied to data.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

from etl.validate.edits import Edit, Slip, write
from etl.validate.relations import Alike, Linear
from etl.validate.spans import FAR, NOTHING, PLACES, Span, Widened, widened
from etl.validate.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from etl.validate.cells import Cell
    from etl.validate.edits import Printed
    from etl.validate.relations import Relation
    from etl.validate.spans import Reading

MOST_CELLS: Final = 200  # figures of one component that are tried
MOST_PAIRED: Final = 40  # single changes of which pairs are tried
_PAIRS_KEPT: Final = 3
_LONG_LIST: Final = 4  # members from which on their order is no accident
_OF_ONE_DIGIT: Final = frozenset({Slip.DIGIT, Slip.DROPPED, Slip.EXTRA})


@dataclass(frozen=True, slots=True)
class Claim:
    """One relation as judged. `only`: a refused figure that takes part; then only a reading of that figure says anything about the relation."""

    relation: Relation
    is_broken: bool
    findings: tuple[int, ...] = ()
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One figure read otherwise: the text that it would have, and its reading."""

    n: int
    reading: Reading
    printed: Printed | None = None
    edit: Edit | None = None
    text: str | None = None

    def to_text(self) -> str:
        """The full text as it would stand."""
        if self.text is not None:
            return self.text
        return write(self.printed, self.edit) if self.printed is not None and self.edit is not None else ""


class Trust(IntEnum):
    """How far the arithmetic singles a repair out."""

    SINGLED_OUT = 0  # no other slip of the same kind of the same figure would do
    ONE_OF_MANY = 1  # several would, or the print is so coarse that one of ten digits has to do, or the numbers would have to be cut off
    CONSTRUCTED = 2  # made to fit: a value worked out from the others


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that would mend relations: changes of one figure or two, or (without changes) another reading of a group.

    `is_sorted`: with it the members of a list of four or more stand in the order of their size.
    `offset`: how far from the middle of what is needed it comes to lie, in thousandths of the room there is.
    `about`: the other figure of which a repair speaks. `gap`, `unlisted`: what is missing from a list, and which of its members are not printed.
    """

    slip: Slip
    changes: tuple[Change, ...]
    repaired: frozenset[int]
    broken: int
    trust: Trust = Trust.SINGLED_OUT
    is_hedged: bool = False
    is_sorted: bool = False
    offset: int = 0
    about: int | None = None
    gap: Span | None = None
    unlisted: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """Broken relations mended less holding relations broken."""
        return len(self.repaired) - self.broken

    @property
    def figures(self) -> int:
        """How many figures would have to be wrong: exchanged labels are one mistake."""
        return 1 if self.slip is Slip.LABEL else max(len(self.changes), 1)

    def preference(self) -> tuple[int, int, int, bool, int, bool]:
        """The less, the more believed: one figure before two, the higher score, singled out, a list in order, the likelier slip, the sharper figure."""
        return (self.figures, -self.score, int(self.trust), not self.is_sorted, int(self.slip), self.is_hedged)


class Board:
    """Relations around broken ones, and the readings of all their figures."""

    def __init__(self, claims: Sequence[Claim], readings: Mapping[int, Reading]) -> None:
        self.claims = tuple(claims)
        self.readings: Final = dict(readings)  # never changed: what is tried stands beside them
        self.wide: Final = Widened(self.readings)
        self._around: dict[int, dict[int, None]] = {}
        self._trials: dict[tuple[int, bool], Trials] = {}
        for number, claim in enumerate(self.claims):
            for n in claim.relation.cells:
                self._around.setdefault(n, {})[number] = None

    def broken_around(self, n: int) -> list[int]:
        """The broken relations in which a figure stands."""
        return [number for number in self._around.get(n, ()) if self.claims[number].is_broken and self.claims[number].only in {None, n}]

    def effect(self, changes: Sequence[Change], *, at_least: Iterable[int] | None = None, is_cut: bool = False) -> tuple[frozenset[int], int]:
        """Tell which broken relations the changes mend, and how many holding ones they break.

        `at_least`: nothing else is looked at unless one of these is mended. `is_cut`: numbers may have been cut off instead of rounded.
        """
        if at_least is not None and not any(self._holds(number, changes, is_cut=is_cut) for number in at_least):
            return frozenset(), 0
        changed = {change.n for change in changes}
        mended, broken = set(), 0
        for number in {number for n in changed for number in self._around.get(n, ())}:
            claim = self.claims[number]
            if claim.only is not None and claim.only not in changed:
                continue
            holds = self._holds(number, changes, is_cut=is_cut and claim.is_broken)
            if claim.is_broken and holds:
                mended.add(number)
            elif not holds and (not claim.is_broken or claim.only is not None):
                broken += 1
        return frozenset(mended), broken

    def _holds(self, number: int, changes: Sequence[Change], *, is_cut: bool) -> bool:
        """Whether a relation holds with the changes. Mostly one figure of it changes, and is tried many times: that trial is kept."""
        own = [change for change in changes if number in self._around.get(change.n, ())]
        if len(own) != 1:
            relation, readings = self.claims[number].relation, self.wide if is_cut else self.readings
            tried = {change.n: widened(change.reading) if is_cut else change.reading for change in own}
            return relation.holds({**{n: readings[n] for n in relation.cells if n in readings}, **tried})
        return self.trials(number, is_cut=is_cut).of(own[0].n)(widened(own[0].reading) if is_cut else own[0].reading)

    def trials(self, number: int, *, is_cut: bool = False) -> Trials:
        """A relation among the readings as they are, or as they would be if numbers had been cut off."""
        key = (number, is_cut)
        if key not in self._trials:
            self._trials[key] = Trials(self.claims[number].relation, self.wide if is_cut else self.readings)
        return self._trials[key]


@dataclass(frozen=True, slots=True)
class Component:
    """Broken relations that share figures, and the figures; `left_out` of them were too many to try."""

    claims: tuple[int, ...]
    cells: tuple[int, ...]
    left_out: int


def components(board: Board) -> list[Component]:
    """Group the reported broken relations by the figures they share, in the order of their findings."""
    reported = [number for number, claim in enumerate(board.claims) if claim.is_broken and claim.findings]
    parent = {number: number for number in reported}

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    first: dict[int, int] = {}
    for number in reported:
        for n in board.claims[number].relation.cells:
            one, other = root(number), root(first.setdefault(n, number))
            parent[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for number in reported:
        groups.setdefault(root(number), []).append(number)
    found = []
    for claims in groups.values():
        shared = Counter(n for number in claims for n in board.claims[number].relation.cells)
        ordered = sorted(shared, key=lambda n: -shared[n])
        found.append(Component(tuple(claims), tuple(ordered[:MOST_CELLS]), max(len(ordered) - MOST_CELLS, 0)))
    return found


def search(board: Board, component: Component, cells: Mapping[int, Cell]) -> list[Repair]:
    """All changes of one figure that mend something; and pairs of changes, where no single one mends all. The most believed first."""
    tried = [cells[n] for n in component.cells if n in cells]
    everything = frozenset(component.claims)
    singles = [repair for cell in tried for repair in _singles(board, cell)]
    if not any(everything <= repair.repaired and repair.trust is Trust.SINGLED_OUT and not repair.broken for repair in singles):
        singles += [repair for cell in tried for repair in _singles(board, cell, is_cut=True)]
    lists = [parts for number in component.claims if len(parts := _listed(board.claims[number].relation)) >= _LONG_LIST]
    if lists:
        singles = [replace(repair, is_sorted=all(_is_sorted(board, parts, repair.changes) for parts in lists)) for repair in singles]
    singles.sort(key=Repair.preference)
    if len(everything) > 1 and not any(everything <= repair.repaired for repair in singles):
        return singles + _pairs(board, everything, singles)
    return singles


def _listed(relation: Relation) -> tuple[int, ...]:
    """The parts of a sum in the order in which they are printed."""
    return tuple(sorted(n for n, factor in relation.terms if factor > 0)) if isinstance(relation, Linear) else ()


def _is_sorted(board: Board, parts: Sequence[int], changes: Sequence[Change]) -> bool:
    """Whether figures fall or rise in their order, once changed: most lists of a text do."""
    changed = {change.n: change.reading.value for change in changes}
    values = [changed.get(n, board.readings[n].value) for n in parts]
    steps = list(pairwise(values))
    return all(a >= b for a, b in steps) or all(a <= b for a, b in steps)


def _singles(board: Board, cell: Cell, *, is_cut: bool = False) -> list[Repair]:
    """What the edits of one figure mend. `is_cut`: only what is mended if numbers were cut off."""
    broken = board.broken_around(cell.n)
    if not broken:
        return []
    needs = {number: need for number in broken if (need := board.trials(number, is_cut=is_cut).need(cell.n)) != NOTHING}
    if is_cut and not needs:
        return []
    found = [] if is_cut else [repair for text in cell.candidates if (repair := _reread(board, cell, text)) is not None]
    for printed, edit in cell.edits(needs.values()):
        reading = cell.reading_of(printed, edit)
        if reading is None or _says_the_same(cell, reading):
            continue
        change = Change(cell.n, reading, printed, edit)
        repaired, damage = board.effect((change,), at_least=needs, is_cut=is_cut)
        if not repaired or (is_cut and repaired <= board.effect((change,), at_least=needs)[0]):
            continue
        met = [needs[number] for number in repaired if number in needs]
        trust = _trust(cell, change, met, is_cut=is_cut)
        found.append(Repair(edit.slip, (change,), repaired, damage, trust=trust, is_hedged=cell.is_hedged, offset=_offset(reading.value, met)))
    found = _crowded(found)
    return found if is_cut else found + _worked_out(board, cell, broken, found)


def _says_the_same(cell: Cell, reading: Reading) -> bool:
    """Whether an edit leaves the value as it is and only makes it blunter or sharper: nobody's slip."""
    return cell.reading is not None and reading.value == cell.reading.value


def _crowded(found: Sequence[Repair]) -> list[Repair]:
    """Note where several slips of one kind have the same effect: none of them is singled out. (Readings of a refused text are few by nature.)"""
    outcomes = Counter((repair.slip, repair.repaired, repair.broken) for repair in found)
    return [
        replace(repair, trust=max(repair.trust, Trust.ONE_OF_MANY))
        if repair.slip is not Slip.READING and outcomes[repair.slip, repair.repaired, repair.broken] > 1
        else repair
        for repair in found
    ]


def _reread(board: Board, cell: Cell, text: str) -> Repair | None:
    """Another way to read a text that was refused."""
    reading = cell.reading_of_text(text)
    return None if reading is None else _repair(board, cell, Slip.READING, Change(cell.n, reading, text=text))


def _repair(board: Board, cell: Cell, slip: Slip, change: Change, *, trust: Trust = Trust.SINGLED_OUT) -> Repair:
    repaired, damage = board.effect((change,))
    return Repair(slip, (change,), repaired, damage, trust=trust, is_hedged=cell.is_hedged)


def _trust(cell: Cell, change: Change, met: Sequence[Span], *, is_cut: bool) -> Trust:
    """A digit is singled out only where what is needed is narrower than the step from one digit to the next."""
    if is_cut:
        return Trust.ONE_OF_MANY
    if change.edit is None or change.edit.slip not in _OF_ONE_DIGIT or cell.reading is None:
        return Trust.SINGLED_OUT
    step = 10 ** (len(str(abs(change.reading.value - cell.reading.value))) - 1)
    return Trust.SINGLED_OUT if any(need.upper - need.lower < step for need in met) else Trust.ONE_OF_MANY


def _offset(value: int, met: Sequence[Span]) -> int:
    """Thousandths of half the room that all relations together leave by which a value misses the middle; 0 where an end is open or there is no room."""
    closed = [need for need in met if need.upper > need.lower and abs(need.upper) < FAR and abs(need.lower) < FAR]
    need = Span(max((n.lower for n in closed), default=0), min((n.upper for n in closed), default=0))
    return 0 if need.upper <= need.lower else 1000 * abs(2 * value - need.lower - need.upper) // (need.upper - need.lower)


def _worked_out(board: Board, cell: Cell, broken: Sequence[int], edits: Sequence[Repair]) -> list[Repair]:
    """The value that follows from the others, printed as precisely as the figure is: for results only (a total, a rate), or as another printing has it.

    Left out where an edit does as much, and where it breaks more than it mends.
    """
    if cell.quantity is None or cell.quantity.upper is not None or not cell.printed or cell.reading is None:
        return []
    printed, found = cell.printed[0], []
    for number in broken:
        target = _target(board, board.claims[number].relation, cell.n)
        if target is None or (target < 0) != (cell.reading.value < 0):
            continue
        step = cell.factor * 10 ** max(PLACES + printed.exponent - printed.decimals, 0)
        digits = str((abs(target) + step // 2) // step).zfill(printed.decimals + 1)
        edit = Edit(Slip.FREE, digits, printed.decimals, printed.exponent)
        reading = cell.reading_of(printed, edit)
        if reading is None or _says_the_same(cell, reading):
            continue
        repair = _repair(board, cell, Slip.FREE, Change(cell.n, reading, printed, edit), trust=Trust.CONSTRUCTED)
        if repair.repaired and repair.score >= 0 and not any(repair.repaired <= other.repaired and other.trust is Trust.SINGLED_OUT for other in edits):
            found.append(repair)
    return found


def _target(board: Board, relation: Relation, n: int) -> int | None:
    """The middle of what a result would have to be; of a fact told twice, what the other printing says."""
    if isinstance(relation, Alike):
        others = [board.readings[other] for other in relation.cells if other != n]
        return next((other.value for other in others if other.soft_upper - other.soft_lower == 2 * other.half), None)
    if relation.result != n:
        return None
    need = relation.need(n, board.readings)
    return None if need.lower > need.upper or abs(need.lower) > FAR or abs(need.upper) > FAR else (need.lower + need.upper) // 2


def _pairs(board: Board, everything: frozenset[int], singles: Sequence[Repair]) -> list[Repair]:
    """Two changes of two figures that together mend all and break nothing: only the most believed single changes are combined."""
    found = []
    for one, other in combinations([s for s in singles if s.trust is not Trust.ONE_OF_MANY][:MOST_PAIRED], 2):
        changes = (*one.changes, *other.changes)
        if len({change.n for change in changes}) < len(changes) or not everything <= (one.repaired | other.repaired):
            continue
        repaired, damage = board.effect(changes)
        if everything <= repaired and not damage:
            trust, is_hedged = max(one.trust, other.trust), one.is_hedged or other.is_hedged
            found.append(Repair(max(one.slip, other.slip), changes, repaired, damage, trust=trust, is_hedged=is_hedged))
    found.sort(key=Repair.preference)
    return found[:_PAIRS_KEPT]


def common_cause(board: Board, component: Component, repairs: Sequence[Repair]) -> tuple[int, frozenset[int]] | None:
    """The one figure that the most believed repair blames for several findings, with their relations; None where it is not alone."""
    single = [repair for repair in repairs if len(repair.changes) == 1]
    if not single:
        return None
    explained = single[0].repaired & frozenset(component.claims)
    best = [repair for repair in single if repair.preference() == single[0].preference()]
    is_shared = sum(len(board.claims[number].findings) for number in explained) > 1
    is_alone = len({repair.changes[0].n for repair in best}) == 1
    return (best[0].changes[0].n, explained) if is_shared and is_alone else None
