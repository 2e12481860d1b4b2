"""The views and macros answer what their names promise; each test is a question that people ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

Ask: TypeAlias = "Callable[..., list[tuple[Any, ...]]]"


@pytest.fixture
def ask(working: ModuleType, tmp_path: Path) -> Callable[..., Ask]:
    """Publish rows, then put questions to them: `ask(rows)(query)`."""

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
        ({"seen": 5, "applicable": 5, "coverage": 0.2}, "low_coverage"),
        ({"seen": 5, "applicable": 5, "coverage": 0.8}, "passed"),
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
