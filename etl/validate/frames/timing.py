"""C08: an actual lies not after its publication, a target not before it. Judged where the publication date is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per distinct (document, period, kind); `count` is 1 where an actual begins after, or a target ends before, publication."""
    return Frame(
        sql="""
        WITH cells AS (SELECT rp, count(*) AS weight FROM fact WHERE excluded IS NULL GROUP BY rp)
        SELECT p.folder, NULL::INTEGER AS sid, NULL::INTEGER AS aid, p.pid, p.rp AS x, cells.weight,
               d.published IS NOT NULL AND p.pid IS NOT NULL AND p.obs_kind IN ('actual', 'target') AS applicable,
               d.published IS NOT NULL AND p.pid IS NOT NULL AND p.obs_kind IN ('actual', 'target') AS evaluable,
               CASE p.obs_kind WHEN 'actual' THEN pd.period_start > d.published WHEN 'target' THEN pd.period_end < d.published ELSE FALSE END::BIGINT AS count
        FROM period_raw AS p JOIN cells USING (rp) JOIN docs AS d ON d.folder = p.folder LEFT JOIN pd ON pd.pid = p.pid""",
        members="""
        SELECT failing.key, row_number() OVER (PARTITION BY failing.key ORDER BY f.n) - 1 AS position, 'cell' AS role, f.n
        FROM failing JOIN fact AS f ON f.rp = failing.x AND f.excluded IS NULL""",
        per_member=True,
        weight="weight",
    )
