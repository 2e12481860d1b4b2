"""Rows kept as the JSON that DuckDB wrote.

There may be hundreds of thousands of findings: as Python dicts they would take gigabytes, and nearly all of them only pass through into
quality-report.json. So each stays the text it came as, and is parsed when somebody looks at it.

Belongs here: that sequence. Elsewhere: what is told (sql/), writing it out (json_report.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload

if TYPE_CHECKING:
    from collections.abc import Iterable

Row: TypeAlias = dict[str, Any]


class ToldRows(Sequence[Row]):
    """A sequence of rows; `as_json` holds each as UTF-8 JSON."""

    __slots__ = ("as_json",)

    def __init__(self, texts: Iterable[str]) -> None:
        self.as_json: tuple[bytes, ...] = tuple(text.encode() for text in texts)

    def __len__(self) -> int:
        return len(self.as_json)

    @overload
    def __getitem__(self, position: int) -> Row: ...

    @overload
    def __getitem__(self, position: slice) -> list[Row]: ...

    def __getitem__(self, position: int | slice) -> Row | list[Row]:
        if isinstance(position, slice):
            return [json.loads(text) for text in self.as_json[position]]
        row: Row = json.loads(self.as_json[position])
        return row
