"""G02, G03, G05, G12, G13, X05: printed parts add up to their printed total — over a breakdown, indicators, places, or as the document itself adds.

Belongs here: what the parts and the total are, and when a list is closed, so that the sum must be *equal*. An open or undeclared list
only may not exceed its total (design/rules.md §4): below it, passing proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import OPEN_SQL, Frame, copied_side, summed_side, sums, texts, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule

# What adds up over indicators: amounts, and changes and excesses counted in the unit of the level. Growth, completion and "vượt N %" are of a base each.
_ADDITIVE = "(sd.measure IN ('level', 'change_abs', 'change_pp') OR sd.measure = 'plan_excess' AND sd.unit_kind <> 'rate')"
# Right side: the total itself where the list is closed (equality), else everything up to the total.
# A near miss is judged as an equality, as a warning: so small a gap cannot be a forgotten member.
_VERDICT = f"""
        CASE WHEN NOT is_equality THEN -{OPEN_SQL} ELSE right_lower END AS right_lower, right_upper,
        CASE WHEN NOT is_equality THEN -{OPEN_SQL} ELSE hard_right_lower END AS hard_right_lower, hard_right_upper,
        CASE WHEN NOT is_equality THEN -{OPEN_SQL} ELSE cut_right_lower END AS cut_right_lower, cut_right_upper, right_value,
        left_value - right_value AS gap, s_h + total_h AS tolerance,
        CASE WHEN NOT is_closed AND is_near_miss THEN 'warning' END AS cap,
        is_closed, NOT is_equality AND open_tags = 0 AND left_upper < right_lower AS weak, 'open-list' AS reason"""


def frame(rule: Rule) -> Frame:
    """Choose the frame by what the sum runs over."""
    over = str(rule.params["over"])
    if over.startswith("breakdown"):
        return _over_breakdown(rule)
    if over == "indicators":
        return _over_indicators(rule)
    if over == "places":
        return _over_places(rule)
    if over == "document":
        return _over_document(rule)
    raise RuleBroken("rule-unknown-over", rule=rule.id, over=over)


def _filters(rule: Rule) -> tuple[str, dict[str, object]]:
    series, params = where_series(rule)
    kinds, measures = texts(rule, "unit_kinds"), texts(rule, "measures")
    return f"{series} AND list_contains($unit_kinds, sd.unit_kind) AND list_contains($measures, sd.measure)", {
        **params,
        "unit_kinds": kinds,
        "measures": measures,
    }


def groups(rule: Rule) -> tuple[str, dict[str, object]]:
    """The series that the rule adds up over breakdowns, each with its total, as SQL with its parameters."""
    filters, params = _filters(rule)
    return (
        f"""SELECT l.sid AS part_sid, l.total_sid, l.dimension_no, coalesce(l.overlapping, FALSE) AS overlapping
        FROM sd_less AS l JOIN sd ON sd.sid = l.sid WHERE l.total_sid IS NOT NULL AND {filters}""",
        params,
    )


def _over_breakdown(rule: Rule) -> Frame:
    """A total and the parts that have exactly one dimension more; each dimension by itself, never two side by side.

    Changes against last year and against last quarter are two groups: what a change, a gap or a share refers to must be the same (`facet`).

    Whether the members of a dimension that no code list describes exclude each other is not known: far above the total, they overlap.
    `breakdown:numerator`: only dimensions that leave the base of a rate alone, so that rates add. Groups known to overlap are sums only
    where the text declares the list complete.
    """
    filters, params = _filters(rule)
    if rule.params["over"] == "breakdown:numerator":
        filters += " AND NOT l.splits_base"
    part = f"SELECT l.* FROM sd_less AS l JOIN sd ON sd.sid = l.sid WHERE l.total_sid IS NOT NULL AND {filters}"
    return Frame(
        sql=f"""
        WITH part AS ({part}),
        grouped AS (
            SELECT o.folder, p.total_sid, o.aid, o.pid, o.facet, p.dimension_no, any_value(p.is_complete) AS is_complete, any_value(p.members) AS members, any_value(p.overlapping) AS overlapping, any_value(p.is_described) AS is_described, count(*) AS parts,
                   count(*) FILTER (WHERE o.tag = 'closed') AS closed, count(*) FILTER (WHERE o.tag = 'open') AS open_tags,
                   count(*) FILTER (WHERE o.tag = 'overlap') AS overlap_tags, min(abs(o.v)) AS smallest, min(o.v) AS lowest, {sums("o")}
            FROM obs AS o JOIN part AS p ON p.sid = o.sid WHERE o.tag IS DISTINCT FROM 'outside'
            GROUP BY o.folder, p.total_sid, o.aid, o.pid, o.facet, p.dimension_no),
        sided AS (
            SELECT g.*, {summed_side("left", "g")}, {copied_side("right", "t")}, t.h AS total_h, t.n AS total_n,
                   coalesce(closed > 0 AND closed = parts OR (is_complete AND parts = members), FALSE) AS is_closed,
                   parts > 1 AND open_tags = 0 AND s_v < t.v AND 2 * (t.v - s_v) < smallest AND 50 * (t.v - s_v) < abs(t.v) AND NOT overlapping AS is_near_miss
            FROM grouped AS g JOIN obs AS t ON t.sid = g.total_sid AND t.folder = g.folder AND t.aid = g.aid AND t.pid = g.pid AND t.facet = g.facet),
        judged AS (SELECT *, is_closed OR is_near_miss AS is_equality FROM sided)
        SELECT folder, total_sid AS sid, aid, pid, dimension_no::BIGINT AS x, dimension_no, facet, total_n,
               overlap_tags = 0 AND (is_closed OR (NOT overlapping AND parts > 1 AND lowest >= 0 AND (is_described OR 5 * left_value <= 6 * right_value))) AS applicable, TRUE AS evaluable,
               left_lower, left_upper, hard_left_lower, hard_left_upper, cut_left_lower, cut_left_upper, left_value, {_VERDICT}
        FROM judged""",
        members="""
        SELECT key, 0 AS position, 'total' AS role, total_n AS n FROM failing
        UNION ALL
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n), 'part', o.n
        FROM failing AS f JOIN sd_less AS l ON l.total_sid = f.sid AND l.dimension_no = f.dimension_no
        JOIN obs AS o ON o.sid = l.sid AND o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid AND o.facet = f.facet
        WHERE o.tag IS DISTINCT FROM 'outside'""",
        params=params,
        series=part,
    )


def _over_indicators(rule: Rule) -> Frame:
    """An identity of indicators: always closed; judged where the total and all members are printed in the same shape, and of a measure that adds."""
    members = texts(rule, "members")
    if not members or "total" not in rule.params:
        raise RuleBroken("rule-missing-key", rule=rule.id, file=rule.file, line=rule.line, key="total, members", kind=rule.kind)
    return Frame(
        sql=f"""
        WITH grouped AS (
            SELECT o.folder, o.aid, o.pid, o.facet, sd.shape_no, count(DISTINCT sd.indicator) AS parts, {sums("o")}
            FROM obs AS o JOIN sd USING (sid) WHERE list_contains($members, sd.indicator) AND {_ADDITIVE} GROUP BY o.folder, o.aid, o.pid, o.facet, sd.shape_no),
        total AS (SELECT o.*, sd.shape_no FROM obs AS o JOIN sd USING (sid) WHERE sd.indicator = $total AND {_ADDITIVE})
        SELECT t.folder, t.sid, t.aid, t.pid, t.facet, t.shape_no::BIGINT AS x, t.n AS total_n, coalesce(g.parts, 0) > 1 OR len($members) = coalesce(g.parts, 0) AS applicable,
               coalesce(g.parts, 0) = len($members) AS evaluable, 'missing-member' AS reason,
               {summed_side("left", "g")}, {copied_side("right", "t")}, g.s_v - t.v AS gap, g.s_h + t.h AS tolerance
        FROM total AS t LEFT JOIN grouped AS g ON g.folder = t.folder AND g.aid = t.aid AND g.pid = t.pid AND g.facet = t.facet AND g.shape_no = t.shape_no""",
        members="""
        SELECT key, 0 AS position, 'total' AS role, total_n AS n FROM failing
        UNION ALL
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n), 'part', o.n
        FROM failing AS f JOIN obs AS o ON o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid AND o.facet = f.facet
        JOIN sd ON sd.sid = o.sid AND sd.shape_no = f.x AND list_contains($members, sd.indicator)""",
        params={"members": members, "total": str(rule.params.get("total"))},
        series=f"SELECT sd.sid FROM sd WHERE sd.indicator = $total AND {_ADDITIVE}",
    )


def _over_places(rule: Rule) -> Frame:
    """A place and its children by the reference tree; equality when all children the reference knows are printed."""
    filters, params = _filters(rule)
    additive = f"SELECT sid FROM sd WHERE {filters}"
    return Frame(
        sql=f"""
        WITH additive AS ({additive}),
        grouped AS (
            SELECT o.folder, o.sid, e.parent_aid AS aid, o.pid, o.facet, e.edge_set, any_value(e.expected) AS expected, count(*) AS parts,
                   count(*) FILTER (WHERE o.tag = 'closed') AS closed, count(*) FILTER (WHERE o.tag IN ('open', 'overlap')) AS open_tags,
                   min(o.v) AS lowest, {sums("o")}
            FROM obs AS o JOIN additive USING (sid) JOIN area_edges AS e ON e.child_aid = o.aid GROUP BY o.folder, o.sid, e.parent_aid, o.pid, o.facet, e.edge_set),
        sided AS (
            SELECT g.*, {summed_side("left", "g")}, {copied_side("right", "t")}, t.h AS total_h, t.n AS total_n,
                   parts = expected OR (parts > 1 AND closed = parts) AS is_closed, FALSE AS is_near_miss
            FROM grouped AS g JOIN obs AS t ON t.sid = g.sid AND t.folder = g.folder AND t.aid = g.aid AND t.pid = g.pid AND t.facet = g.facet),
        judged AS (SELECT *, is_closed AS is_equality FROM sided)
        SELECT folder, sid, aid, pid, edge_set::BIGINT AS x, edge_set, facet, total_n,
               is_closed OR (lowest >= 0 AND (2 * parts >= expected OR left_lower > right_upper)) AS applicable, TRUE AS evaluable,
               left_lower, left_upper, hard_left_lower, hard_left_upper, cut_left_lower, cut_left_upper, left_value, {_VERDICT}
        FROM judged""",
        members="""
        SELECT key, 0 AS position, 'total' AS role, total_n AS n FROM failing
        UNION ALL
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.n), 'part', o.n
        FROM failing AS f JOIN area_edges AS e ON e.parent_aid = f.aid AND e.edge_set = f.edge_set
        JOIN obs AS o ON o.sid = f.sid AND o.aid = e.child_aid AND o.folder = f.folder AND o.pid = f.pid AND o.facet = f.facet""",
        params=params,
        series=f"SELECT 1 FROM ({additive}) CROSS JOIN (SELECT child_aid FROM area_edges LIMIT 1)",
    )


_LONGEST_TEXT = 300  # figures of a document that is searched for its own sums; a table declares its structure
_MOST_BESIDE = 12  # figures of one kind, place and period among which a sum may be looked for
_CHANCE = 50  # how much sharper than chance a sum must be printed, for each sum of two or three that the figures beside it make


def _over_document(rule: Rule) -> Frame:
    """Figures of different indicators that add up, digit by digit, in one period (or place) of a text: they do so in its other periods as well.

    Nobody declares such a sum (the lines of insurance overlap elsewhere), so the text is its own witness: two or three parts, no hedges, a total printed
    far more sharply than chance would allow. Where another sum makes the same total, nothing is said.
    """
    filters, params = where_series(rule)
    ends = ("v", "h", "slo", "shi", "lo", "hi")
    found = ", ".join(f"a.{c} + b.{c} + coalesce(c.{c}, 0) AS s_{c}" for c in ends)
    return Frame(
        sql=f"""
        WITH texts AS (SELECT folder FROM obs GROUP BY folder HAVING count(*) <= {_LONGEST_TEXT}),
        sharp AS (
            SELECT o.n, dense_rank() OVER (ORDER BY o.folder, o.aid, o.pid, o.base_pid, sd.measure, sd.obs_kind, sd.unit_kind) AS slice,
                   dense_rank() OVER (ORDER BY sd.indicator, sd.breakdown, sd.unit) AS what, o.folder, o.sid, o.aid, o.pid, {", ".join(f"o.{c}" for c in ends)}, sd.indicator
            FROM obs AS o SEMI JOIN texts USING (folder) JOIN sd USING (sid)
            WHERE sd.measure IN ('level', 'change_abs') AND sd.unit_kind IN ('count', 'money') AND sd.obs_kind = 'actual' AND o.pid > 0 AND o.v > 0 AND o.shi - o.slo <= 2 * o.h AND {filters}),
        one AS (SELECT *, count(*) OVER (PARTITION BY slice) AS beside FROM sharp QUALIFY count(*) OVER (PARTITION BY slice) <= {_MOST_BESIDE}),
        third AS (SELECT * FROM one UNION ALL BY NAME SELECT DISTINCT slice FROM one),
        added AS (
            SELECT t.folder, t.sid, t.aid, t.pid, t.slice, t.what, t.n AS total_n, a.n AS a_n, b.n AS b_n, c.n AS c_n, a.what AS a_what, b.what AS b_what, coalesce(c.what, 0) AS c_what,
                   {found}, t.v AS t_v, t.h AS t_h, t.slo AS t_slo, t.shi AS t_shi, t.lo AS t_lo, t.hi AS t_hi, t.beside
            FROM one AS t JOIN one AS a ON a.slice = t.slice AND a.what <> t.what JOIN one AS b ON b.slice = t.slice AND b.what > a.what AND b.what <> t.what
            JOIN third AS c ON c.slice = t.slice AND (c.what IS NULL OR c.what > b.what AND c.what <> t.what)
            WHERE a.indicator <> t.indicator OR b.indicator <> t.indicator OR c.indicator <> t.indicator),
        judged AS (
            SELECT *, s_slo <= t_shi AND t_slo <= s_shi AS holds, t_v >= {_CHANCE} * beside * (beside * (beside - 1) * (beside - 2) // 6) * (2 * (s_h + t_h) + 1 * (s_h + t_h = 0)::INTEGER) AS is_sharp FROM added),
        proven AS (SELECT folder, what, a_what, b_what, c_what, min(slice) AS first_slice, max(slice) AS last_slice FROM judged WHERE holds AND is_sharp GROUP BY ALL),
        settled AS (SELECT DISTINCT slice, what FROM judged WHERE holds AND is_sharp)
        SELECT j.folder, sid, aid, pid, NULL::BIGINT AS x, total_n, a_n, b_n, c_n, TRUE AS applicable, TRUE AS evaluable, {summed_side("left", "j")},
               t_slo AS right_lower, t_shi AS right_upper, t_lo AS hard_right_lower, t_hi AS hard_right_upper, t_slo - t_h AS cut_right_lower, t_shi + t_h AS cut_right_upper,
               t_v AS right_value, s_v - t_v AS gap, s_h + t_h AS tolerance
        FROM judged AS j JOIN proven AS p ON p.folder = j.folder AND p.what = j.what AND p.a_what = j.a_what AND p.b_what = j.b_what AND p.c_what = j.c_what
         AND (p.first_slice <> j.slice OR p.last_slice <> j.slice)
        WHERE j.holds OR NOT EXISTS (SELECT 1 FROM settled AS s WHERE s.slice = j.slice AND s.what = j.what)""",
        members="""
        SELECT key, 0 AS position, 'total' AS role, total_n AS n FROM failing UNION ALL SELECT key, 1, 'part', a_n FROM failing
        UNION ALL SELECT key, 2, 'part', b_n FROM failing UNION ALL SELECT key, 3, 'part', c_n FROM failing WHERE c_n IS NOT NULL""",
        params=params,
    )
