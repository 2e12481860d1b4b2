"""T06: a printed change that reaches across a registered break compares two standards. The breaks are data (reference/breaks.csv)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per printed change with a known base period."""
    return Frame(
        sql="""
        SELECT o.folder, o.sid, o.aid, o.pid, o.n AS x, TRUE AS applicable, TRUE AS evaluable, straddles_break(o.sid, o.base_pid, o.pid)::BIGINT AS count, o.v AS left_value, o.base_pid
        FROM obs AS o JOIN sd USING (sid) WHERE sd.measure IN ('change_abs', 'change_pct', 'change_pp', 'times') AND o.base_pid > 0 AND o.pid > 0""",
        members="SELECT key, 0 AS position, 'change' AS role, x AS n FROM failing",
    )
