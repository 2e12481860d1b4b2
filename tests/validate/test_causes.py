from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate import causes
from etl.validate.causes import Board, Change, Claim, Repair, Trust, common_cause, components
from etl.validate.edits import Slip
from etl.validate.relations import Linear
from etl.validate.spans import HUNDRED, ONE, Reading, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest


def reading(value: int, half: int = 0) -> Reading:
    return Reading(value * ONE, half, value * ONE - half, value * ONE + half, value * ONE - half, value * ONE + half)


def added(parts: Sequence[int], total: int) -> Linear:
    return Linear((*((n, 1) for n in parts), (total, -1)), Span(0, 0), result=total)


# 0 + 1 = 2 is ten too small; 2 + 3 = 4 holds; 5 + 6 = 7 is two too large and shares nothing with the others.
READINGS = {n: reading(value) for n, value in enumerate([20, 30, 60, 5, 65, 4, 9, 11])}
CLAIMS = [
    Claim(added([0, 1], 2), is_broken=True, findings=(0, 1)),
    Claim(added([2, 3], 4), is_broken=False),
    Claim(added([5, 6], 7), is_broken=True, findings=(2,)),
]


def test_a_change_counts_what_it_mends_and_what_it_breaks_and_leaves_no_trace() -> None:
    board = Board(CLAIMS, READINGS)
    assert board.effect([Change(0, reading(30))]) == (frozenset({0}), 0)
    assert board.effect([Change(2, reading(50))]) == (frozenset({0}), 1)
    assert board.effect([Change(0, reading(31))]) == (frozenset(), 0)
    assert board.readings == READINGS


def test_numbers_cut_off_are_given_one_half_width_more() -> None:
    board = Board([Claim(Linear(((0, 1),), Span(HUNDRED, HUNDRED)), is_broken=True, findings=(0,))], {0: reading(90, ONE)})
    change = Change(0, reading(98, ONE))
    assert board.effect([change])[0] == frozenset()
    assert board.effect([change], is_cut=True)[0] == frozenset({0})


def test_broken_relations_belong_together_when_they_share_a_figure() -> None:
    shared = Claim(added([2, 5], 8), is_broken=True, findings=(3,))
    board = Board([*CLAIMS, shared], {**READINGS, 8: reading(1)})
    assert [component.claims for component in components(Board(CLAIMS, READINGS))] == [(0,), (2,)]
    assert [component.claims for component in components(board)] == [(0, 2, 3)]


def test_a_component_with_too_many_figures_says_how_many_were_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(causes, "MOST_CELLS", 2)
    first = components(Board(CLAIMS, READINGS))[0]
    assert (first.cells, first.left_out) == ((0, 1), 1)


def test_a_relation_of_a_refused_figure_speaks_only_of_that_figure() -> None:
    board = Board([Claim(added([0, 1], 2), is_broken=True, findings=(0,), only=0)], READINGS)
    assert board.broken_around(1) == []
    assert board.broken_around(0) == [0]
    assert board.effect([Change(1, reading(40))]) == (frozenset(), 0)


def repair(n: int, slip: Slip, *, broken: int = 0, trust: Trust = Trust.SINGLED_OUT) -> Repair:
    return Repair(slip, (Change(n, reading(1)),), frozenset({0}), broken, trust=trust)


def test_the_less_has_to_be_wrong_the_more_is_believed() -> None:
    pair = Repair(Slip.SWAP, (Change(0, reading(1)), Change(1, reading(1))), frozenset({0, 2}), 0)
    expected = (
        repair(0, Slip.SWAP),
        repair(0, Slip.DIGIT),
        repair(0, Slip.MARK),
        repair(0, Slip.SWAP, trust=Trust.ONE_OF_MANY),
        repair(0, Slip.FREE, trust=Trust.CONSTRUCTED),
        repair(0, Slip.SWAP, broken=1),
        pair,
    )
    assert [repair.preference() for repair in expected] == sorted(repair.preference() for repair in expected)


def test_one_figure_is_the_cause_only_when_no_other_is_as_likely_and_several_findings_share_it() -> None:
    board = Board(CLAIMS, READINGS)
    first, second = components(board)
    assert common_cause(board, first, [repair(0, Slip.SWAP), repair(1, Slip.DIGIT)]) == (0, frozenset({0}))
    assert common_cause(board, first, [repair(0, Slip.SWAP), repair(1, Slip.SWAP)]) is None
    assert common_cause(board, first, []) is None
    assert common_cause(board, second, [Repair(Slip.SWAP, (Change(5, reading(2)),), frozenset({2}), 0)]) is None
