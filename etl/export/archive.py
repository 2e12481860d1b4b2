"""Office files are zip archives whose entries carry the time of day. Packed anew with one given time, equal content is equal bytes.

Belongs here: that. Elsewhere: what stands in the files (workbook.py, etl/slip/document.py).
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_PROPERTIES: Final = "docProps/core.xml"
# Libraries write the time of saving here, whatever they were told.
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def repack(file: Path, *, modified: datetime) -> None:
    """Write the archive anew: entries in their order, all of the earliest time a zip knows, last modified at `modified`."""
    with zipfile.ZipFile(file) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist()]
    told = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, _MODIFIED.sub(rb"\g<1>" + told + rb"\g<2>", content) if name == _PROPERTIES else content)
