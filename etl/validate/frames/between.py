"""G06, G09: an overall rate or average lies between the smallest and the largest of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame, copied_side, readings

if TYPE_CHECKING:
    from schemas.kinds import Rule

_RANGE = ", ".join(f"min({low}) AS {p}right_lower, max({high}) AS {p}right_upper" for p, low, high in readings("o"))


_PART: Final = """
                SELECT l.sid, l.total_sid, l.dimension_no, l.members FROM sd_less AS l JOIN sd ON sd.sid = l.sid
                WHERE l.total_sid IS NOT NULL AND l.is_complete AND l.splits_base AND sd.measure IN ('level', 'per_unit') AND sd.unit_kind IN ('rate', 'per_unit')"""
_RATES: Final = "SELECT sid FROM sd WHERE measure IN ('level', 'per_unit') AND unit_kind IN ('rate', 'per_unit') AND NOT is_share"


def frame(rule: Rule) -> Frame:
    """Over a complete dimension that splits the base too, or over all the children of a place. An incomplete set says nothing."""
    over = str(rule.params["over"])
    if over == "breakdown":
        return Frame(
            sql=f"""
            WITH part AS ({_PART}),
            grouped AS (
                SELECT o.folder, p.total_sid AS sid, o.aid, o.pid, p.dimension_no, any_value(p.members) AS members, count(*) AS parts, {_RANGE}
                FROM obs AS o JOIN part AS p ON p.sid = o.sid GROUP BY o.folder, p.total_sid, o.aid, o.pid, p.dimension_no)
            SELECT g.folder, g.sid, g.aid, g.pid, g.dimension_no::BIGINT AS x, g.dimension_no, t.n AS total_n, parts = members AS applicable, parts = members AS evaluable,
                   {copied_side("left", "t")}, g.* EXCLUDE (folder, sid, aid, pid, dimension_no, members, parts), t.h AS tolerance
            FROM grouped AS g JOIN obs AS t ON t.sid = g.sid AND t.folder = g.folder AND t.aid = g.aid AND t.pid = g.pid""",
            members="""
            SELECT key, 0 AS position, 'overall' AS role, total_n AS n FROM failing
            UNION ALL
            SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n), 'part', o.n
            FROM failing AS f JOIN sd_less AS l ON l.total_sid = f.sid AND l.dimension_no = f.dimension_no
            JOIN obs AS o ON o.sid = l.sid AND o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid""",
            series=_PART,
        )
    if over == "places":
        return Frame(
            sql=f"""
            WITH rates AS ({_RATES}),
            grouped AS (
                SELECT o.folder, o.sid, e.parent_aid AS aid, o.pid, e.edge_set, any_value(e.expected) AS expected, count(*) AS parts, {_RANGE}
                FROM obs AS o JOIN rates USING (sid) JOIN area_edges AS e ON e.child_aid = o.aid GROUP BY o.folder, o.sid, e.parent_aid, o.pid, e.edge_set)
            SELECT g.folder, g.sid, g.aid, g.pid, g.edge_set::BIGINT AS x, g.edge_set, t.n AS total_n, parts = expected AS applicable, parts = expected AS evaluable,
                   {copied_side("left", "t")}, g.* EXCLUDE (folder, sid, aid, pid, edge_set, expected, parts), t.h AS tolerance
            FROM grouped AS g JOIN obs AS t ON t.sid = g.sid AND t.folder = g.folder AND t.aid = g.aid AND t.pid = g.pid""",
            members="""
            SELECT key, 0 AS position, 'overall' AS role, total_n AS n FROM failing
            UNION ALL
            SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n), 'part', o.n
            FROM failing AS f JOIN area_edges AS e ON e.parent_aid = f.aid AND e.edge_set = f.edge_set
            JOIN obs AS o ON o.sid = f.sid AND o.aid = e.child_aid AND o.folder = f.folder AND o.pid = f.pid""",
            series=f"SELECT 1 FROM ({_RATES}) CROSS JOIN (SELECT child_aid FROM area_edges LIMIT 1)",
        )
    raise RuleBroken("rule-unknown-over", rule=rule.id, over=over)
