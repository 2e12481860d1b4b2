"""X02, X03, X12, X13: one figure per another lies inside a plausible band: pupils a class, money a house, payout a head and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame, texts

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per pair: a lies between band[0]·b and band[1]·b; with `per_month`, b counts once for each month of a's period.

    The bands are experience, no law: up to half as much beyond an end is worth an information.
    """
    band = rule.params["band"]
    if not isinstance(band, list):
        raise RuleBroken("rule-band-not-a-list", rule=rule.id)
    low, high = (f"$band{i}::VARCHAR::DECIMAL(18,3)" for i in (0, 1))
    months = "greatest(datediff('month', ap.period_start, ap.period_end) + 1, 1)" if rule.params.get("per_month") else "1"
    named = [(a, b) for a in texts(rule, "a") for b in texts(rule, "b")]
    same = "b.breakdown = sd.breakdown" if rule.params.get("same_breakdown", True) else "TRUE"
    pairs = f"""
            SELECT sd.sid AS a_sid, b.sid AS b_sid
            FROM (SELECT unnest($a) AS a, unnest($b) AS b) AS named
            JOIN sd ON sd.indicator = named.a JOIN sd AS b ON b.indicator = named.b AND b.measure = 'level' AND b.obs_kind = sd.obs_kind AND {same}
            WHERE sd.measure = 'level'"""
    return Frame(
        sql=f"""
        WITH pairs AS ({pairs}),
        joined AS (
            SELECT a.*, b.n AS b_n, b.sid AS b_sid, b.v AS b_v, {months} AS months,
                   least(greatest(b.lo, 0), 1000000000000) AS b_lo, least(greatest(b.hi, 0), 1000000000000) AS b_hi, b.hi < 1000000000000 AS closed
            FROM pairs JOIN obs AS a ON a.sid = pairs.a_sid JOIN obs AS b ON b.sid = pairs.b_sid AND b.folder = a.folder AND b.aid = a.aid
            JOIN pd AS ap ON ap.pid = a.pid JOIN pd AS bp ON bp.pid = b.pid
            WHERE a.pid = b.pid OR ($rule_per_month AND a.pid > 0 AND b.pid > 0 AND bp.period_start <= ap.period_start AND bp.period_end >= ap.period_end))
        SELECT folder, sid, aid, pid, b_sid::BIGINT AS x, TRUE AS applicable, b_lo > 0 AS evaluable,
               lo AS left_lower, hi AS left_upper, thousandths_below(b_lo) * months * {low} AS right_lower,
               CASE WHEN closed THEN thousandths_above(b_hi) * months * {high} ELSE 1000000000000000000000000 END AS right_upper,
               v AS left_value, b_v AS right_value, n AS a_n, b_n,
               CASE WHEN 3 * hi >= 2 * right_lower AND 2 * lo <= 3 * right_upper THEN 'info' END AS cap
        FROM joined""",
        members="SELECT key, 0 AS position, 'amount' AS role, a_n AS n FROM failing UNION ALL SELECT key, 1, 'per', b_n FROM failing",
        params={
            "a": [a for a, _ in named],
            "b": [b for _, b in named],
            "band0": str(band[0]),
            "band1": str(band[1]),
            "rule_per_month": bool(rule.params.get("per_month")),
        },
        series=pairs,
    )
