"""What a source.toml promises is held against what the document printed: mandatory indicators, the day of publication."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from etl.check import check
from etl.errors import ConfigError
from etl.pipeline import run
from etl.project import Project
from etl.query import run_query

if TYPE_CHECKING:
    from pathlib import Path

    from etl.validate.findings import Finding

pytestmark = pytest.mark.usefixtures("few_rules")

DAY = date(2026, 6, 30)
HEADER = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note\n"
ROWS = 'poor_households,level,,Hà Giang,2023,actual,"18.472",hộ,,\npoor_household_rate,level,,Hà Giang,2023,actual,"18.4720",%,,\n'


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A readable number of households, and a rate that cannot be read."""
    path = tmp_path / "raw" / "a" / "figures.csv"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def promise(draft: Path, text: str) -> None:
    draft.with_name("source.toml").write_text(f'title = "Bịa"\nlicence = "CC0-1.0"\n{text}\n', encoding="utf-8")


# Each kept and broken promise in a document of its own, all checked at once: its rows beside ROWS, what it promises.
SCHOOLS = "schools,level,,Hà Giang,2023,actual,412,trường,,{note}\n"
PROMISES = {
    "form": ("", 'must_have = ["poor_households", "poor_household_rate", "near_poor_households"]'),
    "refused": (SCHOOLS.format(note="").replace("trường", "tỷ đồng"), 'must_have = ["schools"]'),
    "set-aside": (SCHOOLS.format(note="context=related"), 'must_have = ["schools"]'),
    "answered": (SCHOOLS.format(note=""), 'must_have = ["schools"]'),
    "misspelt": ("", 'must_have = ["poor_housholds"]'),
    "late": ("", "published = 2024-02-02\ndue = 2024-01-31"),
    "on the day": ("", "published = 2024-01-31\ndue = 2024-01-31"),
    "early": ("", "published = 2024-01-30\ndue = 2024-01-31"),
    "unpublished": ("", "due = 2024-01-31"),
    "undue": ("", "published = 2024-02-02"),
}


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory, few_rules: None) -> tuple[Finding, ...]:  # noqa: ARG001  asked for by its name: it is of the module too
    """What a check of all these documents found."""
    raw = tmp_path_factory.mktemp("raw")
    for name, (rows, text) in PROMISES.items():
        (raw / name).mkdir()
        (raw / name / "figures.csv").write_text(HEADER + ROWS + rows, encoding="utf-8")
        promise(raw / name / "figures.csv", text)
    return check([raw / name / "figures.csv" for name in PROMISES], evaluated_on=DAY).validated.findings


def told(findings: tuple[Finding, ...], rule: str, document: str) -> list[Finding]:
    """What one rule says of one document."""
    return [f for f in findings if f.rule.id == rule and f"/{document}" in f.key]


def test_an_indicator_that_the_form_asks_for_is_there_or_told(findings: tuple[Finding, ...]) -> None:
    found = told(findings, "D01", "form")
    assert [f.expected for f in found] == ["near_poor_households", "poor_household_rate"], "a figure that cannot be read is none"
    assert "near_poor_households" in found[0].message_vi
    assert (found[0].severity, found[0].verdict) == ("warning", "fail")


@pytest.mark.parametrize(("document", "missing"), [("refused", ["schools"]), ("set-aside", ["schools"]), ("answered", [])])
def test_a_figure_that_is_refused_or_set_aside_answers_no_form(findings: tuple[Finding, ...], document: str, missing: list[str]) -> None:
    assert [f.expected for f in told(findings, "D01", document)] == missing


def test_a_misspelt_indicator_is_told_with_the_nearest(findings: tuple[Finding, ...]) -> None:
    (found,) = told(findings, "D01", "misspelt")
    assert "gần nhất: poor_households" in found.message_vi
    assert "nearest: poor_households" in found.message_en


@pytest.mark.parametrize(("document", "late"), [("late", ["2 ngày"]), ("on the day", []), ("early", []), ("unpublished", []), ("undue", [])])
def test_a_late_publication_is_an_information(findings: tuple[Finding, ...], document: str, late: list[str]) -> None:
    found = told(findings, "D03", document)
    assert [f.severity for f in found] == ["info"] * len(late)
    assert all(words in f.message_vi for words, f in zip(late, found, strict=True))


@pytest.mark.parametrize("text", ['must_have = "poor_households"', "must_have = [1]", 'due = "2024-01-31"', "due = 1024-01-31"])
def test_a_promise_that_cannot_be_read_refuses_the_file(draft: Path, text: str) -> None:
    promise(draft, text)
    with pytest.raises(ConfigError) as refused:
        check([draft], evaluated_on=DAY)
    assert refused.value.facts["line"] == 3


def test_a_run_publishes_what_was_promised_and_kept(draft: Path) -> None:
    promise(draft, 'must_have = ["poor_households", "near_poor_households"]\npublished = 2024-02-02\ndue = 2024-01-31')
    project = Project(draft.parents[2])
    run(project, evaluated_on=DAY)
    counted = run_query(project, "SELECT rule, passed, failed FROM rule_results WHERE rule IN ('D01', 'D03') ORDER BY rule").to_pylist()
    assert counted == [{"rule": "D01", "passed": 1, "failed": 1}, {"rule": "D03", "passed": 0, "failed": 1}]
