"""Texts of periods."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.resolve.periods import Period, Refusal, parse_period, resolve_periods


@pytest.mark.parametrize(
    ("text", "canonical", "start", "end", "form"),
    [
        ("2023", "2023", "2023-01-01", "2023-12-31", "year"),
        ("2023-S1", "2023-S1", "2023-01-01", "2023-06-30", "half"),
        ("2023-S2", "2023-S2", "2023-07-01", "2023-12-31", "half"),
        ("2023-Q1", "2023-Q1", "2023-01-01", "2023-03-31", "quarter"),
        ("2024-02", "2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2023-12-31", "2023-12-31", "2023-12-31", "2023-12-31", "day"),
        ("2023-01/2023-09", "2023-01/2023-09", "2023-01-01", "2023-09-30", "cumulative"),
        ("2022-11/2023-04", "2022-11/2023-04", "2022-11-01", "2023-04-30", "span"),
        ("2016/2020", "2016/2020", "2016-01-01", "2020-12-31", "span"),
        ("2023/2024", "2023/2024", "2023-01-01", "2024-12-31", "span"),
    ],
)
def test_canonical_texts_are_read_as_they_are(text: str, canonical: str, start: str, end: str, form: str) -> None:
    assert parse_period(text) == Period(canonical, date.fromisoformat(start), date.fromisoformat(end), form)


@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("Quý I/2023", "2023-Q1"),
        ("QUÝ IV NĂM 2023", "2023-Q4"),
        ("quý 2 năm 2023", "2023-Q2"),
        ("Q1 2023", "2023-Q1"),
        ("Q3/2023", "2023-Q3"),
        ("2023Q1", "2023-Q1"),
        ("2023M05", "2023-05"),
        ("năm 2023", "2023"),
        ("Năm học 2023-2024", "2023/2024"),
        ("năm học 2023 – 2024", "2023/2024"),
        ("6 tháng đầu năm 2023", "2023-S1"),
        ("6 tháng cuối năm 2023", "2023-S2"),
        ("3 tháng đầu năm 2023", "2023-Q1"),
        ("9 tháng năm 2023", "2023-01/2023-09"),
        ("9 tháng đầu năm 2023", "2023-01/2023-09"),
        ("12 tháng năm 2023", "2023"),
        ("1 tháng năm 2023", "2023-01"),
        ("tháng 5/2023", "2023-05"),
        ("Tháng 05 năm 2023", "2023-05"),
        ("5/2023", "2023-05"),
        ("31/12/2023", "2023-12-31"),
        ("31.12.2023", "2023-12-31"),
        ("đến 31/12/2023", "2023-12-31"),
        ("Tính đến hết ngày 31/12/2023", "2023-12-31"),
        ("ngày 1 tháng 4 năm 2019", "2019-04-01"),
        ("giai đoạn 2021-2025", "2021/2025"),
        ("Giai đoạn 2021 – 2025", "2021/2025"),
        ("1988-1990", "1988/1990"),
        ("từ năm 2021 đến năm 2025", "2021/2025"),
        ("2023-01/2023-06", "2023-S1"),
        ("2023-04/2023-06", "2023-Q2"),
        ("2023-01/2023-12", "2023"),
        ("\u00a02023 ", "2023"),
    ],
)
def test_printed_forms_have_one_canonical_text(printed: str, canonical: str) -> None:
    reading = parse_period(printed)
    assert isinstance(reading, Period)
    assert reading.canonical == canonical


@pytest.mark.parametrize(
    ("text", "code", "candidates"),
    [
        ("", "empty", ()),
        (None, "empty", ()),
        ("2023-Q5", "no-such-quarter", ("2023", "2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")),
        ("2023-S3", "no-such-half", ("2023", "2023-S1", "2023-S2")),
        ("2023-13", "no-such-month", ("2023",)),
        ("tháng 13/2023", "no-such-month", ("2023",)),
        ("0 tháng năm 2023", "no-such-month", ("2023",)),
        ("2023-24", "no-such-month", ("2023/2024", "2023")),
        ("30/02/2023", "no-such-day", ("2023-02",)),
        ("2023-02-29", "no-such-day", ("2023-02",)),
        ("12/31/2023", "no-such-month", ("2023-12-31", "2023")),
        ("2025/2021", "backwards", ("2021/2025",)),
        ("2023-09/2023-01", "backwards", ("2023-01/2023-09",)),
        ("2023/2023", "one-year-twice", ("2023",)),
        ("Năm học 2021-2025", "unknown", ("2021/2022", "2021/2025")),
        ("1899", "year-out-of-range", ()),
        ("2101", "year-out-of-range", ()),
        ("1899/2023", "year-out-of-range", ()),
        ("01/01/0000", "year-out-of-range", ()),
        ("31/12/23", "unknown", ("2023-12-31",)),
        ("2011/12", "unknown", ("2011/2012", "2011-12")),
        ("Sơ bộ 2019", "unknown", ("2019",)),
        ("X2008", "unknown", ("2008",)),
        ("2023.0", "unknown", ("2023",)),
        ("hiện nay", "unknown", ()),
        ("từ 2021 đến nay", "unknown", ("2021",)),
        ("quý " + "9" * 5000 + "/2023", "unknown", ("2023",)),
        ("２０２３", "unknown", ()),  # noqa: RUF001  full-width digits are refused, as in values
    ],
)
def test_everything_else_is_refused_with_what_it_might_be(text: str | None, code: str, candidates: tuple[str, ...]) -> None:
    assert parse_period(text) == Refusal(code, candidates)


def test_two_neighbouring_years_are_a_school_year_only_for_education() -> None:
    assert parse_period("2023/2024", is_school=True) == Period("2023/2024", date(2023, 9, 1), date(2024, 5, 31), "school_year")
    assert parse_period("2023-2024", is_school=True) == parse_period("Năm học 2023-2024")
    longer, year = parse_period("2021/2025", is_school=True), parse_period("2023", is_school=True)
    assert isinstance(longer, Period)
    assert longer.form == "span"
    assert isinstance(year, Period)
    assert year.form == "year"


def test_a_school_year_ends_before_the_provinces_change() -> None:
    reading = parse_period("2024/2025", is_school=True)
    assert isinstance(reading, Period)
    assert reading.end < date(2025, 7, 1)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 4000))
def test_a_canonical_text_means_itself(first: date, days: int) -> None:
    last = min(first + timedelta(days=days), date(2100, 12, 31))
    texts = [f"{first.year}", f"{first:%Y-%m}", first.isoformat(), f"{first:%Y-%m}/{last:%Y-%m}", f"{first.year}/{last.year}"]
    for text in texts:
        reading = parse_period(text)
        if isinstance(reading, Period):
            assert parse_period(reading.canonical) == reading
            assert reading.start <= reading.end


@given(st.text(max_size=40) | st.from_regex(r"\A(quý |năm |tháng )?[0-9IVQS/. -]{1,12}\Z"))
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = parse_period(text)
    assert isinstance(reading, Period | Refusal)
    if isinstance(reading, Refusal):
        assert all(isinstance(parse_period(candidate), Period) for candidate in reading.candidates)


def test_a_table_of_labels_is_answered_once_each() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TEMP TABLE period_request(label VARCHAR, is_school BOOLEAN)")
        con.execute("INSERT INTO period_request VALUES ('2023/2024', true), ('2023/2024', false), ('2023-13', NULL), ('2023-13', false), (NULL, false)")
        resolve_periods(con)
        rows = con.execute("SELECT * FROM period_answer ORDER BY label, is_school").fetchall()
    assert rows == [
        ("2023-13", False, None, None, None, None, "no-such-month", ["2023"]),
        ("2023/2024", False, "2023/2024", date(2023, 1, 1), date(2024, 12, 31), "span", None, []),
        ("2023/2024", True, "2023/2024", date(2023, 9, 1), date(2024, 5, 31), "school_year", None, []),
        (None, False, None, None, None, None, "empty", []),
    ]
