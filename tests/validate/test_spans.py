from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from etl.validate.spans import ANYTHING, FAR, HUNDRED, ONE, OPEN, Reading, Span, Widened, divided, minus, product_of, quotient, scaled_quotient, signed_product

SMALL = st.integers(-(10**15), 10**15)
POSITIVE = st.integers(1, 10**15)


def span(draw: tuple[int, int]) -> Span:
    """A span from two ends in any order."""
    return Span(min(draw), max(draw))


@given(st.tuples(SMALL, SMALL), st.tuples(POSITIVE, POSITIVE), st.data())
def test_a_quotient_holds_every_quotient_of_its_points(tops: tuple[int, int], bottoms: tuple[int, int], data: st.DataObject) -> None:
    top, bottom = span(tops), span(bottoms)
    found = quotient(top, bottom, HUNDRED)
    x, y = data.draw(st.integers(*top)), data.draw(st.integers(*bottom))
    assert found.lower <= Fraction(HUNDRED * x, y) <= found.upper


@given(st.tuples(SMALL, SMALL), st.tuples(POSITIVE, POSITIVE), st.tuples(POSITIVE, POSITIVE), st.data())
def test_a_scaled_quotient_holds_every_one_of_its_points(a: tuple[int, int], tops: tuple[int, int], bottoms: tuple[int, int], data: st.DataObject) -> None:
    found = scaled_quotient(span(a), span(tops), span(bottoms))
    x, y, z = (data.draw(st.integers(*span(s))) for s in (a, tops, bottoms))
    assert found.lower <= Fraction(x * y, z) <= found.upper


@given(st.tuples(SMALL, SMALL), st.integers(-40, 40), st.data())
def test_a_span_divided_by_a_whole_number_loses_nothing(ends: tuple[int, int], factor: int, data: st.DataObject) -> None:
    assume(factor != 0)
    found = divided(span(ends), factor)
    assert found.lower <= Fraction(data.draw(st.integers(*span(ends))), factor) <= found.upper


@given(st.tuples(SMALL, SMALL), st.tuples(SMALL, SMALL), st.data())
def test_a_product_holds_every_product_of_its_points(a: tuple[int, int], b: tuple[int, int], data: st.DataObject) -> None:
    found = signed_product(span(a), span(b))
    assert found.lower <= data.draw(st.integers(*span(a))) * data.draw(st.integers(*span(b))) <= found.upper


def test_open_ends_stay_open() -> None:
    assert minus(OPEN, 5, open_end=OPEN) == OPEN
    assert product_of(Span(2, OPEN), Span(3, 4)).upper == OPEN * OPEN
    assert product_of(Span(-1, 2), Span(3, 4)).lower == -OPEN * OPEN
    assert quotient(Span(ONE, OPEN), Span(ONE, 2 * ONE), ONE) == Span(ONE // 2, OPEN)
    assert quotient(Span(ONE, ONE), Span(-ONE, 0), ONE) == ANYTHING
    assert quotient(Span(ONE, ONE), Span(0, 2 * ONE), ONE) == Span(ONE // 2, OPEN)
    assert divided(Span(-OPEN, 6), -3) == Span(-2, OPEN)
    assert abs(divided(Span(-OPEN, OPEN), 3).upper) > FAR


def test_numbers_that_were_cut_off_reach_one_half_width_further() -> None:
    wide = Widened({1: Reading(100, 5, 95, 105, 95, 105)})
    assert wide[1].soft == Span(90, 110)
    assert (list(wide), len(wide)) == ([1], 1)
