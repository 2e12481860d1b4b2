"""G01: the shares that make up one whole add up to 100. Some of them only stay within it: that is the kind `within_hundred`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame, constant_side, summed_side, sums, texts, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per group of shares over one dimension; evaluable with `needed` classes, or when the list says it is complete.

    `listed`: only lists declared closed, or over a complete dimension, are compositions at all ("8 % policy families, 2 % merit" are not).
    """
    series, params = where_series(rule)
    kind, _, over = str(rule.params["over"]).partition(":")
    if kind != "breakdown" or not over:
        raise RuleBroken("rule-unknown-over", rule=rule.id, over=rule.params["over"])
    indicators = texts(rule, "indicator")
    condition = "l.dimension = $over" if over != "*" else "TRUE"
    if indicators:
        condition += " AND list_contains($indicators, sd.indicator)"
    needed = rule.params.get("needed")
    # Men and women at work add up to all at work, but as shares of the population (of=population) to less than 100.
    complete = "(closed = parts OR (is_complete AND parts = members AND is_own_whole))"
    evaluable = f"(parts >= $needed OR {complete})" if needed else complete
    applicable = complete if rule.params.get("listed") else f"(parts > 1 OR {complete}) AND open_tags = 0"
    part = f"""
            SELECT l.rest_no, l.dimension_no, l.is_complete, l.members, l.sid AS part_sid, sd.indicator
            FROM sd_less AS l JOIN sd ON sd.sid = l.sid WHERE {condition} AND {series} AND sd.unit_kind = 'rate' AND sd.measure IN ('level', 'share')"""
    return Frame(
        sql=f"""
        WITH part AS ({part}),
        grouped AS (
            SELECT o.folder, min(o.sid) AS sid, o.aid, o.pid, o.facet, p.rest_no, p.dimension_no, any_value(p.is_complete) AS is_complete, any_value(p.members) AS members,
                   bool_and(o.of_what IS NULL OR o.of_what = p.indicator) AS is_own_whole, count(*) AS parts, count(*) FILTER (WHERE o.tag = 'closed') AS closed, count(*) FILTER (WHERE o.tag IN ('open', 'overlap')) AS open_tags,
                   {sums("o")}
            FROM obs AS o JOIN part AS p ON p.part_sid = o.sid WHERE o.tag IS DISTINCT FROM 'outside'
            GROUP BY o.folder, o.aid, o.pid, o.facet, p.rest_no, p.dimension_no)
        SELECT folder, sid, aid, pid, facet, rest_no::BIGINT AS x, dimension_no, {applicable} AS applicable,
               -- More classes can only add: a group that exceeds 100 without its missing classes is judged as it is.
               {evaluable} OR s_slo > 100 AS evaluable, 'missing-member' AS reason,
               {summed_side("left", "g")}, {constant_side("right", "100")}, abs(s_v - 100) AS gap, s_h AS tolerance,
               CASE WHEN s_v < 100 AND 100 - s_v <= 3 * s_h AND NOT {complete} THEN 'warning' END AS cap,
               CASE WHEN s_v < 100 AND 100 - s_v <= 3 * s_h AND NOT {complete} THEN 'missing-class' END AS code
        FROM grouped AS g""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n) - 1 AS position, 'share' AS role, o.n
        FROM failing AS f JOIN sd_less AS l ON l.rest_no = f.x AND l.dimension_no = f.dimension_no
        JOIN obs AS o ON o.sid = l.sid AND o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid AND o.facet = f.facet WHERE o.tag IS DISTINCT FROM 'outside'""",
        params={
            **params,
            **({"over": over} if over != "*" else {}),
            **({"indicators": indicators} if indicators else {}),
            **({"needed": needed} if needed else {}),
        },
        series=part,
    )
