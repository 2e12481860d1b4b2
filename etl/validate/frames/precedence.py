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
        WITH several AS (SELECT sid, aid, pid, facet FROM obs WHERE pid > 0 GROUP BY sid, aid, pid, facet HAVING min(folder) <> max(folder)),
        dated AS (
            SELECT o.sid, o.aid, o.pid, o.facet, o.n, d.published, CASE o.status WHEN 'A' THEN 3 WHEN 'P' THEN 2 WHEN 'E' THEN 1 ELSE 0 END AS rank
            FROM obs AS o JOIN docs AS d ON d.folder = o.folder SEMI JOIN several USING (sid, aid, pid, facet))
        SELECT NULL::INTEGER AS folder, sid, aid, pid, facet::HUGEINT AS x, facet, TRUE AS applicable, count(later.n) = count(*) AND bool_and(earlier.published IS NOT NULL) AS evaluable,
               'no-publication-date' AS reason, count(*) FILTER (WHERE later.published > earlier.published AND later.rank < earlier.rank)::BIGINT AS count
        FROM several JOIN dated AS earlier USING (sid, aid, pid, facet) LEFT JOIN dated AS later USING (sid, aid, pid, facet) GROUP BY sid, aid, pid, facet""",
        members="""
        SELECT f.key, row_number() OVER (PARTITION BY f.key ORDER BY o.folder, o.n) - 1 AS position, 'source' AS role, o.n
        FROM failing AS f JOIN obs AS o ON o.sid = f.sid AND o.aid = f.aid AND o.pid = f.pid AND o.facet = f.facet""",
        series="SELECT count(*) FROM docs HAVING count(*) > 1",
    )
