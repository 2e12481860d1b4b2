"""T11: what a stock gains is what entered less what left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame, readings

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per printed change of the stock with its exits; evaluable with entries too. The change is printed, or follows from two levels."""
    operands = ", ".join(
        f"{c_low} AS {p}left_lower, {c_high} AS {p}left_upper, {i_low} - {o_high} AS {p}right_lower, {i_high} - {o_low} AS {p}right_upper"
        for (p, c_low, c_high), (_, i_low, i_high), (_, o_low, o_high) in zip(readings("c"), readings("i"), readings("o"), strict=True)
    )
    # Flows of one year say nothing about a change since five years ago. A day stands for the year that ends with it.
    since_before = (
        "(o.base_pid = 0 OR EXISTS (SELECT 1 FROM pd AS ap JOIN pd AS bp ON bp.pid = o.base_pid WHERE ap.pid = o.pid AND "
        "(bp.period_end = ap.period_start - 1 OR ap.form = 'day' AND bp.period_end >= ap.period_end - 366)))"
    )
    bounds = "a.slo - b.shi AS slo, a.shi - b.slo AS shi, a.lo - b.hi AS lo, a.hi - b.lo AS hi"
    return Frame(
        sql=f"""
        WITH stock AS (SELECT * FROM sd WHERE indicator = $stock AND unit_kind = 'count' AND obs_kind = 'actual'),
        changed AS (
            SELECT o.folder, o.sid, o.aid, o.pid, s.breakdown, o.n AS a_n, NULL::BIGINT AS b_n, o.v, o.h, o.slo, o.shi, o.lo, o.hi
            FROM obs AS o JOIN stock AS s ON s.sid = o.sid WHERE s.measure = 'change_abs' AND {since_before}
            UNION ALL
            SELECT a.folder, a.sid, a.aid, a.pid, s.breakdown, a.n, b.n, a.v - b.v, a.h + b.h, {bounds}
            FROM obs AS a JOIN stock AS s ON s.sid = a.sid AND s.measure = 'level' JOIN obs AS b ON b.sid = a.sid AND b.folder = a.folder AND b.aid = a.aid
            JOIN pd AS ap ON ap.pid = a.pid JOIN pd AS bp ON bp.pid = b.pid AND bp.form = ap.form AND bp.period_end = ap.period_start - 1
            WHERE NOT straddles_break(a.sid, b.pid, a.pid)),
        flows AS (SELECT o.*, sd.indicator, sd.breakdown FROM obs AS o JOIN sd USING (sid) WHERE sd.indicator IN ($entries, $exits) AND sd.measure = 'level' AND sd.obs_kind = 'actual')
        SELECT c.folder, c.sid, c.aid, c.pid, coalesce(c.b_n, 0) AS x, c.a_n, c.b_n, i.n AS i_n, o.n AS o_n, o.n IS NOT NULL OR i.n IS NOT NULL AS applicable,
               o.n IS NOT NULL AND i.n IS NOT NULL AS evaluable, 'missing-flow' AS reason, {operands},
               c.v AS left_value, i.v - o.v AS right_value, c.v - (i.v - o.v) AS gap, c.h + i.h + o.h AS tolerance
        FROM changed AS c
        LEFT JOIN flows AS i ON i.indicator = $entries AND i.folder = c.folder AND i.aid = c.aid AND i.pid = c.pid AND i.breakdown = c.breakdown
        LEFT JOIN flows AS o ON o.indicator = $exits AND o.folder = c.folder AND o.aid = c.aid AND o.pid = c.pid AND o.breakdown = c.breakdown""",
        members="""
        SELECT key, 0 AS position, CASE WHEN b_n IS NULL THEN 'change' ELSE 'level' END AS role, a_n AS n FROM failing
        UNION ALL SELECT key, 1, 'base', b_n FROM failing WHERE b_n IS NOT NULL
        UNION ALL SELECT key, 2, 'entries', i_n FROM failing WHERE i_n IS NOT NULL
        UNION ALL SELECT key, 3, 'exits', o_n FROM failing WHERE o_n IS NOT NULL""",
        params={"stock": str(rule.params["stock"]), "entries": str(rule.params["entries"]), "exits": str(rule.params["exits"])},
        series="SELECT sid FROM sd WHERE indicator = $stock AND unit_kind = 'count' AND obs_kind = 'actual'",
    )
