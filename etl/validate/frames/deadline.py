"""T12: a remaining stock with a "100 % before" date has to reach zero by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per place with a 100 % target and a remaining stock; `count` is 1 where a stock is left at or after the end of the target's period."""
    return Frame(
        sql="""
        WITH goal AS (SELECT o.*, pd.period_end FROM obs AS o JOIN sd USING (sid) JOIN pd USING (pid) WHERE sd.indicator = $rate AND sd.obs_kind = 'target' AND o.v = 100 AND o.pid > 0),
        remaining AS (SELECT o.*, pd.period_end FROM obs AS o JOIN sd USING (sid) JOIN pd USING (pid) WHERE sd.indicator = $stock AND sd.obs_kind = 'actual' AND sd.measure = 'level' AND o.pid > 0)
        SELECT r.folder, r.sid, r.aid, r.pid, g.pid::BIGINT AS x, r.period_end >= g.period_end AS applicable, TRUE AS evaluable, (r.lo > 0)::BIGINT AS count,
               r.v AS left_value, r.n AS r_n, g.n AS g_n
        FROM goal AS g JOIN remaining AS r ON r.folder = g.folder AND r.aid = g.aid""",
        members="SELECT key, 0 AS position, 'remaining' AS role, r_n AS n FROM failing UNION ALL SELECT key, 1, 'goal', g_n FROM failing",
        params={"stock": str(rule.params["stock"]), "rate": str(rule.params["rate"])},
    )
