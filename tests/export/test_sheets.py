"""The sheets: names that spreadsheets take, questions that answer every heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etl.export.published import open_published
from etl.export.sheets import SHEETS, Sheet, prepare, question, visible

if TYPE_CHECKING:
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
