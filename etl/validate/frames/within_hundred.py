"""G04: shares of one whole that exclude each other stay together below 100 (poor and near-poor)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame, constant_side, summed_side, sums, texts

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per place, period and subgroup in which all the members are printed."""
    return Frame(
        sql=f"""
        WITH grouped AS (
            SELECT o.folder, min(o.sid) AS sid, o.aid, o.pid, sd.shape_no, count(DISTINCT sd.indicator) AS parts, {sums("o")}
            FROM obs AS o JOIN sd USING (sid) WHERE list_contains($members, sd.indicator) AND sd.measure = 'level' AND sd.unit_kind = 'rate'
            GROUP BY o.folder, o.aid, o.pid, sd.shape_no)
        SELECT folder, sid, aid, pid, shape_no::BIGINT AS x, parts > 1 AS applicable, parts = len($members) AS evaluable, 'missing-member' AS reason,
               {summed_side("left", "g")}, {constant_side("right", "100")}, s_v - 100 AS gap, s_h AS tolerance FROM grouped AS g""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n) - 1 AS position, 'share' AS role, o.n
        FROM failing AS f JOIN obs AS o ON o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid
        JOIN sd ON sd.sid = o.sid AND sd.shape_no = f.x AND list_contains($members, sd.indicator)""",
        params={"members": texts(rule, "members")},
    )
