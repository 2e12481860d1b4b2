from __future__ import annotations

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.extract import vocabulary as words
from etl.extract.quantity import FINEST_ULP, Quantity, Refusal, fold, parse_quantity
from etl.model import Hedge, NumberFormat


def read(text: str, number_format: NumberFormat = NumberFormat.VI) -> Quantity:
    reading = parse_quantity(text, number_format)
    assert isinstance(reading, Quantity), (text, reading)
    return reading


def refused(text: str | None, number_format: NumberFormat = NumberFormat.VI) -> Refusal:
    reading = parse_quantity(text, number_format)
    assert isinstance(reading, Refusal), (text, reading)
    return reading


def test_every_field_of_a_full_value() -> None:
    assert read("giảm hơn 2.345,60 tỷ đồng/năm") == Quantity(
        direction=-1,
        is_negative=False,
        hedge=Hedge.MORE_THAN,
        value=Decimal(2345600000000),
        upper=None,
        decimals=2,
        multiplier=10**9,
        ulp=Decimal(10**7),
        granule=Decimal(10**7),
        unit_text="đồng/năm",
    )


@pytest.mark.parametrize(
    ("text", "value", "ulp", "granule"),
    [
        ("4.127", "4127", "1", "1"),
        ("25.000", "25000", "1", "1000"),
        ("2.680", "2680", "1", "10"),
        ("412,650 tỷ", "412650000000", "1000000", "1000000"),
        ("55,5 tỷ", "55500000000", "100000000", "100000000"),
        ("41,0 tỷ", "41000000000", "100000000", "100000000"),
        ("40 triệu", "40000000", "1000000", "10000000"),
        ("0", "0", "1", "1"),
        ("000", "0", "1", "1"),
        ("0,00", "0", "0.01", "0.01"),
        ("05", "5", "1", "1"),
        ("97.25", "97.25", "0.01", "0.01"),
        ("2 vạn", "20000", "10000", "10000"),
        ("3 trăm triệu", "300000000", "100000000", "100000000"),
        ("1,2 nghìn tỷ", "1200000000000", "100000000000", "100000000000"),
        ("1,2 NGÀN TỈ", "1200000000000", "100000000000", "100000000000"),
    ],
)
def test_value_last_place_and_granule(text: str, value: str, ulp: str, granule: str) -> None:
    reading = read(text)
    assert (reading.value, reading.ulp, reading.granule) == (Decimal(value), Decimal(ulp), Decimal(granule))


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("5", Hedge.EXACT),
        ("toàn bộ 5", Hedge.EXACT),
        ("tất cả 5", Hedge.EXACT),
        ("chỉ còn 5", Hedge.EXACT),
        ("tới 5", Hedge.EXACT),
        ("đúng 5", Hedge.EXACT),
        ("ước đạt 5", Hedge.EXACT),
        ("dự kiến 5", Hedge.EXACT),
        ("hơn 5", Hedge.MORE_THAN),
        ("Trên 5", Hedge.MORE_THAN),
        (">5", Hedge.MORE_THAN),
        ("gần 5", Hedge.NEARLY),
        ("ngót 5", Hedge.NEARLY),
        ("khoảng 5", Hedge.ABOUT),
        ("xấp xỉ 5", Hedge.ABOUT),
        ("trên dưới 5", Hedge.ABOUT),
        ("~5", Hedge.ABOUT),
        ("\u2248 5", Hedge.ABOUT),
        ("ít nhất 5", Hedge.AT_LEAST),
        ("tối thiểu đạt 5", Hedge.AT_LEAST),
        ("≥ 5", Hedge.AT_LEAST),
        (">= 5", Hedge.AT_LEAST),
        ("từ 5 trở lên", Hedge.AT_LEAST),
        ("5% trở lên", Hedge.AT_LEAST),
        ("ít nhất 5 trở lên", Hedge.AT_LEAST),
        ("tối đa 5", Hedge.AT_MOST),
        ("không quá 5", Hedge.AT_MOST),
        ("≤5", Hedge.AT_MOST),
        ("từ 350.000 đồng trở xuống", Hedge.AT_MOST),
        ("dưới 5", Hedge.BELOW),
        ("chưa đến 5", Hedge.BELOW),
        ("chưa đầy 5", Hedge.BELOW),
        ("< 5", Hedge.BELOW),
    ],
)
def test_hedges(text: str, hedge: Hedge) -> None:
    assert read(text).hedge is hedge


@pytest.mark.parametrize(
    ("text", "direction", "is_negative", "hedge"),
    [
        ("giảm 2", -1, False, Hedge.EXACT),
        ("thấp hơn 2", -1, False, Hedge.EXACT),
        ("ít hơn 2", -1, False, Hedge.EXACT),
        ("thiếu 2", -1, False, Hedge.EXACT),
        ("còn thiếu 2", -1, False, Hedge.EXACT),
        ("chưa đạt 2", -1, False, Hedge.EXACT),
        ("hụt 2", -1, False, Hedge.EXACT),
        ("tăng 2", 1, False, Hedge.EXACT),
        ("cao hơn 2", 1, False, Hedge.EXACT),
        ("nhiều hơn 2", 1, False, Hedge.EXACT),
        ("vượt 2", 1, False, Hedge.EXACT),
        ("cao hơn gần 2", 1, False, Hedge.NEARLY),
        ("tăng hơn 2", 1, False, Hedge.MORE_THAN),
        ("vượt hơn 2", 1, False, Hedge.MORE_THAN),
        ("chỉ giảm khoảng 2", -1, False, Hedge.ABOUT),
        ("-2", -1, True, Hedge.EXACT),
        ("\u22122", -1, True, Hedge.EXACT),
        ("\u20132", -1, True, Hedge.EXACT),
        ("(-2)", -1, True, Hedge.EXACT),
        ("(2)", -1, True, Hedge.EXACT),
        ("giảm (-2)", -1, True, Hedge.EXACT),
        ("giảm (2)", -1, False, Hedge.EXACT),
        ("giảm -2", -1, True, Hedge.EXACT),
        ("+2", 1, False, Hedge.EXACT),
        ("tăng +2", 1, False, Hedge.EXACT),
    ],
)
def test_direction_comes_from_words_and_marks_but_counts_once(text: str, direction: int, is_negative: bool, hedge: Hedge) -> None:  # noqa: FBT001
    reading = read(text)
    assert (reading.direction, reading.is_negative, reading.hedge, reading.value) == (direction, is_negative, hedge, Decimal(2))


@pytest.mark.parametrize(
    ("text", "value", "upper", "unit_text"),
    [
        ("từ 40 đến 90 triệu", 40_000_000, 90_000_000, ""),
        ("40 triệu đến 90 triệu đồng", 40_000_000, 90_000_000, "đồng"),
        ("5 triệu đồng tới 7", 5_000_000, 7_000_000, "đồng"),
        ("800 nghìn - 1,5 triệu đồng", 800_000, 1_500_000, "đồng"),
        ("500.000 đồng đến 2 triệu đồng", 500_000, 2_000_000, "đồng"),
        ("từ 12% đến 30%", 12, 30, "%"),
        ("12%-30%/năm", 12, 30, "%/năm"),
        ("0,5-1%/năm", Decimal("0.5"), 1, "%/năm"),
        ("3\u20135 hộ", 3, 5, "hộ"),
        ("3 \u2013 5", 3, 5, ""),
        ("5 đô-la đến 7 đô-la", 5, 7, "đô-la"),
        ("27 m2 - 30 m2", 27, 30, "m2"),
    ],
)
def test_ranges(text: str, value: Decimal, upper: Decimal, unit_text: str) -> None:
    reading = read(text)
    assert (reading.value, reading.upper, reading.unit_text, reading.hedge) == (value, upper, unit_text, Hedge.RANGE)


def test_a_range_keeps_the_coarser_precision_of_its_numbers() -> None:
    reading = read("0,5-20 triệu")
    assert (reading.ulp, reading.granule, reading.decimals, reading.multiplier) == (Decimal(10**6), Decimal(10**7), 1, 10**6)


def test_an_approximate_range_is_about_and_keeps_both_numbers() -> None:
    reading = read("khoảng từ 3 đến 5%")
    assert (reading.hedge, reading.value, reading.upper) == (Hedge.ABOUT, Decimal(3), Decimal(5))


@pytest.mark.parametrize(
    ("text", "multiplier", "unit_text"),
    [
        ("27 ngàn suất", 1000, "suất"),
        ("3,4tỉ", 10**9, ""),
        ("2.180 Triệu Đồng", 10**6, "đồng"),
        ("5 tr", 10**6, ""),
        ("5 trđ/hộ", 10**6, "đ/hộ"),
        ("5 tr.đồng", 10**6, "đồng"),
        ("5 tỷđồng", 10**9, "đồng"),
        ("9 tỉnh", 1, "tỉnh"),
        ("9 tỉ lệ", 1, "tỉ lệ"),
        ("5 nghìn tỷ lệ", 1000, "tỷ lệ"),
        ("9 tỷ lẻ", 10**9, "lẻ"),
        ("9 trường", 1, "trường"),
        ("27,7m2", 1, "m2"),
        ("3 km2", 1, "km2"),
        ("28 giường/10.000 dân", 1, "giường/10.000 dân"),
        ("28 giường bệnh/1 vạn dân", 1, "giường bệnh/1 vạn dân"),
        ("25/1 vạn dân", 1, "/1 vạn dân"),
        ("25 vạn dân", 10**4, "dân"),
        ("250.000 ngàn đồng/suất", 1000, "đồng/suất"),
        ("5\u00a0 \u202ftriệu\tđồng ", 10**6, "đồng"),
        ("giảm (-2%)", 1, "%"),
    ],
)
def test_multiplier_and_unit(text: str, multiplier: int, unit_text: str) -> None:
    reading = read(text)
    assert (reading.multiplier, reading.unit_text) == (multiplier, unit_text)


@pytest.mark.parametrize("text", [None, "", " ", "\u00a0", "..", "...", "…", "-", "\u2013", "\u2212", "NA", "N/A", "#N/A", "x"])
def test_missing_marks_are_missing_not_zero(text: str | None) -> None:
    assert refused(text) == Refusal("missing")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("18.4720 người", "ambiguous-group"),
        ("0.125", "ambiguous-group"),
        ("từ 1.000 đến 1.23,4", "ambiguous-group"),
        ("4.127.", "malformed"),
        ("12..5", "malformed"),
        ("1e5", "malformed"),
        ("- 5 hộ", "malformed"),
        ("từ 5", "malformed"),
        ("(40%)", "malformed"),  # a minus of bookkeeping, or a mere bracket
        ("(5", "malformed"),
        ("giảm (5))", "malformed"),
        ("hơn 5 trở lên", "malformed"),
        ("5 trở lên hộ", "malformed"),
        ("hơn 3-5", "malformed"),
        ("-3 đến 5", "malformed"),
        ("(3-5)", "malformed"),
        ("3-5 trở lên", "malformed"),
        ("1 triệu rưỡi", "malformed"),
        ("3 trăm nghìn tỷ", "malformed"),
        ("5 chục triệu", "malformed"),
        ("4 127", "two-numbers"),
        ("4\u200b127", "two-numbers"),
        ("210/200 lao động", "two-numbers"),
        ("210/1.000 hộ", "two-numbers"),
        ("5 ca covid-19", "two-numbers"),
        ("từ 3 hộ đến 5 người", "two-numbers"),
        ("1 triệu 200 nghìn", "two-numbers"),
        ("không 5", "unknown-words"),
        ("trên tổng số 5", "unknown-words"),
        ("hơn9", "unknown-words"),
        ("tăng -2", "sign-conflict"),
        ("giảm +2", "sign-conflict"),
        ("gấp đôi", "no-number"),
        ("hai triệu", "no-number"),
        ("\uff14\uff11", "foreign-digits"),
        ("9 - 3", "reversed-range"),
        ("từ 500 đến 1 triệu", "reversed-range"),
        ("1.000.000.000 tỷ", "too-large"),
        ("3 - 1.000.000.000 tỷ", "too-large"),
        ("9" * 150, "too-large"),
        ("5 " + "hộ " * 80, "too-long"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    assert refused(text).code == code


def test_a_refusal_carries_candidates_where_there_are_any() -> None:
    assert refused("hơn 18.4720 người").candidates == ("18.472", "184.720")
    assert refused("từ 5 đến 1,234,567").candidates == ("1.234.567",)
    assert refused("1 234 567").candidates == ("1.234.567",)
    assert refused("- 5").candidates == ("-5", "5")
    assert refused("\uff14.127").candidates == ("4.127",)
    assert refused("210/200").candidates == ()


@pytest.mark.parametrize(
    ("text", "value", "decimals", "ulp"),
    [
        ("0,12345678", "0.12345678", 8, "0.00000001"),
        ("0,123456789", "0.123456789", 9, FINEST_ULP),
        ("0,1234567885", "0.123456788", 10, FINEST_ULP),
        ("0,1234567895", "0.123456790", 10, FINEST_ULP),
        ("0,12345678850000001", "0.123456789", 17, FINEST_ULP),
        ("0,1234567891 tỷ", "123456789.1", 10, "0.1"),
        ("999.999.999.999.999.999", "999999999999999999", 0, "1"),
        ("0" * 60 + "7", "7", 0, "1"),
    ],
)
def test_the_limits_of_the_exact_type(text: str, value: str, decimals: int, ulp: str) -> None:
    reading = read(text)
    assert (reading.value, reading.decimals, reading.ulp) == (Decimal(value), decimals, Decimal(ulp))


def test_rounding_up_to_the_limit_is_too_large() -> None:
    assert refused(f"{'9' * 18},{'9' * 10}").code == "too-large"


def test_the_callers_decimal_context_does_not_matter() -> None:
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP)):
        assert read("123.456,789 tỷ").value == Decimal(123456789000000)


@pytest.mark.parametrize(("number_format", "value"), [(NumberFormat.VI, "1234"), (NumberFormat.MACHINE, "1.234"), (NumberFormat.EN, "1.234")])
def test_the_number_format_is_of_the_file_and_decides(number_format: NumberFormat, value: str) -> None:
    assert read("tăng 1.234%", number_format).value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "ước 5.000",
        "Ước đạt 5.000",
        "ước thực hiện 5.000",
        "ước tính khoảng 5.000",
        "giảm ước 5.000",
        "dự kiến đạt 5.000",
        "5.000 (ước)",
        "5.000 hộ (dự kiến)",
        "5.000 trở lên (ước tính)",
    ],
)
def test_a_value_may_say_that_it_is_an_estimate(text: str) -> None:
    assert (read(text).is_estimate, read(text).value) == (True, Decimal(5000))


@pytest.mark.parametrize("text", ["5.000", "đạt 5.000", "thực hiện 5.000", "gần 5.000 hộ", "bình quân 5.000", "giảm trung bình 5.000"])
def test_other_words_say_nothing_of_an_estimate(text: str) -> None:
    assert (read(text).is_estimate, read(text).value) == (False, Decimal(5000))


@given(text=st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(parse_quantity(text), Quantity | Refusal)


@given(text=st.text(" \t\u00a0\u200b\u2212\u2013AÂẤâ\u0301Đtỷ5,.\0", max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(
    value=st.decimals(0, 99, places=3),
    filler=st.sampled_from(["", *words.FILLERS]),
    direction=st.sampled_from(sorted(words.DIRECTIONS)),
    hedge=st.sampled_from(sorted(words.HEDGES)),
    multiplier=st.sampled_from(sorted(words.MULTIPLIERS)),
)
def test_every_honest_value_is_read_as_it_was_meant(value: Decimal, filler: str, direction: str, hedge: str, multiplier: str) -> None:
    printed = f"{filler} {direction} {hedge} {value}".replace(".", ",") + f" {multiplier} đồng"
    reading = read(printed)
    assert reading.direction == words.DIRECTIONS[direction]
    assert reading.hedge is words.HEDGES[hedge]
    assert reading.value == value * 10 ** words.MULTIPLIERS[multiplier]
    assert (reading.decimals, reading.unit_text) == (3, "đồng")
