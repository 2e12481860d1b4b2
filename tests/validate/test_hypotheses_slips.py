"""Slips of every kind in invented documents: how often is the figure as it was among the first three hypotheses?

A slip that no rule sees is no matter of hypotheses and is not counted; neither is one that only a bound sees (a part above its total): there
many figures would do as well, and no arithmetic can tell which one stood there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from judging import Document, judge_documents, row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from etl.validate.findings import Finding

Row = dict[str, str]
# Every rule but those that compare documents: each slip has one of its own, and the other documents print what it should be.
RULES: Final = (
    *("C01", "C04", "C05", "G01", "G02", "G03", "G09", "O02", "O03", "O04"),
    *("P01", "T01", "T01P", "T03", "T04", "T04A", "X05", "X05R", "X06", "X07", "X08"),
)
EQUALITIES: Final = frozenset({"sum", "hundred", "ratio", "change", "product", "balance"})
EVERY: Final = 11  # of all slips that can be made, each eleventh is tried: enough to see a fault, few enough to wait for
NUMERAL: Final = re.compile(r"[0-9]+(?:\.[0-9]{3})*(?:,[0-9]+)?")
WORDS: Final = ("nghìn", "triệu", "tỷ")

BOOKS: Final[dict[str, list[Row]]] = {
    "poverty": [
        row("households", "214.630", "hộ"),
        row("poor_households", "19.274", "hộ"),
        row("near_poor_households", "12.908", "hộ"),
        row("multidimensional_poor_households", "32.182", "hộ"),
        row("poor_household_rate", "8,98", "%"),
        row("near_poor_household_rate", "6,01", "%"),
        row("poor_households", "16.851", "hộ", breakdown="area=rural"),
        row("poor_households", "2.423", "hộ", breakdown="area=urban"),
        row("poor_household_rate", "11,45", "%", time_period="2022"),
        row("poor_household_rate", "giảm 2,47", "điểm %", measure="change_pp", note="base=2022"),
    ],
    "houses": [
        row("houses_started", "8.316", "căn"),
        row("houses_started", "5.127", "căn", breakdown="work=new_build"),
        row("houses_started", "3.189", "căn", breakdown="work=repair"),
        row("houses_started", "8.750", "căn", obs_kind="plan"),
        row("houses_started", "95,04", "%", measure="plan_completion"),
        row("housing_support_expenditure", "402,7 tỷ đồng", "VND"),
        row("housing_support_expenditure", "306,5 tỷ đồng", "VND", breakdown="work=new_build"),
        row("housing_support_expenditure", "96,2 tỷ đồng", "VND", breakdown="work=repair"),
    ],
    "labour": [
        row("employment_sector_share", "41,6", "%", breakdown="sector=agriculture_forestry"),
        row("employment_sector_share", "27,35", "%", breakdown="sector=industry_construction"),
        row("employment_sector_share", "31,05", "%", breakdown="sector=tourism_services"),
        row("labour_force", "361.482", "người"),
        row("employed_persons", "353.517", "người"),
        row("unemployed_persons", "7.965", "người"),
        row("unemployment_rate", "2,20", "%"),
        row("population", "648.900", "người"),
    ],
    "insurance": [
        row("social_insurance_participants", "67.218", "người"),
        row("social_insurance_participants", "61.394", "người", time_period="2022"),
        row("social_insurance_participants", "tăng 5.824", "người", measure="change_abs", note="base=2022"),
        row("social_insurance_participants", "tăng 9,49", "%", measure="change_pct", note="base=2022"),
        row("insurance_expenditure", "1.284,36 tỷ đồng", "VND"),
        row("insurance_expenditure", "903,17 tỷ đồng", "VND", breakdown="payer=social_insurance_fund", note="list=closed"),
        row("insurance_expenditure", "287,42 tỷ đồng", "VND", breakdown="payer=health_insurance_fund", note="list=closed"),
        row("insurance_expenditure", "93,77 tỷ đồng", "VND", breakdown="payer=state_budget", note="list=closed"),
    ],
    "gifts": [
        row("gift_recipient_households", "23.150", "hộ"),
        row("gift_norm", "600 nghìn đồng", "VND/hộ", measure="per_unit"),
        row("gift_expenditure", "13,89 tỷ đồng", "VND"),
        row("merit_persons", "27.463", "người"),
        row("merit_persons", "14.209", "người", breakdown="sex=male"),
        row("merit_persons", "13.254", "người", breakdown="sex=female"),
    ],
}


@dataclass(frozen=True, slots=True)
class Made:
    """One slip: in which row of which book, of which kind, what stood there."""

    book: str
    at: int
    kind: str
    original: str
    printed: str


def slips(text: str) -> Iterator[tuple[str, str]]:
    """All slips of the hand in one printed value, as kind and text."""
    found = NUMERAL.search(text)
    assert found is not None
    digits, decimals = re.sub("[.,]", "", found[0]), len(found[0].partition(",")[2])
    for kind, changed, places in _in_digits(digits, decimals):
        whole = len(changed) - places
        if whole > 0 and (whole == 1 or changed[0] != "0") and (changed, places) != (digits, decimals):
            yield kind, text[: found.start()] + _numeral(changed, places) + text[found.end() :]
    word = re.search(" (nghìn|triệu|tỷ)", text)
    if word is not None:
        for other in ("", *(f" {w}" for w in WORDS if w != word[1])):
            yield "multiplier", text.replace(word[0], other)


def _in_digits(digits: str, decimals: int) -> Iterator[tuple[str, str, int]]:
    whole = len(digits) - decimals
    for i, digit in enumerate(digits):
        places = decimals if i < whole else decimals - 1
        for new in "0123456789":
            yield "digit", digits[:i] + new + digits[i + 1 :], decimals
        yield "swap", digits[:i] + digits[i + 1 : i + 2] + digit + digits[i + 2 :], decimals
        yield "doubled", digits[:i] + digit + digits[i:], places + 2 * (i >= whole)
        if len(digits) > 1:
            yield "dropped", digits[:i] + digits[i + 1 :], places
    yield "factor10", (digits + "0" if not decimals else digits), max(decimals - 1, 0)
    yield "factor10", digits.zfill(decimals + 2), decimals + 1


def _numeral(digits: str, decimals: int) -> str:
    whole = digits[: len(digits) - decimals].lstrip("0") or "0"
    return re.sub("(?<=[0-9])(?=(?:[0-9]{3})+$)", ".", whole) + ("," + digits[-decimals:] if decimals else "")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[int | None]]:
    """By kind of slip: the place of the original among the hypotheses of the findings about the slipped figure, None where it is not there."""
    every = [
        Made(book, at, kind, r["value"], text) for book, rows in BOOKS.items() for at, r in enumerate(rows) for kind, text in dict.fromkeys(slips(r["value"]))
    ]
    made = every[::EVERY]
    documents = {f"slip{number:04d}": Document(_with(BOOKS[slip.book], slip)) for number, slip in enumerate(made)}
    judged = judge_documents(_folder(tmp_path_factory), {**documents, **{f"book_{name}": Document(rows) for name, rows in BOOKS.items()}}, RULES)
    by_document: dict[str, list[Finding]] = defaultdict(list)
    for finding in judged.findings:
        if finding.members and finding.verdict == "fail" and finding.severity != "info":
            by_document[finding.members[0][1].source_id.partition("/")[0]].append(finding)
    assert not [name for name in by_document if name.startswith("book_")], "the books themselves hold"
    places: dict[str, list[int | None]] = defaultdict(list)
    for name, slip in zip(documents, made, strict=True):
        about = [f for f in by_document[name] if any(m.line == slip.at + 2 for _, m in f.members)]
        if any(f.rule.kind in EQUALITIES for f in about):
            ranks = [rank for f in about for rank, h in enumerate(f.hypotheses, 1) if h["to"] == slip.original]
            places[slip.kind].append(min(ranks, default=None))
    return places


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("slips")


def _with(rows: list[Row], slip: Made) -> list[Row]:
    return [{**r, "value": slip.printed} if at == slip.at else r for at, r in enumerate(rows)]


def test_nine_originals_in_ten_are_among_the_first_three(outcome: dict[str, list[int | None]]) -> None:
    places = [place for found in outcome.values() for place in found]
    named = sum(place is not None and place <= 3 for place in places)
    assert len(places) > 100
    assert named >= 0.9 * len(places), {kind: Counter(found) for kind, found in outcome.items()}


@pytest.mark.parametrize("kind", ["swap", "factor10", "multiplier", "doubled"])
def test_slips_that_leave_little_choice_are_nearly_always_named_first(kind: str, outcome: dict[str, list[int | None]]) -> None:
    assert sum(place == 1 for place in outcome[kind]) >= 0.8 * len(outcome[kind]) > 0, Counter(outcome[kind])
