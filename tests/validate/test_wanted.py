from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from etl.validate.spans import ONE
from etl.validate.wanted import Room, Wanted

SPANS = st.lists(st.tuples(st.integers(-(10**12), 10**15), st.integers(-5, 10**13)).map(lambda s: (s[0], s[0] + s[1])), max_size=3)


@given(SPANS, st.integers(0, 10**7), st.integers(0, 11), st.sampled_from([0, 3, 6]))
def test_a_room_counts_in_last_digits_what_is_admitted_in_billionths(spans: list[tuple[int, int]], number: int, decimals: int, exponent: int) -> None:
    wanted = Wanted(tuple(spans))
    assert wanted.room(decimals, exponent).admits(number) == wanted.admits(str(number), decimals, exponent)


@given(
    st.lists(st.tuples(st.integers(-10, 12_000), st.integers(-3, 5_000)).map(lambda s: (s[0], s[0] + s[1])), max_size=3),
    st.integers(0, 9_999),
    st.integers(0, 4),
)
def test_the_digits_of_a_place_are_those_that_lead_into_the_room(spans: list[tuple[int, int]], number: int, power: int) -> None:
    room = Room(tuple(spans))
    assert room.digits(number, 10**power) == [digit for digit in range(10) if room.admits(number + digit * 10**power)]


def test_zeros_at_the_end_of_a_blurred_number_leave_it_room_that_depends_on_the_number() -> None:
    near = ((1_900 * ONE, 1_900 * ONE),)
    assert Wanted(near, is_blurred=True).admits("2000", 0, 0)
    assert not Wanted(near, is_blurred=True).admits("2001", 0, 0)
    assert Wanted(near, is_blurred=True).room(0, 0).admits(2_001)
    assert not Wanted(near, is_blurred=True).room(1, 0).admits(20_010)


def test_what_is_finer_than_billionths_is_never_wanted() -> None:
    assert not Wanted(((0, ONE),)).admits("1", 10, 0)
    assert Wanted(((0, ONE),)).room(10, 0) == Wanted(()).room(0, 0) == Room(())
