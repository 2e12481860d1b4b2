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


TWINS: Final = (
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
