"""O05: is the "%" behind a change of a rate per cent, or percentage points? Decided by arithmetic where both levels are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


_PRINTED: Final = """
            SELECT d.sid AS d_sid, x.sid AS x_sid FROM sd AS d JOIN sd AS x ON x.indicator = d.indicator AND x.breakdown = d.breakdown AND x.obs_kind = d.obs_kind
            WHERE d.measure = 'change_pct' AND d.unit_kind = 'rate' AND x.measure = 'level' AND x.unit_kind = 'rate'"""


def frame(_rule: Rule) -> Frame:
    """One row per change of a rate printed as per cent; `count` is 1 where only the reading in points fits both levels.

    Points: base + c meets the level. Per cent: base · (100 + c) meets 100 · level. Without both levels nothing can be said.
    """
    return Frame(
        sql=f"""
        WITH printed AS ({_PRINTED}),
        joined AS (
            SELECT d.folder, d.sid, d.aid, d.pid, d.facet, d.n AS d_n, a.n AS a_n, b.n AS b_n, d.v AS left_value,
                   b.slo + d.slo <= a.shi AND a.slo <= b.shi + d.shi AS in_points,
                   CASE WHEN b.shi < 1000 AND a.slo > -1000000 AND a.shi < 1000000 AND abs(d.v) < 100000 AND b.slo > -1000 AND d.slo > -1000000 AND d.shi < 1000000
                        THEN b.slo::DECIMAL(20,9) * (100 + d.slo)::DECIMAL(18,6) <= 100 * a.shi AND 100 * a.slo <= b.shi::DECIMAL(20,9) * (100 + d.shi)::DECIMAL(18,6) END AS in_per_cent
            FROM printed AS x JOIN obs AS d ON d.sid = x.d_sid AND d.base_pid > 0
            JOIN obs AS a ON a.sid = x.x_sid AND a.folder = d.folder AND a.aid = d.aid AND a.pid = d.pid
            JOIN obs AS b ON b.sid = x.x_sid AND b.folder = d.folder AND b.aid = d.aid AND b.pid = d.base_pid)
        SELECT folder, sid, aid, pid, facet::HUGEINT AS x, d_n, a_n, b_n, left_value, TRUE AS applicable, in_per_cent IS NOT NULL AS evaluable, 'out-of-range' AS reason,
               (in_points AND NOT in_per_cent)::BIGINT AS count, 'unit_by_arithmetic' AS code
        FROM joined""",
        members="""
        SELECT key, 0 AS position, 'change' AS role, d_n AS n FROM failing UNION ALL SELECT key, 1, 'level', a_n FROM failing UNION ALL SELECT key, 2, 'base', b_n FROM failing""",
        series=_PRINTED,
    )
