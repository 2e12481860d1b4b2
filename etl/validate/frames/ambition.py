"""T10: a target asks for no more in a year than the best of the last five years brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per target behind a level that is printed for six years running; the way left to go against the years left at the best pace.

    Nothing is divided: the change needed stands against the largest yearly change in its direction, times the years. Targets without five yearly changes
    before them, or with a break on the way, are not asked.
    """
    series, params = where_series(rule)
    goal = f"""
            SELECT sd.sid AS goal_sid, s.sid AS level_sid FROM sd JOIN sd AS s
              ON s.indicator = sd.indicator AND s.breakdown = sd.breakdown AND s.unit = sd.unit AND s.measure = 'level' AND s.obs_kind = 'actual'
            WHERE sd.measure = 'level' AND sd.obs_kind = 'target' AND {series}"""
    return Frame(
        sql=f"""
        WITH goal AS ({goal}),
        yearly AS (
            SELECT o.folder, o.sid, o.aid, o.pid, o.n, o.v, o.slo, o.shi, year(p.period_start) AS y, lag(o.n) OVER s AS before_n, lag(o.slo) OVER s AS before_slo, lag(o.shi) OVER s AS before_shi,
                   lag(year(p.period_start)) OVER s AS before_y, lag(o.pid, 5) OVER s AS first_pid
            FROM obs AS o SEMI JOIN goal ON goal.level_sid = o.sid JOIN pd AS p ON p.pid = o.pid AND p.form = 'year' WHERE o.facet = 0
            WINDOW s AS (PARTITION BY o.folder, o.sid, o.aid ORDER BY p.period_start, o.n)),
        step AS (SELECT *, slo - before_shi AS rise_slo, shi - before_slo AS rise_shi FROM yearly WHERE before_y = y - 1),
        meant AS (
            SELECT t.folder, t.sid, t.aid, t.pid, t.n AS t_n, t.v AS t_v, t.slo AS t_slo, t.shi AS t_shi, y.n AS a_n, y.pid AS a_pid, y.sid AS a_sid, y.v AS a_v, y.slo AS a_slo, y.shi AS a_shi,
                   y.y, y.first_pid, year(p.period_end) - y.y AS years
            FROM goal JOIN obs AS t ON t.sid = goal.goal_sid AND t.facet = 0 JOIN pd AS p ON p.pid = t.pid AND p.form = 'year'
            JOIN yearly AS y ON y.sid = goal.level_sid AND y.folder = t.folder AND y.aid = t.aid AND y.y < year(p.period_end)
            QUALIFY row_number() OVER (PARTITION BY t.n ORDER BY y.y DESC, y.n) = 1),
        paced AS (
            SELECT m.*, CASE WHEN m.t_v >= m.a_v THEN s.rise_shi ELSE -s.rise_slo END AS best, s.n AS best_n, s.before_n AS best_before_n, count(*) OVER (PARTITION BY m.t_n) AS steps
            FROM meant AS m JOIN step AS s ON s.folder = m.folder AND s.sid = m.a_sid AND s.aid = m.aid AND s.y BETWEEN m.y - 4 AND m.y
            QUALIFY row_number() OVER (PARTITION BY m.t_n ORDER BY best DESC, s.y DESC) = 1)
        SELECT folder, sid, aid, pid, t_n AS x, steps = 5 AND NOT straddles_break(a_sid, first_pid, a_pid) AND NOT straddles_break(a_sid, a_pid, pid) AS applicable, TRUE AS evaluable,
               CASE WHEN t_v >= a_v THEN t_slo - a_shi ELSE a_slo - t_shi END AS left_lower, CASE WHEN t_v >= a_v THEN t_shi - a_slo ELSE a_shi - t_slo END AS left_upper,
               years * best AS right_lower, years * best AS right_upper, t_v - a_v AS left_value, best AS right_value, years, t_n, a_n, best_n, best_before_n
        FROM paced""",
        members="""
        SELECT key, 0 AS position, 'target' AS role, t_n AS n FROM failing UNION ALL SELECT key, 1, 'last', a_n FROM failing
        UNION ALL SELECT key, 2, 'best', best_n FROM failing UNION ALL SELECT key, 3, 'before', best_before_n FROM failing""",
        params=params,
        series=goal,
    )
