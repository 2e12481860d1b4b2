"""T05: what happened in a part of a period is no more than what happened in the whole of it.

`form = "nested"`: flows whose periods begin together, or lie in one calendar year · `span`: any other containment (a year in a span of years).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame, copied_side

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per pair of nested periods of one flow."""
    within_year = "year(big.period_start) = year(big.period_end)"
    conditions = {"nested": within_year, "span": f"NOT ({within_year})"}
    form = str(rule.params["form"])
    if form not in conditions:
        raise RuleBroken("rule-unknown-form", rule=rule.id, form=form)
    condition = conditions[form]
    nested = f"""
            SELECT small.pid AS small_pid, big.pid AS big_pid FROM pd AS small JOIN pd AS big
              ON big.pid <> small.pid AND big.period_start <= small.period_start AND big.period_end >= small.period_end
             AND (big.period_start < small.period_start OR big.period_end > small.period_end)
            WHERE small.pid > 0 AND big.pid > 0 AND small.form <> 'day' AND big.form <> 'school_year' AND {condition}"""
    flows = """
            SELECT sid FROM sd WHERE stock_flow = 'flow' AND measure = 'level' AND unit_kind IN ('count', 'money') AND ind_kind IN ('count', 'money')
            AND obs_kind = 'actual' AND NOT breakdown LIKE '%average%'"""
    return Frame(
        sql=f"""
        WITH nested AS ({nested}),
        flows AS ({flows})
        SELECT a.folder, a.sid, a.aid, a.pid, b.pid::BIGINT AS x, TRUE AS applicable, TRUE AS evaluable, {copied_side("left", "a")}, {copied_side("right", "b")},
               a.v - b.v AS gap, a.h + b.h AS tolerance, a.n AS a_n, b.n AS b_n
        FROM nested JOIN obs AS a ON a.pid = nested.small_pid JOIN flows USING (sid)
        JOIN obs AS b ON b.pid = nested.big_pid AND b.sid = a.sid AND b.folder = a.folder AND b.aid = a.aid WHERE a.v >= 0 AND b.v >= 0""",
        members="SELECT key, 0 AS position, 'part' AS role, a_n AS n FROM failing UNION ALL SELECT key, 1, 'whole', b_n FROM failing",
        series=f"SELECT 1 FROM ({flows}) CROSS JOIN ({nested})",
    )
