"""What codes are called."""

from __future__ import annotations

from typing import Any

from etl.report.names import joined, names_of
from etl.report.wording import Said


def test_indicators_and_members_have_the_names_of_the_catalogues(content: dict[str, Any]) -> None:
    assert names_of(content).indicator("poor_rate") == Said("Tỷ lệ hộ nghèo", "Rate of poor households")
    assert names_of(content).breakdown("sector=industry") == Said("công nghiệp, xây dựng", "industry, construction")


def test_a_subject_is_told_by_the_names_of_its_parts(content: dict[str, Any]) -> None:
    said = names_of(content).subject("poor_rate|level|sector=industry;sex=x|Lào Cai|2023|actual|")
    assert said.vi == "Tỷ lệ hộ nghèo · công nghiệp, xây dựng · sex=x · Lào Cai · 2023 · thực tế"
    assert said.en == "Rate of poor households · industry, construction · sex=x · Lào Cai · 2023 · actual"


def test_what_no_catalogue_knows_is_shown_as_written(content: dict[str, Any]) -> None:
    assert names_of(content).indicator('"><img>') == Said('"><img>', '"><img>')
    assert names_of(content).indicator(None) == names_of(content).breakdown(None) == Said("", "")


def test_nothing_is_joined_to_nothing() -> None:
    assert joined([Said("", ""), Said("a", "b"), Said("", "")]) == Said("a", "b")
