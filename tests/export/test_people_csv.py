"""CSV for people: what Excel set to Vietnamese needs, and nothing that it could run."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from etl.export import export
from etl.export.sheets import SHEETS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from etl.project import Project


def read(file: Path) -> list[dict[str, str]]:
    """The rows as Excel takes them."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


@pytest.fixture
def figures(project: Project, tmp_path: Path) -> Path:
    """The file of the figures."""
    return export(project, "csv", tmp_path / "csv")


def test_a_file_begins_with_the_mark_by_which_excel_knows_utf_8(figures: Path) -> None:
    for file in figures.parent.iterdir():
        content = file.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf"), file.name
        assert content.count(b"\xef\xbb\xbf") == 1, file.name


def test_headings_are_vietnamese_and_every_sheet_is_a_file(figures: Path) -> None:
    assert {file.stem for file in figures.parent.iterdir()} == {sheet.file for sheet in SHEETS} | {"ghi-chu"}
    for sheet in SHEETS:
        first = figures.with_name(f"{sheet.file}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        assert first == ";".join(heading.text for heading in sheet.headings)


def test_numbers_have_decimal_commas_and_no_groups(figures: Path) -> None:
    by_text = {row["Giá trị như đã in"]: row for row in read(figures)}
    assert by_text["52,7"]["Trị số"] == "52,7"
    assert by_text["20.411"]["Trị số"] == "20411"


def test_a_number_is_written_out_whatever_its_size(rows: dict[str, Any], publish: Callable[..., Project], working: ModuleType, tmp_path: Path) -> None:
    written = {0.0: "0", 1e22: "10000000000000000000000", 0.00001: "0,00001", -3.7: "-3,7", 123456789012.3: "123456789012,3", 36_500_000_000.0: "36500000000"}
    rows["observations"] += [working.observation(40 + at, "trained_labour_rate", f"số {at}", value) for at, value in enumerate(written)]
    told = {row["Giá trị như đã in"]: row["Trị số"] for row in read(export(publish(tmp_path / "p", rows), "csv", tmp_path / "csv"))}
    assert [told[f"số {at}"] for at in range(len(written))] == list(written.values())


def test_nothing_can_be_taken_for_a_formula_or_a_date(figures: Path) -> None:
    printed = {row["Dòng"]: row["Giá trị như đã in"] for row in read(figures)}
    assert [printed[str(line)] for line in range(20, 28)] == [
        "'=HYPERLINK(1)",
        "'+cmd|' /C calc'!A0",
        "'@SUM(1)",
        "-3,7",
        "'5-10",
        "'\t=1",
        'a;b"c',
        "a\x07b | *c* <b>",
    ]


def test_marks_stand_in_a_column_of_their_own(rows: dict[str, Any], publish: Callable[..., Project], working: ModuleType, tmp_path: Path) -> None:
    same = {"title": "Bài viết", "language": "vi", "number_format": "vi", "sha256": "0"}
    rows["sources"] = [
        {**same, "source_id": working.SOURCE, "folder": "lao-cai", "published": "2024-01-01"},
        {**same, "source_id": "later/figures.csv", "folder": "later", "published": "2024-06-01"},
    ]
    rows["observations"] += [
        working.observation(40, "poor_household_rate", "11,3", 11.3, source_id="later/figures.csv", **working.province("10", "Tỉnh Lào Cai", 2024, "2023")),
        working.observation(41, "poor_household_rate", "4,5", 4.5, source_id="later/figures.csv", **working.province("15", "Tỉnh Yên Bái", 2024, "2023")),
        working.observation(42, "trained_labour_rate", "70", 70.0, obs_status="E", **working.province("10", "Tỉnh Lào Cai", 2025, "2023")),
        working.observation(43, "trained_labour_rate", "71", 71.0, obs_status="P", **working.province("10", "Tỉnh Lào Cai", 2026, "2023")),
    ]
    rows["breaks"] = [
        {"id": "b1", "indicator_pattern": "trained_*", "valid_from": "2026-01-01", "kind": "definition", "text_vi": "khái niệm mới", "text_en": "new"},
    ]
    told = read(export(publish(tmp_path / "p", rows), "csv", tmp_path / "csv"))
    marks = {(row["Giá trị như đã in"], row["Nguồn"]): row["Ký hiệu"] for row in told}
    assert marks["11,3", "later/figures.csv"] == "[r]"
    assert marks["11,24", working.SOURCE] == ""
    assert marks["4,5", "later/figures.csv"] == "", "printed again, not revised"
    assert marks["70", working.SOURCE] == "[e]"
    assert marks["71", working.SOURCE] == "[p] [b]"
    assert marks["52,7", working.SOURCE] == "[u]"


def test_a_month_does_not_become_a_day(rows: dict[str, Any], publish: Callable[..., Project], working: ModuleType, tmp_path: Path) -> None:
    month = {"time_period": "2025-08", "period_start": "2025-08-01", "period_end": "2025-08-31"}
    day = {"time_period": "2023-12-31", "period_start": "2023-12-31", "period_end": "2023-12-31"}
    rows["observations"] += [working.observation(40, "trained_labour_rate", "m", 1.0, **month), working.observation(41, "trained_labour_rate", "d", 1.0, **day)]
    told = read(export(publish(tmp_path / "p", rows), "csv", tmp_path / "csv"))
    assert {row["Kỳ"] for row in told if row["Giá trị như đã in"] in {"m", "d"}} == {"tháng 8/2025", "ngày 31/12/2023"}


def test_codes_are_told_in_words(figures: Path) -> None:
    row = next(row for row in read(figures) if row["Giá trị như đã in"] == "52,7")
    assert (row["Loại"], row["Dạng trị số"], row["Phân tổ"]) == ("thực tế", "trị số", "Nông, lâm nghiệp")
    outcomes = {row["Kết quả"] for row in read(figures.with_name("quy-tac.csv"))}
    assert outcomes == {"không đạt", "không chạy"}


def test_refused_rows_and_findings_keep_their_reasons(figures: Path) -> None:
    (refused,) = read(figures.with_name("bi-tu-choi.csv"))
    assert (refused["Lý do"], refused["Giá trị như đã in"], refused["Quy tắc"]) == ("hai cách đọc", "18.4720", "C01")
    first = read(figures.with_name("phat-hien.csv"))[0]
    assert (first["Quy tắc"], first["Mức"], first["Đã tạm miễn"]) == ("C01", "Lỗi", "không")
    assert first["Chỗ đã in"] == "18.4720 (lao-cai/figures.csv, dòng 12)"
