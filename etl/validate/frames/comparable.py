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
        WITH broken AS (
            SELECT p.sid, p.earlier_pid, p.later_pid, string_agg(b.text_vi, '; ' ORDER BY b.valid_from, b.id) AS break_vi, string_agg(b.text_en, '; ' ORDER BY b.valid_from, b.id) AS break_en
            FROM broken_pair AS p JOIN series_break AS s ON s.sid = p.sid JOIN ref_breaks AS b ON b.id = s.id
            JOIN pd AS earlier ON earlier.pid = p.earlier_pid JOIN pd AS later ON later.pid = p.later_pid
            WHERE earlier.period_start < b.valid_from AND later.period_start >= b.valid_from GROUP BY ALL)
        SELECT o.folder, o.sid, o.aid, o.pid, o.n AS x, TRUE AS applicable, TRUE AS evaluable, (b.sid IS NOT NULL)::BIGINT AS count, o.v AS left_value, o.base_pid, b.break_vi, b.break_en
        FROM obs AS o JOIN sd USING (sid) LEFT JOIN broken AS b ON b.sid = o.sid AND b.earlier_pid = o.base_pid AND b.later_pid = o.pid
        WHERE sd.measure IN ('change_abs', 'change_pct', 'change_pp', 'times') AND o.base_pid > 0 AND o.pid > 0""",
        members="SELECT key, 0 AS position, 'change' AS role, x AS n FROM failing",
        series="SELECT sid FROM sd WHERE measure IN ('change_abs', 'change_pct', 'change_pp', 'times')",
    )
