"""P01: money is the sum of counts times the amount each: 51.300 households at 180.000 đồng make 9,2 tỷ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import OPEN_SQL, Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule

_LARGEST = 1_000_000_000_000  # of a count and of an amount each: their product is then exact


def frame(rule: Rule) -> Frame:
    """One row per amount with a norm and counts of the norm's own unit (VND a *household* times *households*); one norm for all counts.

    The counts may be a subgroup that the text names only once; such a match is a warning at most.
    """
    triples = rule.params["triples"]
    if not isinstance(triples, list):
        raise RuleBroken("rule-triples-not-a-list", rule=rule.id)
    lists: dict[str, list[str]] = {"amounts": [], "norms": [], "counts": []}
    for amount, norm, counts in triples:
        for count in counts if isinstance(counts, list) else [counts]:
            for name, value in zip(lists, (amount, norm, count), strict=True):
                lists[name].append(str(value))
    products = []
    for prefix, low, high in (("", "slo", "shi"), ("hard_", "lo", "hi"), ("cut_", "slo", "shi")):
        cut_low, cut_high = ("(norm.{e} - norm.h)", "(norm.{e} + norm.h)") if prefix == "cut_" else ("norm.{e}", "norm.{e}")
        n_low, n_high = cut_low.format(e=low), cut_high.format(e=high)
        products.append(
            f"CASE WHEN {n_low} NOT BETWEEN 0 AND {_LARGEST} OR c.s_{low} NOT BETWEEN 0 AND {_LARGEST} THEN -{OPEN_SQL} ELSE {n_low}::DECIMAL(18,2) * c.s_{low}::DECIMAL(20,3) END AS {prefix}right_lower, "
            f"CASE WHEN abs({n_high}) >= {_LARGEST} OR abs(c.s_{high}) >= {_LARGEST} THEN {OPEN_SQL} "
            f"ELSE {n_high}::DECIMAL(18,2) * c.s_{high}::DECIMAL(20,3) END AS {prefix}right_upper"
        )
    operands = ", ".join(products)
    return Frame(
        sql=f"""
        WITH named AS (SELECT unnest($amounts) AS amount, unnest($norms) AS norm, unnest($counts) AS counted),
        relation AS (
            SELECT a.sid AS a_sid, m.sid AS m_sid, k.sid AS k_sid, k.breakdown = a.breakdown AS is_same, k.indicator AS counted
            FROM named JOIN sd AS a ON a.indicator = named.amount AND a.measure = 'level' AND a.unit = 'VND'
            JOIN sd AS m ON m.indicator = named.norm AND m.obs_kind = a.obs_kind AND (m.breakdown = a.breakdown OR m.breakdown = '')
            JOIN sd AS k ON k.indicator = named.counted AND k.measure = 'level' AND k.obs_kind = a.obs_kind AND m.unit = 'VND/' || k.unit
                AND (k.breakdown = a.breakdown OR a.breakdown = '')),
        counted AS (
            SELECT o.folder, o.aid, o.pid, r.a_sid, r.m_sid, r.counted, r.is_same, count(*) AS parts, sum(o.v) AS s_v, sum(o.h) AS s_h,
                   sum(o.slo) AS s_slo, sum(o.shi) AS s_shi, sum(o.lo) AS s_lo, sum(o.hi) AS s_hi
            FROM relation AS r JOIN obs AS o ON o.sid = r.k_sid GROUP BY o.folder, o.aid, o.pid, r.a_sid, r.m_sid, r.counted, r.is_same
            QUALIFY row_number() OVER (PARTITION BY o.folder, o.aid, o.pid, r.a_sid, r.m_sid ORDER BY r.is_same DESC, r.counted) = 1)
        SELECT a.folder, a.sid, a.aid, a.pid, norm.sid::BIGINT AS x, a.n AS a_n, norm.n AS m_n, c.counted, c.is_same, c.is_same OR c.parts = 1 AS applicable,
               abs(norm.v) < {_LARGEST} AND abs(c.s_v) < {_LARGEST} AS evaluable, 'out-of-range' AS reason,
               a.slo AS left_lower, a.shi AS left_upper, a.lo AS hard_left_lower, a.hi AS hard_left_upper, a.slo - a.h AS cut_left_lower, a.shi + a.h AS cut_left_upper,
               {operands}, a.v AS left_value, norm.v AS norm_v, c.s_v AS count_v, a.h AS tolerance, CASE WHEN NOT c.is_same THEN 'warning' END AS cap
        FROM counted AS c JOIN obs AS a ON a.sid = c.a_sid AND a.folder = c.folder AND a.aid = c.aid AND a.pid = c.pid
        JOIN obs AS norm ON norm.sid = c.m_sid AND norm.folder = c.folder AND norm.aid = c.aid AND norm.pid = c.pid""",
        members="""
        SELECT key, 0 AS position, 'amount' AS role, a_n AS n FROM failing UNION ALL SELECT key, 1, 'norm', m_n FROM failing
        UNION ALL
        SELECT f.key, 1 + row_number() OVER (PARTITION BY f.key ORDER BY o.n), 'count', o.n
        FROM failing AS f JOIN obs AS norm ON norm.n = f.m_n JOIN sd AS m ON m.sid = norm.sid JOIN sd AS a ON a.sid = f.sid
        JOIN obs AS o ON o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid
        JOIN sd AS k ON k.sid = o.sid AND k.indicator = f.counted AND k.measure = 'level' AND m.unit = 'VND/' || k.unit AND k.obs_kind = a.obs_kind
             AND CASE WHEN f.is_same THEN k.breakdown = a.breakdown ELSE a.breakdown = '' END""",
        params=dict(lists),
    )
