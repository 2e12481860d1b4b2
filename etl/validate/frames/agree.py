"""S01: two sources that print one key print one fact: their intervals meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import OPEN_SQL, Frame, readings

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per key printed in several sources: the latest beginning against the earliest end. Different statuses: a warning at most."""
    sides = ", ".join(
        f"max({low}) AS {p}left_lower, {OPEN_SQL} AS {p}left_upper, -{OPEN_SQL} AS {p}right_lower, min({high}) AS {p}right_upper"
        for p, low, high in readings("obs")
    )
    return Frame(
        sql=f"""
        WITH several AS (SELECT sid, aid, pid, facet FROM obs GROUP BY sid, aid, pid, facet HAVING min(folder) <> max(folder))
        SELECT NULL::INTEGER AS folder, sid, aid, pid, facet::HUGEINT AS x, facet, TRUE AS applicable, pid > 0 AS evaluable, 'no-period' AS reason, {sides},
               max(v) AS left_value, min(v) AS right_value, max(v) - min(v) AS gap, sum(h) AS tolerance, CASE WHEN count(DISTINCT status) > 1 THEN 'warning' END AS cap
        FROM obs SEMI JOIN several USING (sid, aid, pid, facet) GROUP BY sid, aid, pid, facet""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.folder, o.n) - 1 AS position, 'source' AS role, o.n
        FROM failing AS f JOIN obs AS o ON o.sid = f.sid AND o.aid = f.aid AND o.pid = f.pid AND o.facet = f.facet""",
        series="SELECT count(*) FROM docs HAVING count(*) > 1",
    )
