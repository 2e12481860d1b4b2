"""D05: every rule that saw something could judge the share of it that it asks for. A misspelt total would else look like good data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per rule that asks for a least coverage and saw at least one subject."""
    return Frame(
        sql="""
        SELECT NULL::INTEGER AS folder, NULL::INTEGER AS sid, NULL::INTEGER AS aid, NULL::INTEGER AS pid, rule_no::BIGINT AS x, rule AS subject,
               least IS NOT NULL AND seen > 0 AS applicable, least IS NOT NULL AND seen > 0 AS evaluable, coverage AS share, least
        FROM rule_counts""",
        members="SELECT NULL::BIGINT AS key, 0 AS position, '' AS role, NULL::BIGINT AS n WHERE FALSE",
    )
