"""Numbers as each language writes them."""

from __future__ import annotations

import pytest

from etl.report.notation import decimals_of, format_number


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (0, "0", "0"),
        (1911, "1.911", "1,911"),
        (1234.5, "1.234,5", "1,234.5"),
        (-3.7, "−3,7", "−3.7"),
        (0.1, "0,1", "0.1"),
        (55_500_000_000.0, "55.500.000.000", "55,500,000,000"),
        (1e17, "100.000.000.000.000.000", "100,000,000,000,000,000"),
        (1e-9, "0,000000001", "0.000000001"),
    ],
)
def test_a_number_is_written_as_its_language_writes_it(value: float, vi: str, en: str) -> None:
    assert (format_number(value, "vi"), format_number(value, "en")) == (vi, en)


def test_a_gap_is_written_with_the_decimals_it_is_asked_for() -> None:
    assert format_number(3.0, "vi", decimals=2) == "3,00"


@pytest.mark.parametrize(("value", "places"), [(3.0, 0), (0.06, 2), (97.25, 2), (1e20, 0), (1e-7, 7), (0, 0)])
def test_the_decimals_of_a_number_are_those_a_person_would_write(value: float, places: int) -> None:
    assert decimals_of(value) == places
