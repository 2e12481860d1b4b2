"""P01: money is the sum of counts times the amount each: 51.300 households at 180.000 đồng make 9,2 tỷ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame, copied_side, product_bounds, readings, sums

if TYPE_CHECKING:
    from schemas.kinds import Rule

_LARGEST = 1_000_000_000_000  # of a count and of an amount each: their product is then exact
_NAMED = "(SELECT unnest($amounts) AS amount, unnest($norms) AS norm, unnest($counts) AS counted) AS named"
_WHOLE = f"""
    SELECT a.sid AS a_sid, m.sid AS m_sid, k.sid AS k_sid, k.breakdown = a.breakdown AS is_same, k.indicator AS counted
    FROM {_NAMED} JOIN sd AS a ON a.indicator = named.amount AND a.measure = 'level'
    JOIN sd AS m ON m.indicator = named.norm AND m.obs_kind IN (a.obs_kind, 'plan') AND (m.breakdown = a.breakdown OR m.breakdown = '')
    JOIN sd AS k ON k.indicator = named.counted AND k.measure = 'level' AND k.obs_kind = a.obs_kind AND m.unit = a.unit || '/' || k.unit
        AND (k.breakdown = a.breakdown OR a.breakdown = '')"""
_PARTS = f"""
    SELECT a.sid AS a_sid, k.sid AS k_sid, m.sid AS m_sid, l.dimension_no, l.is_complete, l.members, named.counted
    FROM {_NAMED} JOIN sd AS a ON a.indicator = named.amount AND a.measure = 'level'
    JOIN sd AS k ON k.indicator = named.counted AND k.measure = 'level' AND k.obs_kind = a.obs_kind
    JOIN sd_less AS l ON l.sid = k.sid AND l.rest = a.breakdown
    JOIN sd AS m ON m.indicator = named.norm AND m.obs_kind IN (a.obs_kind, 'plan') AND m.unit = a.unit || '/' || k.unit
        AND m.breakdown IN (k.breakdown, l.dimension || '=' || l.member)"""


def frame(rule: Rule) -> Frame:
    """One row per amount with a norm and counts of the norm's own unit (VND a *household* times *households*); one norm for all counts.

    The counts may be a subgroup that the text names only once; such a match is a warning at most. `over = "breakdown"`: a norm for each part.
    """
    triples = rule.params["triples"]
    if not isinstance(triples, list):
        raise RuleBroken("rule-triples-not-a-list", rule=rule.id)
    lists: dict[str, list[str]] = {"amounts": [], "norms": [], "counts": []}
    for amount, norm, counts in triples:
        for count in counts if isinstance(counts, list) else [counts]:
            for name, value in zip(lists, (amount, norm, count), strict=True):
                lists[name].append(str(value))
    if rule.params.get("over") == "breakdown":
        return _over_parts(dict(lists))
    if "over" in rule.params:
        raise RuleBroken("rule-unknown-over", rule=rule.id, over=rule.params["over"])
    operands = ", ".join(
        product_bounds(f"{p}right", n_low, n_high, c_low, c_high)
        for (p, n_low, n_high), (_, c_low, c_high) in zip(readings("norm"), readings("c.s", "_"), strict=True)
    )
    return Frame(
        sql=f"""
        WITH relation AS ({_WHOLE}),
        counted AS (
            SELECT o.folder, o.aid, o.pid, r.a_sid, r.m_sid, r.counted, r.is_same, count(*) AS parts, {sums("o")}
            FROM relation AS r JOIN obs AS o ON o.sid = r.k_sid GROUP BY o.folder, o.aid, o.pid, r.a_sid, r.m_sid, r.counted, r.is_same
            QUALIFY row_number() OVER (PARTITION BY o.folder, o.aid, o.pid, r.a_sid, r.m_sid ORDER BY r.is_same DESC, r.counted) = 1)
        SELECT a.folder, a.sid, a.aid, a.pid, norm.sid::BIGINT AS x, a.n AS a_n, norm.n AS m_n, c.counted, c.is_same, c.is_same OR c.parts = 1 AS applicable,
               abs(norm.v) < {_LARGEST} AND abs(c.s_v) < {_LARGEST} AS evaluable, 'out-of-range' AS reason,
               {copied_side("left", "a")}, {operands}, norm.v AS norm_v, c.s_v AS count_v, a.h AS tolerance, CASE WHEN NOT c.is_same THEN 'warning' END AS cap
        FROM counted AS c JOIN obs AS a ON a.sid = c.a_sid AND a.folder = c.folder AND a.aid = c.aid AND a.pid = c.pid
        JOIN obs AS norm ON norm.sid = c.m_sid AND norm.folder = c.folder AND norm.aid = c.aid AND norm.pid = c.pid""",
        members="""
        SELECT key, 0 AS position, 'amount' AS role, a_n AS n FROM failing UNION ALL SELECT key, 1, 'norm', m_n FROM failing
        UNION ALL
        SELECT f.key, 1 + row_number() OVER (PARTITION BY f.key ORDER BY o.n), 'count', o.n
        FROM failing AS f JOIN obs AS norm ON norm.n = f.m_n JOIN sd AS m ON m.sid = norm.sid JOIN sd AS a ON a.sid = f.sid
        JOIN obs AS o ON o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid
        JOIN sd AS k ON k.sid = o.sid AND k.indicator = f.counted AND k.measure = 'level' AND m.unit = a.unit || '/' || k.unit AND k.obs_kind = a.obs_kind
             AND CASE WHEN f.is_same THEN k.breakdown = a.breakdown ELSE a.breakdown = '' END""",
        params=dict(lists),
        series=_WHOLE,
    )


def _over_parts(lists: dict[str, object]) -> Frame:
    """One row per amount whose counts are printed by the parts of one dimension, with a norm for every part: new houses at one rate, repairs at another.

    Judged where the parts are the whole: a complete dimension, or a list declared closed.
    """
    both = [(p, *n, *o) for (p, *n), (_, *o) in zip(readings("norm"), readings("o"), strict=True)]
    products = ", ".join(product_bounds(f"{p}product", n_low, n_high, o_low, o_high) for p, n_low, n_high, o_low, o_high in both)
    added = ", ".join(f"sum({p}product_lower) AS {p}right_lower, sum({p}product_upper) AS {p}right_upper" for p, *_ in both)
    sides = ", ".join(f"{p}right_{end}" for p, *_ in both for end in ("lower", "upper"))
    return Frame(
        sql=f"""
        WITH relation AS ({_PARTS}),
        multiplied AS (
            SELECT o.folder, o.aid, o.pid, o.sid, o.tag, r.a_sid, r.dimension_no, r.counted, r.is_complete, r.members,
                   norm.slo < 0 OR o.slo < 0 OR norm.v >= {_LARGEST} OR o.v >= {_LARGEST} AS is_beyond, {products}
            FROM relation AS r JOIN obs AS o ON o.sid = r.k_sid
            JOIN obs AS norm ON norm.sid = r.m_sid AND norm.folder = o.folder AND norm.aid = o.aid AND norm.pid = o.pid
            WHERE o.tag IS DISTINCT FROM 'outside'),
        counted AS (
            SELECT folder, aid, pid, a_sid, dimension_no, counted, any_value(is_complete) AS is_complete, any_value(members) AS members,
                   count(DISTINCT sid) AS parts, count(*) AS products, count(*) FILTER (WHERE tag = 'closed') AS closed, count(*) FILTER (WHERE is_beyond) AS beyond, {added}
            FROM multiplied GROUP BY folder, aid, pid, a_sid, dimension_no, counted)
        SELECT a.folder, a.sid, a.aid, a.pid, c.dimension_no::BIGINT AS x, c.dimension_no, c.counted, a.n AS a_n,
               parts > 1 AND products = parts AND (closed = parts OR (is_complete AND parts = members)) AS applicable, beyond = 0 AS evaluable, 'out-of-range' AS reason,
               {copied_side("left", "a")}, {sides}, a.h AS tolerance
        FROM counted AS c JOIN obs AS a ON a.sid = c.a_sid AND a.folder = c.folder AND a.aid = c.aid AND a.pid = c.pid""",
        members=f"""
        WITH pairs AS (
            SELECT f.key, f.a_n, o.n AS k_n, norm.n AS m_n, row_number() OVER (PARTITION BY f.key ORDER BY o.n) AS nth
            FROM failing AS f JOIN sd AS a ON a.sid = f.sid
            JOIN sd_less AS l ON l.dimension_no = f.dimension_no AND l.rest = a.breakdown
            JOIN sd AS k ON k.sid = l.sid AND k.indicator = f.counted AND k.measure = 'level' AND k.obs_kind = a.obs_kind
            JOIN obs AS o ON o.sid = k.sid AND o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid AND o.tag IS DISTINCT FROM 'outside'
            JOIN obs AS norm ON norm.folder = f.folder AND norm.aid = f.aid AND norm.pid = f.pid
            JOIN sd AS m ON m.sid = norm.sid AND m.obs_kind IN (a.obs_kind, 'plan') AND m.unit = a.unit || '/' || k.unit AND m.breakdown IN (k.breakdown, l.dimension || '=' || l.member)
            JOIN {_NAMED}
              ON named.amount = a.indicator AND named.norm = m.indicator AND named.counted = k.indicator)
        SELECT key, 0 AS position, 'amount' AS role, a_n AS n FROM failing
        UNION ALL SELECT key, 2 * nth - 1, 'norm', m_n FROM pairs UNION ALL SELECT key, 2 * nth, 'count', k_n FROM pairs""",
        params=lists,
        series=_PARTS,
    )
