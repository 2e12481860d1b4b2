"""O07: one norm printed for a month and for a year: twelve months make the year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.validate.frames.shared import Frame, copied_side, readings

if TYPE_CHECKING:
    from schemas.kinds import Rule


_PAIRS: Final = """
            SELECT y.sid AS y_sid, m.sid AS m_sid FROM sd AS y JOIN sd AS m
              ON m.indicator = y.indicator AND m.measure = y.measure AND m.breakdown = y.breakdown AND m.obs_kind = y.obs_kind
             AND y.unit LIKE '%/năm' AND m.unit = replace(y.unit, '/năm', '/tháng')"""


def frame(_rule: Rule) -> Frame:
    """One row per yearly amount whose monthly amount is printed for the same place, period and kind."""
    yearly = ", ".join(
        f"CASE WHEN abs({end}) >= 1000000000000000000 THEN {end} ELSE 12 * {end} END AS {p}right_{name}"
        for p, low, high in readings("m")
        for end, name in ((low, "lower"), (high, "upper"))
    )
    return Frame(
        sql=f"""
        WITH pairs AS ({_PAIRS})
        SELECT y.folder, y.sid, y.aid, y.pid, m.sid::BIGINT AS x, y.n AS y_n, m.n AS m_n, TRUE AS applicable, TRUE AS evaluable, {copied_side("left", "y")}, {yearly},
               12 * m.v AS right_value, abs(y.v - 12 * m.v) AS gap, y.h + 12 * m.h AS tolerance
        FROM pairs JOIN obs AS y ON y.sid = pairs.y_sid JOIN obs AS m ON m.sid = pairs.m_sid AND m.folder = y.folder AND m.aid = y.aid AND m.pid = y.pid""",
        members="SELECT key, 0 AS position, 'year' AS role, y_n AS n FROM failing UNION ALL SELECT key, 1, 'month', m_n FROM failing",
        series=_PAIRS,
    )
