"""Implied figures: what follows from two printed figures, its exact bounds, its formula, and when nothing may follow.

All numbers are invented. One run judges all documents; each example is a document of its own.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from judging import Document, judge_documents, row

from etl.validate.implied import store_implied
from etl.validate.rules import load_rules, our_rule_files
from schemas.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

JOBS = "workers_provided_jobs"
RATE = "poor_household_rate"
MONEY = "social_assistance_expenditure"


class Implied(NamedTuple):
    """What a test asks of an implied figure."""

    what: str
    indicator: str
    measure: str
    period: str | None
    kind: str
    value: float
    lower: float | None
    upper: float | None
    unit: str
    formula: str


def jobs(value: str, measure: str = "level", unit: str = "người", **others: str) -> dict[str, str]:
    """A figure on jobs."""
    return row(JOBS, value, unit, measure=measure, **others)


def rate(value: str, measure: str = "level", unit: str = "%", **others: str) -> dict[str, str]:
    """A figure on the rate of poor households."""
    return row(RATE, value, unit, measure=measure, **others)


FOLLOWS: dict[str, tuple[list[dict[str, str]], Implied]] = {
    "completion": (
        [jobs("36.400"), jobs("91", "plan_completion", "%")],
        Implied("plan", JOBS, "level", "2023", "plan", 40000.0, 39781.420765, 40220.994476, "người", "100 × 36.400 / 91"),
    ),
    "excess in per cent": (
        [jobs("36.400"), jobs("vượt 4", "plan_excess", "%")],
        Implied("plan", JOBS, "level", "2023", "plan", 35000.0, 34832.535885, 35169.082126, "người", "100 × 36.400 / (100 + 4)"),
    ),
    "excess in persons": (
        [jobs("36.400"), jobs("thiếu 600", "plan_excess")],
        Implied("plan", JOBS, "level", "2023", "plan", 37000.0, 37000.0, 37000.0, "người", "36.400 + 600"),
    ),
    "excess of a fall": (
        [rate("giảm 2,35", "change_pp", "điểm %", note="base=2022"), rate("vượt 0,35", "plan_excess", "điểm %")],
        Implied("plan", RATE, "change_pp", "2023", "plan", -2.0, -2.01, -1.99, "điểm %", "−2,35 + 0,35"),
    ),
    "excess of a rise": (
        [jobs("tăng 900", "change_abs", note="base=2022"), jobs("vượt 100", "plan_excess")],
        Implied("plan", JOBS, "change_abs", "2023", "plan", 800.0, 800.0, 800.0, "người", "900 − 100"),
    ),
    "growth": (
        [jobs("36.400"), jobs("giảm 9", "change_pct", "%", note="base=2022")],
        Implied("previous", JOBS, "level", "2022", "actual", 40000.0, 39781.420765, 40220.994476, "người", "100 × 36.400 / (100 − 9)"),
    ),
    "growth against nobody knows when": (
        [jobs("36.400"), jobs("tăng 4", "change_pct", "%")],
        Implied("previous", JOBS, "level", None, "actual", 35000.0, 34832.535885, 35169.082126, "người", "100 × 36.400 / (100 + 4)"),
    ),
    "points": (
        [rate("8,15"), rate("giảm 2,35", "change_pp", "điểm %", note="base=2022")],
        Implied("previous", RATE, "level", "2022", "actual", 10.5, 10.49, 10.51, "%", "8,15 + 2,35"),
    ),
    "base": (
        [row("poor_households", "1.000", "hộ"), rate("12,5")],
        Implied("base", "households", "level", "2023", "actual", 8000.0, 7968.12749, 8032.128515, "hộ", "100 × 1.000 / 12,5"),
    ),
    "average": (
        [row(MONEY, "6,5 tỷ đồng", "VND"), row("social_assistance_beneficiaries", "2.000", "người")],
        Implied("average", MONEY, "per_unit", "2023", "actual", 3250000.0, 3225000.0, 3275000.0, "VND/người", "6,5 tỷ / 2.000"),
    ),
    "average named alike in the catalogue": (
        [row("gratitude_savings_books_value", "30 triệu đồng", "VND"), row("gratitude_savings_books", "25", "sổ")],
        Implied("average", "gratitude_savings_books_value", "per_unit", "2023", "actual", 1200000.0, 1180000.0, 1220000.0, "VND/sổ", "30 triệu / 25"),
    ),
    "more than": (
        [jobs("hơn 36.000"), jobs("90", "plan_completion", "%")],
        Implied("plan", JOBS, "level", "2023", "plan", 40000.0, 39779.005524, None, "người", "100 × 36.000 / 90"),
    ),
    "about": (
        [jobs("khoảng 36.000"), jobs("90", "plan_completion", "%")],
        Implied("plan", JOBS, "level", "2023", "plan", 40000.0, None, None, "người", "100 × 36.000 / 90"),
    ),
    "at least that rate": (
        [row("poor_households", "1.000", "hộ"), rate("trên 12,5")],
        Implied("base", "households", "level", "2023", "actual", 8000.0, 0.0, 8032.128515, "hộ", "100 × 1.000 / 12,5"),
    ),
}

URBAN, CAUSE = "area=urban", "poverty_type=income_poor"
SILENT: dict[str, list[dict[str, str]]] = {
    "the plan is printed": [jobs("36.400"), jobs("91", "plan_completion", "%"), jobs("40.000", obs_kind="plan")],
    "the previous level is printed": [jobs("36.400"), jobs("giảm 9", "change_pct", "%", note="base=2022"), jobs("40.000", time_period="2022")],
    "the base is printed": [row("poor_households", "1.000", "hộ"), rate("12,5"), row("households", "8.000", "hộ")],
    "another place": [jobs("36.400"), jobs("91", "plan_completion", "%", ref_area="Cao Bằng")],
    "another period": [jobs("36.400"), jobs("91", "plan_completion", "%", time_period="2022")],
    "another subgroup": [jobs("36.400", breakdown="sex=female"), jobs("91", "plan_completion", "%")],
    "another thing is completed": [jobs("36.400"), jobs("91", "plan_completion", "%", note="of=nhiệm kỳ")],
    "compared with another place": [jobs("36.400"), jobs("cao hơn 400", "change_abs", note="vs=Cao Bằng")],
    "a range": [jobs("từ 36.000 đến 37.000"), jobs("91", "plan_completion", "%")],
    "across a break": [rate("8,15", time_period="2022"), rate("giảm 2,35", "change_pp", "điểm %", time_period="2022", note="base=2021")],
    "perhaps across a break": [rate("8,15", time_period="2022"), rate("giảm 2,35", "change_pp", "điểm %", time_period="2022")],
    "a planned change across a break": [
        rate("giảm 2,35", "change_pp", "điểm %", time_period="2022", note="base=2021"),
        rate("vượt 0,35", "plan_excess", "điểm %", time_period="2022"),
    ],
    "per cent or points of a rate": [rate("8,15"), rate("giảm 2,35", "change_pct", "%", note="base=2022")],
    "a pace is no step": [rate("8,15"), rate("giảm 2,35", "change_pp", "điểm %/năm", note="base=2022")],
    "two counts of one amount": [
        row("housing_support_expenditure", "6,5 tỷ đồng", "VND"),
        row("houses_supported", "120", "căn"),
        row("housing_supported_households", "118", "hộ"),
    ],
    "below zero": [jobs("300"), jobs("vượt 400", "plan_excess")],
    "a refused member": [jobs("36.400"), jobs("18.4720", "plan_completion", "%")],
    "a rise behind a fall": [rate("giảm 0,35", "change_pp", "điểm %", note="base=2022"), rate("vượt 2,35", "plan_excess", "điểm %")],
    "nothing completed": [jobs("0"), jobs("0", "plan_completion", "%")],
    "boilerplate": [jobs("36.400"), jobs("91", "plan_completion", "%", note="context=related")],
}

YEARS = range(1990, 2021)
MANY = [(36_411 + 977 * at, Fraction(503 + 31 * at, 10)) for at, _ in enumerate(YEARS)]
OTHERS: dict[str, list[dict[str, str]]] = {
    "subgroups": [
        row("poor_households", "300", "hộ", breakdown=URBAN),
        rate("2,5", breakdown=URBAN),
        row("near_poor_households", "200", "hộ", breakdown=CAUSE),
        row("near_poor_household_rate", "4", "%", breakdown=CAUSE),
    ],
    "an excess of the level or of the change": [jobs("36.400"), jobs("tăng 900", "change_abs", note="base=2022"), jobs("vượt 100", "plan_excess")],
    "two ways": [jobs("36.400"), jobs("giảm 9", "change_pct", "%", note="base=2022"), jobs("giảm 3.600", "change_abs", note="base=2022")],
    "many": [
        each
        for year, (count, share) in zip(YEARS, MANY, strict=True)
        for each in (
            jobs(f"{count:,}".replace(",", "."), time_period=str(year)),
            jobs(f"{float(share):.1f}".replace(".", ","), "plan_completion", "%", time_period=str(year)),
        )
    ],
}


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """All documents, judged by a few rules, with what follows from them."""
    documents = {name: rows for name, (rows, _) in FOLLOWS.items()} | SILENT | OTHERS
    judged = judge_documents(tmp_path_factory.mktemp("implied"), {name: Document(rows) for name, rows in documents.items()}, ["C01", "C03", "S03", "C11"])
    store_implied(judged.con, load_rules(our_rule_files()))
    return judged.con


def implied(con: duckdb.DuckDBPyConnection, document: str) -> list[Mapping[str, Any]]:
    """What follows from one document."""
    found = con.execute(
        """SELECT i.*, f.source_id FROM out.implied_figures AS i
        JOIN (SELECT i.figure_id, files.source_id FROM identified AS i JOIN files ON files.file_no = i.file_no) AS f ON f.figure_id = i.member_ids[1]
        WHERE starts_with(f.source_id, $document || '/') ORDER BY time_period, what, formula""",
        {"document": document},
    )
    return [dict(zip([d[0] for d in found.description], each, strict=True)) for each in found.fetchall()]


@pytest.mark.parametrize("document", FOLLOWS)
def test_what_follows_is_told_with_its_bounds_and_its_formula(con: duckdb.DuckDBPyConnection, document: str) -> None:
    columns = ("what", "indicator", "measure", "time_period", "obs_kind", "obs_value", "lower_bound", "upper_bound", "unit_measure", "formula")
    assert [Implied(*(found[name] for name in columns)) for found in implied(con, document)] == [FOLLOWS[document][1]]


@pytest.mark.parametrize("document", SILENT)
def test_nothing_is_said_where_nothing_is_certain(con: duckdb.DuckDBPyConnection, document: str) -> None:
    assert [found["formula"] for found in implied(con, document)] == []


def test_every_figure_of_the_table_names_its_members_and_is_marked_as_implied(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute("SELECT implied_id, member_ids, obs_status, ref_area, area_vintage FROM out.implied_figures").fetchall()
    published = {each for (each,) in con.execute("SELECT figure_id FROM out.observations").fetchall()}
    assert len({implied_id for implied_id, *_ in rows}) == len(rows) > 20
    assert all(len(set(members)) == 2 and set(members) <= published for _, members, *_ in rows)
    assert {(status, code, vintage) for *_, status, code, vintage in rows} == {("I", "02", "2023")}


def test_a_subgroup_has_the_base_that_its_dimension_gives_it(con: duckdb.DuckDBPyConnection) -> None:
    found = {each["formula"]: (each["breakdown"], each["obs_value"]) for each in implied(con, "subgroups")}
    assert found == {"100 × 300 / 2,5": (URBAN, 12000.0), "100 × 200 / 4": (None, 5000.0)}


def test_two_ways_to_one_value_are_two_figures_with_their_own_members(con: duckdb.DuckDBPyConnection) -> None:
    one, other = implied(con, "two ways")
    assert {each["formula"] for each in (one, other)} == {"100 × 36.400 / (100 − 9)", "36.400 + 3.600"}
    assert one["obs_value"] == other["obs_value"] == 40000
    assert one["member_ids"] != other["member_ids"]


def test_an_excess_that_may_be_of_two_things_leads_to_no_plan(con: duckdb.DuckDBPyConnection) -> None:
    assert [each["what"] for each in implied(con, "an excess of the level or of the change")] == ["previous"]


def test_bounds_are_rounded_outward_and_values_to_the_nearest_millionth(con: duckdb.DuckDBPyConnection) -> None:
    found = implied(con, "many")
    assert [each["time_period"] for each in found] == [str(year) for year in YEARS]
    half, millionth = Fraction(1, 20), Fraction(1, 10**6)
    for each, (count, share) in zip(found, MANY, strict=True):
        lower, value, upper = (Fraction(round(each[name] * 10**6), 10**6) for name in ("lower_bound", "obs_value", "upper_bound"))
        assert 0 <= 100 * count / (share + half) - lower < millionth
        assert 0 <= upper - 100 * count / (share - half) < millionth
        assert abs(value - 100 * count / share) <= millionth / 2


def test_no_figures_imply_nothing(tmp_path: Path) -> None:
    judged = judge_documents(tmp_path, {"a": Document([row("schools", "610", "trường")])}, ["C01"])
    store_implied(judged.con, ())
    assert judged.con.execute("SELECT count(*) FROM out.implied_figures").fetchall() == [(0,)]


@pytest.mark.parametrize(
    "rows",
    [[jobs("36.400")], [jobs("36.400"), jobs("91", "plan_completion", "%", ref_area="Cao Bằng")], [jobs("36.400"), jobs("91", "plan_completion", "%")]],
    ids=["no pair of series", "no pair of figures", "one pair"],
)
def test_the_table_has_its_declared_columns_whatever_is_in_it(rows: list[dict[str, str]], tmp_path: Path) -> None:
    judged = judge_documents(tmp_path, {"a": Document(rows)}, ["C01"], explained=False)
    [declared] = [table for table in TABLES if table.name == "implied_figures"]
    columns = judged.con.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'implied_figures' AND schema_name = 'out'").fetchall()
    assert columns == [(column.name, column.duckdb_type) for column in declared.columns]
