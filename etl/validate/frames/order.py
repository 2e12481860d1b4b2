"""O02 and the X-rules of the form a ≤ b: a part is no larger than its whole, certified no more than trained, spent no more than raised.

A rule names `pairs` of series (a, b: an indicator, or {indicator, breakdown}), or `part_of = "breakdown"` (a part against its total over
any dimension) or `part_of = "catalogue"` (an indicator against its parent). A rule with `replaces` takes its pairs away from the other: an
order rule by series, a sum rule (which says of all parts at once that they exceed their total) by the groups it judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame, copied_side, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule

_BREAKDOWN_PAIRS = """
    SELECT l.sid AS a_sid, l.total_sid AS b_sid FROM sd_less AS l JOIN sd ON sd.sid = l.sid
    WHERE l.total_sid IS NOT NULL AND sd.measure = 'level' AND sd.unit_kind IN ('count', 'money', 'area', 'weight') AND {where}"""
_CATALOGUE_PAIRS = """
    SELECT sd.sid AS a_sid, b.sid AS b_sid FROM sd JOIN sd AS b
      ON b.indicator = sd.parent AND b.measure = sd.measure AND b.breakdown = sd.breakdown AND b.obs_kind = sd.obs_kind AND b.unit = sd.unit
    WHERE sd.measure = 'level' AND {where}"""
_NAMED_PAIRS = """
    SELECT sd.sid AS a_sid, b.sid AS b_sid
    FROM (SELECT unnest($a) AS a, unnest($a_part) AS a_part, unnest($b) AS b, unnest($b_part) AS b_part) AS named
    JOIN sd ON sd.indicator = named.a AND (named.a_part = '' OR list_contains(sd.tokens, named.a_part))
    JOIN sd AS b ON b.indicator = named.b AND b.measure = sd.measure AND b.obs_kind = sd.obs_kind AND b.sid <> sd.sid
     AND CASE WHEN named.b_part <> '' THEN b.breakdown = named.b_part
              WHEN named.a_part <> '' THEN b.breakdown = '' OR b.breakdown = array_to_string(list_filter(sd.tokens, lambda t: t <> named.a_part), ';')
              ELSE b.breakdown = sd.breakdown END
    WHERE sd.measure = 'level' AND {where}"""


def named(rule: Rule) -> dict[str, object]:
    """The named pairs of a rule as four lists of equal length: indicator and part of either side ('' for none)."""
    one = [rule.params["a"], rule.params["b"]] if {"a", "b"} <= set(rule.params) else None
    pairs = rule.params.get("pairs") or (one and [one])
    lists: dict[str, list[str]] = {"a": [], "a_part": [], "b": [], "b_part": []}
    if not isinstance(pairs, list):
        raise RuleBroken("rule-pairs-not-a-list", rule=rule.id)
    for pair in pairs:
        for side, given in zip(("a", "b"), pair, strict=True):
            indicator, part = (given.get("indicator"), given.get("breakdown", "")) if isinstance(given, dict) else (given, "")
            lists[side].append(str(indicator))
            lists[f"{side}_part"].append(str(part))
    return dict(lists)


def pairs(rule: Rule) -> tuple[str, dict[str, object]]:
    """The pairs of series that the rule compares, as SQL with its parameters."""
    where, params = where_series(rule)
    if rule.params.get("part_of") == "breakdown":
        return _BREAKDOWN_PAIRS.format(where=where), params
    if rule.params.get("part_of") == "catalogue":
        return _CATALOGUE_PAIRS.format(where=where), params
    if "part_of" in rule.params:
        raise RuleBroken("rule-unknown-form", rule=rule.id, form=rule.params["part_of"])
    return _NAMED_PAIRS.format(where=where), {**params, **named(rule)}


def frame(rule: Rule) -> Frame:
    """One row per pair of observations of one document, place and period."""
    sql, params = pairs(rule)
    unclaimed = f"{sql} EXCEPT SELECT a_sid, b_sid FROM claimed_pairs WHERE claimed_from = $rule_id"
    return Frame(
        sql=f"""
        WITH pairs AS ({unclaimed}),
        paired AS (
            SELECT a.folder, a.sid, a.aid, a.pid, b.sid AS whole_sid,
                   {copied_side("left", "a")}, {copied_side("right", "b")}, a.v - b.v AS gap, a.h + b.h AS tolerance, a.n AS a_n, b.n AS b_n
            FROM pairs JOIN obs AS a ON a.sid = pairs.a_sid
            JOIN obs AS b ON b.sid = pairs.b_sid AND b.folder = a.folder AND b.aid = a.aid AND b.pid = a.pid
            WHERE a.tag IS DISTINCT FROM 'outside'),
        -- The group is looked at only where a part is too large: of a million pairs, a few.
        told AS (
            SELECT DISTINCT p.a_n FROM paired AS p JOIN claimed_groups AS c ON c.claimed_from = $rule_id AND c.part_sid = p.sid AND c.total_sid = p.whole_sid
            JOIN claimed_groups AS s ON s.claimed_from = c.claimed_from AND s.total_sid = c.total_sid AND s.dimension_no = c.dimension_no
            JOIN obs AS o ON o.sid = s.part_sid AND o.folder = p.folder AND o.aid = p.aid AND o.pid = p.pid
            WHERE p.gap > 0 AND o.tag IS DISTINCT FROM 'outside'
            GROUP BY p.a_n, p.b_n, c.dimension_no
            HAVING count(*) > 1 AND min(o.lo) >= 0 AND NOT bool_or(c.overlapping OR o.tag IS NOT DISTINCT FROM 'overlap'))
        SELECT folder, sid, aid, pid, whole_sid::BIGINT AS x, told.a_n IS NULL AS applicable, TRUE AS evaluable, paired.* EXCLUDE (folder, sid, aid, pid, whole_sid)
        FROM paired LEFT JOIN told USING (a_n)""",
        members="SELECT key, 0 AS position, 'part' AS role, a_n AS n FROM failing UNION ALL SELECT key, 1, 'whole', b_n FROM failing",
        params={**params, "rule_id": rule.id},
        series=unclaimed,
    )
