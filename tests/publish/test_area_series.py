"""A place through time: invented figures on real places, through the mergers of 2025.

Old Lào Cai had the code 10, Yên Bái 15; since 1 July 2025 both are Lào Cai, 15. A join on the code alone would hand Yên Bái's past to Lào Cai.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from etl import pipeline
from etl.project import Project
from etl.query import run_query

if TYPE_CHECKING:
    from collections.abc import Callable

Ask: TypeAlias = "Callable[..., list[dict[str, Any]]]"

HEADER: Final = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note"
OLD: Final = """\
poor_households,level,,Lào Cai,2023,actual,26.800,hộ,1,
poor_households,level,,Yên Bái,2023,actual,18.900,hộ,1,
poor_households,level,,Lào Cai,2024,actual,20.500,hộ,1,
poor_households,level,,Yên Bái,2024,actual,hơn 14.000,hộ,1,
poor_household_rate,level,,Lào Cai,2024,actual,"11,3",%,2,
poor_household_rate,level,,Yên Bái,2024,actual,"6,3",%,2,
merit_households,level,,Lào Cai,2024,actual,13.000,hộ,3,
merit_records,change_pct,,Lào Cai,2024,actual,2,%,3,
merit_records,change_pct,,Yên Bái,2024,actual,3,%,3,
poor_households,level,,"Xã Tả Phời, Lào Cai",2025-03,actual,120,hộ,4,
poor_households,level,,"Xã Hợp Thành, Lào Cai",2025-03,actual,80,hộ,4,
poor_households,level,,"Xã An Toàn, Bình Định",2025-03,actual,70,hộ,5,
poor_households,level,,"Xã An Nghĩa, Bình Định",2025-03,actual,60,hộ,5,
poor_households,level,,Cao Bằng,2024,actual,31.000,hộ,6,
poor_households,level,,Quảng Ninh,2024,actual,250,hộ,6,
poor_households,level,,Hà Nội,2007,actual,14.000,hộ,7,
poor_households,level,,Hà Tây,2007,actual,60.000,hộ,7,
poor_households,level,,Hà Nội,2009,actual,117.000,hộ,7,
poor_households,level,,Cả nước,2024,actual,599.608,hộ,8,
"""
NEW: Final = """\
poor_households,level,,Lào Cai,2025,actual,27.600,hộ,1,
poor_households,level,,"Xã Hợp Thành, Lào Cai",2025,actual,150,hộ,1,
poor_households,level,,Cao Bằng,2025,actual,28.000,hộ,1,
poor_households,level,,Quảng Ninh,2025,actual,0,hộ,1,
poor_households,level,,Quảng Ninh,2030,target,0,hộ,1,
poor_households,level,,Hà Nội,2025,actual,10,hộ,1,
poor_households,level,,Cả nước,2025,actual,400.000,hộ,1,
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Publish the figures once; put questions to area_series."""
    root = tmp_path_factory.mktemp("areas")
    for folder, published, figures in (("cu", "2025-05-15", OLD), ("moi", "2026-03-31", NEW)):
        (root / "raw" / folder).mkdir(parents=True)
        (root / "raw" / folder / "source.toml").write_text(
            f'title = "Số liệu giả định"\npublished = {published}\nlanguage = "vi"\nnumber_format = "vi"\n', encoding="utf-8"
        )
        (root / "raw" / folder / "figures.csv").write_text(f"{HEADER}\n{figures}", encoding="utf-8")
    project = Project(root)
    pipeline.run(project, evaluated_on=date(2026, 4, 1))

    def series(name: str, as_of: str, **wanted: str) -> list[dict[str, Any]]:
        condition = " AND ".join(["true", *(f"{column} = ${column}" for column in wanted)])
        query = f"SELECT * FROM area_series($name, $as_of) WHERE {condition} ORDER BY ref_area, indicator, measure, period_end, from_vintage"
        return list(run_query(project, query, {"name": name, "as_of": as_of, **wanted}).to_pylist())

    return series


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What a row says: period, value, bounds, how it comes about."""
    return [(row["time_period"], row["obs_value"], row["lower_bound"], row["upper_bound"], row["basis"] or row["reason"]) for row in rows]


def test_counts_of_a_merged_province_are_added_over_whole_links(ask: Ask) -> None:
    rows = ask("Tỉnh Lào Cai", "2025-12-31", indicator="poor_households")
    assert told(rows) == [
        ("2023", 45700.0, 45700.0, 45700.0, "sum"),
        # hơn 14.000 leaves the upper end open, so the sum has none either
        ("2024", 34500.0, 34500.0, None, "sum"),
        ("2025", 27600.0, 27600.0, 27600.0, "direct"),
    ]
    assert {row["ref_area"] for row in rows} == {"15"}
    assert rows[0]["from_places"] == ["Tỉnh Lào Cai", "Tỉnh Yên Bái"]
    assert len(rows[0]["observation_ids"]) == 2


def test_a_rate_is_told_as_the_range_of_its_parts(ask: Ask) -> None:
    assert told(ask("Lào Cai", "2025-12-31", indicator="poor_household_rate")) == [("2024", None, 6.25, 11.35, "range")]


def test_a_part_without_a_figure_leaves_no_sum(ask: Ask) -> None:
    assert told(ask("Lào Cai", "2025-12-31", indicator="merit_households")) == [("2024", None, None, None, "missing_predecessor")]


def test_changes_in_per_cent_are_not_put_together(ask: Ask) -> None:
    assert told(ask("Lào Cai", "2025-12-31", indicator="merit_records")) == [("2024", None, None, None, "not_derivable")]


def test_before_the_merger_lao_cai_is_the_old_province_alone(ask: Ask) -> None:
    rows = ask("Lào Cai", "2024-12-31", indicator="poor_households")
    assert {row["ref_area"] for row in rows} == {"10"}
    assert told(rows) == [
        ("2023", 26800.0, 26800.0, 26800.0, "direct"),
        ("2024", 20500.0, 20500.0, 20500.0, "direct"),
        ("2025", None, None, None, "successor_differs"),
    ]


def test_yen_bai_keeps_its_own_past_although_its_code_is_now_lao_cais(ask: Ask) -> None:
    for name in ("Yên Bái", "tỉnh yên bái", "15"):
        rows = ask(name, "2024-12-31", indicator="poor_households")
        assert {row["area_name"] for row in rows} == {"Tỉnh Yên Bái"}
        assert told(rows)[0] == ("2023", 18900.0, 18900.0, 18900.0, "direct")
        assert told(rows)[-1] == ("2025", None, None, None, "successor_differs")


def test_a_province_that_is_no_more_has_no_series_of_today(ask: Ask) -> None:
    assert ask("Tỉnh Yên Bái", "2025-12-31") == []


def test_a_province_that_was_not_merged_goes_on_as_itself_in_both_directions(ask: Ask) -> None:
    for day, first, last in (("2025-12-31", "carried", "direct"), ("2024-12-31", "direct", "carried")):
        assert told(ask("Cao Bằng", day)) == [("2024", 31000.0, 31000.0, 31000.0, first), ("2025", 28000.0, 28000.0, 28000.0, last)]


def test_quang_ninh_was_not_merged_so_its_series_goes_on(ask: Ask) -> None:
    rows = ask("Quảng Ninh", "2025-12-31", obs_kind="actual")
    assert told(rows) == [("2024", 250.0, 250.0, 250.0, "carried"), ("2025", 0.0, 0.0, 0.0, "direct")]
    assert rows[1]["break_en"] is not None, "another ministry: said beside the figure"


def test_ha_noi_of_before_august_2008_is_not_the_ha_noi_of_today(ask: Ask) -> None:
    today = [("2007", None, None, None, "borders_changed"), ("2009", 117000.0, 117000.0, 117000.0, "carried"), ("2025", 10.0, 10.0, 10.0, "direct")]
    assert told(ask("Hà Nội", "2025-12-31")) == today
    assert told(ask("Hà Nội", "2007")) == [
        ("2007", 14000.0, 14000.0, 14000.0, "direct"),
        ("2009", None, None, None, "borders_changed"),
        ("2025", None, None, None, "borders_changed"),
    ]


def test_the_country_goes_on_through_all_lists(ask: Ask) -> None:
    assert [row[1] for row in told(ask("Cả nước", "2025"))] == [599608.0, 400000.0]


def test_communes_that_went_whole_into_one_are_added(ask: Ask) -> None:
    rows = [row for row in ask("Xã Hợp Thành", "2025-12-31") if row["ref_area"] == "02680"]
    assert told(rows) == [("2025-03", 200.0, 200.0, 200.0, "sum"), ("2025", 150.0, 150.0, 150.0, "direct")]


def test_a_split_commune_leaves_no_figure_and_says_why(ask: Ask) -> None:
    rows = [row for row in ask("Xã An Toàn", "2025-12-31") if row["ref_area"] == "21622"]
    assert told(rows) == [("2025-03", None, None, None, "partial_link")]
    assert rows[0]["from_places"] == ["Xã An Nghĩa", "Xã An Toàn"] or rows[0]["from_places"] == ["Xã An Toàn", "Xã An Nghĩa"]


def test_a_year_or_a_month_means_its_last_day(ask: Ask) -> None:
    assert told(ask("Lào Cai", "2025")) == told(ask("Lào Cai", "2025-12")) == told(ask("Lào Cai", "2025-12-31"))
    # The list of January 2025 is another than that of 2023, the province is the same.
    assert [row[:4] for row in told(ask("Lào Cai", "2025-06"))] == [row[:4] for row in told(ask("Lào Cai", "2024-12-31"))]
