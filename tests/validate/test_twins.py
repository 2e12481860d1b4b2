"""Rules ask what they add and compare: of two texts alike in nearly everything one is right and stays quiet, the other is wrong and is named.

The traps of the design have their own tests (test_false_alarms.py); these are about measures, wholes, goals, directions and lists that a rule must
not mix up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from judging import Document, Judgings, judge_documents, row

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Twin:
    """A text that is right, its twin that is wrong, and the rule that must say so of the twin."""

    name: str
    quiet: Sequence[dict[str, str]]
    twin: Sequence[dict[str, str]]
    rule: str
    severity: str = "error"


POVERTY: Final = ("multidimensional_poor_households", "poor_households", "near_poor_households")
INSURED: Final = ("social_insurance_participants", "compulsory_social_insurance_participants", "voluntary_social_insurance_participants")
LABOUR: Final = ("labour_force", "employed_persons", "unemployed_persons")


def three(names: tuple[str, ...], values: str, unit: str, **others: str) -> list[dict[str, str]]:
    """One figure of each indicator, alike in everything else."""
    return [row(name, value, unit, **others) for name, value in zip(names, values.split("; "), strict=True)]


def changes(since_2021: str) -> list[dict[str, str]]:
    of = {"measure": "change_abs"}
    return [
        *three(POVERTY, "giảm 150; giảm 100; giảm 50", "hộ", note="base=2022", **of),
        *three(POVERTY, since_2021, "hộ", note="base=2021", **of),
    ]


def sectors(values: str, measure: str, note: str) -> list[dict[str, str]]:
    names = ("agriculture_forestry", "industry_construction", "tourism_services")
    return [
        row("employment_sector_share", value, "%", measure=measure, breakdown=f"sector={name}", note=note)
        for name, value in zip(names, values.split("; "), strict=True)
    ]


def halves(*shares: tuple[str, str, str]) -> list[dict[str, str]]:
    return [row("employed_persons", value, "%", measure="share", breakdown=f"sex={sex}", note=f"of={whole}") for sex, value, whole in shares]


def told(first: str, second: str, name: str = "poor_household_rate", unit: str = "%") -> list[dict[str, str]]:
    """One key in two rows of a table: no place in running text is named."""
    return [row(name, first, unit), row(name, second, unit)]


JOBS: Final = "workers_provided_jobs"


def goals(excess: tuple[str, str, str], *others: tuple[str, str, str]) -> list[dict[str, str]]:
    """11.000 done; what was planned, what was aimed at, and by how much the plan was exceeded: kind, value, unit each."""
    told = [("actual", "11.000", "người"), *others]
    return [*[row(JOBS, value, unit, obs_kind=kind) for kind, value, unit in told], row(JOBS, excess[1], excess[2], measure=excess[0])]


def fewer(times: str) -> list[dict[str, str]]:
    strikes = [row("labour_strikes", "900", "vụ", time_period="2022"), row("labour_strikes", "300", "vụ")]
    return [*strikes, row("labour_strikes", times, "lần", measure="times", note="base=2022")]


def covered(excess: str, actual: str) -> list[dict[str, str]]:
    rates = [("actual", "level", actual), ("plan", "level", "90,0"), ("actual", "plan_excess", excess)]
    return [row("health_insurance_coverage_rate", value, "%", measure=measure, obs_kind=kind) for kind, measure, value in rates]


def fallen(planned: str) -> list[dict[str, str]]:
    of = {"measure": "change_pp", "note": "base=2022"}
    changes = [("actual", "giảm 4,43"), ("plan", planned), ("target", "giảm 1,50")]
    return [
        *[row("poor_household_rate", value, "điểm %", obs_kind=kind, **of) for kind, value in changes],
        row("poor_household_rate", "vượt 0,43", "điểm %", measure="plan_excess"),
    ]


def ordered(*figures: tuple[str, str, str]) -> list[dict[str, str]]:
    """A list said to fall: subgroup, value, place in the text."""
    return [row("poor_household_rate", value, "%", breakdown=part, note="order=desc", locator=at) for part, value, at in figures]


def alike(*keys: tuple[str, str]) -> list[dict[str, str]]:
    """Several keys with one value and one change: indicator and breakdown."""
    levels = [row(name, "1.234", "hộ", breakdown=part) for name, part in keys]
    return [*levels, *[row(name, "giảm 156", "hộ", measure="change_abs", breakdown=part, note="base=2022") for name, part in keys]]


CHILDREN: Final = ("group=children", "20,5", "p1#1-4")
OLD: Final = ("group=elderly", "15,2", "p1#10-14")
MINORITY: Final = ("ethnicity=ethnic_minority", "40,1", "p9#1-4")
PLAN: Final = ("plan", "10.000", "người")
GOAL: Final = ("target", "12.000", "người")

TWINS: Final = (
    Twin(
        "the excess is that of the plan",
        goals(("plan_excess", "vượt 1.000", "người"), PLAN, GOAL),
        goals(("plan_excess", "vượt 1.200", "người"), PLAN, GOAL),
        "T01P",
    ),
    Twin(
        "the excess in per cent is that of the plan",
        goals(("plan_excess", "vượt 10", "%"), PLAN, GOAL),
        goals(("plan_excess", "vượt 15", "%"), PLAN, GOAL),
        "T03X",
    ),
    Twin("the change planned is that of the plan", fallen("giảm 4,00"), fallen("giảm 4,10"), "T02"),
    Twin(
        "a goal stands for a plan that is not printed",
        goals(("plan_completion", "91,67", "%"), GOAL),
        goals(("plan_completion", "96,67", "%"), GOAL),
        "T03",
        "warning",
    ),
    Twin(
        "a goal does not stand beside the plan", goals(("plan_completion", "110", "%"), PLAN, GOAL), goals(("plan_completion", "91,67", "%"), PLAN, GOAL), "T03"
    ),
    Twin("a plan fulfilled so many times", goals(("plan_completion", "1,1", "lần"), PLAN), goals(("plan_completion", "1,3", "lần"), PLAN), "T03"),
    Twin("three times fewer", fewer("giảm 3"), fewer("gấp 3"), "O06", "warning"),
    Twin("three times fewer and not five", fewer("giảm 3"), fewer("giảm 5"), "O06", "warning"),
    Twin("5 % above a plan of 90 %", covered("vượt 5,0", "94,5"), covered("vượt 5,0", "96,5"), "T01P"),
    Twin("5 points above a plan of 90 %", covered("vượt 5,0", "95,0"), covered("vượt 5,0", "93,0"), "T01P"),
    Twin(
        "two lists, each in its order", ordered(CHILDREN, OLD, MINORITY), ordered((*OLD[:2], "p1#1-4"), (*CHILDREN[:2], "p1#10-14"), MINORITY), "G10", "warning"
    ),
    Twin(
        "two lists of one kind",
        ordered(CHILDREN, OLD, ("group=disabled", "40,1", "p9#1-4")),
        ordered(CHILDREN, OLD, ("group=disabled", "40,1", "p1#20-24")),
        "G10",
        "warning",
    ),
    Twin(
        "a list with a paragraph for each item",
        ordered((*CHILDREN[:2], "p1#1-4"), (*OLD[:2], "p2#1-4"), ("group=disabled", "10,1", "p3#1-4")),
        ordered((*CHILDREN[:2], "p1#1-4"), (*OLD[:2], "p2#1-4"), ("group=disabled", "16,1", "p3#1-4")),
        "G10",
        "warning",
    ),
    Twin(
        "a place that is rural throughout",
        alike(("poor_households", ""), ("poor_households", "area=rural")),
        alike(("poor_households", "area=rural"), ("near_poor_households", "area=rural"), ("poor_households", "")),
        "G11",
        "warning",
    ),
    Twin(
        "houses begun last year",
        [row("houses_started", "1.300", "căn"), row("houses_completed", "1.200", "căn")],
        [row("houses_started", "900", "căn"), row("houses_completed", "1.200", "căn")],
        "X10",
        "warning",
    ),
    Twin("one rate, printed sharper the second time", told("12,5", "12,50"), told("12,5", "12,4"), "C11"),
    Twin("one rate, sharper by another digit", told("12,5", "12,52"), told("12,5", "12,62"), "C11"),
    Twin("one rate, cut off the first time", told("17,38", "17,387"), told("17,38", "17,396"), "C11"),
    Twin("a count and what it is nearly", told("hơn 25.000", "25.137", "poor_households", "hộ"), told("25.000", "25.137", "poor_households", "hộ"), "C11"),
    Twin(
        "a number and what it nearly reaches", told("gần 21.000", "21.000", "poor_households", "hộ"), told("21.001", "21.000", "poor_households", "hộ"), "C11"
    ),
    Twin(
        "plans fulfilled are not added",
        three(INSURED, "98,5; 101,2; 72,4", "%", measure="plan_completion"),
        three(INSURED, "98.500; 71.200; 37.300", "người"),
        "G12",
    ),
    Twin(
        "growth in per cent is not added",
        three(POVERTY, "giảm 15; giảm 20; giảm 9", "%", measure="change_pct", note="base=2022"),
        three(POVERTY, "giảm 15; giảm 20; giảm 9", "hộ", measure="change_abs", note="base=2022"),
        "G03",
    ),
    Twin(
        "growth of the labour force is not that of its parts",
        three(LABOUR, "tăng 1,0; tăng 1,1; giảm 3,5", "%", measure="change_pct", note="base=2022"),
        three(LABOUR, "tăng 1.000; tăng 1.100; giảm 350", "người", measure="change_abs", note="base=2022"),
        "X05",
    ),
    Twin("changes since two years are two sums", changes("giảm 400; giảm 300; giảm 100"), changes("giảm 450; giảm 300; giảm 100"), "G03"),
    Twin(
        "changes of shares do not add up to 100",
        sectors("giảm 2,1; tăng 1,0; tăng 1,1", "change_pct", "base=2022"),
        sectors("52,7; 15,58; 28,72", "level", ""),
        "G01",
    ),
    Twin(
        "shares of two wholes",
        halves(("male", "52", "labour_force"), ("female", "48", "labour_force"), ("male", "45", "population"), ("female", "41", "population")),
        halves(("male", "52", "employed_persons"), ("female", "44", "employed_persons")),
        "G01L",
    ),
    Twin(
        "shares of a larger whole",
        halves(("male", "45", "population"), ("female", "41", "population")),
        halves(("male", "65", "population"), ("female", "41", "population")),
        "G08",
    ),
    Twin(
        "shares of a group in two wholes",
        [
            row("merit_persons", value, "%", measure="share", breakdown=f"merit_kind={kind}", note=f"of={whole}")
            for kind, value, whole in (("war_invalids", "60", "population"), ("sick_soldiers", "70", "households"))
        ],
        [
            row("employed_persons", value, "%", measure="share", breakdown=f"sector={kind}", note="of=labour_force")
            for kind, value in (("agriculture_forestry", "60"), ("industry_construction", "70"))
        ],
        "G08",
    ),
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    """All texts and their twins, each in a document of its own."""
    documents = {}
    for twin in TWINS:
        documents[f"quiet {twin.name}"] = Document([dict(one) for one in twin.quiet])
        documents[f"twin {twin.name}"] = Document([dict(one) for one in twin.twin])
    return judge_documents(tmp_path_factory.mktemp("twins"), documents)


def loud(judged: Judgings, document: str) -> list[tuple[str, str, str]]:
    """Errors and warnings about one document. (That the documents differ from each other is meant.)"""
    return [(f.rule.id, f.severity, f.message_vi) for f in judged.loud(document) if f.rule.id not in {"S01", "S02"}]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_a_text_that_is_right_is_not_accused(twin: Twin, judged: Judgings) -> None:
    assert loud(judged, f"quiet {twin.name}") == []


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_its_twin_is_named(twin: Twin, judged: Judgings) -> None:
    assert (twin.rule, twin.severity) in {found[:2] for found in loud(judged, f"twin {twin.name}")}
