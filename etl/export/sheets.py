"""What people get who work in a spreadsheet: six sheets with Vietnamese headings, the same in the workbook and as CSV.

    SHEETS            name, file, columns with heading, width and kind of value; the question (sql/) that fills each
    prepare(...)      names, words of codes and written numbers that the questions ask for
    notes(...)        the lines of the sheet Ghi chú: what the marks mean, what this is, what it is not

Belongs here: what is told, in which words. Elsewhere: how CSV and .xlsx write it (people_csv.py, workbook.py), words of codes (report/wording.toml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import TYPE_CHECKING, Final

import pyarrow

from etl.report.sides import sides_of
from etl.report.wording import wording

if TYPE_CHECKING:
    from etl.export.published import Published


class Kind(StrEnum):
    """How a column is written."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Heading:
    """One column for people: the column of the question, its heading, how wide it is shown, what it holds."""

    column: str
    text: str
    width: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name for people, its file name without ending, its question in sql/, its columns."""

    name: str
    file: str
    query: str
    headings: tuple[Heading, ...]


_N: Final = Kind.NUMBER
NOTES_NAME: Final = "Ghi chú"
NOTES_FILE: Final = "ghi-chu"

SHEETS: Final = (
    Sheet(
        "Số liệu",
        "so-lieu",
        "figures",
        (
            Heading("programme", "Chương trình", 24),
            Heading("indicator", "Chỉ tiêu", 42),
            Heading("measure", "Dạng trị số", 16),
            Heading("breakdown", "Phân tổ", 26),
            Heading("place", "Địa bàn", 18),
            Heading("vintage", "Danh mục hành chính", 12),
            Heading("period", "Kỳ", 12),
            Heading("kind", "Loại", 12),
            Heading("text", "Giá trị như đã in", 20),
            Heading("corrected", "Đính chính thành", 16),
            Heading("obs_value", "Trị số", 18, _N),
            Heading("lower_bound", "Cận dưới", 18, _N),
            Heading("upper_bound", "Cận trên", 18, _N),
            Heading("unit", "Đơn vị tính", 12),
            Heading("marks", "Ký hiệu", 10),
            Heading("document", "Tài liệu", 36),
            Heading("source", "Nguồn", 26),
            Heading("line", "Dòng", 8, _N),
            Heading("locator", "Vị trí", 16),
            Heading("note", "Ghi chú của nguồn", 30),
            Heading("indicator_id", "Mã chỉ tiêu", 28),
            Heading("observation_id", "Mã số liệu", 38),
        ),
    ),
    Sheet(
        "Phát hiện",
        "phat-hien",
        "findings",
        (
            Heading("rule", "Quy tắc", 9),
            Heading("label", "Nội dung quy tắc", 36),
            Heading("severity", "Mức", 16),
            Heading("state", "Trạng thái", 12),
            Heading("waived", "Đã tạm miễn", 10, Kind.YES_NO),
            Heading("message", "Kết luận", 70),
            Heading("expected", "Điều cần có", 18),
            Heading("actual", "Điều tìm thấy", 18),
            Heading("gap", "Độ lệch", 14, _N),
            Heading("tolerance", "Sai số làm tròn tối đa", 14, _N),
            Heading("printed", "Chỗ đã in", 60),
            Heading("cause", "Nguyên nhân chung", 26),
            Heading("finding_id", "Mã phát hiện", 38),
        ),
    ),
    Sheet(
        "Bị từ chối",
        "bi-tu-choi",
        "quarantine",
        (
            Heading("reason", "Lý do", 60),
            Heading("rules", "Quy tắc", 10),
            Heading("text", "Giá trị như đã in", 20),
            Heading("unit", "Đơn vị, như đã ghi", 14),
            Heading("indicator", "Chỉ tiêu, như đã ghi", 30),
            Heading("measure", "Dạng trị số, như đã ghi", 14),
            Heading("breakdown", "Phân tổ", 24),
            Heading("place", "Địa bàn, như đã ghi", 20),
            Heading("period", "Kỳ, như đã ghi", 14),
            Heading("kind", "Loại, như đã ghi", 12),
            Heading("source", "Nguồn", 26),
            Heading("line", "Dòng", 8, _N),
            Heading("locator", "Vị trí", 16),
            Heading("note", "Ghi chú của nguồn", 30),
            Heading("figure_id", "Mã con số", 38),
        ),
    ),
    Sheet(
        "Quy tắc",
        "quy-tac",
        "rules",
        (
            Heading("rule", "Quy tắc", 9),
            Heading("label", "Nội dung", 60),
            Heading("severity", "Mức", 12),
            Heading("outcome", "Kết quả", 18),
            Heading("seen", "Đã thấy", 10, _N),
            Heading("applicable", "Áp dụng được", 10, _N),
            Heading("passed", "Đạt", 10, _N),
            Heading("failed", "Không đạt", 10, _N),
            Heading("unverifiable", "Không đủ căn cứ", 10, _N),
            Heading("coverage_pct", "Độ phủ, %", 10, _N),
            Heading("open_findings", "Phát hiện đang mở", 10, _N),
        ),
    ),
    Sheet(
        "Nguồn",
        "nguon",
        "sources",
        (
            Heading("title", "Tên tài liệu", 44),
            Heading("publisher", "Nơi công bố", 26),
            Heading("published", "Ngày công bố", 12, Kind.DAY),
            Heading("url", "Địa chỉ", 30),
            Heading("citation", "Cách trích dẫn", 44),
            Heading("licence", "Giấy phép", 14),
            Heading("source", "Nguồn", 26),
            Heading("rows_read", "Số dòng đọc", 10, _N),
            Heading("rows_published", "Công bố", 10, _N),
            Heading("rows_quarantined", "Bị từ chối", 10, _N),
            Heading("rows_excluded", "Loại ra có lý do", 10, _N),
            Heading("sha256", "Mã băm SHA-256", 40),
        ),
    ),
)

_NOTES: Final = (
    ("Đây là gì", "Số liệu an sinh xã hội như các nơi công bố đã in, kèm kết quả kiểm tra của chương trình ansinh. Chương trình không tự sửa số nào."),
    ("Bản công bố", "{run}, xét theo ngày {day}"),
    ("Giá trị như đã in", "Nguyên văn, cả từ ước lượng: hơn, gần, khoảng, ít nhất …"),
    ("Đính chính thành", "Có người đã đính chính con số in (corrections.toml của nguồn): trị số và cận là của giá trị này. Để trống là không đính chính."),
    ("Trị số, Cận dưới, Cận trên", "Trị số đã nhân nghìn, triệu, tỷ; cận là khoảng mà câu chữ và cách làm tròn cho phép. Cận để trống là không có cận."),
    ("Danh mục hành chính", "Mã và tên địa bàn hiểu theo danh mục này. Lào Cai của danh mục 2023 và Lào Cai của danh mục 2025-07 là hai địa bàn khác nhau."),
    ("[e]", "Số ước tính"),
    ("[p]", "Số sơ bộ"),
    ("[r]", "Số đã thay đổi: bản công bố sau in khác bản công bố trước cho cùng chỉ tiêu, địa bàn, kỳ"),
    ("[b]", "Có điểm gãy giữa số này và kỳ trước của chuỗi (khái niệm, địa giới hoặc nguồn đã đổi): không so sánh trực tiếp"),
    ("[u]", "Thuộc một nhóm số không khớp nhau; chưa biết số nào sai, xem trang Phát hiện"),
    ("So với năm trước được không?", "Được, nếu cùng chỉ tiêu, dạng trị số, phân tổ, địa bàn, danh mục, đơn vị, và kỳ sau không mang ký hiệu [b] hoặc [u]."),
    ("Số nằm ở đâu trong nguồn?", "Các cột Nguồn, Dòng, Vị trí. Lần ngược bằng lệnh: ansinh trace và mã số liệu."),
    ("Điều khoản sử dụng", "Thuộc về nơi công bố, xem cột Giấy phép của trang Nguồn."),
    ("Dấu nháy đơn ở đầu ô", "Trong tệp CSV: để bảng tính không hiểu nhầm ô chữ là công thức hoặc ngày tháng; không thuộc về chữ đã in."),
    ("Dấu phân cách số", "Hiển thị theo thiết lập vùng của máy; ở máy đặt vùng Việt Nam là 1.234,5."),
)

# XML cannot hold them and a terminal obeys them: shown by their number, so that nothing is lost in silence.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def prepare(published: Published) -> None:
    """Make what the questions of sql/ ask for beside the published tables: said(list, code) and the names of breakdowns."""
    said = [(*entry.split(".", 1), texts["vi"]) for entry, texts in sorted(wording().entries.items()) if "." in entry]
    words = pyarrow.table({name: [row[at] for row in said] for at, name in enumerate(("list", "code", "vi"))})
    published.con.register("words_given", words)
    published.con.execute("CREATE OR REPLACE TEMP TABLE words AS FROM words_given")
    published.con.execute("CREATE OR REPLACE TEMP MACRO said(l, c) AS coalesce((SELECT any_value(w.vi) FROM words AS w WHERE w.list = l AND w.code = c), c)")
    published.con.execute(f"CREATE OR REPLACE TEMP TABLE breakdown_names AS {question('breakdown_names')}")
    _prepare_sides(published)


def _prepare_sides(published: Published) -> None:
    """Expected and found as people write them. Only where the gap proves what the text means: 1.800 may be a printed number, and stays as it is."""
    asked = published.rows("SELECT finding_id::VARCHAR AS finding_id, expected, actual, gap, tolerance FROM findings WHERE gap IS NOT NULL")
    read = [(finding["finding_id"], sides) for finding in asked if (sides := sides_of(dict(finding)))]
    columns = ([i for i, _ in read], [needed.written("vi") for _, (_, needed) in read], [found.written("vi") for _, (found, _) in read])
    text = pyarrow.string()
    told = pyarrow.table({name: pyarrow.array(column, text) for name, column in zip(("finding_id", "expected", "actual"), columns, strict=True)})
    published.con.register("sides_given", told)
    published.con.execute("CREATE OR REPLACE TEMP TABLE sides_told AS FROM sides_given")


def question(name: str) -> str:
    """The query of that name."""
    return resources.files("etl.export").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def notes(published: Published) -> list[tuple[str, str]]:
    """The lines of the sheet of notes."""
    year, month, day = published.run.evaluated_on.split("-")
    return [(name, text.format(run=published.run.run_id, day=f"{day}/{month}/{year}")) for name, text in _NOTES]


def visible(text: str) -> str:
    """A text without control characters."""
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
