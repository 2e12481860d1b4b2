"""Which picture belongs to a row of the content."""

from __future__ import annotations

from typing import Any

import pytest

from etl.report.names import names_of
from etl.report.pictures import composition_pictures, figure_picture, finding_picture, is_composition, target_picture, trend_pictures, wholes_of


def member(value: float | None, role: str = "part", **columns: Any) -> dict[str, Any]:
    return {"role": role, "value": value, "lower_bound": value, "upper_bound": value, "unit_measure": "hộ", "text": str(value), **columns}


def finding(*members: dict[str, Any], **columns: Any) -> dict[str, Any]:
    sides = {"expected": None, "actual": None, "gap": None, "tolerance": None}
    return {"finding_id": "f", "kind": "order", "members": list(members), **sides, **columns}


def test_the_labour_shares_are_a_bar_in_each_language(content: dict[str, Any]) -> None:
    [shares] = [f for f in content["findings"] if f["rule"] == "G01" and not f["waived"]]
    picture = finding_picture(shares)
    assert picture is not None
    assert is_composition(shares)
    assert "52,7 + 15,58 + 28,72 cộng lại 97,00; cần 100; thiếu 3,00." in picture.vi
    assert "52,7 + 15,58 + 28,72 add up to 97.00; 100 is needed; 3.00 is missing." in picture.en


def test_two_sides_are_intervals_on_one_axis(content: dict[str, Any]) -> None:
    [more] = [f for f in content["findings"] if f["rule"] == "X14"]
    picture = finding_picture(more)
    assert picture is not None
    assert not is_composition(more)
    assert "Tìm thấy 1.911; cần có ≤ 1.800; lệch 111" in picture.vi
    assert "Found 1,911; needed ≤ 1,800; gap 111" in picture.en
    assert ">không quá 1.800<" in picture.vi
    assert ">at most 1,800<" in picture.en
    assert "Trục không bắt đầu từ 0." in picture.vi


def test_what_is_needed_at_least_is_said_in_words() -> None:
    picture = finding_picture(finding(actual="3", expected=">= 5", gap=2.0, tolerance=0.0))
    assert picture is not None
    assert ">không dưới 5<" in picture.vi


def test_what_rounding_explains_is_drawn_around_what_is_needed() -> None:
    picture = finding_picture(finding(actual="97.00", expected="100", gap=3.0, tolerance=0.06))
    assert picture is not None
    assert "cần có 100 ± 0,06" in picture.vi


def test_a_total_is_the_goal_of_its_parts() -> None:
    picture = finding_picture(finding(member(2620.0, "total"), member(1240.0), member(836.0), member(517.0), kind="sum"))
    assert picture is not None
    assert "cộng lại 2.593; cần 2.620; thiếu 27" in picture.vi


def test_parts_above_their_total_are_too_much() -> None:
    picture = finding_picture(finding(member(100.0, "total"), member(60.5), member(50.0), kind="sum"))
    assert picture is not None
    assert "thừa 10,5" in picture.vi


@pytest.mark.parametrize(
    "members",
    [
        [member(100.0, "total"), member(None), member(50.0)],
        [member(100.0, "total"), member(-5.0), member(50.0)],
        [member(100.0, "total"), member(50.0)],
        [member(50.0), member(40.0)],
        [member(0.0, "total"), member(0.0), member(0.0)],
    ],
    ids=["a part has no value", "a part is negative", "one part", "no goal", "a goal of nothing"],
)
def test_what_is_no_whole_with_parts_is_not_drawn_as_one(members: list[dict[str, Any]]) -> None:
    assert not is_composition(finding(*members, kind="sum"))


def test_members_of_one_unit_are_drawn_side_by_side() -> None:
    picture = finding_picture(finding(member(10.0, "source"), member(12.0, "source")))
    assert picture is not None
    assert "nguồn: 10.0; nguồn: 12.0" in picture.vi


@pytest.mark.parametrize(
    "members",
    [
        [],
        [member(10.0)],
        [member(10.0), member(12.0, unit_measure="người")],
        [member(10.0), member(None)],
        [member(None, lower_bound=None, upper_bound=None), member(1.0)],
        [member(float(n)) for n in range(7)],
    ],
    ids=["nothing", "one", "two units", "no value", "hedged away", "too many"],
)
def test_where_there_is_nothing_to_measure_nothing_is_drawn(members: list[dict[str, Any]]) -> None:
    assert finding_picture(finding(*members)) is None


def programme(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    figures: list[dict[str, Any]] = next(entry["figures"] for entry in content["programmes"] if entry["id"] == name)
    return figures


def test_shares_that_the_source_closes_are_drawn_as_a_whole(content: dict[str, Any]) -> None:
    [(heading, picture)] = composition_pictures(programme(content, "employment"), wholes_of(content["dimensions"]), names_of(content), "employment")
    assert heading.vi == "Cơ cấu lao động theo ngành, Lào Cai, 2023"
    assert "thiếu 3,00" in picture.vi


def test_shares_of_which_are_no_whole(content: dict[str, Any]) -> None:
    figures = [{**row, "note": None} for row in programme(content, "employment")]
    assert list(composition_pictures(figures, wholes_of(content["dimensions"]), names_of(content), "employment")) == []
    assert len(list(composition_pictures(figures, frozenset({"sector"}), names_of(content), "employment"))) == 1


def test_two_dated_figures_of_one_series_are_a_trend(content: dict[str, Any]) -> None:
    [(heading, picture)] = trend_pictures(programme(content, "poverty_reduction"), names_of(content), "poverty_reduction")
    assert heading.en == "Rate of poor households, Lào Cai"
    assert "2 figures, from 19,37 (2022) to 14,94 (2023)." in picture.en


def test_one_figure_and_a_repeated_day_are_no_trend(content: dict[str, Any]) -> None:
    figures = programme(content, "poverty_reduction")
    assert list(trend_pictures(figures[:1], names_of(content), "p")) == []
    assert list(trend_pictures([figures[0], figures[0]], names_of(content), "p")) == []


def test_a_rate_stands_on_its_scale_and_a_count_has_none(content: dict[str, Any]) -> None:
    indicators = {row["id"]: row for row in content["indicators"]}
    rate, goal = programme(content, "poverty_reduction")[0], programme(content, "poverty_reduction")[-1]
    houses = programme(content, "housing")[0]
    assert 'class="sure"' in str(figure_picture(rate, indicators["poor_rate"]))
    assert 'class="sure"' not in str(figure_picture(goal, indicators["poor_rate"]))
    assert figure_picture(houses, indicators["houses"]) is None
    assert figure_picture(rate, None) is None


def test_a_target_is_a_mark_that_the_actual_figure_is_held_against(content: dict[str, Any]) -> None:
    [target] = next(entry["targets"] for entry in content["programmes"] if entry["id"] == "poverty_reduction")
    assert 'class="goal"' in str(target_picture(target))
    assert target_picture({**target, "actual_value": None, "actual_lower": None, "actual_upper": None}) is None
    assert target_picture({**target, "value": None}) is None
