"""C11: one key of a table holds one value; exact repeats are one fact and count once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per key of readable cells; repeats in running text are the matter of the kind `repeat`."""
    return Frame(
        sql="""
        SELECT folder, sid, aid, pid, NULL::BIGINT AS x, TRUE AS applicable, TRUE AS evaluable,
               CASE WHEN holders = 1 OR is_prose OR (least_v = greatest_v AND least_lo = greatest_lo AND least_hi = greatest_hi) THEN 1 ELSE holders END AS holders
        FROM keys""",
        members="""
        SELECT failing.key, row_number() OVER (PARTITION BY failing.key ORDER BY f.n) - 1 AS position, 'holder' AS role, f.n
        FROM failing JOIN usable AS f USING (folder, sid, aid, pid)""",
    )
