from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.extract.quantity import Quantity, parse_quantity
from etl.model import NumberFormat
from etl.validate.edits import Edit, Printed, Slip, _is_plain, _moved, _other_scales, edits_of, take_apart, write
from etl.validate.spans import OPEN, PLACES
from etl.validate.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

ANYTHING = Wanted(((0, OPEN),))


def printed(text: str, number_format: NumberFormat = NumberFormat.VI, *, can_turn: bool = False) -> Printed:
    """The first number of a text, taken apart as its grammar reads it."""
    read = parse_quantity(text, number_format)
    exponent = len(str(read.multiplier)) - 1 if isinstance(read, Quantity) else 0
    return take_apart(text, number_format, exponent=exponent, can_scale=True, can_turn=can_turn)[0]


def texts(text: str, slip: Slip, *, can_turn: bool = False) -> list[str]:
    """All texts that one kind of slip may stand for."""
    said = printed(text, can_turn=can_turn)
    return [write(said, edit) for edit in edits_of(said, ANYTHING) if edit.slip is slip]


@pytest.mark.parametrize(
    ("text", "slip", "expected"),
    [
        ("836", Slip.SWAP, {"386", "863"}),
        ("gần 55,7 tỷ đồng", Slip.SWAP, {"gần 57,5 tỷ đồng"}),
        ("11.563", Slip.DOUBLED, {"1.563"}),
        ("15,588", Slip.DOUBLED, {"15,88", "1,588", "15,58"}),
        ("22,6", Slip.MARK, {"2,26", "226"}),
        ("32.850", Slip.MARK, {"3.285", "328.500"}),
        ("55,0", Slip.MARK, {"5,50", "550"}),
        ("1,3 tỷ", Slip.MULTIPLIER, {"1,3", "1,3 nghìn", "1,3 triệu", "1,3 nghìn tỷ"}),
        ("180.000 ngàn đồng", Slip.MULTIPLIER, {"180.000 đồng", "180.000 triệu đồng", "180.000 tỷ đồng"}),
        ("37", Slip.MULTIPLIER, {"37 nghìn", "37 triệu", "37 tỷ", "37 nghìn tỷ"}),
        ("647,199 tỉ", Slip.MULTIPLIER, {"647,199", "647,199 nghìn", "647,199 triệu", "647,199 nghìn tỉ"}),
        ("250.000", Slip.FAR_MARK, {"2.500", "250", "25.000.000", "250.000.000"}),
        ("1,234", Slip.FAR_MARK, {"0,01234", "123,4", "0,001234", "1.234"}),
        ("91,7", Slip.EXTRA, {"1,7", "9,7", "91"}),
    ],
)
def test_each_slip_has_its_edits_in_the_writing_of_the_text(text: str, slip: Slip, expected: set[str]) -> None:
    assert set(texts(text, slip)) == expected


def test_one_digit_changed_never_makes_a_leading_zero() -> None:
    changed = texts("1.204", Slip.DIGIT)
    assert len(changed) == 8 + 3 * 9
    assert "2.204" in changed
    assert not any(text.startswith("0") for text in changed)


def test_a_digit_left_out_may_have_stood_anywhere() -> None:
    assert {"1.563", "563,4", "156,3", "15,63", "15,36"} <= {
        *texts("563", Slip.DROPPED),
        *texts("15,6", Slip.DROPPED),
        *texts("15,3", Slip.DROPPED),
        *texts("56,3", Slip.DROPPED),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("giảm 3,70", "tăng 3,70"),
        ("Tăng thêm 12 nghìn", "giảm thêm 12 nghìn"),
        ("thấp hơn 0,4", "cao hơn 0,4"),
        ("-2,5", "2,5"),
        ("+2,5", "-2,5"),
        ("2,5", "giảm 2,5"),
    ],
)
def test_a_rise_may_be_meant_for_a_fall(text: str, expected: str) -> None:
    assert texts(text, Slip.SIGN, can_turn=True) == [expected]


def test_a_level_has_no_direction_to_confuse() -> None:
    assert texts("2.680", Slip.SIGN) == []


def test_behind_a_new_mark_a_rate_keeps_the_zero_that_it_prints() -> None:
    rate = take_apart("940", NumberFormat.VI, exponent=0, can_scale=False, can_turn=False)[0]
    moved = [write(rate, edit) for edit in edits_of(rate, Wanted(((-OPEN, OPEN),))) if edit.slip is Slip.MARK]
    assert "94,0" in moved


def test_a_percentage_has_no_multiplier_to_confuse() -> None:
    said = take_apart("52,7", NumberFormat.VI, exponent=0, can_scale=False, can_turn=False)[0]
    assert not [edit for edit in edits_of(said, ANYTHING) if edit.slip is Slip.MULTIPLIER]


def test_a_dot_before_two_digits_is_tried_as_a_group_mark_too() -> None:
    readings = take_apart("201.63", NumberFormat.VI, exponent=0, can_scale=True, can_turn=False)
    assert [(said.digits, said.decimals) for said in readings] == [("20163", 2), ("20163", 0)]
    assert "201.563" in {write(readings[1], edit) for edit in edits_of(readings[1], ANYTHING)}


def test_a_refused_numeral_still_has_its_digits() -> None:
    said = take_apart("201.5563", NumberFormat.VI, exponent=0, can_scale=True, can_turn=False)[0]
    assert "201.563" in {write(said, edit) for edit in edits_of(said, ANYTHING) if edit.slip is Slip.DOUBLED}


@pytest.mark.parametrize(
    ("number_format", "text", "expected"),
    [(NumberFormat.MACHINE, "1234.5", "1243.5"), (NumberFormat.EN, "1,234.5", "1,243.5"), (NumberFormat.VI, "1234,5", "1243,5")],
)
def test_every_number_format_keeps_its_own_marks(number_format: NumberFormat, text: str, expected: str) -> None:
    said = printed(text, number_format)
    assert write(said, Edit(Slip.SWAP, "12435", 1, 0)) == expected


def test_only_what_is_wanted_is_tried() -> None:
    said = printed("52,7")
    wanted = Wanted(((55_640_000_000, 55_760_000_000),))
    assert [write(said, edit) for edit in edits_of(said, wanted)] == ["55,7"]


def test_a_text_whose_letters_change_length_is_left_alone() -> None:
    assert take_apart("İ 12", NumberFormat.VI, exponent=0, can_scale=True, can_turn=False) == ()


@example(digits=1_020_551, decimals=0, before="", after=" tỷ")  # a thousand times as much would be refused as too large
@given(st.integers(1, 9_999_999), st.integers(0, 3), st.sampled_from(["", "hơn ", "gần ", "giảm "]), st.sampled_from(["", " nghìn", " triệu", " tỷ"]))
def test_what_is_written_is_read_as_the_number_of_the_edit(digits: int, decimals: int, before: str, after: str) -> None:
    canonical = str(digits).zfill(decimals + 1)
    whole, fraction = (canonical[:-decimals], canonical[-decimals:]) if decimals else (canonical, "")
    grouped = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ".", whole)
    said = printed(f"{before}{grouped}{',' + fraction if fraction else ''}{after}")
    for edit in list(edits_of(said, ANYTHING))[::7]:
        read = parse_quantity(write(said, edit))
        assert isinstance(read, Quantity), write(said, edit)
        assert int(read.value.scaleb(PLACES)) == edit.number, write(said, edit)


TEXTS = st.from_regex(r"(giảm |hơn )?[0-9]{1,3}([.][0-9]{3}){0,3}(,[0-9]{1,3})?( nghìn| triệu| tỷ)?", fullmatch=True)
SPANS = st.tuples(st.integers(1, 99), st.integers(0, 14), st.integers(0, 3 * 10**9)).map(lambda s: (s[0] * 10 ** s[1], s[0] * 10 ** s[1] + s[2]))


def slowly(said: Printed) -> Iterator[tuple[Slip, str, int, int]]:
    """Every edit there is, written out: what `edits_of` leaves to arithmetic."""
    digits, decimals = said.digits, said.decimals
    whole, last = len(digits) - decimals, len(digits) - 1
    pairs = [i for i in range(last) if digits[i] == digits[i + 1]]
    swapped = [(Slip.SWAP, digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :], decimals) for i in range(last) if i not in pairs]
    undoubled = [
        (Slip.DOUBLED, digits[:i] + digits[i + 1 :], places)
        for i in pairs
        for places, is_so in ((decimals - 1, i + 1 >= whole), (decimals, i < whole))
        if is_so
    ]
    changed = [(Slip.DIGIT, digits[:i] + new + digits[i + 1 :], decimals) for i, old in enumerate(digits) for new in "0123456789" if new != old]
    inserted = [
        (Slip.DROPPED, digits[:i] + new + digits[i:], places)
        for i in range(len(digits) + 1)
        for new in "0123456789"
        for places, is_so in ((decimals, i <= whole), (decimals + 1, i >= whole))
        if is_so
    ]
    deleted = [(Slip.EXTRA, digits[:i] + digits[i + 1 :], decimals if i < whole else decimals - 1) for i in range(len(digits)) if last]
    near, far = _moved(said, (1,), Slip.MARK), _moved(said, (2, 3), Slip.FAR_MARK)
    yield from ((*edit, said.exponent) for edit in (*swapped, *undoubled, *changed, *near))
    yield from ((Slip.MULTIPLIER, digits, decimals, other) for other in _other_scales(said))
    yield from ((*edit, said.exponent) for edit in (*inserted, *deleted, *far))


@example(text="15,588", spans=[(15_880_000_000, 15_880_000_000)], is_blurred=False)
@example(text="1.204", spans=[], is_blurred=True)
@example(text="100.100", spans=[(0, OPEN)], is_blurred=False)
@example(text="12", spans=[(1, 0)], is_blurred=False)
@example(text="giảm 1.223,34 nghìn", spans=[(0, OPEN)], is_blurred=False)
@example(text="1.223,34", spans=[(0, OPEN), (5, 10**15)], is_blurred=True)
@given(text=TEXTS, spans=st.lists(SPANS, max_size=3), is_blurred=st.booleans())
def test_arithmetic_leaves_out_what_is_not_wanted_and_nothing_else(text: str, spans: list[tuple[int, int]], *, is_blurred: bool) -> None:
    said, wanted = printed(text), Wanted(tuple(spans), is_blurred=is_blurred)
    seen, every = {(said.digits, said.decimals, said.exponent)}, []
    for slip, digits, decimals, exponent in slowly(said):
        shape = (digits, decimals, exponent)
        if wanted.admits(*shape) and _is_plain(*shape) and shape not in seen:
            seen.add(shape)
            every.append(Edit(slip, *shape))
    assert list(edits_of(said, wanted)) == every
