"""The two sides of a finding, read only where the gap proves the reading."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest

from etl.report.sides import Interval, distance, read_side, sides_of


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("97.00", Interval(97.0, 97.0, 2)),
        ("-3", Interval(-3.0, -3.0, 0)),
        ("<= 1800.000000000", Interval(-inf, 1800.0, 0)),
        ("4.125000000", Interval(4.125, 4.125, 3)),
        ("[3.994; 4.006]", Interval(3.994, 4.006, 3)),
        ("(25000; 26000]", Interval(25000.0, 26000.0, 0)),
        ("10..150", Interval(10.0, 150.0, 0)),
        ("10–150", Interval(10.0, 150.0, 0)),
        ("<= 1800", Interval(-inf, 1800.0, 0)),
        ("≥ 0.5", Interval(0.5, inf, 1)),
    ],
)
def test_a_side_in_our_notation_is_read(text: str, side: Interval) -> None:
    assert read_side(text) == side


@pytest.mark.parametrize("text", [None, "", "52,7", "1.800 người", "công bố", "[4; 3]", "1e5", "NaN", "\u0661\u0660", "--1"])
def test_anything_else_is_not_guessed_at(text: str | None) -> None:
    assert read_side(text) is None


def finding(**columns: Any) -> dict[str, Any]:
    return {"actual": "97.00", "expected": "100", "gap": 3.0, "tolerance": 0.06, **columns}


def test_sides_that_leave_the_reported_gap_are_believed() -> None:
    assert sides_of(finding()) == (Interval(97.0, 97.0, 2), Interval(100.0, 100.0, 0))
    assert sides_of(finding(gap=-3.0)) is not None


@pytest.mark.parametrize("columns", [{"gap": None}, {"gap": 111.0}, {"actual": "1.911", "expected": "1.800", "gap": 111.0}, {"expected": "khác"}])
def test_sides_that_do_not_are_not(columns: dict[str, Any]) -> None:
    assert sides_of(finding(**columns)) is None


def test_intervals_that_share_a_point_are_not_apart() -> None:
    assert distance(Interval(1, 2), Interval(2, 3)) == 0
    assert distance(Interval(-inf, 2), Interval(5, inf)) == distance(Interval(5, inf), Interval(-inf, 2)) == 3


@pytest.mark.parametrize(
    ("side", "vi", "en"),
    [
        (Interval(97, 97, 2), "97,00", "97.00"),
        (Interval(1000, 2000), "[1.000; 2.000]", "[1,000; 2,000]"),
        (Interval(-inf, 1800), "≤ 1.800", "≤ 1,800"),
        (Interval(0.5, inf, 1), "≥ 0,5", "≥ 0.5"),
    ],
)
def test_a_side_is_written_in_each_language(side: Interval, vi: str, en: str) -> None:
    assert (side.written("vi"), side.written("en")) == (vi, en)
