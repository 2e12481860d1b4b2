"""The traps in which a checker accuses good texts: each is quiet here, and beside each stands a near twin that must be reported.

The twin differs from the quiet text in a digit, a word or a note; without it a rule that never fires would pass too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from judging import Document, Judgings, judge_documents, row

if TYPE_CHECKING:
    from collections.abc import Sequence

VND: Final = "VND"
H: Final = "housing_supported_households"
CLOSED: Final = "list=closed"


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap: a text that is right, one that is wrong in nearly the same place, and the rule that must say so."""

    number: int
    name: str
    quiet: Sequence[dict[str, str]]
    twin: Sequence[dict[str, str]]
    rule: str
    severity: str = "error"


def insurance(health: str) -> list[dict[str, str]]:
    lines = [("social_insurance", "61.204"), ("unemployment_insurance", "44.018"), ("health_insurance", health)]
    return [row("insurance_participants", "835.400", "người"), *[row(f"{name}_participants", value, "người") for name, value in lines]]


def merits(kind: str) -> list[dict[str, str]]:
    parts = [("war_invalids", "1.214"), ("martyrs_relatives", "1.506"), ("sick_soldiers", kind)]
    return [row("merit_persons", "3.104", "người"), *[row("merit_persons", value, "người", breakdown=f"merit_kind={name}") for name, value in parts]]


def funds(note: str, own: str) -> list[dict[str, str]]:
    parts = [("state_budget", "612"), ("gratitude_fund", "412"), ("own_capital", own)]
    return [row(H, "1.024", "hộ"), *[row(H, value, "hộ", breakdown=f"fund={name}", note=note) for name, value in parts]]


def stopping(note: str, last: str) -> list[dict[str, str]]:
    parts = [("state_budget", "612"), ("gratitude_fund", last)]
    return [row(H, "1.024", "hộ"), *[row(H, value, "hộ", breakdown=f"fund={name}", note=note) for name, value in parts]]


def two_splits(last: str) -> list[dict[str, str]]:
    splits = [("work=new_build", "610"), ("work=repair", "414"), ("fund=state_budget", "482"), ("fund=gratitude_fund", last)]
    return [row(H, "1.024", "hộ"), *[row(H, value, "hộ", breakdown=part, note=CLOSED) for part, value in splits]]


def besides(note: str) -> list[dict[str, str]]:
    parts = [("state_budget", "612", CLOSED), ("gratitude_fund", "412", CLOSED), ("own_capital", "1.302", note)]
    return [row(H, "1.024", "hộ"), *[row(H, value, "hộ", breakdown=f"fund={name}", note=tag) for name, value, tag in parts]]


def turns(unit: str) -> list[dict[str, str]]:
    total = row("social_assistance_beneficiaries", "1.830", "người")
    return [total, row("social_assistance_beneficiaries", "2.412", unit, breakdown="group=children")]


def years(period: str, kind: str = "actual") -> list[dict[str, str]]:
    spans = [
        ("2021/2023", "actual", "39.204"),
        ("2023", "actual", "13.920"),
        ("2023", "plan", "13.000"),
        ("2023-Q1", "actual", "3.012"),
        ("2030", "target", "15.000"),
    ]
    more = [("workers_provided_jobs", "14.120", "người", period, kind)]
    return [
        *[row("workers_provided_jobs", value, "người", time_period=time, obs_kind=its, ref_area="Lào Cai") for time, its, value in spans],
        *[row(name, value, unit, time_period=time, obs_kind=its, ref_area="Lào Cai") for name, value, unit, time, its in more],
        row("schools", "610", "trường", time_period="2023/2024", ref_area="Lào Cai"),
        row("schools", "598", "trường", time_period="2022/2023", ref_area="Lào Cai"),
    ]


def programmes(total: list[dict[str, str]]) -> list[dict[str, str]]:
    span = {"time_period": "2013/2023", "ref_area": "Lào Cai"}
    return [
        row(H, "2.680", "hộ", breakdown="beneficiary=merit_people;fund=state_budget", **span),
        row(H, "1.024", "hộ", breakdown="beneficiary=merit_people;fund=gratitude_fund", **span),
        row("houses_supported", "1.815", "căn", breakdown="beneficiary=poor_near_poor_and_resettled", time_period="2021/2023", ref_area="Lào Cai"),
        row("social_housing_land_area", "14,22", "ha", time_period="2023", obs_kind="plan", ref_area="Lào Cai"),
        row("social_housing_units", "7.600", "căn", time_period="2030", obs_kind="target", ref_area="Lào Cai"),
        *total,
    ]


def overall(value: str) -> list[dict[str, str]]:
    parts = [("area=urban", "3,4"), ("area=rural", "1,9")]
    return [row("unemployment_rate", value, "%"), *[row("unemployment_rate", part, "%", breakdown=name) for name, part in parts]]


def subsets(note: str) -> list[dict[str, str]]:
    parts = [("social_assistance_households", "8"), ("merit_people", "2")]
    return [row("poor_households", value, "%", measure="share", breakdown=f"policy_group={name}", note=note) for name, value in parts]


def rounded(total: str, note: str = "") -> list[dict[str, str]]:
    parts = [("state_budget", "1.240 triệu đồng"), ("gratitude_fund", "863 triệu đồng")]
    money = [row("housing_support_expenditure", value, VND, breakdown=f"fund={name}", note=CLOSED) for name, value in parts]
    return [row("housing_support_expenditure", total, VND, note=note), *money]


def hedged(rural: str) -> list[dict[str, str]]:
    parts = [("area=urban", "46.102"), ("area=rural", rural)]
    return [row("students", "hơn 100 nghìn", "người"), *[row("students", value, "người", breakdown=name) for name, value in parts]]


def cut_off(value: str) -> list[dict[str, str]]:
    # 17,387 printed as 17,38: cut off instead of rounded
    return [row("poor_households", "17.387", "hộ"), row("households", "100.000", "hộ"), row("poor_household_rate", value, "%")]


def fraction(completion: str, share: str) -> list[dict[str, str]]:
    jobs = [("actual", "level", "41", "người"), ("plan", "level", "58", "người"), ("actual", "plan_completion", completion, "%")]
    return [
        *[row("workers_with_stable_jobs", value, unit, measure=measure, obs_kind=kind) for kind, measure, value, unit in jobs],
        row("schools", "58", "trường"),
        row("schools", "41", "trường", breakdown="area=rural"),
        row("schools", share, "%", measure="share", breakdown="area=rural"),
        row("school_classes", "412", "lớp"),
    ]


def unemployed(part: str) -> list[dict[str, str]]:
    return [row("unemployment_rate", "2,71", "%", breakdown=part), row("unemployed_persons", "9.112", "người"), row("labour_force", "420.318", "người")]


def repeated(again: str) -> list[dict[str, str]]:
    told = [("gần 3.000", "p1#20-25"), ("2.940", "p4#101-106"), (again, "p9#400-405"), (again, "p12#77-82")]
    parts = [("area=urban", "1.204"), ("area=rural", "1.736")]
    return [
        *[row("emergency_relief_recipients", value, "lượt người", locator=place) for value, place in told],
        *[
            row("emergency_relief_recipients", value, "lượt người", breakdown=name, locator=f"p4#{at}-{at + 5}")
            for at, (name, value) in enumerate(parts, start=200)
        ],
    ]


def ceiling(gap: str) -> list[dict[str, str]]:
    goals = [("actual", "level", "13,2", "%"), ("plan", "level", "15,0", "%"), ("actual", "plan_excess", gap, "điểm %")]
    return [row("child_malnutrition_rate", value, unit, measure=measure, obs_kind=kind) for kind, measure, value, unit in goals]


def of_which(unit: str) -> list[dict[str, str]]:
    return [row("merit_households", "13.204", "hộ"), row("merit_households", "21.380", unit, breakdown="ethnicity=ethnic_minority")]


def labels(poor: str, near: str) -> list[dict[str, str]]:
    counts = [("multidimensional_poor_households", "38.469"), ("poor_households", "20.411"), ("near_poor_households", "18.058")]
    rates = [("multidimensional_poverty_rate", "21,18"), ("poor_household_rate", poor), ("near_poor_household_rate", near)]
    return [*[row(name, value, "hộ") for name, value in counts], *[row(name, value, "%") for name, value in rates]]


def two_bases(urban: str) -> list[dict[str, str]]:
    changes = [("", "87.400", "2023-Q2"), ("", "523.600", "2022-Q3"), ("urban", urban, "2023-Q2"), ("rural", "42.300", "2023-Q2")]
    changes += [("urban", "312.000", "2022-Q3"), ("rural", "211.600", "2022-Q3")]
    when = {"measure": "change_abs", "time_period": "2023-Q3"}
    return [row("employed_persons", f"tăng {v}", "người", breakdown=f"area={a}" if a else "", note=f"base={b}", **when) for a, v, b in changes]


def narrower(rate: str, coverage: str) -> list[dict[str, str]]:
    counts = [("labour_force", "52,4 triệu"), ("unemployed_persons", "1,07 triệu"), ("social_insurance_participants", "18,26 triệu")]
    rates = [("unemployment_rate", rate), ("social_insurance_coverage_rate", coverage)]
    return [*[row(name, value, "người") for name, value in counts], *[row(name, value, "%") for name, value in rates]]


def exceeded(gap: str) -> list[dict[str, str]]:
    goals = [("actual", "level", "3,14", "%"), ("plan", "level", "3,5", "%"), ("actual", "plan_excess", gap, "điểm %")]
    return [row("poor_household_rate", value, unit, measure=measure, obs_kind=kind) for kind, measure, value, unit in goals]


def half_year(completion: str, unit: str = "2023-S1") -> list[dict[str, str]]:
    jobs = [(unit, "actual", "level", "19.580", "người"), ("2023", "plan", "level", "36.000", "người"), (unit, "actual", "plan_completion", completion, "%")]
    return [row("workers_provided_jobs", value, u, measure=measure, obs_kind=kind, time_period=period) for period, kind, measure, value, u in jobs]


def since(base: str) -> list[dict[str, str]]:
    flows = [("households_escaped_poverty", "1.204"), ("new_poor_households", "57")]
    return [row("poor_households", "giảm 5.310", "hộ", measure="change_abs", note=f"base={base}"), *[row(name, value, "hộ") for name, value in flows]]


def lines_of_money(social: str, jobless: str) -> list[dict[str, str]]:
    month = [("insurance", "612,43"), ("social_insurance", "401,72"), ("health_insurance", "172,9"), ("unemployment_insurance", "37,81")]
    year = [
        ("insurance", "5.027,955"),
        ("social_insurance", social),
        ("health_insurance", "1.487,537"),
        *([("unemployment_insurance", jobless)] if jobless else []),
    ]
    periods = [("2023-09", month), ("2023-01/2023-09", year)]
    return [row(f"{name}_expenditure", f"{value} tỷ đồng", VND, time_period=period) for period, lines in periods for name, value in lines]


def deprived(last: str) -> list[dict[str, str]]:
    of = [("housing", "2.412"), ("water", "2.101"), ("education", last)]
    return [row("poor_households", "6.214", "hộ"), *[row("poor_households", value, "hộ", breakdown=f"deprivation={name}") for name, value in of]]


def classes(trainees: str) -> list[dict[str, str]]:
    return [row("vocational_enrolment", trainees, "người"), row("vocational_classes", "188", "lớp")]


def bill(unit: str) -> list[dict[str, str]]:
    return [row("merit_allowance_expenditure", "52 tỷ đồng", unit), row("merit_allowance_expenditure", "624 tỷ đồng", VND)]


def fallen(change: str, excess: str) -> list[dict[str, str]]:
    of = {"measure": "change_pp", "note": "base=2022"}
    changes = [row("poor_household_rate", change, "điểm %", **of), row("poor_household_rate", "giảm 2,5", "điểm %", obs_kind="plan", **of)]
    return [*changes, row("poor_household_rate", excess, "điểm %", measure="plan_excess")]


MERIT_TOTAL: Final = row(H, "3.074", "hộ", breakdown="beneficiary=merit_people", time_period="2013/2023", ref_area="Lào Cai")

TRAPS: Final = (
    Trap(1, "lines of insurance overlap", insurance("830.115"), insurance("853.115"), "O02C"),
    Trap(1, "kinds of merit overlap", merits("902"), merits("3.902"), "O02"),
    Trap(1, "groups declared to overlap", funds("list=overlap", "310"), funds("", "310"), "G02"),
    Trap(1, "lines of money that add up", lines_of_money("3.212,308", "328,11"), lines_of_money("3.221,308", "328,11"), "G13", severity="warning"),
    Trap(1, "a line that is printed in one period only", lines_of_money("3.502,608", ""), lines_of_money("3.502,608", "328,11"), "G13", severity="warning"),
    Trap(1, "members of an unknown dimension may overlap", deprived("4.310"), deprived("2.310"), "G02"),
    Trap(2, "a list that stops early", stopping("list=open", "310"), stopping("list=open", "431"), "G02"),
    Trap(2, "a list that says nothing of its end", stopping("", "310"), stopping(CLOSED, "310"), "G02"),
    Trap(2, "a list that misses the total by a hair", stopping("list=open", "402"), stopping("", "402"), "G02", severity="warning"),
    Trap(3, "two breakdowns side by side", two_splits("542"), two_splits("524"), "G02"),
    Trap(4, "figures outside the total", besides("list=outside"), besides(CLOSED), "G02"),
    Trap(5, "turns are no persons", turns("lượt người"), turns("người"), "O02"),
    Trap(6, "spans, months, plans and goals of one indicator", years("2022"), years("2023"), "C11"),
    Trap(7, "programmes with similar names", programmes([]), programmes([MERIT_TOTAL]), "G02"),
    Trap(8, "a rate is no plain mean of its parts", overall("2,1"), overall("3,9"), "G09"),
    Trap(9, "shares of different subsets", subsets(""), subsets(CLOSED), "G01L"),
    Trap(10, "a total rounded in tỷ over parts in triệu", rounded("2,1 tỷ đồng"), rounded("2,3 tỷ đồng"), "G02"),
    Trap(10, "a hedged total over exact parts", hedged("61.213"), hedged("51.213"), "G02"),
    Trap(10, "a rate that was cut off", cut_off("17,38"), cut_off("17,83"), "O03"),
    Trap(11, "one fraction, three meanings", fraction("70,7", "71"), fraction("77,0", "71"), "T03"),
    Trap(12, "a rate of another population", unemployed("area=urban"), unemployed(""), "X05R", severity="warning"),
    Trap(13, "repeats with and without hedge", repeated("2.940"), repeated("2.490"), "S03"),
    Trap(12, "trainees and classes of other courses", classes("7.214"), classes("17.214"), "X13", severity="warning"),
    Trap(14, "a fall beyond the planned fall", fallen("giảm 2,9", "vượt 0,4"), fallen("tăng 2,9", "vượt 0,4"), "T02"),
    Trap(14, "a goal that is a ceiling", ceiling("thấp hơn 1,8"), ceiling("thấp hơn 8,1"), "T01P"),
    Trap(15, "persons of households", of_which("người"), of_which("hộ"), "O02"),
    Trap(6, "a bill of every month", bill("VND/tháng"), bill("hộ"), "C03"),
    Trap(6, "changes since two dates", two_bases("45.100"), two_bases("54.100"), "G02"),
    Trap(6, "half a year against the plan of the year", half_year("54,39"), half_year("45,39"), "T03", severity="warning"),
    Trap(6, "a month may have a plan of its own", half_year("101,2", "2023-05"), half_year("101,2", "2023-01/2023-05"), "T03", severity="warning"),
    Trap(6, "flows of a year and a change since five years ago", since("2018"), since("2022"), "T11"),
    Trap(12, "a labour force wider than that of the rate", narrower("2,30", "39,25"), narrower("2,60", "39,25"), "X05R", severity="warning"),
    Trap(12, "a labour force wider than that of the coverage", narrower("2,30", "39,25"), narrower("2,30", "29,25"), "O03C"),
    Trap(14, "a goal to fall below is exceeded from above", exceeded("vượt 0,36"), exceeded("vượt 0,63"), "T01P"),
    Trap(16, "identities hold whatever the labels", labels("11,24", "9,94"), labels("9,94", "11,24"), "X07"),
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    """All traps and twins, each in a document of its own, by all rules that look at one document."""
    documents = {}
    for trap in TRAPS:
        documents[f"quiet {trap.name}"] = Document([dict(one) for one in trap.quiet])
        documents[f"twin {trap.name}"] = Document([dict(one) for one in trap.twin])
    return judge_documents(tmp_path_factory.mktemp("traps"), documents, explained=False)


def several_sources(rule: str) -> bool:
    """The documents of this module speak of the same places; that two of them differ is meant."""
    return rule in {"S01", "S02"}


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap.number} {trap.name}")
def test_a_text_that_only_looks_wrong_is_not_accused(trap: Trap, judged: Judgings) -> None:
    loud = [f for f in judged.loud(f"quiet {trap.name}") if not several_sources(f.rule.id)]
    assert [(f.rule.id, f.severity, f.message_vi) for f in loud] == []


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap.number} {trap.name}")
def test_its_twin_that_is_wrong_is_reported(trap: Trap, judged: Judgings) -> None:
    found = {(f.rule.id, f.severity) for f in judged.loud(f"twin {trap.name}")}
    assert (trap.rule, trap.severity) in found


def test_a_rate_of_another_population_is_a_question_and_never_an_error(judged: Judgings) -> None:
    assert {f.severity for f in judged.loud("twin a rate of another population") if not several_sources(f.rule.id)} == {"warning"}


def test_every_trap_of_the_design_has_its_test() -> None:
    assert {trap.number for trap in TRAPS} == set(range(1, 17))
