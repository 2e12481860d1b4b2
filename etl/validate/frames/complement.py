"""G07: a whole less one half is the other half (ethnic minorities and Kinh; men and women where only one half and the total are in one list)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame, copied_side, summed_side, sums

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per total with both complements printed, each as the only part of its own dimension."""
    one, other = str(rule.params["one"]), str(rule.params["other"])
    half = """
            SELECT l.sid, l.total_sid, l.dimension || '=' || l.member AS token FROM sd_less AS l JOIN sd ON sd.sid = l.sid
            WHERE l.total_sid IS NOT NULL AND sd.unit_kind IN ('count', 'money') AND sd.measure = 'level' AND l.dimension || '=' || l.member IN ($one, $other)"""
    return Frame(
        sql=f"""
        WITH half AS ({half}),
        grouped AS (
            SELECT o.folder, h.total_sid, o.aid, o.pid, count(DISTINCT h.token) AS parts, {sums("o")}
            FROM obs AS o JOIN half AS h ON h.sid = o.sid GROUP BY o.folder, h.total_sid, o.aid, o.pid)
        SELECT g.folder, g.total_sid AS sid, g.aid, g.pid, NULL::BIGINT AS x, t.n AS total_n, parts = 2 AS applicable, parts = 2 AS evaluable,
               {summed_side("left", "g")}, {copied_side("right", "t")}, g.s_v - t.v AS gap, g.s_h + t.h AS tolerance
        FROM grouped AS g JOIN obs AS t ON t.sid = g.total_sid AND t.folder = g.folder AND t.aid = g.aid AND t.pid = g.pid""",
        members="""
        SELECT key, 0 AS position, 'total' AS role, total_n AS n FROM failing
        UNION ALL
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n), 'part', o.n
        FROM failing AS f JOIN sd_less AS l ON l.total_sid = f.sid AND l.dimension || '=' || l.member IN ($one, $other)
        JOIN obs AS o ON o.sid = l.sid AND o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid""",
        params={"one": one, "other": other},
        series=half,
    )
