"""The letter: polite, whole, the same in both forms, and free of names of persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pytest
from docx import Document

from etl.slip.document import render_document
from etl.slip.letter import Form, letter
from etl.slip.markdown import render_markdown
from etl.slip.slips import Question, Quote, Slip

if TYPE_CHECKING:
    from docx.document import Document as Paper

SAID_AT: Final = datetime(2024, 3, 1, 8)  # noqa: DTZ001  the property of a document has no zone
QUOTES: Final = tuple(
    Quote(
        text=text,
        unit="%",
        what="Cơ cấu lao động",
        about="Nông nghiệp, Lào Cai, 2023",
        source="lao-cai/figures.csv",
        line=line,
        locator=f"p13#{line}",
        document=None,
    )
    for line, text in ((21, "52,7"), (22, "hơn 15,58 %"))
)
QUESTION: Final = Question(
    rule="G01",
    label="Cơ cấu cộng bằng 100",
    severity="error",
    message="Cơ cấu lao động – Lào Cai 2023: 52,7 + 15,58 = 68,28, cần 100; lệch 31,72.",
    tolerance=0.055,
    cause=None,
    quotes=QUOTES,
    quotes_left_out=0,
    suggestions=("52,7 → 84,42",),
)
SLIP: Final = Slip(
    folder="lao-cai",
    title="Báo cáo năm 2023",
    publisher="Sở A",
    published=date(2024, 1, 15),
    snapshot="run1",
    evaluated_on="2024-03-01",
    questions=(QUESTION,),
    questions_left_out=0,
)


def as_text(slip: Slip) -> str:
    """The slip as Markdown."""
    return render_markdown(letter(slip), SAID_AT).decode()


def test_a_slip_reads_like_this() -> None:
    assert as_text(SLIP).splitlines()[:11] == [
        "# PHIẾU ĐỀ NGHỊ RÀ SOÁT SỐ LIỆU",
        "",
        "**Kính gửi:** Sở A",
        "",
        "**Đơn vị đề nghị:** …………………………………………………",
        "",
        "**Tài liệu:** Báo cáo năm 2023, công bố ngày 15/01/2024",
        "",
        "**Ngày xét:** 01/03/2024 (bản công bố run1)",
        "",
        as_text(SLIP).splitlines()[10],
    ]
    assert [line for line in as_text(SLIP).splitlines() if line.startswith(("## ", "| “", "**Cần", "**Phép", "**Sai", "**Một", "- 5", "- ☐ Cần"))] == [
        "## 1. Cơ cấu lao động – Lào Cai 2023 (các số không thể cùng đúng)",
        "| “52,7” (%) | Cơ cấu lao động (Nông nghiệp, Lào Cai, 2023) | p13\\#21 (chúng tôi ghi ở lao-cai/figures.csv, dòng 21) |",
        "| “hơn 15,58 %” | Cơ cấu lao động (Nông nghiệp, Lào Cai, 2023) | p13\\#22 (chúng tôi ghi ở lao-cai/figures.csv, dòng 22) |",
        "**Cần đúng:** Cơ cấu cộng bằng 100 (quy tắc G01).",
        "**Phép tính:** 52,7 + 15,58 = 68,28, cần 100; lệch 31,72.",
        "**Sai số làm tròn tối đa của các số đã in:** 0,055",
        "**Một số khả năng, chỉ để tham khảo:**",
        "- 52,7 → 84,42",
        "- ☐ Cần sửa số ………………… thành ………………… Căn cứ: ……………………………………",
    ]


def test_a_slip_asks_and_does_not_accuse() -> None:
    said = as_text(SLIP)
    assert "Kính đề nghị Quý cơ quan" in said
    assert "không phải kết luận số nào sai" in said


def test_a_publisher_who_is_not_known_is_addressed_all_the_same() -> None:
    assert "**Kính gửi:** Cơ quan công bố tài liệu" in as_text(replace(SLIP, publisher=None))


def test_what_is_left_out_is_said() -> None:
    said = as_text(replace(SLIP, questions_left_out=1234, questions=(replace(QUESTION, quotes_left_out=7, cause="p3#9"),)))
    assert "Còn 1.234 điểm khác" in said
    assert "và 7 con số khác." in said
    assert "**Chỗ có thể là nguyên nhân chung của nhiều điểm:** p3\\#9" in said


def test_a_printed_text_stays_text_in_markdown() -> None:
    hostile = replace(QUOTES[0], text="1|2*3_\n# [a](b) <i>&amp;\x07", unit=None)
    said = as_text(replace(SLIP, questions=(replace(QUESTION, quotes=(hostile,), message="- một\n2. hai"),)))
    assert "| “1\\|2\\*3\\_ \\# \\[a\\](b) \\<i\\>\\&amp;\\\\x07” |" in said


@pytest.mark.parametrize(("line", "drawn"), [("- a", "\\- a"), ("1. a", "1\\. a"), ("-3,7", "-3,7"), ("a - b", "a - b")])
def test_a_line_does_not_become_a_list(line: str, drawn: str) -> None:
    said = as_text(replace(SLIP, questions=(replace(QUESTION, suggestions=(line,)),)))
    assert f"- {drawn}\n" in said


def test_the_document_says_the_same() -> None:
    blocks = letter(SLIP)
    paper = read(render_document(blocks, SAID_AT))
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    for block in blocks:
        for line in block.lines:
            assert line in said
    rows = [tuple(cell.text for cell in row.cells) for row in paper.tables[0].rows]
    assert tuple(rows) == next(block.rows for block in blocks if block.form is Form.TABLE)


def test_the_document_is_in_official_type_and_signed_by_nobody() -> None:
    paper = read(render_document(letter(SLIP), SAID_AT))
    assert paper.styles["Normal"].font.name == "Times New Roman"
    assert (paper.core_properties.author, paper.core_properties.last_modified_by, paper.core_properties.language) == ("ansinh", "ansinh", "vi-VN")
    assert (paper.core_properties.created, paper.core_properties.modified) == (SAID_AT, SAID_AT) or str(paper.core_properties.modified).startswith(
        "2024-03-01 08:00"
    )


def test_a_control_character_does_not_break_the_document() -> None:
    hostile = replace(QUOTES[0], text="1\x00\x07", unit=None)
    paper = read(render_document(letter(replace(SLIP, questions=(replace(QUESTION, quotes=(hostile,)),))), SAID_AT))
    assert paper.tables[0].rows[1].cells[0].text == "“1\\x00\\x07”"


def read(content: bytes) -> Paper:
    """A .docx, read again."""
    return Document(BytesIO(content))


def test_a_sentence_that_names_no_subject_stands_below_the_rule() -> None:
    said = as_text(replace(SLIP, questions=(replace(QUESTION, message="“18.4720” đọc được hai cách."),)))
    assert "## 1. Cơ cấu cộng bằng 100 (" in said
    assert "**Phép tính:** “18.4720” đọc được hai cách." in said


def test_the_document_is_an_official_page_whose_tables_keep_their_heading() -> None:
    paper = read(render_document(letter(SLIP), SAID_AT))
    section = paper.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height, section.left_margin, section.right_margin)] == [210, 297, 30, 15]  # type: ignore[union-attr]
    assert "w:tblHeader" in paper.tables[0].rows[0]._tr.xml
    assert [round(cell.width.mm) for cell in paper.tables[0].rows[1].cells] == [34, 73, 58]
    assert "pBdr" not in paper.styles["Title"].element.xml
