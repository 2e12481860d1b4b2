"""T07: after places were merged, a rate of the new one lies within the rates of those it was made of, give or take a trend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import EXACT, Frame, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per rate of a new place and the last period of the same length, at most a year before, for which all its predecessors are printed.

    `allowance`: by how many points a rate may have moved of itself. A predecessor that gave only a part of itself counts too: its part is unknown.
    """
    series, params = where_series(rule)
    allowance = str(rule.params["allowance"])
    if not allowance.replace(".", "", 1).isdigit():
        raise RuleBroken("rule-unknown-form", rule=rule.id, form=f"allowance = {allowance}")
    return Frame(
        sql=f"""
        WITH rate AS (SELECT sid FROM sd WHERE measure = 'level' AND unit_kind = 'rate' AND obs_kind = 'actual' AND NOT is_share AND {series}),
        whole AS (SELECT new_vintage, new_level, new_code, count(*) AS predecessors FROM ref_area_links GROUP BY ALL),
        -- The lists of 2023 and of 2025-01 name the same provinces by the same codes; smaller places are asked in the list of the links only.
        link AS (
            SELECT old.aid AS old_aid, new.aid AS new_aid, w.predecessors
            FROM ref_area_links AS l JOIN whole AS w USING (new_vintage, new_level, new_code)
            JOIN ad AS old ON old.level = l.old_level AND old.code = l.old_code AND (old.vintage = l.old_vintage OR old.vintage = '2023' AND l.old_level = 'province')
            JOIN ad AS new ON new.vintage = l.new_vintage AND new.level = l.new_level AND new.code = l.new_code),
        renewed AS (SELECT o.* FROM obs AS o SEMI JOIN rate USING (sid) WHERE o.aid IN (SELECT new_aid FROM link) AND o.pid > 0),
        beside AS (
            SELECT o.n AS new_n, p.pid AS old_pid, p.period_end, any_value(l.predecessors) AS predecessors, count(DISTINCT l.old_aid) AS found, min(b.slo) AS least, max(b.shi) AS most,
                   min(b.lo) AS hard_least, max(b.hi) AS hard_most, min(b.v) AS low, max(b.v) AS high
            FROM renewed AS o JOIN link AS l ON l.new_aid = o.aid JOIN pd AS own ON own.pid = o.pid
            JOIN obs AS b ON b.sid = o.sid AND b.folder = o.folder AND b.aid = l.old_aid AND b.facet = o.facet
            JOIN pd AS p ON p.pid = b.pid AND p.form_no = own.form_no AND p.period_end < own.period_start AND p.period_end >= own.period_start - INTERVAL 1 YEAR
            GROUP BY o.n, p.pid, p.period_end),
        nearest AS (SELECT * FROM beside QUALIFY row_number() OVER (PARTITION BY new_n ORDER BY found = predecessors DESC, period_end DESC, old_pid) = 1)
        SELECT o.folder, o.sid, o.aid, o.pid, o.n AS x, NOT straddles_break(o.sid, b.old_pid, o.pid) AS applicable, b.found = b.predecessors AS evaluable, 'missing-member' AS reason,
               o.slo AS left_lower, o.shi AS left_upper, o.lo AS hard_left_lower, o.hi AS hard_left_upper,
               b.least - $allowance::VARCHAR::{EXACT} AS right_lower, b.most + $allowance::VARCHAR::{EXACT} AS right_upper,
               b.hard_least - $allowance::VARCHAR::{EXACT} AS hard_right_lower, b.hard_most + $allowance::VARCHAR::{EXACT} AS hard_right_upper,
               o.v AS left_value, b.low, b.high, b.old_pid
        FROM nearest AS b JOIN renewed AS o ON o.n = b.new_n""",
        members="""
        SELECT key, 0 AS position, 'merged' AS role, x AS n FROM failing
        UNION ALL
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY b.n), 'before', b.n
        FROM failing AS f JOIN ad AS new ON new.aid = f.aid
        JOIN ref_area_links AS l ON l.new_vintage = new.vintage AND l.new_level = new.level AND l.new_code = new.code
        JOIN ad AS old ON old.level = l.old_level AND old.code = l.old_code AND (old.vintage = l.old_vintage OR old.vintage = '2023' AND l.old_level = 'province')
        JOIN obs AS o ON o.n = f.x JOIN obs AS b ON b.sid = f.sid AND b.folder = f.folder AND b.aid = old.aid AND b.pid = f.old_pid AND b.facet = o.facet""",
        params={**params, "allowance": allowance},
        series="SELECT aid FROM ad WHERE vintage IN (SELECT new_vintage FROM ref_area_links)",
    )
