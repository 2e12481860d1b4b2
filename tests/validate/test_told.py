"""What a finding says in numbers: the largest gap that rounding could leave, why nothing can be said, and which repairs are worth a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from judging import Document, Judgings, judge_documents, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.validate.findings import Finding


@dataclass(frozen=True, slots=True)
class Gap:
    """A few rows, the rule that fails, and the gap that honest rounding of all its operands could leave, as a whole number of ten-thousandths."""

    name: str
    rows: Sequence[dict[str, str]]
    rule: str
    tolerance: int


def fund(raised: str, completion: str, plan: str = "20,0 tỷ đồng") -> list[dict[str, str]]:
    of = [("actual", "level", raised, "VND"), ("plan", "level", plan, "VND"), ("actual", "plan_completion", completion, "%")]
    return [row("gratitude_fund_raised", value, unit, measure=measure, obs_kind=kind) for kind, measure, value, unit in of]


def grown(before: str, now: str, growth: str) -> list[dict[str, str]]:
    return [
        row("gratitude_fund_raised", before, "VND", time_period="2022"),
        row("gratitude_fund_raised", now, "VND"),
        row("gratitude_fund_raised", growth, "%", measure="change_pct", note="base=2022"),
    ]


def strikes(before: str, now: str, growth: str, measure: str = "change_pct", unit: str = "%") -> list[dict[str, str]]:
    return [
        row("labour_strikes", before, "vụ", time_period="2022"),
        row("labour_strikes", now, "vụ"),
        row("labour_strikes", growth, unit, measure=measure, note="base=2022"),
    ]


def poverty(rate: str, households: str) -> list[dict[str, str]]:
    return [row("poor_households", "1.230", "hộ"), row("poor_household_rate", rate, "%"), row("households", households, "hộ")]


def loans(total: str, *parts: str) -> list[dict[str, str]]:
    funds = zip(("state_budget", "gratitude_fund"), parts, strict=True)
    return [
        row("policy_credit_disbursed", total, "triệu đồng"),
        *[row("policy_credit_disbursed", value, "triệu đồng", breakdown=f"fund={name}") for name, value in funds],
    ]


# 100 · 17,3 / 20,0 = 86,5; at most 100 · 17,35 / 19,95 = 86,9674; and 0,5 of the rate itself
GAPS: Final = (
    Gap("a rate of rounded amounts", fund("17,3 tỷ đồng", "88"), "T03", 9674),
    Gap("a rate of exact counts", poverty("12,0", "10.000"), "O03", 500),
    Gap("growth of rounded amounts", grown("20,0 tỷ đồng", "17,3 tỷ đồng", "giảm 12"), "T04", 9674),
    Gap("growth of exact counts", strikes("100", "200", "tăng 90"), "T04", 5000),
)
GROWN_ABS: Final = [
    row("labour_strikes", "120", "vụ"),
    row("labour_strikes", "tăng 20", "vụ", measure="change_abs", note="base=2022"),
    row("labour_strikes", "tăng 25", "%", measure="change_pct", note="base=2022"),
]
OTHERS: Final = {
    "growth by a change": GROWN_ABS,
    "product": [
        row("housing_support_expenditure", "7,9 tỷ đồng", "VND"),
        row("housing_support_norm", "60 triệu đồng", "VND/căn"),
        row("houses_supported", "120", "căn"),
    ],
    "nothing to divide by": poverty("50", "0"),
    "growth from nothing": strikes("0", "5", "tăng 500"),
    "an open list above its total": loans("1.000", "700", "400"),
    "unknown": [row("no_such_indicator", "1", "hộ")],
    "a break": [row("poor_households", "giảm 300", "hộ", measure="change_abs", note="base=2021")],
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    """All of them in one run."""
    documents = {gap.name: Document(list(gap.rows)) for gap in GAPS} | {name: Document(rows) for name, rows in OTHERS.items()}
    return judge_documents(tmp_path_factory.mktemp("told"), documents)


def only(judged: Judgings, document: str, rule: str) -> Finding:
    (finding,) = [f for f in judged.of(document) if f.rule.id == rule]
    return finding


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.name)
def test_the_tolerance_is_what_rounding_of_all_operands_could_leave(gap: Gap, judged: Judgings) -> None:
    found = only(judged, gap.name, gap.rule)
    assert found.tolerance is not None
    assert round(found.tolerance * 10_000) == gap.tolerance
    assert found.gap is not None
    assert found.gap > found.tolerance


def test_a_product_allows_for_both_its_factors(judged: Judgings) -> None:
    assert only(judged, "product", "P01").tolerance == 50_000_000 + 120 * 500_000


def test_growth_by_a_change_allows_for_its_own_rounding(judged: Judgings) -> None:
    assert only(judged, "growth by a change", "T04A").tolerance == 0.5


@pytest.mark.parametrize(("document", "rule"), [("nothing to divide by", "O03"), ("growth from nothing", "T04")])
def test_nothing_is_divided_by_nothing_and_says_so(document: str, rule: str, judged: Judgings) -> None:
    found = only(judged, document, rule)
    assert (found.verdict, found.code) == ("unverifiable", "zero-base")
    assert "= 0" not in found.message_vi
    assert "bằng 0" in found.message_vi


def test_parts_above_their_total_are_said_to_be_above_it(judged: Judgings) -> None:
    assert "lớn hơn tổng" in only(judged, "an open list above its total", "G02").message_vi


def test_a_code_says_the_grade_only_of_what_has_one(judged: Judgings) -> None:
    assert {f.code for f in judged.of("unknown") if f.verdict == "fail"} == {"unknown-indicator"}
    assert only(judged, "a break", "T06").code == "break"


def test_an_edit_that_leaves_the_value_alone_is_no_repair(judged: Judgings) -> None:
    found = [f for f in judged.of("a rate of exact counts") + judged.of("growth by a change") if f.rule.id != "S01"]  # of two documents, which is not meant
    told = {hypothesis["to"] for f in found for hypothesis in f.hypotheses}
    assert told
    assert told.isdisjoint({"12", "12,00", "tăng 25,0", "tăng 20,0"})
    assert not [h for h in only(judged, "nothing to divide by", "X07").hypotheses if (h["to"] or "").startswith("0")]


def test_the_unit_stands_on_both_sides_of_a_repair_or_on_neither(judged: Judgings) -> None:
    told = [(h["from"], h["to"]) for h in only(judged, "an open list above its total", "G02").hypotheses if h["from"]]
    assert told
    assert all(("đồng" in old) == ("đồng" in new) for old, new in told)
