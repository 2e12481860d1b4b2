"""G11: two different keys with one and the same value that is not round, and the same change: one may be a copy of the other.

A place that is rural throughout has as many poor households as its rural part: a whole and its part are one fact told twice, and count once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per value and change printed together in one document, place and period; holders: the indicators that carry both."""
    return Frame(
        sql="""
        WITH changed AS (
            SELECT o.folder, o.aid, o.pid, sd.indicator, sd.breakdown, o.v AS change_v, o.n AS change_n FROM obs AS o JOIN sd USING (sid)
            WHERE sd.measure IN ('change_abs', 'change_pct', 'change_pp') AND o.v <> 0),
        told AS (
            SELECT l.folder, l.aid, l.pid, l.v, c.change_v, sd.unit, sd.indicator || '|' || sd.breakdown AS holder, sd.indicator, sd.tokens, l.sid
            FROM changed AS c JOIN obs AS l ON l.folder = c.folder AND l.aid = c.aid AND l.pid = c.pid
            JOIN sd ON sd.sid = l.sid AND sd.indicator = c.indicator AND sd.breakdown = c.breakdown AND sd.measure = 'level'
            WHERE abs(l.v) >= 100 AND l.v % 100 <> 0 OR l.v % 1 <> 0),
        own AS (
            SELECT * FROM told AS part WHERE NOT EXISTS (
                SELECT 1 FROM told AS total WHERE total.folder = part.folder AND total.aid = part.aid AND total.pid = part.pid AND total.v = part.v AND total.change_v = part.change_v
                  AND total.unit = part.unit AND total.indicator = part.indicator AND len(total.tokens) < len(part.tokens) AND list_has_all(part.tokens, total.tokens)))
        SELECT folder, min(sid) AS sid, aid, pid, hash(v, change_v, unit)::UBIGINT::HUGEINT AS x, v AS left_value, change_v, unit, TRUE AS applicable, TRUE AS evaluable,
               count(DISTINCT holder)::BIGINT AS holders
        FROM own GROUP BY folder, aid, pid, v, change_v, unit""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n) - 1 AS position, 'holder' AS role, o.n
        FROM failing AS f JOIN obs AS o ON o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid AND o.v = f.left_value
        JOIN sd ON sd.sid = o.sid AND sd.measure = 'level' AND sd.unit = f.unit""",
        series="""
        SELECT c.sid FROM sd AS c JOIN sd AS l ON l.indicator = c.indicator AND l.breakdown = c.breakdown AND l.measure = 'level'
        WHERE c.measure IN ('change_abs', 'change_pct', 'change_pp')""",
    )
