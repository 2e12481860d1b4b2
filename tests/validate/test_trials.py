from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.validate.composed import Either, Together
from etl.validate.relations import MOST_SPANNED, Alike, Between, Linear, Ratio, Readable
from etl.validate.spans import HUNDRED, ONE, OPEN, Reading, Span
from etl.validate.trials import Trials

if TYPE_CHECKING:
    from etl.validate.relations import Relation

SUM = Linear(((0, 1), (1, 1), (2, 1), (3, -1)), Span(0, 0), result=3)
FORMS = (
    SUM,
    Linear(((0, 1), (1, -1)), Span(-OPEN, 0)),
    Linear(((0, 1), (1, 2), (0, -3)), Span(-ONE, HUNDRED)),
    Linear(((0, 10), (1, -25)), Span(0, OPEN), is_hard=True),
    Between(0, (1, 2, 3)),
    Between(0, (1,)),
    Between(0, (0, 1)),
    Together((Linear(((0, 2), (1, -5)), Span(0, OPEN), is_hard=True), Linear(((0, 1), (2, -9)), Span(-OPEN, 0), is_hard=True))),
    Either((SUM, Between(0, (1, 2, 3)))),
    Ratio(0, 1, 2, 100),
    Alike((0, 1, 2)),
)
ENDS = st.one_of(st.integers(-200, 400).map(lambda n: n * ONE), st.sampled_from([-OPEN, OPEN]))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """A figure with any words around it: wide, open, or sharp."""
    value = draw(st.integers(-100, 300)) * ONE
    half = draw(st.sampled_from([0, ONE // 2, 3 * ONE]))
    soft, hard = (sorted((draw(ENDS), draw(ENDS))) if draw(st.booleans()) else [value - half, value + half] for _ in range(2))
    return Reading(value, half, soft[0], soft[1], hard[0], hard[1])


@pytest.mark.parametrize("relation", FORMS, ids=lambda relation: type(relation).__name__)
@given(st.lists(readings(), min_size=4, max_size=4), st.integers(0, 3), st.lists(readings(), min_size=1, max_size=3))
def test_a_trial_answers_as_the_relation_does(relation: Relation, printed: list[Reading], at: int, values: list[Reading]) -> None:
    now = dict(enumerate(printed))
    cell = relation.cells[at % len(relation.cells)]
    trials = Trials(relation, now)
    assert trials.need(cell) == relation.need(cell, now)
    assert [trials.of(cell)(value) for value in values] == [relation.holds({**now, cell: value}) for value in values]


def test_a_figure_that_could_not_be_read_can_be_tried() -> None:
    value = Reading(ONE, 0, ONE, ONE, ONE, ONE)
    assert Trials(Readable(3), {}).of(3)(value)
    assert Trials(Linear(((0, 1), (3, -1)), Span(0, 0)), {0: value}).of(3)(value)


def test_of_very_many_parts_of_an_overall_rate_none_is_asked_for() -> None:
    rate = Reading(50 * ONE, 0, 50 * ONE, 50 * ONE, 50 * ONE, 50 * ONE)
    many = Between(0, tuple(range(1, MOST_SPANNED + 2)))
    assert Trials(many, dict.fromkeys(many.cells, rate)).need(1) == many.need(1, dict.fromkeys(many.cells, rate))
