"""How published values are shown."""

from __future__ import annotations

from typing import Any

import pytest

from etl.report.shown import formula_as_printed, implied_bounds, implied_value, unit_beside
from etl.report.wording import Said


def implied(value: float, low: float | None, high: float | None, unit: str = "VND/hộ") -> dict[str, Any]:
    return {"value": value, "lower_bound": low, "upper_bound": high, "unit_measure": unit}


@pytest.mark.parametrize(
    ("text", "unit", "shown"),
    [
        ("hơn 36,5 tỷ đồng", "VND", Said("", "")),
        ("36.500.000.000", "VND", Said("đồng", "VND")),
        ("2 triệu đồng", "VND/người", Said("/người", "/người")),
        ("2.000.000", "VND/người", Said("đồng/người", "VND/người")),
        ("52,7 %", "%", Said("", "")),
        ("52,7%", "%", Said("", "")),
        ("giảm 4,43 %", "điểm %", Said("điểm %", "điểm %")),
        ("1.815 căn", "căn", Said("", "")),
        ("1.815", "căn", Said("căn", "căn")),
        (None, None, Said("", "")),
    ],
)
def test_a_unit_is_said_once_and_money_in_words(text: str | None, unit: str | None, shown: Said) -> None:
    assert unit_beside(text, unit) == shown


def test_what_is_only_bounded_below_is_about_and_at_least() -> None:
    more_than = implied(96e9 / 2680, 96e9 / 2680, None)
    assert implied_value(more_than) == Said("khoảng 35.830.000", "about 35,830,000")
    assert implied_bounds(more_than) == Said("≥ 35.820.895", "≥ 35,820,895")  # rounded outwards: what follows is never less sure than said


def test_what_is_only_bounded_above_is_at_most() -> None:
    assert implied_bounds(implied(12.3456789, None, 12.3456789, "kg/hộ")) == Said("≤ 12,4", "≤ 12.4")
    assert implied_value(implied(12.3456789, None, 12.3456789, "kg/hộ")).vi == "khoảng 12,3"
    assert implied_value(implied(0.0, None, 0.0, "kg/hộ")).vi == "khoảng 0"
    assert implied_bounds(implied(12.3, None, None, "kg/hộ")) == Said("", "")


def test_an_interval_and_its_value_have_the_same_decimals() -> None:
    planned = implied(-4.0, -4.01, -3.9899999999999998, "điểm %")
    assert (implied_value(planned).vi, implied_bounds(planned).vi) == ("−4,00", "[−4,01; −3,99]")
    assert implied_bounds(implied(1 / 3, 0.333333, 0.333334, "%")).vi == "[0,3333; 0,3334]"
    assert implied_bounds(implied(1500.0, 1400.4, 1600.6, "người")).vi == "[1.400; 1.601]"
    assert implied_value(implied(5.0, 5.0, 5.0, "người")).vi == "5"
    assert implied_value(implied(0.0, 0.0, 0.0, "người")).vi == "0"


def test_a_formula_keeps_the_hedges_that_were_printed() -> None:
    assert formula_as_printed("96 tỷ / 2.680", ["hơn 96 tỷ đồng"]) == "hơn 96 tỷ đồng / 2.680"
    assert formula_as_printed("−4,43 + 0,43", []) == "−4,43 + 0,43"
    assert formula_as_printed("6 / 96", ["hơn 96"]) == "6 / hơn 96"
    assert formula_as_printed("96 / 96", ["gần 96"]) == "gần 96 / 96"
