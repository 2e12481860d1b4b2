r"""A letter as Markdown. Printed texts stay texts: what Markdown would take for a mark is written with a backslash.

    “1.2* | x”   →   “1.2\* \| x”

Belongs here: how blocks are drawn. Elsewhere: what they say (letter.py).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from etl.export.sheets import visible
from etl.slip.letter import Form

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from etl.slip.letter import Block

# ( and ) need none: without [ ] before them they make no link. A dot or a plus only matters where a line begins; see _line.
_MARKS: Final = re.compile(r"([\\`*_\[\]<>|#~&])")
_LIST_LIKE: Final = re.compile(r"^([-+]|\d+[.)])(?= |$)")


def render_markdown(blocks: Sequence[Block], said_at: datetime) -> bytes:  # noqa: ARG001  a text file has no properties to hold a time
    """The letter as a UTF-8 text file."""
    return ("\n\n".join(_drawn(block) for block in blocks) + "\n").encode()


def _drawn(block: Block) -> str:
    match block.form:
        case Form.TITLE:
            return f"# {_plain(block.lines[0])}"
        case Form.HEADING:
            return f"## {_plain(block.lines[0])}"
        case Form.TEXT:
            return f"**{_plain(block.lead)}** {_plain(block.lines[0])}".rstrip() if block.lead else _line(block.lines[0])
        case Form.LIST:
            return "\n".join(f"- {_line(line)}" for line in block.lines)
        case Form.TABLE:
            head, *rows = ("| " + " | ".join(_plain(cell) for cell in row) + " |" for row in block.rows)
            return "\n".join([head, "|" + " --- |" * len(block.rows[0]), *rows])


def _line(text: str) -> str:
    return _LIST_LIKE.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], _plain(text))


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(visible(text).split()))
