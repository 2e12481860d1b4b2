"""Packed anew, an archive tells nothing of the day it was saved on."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from etl.export.archive import repack

if TYPE_CHECKING:
    from pathlib import Path


def test_equal_content_is_equal_bytes_whenever_it_was_saved(tmp_path: Path) -> None:
    files = []
    for year in (2001, 2024):
        file = tmp_path / f"{year}.zip"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(zipfile.ZipInfo("a.xml", (year, 2, 3, 4, 5, 6)), "a")
            archive.writestr(zipfile.ZipInfo("docProps/core.xml", (year, 2, 3, 4, 5, 6)), f"<dcterms:modified x='y'>{year}</dcterms:modified>")
        repack(file, modified=datetime(2025, 1, 1, tzinfo=UTC))
        files.append(file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert zipfile.ZipFile(files[0]).read("docProps/core.xml") == b"<dcterms:modified x='y'>2025-01-01T00:00:00Z</dcterms:modified>"
    assert zipfile.ZipFile(files[0]).namelist() == ["a.xml", "docProps/core.xml"]
