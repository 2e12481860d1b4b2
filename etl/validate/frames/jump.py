"""T08: a value many times its neighbours in time. A spike is one finding: each value is held against the *nearer* of its two neighbours."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame, texts, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per value of a series with two neighbours of the same length of period; inside [smaller / cap, larger × cap] of them.

    The first value has the two that follow as neighbours, the last the two before it. Series of two values are held against each other once.
    """
    series, params = where_series(rule)
    cap = int(str(rule.params["cap"]))
    if cap <= 1:
        raise RuleBroken("rule-unknown-form", rule=rule.id, form=f"cap = {cap}")
    levels = f"SELECT sid FROM sd WHERE measure = 'level' AND list_contains($unit_kinds, sd.unit_kind) AND obs_kind = 'actual' AND {series}"
    # Neighbours may be zero, or nearly: a count that starts is not a jump.
    # Most series never come near the cap: their largest value against their smallest settles all their values at once (`weight`).
    # Only the others need to be walked through in time, which costs ten times as much.
    return Frame(
        sql=f"""
        WITH levels AS ({levels}),
        long AS (
            SELECT o.folder, o.sid, o.aid, p.form_no, min(o.n) AS series_no, count(*) AS weight, min(o.v) AS least, max(o.v) AS most
            FROM obs AS o JOIN levels USING (sid) JOIN pd AS p ON p.pid = o.pid AND p.pid > 0
            GROUP BY o.folder, o.sid, o.aid, p.form_no HAVING count(*) > 1),
        restless AS (SELECT * FROM long WHERE most > least * $cap OR least <= 0),
        neighbours AS (
            SELECT o.folder, o.sid, o.aid, o.pid, o.n, o.lo, o.hi, o.v, lag(o.v) OVER s AS before1, lag(o.v, 2) OVER s AS before2, lead(o.v) OVER s AS after1,
                   lead(o.v, 2) OVER s AS after2, lag(o.pid) OVER s AS before_pid, lead(o.pid) OVER s AS after_pid
            FROM obs AS o JOIN pd AS p ON p.pid = o.pid JOIN restless AS r ON r.folder = o.folder AND r.sid = o.sid AND r.aid = o.aid AND r.form_no = p.form_no
            WINDOW s AS (PARTITION BY r.series_no ORDER BY p.period_no)),
        beside AS (
            SELECT *, coalesce(before1, after2) AS one, coalesce(after1, before2) AS other FROM neighbours WHERE NOT (before1 IS NULL AND after2 IS NULL)),
        bounded AS (
            SELECT *, least(coalesce(one, other), coalesce(other, one)) AS smaller, greatest(coalesce(one, other), coalesce(other, one)) AS larger FROM beside)
        SELECT folder, sid, aid, pid, n AS x, 1::BIGINT AS weight, NOT (before_pid IS NOT NULL AND straddles_break(sid, before_pid, pid))
               AND NOT (after_pid IS NOT NULL AND straddles_break(sid, pid, after_pid)) AND smaller >= 10 AND v >= 0 AND larger < 100000000000000000 AS applicable,
               TRUE AS evaluable, lo AS left_lower, hi AS left_upper,
               ((smaller - 0.001)::DECIMAL(38,3) * $inverse::VARCHAR::DECIMAL(12,9))::DECIMAL(38,9) AS right_lower, larger * $cap AS right_upper, v AS left_value,
               CASE WHEN v > larger THEN larger ELSE smaller END AS right_value, before_pid, after_pid
        FROM bounded
        UNION ALL
        SELECT folder, sid, aid, NULL, series_no, weight, TRUE, TRUE, most, most, 0, least * $cap, most, least, NULL, NULL
        FROM long WHERE NOT (most > least * $cap OR least <= 0)""",
        members="""
        SELECT key, 0 AS position, 'value' AS role, x AS n FROM failing
        UNION ALL
        SELECT f.key, CASE o.pid WHEN f.before_pid THEN 1 ELSE 2 END, CASE o.pid WHEN f.before_pid THEN 'before' ELSE 'after' END, o.n
        FROM failing AS f JOIN obs AS o ON o.folder = f.folder AND o.sid = f.sid AND o.aid = f.aid AND o.pid IN (f.before_pid, f.after_pid)""",
        weight="weight",
        params={
            **params,
            "cap": cap,
            "inverse": str((Decimal(1) / cap).quantize(Decimal("1e-9"), rounding=ROUND_FLOOR)),
            "unit_kinds": texts(rule, "unit_kinds") or ["count", "money"],
        },
        series=levels,
    )
