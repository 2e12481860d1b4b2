"""What publishers are asked: the open contradictions of their own document, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from etl.export.published import open_published
from etl.slip.slips import MOST_ASKED, Slip, read_slips

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from etl.project import Project


@pytest.fixture
def slips_of(publish: Callable[..., Project], tmp_path: Path) -> Callable[..., tuple[Slip, ...]]:
    """The slips of these rows."""

    def read(rows: dict[str, Any], **options: Any) -> tuple[Slip, ...]:
        with open_published(publish(tmp_path / "p", rows, **options)) as published:
            return read_slips(published)

    return read


def test_only_failures_of_errors_and_warnings_are_asked(slips_of: Callable[..., tuple[Slip, ...]], rows: dict[str, Any]) -> None:
    (slip,) = slips_of(rows)
    assert (slip.name, [about.title for about in slip.publications]) == ("lao-cai", ["Bài viết"])
    assert [question.rule for question in slip.questions] == ["C01", "G01"], "the unverifiable one is not asked"
    assert [quote.text for quote in slip.questions[1].quotes] == ["52,7", "15,58", "28,72"]


def test_a_waived_finding_is_not_asked_again(slips_of: Callable[..., tuple[Slip, ...]], rows: dict[str, Any], working: ModuleType) -> None:
    (slip,) = slips_of(rows, waived=(working.uid(1, 3),))
    assert [question.rule for question in slip.questions] == ["C01"]


def test_where_nothing_is_open_there_is_no_slip(slips_of: Callable[..., tuple[Slip, ...]], rows: dict[str, Any]) -> None:
    rows["findings"] = rows["findings"][2:]
    rows["finding_members"] = []
    assert slips_of(rows) == ()


def between_two(rows: dict[str, Any], working: ModuleType, *publishers: str | None) -> dict[str, Any]:
    """The rows with one finding between two documents of these publishers."""
    same = {"language": "vi", "number_format": "vi", "sha256": "0"}
    rows["sources"] = [
        {**same, "source_id": working.SOURCE, "folder": "lao-cai", "title": "Bài viết", "publisher": publishers[0], "published": "2024-01-15"},
        {**same, "source_id": "nien-giam/figures.csv", "folder": "nien-giam", "title": "Niên giám", "publisher": publishers[1]},
    ]
    rows["findings"] = [working.finding(1, "G01", "warning")]
    rows["finding_members"] = [
        {"finding_id": working.uid(1, 3), "position": at, "role": "x", "source_id": source, "line": 2, "indicator": "employment_sector_share", "text": text}
        for at, (source, text) in enumerate([(working.SOURCE, "52,7"), ("nien-giam/figures.csv", "55,7")], start=1)
    ]
    return rows


def test_a_finding_between_two_documents_is_asked_of_both_publishers(
    slips_of: Callable[..., tuple[Slip, ...]], rows: dict[str, Any], working: ModuleType
) -> None:
    first, second = slips_of(between_two(rows, working, "Sở A", "Cục B"))
    assert (first.publisher, second.publisher) == ("Sở A", "Cục B")
    assert [(quote.text, quote.document) for quote in first.questions[0].quotes] == [("52,7", None), ("55,7", "Niên giám")]
    assert [(quote.text, quote.document) for quote in second.questions[0].quotes] == [("52,7", "Bài viết"), ("55,7", None)]


def test_one_publisher_gets_one_slip_about_all_its_documents(slips_of: Callable[..., tuple[Slip, ...]], rows: dict[str, Any], working: ModuleType) -> None:
    (slip,) = slips_of(between_two(rows, working, "Sở Lao động – A", "Sở Lao động – A"))
    assert slip.name == "so-lao-dong-a"
    assert [about.folder for about in slip.publications] == ["lao-cai", "nien-giam"]
    assert len(slip.questions) == 1, "asked once, though it is about two documents"
    assert [(quote.text, quote.document) for quote in slip.questions[0].quotes] == [("52,7", "Bài viết"), ("55,7", "Niên giám")]


def test_documents_of_unknown_publishers_stay_apart(slips_of: Callable[..., tuple[Slip, ...]], rows: dict[str, Any], working: ModuleType) -> None:
    assert [slip.name for slip in slips_of(between_two(rows, working, None, None))] == ["lao-cai", "nien-giam"]


def test_suggestions_are_the_first_hypotheses_without_remarks_on_what_was_not_tried(slips_of: Callable[..., tuple[Slip, ...]], rows: dict[str, Any]) -> None:
    rows["findings"][0]["hypotheses"] = json.dumps(
        [{"kind": "digit", "text_vi": f"có thể {n}"} for n in range(7)] + [{"kind": "limit", "text_vi": "chưa thử hết"}]
    )
    (slip,) = slips_of(rows)
    assert slip.questions[1].suggestions == tuple(f"có thể {n}" for n in range(3))


def test_a_slip_that_nobody_would_answer_is_cut_and_says_so(slips_of: Callable[..., tuple[Slip, ...]], rows: dict[str, Any], working: ModuleType) -> None:
    rows["findings"] = [working.finding(n, "G01") for n in range(1, MOST_ASKED + 4)]
    rows["finding_members"] = [
        {"finding_id": working.uid(n, 3), "position": 1, "role": "x", "source_id": working.SOURCE, "line": 2, "text": "52,7"} for n in range(1, MOST_ASKED + 4)
    ]
    (slip,) = slips_of(rows)
    assert (len(slip.questions), slip.questions_left_out) == (MOST_ASKED, 3)
