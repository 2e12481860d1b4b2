"""The report as JSON: everything the page shows, and what the page leaves out for its size.

Belongs here: how the structure becomes bytes. Elsewhere: what is in it (content.py), its schema (schemas/report.schema.json).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from etl.report.told import ToldRows

if TYPE_CHECKING:
    from collections.abc import Iterable


def render_json(content: dict[str, Any]) -> bytes:
    """Sorted keys, UTF-8 as written, one row a line: the same content gives the same bytes, and two reports can be compared by lines."""
    return b"{\n" + b",\n".join(_written(name) + b": " + _part(value) for name, value in sorted(content.items())) + b"\n}\n"


def _part(value: object) -> bytes:
    if isinstance(value, ToldRows):
        return _lines(value.as_json)
    if isinstance(value, list):
        return _lines(map(_written, value))
    return _written(value)


def _lines(rows: Iterable[bytes]) -> bytes:
    return b"[\n" + b",\n".join(rows) + b"\n]"


def _written(value: object) -> bytes:
    # allow_nan=False: NaN is no JSON, and a report that only some readers can open is worse than none.
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
