"""O03, O04, T03, X05: a printed rate is k times numerator over denominator. Judged without dividing: rate × denominator against k × numerator.

`form`: `triples` (rate, num, den of the catalogue, by indicator) · `share` (the share of a part, the part, its total) ·
`share_of` (the same with the total that the note names) ·
`completion` (completion, actual, plan: that of the period, else that of the year which the period belongs to; a goal where no plan is printed) ·
`times` (a is N times b; "giảm 3 lần": b is 3 times a).
`wider`: the printed denominator may be a larger population than the rate's own (labour force of 15+ for one of working age), so that a printed
rate up to a fifth above what follows is worth an information only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import OPEN_SQL, Frame, product_bounds, readings

if TYPE_CHECKING:
    from schemas.kinds import Rule

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
    SELECT r.sid AS r_sid, num.sid AS num_sid, den.sid AS den_sid, den.obs_kind = 'plan' AS is_plan, r.unit_kind = 'times' AS in_times
    FROM sd AS r
    JOIN sd AS num ON num.indicator = r.indicator AND num.measure = 'level' AND num.breakdown = r.breakdown AND num.obs_kind = 'actual'
    JOIN sd AS den ON den.indicator = r.indicator AND den.measure = 'level' AND den.breakdown = r.breakdown AND den.obs_kind IN ('plan', 'target') AND den.unit = num.unit
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


def frame(rule: Rule) -> Frame:
    """One row per printed rate whose numerator and denominator stand in the same document."""
    relations, params = _relations(rule)
    # "gấp 3 lần" compares with an earlier period; all other denominators stand in the period of the rate.
    is_due = rule.params["form"] == "completion"
    is_times = rule.params["form"] == "times"
    now, base = ("r.num_pid", "r.den_pid") if is_times else ("r.pid", "due.due_pid") if is_due else ("r.pid", "r.pid")
    # The direction of "giảm 3 lần" is no sign of the number; what was read still knows it.
    rates = (
        """(SELECT o.*, coalesce(q.direction < 0, FALSE) AS is_fewer, CASE WHEN is_fewer THEN o.base_pid ELSE o.pid END AS num_pid, CASE WHEN is_fewer THEN o.pid ELSE o.base_pid END AS den_pid
            FROM obs AS o SEMI JOIN relation ON relation.r_sid = o.sid LEFT JOIN reading AS q ON q.n = o.n)"""
        if is_times
        else "obs"
    )
    due, whose, nearest = (
        (
            f"due AS ({_DUE}),",
            "JOIN due ON due.pid = r.pid AND (x.is_plan OR NOT due.is_of_year)",
            "QUALIFY rank() OVER (PARTITION BY r.n ORDER BY NOT x.is_plan, due.is_of_year) = 1",
        )
        if is_due
        else ("", "", "")
    )
    cap = (
        "CASE WHEN is_of_year OR NOT is_plan THEN 'warning' END"
        if is_due
        else "CASE WHEN left_lower > right_upper AND 5 * left_lower <= 6 * right_upper THEN 'info' END"
        if rule.params.get("wider")
        else "NULL"
    )
    k = "CASE WHEN x.in_times THEN 1 ELSE $k END::DECIMAL(9,0)" if is_due else "$k::DECIMAL(9,0)"
    # A note may name another denominator (of=households): then only that one counts.
    named = "r.of_what = (SELECT indicator FROM sd WHERE sd.sid = x.den_sid)" if rule.params["form"] == "share_of" else "r.of_what IS NULL"
    scaled = ", ".join(
        f"CASE WHEN {end} >= 1000000000000000000 THEN {OPEN_SQL} WHEN {end} <= -1000000000000000000 THEN -{OPEN_SQL} ELSE {end} * k END AS {p}right_{name}"
        for p, low, high in readings("num", "_")
        for end, name in ((low, "lower"), (high, "upper"))
    )
    multiplied = ", ".join(
        product_bounds(f"{p}left", r_low, r_high, d_low, d_high)
        for (p, r_low, r_high), (_, d_low, d_high) in zip(readings("r", "_"), readings("den", "_"), strict=True)
    )
    printed = ", ".join(f"{alias}.{c} AS {alias}_{c}" for alias in ("r", "num", "den") for c in ("v", "h", "slo", "shi", "lo", "hi"))
    return Frame(
        sql=f"""
        WITH relation AS ({relations}), {due}
        joined AS (
            SELECT r.folder, r.sid, r.aid, r.pid, {"due.is_of_year, x.is_plan," if is_due else ""} {k} AS k, num.sid::BIGINT * 1000000 + den.sid AS x, r.n AS r_n, num.n AS num_n, den.n AS den_n,
                   {printed}
            FROM relation AS x JOIN {rates} AS r ON r.sid = x.r_sid {whose}
            JOIN obs AS num ON num.sid = x.num_sid AND num.folder = r.folder AND num.aid = r.aid AND num.pid = {now}
            JOIN obs AS den ON den.sid = x.den_sid AND den.folder = r.folder AND den.aid = r.aid AND den.pid = {base} AND den.n <> num.n
            WHERE {named} {nearest})
        SELECT folder, sid, aid, pid, x, r_n, num_n, den_n, TRUE AS applicable, abs(r_v) < 1000000000 AND den_v > 0 AND num_v >= 0 AS evaluable, CASE WHEN den_v = 0 THEN 'zero-base' ELSE 'out-of-range' END AS reason,
               {multiplied}, {scaled}, r_v AS left_value, r_h AS tolerance,
               k, den_v, num_v, {cap} AS cap
        FROM joined""",
        members="""
        SELECT key, 0 AS position, 'rate' AS role, r_n AS n FROM failing UNION ALL SELECT key, 1, 'num', num_n FROM failing
        UNION ALL SELECT key, 2, 'den', den_n FROM failing""",
        params={**params, "k": rule.params["k"]},
        series=relations,
    )
