"""S02: final replaces preliminary replaces estimate; a later publication never goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per key in several dated sources; `count` is how many later sources carry a lower status than an earlier one."""
    return Frame(
        sql="""
        WITH dated AS (
            SELECT o.sid, o.aid, o.pid, o.n, d.published, CASE o.status WHEN 'A' THEN 3 WHEN 'P' THEN 2 WHEN 'E' THEN 1 ELSE 0 END AS rank
            FROM obs AS o JOIN docs AS d ON d.folder = o.folder WHERE o.pid > 0),
        several AS (SELECT sid, aid, pid FROM dated GROUP BY ALL HAVING count(*) > 1)
        SELECT NULL::INTEGER AS folder, sid, aid, pid, NULL::BIGINT AS x, TRUE AS applicable, count(later.n) = count(*) AND bool_and(earlier.published IS NOT NULL) AS evaluable,
               'no-publication-date' AS reason, count(*) FILTER (WHERE later.published > earlier.published AND later.rank < earlier.rank)::BIGINT AS count
        FROM several JOIN dated AS earlier USING (sid, aid, pid) LEFT JOIN dated AS later USING (sid, aid, pid) GROUP BY sid, aid, pid""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.folder, o.n) - 1 AS position, 'source' AS role, o.n
        FROM failing AS f JOIN obs AS o ON o.sid = f.sid AND o.aid = f.aid AND o.pid = f.pid""",
    )
