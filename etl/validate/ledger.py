"""What the reader noticed about files, as lines of the ledger: unreadable files, ragged records, missing mappings, files nobody reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from etl.messages import sentence
from etl.read.sources import list_strays
from etl.validate.validate import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from etl.read.sources import RawFolder


def entries(folders: Sequence[RawFolder], files: Sequence[tuple[str, int, int, str]], *, raw: Path | None) -> list[Entry]:
    """One entry per file and kind of thing that may be amiss; `amount` 0 where it is not. `files`: source, rows, records set aside, faults as JSON."""
    found = [_unreadable(source, json.loads(faults)) for source, _, _, faults in files]
    found += [_ragged(source, rows, aside) for source, rows, aside, _ in files]
    for folder in folders:
        missing = not folder.source.has_mapping
        found.append(_entry("no_mapping", f"{folder.source.folder}/source.toml", "source-without-mapping", amount=int(missing), folder=folder.source.folder))
        found += [_entry("not_read", file.source_id, "file-not-read", amount=1, file=file.source_id) for file in folder.not_read]
        if folder.figures is None:
            found.append(_entry("unreadable", folder.source.folder, "folder-without-figures", amount=1, folder=folder.source.folder))
    if raw is not None:
        found.append(_entry("unreadable", raw.name, "raw-without-sources", amount=int(not folders), raw=f"{raw.name}/"))
        found += [_entry("not_read", file.source_id, "file-not-read", amount=1, file=file.source_id) for file in list_strays(raw)]
    return found


def _unreadable(source: str, faults: Sequence[dict[str, object]]) -> Entry:
    said = {lang: " ".join(sentence(str(f["code"]), lang, file=source, **{k: v for k, v in f.items() if k != "code"}) for f in faults) for lang in ("vi", "en")}
    expected = next((str(f["expected"]) for f in faults if f.get("expected")), None)
    actual = next((str(f["found"]) for f in faults if f.get("found")), None)
    return Entry(what="unreadable", subject=source, detail_vi=said["vi"], detail_en=said["en"], expected=expected, actual=actual, amount=len(faults))


def _ragged(source: str, rows: int, aside: int) -> Entry:
    return _entry("ragged", source, "file-ragged", amount=aside, file=source, count=aside, rows=rows)


def _entry(what: str, subject: str, code: str, *, amount: int, **facts: object) -> Entry:
    return Entry(
        what=what, subject=subject, detail_vi=sentence(code, "vi", **facts), detail_en=sentence(code, "en", **facts), expected=None, actual=None, amount=amount
    )
