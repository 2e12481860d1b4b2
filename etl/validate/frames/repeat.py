"""S03: a fact told twice in one document is told alike: the intervals of all its printings share a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import OPEN_SQL, Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per key whose printings are repeats of a fact: the latest beginning against the earliest end."""
    bounds = ", ".join(
        f"greatest_{low} AS {p}left_lower, {OPEN_SQL} AS {p}left_upper, -{OPEN_SQL} AS {p}right_lower, least_{high} AS {p}right_upper"
        for p, low, high in (("", "slo", "shi"), ("hard_", "lo", "hi"), ("cut_", "clo", "chi"))
    )
    return Frame(
        sql=f"""
        SELECT folder, sid, aid, pid, facet::HUGEINT AS x, facet, TRUE AS applicable, TRUE AS evaluable, {bounds},
               greatest_v AS left_value, least_v AS right_value, greatest_v - least_v AS gap, sum_h AS tolerance
        FROM repeated WHERE is_repeat""",
        members="""
        SELECT failing.key, row_number() OVER (PARTITION BY failing.key ORDER BY f.n) - 1 AS position, 'printing' AS role, f.n
        FROM failing JOIN usable AS f USING (folder, sid, aid, pid, facet)""",
    )
