"""The sentence at the top, and what needs a person."""

from __future__ import annotations

from typing import Any

import pytest

from etl.report.verdict import ALONE, attention, has_compared, verdict
from schemas.kinds import KINDS


def counts(
    *, read: int = 10, published: int = 10, quarantined: int = 0, is_balanced: bool = True, rules: dict[str, int] | None = None, **findings: int
) -> dict[str, Any]:
    return {
        "read": read,
        "published": published,
        "quarantined": quarantined,
        "excluded": 0,
        "is_balanced": is_balanced,
        "findings": {"error": 0, "warning": 0, "error_sets": 0, "warning_sets": 0, "waived": 0} | findings,
        "rules": {"applied": 5, "compared": 2, "broken": 0} | (rules or {}),
    }


@pytest.mark.parametrize(
    ("counted", "level"),
    [
        (counts(), "clear"),
        (counts(waived=1), "waived"),
        (counts(warning=1, waived=1), "warnings"),
        (counts(error=1), "errors"),
        (counts(error=1, warning=2), "errors_and_warnings"),
        (counts(rules={"compared": 0}), "uncompared"),
        (counts(warning=1, rules={"compared": 0}), "warnings"),
        (counts(published=9, quarantined=1, rules={"compared": 0}), "unjudged"),
        (counts(waived=1, rules={"compared": 0}), "unjudged"),
        (counts(rules={"applied": 0, "compared": 0}), "unjudged"),
        (counts(read=0, published=0, rules={"applied": 0, "compared": 0}), "empty"),
        (counts(error=1, rules={"broken": 1}), "broken"),
        (counts(published=9, is_balanced=False, rules={"broken": 1}), "unbalanced"),
    ],
)
def test_the_gravest_truth_is_told(counted: dict[str, Any], level: str) -> None:
    said = verdict(counted)
    assert said["level"] == level
    assert said["vi"].endswith(".")
    assert said["en"].endswith(".")


def test_the_sentence_counts_in_both_languages() -> None:
    assert verdict(counts(read=1200, published=1200, error=1, error_sets=1, warning=2, warning_sets=2)) == {
        "level": "errors_and_warnings",
        "vi": "Trong 1.200 con số đã đọc có 1 nhóm số không thể cùng đúng và 2 nhóm số cần xác nhận lại.",
        "en": "Of 1,200 figures read, 1 set of figures cannot all be right and 2 sets of figures should be confirmed.",
    }


def test_a_single_figure_that_is_impossible_is_no_set() -> None:
    assert verdict(counts(error=2, error_sets=1))["vi"] == "Trong 10 con số đã đọc có 2 chỗ không thể đúng."
    assert verdict(counts(warning=1))["en"] == "Of 10 figures read, none is certainly wrong, but 1 place should be confirmed."


def test_where_nothing_was_compared_no_contradiction_is_not_the_news() -> None:
    said = verdict(counts(read=1, published=1, rules={"applied": 12, "compared": 0}))
    assert said["vi"] == "Đã đọc 1 con số, từng con số đều hợp lệ, nhưng chưa có hai con số nào đối chiếu được với nhau."
    assert said["en"] == "1 figure read, each valid by itself, but no two of them could be compared."


def test_a_rule_has_compared_if_it_judged_figures_against_each_other() -> None:
    assert set(KINDS) > ALONE
    assert has_compared("sum", 1)
    assert not has_compared("sum", 0)
    assert not has_compared("format", 58)


def finding(name: str, **columns: Any) -> dict[str, Any]:
    return {"finding_id": name, "verdict": "fail", "severity": "error", "waived": False, "cause": None, "cause_source_id": None, **columns}


def test_at_most_five_need_a_person_at_once() -> None:
    assert attention([finding(str(n)) for n in range(9)]) == ["0", "1", "2", "3", "4"]


def test_nothing_is_pushed_aside_by_what_is_only_worth_knowing() -> None:
    found = [finding("e"), finding("w", severity="warning"), *(finding(f"i{n}", severity="info") for n in range(9))]
    assert attention(found) == ["e", "w", "i0"]


def test_what_could_not_be_judged_does_not_fill_the_first_screen() -> None:
    found = [finding("e"), *(finding(f"u{n}", severity="info", verdict="unverifiable") for n in range(9)), finding("i", severity="info")]
    assert attention(found) == ["e", "i"]


def test_what_is_waived_needs_nobody() -> None:
    assert attention([finding("e"), finding("x", waived=True)]) == ["e"]
    assert attention([finding("x", waived=True)]) == attention([]) == []


def test_one_cause_is_looked_at_once() -> None:
    found = [
        finding("a", cause="p1", cause_source_id="s"),
        finding("b", cause="p1", cause_source_id="s"),
        finding("c", cause="p1", cause_source_id="t"),
        finding("d"),
    ]
    assert attention(found) == ["a", "c", "d"]
