from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.validate.composed import Either, Together
from etl.validate.products import Products
from etl.validate.relations import MOST_SPANNED, Alike, Between, Linear, OneBase, Percent, Product, Ratio, Readable, Whole
from etl.validate.spans import ANYTHING, HUNDRED, NOTHING, ONE, OPEN, Reading, Span

if TYPE_CHECKING:
    from etl.validate.relations import Relation

VALUES = st.integers(1, 400).map(lambda n: n * ONE)
HALVES = st.sampled_from([0, ONE // 20, ONE // 2, 3 * ONE])
SUM = Linear(((0, 1), (1, 1), (2, -1)), Span(0, 0), result=2)
FORMS = (
    SUM,
    Linear(((0, 1), (1, -1)), Span(-OPEN, 0)),
    Linear(((0, 1), (1, 1), (2, 1)), Span(HUNDRED, HUNDRED)),
    Linear(((0, 1), (1, -12)), Span(0, 0)),
    Ratio(0, 1, 2, 100),
    Product(0, 1, (2, 3)),
    Products(0, ((1, 2), (3, 4))),
    Percent(0, 1, 2, is_change=False),
    Percent(0, 1, 2, is_change=True),
    OneBase(((0, 1), (2, 3)), ()),
    OneBase(((0, 1),), (2,)),
    Between(0, (1, 2, 3)),
    Alike((0, 1, 2)),
    Either((Linear(((0, 1), (1, -1), (2, -1)), Span(0, 0), result=0), Linear(((0, 1), (1, -1), (2, 1)), Span(0, 0), result=0))),
    Together((Linear(((0, 2), (1, -5)), Span(0, OPEN), is_hard=True), Linear(((0, 1), (1, -9)), Span(-OPEN, 0), is_hard=True))),
)


def reading(value: int, half: int = 0) -> Reading:
    """A sharp figure, or one rounded at its last printed place."""
    return Reading(value, half, value - half, value + half, value - half, value + half)


@pytest.mark.parametrize("relation", FORMS, ids=lambda relation: type(relation).__name__)
@given(st.lists(st.tuples(VALUES, HALVES), min_size=5, max_size=5), st.integers(0, 4), st.integers(1, 400_000))
def test_a_value_makes_a_relation_hold_only_where_it_is_needed(relation: Relation, printed: list[tuple[int, int]], cell: int, thousandths: int) -> None:
    readings = {n: reading(value, half) for n, (value, half) in enumerate(printed)}
    n = relation.cells[cell % len(relation.cells)]
    need = relation.need(n, readings)
    tried = thousandths * (ONE // 1000)
    readings[n] = reading(tried)
    if relation.holds(readings):
        assert need.lower <= tried <= need.upper or isinstance(relation, Either)  # its need is the nearer of two
    elif max(map(abs, need)) < OPEN and not isinstance(relation, Alike):
        # At its ends a need is rounded outward; well inside it every value will do. (An open need says that nothing certain can be said.)
        assert not need.lower + 2 < tried < need.upper - 2


def test_the_sum_of_three_shares_needs_what_rounding_cannot_give() -> None:
    shares = {0: reading(52_700_000_000, 50_000_000), 1: reading(15_580_000_000, 5_000_000), 2: reading(28_720_000_000, 5_000_000)}
    hundred = Linear(((0, 1), (1, 1), (2, 1)), Span(HUNDRED, HUNDRED))
    assert not hundred.holds(shares)
    assert hundred.need(0, shares) == Span(55_690_000_000, 55_710_000_000)
    assert hundred.need(1, shares) == Span(18_525_000_000, 18_635_000_000)


def test_a_hedged_total_leaves_its_parts_room() -> None:
    more_than = Reading(1000 * ONE, ONE // 2, 1000 * ONE, 2000 * ONE, 1000 * ONE, OPEN)
    assert SUM.need(0, {0: reading(1), 1: reading(400 * ONE), 2: more_than}) == Span(600 * ONE, 1600 * ONE)


def test_a_fall_of_so_many_per_cent_is_turned_around() -> None:
    fall = Percent(0, 1, 2, is_change=False)
    assert fall.holds({0: reading(90 * ONE), 1: reading(100 * ONE), 2: reading(-10 * ONE)})
    assert not fall.holds({0: reading(90 * ONE), 1: reading(100 * ONE), 2: reading(10 * ONE)})
    assert fall.need(2, {0: reading(90 * ONE), 1: reading(100 * ONE), 2: reading(ONE)}) == Span(-10 * ONE, -10 * ONE)


def test_a_change_that_is_so_many_per_cent_of_the_earlier_level_can_be_solved_for_all_three() -> None:
    change = Percent(0, 1, 2, is_change=True)
    printed = {0: reading(90 * ONE), 1: reading(-10 * ONE), 2: reading(-10 * ONE)}
    assert change.holds(printed)
    assert [change.need(n, printed) for n in range(3)] == [Span(90 * ONE, 90 * ONE), Span(-10 * ONE, -10 * ONE), Span(-10 * ONE, -10 * ONE)]


def test_pairs_that_imply_no_common_base_can_need_the_impossible() -> None:
    pairs = OneBase(((0, 1), (2, 3), (4, 5)), ())
    readings = {0: reading(10 * ONE), 1: reading(10 * ONE), 2: reading(40 * ONE), 3: reading(10 * ONE), 4: reading(ONE), 5: reading(50 * ONE)}
    assert pairs.need(4, readings) == NOTHING


def test_counts_are_whole_and_no_less_than_allowed() -> None:
    whole = Whole(0, 5 * ONE)
    assert whole.holds({0: reading(5 * ONE)})
    assert not whole.holds({0: reading(5 * ONE + 1)})
    assert not whole.holds({0: reading(4 * ONE)})
    assert whole.need(0, {}) == Span(5 * ONE, OPEN)


def test_the_same_key_of_a_table_means_the_same_value() -> None:
    one, other = reading(5 * ONE), Reading(5 * ONE, ONE, 4 * ONE, 6 * ONE, 4 * ONE, 6 * ONE)
    assert Alike((0, 1)).holds({0: one, 1: other})
    assert not Alike((0, 1), is_same=True).holds({0: one, 1: other})


def test_being_readable_asks_for_no_value() -> None:
    assert Readable(3).need(3, {}) == NOTHING
    assert Readable(3).holds({3: reading(1)})
    assert not Readable(3).holds({})
    assert ANYTHING.meets(Span(0, 0))


def test_an_overall_rate_is_tried_against_many_parts_and_no_part_against_it() -> None:
    few, many = Between(0, tuple(range(1, MOST_SPANNED + 1))), Between(0, tuple(range(1, MOST_SPANNED + 2)))
    rates = {0: reading(50 * ONE), **{n: reading(10 * ONE) for n in range(1, MOST_SPANNED + 2)}}
    assert not few.holds(rates)
    assert few.need(1, rates) == Span(50 * ONE, OPEN)
    assert many.need(1, rates) == NOTHING
    assert few.need(0, rates) == many.need(0, rates) == Span(10 * ONE, 10 * ONE)
