"""Findings as sentences: what is said of two numbers in the wrong order, and of numbers that look rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from judging import Document, Judgings, judge_documents, row

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLOWANCE: Final = "social_assistance_beneficiaries"
FUND: Final = "gratitude_fund_raised"


def order(part: str, whole: str) -> list[dict[str, str]]:
    return [row(ALLOWANCE, whole, "người"), row(ALLOWANCE, part, "người", breakdown="group=allowance_adjusted")]


def houses(total: str, *parts: str) -> list[dict[str, str]]:
    members = zip(("new_build", "repair"), parts, strict=True)
    return [
        row("housing_supported_households", total, "hộ"),
        *[row("housing_supported_households", value, "hộ", breakdown=f"work={m}") for m, value in members],
    ]


def spent(value: str, raised: str) -> list[dict[str, str]]:
    span = {"time_period": "2021/2023"}
    return [row(FUND, raised, "VND", **span), row("housing_support_expenditure", value, "VND", breakdown="fund=gratitude_fund", **span)]


DOCUMENTS: Final[dict[str, tuple[str, Sequence[dict[str, str]]]]] = {
    "order": ("X14", order("1.911", "1.800")),
    "order-may": ("X14", order("1.811", "1.800")),
    "order-hedged": ("X14", order("1.911", "khoảng 1.700")),
    "order-more-than": ("X14", order("hơn 1.911", "1.800")),
    "proper": ("O02", [row("poor_households", "1.204", "hộ"), row("poor_households", "2.680", "hộ", breakdown="ethnic_group=ethnic_tay")]),
    "money": ("X11", spent("12,5 tỷ đồng", "11 tỷ đồng")),
    "sum-may": ("G02", houses("1.000", "610", "415")),
    "sum-still": ("G02", houses("1.900", "610", "415")),
    "sum-both": ("G02", houses("1.900", "1.000", "412")),
    "ratio": ("O03", [row("near_poor_household_rate", "12", "%"), row("near_poor_households", "1.000", "hộ"), row("households", "20.000", "hộ")]),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    documents = {name: Document(list(rows)) for name, (_, rows) in DOCUMENTS.items()}
    return judge_documents(tmp_path_factory.mktemp("say"), documents, sorted({rule for rule, _ in DOCUMENTS.values()}), explained=False)


def said(told: Judgings, document: str) -> tuple[str, str]:
    (finding,) = [f for f in told.of(document) if f.verdict == "fail" and f.rule.id == DOCUMENTS[document][0]]
    return finding.message_vi, finding.message_en


def test_two_numbers_of_one_indicator_are_called_by_what_parts_them(told: Judgings) -> None:
    vi, en = said(told, "order")
    assert vi == (
        "Số đối tượng hưởng trợ giúp xã hội – Hà Giang 2023: người được điều chỉnh mức trợ cấp là 1.911, nhiều hơn tổng số là 1.800; vượt 111. "
        "Các số được in không kèm “khoảng”, “hơn”, “gần”, nên không tính sai số làm tròn. "
        "Dù 1.800 là số đã làm tròn (từ 1.750 đến 1.850) thì 1.911 vẫn lớn hơn."
    )
    assert en == (
        "Social-assistance beneficiaries – Hà Giang 2023: people whose allowance was adjusted is 1,911, more than the total, 1,800; 111 too much. "
        "The numbers are printed without “about”, “more than” or “nearly”: no rounding is allowed for. "
        "Even if 1,800 is a rounded number (1,750 to 1,850), 1,911 is still larger."
    )


def test_a_tolerance_stays_in_the_sentence_where_there_is_one(told: Judgings) -> None:
    assert "sai số làm tròn tối đa" in said(told, "order-hedged")[0]
    assert "sai số làm tròn tối đa" in said(told, "money")[0]


def test_a_number_printed_with_more_than_is_not_called_exact(told: Judgings) -> None:
    vi, _ = said(told, "order-more-than")
    assert "không kèm" not in vi
    assert "Không thể do làm tròn." in vi


def test_a_proper_name_keeps_its_capital(told: Judgings) -> None:
    vi, en = said(told, "proper")
    assert "dân tộc Tày là 2.680, nhiều hơn tổng số là 1.204" in vi
    assert "Tày is 2,680, more than the total, 1,204" in en


def test_money_is_larger_and_people_are_more(told: Judgings) -> None:
    vi, en = said(told, "money")
    assert "lớn hơn" in vi
    assert "nhiều hơn" not in vi
    assert "greater than" in en


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("order-may", "Nếu 1.800 là số đã làm tròn (từ 1.750 đến 1.850) thì khớp."),
        ("sum-may", "Nếu 1.000 là số đã làm tròn (từ 500 đến 1.500) thì khớp."),
        ("sum-still", "Dù 1.900 là số đã làm tròn (từ 1.850 đến 1.950) thì vẫn không khớp."),
        ("sum-both", "Nếu 1.900, 1.000 là số đã làm tròn (từ 1.850 đến 1.950; từ 500 đến 1.500) thì khớp."),
        ("ratio", "Nếu 1.000, 20.000 là số đã làm tròn thì giá trị đúng nằm trong khoảng từ 500 đến 1.500; từ 15.000 đến 25.000."),
    ],
)
def test_what_rounding_would_change_is_worked_out_where_it_can_be(told: Judgings, document: str, words: str) -> None:
    assert words in said(told, document)[0]
