"""The views and macros answer what their names promise; each test is a question that people ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import pytest

from etl.publish import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

Ask: TypeAlias = "Callable[..., list[tuple[Any, ...]]]"


@pytest.fixture
def ask(working: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ask]:
    """Publish rows, then put questions to them: `ask(rows)(query)`. Views need neither Parquet files, comments nor the checks of tables, which take longer."""
    monkeypatch.setattr(build, "_write_parquet", lambda *_: {})
    monkeypatch.setattr(build, "_look_at_files", lambda *_: None)
    for check in ("refuse_broken_table", "refuse_broken_ledger"):
        monkeypatch.setattr(build, check, lambda *_, **__: None)
    monkeypatch.setattr(build, "presentation_id", str)

    def publish(rows: dict[str, Any] | None = None) -> Ask:
        working.build(tmp_path, "run1", rows=rows or working.content())

        def question(query: str) -> list[tuple[Any, ...]]:
            with duckdb.connect(tmp_path / "ansinh.duckdb", read_only=True) as con:
                return con.execute(query).fetchall()

        return question

    return publish


@pytest.fixture(scope="module")
def usual(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Questions to the usual content."""
    folder = tmp_path_factory.mktemp("usual")
    working.build(folder, "run1", rows=working.content())

    def question(query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(folder / "ansinh.duckdb", read_only=True) as con:
            return con.execute(query).fetchall()

    return question


def test_every_row_of_the_sources_stands_in_the_ledger_once(usual: Ask) -> None:
    assert usual("SELECT claim, count(*), count(DISTINCT line) FROM figures GROUP BY claim ORDER BY claim") == [
        ("excluded", 1, 1),
        ("published", 10, 10),
        ("quarantined", 1, 1),
    ]
    assert usual("SELECT line, reason FROM figures WHERE claim <> 'published' ORDER BY line") == [(12, "C01"), (13, "missing_value")]


def test_shares_of_labour_stand_beside_their_sum(usual: Ask) -> None:
    assert usual("SELECT sector, sector_name_en, share_pct, shares_sum_pct, shares_printed FROM labour_structure ORDER BY sector") == [
        ("agriculture_forestry", "Agriculture and forestry", 52.7, 97.0, 3),
        ("industry_construction", None, 15.58, 97.0, 3),
        ("tourism_services", None, 28.72, 97.0, 3),
    ]


def test_a_share_printed_as_a_range_leaves_no_sum(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"][0] |= {"obs_value": None, "hedge": "range"}
    assert ask(rows)("SELECT DISTINCT shares_sum_pct, shares_printed FROM labour_structure") == [(None, 3)]


def test_shares_of_two_parts_of_the_population_are_not_added(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    for number, text in ((20, "60"), (21, "40")):
        rows["observations"].append(working.observation(number, "employment_sector_share", text, float(text), breakdown=f"area=urban;sector=s{number}"))
    query = "SELECT other_breakdown, shares_sum_pct, count(*) FROM labour_structure GROUP BY ALL ORDER BY 1 NULLS FIRST"
    assert ask(rows)(query) == [(None, 97.0, 3), ("area=urban", 100.0, 2)]


TARGETS = "SELECT goal_text, actual_text, gap, not_comparable_vi FROM targets"


def test_a_goal_stands_beside_the_latest_actual_figure(usual: Ask) -> None:
    assert usual(TARGETS) == [("80", "68,2", -11.8, None)]


def test_a_goal_without_an_actual_figure_is_still_told(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"] = [row for row in rows["observations"] if row["text"] != "68,2"]
    assert ask(rows)(TARGETS) == [("80", None, None, None)]


def test_a_code_of_another_list_is_another_place(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"][3]["area_vintage"] = "2025-07"
    assert ask(rows)(TARGETS) == [("80", None, None, None)]


def placed(code: str, name: str, vintage: str, year: str, **columns: Any) -> dict[str, Any]:
    """The place, list and period of a yearly figure."""
    return {
        "ref_area": code,
        "area_name": name,
        "area_vintage": vintage,
        "time_period": year,
        "period_end": f"{year}-12-31",
        "period_start": f"{year}-01-01",
    } | columns


CAO_BANG, LAO_CAI = ("04", "Tỉnh Cao Bằng"), ("15", "Tỉnh Lào Cai")


def test_a_goal_of_a_later_list_meets_the_actual_figure_of_the_same_province(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"] += [
        working.observation(20, "poor_household_rate", "30", 30.0, **placed(*CAO_BANG, "2023", "2024")),
        working.observation(21, "poor_household_rate", "25", 25.0, obs_kind="target", **placed(*CAO_BANG, "2025-07", "2030")),
        working.observation(22, "poor_household_rate", "7", 7.0, obs_kind="target", **placed(*LAO_CAI, "2025-07", "2025")),
    ]
    told = ask(rows)("SELECT area_name, goal_text, actual_text, gap FROM targets WHERE indicator = 'poor_household_rate' ORDER BY 1")
    assert told == [("Tỉnh Cao Bằng", "25", "30", 5.0), ("Tỉnh Lào Cai", "7", "8,01", 1.01)], "Lào Cai of 2025 is not Yên Bái, which had its code"


def test_a_changed_definition_leaves_no_gap(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["breaks"] = [
        {"id": "b1", "indicator_pattern": "trained_*", "valid_from": "2027-01-01", "kind": "definition", "text_vi": "khái niệm mới", "text_en": "new"},
        {"id": "b2", "indicator_pattern": "*", "valid_from": "2025-07-01", "kind": "geography", "text_vi": "sáp nhập", "text_en": "mergers"},
    ]
    assert ask(rows)(TARGETS) == [("80", "68,2", None, "khái niệm mới")]


def test_a_flow_of_a_quarter_is_not_set_beside_the_plan_of_a_year(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    quarter = {"time_period": "2023-Q4", "period_start": "2023-10-01"}
    rows["observations"].append(working.observation(20, "trained_labour_rate", "99", 99.0, **quarter))
    assert ask(rows)(TARGETS) == [("80", "68,2", -11.8, None)], "at one end of period the year comes first"


def test_a_flow_stands_beside_a_plan_of_the_same_length_only(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    for row in rows["indicators"]:
        row["stock_flow"] = "flow"
    rows["observations"][3] |= {"time_period": "2023-Q4", "period_start": "2023-10-01"}
    assert ask(rows)(TARGETS) == [("80", None, None, None)]


LATEST = "SELECT text FROM latest_observations WHERE indicator = 'trained_labour_rate' AND obs_kind = 'actual'"


@pytest.mark.parametrize(
    ("other", "latest"),
    [
        ({"time_period": "2024", "period_end": "2024-12-31"}, "99"),
        ({"time_period": "2022", "period_end": "2022-12-31"}, "68,2"),
        ({"time_period": None, "period_start": None, "period_end": None}, "68,2"),
        ({"time_period": "2023-Q4", "period_start": "2023-10-01"}, "68,2"),
        ({"obs_status": "P"}, "68,2"),
        ({"obs_status": "E"}, "68,2"),
        ({"obs_status": "U"}, "68,2"),
    ],
    ids=str,
)
def test_the_latest_figure_is_that_of_the_newest_period_and_there_the_most_final(
    other: dict[str, Any], latest: str, ask: Callable[..., Ask], working: ModuleType
) -> None:
    rows = working.content()
    rows["observations"].append(working.observation(20, "trained_labour_rate", "99", 99.0, **other))
    assert ask(rows)(LATEST) == [(latest,)]


def test_a_provisional_figure_beats_an_estimate(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"][3]["obs_status"] = "E"
    rows["observations"].append(working.observation(20, "trained_labour_rate", "99", 99.0, obs_status="P"))
    assert ask(rows)(LATEST) == [("99",)]


@pytest.mark.parametrize(
    ("figures", "latest"),
    [
        ([("30", "2023", "2024"), ("20", "2025-07", "2025")], ["20"]),
        ([("30", "2023", "2024"), ("25", "2025-01", "2025"), ("20", "2025-07", "2023")], ["25"]),
        ([("30", "2023", "2024"), ("20", "2025-07", "2024")], ["20"]),  # where nothing else decides, the newer list
        ([("30", "2023", "2024")], ["30"]),
    ],
    ids=str,
)
def test_a_province_that_went_on_as_itself_has_one_latest_figure(
    figures: list[tuple[str, str, str]], latest: list[str], ask: Callable[..., Ask], working: ModuleType
) -> None:
    rows = working.content()
    for line, (text, vintage, year) in enumerate(figures, start=20):
        rows["observations"].append(working.observation(line, "poor_household_rate", text, float(text), **placed(*CAO_BANG, vintage, year)))
    assert ask(rows)("SELECT text FROM latest_observations WHERE area_name = 'Tỉnh Cao Bằng'") == [(text,) for text in latest]


def test_provinces_that_merged_each_keep_their_latest_figure(usual: Ask) -> None:
    query = "SELECT area_name, area_vintage, text FROM latest_observations WHERE indicator = 'poor_household_rate' ORDER BY area_vintage, area_name"
    assert usual(query) == [("Tỉnh Lào Cai", "2023", "11,24"), ("Tỉnh Yên Bái", "2023", "4,5"), ("Tỉnh Lào Cai", "2025-07", "8,01")]


def test_the_country_is_one_place_in_all_lists_and_a_region_only_where_its_provinces_stay(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    wide = (("VN", "Việt Nam", "country"), ("R2", "Trung du và miền núi phía Bắc", "region"))
    for at, (code, name, level) in enumerate(wide):
        for line, (vintage, year) in enumerate((("2004", "2007"), ("2023", "2024"), ("2025-01", "2025"), ("2025-07", "2026"))):
            place = placed(code, name, vintage, year, area_level=level)
            rows["observations"].append(working.observation(20 + 10 * at + line, "poor_household_rate", str(line), float(line), **place))
    query = "SELECT area_vintage FROM latest_observations WHERE area_level = '{}' ORDER BY 1"
    answers = ask(rows)
    assert answers(query.format("country")) == [("2025-07",)]
    assert answers(query.format("region")) == [("2004",), ("2025-01",), ("2025-07",)]


def test_places_are_the_same_only_where_one_goes_whole_into_one(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    same = "SELECT vintage, code, first_vintage, first_code FROM _same_places ORDER BY ALL"
    steady = [("2025-01", code, "2023", code) for code in ("04", "10", "15")]
    assert ask(rows)(same) == [*steady, ("2025-07", "04", "2023", "04")]


def test_a_part_that_goes_on_is_not_the_place(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    for link in rows["area_links"]:
        link["relation"] = "part_default"
    assert ask(rows)("SELECT count(*) FROM _same_places WHERE vintage = '2025-07'") == [(0,)]


def test_a_programme_counts_a_finding_once_however_many_its_members(usual: Ask) -> None:
    assert usual("SELECT indicators_listed, indicators_observed, observations, places, suspect_observations, open_errors FROM programme_overview") == [
        (4, 4, 10, 3, 3, 1)
    ]


def test_a_suspect_figure_comes_with_its_reason(usual: Ask) -> None:
    assert usual("SELECT text, rules, messages_vi FROM suspect_observations ORDER BY line LIMIT 1") == [("52,7", ["G01"], "Kết luận 1")]


def test_a_rule_that_never_ran_has_not_passed(usual: Ask) -> None:
    assert usual("SELECT rule, outcome, open_findings FROM data_quality ORDER BY rule") == [("C01", "failed", 1), ("G01", "failed", 1), ("T99", "not_run", 0)]


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ({"seen": 5}, "never_applied"),
        ({"seen": 5, "applicable": 5, "errors": 1}, "broken"),
        ({"seen": 5, "applicable": 5, "unverifiable": 5, "coverage": 0.0}, "undecided"),
        ({"seen": 5, "applicable": 5, "passed": 1, "unverifiable": 4, "coverage": 0.2}, "low_coverage"),
        ({"seen": 5, "applicable": 5, "passed": 4, "unverifiable": 1, "coverage": 0.8}, "passed"),
        ({"seen": 5, "applicable": 5, "passed": 3, "failed": 1, "unverifiable": 1, "coverage": 0.8}, "failed"),
    ],
    ids=str,
)
def test_a_rule_ends_in_one_of_these_ways(result: dict[str, Any], outcome: str, ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["rule_results"] = [{"rule": "T99", **result}]
    assert ask(rows)("SELECT outcome FROM data_quality WHERE rule = 'T99'") == [(outcome,)]


def test_the_first_point_behind_a_break_is_marked(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content(variant="changed")
    break_ = {"id": "b1", "indicator_pattern": "trained_*", "valid_from": "2024-01-01", "kind": "definition", "text_vi": "mới", "text_en": "new"}
    rows["breaks"] = [break_]
    assert ask(rows)("SELECT previous_period, time_period, break_id FROM series_with_breaks") == [("2023", "2024", "b1")]


def break_of(kind: str, day: str, **columns: str) -> dict[str, Any]:
    return {"id": kind, "indicator_pattern": "*", "valid_from": day, "kind": kind, "text_vi": "mới", "text_en": "new", **columns}


BROKEN = "SELECT area_name, previous_period, time_period, break_kind FROM series_with_breaks WHERE indicator = 'poor_household_rate' ORDER BY ALL"


def test_a_series_through_two_lists_is_read_for_breaks_but_not_of_borders_that_did_not_change(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"] += [
        working.observation(20, "poor_household_rate", "30", 30.0, **placed(*CAO_BANG, "2023", "2024")),
        working.observation(21, "poor_household_rate", "20", 20.0, **placed(*CAO_BANG, "2025-07", "2025")),
    ]
    rows["breaks"] = [break_of("geography", "2025-07-01"), break_of("source", "2025-03-01")]
    assert ask(rows)(BROKEN) == [("Tỉnh Cao Bằng", "2024", "2025", "source")]


def test_new_borders_of_one_province_break_its_series_alone(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    for line, (code, name) in enumerate((CAO_BANG, ("10", "Tỉnh Lào Cai"))):
        rows["observations"] += [
            working.observation(20 + 2 * line, "poor_household_rate", "30", 30.0, **placed(code, name, "2023", "2007")),
            working.observation(21 + 2 * line, "poor_household_rate", "20", 20.0, **placed(code, name, "2023", "2009")),
        ]
    rows["breaks"] = [break_of("geography", "2008-08-01", province_code="04")]
    assert ask(rows)(BROKEN) == [("Tỉnh Cao Bằng", "2007", "2009", "geography")]


def test_what_became_of_a_region_is_unknown_so_a_change_of_all_borders_breaks_it(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    for line, (level, code, name) in enumerate((("region", "R2", "Vùng"), ("country", "VN", "Việt Nam"))):
        for year in ("2024", "2026"):
            place = placed(code, name, "2025-01", year, area_level=level)
            rows["observations"].append(working.observation(20 + 10 * line + int(year) % 10, "poor_household_rate", "1", 1.0, **place))
    rows["breaks"] = [break_of("geography", "2025-07-01")]
    assert ask(rows)(BROKEN) == [("Vùng", "2024", "2026", "geography")]


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("surely_gt(2, 1)", True),
        ("surely_gt(1, 1)", False),
        ("surely_gt(NULL, 1)", False),  # hơn 1 against at most 1 is open below
        ("surely_gt(2, NULL)", False),
        ("possibly_eq(1, 2, 2, 3)", True),  # intervals that touch can be one number
        ("possibly_eq(1, 2, 2.1, 3)", False),
        ("possibly_eq(NULL, 2, 1, NULL)", True),
        ("possibly_eq(NULL, 2, 3, NULL)", False),
        ("possibly_eq(NULL, NULL, NULL, NULL)", True),
    ],
)
def test_open_bounds_prove_nothing(expression: str, answer: bool, usual: Ask) -> None:  # noqa: FBT001  the answer is what is tested
    assert usual(f"SELECT {expression}") == [(answer,)]


def series(name: str, day: str, indicator: str, columns: str = "time_period, obs_value, lower_bound, upper_bound, basis, reason") -> str:
    return f"SELECT {columns} FROM area_series('{name}', '{day}') WHERE indicator = '{indicator}' ORDER BY time_period"


def test_counts_of_merged_places_are_added(usual: Ask) -> None:
    assert usual(series("Lào Cai", "2025-07-01", "poor_households")) == [("2024", 30411.0, 30411.0, 30411.0, "sum", None)]
    assert usual(series("Lào Cai", "2025-07-01", "poor_households", "from_places, from_vintage")) == [(["Tỉnh Lào Cai", "Tỉnh Yên Bái"], "2023")]


def test_rates_of_merged_places_give_their_range(usual: Ask) -> None:
    assert usual(series("Lào Cai", "2025-07-01", "poor_household_rate")) == [
        ("2024", None, 4.5, 11.24, "range", None),
        ("2025", 8.01, 8.01, 8.01, "direct", None),
    ]


def test_a_place_that_is_missing_leaves_null_and_a_reason(usual: Ask) -> None:
    assert usual(series("Lào Cai", "2025-07-01", "trained_labour_rate"))[0] == ("2023", None, None, None, None, "missing_predecessor")


def test_a_successor_that_is_larger_is_no_continuation(usual: Ask) -> None:
    assert usual(series("Lào Cai", "2024", "poor_household_rate")) == [
        ("2024", 11.24, 11.24, 11.24, "direct", None),
        ("2025", None, None, None, None, "successor_differs"),
    ]


@pytest.mark.parametrize("name", ["Tỉnh Lào Cai", "Lào Cai", "lào cai", "  LÀO CAI ", "15", "La\u0300o Cai"])
@pytest.mark.parametrize("day", ["2025-07-01", "2025-07", "2025", "2031-12-31"])
def test_a_place_is_found_by_name_or_code_in_the_list_of_the_day(name: str, day: str, usual: Ask) -> None:
    assert usual(series(name, day, "poor_households", "ref_area, area_name, area_vintage")) == [("15", "Tỉnh Lào Cai", "2025-07")]


def test_a_day_before_the_first_list_takes_the_first_list(usual: Ask) -> None:
    assert usual(series("Yên Bái", "1999", "poor_households", "ref_area, area_vintage, basis")) == [("15", "2023", "direct")]


def test_a_place_that_merged_with_nobody_goes_on_in_both_directions(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    place = {"ref_area": "04", "area_name": "Tỉnh Cao Bằng"}
    rows["observations"] += [
        working.observation(20, "poor_household_rate", "30", 30.0, **place),
        working.observation(21, "poor_household_rate", "20", 20.0, time_period="2025", **{**place, "area_vintage": "2025-07"}),
    ]
    answers = ask(rows)
    assert answers(series("Cao Bằng", "2023", "poor_household_rate", "obs_value, basis")) == [(30.0, "direct"), (20.0, "carried")]
    assert answers(series("Cao Bằng", "2026", "poor_household_rate", "obs_value, basis")) == [(30.0, "carried"), (20.0, "direct")]


def test_borders_that_changed_under_one_code_and_list_leave_no_value_across_the_change(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"] += [
        working.observation(20, "poor_household_rate", "30", 30.0, **placed(*CAO_BANG, "2023", "2007")),
        working.observation(21, "poor_household_rate", "20", 20.0, **placed(*CAO_BANG, "2025-07", "2025")),
    ]
    rows["breaks"] = [break_of("geography", "2008-08-01", province_code="04")]
    answers, columns = ask(rows), "time_period, obs_value, basis, reason"
    after, before = (
        [("2007", None, None, "borders_changed"), ("2025", 20.0, "direct", None)],
        [("2007", 30.0, "direct", None), ("2025", None, None, "borders_changed")],
    )
    assert answers(series("Cao Bằng", "2025", "poor_household_rate", columns)) == after
    assert answers(series("Cao Bằng", "2007", "poor_household_rate", columns)) == before


def test_a_series_of_a_place_names_what_makes_a_point_not_comparable(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["breaks"] = [break_of("geography", "2025-07-01"), break_of("source", "2025-03-01"), break_of("definition", "2024-01-01")]
    told = ask(rows)(series("Lào Cai", "2025", "poor_household_rate", "time_period, break_vi, break_en"))
    assert told == [("2024", None, None), ("2025", "mới", "new")], "what happened to the borders is said by basis and reason"


def test_the_country_has_a_series_too(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    for line, (vintage, year) in enumerate((("2004", "2007"), ("2025-07", "2025"))):
        place = placed("VN", "Cả nước", vintage, year, area_level="country")
        rows["observations"].append(working.observation(20 + line, "poor_household_rate", str(line), float(line), **place))
    answers = ask(rows)
    for name in ("cả nước", "VN"):
        assert answers(series(name, "2026", "poor_household_rate", "time_period, obs_value, basis")) == [("2007", 0.0, "carried"), ("2025", 1.0, "direct")]


def test_over_a_partial_link_nothing_is_apportioned(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    for link in rows["area_links"]:
        if link["old_code"] == "10":
            link["relation"] = "part_default"
    assert ask(rows)(series("Lào Cai", "2026", "poor_households")) == [("2024", None, None, None, None, "partial_link")]


def test_a_change_in_points_cannot_be_derived_for_a_merged_place(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    for row in rows["observations"]:
        if row["indicator"] == "poor_household_rate":
            row["measure"] = "change_pp"
    assert ask(rows)(series("Lào Cai", "2026", "poor_household_rate"))[0] == ("2024", None, None, None, None, "not_derivable")


def test_of_two_figures_for_one_place_the_more_final_one_is_added(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"].append(
        {**rows["observations"][5], "observation_id": working.uid(30, 2), "figure_id": working.uid(30, 1)} | {"obs_value": 1.0, "obs_status": "E"}
    )
    assert ask(rows)(series("Lào Cai", "2026", "poor_households", "obs_value"))[0] == (30411.0,)


def test_an_open_bound_of_one_part_leaves_the_sum_open(ask: Callable[..., Ask], working: ModuleType) -> None:
    rows = working.content()
    rows["observations"][5] |= {"hedge": "more_than", "upper_bound": None}
    assert ask(rows)(series("Lào Cai", "2026", "poor_households", "obs_value, lower_bound, upper_bound")) == [(30411.0, 30411.0, None)]


def test_views_and_macros_work_under_another_name(working: ModuleType, tmp_path: Path) -> None:
    working.build(tmp_path, "run1", rows=working.content())
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{tmp_path / 'ansinh.duckdb'}' AS ansinh_2025 (READ_ONLY)")
        assert con.execute("SELECT count(*) FROM ansinh_2025.targets").fetchall() == [(1,)]
        assert con.execute("SELECT ansinh_2025.surely_gt(2, 1)").fetchall() == [(True,)]
        con.execute("USE ansinh_2025")
        assert con.execute("SELECT count(*) FROM area_series('Lào Cai', '2025-07-01')").fetchall()[0][0] > 1
