"""G10: a list that is said to run from high to low does so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per neighbours of a list marked order=asc or order=desc, in the order of the document: left must not be above right."""
    # In an ascending list the earlier figure is the smaller one, in a descending list the later.
    operands = ", ".join(
        f"CASE order_tag WHEN 'asc' THEN {up}_{end} ELSE {down}_{end} END AS {p}{side}_{name}"
        for p, low, high in (("", "slo", "shi"), ("hard_", "lo", "hi"))
        for side, up, down in (("left", "before", "this"), ("right", "this", "before"))
        for end, name in ((low, "lower"), (high, "upper"))
    )
    lagged = ", ".join(f"lag(o.{c}) OVER s AS before_{c}, o.{c} AS this_{c}" for c in ("slo", "shi", "lo", "hi", "v", "n"))
    return Frame(
        sql=f"""
        WITH listed AS (
            SELECT o.folder, o.sid, o.aid, o.pid, o.order_tag, {lagged}
            FROM obs AS o JOIN sd USING (sid) WHERE o.order_tag IN ('asc', 'desc')
            WINDOW s AS (PARTITION BY o.folder, sd.indicator, sd.measure, sd.obs_kind, sd.unit, o.pid, o.order_tag ORDER BY o.n))
        SELECT folder, sid, aid, pid, this_n AS x, TRUE AS applicable, TRUE AS evaluable, {operands}, before_v AS left_value, this_v AS right_value, before_n, this_n
        FROM listed WHERE before_n IS NOT NULL""",
        members="SELECT key, 0 AS position, 'before' AS role, before_n AS n FROM failing UNION ALL SELECT key, 1, 'after', this_n FROM failing",
    )
