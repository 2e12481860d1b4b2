"""Relations made of relations: what all of them leave, and what the nearer of two asks."""

from __future__ import annotations

from etl.validate.composed import Either, Together
from etl.validate.relations import Linear
from etl.validate.spans import ONE, OPEN, Reading, Span


def reading(value: int) -> Reading:
    """A sharp figure."""
    return Reading(value, 0, value, value, value, value)


def test_a_gap_to_a_goal_that_falls_holds_with_either_sign() -> None:
    above = Linear(((0, 1), (1, -1), (2, -1)), Span(0, 0), result=0)
    below = Linear(((0, 1), (1, -1), (2, 1)), Span(0, 0), result=0)
    level, plan, excess = (reading(n * ONE // 100) for n in (314, 350, 36))
    assert Either((above, below)).holds({0: level, 1: plan, 2: excess})
    assert not Either((above, below)).holds({0: level, 1: plan, 2: reading(63 * ONE // 100)})
    assert Either((above, below)).need(0, {0: reading(341 * ONE // 100), 1: plan, 2: excess}) == Span(314 * ONE // 100, 314 * ONE // 100)


def test_both_ends_of_a_band_must_hold_and_leave_what_lies_between_them() -> None:
    band = Together((Linear(((0, 2), (1, -5)), Span(0, OPEN), is_hard=True), Linear(((0, 1), (1, -9)), Span(-OPEN, 0), is_hard=True)))
    assert band.cells == (0, 1)
    assert band.holds({0: reading(5 * ONE), 1: reading(ONE)})
    assert not band.holds({0: reading(2 * ONE), 1: reading(ONE)})
    assert not band.holds({0: reading(10 * ONE), 1: reading(ONE)})
    need = band.need(0, {0: reading(10 * ONE), 1: reading(2 * ONE)})
    assert need.lower <= 5 * ONE <= 18 * ONE <= need.upper
    assert need.lower > 4 * ONE
    assert need.upper < 19 * ONE
