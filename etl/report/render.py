"""Write both reports of one published file into a folder.

Belongs here: which files there are, and that none is ever seen half written. Elsewhere: what stands in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.report.content import read_content
from etl.report.html_report import render_html
from etl.report.json_report import render_json

if TYPE_CHECKING:
    from pathlib import Path

HTML_NAME: Final = "quality-report.html"
JSON_NAME: Final = "quality-report.json"


def render_report(database: Path, folder: Path) -> None:
    """Write quality-report.html and quality-report.json of the published file `database` into `folder`."""
    content = read_content(database)
    for name, written in ((HTML_NAME, render_html(content)), (JSON_NAME, render_json(content))):
        _write(folder / name, written)


def _write(path: Path, written: bytes) -> None:
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(written)
    beside.replace(path)
