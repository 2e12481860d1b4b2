"""D08: "100 %" of people or places, without the number they are a share of: a claim that nobody can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per actual rate or share of exactly 100 %; evaluable where count and base of the rate stand in the same document."""
    return Frame(
        sql="""
        WITH rate AS (SELECT sid, indicator, denominator, obs_kind FROM sd WHERE measure IN ('level', 'share') AND unit_kind = 'rate')
        SELECT o.folder, o.sid, o.aid, o.pid, o.n AS x, TRUE AS applicable, FALSE AS weak, 'no-denominator' AS reason, o.v AS left_value,
               coalesce(r.denominator IS NOT NULL AND EXISTS (
                   FROM obs AS den JOIN sd AS den_s ON den_s.sid = den.sid
                   WHERE den.folder = o.folder AND den.aid = o.aid AND den.pid IS NOT DISTINCT FROM o.pid
                     AND den_s.indicator = r.denominator AND den_s.measure = 'level'), FALSE) AS evaluable, 0::BIGINT AS count
        FROM obs AS o JOIN rate AS r ON r.sid = o.sid
        -- Trap: a target of 100 % claims nothing yet; there is no number of people that it could stand beside.
        WHERE o.v = 100 AND r.obs_kind = 'actual'""",
        members="SELECT key, 0 AS position, 'claim' AS role, x AS n FROM failing",
        series="SELECT sid FROM sd WHERE measure IN ('level', 'share') AND unit_kind = 'rate' AND obs_kind = 'actual'",
    )
