from __future__ import annotations

import pytest

from etl.validate.causes import Board, Claim
from etl.validate.relations import Linear, Ratio
from etl.validate.spans import ONE, OPEN, Reading, Span
from etl.validate.structure import counted_twice, dimension_of, exchanged_labels, missing_member, other_denominator


def reading(value: int) -> Reading:
    return Reading(value * ONE, 0, value * ONE, value * ONE, value * ONE, value * ONE)


def board(span: Span, *values: int) -> Board:
    """Parts and, last, their total."""
    last = len(values) - 1
    terms = (*((n, 1) for n in range(last)), (last, -1))
    return Board([Claim(Linear(terms, span), is_broken=True, findings=(0,))], {n: reading(value) for n, value in enumerate(values)})


EQUAL, OPEN_LIST = Span(0, 0), Span(-OPEN, 0)


def test_a_gap_below_the_total_may_be_a_member_that_is_not_printed() -> None:
    (found,) = missing_member(board(EQUAL, 40, 50, 100), 0, unlisted=["other"])
    assert (found.gap, found.unlisted) == (Span(10 * ONE, 10 * ONE), ("other",))


def test_nothing_is_missing_from_a_complete_list_or_from_one_that_is_too_large() -> None:
    assert not list(missing_member(board(EQUAL, 40, 50, 100), 0, unlisted=None))
    assert not list(missing_member(board(EQUAL, 60, 50, 100), 0, unlisted=[]))


def test_an_excess_equal_to_a_member_was_counted_twice() -> None:
    assert [repair.about for repair in counted_twice(board(EQUAL, 60, 40, 10, 100), 0, {})] == [2]


def test_an_open_list_has_no_gap_to_explain() -> None:
    assert not list(counted_twice(board(OPEN_LIST, 60, 50, 100), 0, {}))
    assert not list(missing_member(board(OPEN_LIST, 40, 50, 100), 0, unlisted=[]))


def test_another_whole_is_offered_only_where_the_rate_fits_it() -> None:
    ratio = Board([Claim(Ratio(0, 1, 2, 100), is_broken=True, findings=(0,))], {n: reading(value) for n, value in enumerate([10, 30, 200, 300, 400])})
    assert [repair.about for repair in other_denominator(ratio, 0, [3, 4, 9])] == [3]


def test_labels_were_exchanged_where_the_other_value_mends_the_relation_whether_or_not_it_stands_in_it() -> None:
    claims = [Claim(Linear(((0, 1), (1, 1), (2, -1)), EQUAL), is_broken=True, findings=(0,)), Claim(Linear(((3, 1), (4, -1)), OPEN_LIST), is_broken=False)]
    outside = Board(claims, {n: reading(value) for n, value in enumerate([40, 50, 110, 60, 70])})
    assert [(repair.about, [change.n for change in repair.changes]) for repair in exchanged_labels(outside, 0, 1, [3, 4, 9], {})] == []  # 40 + 60, 40 + 70
    assert [repair.about for repair in exchanged_labels(outside, 0, 0, [3, 4, 9], {})] == [3]  # 60 + 50, and 40 is no more than 70
    inside = Board(claims[:1], {0: reading(100), 1: reading(60), 2: reading(40)})
    assert [repair.about for repair in exchanged_labels(inside, 0, 0, [1, 2], {})] == [2]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["sex=male", "sex=female"], ("sex", frozenset({"male", "female"}))),
        (["sex=male;area=urban", "area=urban;sex=female"], ("sex", frozenset({"male", "female"}))),
        (["sex=male", "area=urban"], None),
        (["sex=male", "sex=male"], None),
        (["", ""], None),
        ([], None),
    ],
)
def test_the_dimension_of_a_group_is_the_token_in_which_its_members_differ(parts: list[str], expected: tuple[str, frozenset[str]] | None) -> None:
    assert dimension_of(parts) == expected
