"""What codes are called."""

from __future__ import annotations

from typing import Any

import pytest

from etl.report.names import cited, joined, names_of, period
from etl.report.wording import Said


def test_indicators_and_members_have_the_names_of_the_catalogues(content: dict[str, Any]) -> None:
    assert names_of(content).indicator("poor_rate") == Said("Tỷ lệ hộ nghèo", "Rate of poor households")
    assert names_of(content).breakdown("sector=industry") == Said("công nghiệp, xây dựng", "industry, construction")


def test_a_subject_is_told_by_the_names_of_its_parts(content: dict[str, Any]) -> None:
    said = names_of(content).subject("poor_rate|level|sector=industry;sex=x|Lào Cai|2023|actual|")
    assert said.vi == "Tỷ lệ hộ nghèo · công nghiệp, xây dựng · sex=x · Lào Cai · 2023 · thực tế"
    assert said.en == "Rate of poor households · industry, construction · sex=x · Lào Cai · 2023 · actual"


@pytest.mark.parametrize(
    ("code", "start", "said"),
    [
        ("2023", "2023-01-01", Said("2023", "2023")),
        ("2025-08", None, Said("tháng 8/2025", "August 2025")),
        ("2023-01/2023-11", None, Said("tháng 1–11/2023", "January–November 2023")),
        ("2022-11/2023-04", None, Said("tháng 11/2022–4/2023", "November 2022–April 2023")),
        ("2021/2023", "2021-01-01", Said("2021–2023", "2021–2023")),
        ("2023/2024", "2023-09-01", Said("năm học 2023–2024", "school year 2023/24")),
        ("2023/2024", "2023-01-01", Said("2023–2024", "2023–2024")),
        ("2023/2024", None, Said("2023–2024", "2023–2024")),
        ("2023-Q1", None, Said("quý I/2023", "first quarter of 2023")),
        ("2023-Q4", None, Said("quý IV/2023", "fourth quarter of 2023")),
        ("2023-S1", None, Said("6 tháng đầu năm 2023", "first half of 2023")),
        ("2023-12-31", None, Said("31/12/2023", "31 December 2023")),
        ("2023-13", None, Said("2023-13", "2023-13")),
        ("2023-05-", None, Said("2023-05-", "2023-05-")),
        ("", None, Said("", "")),
        (None, None, Said("", "")),
    ],
)
def test_a_period_is_said_and_not_coded(code: str | None, start: str | None, said: Said) -> None:
    assert period(code, start) == said


def test_what_no_catalogue_knows_is_shown_as_written(content: dict[str, Any]) -> None:
    assert names_of(content).indicator('"><img>') == Said('"><img>', '"><img>')
    assert names_of(content).indicator(None) == names_of(content).breakdown(None) == Said("", "")


def test_nothing_is_joined_to_nothing() -> None:
    assert joined([Said("", ""), Said("a", "b"), Said("", "")]) == Said("a", "b")


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        (["a/f.csv"], "Bài viết, Báo A"),
        (["b/f.csv"], "b/f.csv"),
        (["a/f.csv", "a/f.csv", "b/f.csv"], "Bài viết, Báo A (+ 1)"),
        (["gone/f.csv"], ""),
        ([], ""),
    ],
)
def test_a_finding_cites_its_documents(quoted: list[str], said: str) -> None:
    sources: dict[str, dict[str, Any]] = {"a/f.csv": {"title": "Bài viết", "publisher": "Báo A"}, "b/f.csv": {"title": None, "publisher": None}}
    assert cited({"members": [{"source_id": source_id} for source_id in quoted]}, sources) == said
