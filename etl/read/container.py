"""What a file really is: its first bytes decide, never its name.

Belongs here: telling a CSV text from a workbook, a web page, a pointer to data kept elsewhere.
Elsewhere: encodings and line ends (plain.py), columns (figures_csv.py).
"""

from __future__ import annotations

import re
from typing import Final

from etl.read.faults import Fault

HEAD_BYTES: Final = 4096

_BINARY: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "sqlite"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_TEXTUAL: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = (
    (re.compile(rb"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE), "html"),
    (re.compile(rb"<\?xml|<[a-z]", re.IGNORECASE), "xml"),
    (re.compile(rb"[{\[]"), "json"),
)


def refuse_other_containers(head: bytes) -> Fault | None:
    """Say what the file is if its first bytes show that it is no CSV text; None if it may be one.

    >>> refuse_other_containers(b"PK" + bytes([3, 4]) + b"....xl/workbook.xml").found
    'xlsx'
    """
    if head.startswith(b"version https://git-lfs"):
        size = re.search(rb"^size (\d+)", head, re.MULTILINE)
        return Fault("figures-lfs-pointer", found=None if size is None else size[1].decode())
    kind = _kind_of(head)
    if kind == "html":
        return Fault("figures-web-page", found=_page_title(head))
    return None if kind is None else Fault("figures-not-csv", found=kind, expected="csv")


def _kind_of(head: bytes) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx" if b"xl/" in head or b"[Content_Types].xml" in head else "zip"
    for mark, kind in _BINARY:
        if head.startswith(mark):
            return kind
    visible = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((kind for pattern, kind in _TEXTUAL if pattern.match(visible)), None)


def _page_title(head: bytes) -> str | None:
    title = re.search(rb"<title[^>]*>([^<]*)", head, re.IGNORECASE)
    return None if title is None else " ".join(title[1].decode("utf-8", "replace").split()) or None
