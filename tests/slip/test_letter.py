"""The letter: polite, whole, the same in both forms, and free of names of persons."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pytest
from docx import Document

from etl.slip.document import render_document
from etl.slip.letter import Form, letter
from etl.slip.markdown import render_markdown
from etl.slip.slips import Publication, Question, Quote, Slip

if TYPE_CHECKING:
    from docx.document import Document as Paper

SAID_AT: Final = datetime(2024, 3, 1, 8)  # noqa: DTZ001  the property of a document has no zone
QUOTES: Final = tuple(
    Quote(
        text=text,
        unit="%",
        what="Cơ cấu lao động",
        about="Nông nghiệp, Lào Cai, 2023",
        locator=f"p13#{line}",
        document=None,
    )
    for line, text in ((21, "52,7"), (22, "hơn 15,58 %"))
)
QUESTION: Final = Question(
    rule="G01",
    label="Cơ cấu cộng bằng 100",
    rationale="Các ngành chia hết lao động.",
    severity="error",
    message="Cơ cấu lao động – Lào Cai 2023: 52,7 + 15,58 = 68,28, cần 100; lệch 31,72.",
    tolerance=0.055,
    cause=None,
    quotes=QUOTES,
    quotes_left_out=0,
    suggestions=("p13#21: 52,7 → 84,42",),
)
SLIP: Final = Slip(
    name="lao-cai",
    publications=(Publication("lao-cai", "Báo cáo năm 2023", date(2024, 1, 15)),),
    publisher="Sở A",
    snapshot="run1",
    evaluated_on="2024-03-01",
    questions=(QUESTION,),
    questions_left_out=0,
)


def as_text(slip: Slip) -> str:
    """The slip as Markdown."""
    return render_markdown(letter(slip), SAID_AT).decode()


def test_a_slip_reads_like_this() -> None:
    assert as_text(SLIP).splitlines()[:13] == [
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
        "**Ngày lập phiếu:** ……/……/………… Người lập: ……………………………………",
        "",
        as_text(SLIP).splitlines()[12],
    ]
    assert [line for line in as_text(SLIP).splitlines() if line.startswith(("## ", "| “", "**Quan hệ", "**Phép", "**Sai", "**Một", "- Đoạn", "- ☐ Cần"))] == [
        "## 1. Cơ cấu lao động – Lào Cai 2023 (các số không thể cùng đúng)",
        "| “52,7” (%) | Cơ cấu lao động (Nông nghiệp, Lào Cai, 2023) | đoạn 13, ký tự 21 |",
        "| “hơn 15,58 %” | Cơ cấu lao động (Nông nghiệp, Lào Cai, 2023) | đoạn 13, ký tự 22 |",
        "**Quan hệ cần thỏa mãn:** Cơ cấu cộng bằng 100 (quy tắc G01).",
        "**Phép tính:** 52,7 + 15,58 = 68,28, cần 100; lệch 31,72.",
        "**Sai số làm tròn tối đa của các số đã in:** 0,055",
        "**Một số khả năng, chỉ để tham khảo:**",
        "- Đoạn 13, ký tự 21: 52,7 → 84,42",
        "- ☐ Cần sửa số ………………… thành ………………… Căn cứ: ……………………………………",
    ]


def test_a_slip_asks_and_does_not_accuse() -> None:
    said = as_text(SLIP)
    assert "Kính đề nghị Quý cơ quan" in said
    assert "không phải kết luận số nào sai" in said


def table_of(**changes: str | None) -> tuple[str, ...]:
    """The row of the table about this number."""
    blocks = letter(replace(SLIP, questions=(replace(QUESTION, quotes=(replace(QUOTES[0], **changes),)),)))  # type: ignore[arg-type]
    return next(block.rows for block in blocks if block.form is Form.TABLE)[1]


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("hơn 36,5 tỷ đồng", "VND", "“hơn 36,5 tỷ đồng”"),
        ("36,5 tỷ", "VND", "“36,5 tỷ” (đồng)"),
        ("1.024 hộ nghèo", "hộ", "“1.024 hộ nghèo”"),
        ("1.024", "hộ", "“1.024” (hộ)"),
        ("1.024 hộp", "hộ", "“1.024 hộp” (hộ)"),
    ],
)
def test_a_unit_is_told_once_and_in_vietnamese(text: str, unit: str, told: str) -> None:
    assert table_of(text=text, unit=unit)[0] == told


@pytest.mark.parametrize(
    ("locator", "document", "told"),
    [("p30#6784-6789", None, "đoạn 30, ký tự 6784–6789"), ("trang 5", "Niên giám", "Niên giám, trang 5"), (None, None, "–")],
)
def test_a_place_is_told_in_words_and_without_names_of_our_files(locator: str | None, document: str | None, told: str) -> None:
    assert table_of(locator=locator, document=document)[2] == told
    assert "chúng tôi ghi" not in as_text(SLIP)


def test_a_tolerance_of_nothing_is_left_to_the_sentence() -> None:
    assert "Sai số làm tròn" not in as_text(replace(SLIP, questions=(replace(QUESTION, tolerance=0.0),)))


def suggested(severity: str) -> list[str]:
    """What is offered as possible."""
    asked = replace(QUESTION, severity=severity, suggestions=("một", "hai", "ba", "bốn"))
    return [line for line in as_text(replace(SLIP, questions=(asked,))).splitlines() if line.startswith("- ") and line.split()[1] not in {"☐", "Đơn", "Ngày"}]


def test_what_is_only_to_be_confirmed_is_first_explained_by_its_rule() -> None:
    assert suggested("warning") == ["- Các ngành chia hết lao động.", "- Một", "- Hai"]
    assert suggested("error") == ["- Một", "- Hai", "- Ba"]


def test_several_documents_of_one_publisher_stand_on_one_slip() -> None:
    said = as_text(replace(SLIP, publications=(*SLIP.publications, Publication("nien-giam", "Niên giám", None))))
    assert "**Tài liệu:**\n\n- Báo cáo năm 2023, công bố ngày 15/01/2024\n- Niên giám\n" in said


def test_a_publisher_who_is_not_known_is_addressed_all_the_same() -> None:
    assert "**Kính gửi:** Cơ quan công bố tài liệu" in as_text(replace(SLIP, publisher=None))


def test_what_is_left_out_is_said() -> None:
    said = as_text(replace(SLIP, questions_left_out=1234, questions=(replace(QUESTION, quotes_left_out=7, cause="p3#9"),)))
    assert "Còn 1.234 điểm khác" in said
    assert "và 7 con số khác." in said
    assert "**Chỗ có thể là nguyên nhân chung của nhiều điểm:** đoạn 3, ký tự 9" in said


def test_a_printed_text_stays_text_in_markdown() -> None:
    hostile = replace(QUOTES[0], text="1|2*3_\n# [a](b) <i>&amp;\x07", unit=None)
    said = as_text(replace(SLIP, questions=(replace(QUESTION, quotes=(hostile,), message="- một\n2. hai"),)))
    assert "| “1\\|2\\*3\\_ \\# \\[a\\](b) \\<i\\>\\&amp;\\\\x07” |" in said


@pytest.mark.parametrize(("line", "drawn"), [("- a", "\\- a"), ("1. a", "1\\. a"), ("-3,7", "-3,7"), ("a - b", "A - b")])
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
    assert [round(column.width.mm) for column in paper.tables[0].columns] == [34, 73, 58], "LibreOffice reads the columns, not the cells"
    assert "pBdr" not in paper.styles["Title"].element.xml


def test_what_leads_a_list_stays_on_its_page() -> None:
    paragraphs = read(render_document(letter(SLIP), SAID_AT)).paragraphs
    leads = [line for line, below in itertools.pairwise(paragraphs) if below.style.name == "List Bullet" and line.text.endswith(": ")]  # type: ignore[union-attr]
    assert leads
    assert all(line.paragraph_format.keep_with_next for line in leads)
