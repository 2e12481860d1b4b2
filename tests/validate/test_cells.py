from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from judging import Document, judge_documents, row

from etl.validate.cells import Cell, cell_of
from etl.validate.edits import Slip, write
from etl.validate.members import read_members
from etl.validate.spans import ANYTHING, OPEN, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

PRINTED: Final = (
    row("poor_households", "12.480", "hộ"),
    row("poor_households", "gần 12.000", "hộ", time_period="2022"),
    row("poor_households", "khoảng 12,4 nghìn", "hộ", time_period="2021"),
    row("poor_households", "hơn 12.000", "hộ", time_period="2020", obs_kind="plan"),
    row("poor_household_rate", "8,25", "%"),
    row("poor_household_rate", "giảm 1,07", "điểm %", measure="change_pp", note="base=2022"),
    row("poor_household_rate", "-1,07", "điểm %", measure="change_pp", note="base=2021"),
    row("housing_support_expenditure", "55,5", "tỷ đồng"),
    row("housing_support_expenditure", "55.500", "triệu đồng", time_period="2022"),
    row("housing_support_expenditure", "từ 40 đến 90 triệu đồng", "VND", time_period="2021"),
    row("housing_support_expenditure", "tối đa 90 triệu đồng", "VND", time_period="2020"),
    row("merit_persons", "7.315", "người"),
    row("merit_persons", "18.4720", "người", time_period="2022"),
)


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Cell]:
    """Each printed text as a figure of a document."""
    judged = judge_documents(tmp_path_factory.mktemp("raw"), {"a": Document(PRINTED)}, ["C01"])
    members = read_members(judged.con, [n for (n,) in judged.con.execute("SELECT n FROM fact").fetchall()])
    return {str(m.text): cell_of(m) for m in members.values()}


@pytest.mark.parametrize("text", [r["value"] for r in PRINTED])
def test_an_edit_is_read_as_its_text_would_be(text: str, cells: Mapping[str, Cell]) -> None:
    cell = cells[text]
    tried = 0
    for printed, edit in cell.edits([ANYTHING]):
        assert cell.reading_of(printed, edit) == cell.reading_of_text(write(printed, edit)), (edit, write(printed, edit))
        tried += 1
    assert tried > 20


def test_the_unit_beside_a_number_joins_it_when_it_carries_the_multiplier(cells: Mapping[str, Cell]) -> None:
    cell = cells["55,5"]
    assert (cell.text, cell.factor) == ("55,5 tỷ đồng", 1)
    assert "55,5 triệu đồng" in {write(printed, edit) for printed, edit in cell.edits([ANYTHING]) if edit.slip is Slip.MULTIPLIER}


def test_only_edits_near_a_need_are_made(cells: Mapping[str, Cell]) -> None:
    cell = cells["giảm 1,07"]
    near = {write(printed, edit) for printed, edit in cell.edits([Span(-1_702_000_000, -1_698_000_000)])}
    assert near == {"giảm 1,70", "giảm 1,7", "tăng 1,07"}


def test_a_refused_text_has_candidates_and_no_reading(cells: Mapping[str, Cell]) -> None:
    cell = cells["18.4720"]
    assert cell.reading is None
    assert cell.candidates == ("18.472", "184.720")


def test_what_cannot_be_read_or_is_too_large_has_no_reading(cells: Mapping[str, Cell]) -> None:
    cell = cells["12.480"]
    assert cell.reading_of_text("12.48.0") is None
    huge = [cell.reading_of(printed, edit) for printed, edit in cells["55,5"].edits([Span(-OPEN, OPEN)]) if edit.exponent == 12]
    assert all(reading is not None for reading in huge)
