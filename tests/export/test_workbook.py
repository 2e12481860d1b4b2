"""The workbook: what a person meets who opens it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from etl.errors import ConfigError, UsageError
from etl.export import export, workbook
from etl.export.sheets import NOTES_NAME, SHEETS

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from etl.project import Project


@pytest.fixture
def book(project: Project, tmp_path: Path) -> Workbook:
    """The workbook, read again."""
    return load_workbook(export(project, "xlsx", tmp_path / "so-lieu.xlsx"))


def test_it_has_the_six_sheets_with_frozen_headings_filters_and_widths(book: Workbook) -> None:
    assert book.sheetnames == [*(sheet.name for sheet in SHEETS), NOTES_NAME]
    for sheet in SHEETS:
        page = book[sheet.name]
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == page.dimensions
        assert [cell.value for cell in page[1]] == [heading.text for heading in sheet.headings]
        assert all(cell.font.bold for cell in page[1])
        assert page.column_dimensions["B"].width == sheet.headings[1].width


def test_numbers_are_numbers_with_the_decimals_they_need(book: Workbook) -> None:
    page = book["Số liệu"]
    at = {cell.value: cell.column for cell in page[1]}
    told = {row[at["Giá trị như đã in"] - 1].value: row[at["Trị số"] - 1] for row in page.iter_rows(min_row=2)}
    assert (told["15,58"].value, told["15,58"].number_format) == (15.58, "#,##0.00")
    assert (told["20.411"].value, told["20.411"].number_format) == (20411, "#,##0")


def test_no_text_is_a_formula(book: Workbook) -> None:
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}


def test_a_control_character_is_shown_by_its_number(book: Workbook) -> None:
    assert "a\\x07b | *c* <b>" in {cell.value for row in book["Số liệu"].iter_rows() for cell in row}


def test_the_notes_explain_every_mark(book: Workbook) -> None:
    explained = {row[0].value: row[1].value for row in book[NOTES_NAME].iter_rows()}
    assert {"[e]", "[p]", "[r]", "[b]", "[u]"} <= set(explained)
    assert explained["Bản công bố"] == "run1, xét theo ngày 01/01/2025"


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(UsageError) as refused:
        export(project, "xlsx", tmp_path / "so-lieu.xlsx")
    assert (refused.value.code, refused.value.facts["most"]) == ("workbook-too-long", 3)
    assert not (tmp_path / "so-lieu.xlsx").exists()


def test_without_the_extra_it_says_what_to_install(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ConfigError) as refused:
        export(project, "xlsx", tmp_path / "so-lieu.xlsx")
    assert (refused.value.code, refused.value.facts["extra"]) == ("extra-missing", "spreadsheets")
