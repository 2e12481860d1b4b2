"""The report as JSON: everything the page shows, and what the page leaves out for its size.

Belongs here: how the structure becomes bytes. Elsewhere: what is in it (content.py), its schema (schemas/report.schema.json).
"""

from __future__ import annotations

import json
from typing import Any


def render_json(content: dict[str, Any]) -> bytes:
    """Sorted keys, UTF-8 as written, one row a line: the same content gives the same bytes, and two reports can be compared by lines."""
    parts = [f"{_written(name)}: {_rows(value) if isinstance(value, list) and value else _written(value)}" for name, value in sorted(content.items())]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _rows(rows: list[Any]) -> str:
    return "[\n" + ",\n".join(map(_written, rows)) + "\n]"


def _written(value: object) -> str:
    # allow_nan=False: NaN is no JSON, and a report that only some readers can open is worse than none.
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
