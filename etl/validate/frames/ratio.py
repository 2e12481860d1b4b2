"""O03, O04, T03, X05: a printed rate is k times numerator over denominator. Judged without dividing: rate × denominator against k × numerator.

`form`: `triples` (rate, num, den of the catalogue, by indicator) · `share` (the share of a part, the part, its total) ·
`share_of` (the same with the total that the note names) ·
`completion` (completion, actual, plan: that of the period, else that of the year which the period belongs to) · `times` (a is N times b).
`wider`: the printed denominator may be a larger population than the rate's own (labour force of 15+ for one of working age), so that a printed
rate up to a fifth above what follows is worth an information only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import OPEN_SQL, Frame, narrowed, narrowed_rate

if TYPE_CHECKING:
    from schemas.kinds import Rule

_LARGEST_RATE = 1_000_000_000
_LARGEST_BASE = 10_000_000_000_000_000
# The base of a rate for a subgroup: a dimension either splits the base too (area, sex) or only the numerator (cause, kind of merit).
_TRIPLES = """
    SELECT r.sid AS r_sid, num.sid AS num_sid, den.sid AS den_sid
    FROM (SELECT unnest($rates) AS rate, unnest($nums) AS num, unnest($dens) AS den) AS named
    JOIN sd AS r ON r.indicator = named.rate AND r.measure = 'level' AND r.unit_kind = 'rate'
    JOIN sd AS num ON num.indicator = named.num AND num.measure = 'level' AND num.breakdown = r.breakdown AND num.obs_kind = r.obs_kind
    JOIN sd AS den ON den.indicator = named.den AND den.measure = 'level' AND den.breakdown = r.base_breakdown AND den.obs_kind = r.obs_kind"""
_SHARE = """
    SELECT r.sid AS r_sid, num.sid AS num_sid, den.sid AS den_sid
    FROM sd AS r JOIN sd AS num ON num.indicator = r.indicator AND num.measure = 'level' AND num.breakdown = r.breakdown AND num.obs_kind = r.obs_kind
    JOIN sd_less AS l ON l.sid = num.sid JOIN sd AS den ON den.sid = l.total_sid
    WHERE r.measure = 'share' AND r.unit_kind = 'rate' AND num.unit_kind IN ('count', 'money', 'area', 'weight')"""
_SHARE_OF = """
    SELECT r.sid AS r_sid, num.sid AS num_sid, den.sid AS den_sid
    FROM sd AS r JOIN sd AS num ON num.indicator = r.indicator AND num.measure = 'level' AND num.breakdown = r.breakdown AND num.obs_kind = r.obs_kind
    JOIN sd AS den ON den.measure = 'level' AND den.breakdown = '' AND den.obs_kind = r.obs_kind AND den.unit = num.unit AND den.indicator <> num.indicator
    WHERE r.measure = 'share' AND r.unit_kind = 'rate'"""
_COMPLETION = """
    SELECT r.sid AS r_sid, num.sid AS num_sid, den.sid AS den_sid
    FROM sd AS r
    JOIN sd AS num ON num.indicator = r.indicator AND num.measure = 'level' AND num.breakdown = r.breakdown AND num.obs_kind = 'actual'
    JOIN sd AS den ON den.indicator = r.indicator AND den.measure = 'level' AND den.breakdown = r.breakdown AND den.obs_kind = 'plan' AND den.unit = num.unit
    WHERE r.measure = 'plan_completion' AND r.obs_kind = 'actual'"""

_TIMES = """
    SELECT r.sid AS r_sid, num.sid AS num_sid, num.sid AS den_sid
    FROM sd AS r JOIN sd AS num ON num.indicator = r.indicator AND num.measure IN ('level', 'per_unit') AND num.breakdown = r.breakdown AND num.obs_kind = r.obs_kind
    WHERE r.measure = 'times' AND r.unit_kind = 'times'"""
# "Đạt 54 % kế hoạch" after half a year is of the plan of the year. A single month or quarter may as well have a plan of its own, which nobody printed.
_DUE = """
    SELECT pid, pid AS due_pid, FALSE AS is_of_year FROM pd
    UNION ALL
    SELECT part.pid, whole.pid, TRUE FROM pd AS part JOIN pd AS whole
      ON whole.form = 'year' AND part.form IN ('half', 'cumulative', 'day') AND year(part.period_start) = year(whole.period_start)
     AND (part.form = 'day' OR part.period_start = whole.period_start) AND part.period_end <= whole.period_end"""


def _relations(rule: Rule) -> tuple[str, dict[str, object]]:
    form = rule.params["form"]
    if form == "share":
        return _SHARE, {}
    if form == "share_of":
        return _SHARE_OF, {}
    if form == "completion":
        return _COMPLETION, {}
    if form == "times":
        return _TIMES, {}
    if form == "triples":
        one = [rule.params[name] for name in ("rate", "num", "den") if name in rule.params]
        triples = rule.params.get("triples") or ([one] if one else None)
        if not isinstance(triples, list):
            raise RuleBroken("rule-triples-not-a-list", rule=rule.id)
        names = ("rates", "nums", "dens")
        return _TRIPLES, {name: [str(t[i]) for t in triples] for i, name in enumerate(names)}
    raise RuleBroken("rule-unknown-form", rule=rule.id, form=form)


def product_bounds(side: str, a_low: str, a_high: str, b_low: str, b_high: str) -> str:
    """Bounds of a product of two intervals that are not negative; an end that is open on either side is open in the product.

    So is one too large for an exact product: nothing follows from it, and no cast may stop the run.
    """
    return (
        f"CASE WHEN {a_low} < 0 OR {a_low} >= {_LARGEST_RATE} OR {b_low} NOT BETWEEN 0 AND {_LARGEST_BASE} THEN -{OPEN_SQL} "
        f"ELSE {narrowed_rate(a_low)} * ({narrowed(b_low)}) END AS {side}_lower, "
        f"CASE WHEN abs({a_high}) >= {_LARGEST_RATE} OR abs({b_high}) >= {_LARGEST_BASE} THEN {OPEN_SQL} "
        f"ELSE {narrowed_rate(a_high)} * ({narrowed(b_high)}) END AS {side}_upper"
    )


def frame(rule: Rule) -> Frame:
    """One row per printed rate whose numerator and denominator stand in the same document."""
    relations, params = _relations(rule)
    # "gấp 3 lần" compares with an earlier period; all other denominators stand in the period of the rate.
    is_due = rule.params["form"] == "completion"
    base = "r.base_pid" if rule.params["form"] == "times" else "due.due_pid" if is_due else "r.pid"
    due, whose, nearest = (
        (f"due AS ({_DUE}),", "JOIN due ON due.pid = r.pid", "QUALIFY NOT due.is_of_year OR bool_and(due.is_of_year) OVER (PARTITION BY r.n)")
        if is_due
        else ("", "", "")
    )
    cap = (
        "CASE WHEN is_of_year THEN 'warning' END"
        if is_due
        else "CASE WHEN left_lower > right_upper AND 5 * left_lower <= 6 * right_upper THEN 'info' END"
        if rule.params.get("wider")
        else "NULL"
    )
    k = "$k::DECIMAL(9,0)"
    # A note may name another denominator (of=households): then only that one counts.
    named = "r.of_what = (SELECT indicator FROM sd WHERE sd.sid = x.den_sid)" if rule.params["form"] == "share_of" else "r.of_what IS NULL"
    scaled = ", ".join(
        f"CASE WHEN num_{c} >= 1000000000000000000 THEN {OPEN_SQL} WHEN num_{c} <= -1000000000000000000 THEN -{OPEN_SQL} ELSE num_{c} * {k} END AS {p}right_{end}"
        for p, low, high in (("", "slo", "shi"), ("hard_", "lo", "hi"), ("cut_", "slo", "shi"))
        for c, end in ((low, "lower"), (high, "upper"))
    )
    return Frame(
        sql=f"""
        WITH relation AS ({relations}), {due}
        joined AS (
            SELECT r.folder, r.sid, r.aid, r.pid, {"due.is_of_year," if is_due else ""} num.sid::BIGINT * 1000000 + den.sid AS x, r.n AS r_n, num.n AS num_n, den.n AS den_n,
                   r.v AS r_v, r.h AS r_h, r.slo AS r_slo, r.shi AS r_shi, r.lo AS r_lo, r.hi AS r_hi,
                   num.v AS num_v, num.slo AS num_slo, num.shi AS num_shi, num.lo AS num_lo, num.hi AS num_hi,
                   den.v AS den_v, den.slo AS den_slo, den.shi AS den_shi, den.lo AS den_lo, den.hi AS den_hi
            FROM relation AS x JOIN obs AS r ON r.sid = x.r_sid {whose}
            JOIN obs AS num ON num.sid = x.num_sid AND num.folder = r.folder AND num.aid = r.aid AND num.pid = r.pid
            JOIN obs AS den ON den.sid = x.den_sid AND den.folder = r.folder AND den.aid = r.aid AND den.pid = {base} AND den.n <> num.n
            WHERE {named} {nearest})
        SELECT folder, sid, aid, pid, x, r_n, num_n, den_n, TRUE AS applicable, abs(r_v) < 1000000000 AND den_v > 0 AND num_v >= 0 AS evaluable, 'out-of-range' AS reason,
               {product_bounds("left", "r_slo", "r_shi", "den_slo", "den_shi")}, {product_bounds("hard_left", "r_lo", "r_hi", "den_lo", "den_hi")},
               {product_bounds("cut_left", "(r_slo - r_h)", "(r_shi + r_h)", "den_slo", "den_shi")}, {scaled}, r_v AS left_value, r_h AS tolerance,
               den_v, num_v, {cap} AS cap
        FROM joined""",
        members="""
        SELECT key, 0 AS position, 'rate' AS role, r_n AS n FROM failing UNION ALL SELECT key, 1, 'num', num_n FROM failing
        UNION ALL SELECT key, 2, 'den', den_n FROM failing""",
        params={**params, "k": rule.params["k"]},
    )
