"""X07: a count and its rate imply their base; all pairs that share a base, and a printed base, must allow one and the same number.

A pair gives the base the interval [100·c₀/r₁, 100·c₁/r₀]; the largest lower end may not pass the smallest upper end. Divisions are exact
integer divisions rounded outward to six decimals, so that nothing is accused by rounding of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import OPEN_SQL, Frame, readings

if TYPE_CHECKING:
    from schemas.kinds import Rule


_PAIRS = """
    SELECT c.sid AS c_sid, r.sid AS r_sid, r.base_breakdown, r.obs_kind
    FROM (SELECT unnest($counts) AS counted, unnest($rates) AS rate) AS named
    JOIN sd AS r ON r.indicator = named.rate AND r.measure = 'level' AND r.unit_kind = 'rate'
    JOIN sd AS c ON c.indicator = named.counted AND c.measure = 'level' AND c.breakdown = r.breakdown AND c.obs_kind = r.obs_kind"""


def _implied(side: str, count: str, rate: str) -> str:
    """100·count/rate in six decimals, rounded down (`below`) or up (`above`): the count with it, the rate against it. By way of 64 bits where both fit."""
    against = "above" if side == "below" else "below"
    thousandths = (
        f"CASE WHEN {count} BETWEEN 0 AND 999999999 THEN (thousandths_{side}({count})::DECIMAL(14,3) * 1000::DECIMAL(4,0))::BIGINT "
        f"ELSE (thousandths_{side}({count}) * 1000)::HUGEINT END"
    )
    millionths = (
        f"CASE WHEN {rate} BETWEEN 0 AND 99999 THEN (millionths_{against}({rate})::DECIMAL(11,6) * 1000000::DECIMAL(7,0))::BIGINT "
        f"ELSE (millionths_{against}({rate}) * 1000000)::HUGEINT END"
    )
    scaled = f"({thousandths}) * 100000000000 // ({millionths})"
    return f"(({scaled}{' + 1' if side == 'above' else ''})::DECIMAL(38,0) * 0.000001)::DECIMAL(38,9)"


def frame(rule: Rule) -> Frame:
    """One row per place, period, kind and subgroup with at least two pairs, or one pair and the printed base.

    `wider`: the printed base is a larger population than that of the rates, so that only the pairs are held against each other.
    """
    pairs = rule.params["pairs"]
    if not isinstance(pairs, list):
        raise RuleBroken("rule-pairs-not-a-list", rule=rule.id)
    implied = ", ".join(
        f"CASE WHEN {r_high} >= 1000000 OR {c_low} <= 0 OR {c_low} >= 10000000000000000 THEN -{OPEN_SQL} ELSE {_implied('below', c_low, r_high)} END AS {p}low, "
        f"CASE WHEN {r_low} < 0.000001 OR {c_high} >= 10000000000000000 THEN {OPEN_SQL} ELSE {_implied('above', c_high, r_low)} END AS {p}high"
        for (p, c_low, c_high), (_, r_low, r_high) in zip(readings("c"), readings("r"), strict=True)
    )
    printed = ", ".join(f"{low} AS {p}low, {high} AS {p}high" for p, low, high in readings("o"))
    sides = ", ".join(
        f"max({p}low) AS {p}left_lower, {OPEN_SQL} AS {p}left_upper, -{OPEN_SQL} AS {p}right_lower, min({p}high) AS {p}right_upper"
        for p in ("", "hard_", "cut_")
    )
    return Frame(
        sql=f"""
        WITH relation AS ({_PAIRS}),
        implied AS (
            SELECT c.folder, c.aid, c.pid, x.base_breakdown, x.obs_kind, c.n AS c_n, r.n AS r_n, {implied}
            FROM relation AS x JOIN obs AS c ON c.sid = x.c_sid JOIN obs AS r ON r.sid = x.r_sid AND r.folder = c.folder AND r.aid = c.aid AND r.pid = c.pid
            WHERE c.v >= 0 AND r.v > 0 AND r.v < 1000000),
        every AS (
            SELECT * FROM implied
            UNION ALL
            SELECT o.folder, o.aid, o.pid, s.breakdown, s.obs_kind, o.n, NULL, {printed}
            FROM obs AS o JOIN sd AS s ON s.sid = o.sid WHERE s.indicator = $base AND s.measure = 'level' AND s.unit_kind = 'count'
              AND EXISTS (FROM implied AS i WHERE i.folder = o.folder AND i.aid = o.aid AND i.pid = o.pid))
        SELECT folder, min(c_n) AS first_n, NULL::INTEGER AS sid, aid, pid, hash(base_breakdown, obs_kind)::UBIGINT::HUGEINT AS x, base_breakdown, obs_kind,
               count(*) > 1 AND count(r_n) > 0 AS applicable, TRUE AS evaluable, {sides}, max(low) AS left_value, min(high) AS right_value, max(low) - min(high) AS gap
        FROM every GROUP BY folder, aid, pid, base_breakdown, obs_kind""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY named.at NULLS LAST, list_contains($rates, sd.indicator), o.n) - 1 AS position,
               CASE WHEN sd.indicator = $base THEN 'base' WHEN list_contains($rates, sd.indicator) THEN 'rate' ELSE 'count' END AS role, o.n
        FROM failing AS f JOIN obs AS o ON o.folder = f.folder AND o.aid = f.aid AND o.pid = f.pid
        JOIN sd ON sd.sid = o.sid AND sd.measure = 'level' AND sd.obs_kind = f.obs_kind AND (sd.base_breakdown = f.base_breakdown OR sd.indicator = $base AND sd.breakdown = f.base_breakdown)
        LEFT JOIN (SELECT unnest($counts) AS counted, unnest($rates) AS rate, generate_subscripts($counts, 1) AS at) AS named ON sd.indicator IN (named.counted, named.rate)
        WHERE named.at IS NOT NULL OR sd.indicator = $base""",
        params={
            "counts": [str(c) for c, _ in pairs],
            "rates": [str(r) for _, r in pairs],
            "base": "" if rule.params.get("wider") else str(rule.params["base"]),
        },
        series=_PAIRS,
    )
