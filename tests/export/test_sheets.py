"""The sheets: names that spreadsheets take, questions that answer every heading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from etl.export.published import open_published
from etl.export.sheets import SHEETS, Sheet, prepare, question, visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from etl.project import Project


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.file)
def test_a_question_has_the_columns_of_its_headings_in_order(sheet: Sheet, project: Project) -> None:
    with open_published(project) as published:
        prepare(published)
        asked = published.con.sql(question(sheet.query)).columns
    assert asked == [heading.column for heading in sheet.headings]


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    assert all(len(sheet.name) <= 31 and not set(sheet.name) & set("[]:*?/\\") for sheet in SHEETS)


def test_control_characters_are_shown_and_letters_stay() -> None:
    assert visible("Đắk Lắk\x00\x1b\n") == "Đắk Lắk\\x00\\x1b\n"


def test_the_sides_of_a_finding_are_written_in_vietnamese_where_the_gap_proves_them(
    publish: Callable[..., Project], rows: dict[str, Any], tmp_path: Path, working: ModuleType
) -> None:
    sides = {
        1: ("100", "97.00", 3.0),
        2: ("<= 1800", "1911", 111.0),
        3: ("[3.9; 4.1]", "-4.5", 8.4),
        4: ("18.472", "18.4720", None),
        5: ("<= 2", "1.800", 1798.0),
    }
    names = ("expected", "actual", "gap")
    rows["findings"] = [working.finding(at, "G01") | dict(zip(names, told, strict=True)) for at, told in sides.items()]
    rows["finding_members"] = []
    with open_published(publish(tmp_path / "sides", rows)) as published:
        prepare(published)
        told = published.con.sql(question("findings")).project("finding_id, expected, actual").order("finding_id").fetchall()
    assert [row[1:] for row in told] == [("100", "97,00"), ("≤ 1.800", "1.911"), ("[3,9; 4,1]", "−4,5"), ("18.472", "18.4720"), ("<= 2", "1.800")]


def test_a_corrected_figure_stands_as_printed_beside_what_it_was_corrected_to(publish: Callable[..., Project], rows: dict[str, Any], tmp_path: Path) -> None:
    rows["observations"][0] |= {"text": "55,7", "original_text": "52,7", "obs_value": 55.7}
    with open_published(publish(tmp_path / "corrected", rows)) as published:
        prepare(published)
        figures = published.con.sql(question("figures")).to_arrow_table().to_pylist()
        told = [(row["text"], row["corrected"], row["obs_value"]) for row in figures if row["line"] == 2]
        assert told == [("52,7", "55,7", 55.7)]
        assert {row["corrected"] for row in figures if row["line"] != 2} == {None}
        printed = published.con.sql(question("findings")).filter("rule = 'G01'").project("printed").fetchall()[0][0]
    assert printed.startswith("52,7 (đính chính thành 55,7, lao-cai/figures.csv, dòng 2"), printed
