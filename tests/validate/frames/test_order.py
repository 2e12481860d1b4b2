"""A part above its total is told once: by the sum that holds all parts against the total, where there is one; else by the pair."""

from __future__ import annotations

import pytest
from judging import Document, judge_documents, row

CLASSES = ("primary", "lower_secondary")


def schools(first: str, second: str, note: str = "") -> list[dict[str, str]]:
    """A total of 915 pupils and two parts."""
    return [
        row("students", "915", "người"),
        *[row("students", value, "người", breakdown=f"school_level={level}", note=note) for level, value in zip(CLASSES, (first, second), strict=True)],
    ]


DOCUMENTS = {
    "closed": Document(schools("933", "208", "list=closed")),
    "undeclared": Document(schools("933", "208")),
    "one-part": Document(schools("933", "208")[:2]),
    "overlapping": Document(schools("933", "208", "list=overlap")),
    # Beside a figure that may be anything the sum proves little; the pair of two sharp numbers proves all.
    "hedged-beside": Document(schools("933", "khoảng 200", "list=closed")),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The rules that call each document wrong."""
    judged = judge_documents(tmp_path_factory.mktemp("order"), DOCUMENTS, explained=False)
    return {name: judged.rules_of(name) & {"O02", "G02"} for name in DOCUMENTS}


@pytest.mark.parametrize(
    ("document", "rules"),
    [("closed", {"G02"}), ("undeclared", {"G02"}), ("one-part", {"O02"}), ("overlapping", {"O02"})],
)
def test_a_part_above_its_total_is_told_by_one_rule(told: dict[str, set[str]], document: str, rules: set[str]) -> None:
    assert told[document] == rules


def test_a_part_above_its_total_is_told_of_two_sharp_numbers_whatever_stands_beside_them(told: dict[str, set[str]]) -> None:
    assert "O02" in told["hedged-beside"]
