"""A letter as .docx, in the type that official papers use. Needs python-docx, which comes with `ansinh[documents]`.

Belongs here: how blocks are drawn. Elsewhere: what they say (letter.py).
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl.errors import ConfigError
from etl.export.archive import repack
from etl.export.sheets import visible
from etl.slip.letter import Form

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from docx.document import Document as Paper

    from etl.slip.letter import Block

_FONT: Final = "Times New Roman"
_POINTS: Final = 13  # Nghị định 30/2020/NĐ-CP asks for 13 or 14, on A4, with these margins
_PAGE_MM: Final = (210, 297)
_MARGINS_MM: Final = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 15}
_COLUMNS_MM: Final = (34, 73, 58)  # printed text, what it is, where it stands


def render_document(blocks: Sequence[Block], said_at: datetime) -> bytes:
    """The letter as a file of Word."""
    try:
        from docx import Document  # noqa: PLC0415  an extra: who writes no .docx does without
    except ImportError as missing:
        raise ConfigError("extra-missing", extra="documents", library="python-docx") from missing
    paper = Document()
    _set_page(paper)
    _set_type(paper)
    for block in blocks:
        _draw(paper, block)
    about = paper.core_properties
    about.author, about.title, about.language, about.comments = "ansinh", blocks[0].lines[0], "vi-VN", ""
    about.created = about.modified = said_at
    about.last_modified_by = "ansinh"
    return _packed(paper, said_at)


def _packed(paper: Paper, said_at: datetime) -> bytes:
    saved = io.BytesIO()
    paper.save(saved)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "slip.docx"
        file.write_bytes(saved.getvalue())
        repack(file, modified=said_at)
        return file.read_bytes()


def _set_page(paper: Paper) -> None:
    from docx.shared import Mm  # noqa: PLC0415  an extra, as above

    section = paper.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in _PAGE_MM)
    for margin, millimetres in _MARGINS_MM.items():
        setattr(section, margin, Mm(millimetres))


def _set_type(paper: Paper) -> None:
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415  as above
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    for name in ("Normal", "Title", "Heading 1"):
        style: Any = paper.styles[name]
        if style.type is WD_STYLE_TYPE.PARAGRAPH:
            style.font.name = _FONT
            # The theme of a heading names its own type for letters outside ASCII: Vietnamese would change type in mid-word.
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in list(fonts.attrib):
                del fonts.attrib[attribute]
            for script in ("ascii", "hAnsi", "eastAsia", "cs"):
                fonts.set(qn(f"w:{script}"), _FONT)
            style.font.color.rgb = RGBColor(0, 0, 0)
    normal: Any = paper.styles["Normal"]
    normal.font.size = Pt(_POINTS)
    for name, points in (("Title", _POINTS + 3), ("Heading 1", _POINTS)):
        heading: Any = paper.styles[name]
        heading.font.size, heading.font.bold = Pt(points), True
    title: Any = paper.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line = title.element.get_or_add_pPr().find(qn("w:pBdr"))  # the template draws a line below its titles
    if line is not None:
        line.getparent().remove(line)


def _draw(paper: Paper, block: Block) -> None:
    match block.form:
        case Form.TITLE:
            paper.add_heading(_plain(block.lines[0]), level=0)
        case Form.HEADING:
            paper.add_heading(_plain(block.lines[0]), level=1).paragraph_format.keep_with_next = True
        case Form.TEXT:
            line = paper.add_paragraph()
            if block.lead:
                line.add_run(f"{_plain(block.lead)} ").bold = True
            line.add_run(_plain(block.lines[0]))
            line.paragraph_format.keep_with_next = not block.lines[0]  # the list it leads stands below it, not on the next page
        case Form.LIST:
            for text in block.lines:
                paper.add_paragraph(_plain(text), style="Normal" if text.startswith("☐") else "List Bullet")
        case Form.TABLE:
            _draw_table(paper, block.rows)


def _draw_table(paper: Paper, rows: Sequence[Sequence[str]]) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415  an extra, as above
    from docx.shared import Mm, Pt  # noqa: PLC0415

    table = paper.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _COLUMNS_MM, strict=True):
        column.width = Mm(width)  # LibreOffice reads the columns, Word the cells
    for at, row in enumerate(rows):
        for cell, text, width in zip(table.rows[at].cells, row, _COLUMNS_MM, strict=True):
            cell.width = Mm(width)
            run = cell.paragraphs[0].add_run(_plain(text))
            run.bold, run.font.size = at == 0, Pt(_POINTS - 2)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  python-docx has no other door: the heading comes again on every page
    paper.add_paragraph()


def _plain(text: str) -> str:
    return " ".join(visible(text).split())
