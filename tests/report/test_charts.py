"""Geometry of the pictures: what is drawn where, and that nothing drawn leaves the picture."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.report.charts import WIDTH, Caption, Part, Point, Side, bullet, interval_plot, legend, proportions, rate_bar, stacked_bar, trend
from etl.report.notation import format_number

if TYPE_CHECKING:
    from markupsafe import Markup

CAPTION = Caption("name", "title <&>", "description")
SIZES = st.floats(0, 1e15, allow_nan=False, allow_infinity=False)
ENDS = st.floats(-1e15, 1e15, allow_nan=False, allow_infinity=False)


def drawn(picture: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(picture))  # noqa: S314  made by us just now


def rectangles(picture: Markup, class_: str) -> list[tuple[float, float]]:
    """Left end and width of the rectangles of a class, in order."""
    return [(float(r.get("x", "")), float(r.get("width", ""))) for r in drawn(picture).iter("rect") if r.get("class", "").startswith(class_)]


def texts(picture: Markup) -> list[str]:
    return [element.text or "" for element in drawn(picture).iter("text")]


def labour_shares() -> Markup:
    parts = [Part(52.7, "52,7"), Part(15.58, "15,58"), Part(28.72, "28,72")]
    return stacked_bar(parts, goal=100.0, caption=CAPTION, sum_text="cộng lại 97,00", goal_text="cần 100", gap_text="thiếu 3,00")


def test_the_missing_three_points_of_the_labour_shares_are_seen() -> None:
    picture = labour_shares()
    scale = (WIDTH - 8) / 100
    [(left, width)] = rectangles(picture, "gap")
    assert left == pytest.approx(4 + 97 * scale, abs=0.1)
    assert width == pytest.approx(3 * scale, abs=0.1)
    assert [width for _, width in rectangles(picture, "tone-")] == pytest.approx([size * scale - 1 for size in (52.7, 15.58, 28.72)], abs=0.1)
    assert {"52,7", "15,58", "28,72", "cộng lại 97,00", "cần 100", "thiếu 3,00"} == set(texts(picture))


def test_an_excess_is_drawn_beyond_the_goal() -> None:
    picture = stacked_bar([Part(60, "60"), Part(50, "50")], goal=100, caption=CAPTION, sum_text="", goal_text="", gap_text="thừa 10")
    [(left, width)] = rectangles(picture, "gap")
    assert left + width == pytest.approx(WIDTH - 4, abs=0.1)
    assert width == pytest.approx(10 / 110 * (WIDTH - 8), abs=0.1)


def test_parts_that_reach_their_goal_leave_no_gap() -> None:
    assert rectangles(stacked_bar([Part(40, "40"), Part(60, "60")], goal=100, caption=CAPTION, sum_text="", goal_text="", gap_text=""), "gap") == []


def test_a_picture_has_a_role_a_title_and_a_description() -> None:
    svg = drawn(labour_shares())
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "name-t name-d")
    assert (svg.find("title").text, svg.find("desc").text) == ("title <&>", "description")  # type: ignore[union-attr]


def test_what_repeats_a_printed_number_is_hidden_from_screen_readers() -> None:
    for picture in (rate_bar(20, 20), bullet(68, 68, goal=80, limit=100), proportions([(5, "published")])):
        assert drawn(picture).get("aria-hidden") == "true"


def test_texts_are_escaped() -> None:
    picture = stacked_bar([Part(1, "<b>"), Part(1, '"')], goal=2, caption=CAPTION, sum_text="<script>", goal_text="&", gap_text="")
    assert "<script>" not in picture
    assert "<b>" not in picture


def test_pictures_name_no_place_on_the_network() -> None:
    assert "http" not in labour_shares()


def plot(sides: list[Side], **options: object) -> Markup:
    return interval_plot(sides, write=lambda value: format_number(value, "vi"), caption=CAPTION, **options)  # type: ignore[arg-type]


def test_both_sides_and_the_gap_between_them_are_drawn() -> None:
    picture = plot([Side(1911, 1911, "tìm thấy 1.911"), Side(-inf, 1800, "cần có ≤ 1.800", "needed")], gap=(1800, 1911), gap_text="lệch 111")
    assert {"tìm thấy 1.911", "cần có ≤ 1.800", "lệch 111", "1.800", "1.850", "1.900"} == set(texts(picture))
    guides = sorted({float(line.get("x1", "")) for line in drawn(picture).iter("line") if line.get("class") == "guide"})
    [dot] = [float(circle.get("cx", "")) for circle in drawn(picture).iter("circle")]
    assert guides[1] == dot
    assert [path.get("class") for path in drawn(picture).iter("path")] == ["reach-line", "arrow needed"]  # the open end is an arrow


def test_an_axis_that_does_not_start_at_nothing_says_so() -> None:
    cut = plot([Side(1911, 1911, "a"), Side(-inf, 1800, "b")], cut_text="trục không bắt đầu từ 0")
    assert "trục không bắt đầu từ 0" in texts(cut)
    assert 'class="cut"' in cut
    whole = plot([Side(0, 0, "a"), Side(5, 10, "b")], cut_text="trục không bắt đầu từ 0")
    assert "trục không bắt đầu từ 0" not in texts(whole)
    assert 'class="cut"' not in whole


def test_sides_that_are_all_one_point_are_drawn() -> None:
    assert texts(plot([Side(5, 5, "a"), Side(5, 5, "b")]))[:2] == ["a", "b"]
    assert texts(plot([Side(0, 0, "a"), Side(0, inf, "b")]))[:2] == ["a", "b"]


@given(st.lists(st.tuples(ENDS, ENDS), min_size=1, max_size=6))
@example([(0.0, 5e-324)])
def test_no_interval_is_drawn_outside_its_picture(ends: list[tuple[float, float]]) -> None:
    picture = plot([Side(min(pair), max(pair), "một vế") for pair in ends])
    for name in ("x1", "x2", "cx", "x"):
        assert all(-0.1 <= float(at) <= WIDTH + 0.1 for at in re.findall(rf' {name}="([^"]+)"', picture))


@given(st.lists(SIZES, min_size=1, max_size=30), st.floats(1e-6, 1e15))
def test_no_part_is_drawn_outside_its_picture(sizes: list[float], goal: float) -> None:
    picture = stacked_bar([Part(size, "1") for size in sizes], goal=goal, caption=CAPTION, sum_text="", goal_text="", gap_text="lệch")
    for left, width in [*rectangles(picture, "tone-"), *rectangles(picture, "gap")]:
        assert 0 <= left <= left + width <= WIDTH


def test_the_ticks_of_an_axis_are_round_and_never_crowded() -> None:
    huge = texts(plot([Side(55_450_000_000, 55_500_000_000, "a"), Side(96_000_000_000, inf, "b")]))[2:]
    assert huge == ["60.000.000.000", "80.000.000.000", "100.000.000.000"]
    assert texts(plot([Side(-0.3, 0.3, "a")]))[1:] == ["−0,2", "0", "0,2"]


def test_a_series_is_drawn_in_time() -> None:
    points = [Point(at, value - 1, value, value + 1, str(value), str(at)) for at, value in ((2021, 20.0), (2022, 19.0), (2024, 11.0))]
    picture = trend(points, caption=CAPTION)
    x = [float(circle.get("cx", "")) for circle in drawn(picture).iter("circle")]
    y = [float(circle.get("cy", "")) for circle in drawn(picture).iter("circle")]
    assert (x[2] - x[1]) == pytest.approx(2 * (x[1] - x[0]), abs=0.2)
    assert y == sorted(y)  # the rate falls: further down
    assert texts(picture) == ["20.0", "2021", "11.0", "2024"]


def test_a_rate_that_is_only_bounded_below_ends_pale() -> None:
    widths = [float(r.get("width", "")) for r in drawn(rate_bar(80, 100)).iter("rect")]
    assert widths == [120, 120, 96]  # scale, what may be, what is sure


def test_what_is_there_is_seen_however_few() -> None:
    widths = [width for _, width in rectangles(proportions([(1_000_000, "published"), (1, "quarantined"), (0, "excluded")]), "")]
    assert widths == [pytest.approx(998), 4]


def test_the_same_numbers_give_the_same_picture() -> None:
    assert labour_shares() == labour_shares()


def test_a_legend_names_the_parts_in_the_colours_of_the_bar() -> None:
    drawn = str(legend([("Nông nghiệp <b>", "52,7"), ("Dịch vụ", "28,72")]))
    assert "Nông nghiệp &lt;b&gt; <strong>52,7</strong>" in drawn
    assert drawn.index("tone-0") < drawn.index("52,7") < drawn.index("tone-1") < drawn.index("28,72")
