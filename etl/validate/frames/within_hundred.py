"""G04: shares of one whole that exclude each other stay together below 100 (poor and near-poor)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame, constant_side, summed_side, sums, texts, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """Over named indicators (`members`), or over any known dimension whose members do not overlap (`over = "breakdown"`)."""
    if rule.params.get("over") == "breakdown":
        return _over_breakdown(rule)
    if "over" in rule.params or "members" not in rule.params:
        raise RuleBroken("rule-unknown-over", rule=rule.id, over=rule.params.get("over"))
    return Frame(
        sql=f"""
        WITH grouped AS (
            SELECT o.folder, min(o.sid) AS sid, o.aid, o.pid, o.facet, sd.shape_no, count(DISTINCT sd.indicator) AS parts, {sums("o")}
            FROM obs AS o JOIN sd USING (sid) WHERE list_contains($members, sd.indicator) AND sd.measure = 'level' AND sd.unit_kind = 'rate'
            GROUP BY o.folder, o.aid, o.pid, o.facet, sd.shape_no)
        SELECT folder, sid, aid, pid, facet, shape_no::BIGINT AS x, parts > 1 AS applicable, parts = len($members) AS evaluable, 'missing-member' AS reason,
               {summed_side("left", "g")}, {constant_side("right", "100")}, s_v - 100 AS gap, s_h AS tolerance FROM grouped AS g""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n) - 1 AS position, 'share' AS role, o.n
        FROM failing AS f JOIN obs AS o ON o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid AND o.facet = f.facet
        JOIN sd ON sd.sid = o.sid AND sd.shape_no = f.x AND list_contains($members, sd.indicator)""",
        params={"members": texts(rule, "members")},
        series="SELECT sid FROM sd WHERE list_contains($members, indicator) AND measure = 'level' AND unit_kind = 'rate'",
    )


def _over_breakdown(rule: Rule) -> Frame:
    """One row per group of two or more shares over one dimension: together they stay within 100. Complete lists are the matter of `hundred`."""
    series, params = where_series(rule)
    part = f"""
            SELECT l.rest_no, l.dimension_no, l.is_complete, l.members, l.sid AS part_sid, sd.indicator FROM sd_less AS l JOIN sd ON sd.sid = l.sid
            WHERE sd.is_share AND sd.unit_kind = 'rate' AND sd.measure IN ('level', 'share') AND l.is_described AND NOT l.overlapping AND {series}"""
    return Frame(
        sql=f"""
        WITH part AS ({part}),
        grouped AS (
            SELECT o.folder, min(o.sid) AS sid, o.aid, o.pid, o.facet, p.rest_no, p.dimension_no, count(*) AS parts, count(*) FILTER (WHERE o.tag = 'closed') AS closed, any_value(p.is_complete) AND count(*) = any_value(p.members) AND bool_and(o.of_what IS NULL OR o.of_what = p.indicator) AS is_complete,
                   count(*) FILTER (WHERE o.tag = 'overlap') AS overlap_tags, {sums("o")}
            FROM obs AS o JOIN part AS p ON p.part_sid = o.sid WHERE o.tag IS DISTINCT FROM 'outside' GROUP BY o.folder, o.aid, o.pid, o.facet, p.rest_no, p.dimension_no)
        SELECT folder, sid, aid, pid, facet, rest_no::BIGINT AS x, dimension_no, parts > 1 AND overlap_tags = 0 AND closed < parts AND NOT coalesce(is_complete, FALSE) AS applicable, TRUE AS evaluable,
               {summed_side("left", "g")}, {constant_side("right", "100")}, s_v - 100 AS gap, s_h AS tolerance FROM grouped AS g""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n) - 1 AS position, 'share' AS role, o.n
        FROM failing AS f JOIN sd_less AS l ON l.rest_no = f.x AND l.dimension_no = f.dimension_no
        JOIN obs AS o ON o.sid = l.sid AND o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid AND o.facet = f.facet WHERE o.tag IS DISTINCT FROM 'outside'""",
        params=params,
        series=part,
    )
