"""C11: one key of a table holds one value; exact repeats are one fact and count once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per key of readable cells; repeats of one fact are the matter of the kind `repeat`."""
    return Frame(
        sql="""
        SELECT k.folder, k.sid, k.aid, k.pid, k.facet, TRUE AS applicable, TRUE AS evaluable,
               CASE WHEN k.holders = 1 OR r.is_repeat THEN 1 ELSE k.holders END AS holders
        FROM keys AS k LEFT JOIN repeated AS r USING (folder, sid, aid, pid, facet)""",
        members="""
        SELECT failing.key, row_number() OVER (PARTITION BY failing.key ORDER BY f.n) - 1 AS position, 'holder' AS role, f.n
        FROM failing JOIN usable AS f USING (folder, sid, aid, pid, facet)""",
    )
