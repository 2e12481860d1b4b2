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
_POINTS: Final = 13  # Nghị định 30/2020/NĐ-CP asks for 13 or 14


def render_document(blocks: Sequence[Block], said_at: datetime) -> bytes:
    """The letter as a file of Word."""
    try:
        from docx import Document  # noqa: PLC0415  an extra: who writes no .docx does without
    except ImportError as missing:
        raise ConfigError("extra-missing", extra="documents", library="python-docx") from missing
    paper = Document()
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


def _set_type(paper: Paper) -> None:
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415  as above
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
        case Form.LIST:
            for text in block.lines:
                paper.add_paragraph(_plain(text), style="Normal" if text.startswith("☐") else "List Bullet")
        case Form.TABLE:
            _draw_table(paper, block.rows)


def _draw_table(paper: Paper, rows: Sequence[Sequence[str]]) -> None:
    table = paper.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for at, row in enumerate(rows):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            cell.paragraphs[0].add_run(_plain(text)).bold = at == 0
    paper.add_paragraph()


def _plain(text: str) -> str:
    return " ".join(visible(text).split())
