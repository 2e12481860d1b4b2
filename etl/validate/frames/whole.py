"""C05: counts of things are whole, and not below the least the catalogue allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import EXACT, Frame, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per readable cell that counts things: the unit is a count and the measure is the count itself."""
    series, params = where_series(rule)
    return Frame(
        sql=f"""
        WITH counted AS (
            SELECT sid, coalesce(lower_limit, 0)::{EXACT} AS least
            FROM sd WHERE unit_kind = 'count' AND ind_kind = 'count' AND measure = 'level' AND {series})
        SELECT f.folder, f.sid, f.aid, f.pid, f.n AS x, TRUE AS applicable, TRUE AS evaluable, f.v AS value, c.least, f.v AS left_value
        FROM fact AS f JOIN counted AS c ON c.sid = f.sid WHERE f.refusal IS NULL AND f.excluded IS NULL""",
        members="SELECT key, 0 AS position, 'cell' AS role, x AS n FROM failing",
        params=params,
    )
