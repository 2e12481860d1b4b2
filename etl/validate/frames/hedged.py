"""C07: a hedge before a number that looks exact ("hơn 25.137"): worth knowing, nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per hedged whole number without multiplier; `count` is 1 where its last digit is not zero."""
    return Frame(
        sql="""
        SELECT folder, sid, aid, pid, n AS x, TRUE AS applicable, TRUE AS evaluable, (v % 10 <> 0 AND abs(v) >= 100)::BIGINT AS count, v AS left_value
        FROM fact WHERE excluded IS NULL AND refusal IS NULL AND decimals = 0 AND multiplier = 1 AND hedge IN ('more_than', 'nearly', 'about')""",
        members="SELECT key, 0 AS position, 'cell' AS role, x AS n FROM failing",
    )
