"""What a number may mean together with the unit of its column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.extract import vocabulary as words
from etl.extract.beside import readings_of_two_scales, readings_of_unread_words
from etl.extract.quantity import Quantity, parse_quantity
from etl.model import NumberFormat


@pytest.mark.parametrize(
    ("text", "unit", "readings"),
    [
        ("96 tỷ đồng", "nghìn đồng", ("96 tỷ đồng", "96 nghìn đồng")),
        ("gần 5,6 tỷ đồng", "triệu đồng", ("gần 5,6 tỷ đồng", "gần 5,6 triệu đồng")),
        ("96 đồng", "tỷ đồng", ("96 đồng", "96 tỷ đồng")),
        ("5 nghìn", "tỷ đồng", ("5 nghìn", "5 tỷ đồng", "5 nghìn tỷ đồng")),
        ("từ 40 đến 90 triệu", "tỷ đồng", ("từ 40 đến 90 triệu", "từ 40 đến 90 tỷ đồng")),
        ("1,2 (triệu đồng)", "tỷ đồng", ("1,2 (triệu đồng)", "1,2 tỷ đồng")),
        ("5 nghìn (tỷ đồng)", "VND", ("5 nghìn tỷ đồng",)),
        ("không có số", "tỷ đồng", ()),
    ],
)
def test_two_scales_have_the_readings_of_each_and_seldom_of_both(text: str, unit: str, readings: tuple[str, ...]) -> None:
    assert readings_of_two_scales(text, unit, NumberFormat.VI) == readings


@pytest.mark.parametrize(
    ("text", "unread", "unit", "readings"),
    [
        ("100 giảm", "giảm", "vụ", ("100 vụ", "giảm 100 vụ")),
        ("50 nghìn hơn", "hơn", "vụ", ("50 nghìn vụ", "hơn 50 nghìn vụ")),
        ("5+", "+", "vụ", ("5 vụ",)),
        ("1.200 hộ nghèo", "hộ nghèo", "hộ", ("1.200 hộ",)),
    ],
)
def test_words_behind_a_number_may_belong_before_it(text: str, unread: str, unit: str, readings: tuple[str, ...]) -> None:
    assert readings_of_unread_words(text, unread, unit, NumberFormat.VI) == readings


@given(
    number=st.integers(0, 999).map(str),
    scale=st.sampled_from(sorted(words.MULTIPLIERS)),
    behind=st.sampled_from(["", " đồng", " giảm", " (tỷ đồng)", " hơn", "+"]),
    unit=st.sampled_from(["tỷ đồng", "nghìn người", "%", "m2", ""]),
)
def test_every_reading_offered_can_be_read(number: str, scale: str, behind: str, unit: str) -> None:
    text = f"{number} {scale}{behind}"
    for reading in (*readings_of_two_scales(text, unit, NumberFormat.VI), *readings_of_unread_words(text, behind.strip(), unit, NumberFormat.VI)):
        assert isinstance(parse_quantity(reading), Quantity)
