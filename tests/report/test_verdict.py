"""The sentence at the top, and what needs a person."""

from __future__ import annotations

from typing import Any

import pytest

from etl.report.verdict import attention, verdict


def counts(*, read: int = 10, published: int = 10, is_balanced: bool = True, rules: dict[str, int] | None = None, **findings: int) -> dict[str, Any]:
    return {
        "read": read,
        "published": published,
        "quarantined": 0,
        "excluded": 0,
        "is_balanced": is_balanced,
        "findings": {"error": 0, "warning": 0, "waived": 0} | findings,
        "rules": {"applied": 5, "broken": 0} | (rules or {}),
    }


@pytest.mark.parametrize(
    ("counted", "level"),
    [
        (counts(), "clear"),
        (counts(waived=1), "waived"),
        (counts(warning=1, waived=1), "warnings"),
        (counts(error=1), "errors"),
        (counts(error=1, warning=2), "errors_and_warnings"),
        (counts(rules={"applied": 0}), "unjudged"),
        (counts(read=0, published=0, rules={"applied": 0}), "empty"),
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
    assert verdict(counts(read=1200, published=1200, error=1, warning=2)) == {
        "level": "errors_and_warnings",
        "vi": "Trong 1.200 con số đã đọc có 1 chỗ không thể đúng và 2 chỗ khó tin, cần người xem.",
        "en": "Among 1,200 figures read: 1 place that cannot be right, 2 places hard to believe; a person should look.",
    }


def finding(name: str, **columns: Any) -> dict[str, Any]:
    return {"finding_id": name, "verdict": "fail", "severity": "error", "waived": False, "cause": None, "cause_source_id": None, **columns}


def test_at_most_five_need_a_person_at_once() -> None:
    assert attention([finding(str(n)) for n in range(9)]) == ["0", "1", "2", "3", "4"]


def test_nothing_is_pushed_aside_by_what_is_only_worth_knowing() -> None:
    found = [finding("e"), finding("w", severity="warning"), *(finding(f"i{n}", severity="info") for n in range(9))]
    assert attention(found) == ["e", "w", "i0"]


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
