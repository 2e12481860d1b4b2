"""What changed since the snapshot before: findings that are resolved, figures that were added, revised or withdrawn; and what people have waived.

Belongs here: the published tables `changes` and `waivers` as rows that both reports tell. Elsewhere: the comparison itself (etl/publish), the words.
Both tables grow columns as `ansinh` learns; a row is read by the names it has, and what it does not have is None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from etl.report.ask import ask

if TYPE_CHECKING:
    import duckdb

Row: TypeAlias = dict[str, Any]

MOST_TOLD: Final = 100  # of each change; a new source of a million figures is one number, not a million lines
_TOLD: Final = ("resolved", "revised", "withdrawn", "added")


def read_since(connection: duckdb.DuckDBPyConnection) -> Row:
    """The counts of every change, and the first rows of each."""
    counts = {row["change"]: row["n"] for row in ask(connection, "changes_counted")}
    rows = [row for change in _TOLD if counts.get(change) for row in ask(connection, "changes_told", change=change, most=MOST_TOLD)]
    known = {row["id"]: row for row in ask(connection, "changes_named", ids=[_id(row) for row in rows if row.get("name") is None])}
    [before] = ask(connection, "runs_before")
    return {
        "is_first": not before["published_before"],
        "counts": {change: counts.get(change, 0) for change in sorted(_TOLD)},
        "rows": [_told(row, known.get(_id(row), {})) for row in rows],
    }


def read_waivers(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Which findings people have waived, until when, and why. No name of a person is told."""
    if not ask(connection, "waivers_published"):
        return []
    return [
        {
            **{name: None if row.get(name) is None else str(row[name]) for name in ("key", "reason", "rule", "until")},
            "finding_ids": sorted(str(finding_id) for finding_id in row.get("finding_ids") or ()),
        }
        for row in ask(connection, "waivers")
    ]


def _told(row: Row, named: Row) -> Row:
    what = row.get("what") or "observation"
    old, new = row.get("old_text"), row.get("new_text")
    return {
        "what": what,
        "change": row["change"],
        "id": _id(row),
        "name": row.get("name") or row.get("rule") or named.get("name"),
        "subject": row.get("subject") or row.get("key") or named.get("subject"),
        "severity": row.get("severity"),
        "old_text": old if old is not None else row.get("message_vi"),
        "old_text_en": row.get("old_text_en") or row.get("message_en"),
        "new_text": new,
        "why": row.get("why"),
        "source_id": row.get("source_id") or named.get("source_id"),
    }


def _id(row: Row) -> str:
    return str(row.get("id") or row.get("observation_id") or row.get("finding_id"))
