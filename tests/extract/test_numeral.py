from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.extract.numeral import candidate_readings, canonical_numeral, printed_numeral
from etl.model import NumberFormat

VI, MACHINE, EN = NumberFormat.VI, NumberFormat.MACHINE, NumberFormat.EN


@pytest.mark.parametrize(
    ("number_format", "numeral", "canonical"),
    [
        (VI, "4.127", "4127"),
        (VI, "1.234.567", "1234567"),
        (VI, "2.345,678", "2345.678"),
        (VI, "412,650", "412.650"),  # a comma is never a thousands mark, and its last 0 is printed precision
        (VI, "7,35", "7.35"),
        (VI, "97.25", "97.25"),
        (VI, "0.5", "0.5"),
        (VI, "1234", "1234"),
        (VI, "05", "05"),
        (MACHINE, "4127", "4127"),
        (MACHINE, "1.234", "1.234"),
        (MACHINE, "0.125", "0.125"),
        (EN, "1,234,567.5", "1234567.5"),
        (EN, "0.125", "0.125"),
        (EN, "12.5", "12.5"),
    ],
)
def test_a_format_reads_its_own_numerals(number_format: NumberFormat, numeral: str, canonical: str) -> None:
    assert canonical_numeral(numeral, number_format) == canonical


@pytest.mark.parametrize(
    ("number_format", "numeral", "candidates"),
    [
        (VI, "18.4720", ("18.472", "184.720")),
        (VI, "1.234.5678", ("1.234.567", "12.345.678")),
        (VI, "1,234,567", ("1.234.567",)),
        (VI, "1,234.5", ("1.234,5",)),
        (VI, "0.125", ("0,125",)),
        (VI, "00.125", ("0,125",)),
        (VI, "1234.567", ("1.234,567", "1.234.567")),
        (VI, "12.34.5", ("12.345",)),
        (VI, "1.23,4", ("123,4",)),
        (VI, "0.1234", ("0,1234",)),
        (VI, ",5", ("0,5",)),
        (VI, "4.127.", ("4.127",)),
        (VI, "12..5", ("125",)),
        (MACHINE, "1,5", ("1.5",)),
        (MACHINE, "1.234.567", ("1234567",)),
        (MACHINE, "1,234", ("1.234", "1234")),
        (EN, "1.234,5", ("1,234.5",)),
        (EN, "1,23", ("1.23",)),
    ],
)
def test_what_a_format_refuses_comes_with_its_plausible_readings(number_format: NumberFormat, numeral: str, candidates: tuple[str, ...]) -> None:
    assert canonical_numeral(numeral, number_format) is None
    assert candidate_readings(numeral, number_format) == candidates


@pytest.mark.parametrize(("refused", "candidates"), [("1 234 567", ("1.234.567",)), ("- 5", ("-5", "5")), ("5 và 7", ()), ("1" * 50 + ".", ())])
def test_readings_of_refused_texts_that_are_no_single_numeral(refused: str, candidates: tuple[str, ...]) -> None:
    assert candidate_readings(refused, VI) == candidates


@given(value=st.decimals(0, 10**12, places=4), number_format=st.sampled_from(NumberFormat))
def test_what_a_format_prints_it_reads_back(value: Decimal, number_format: NumberFormat) -> None:
    canonical = canonical_numeral(printed_numeral(f"{value:f}", number_format), number_format)
    assert canonical is not None
    assert Decimal(canonical) == value


@given(text=st.text("0123456789.,", min_size=1, max_size=14), number_format=st.sampled_from(NumberFormat))
def test_candidates_are_readable_and_printed_canonically(text: str, number_format: NumberFormat) -> None:
    for candidate in candidate_readings(text, number_format):
        canonical = canonical_numeral(candidate, number_format)
        assert canonical is not None
        assert printed_numeral(canonical, number_format) == candidate
        assert re.sub("[^0-9]", "", candidate).strip("0") in re.sub("[^0-9]", "", text)
