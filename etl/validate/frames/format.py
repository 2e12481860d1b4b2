"""C01: the printed value can be read in one way only. The grammar itself is etl/extract/quantity.py; here its refusals become rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per cell that is not excluded; `candidates` is 1 where the grammar gave a reading, 0 where it refused."""
    return Frame(
        sql="""
        SELECT folder, sid, aid, pid, n AS x, TRUE AS applicable, TRUE AS evaluable, (refusal IS NULL)::INTEGER AS candidates, refusal AS reason
        FROM fact WHERE excluded IS NULL""",
        members="SELECT key, 0 AS position, 'cell' AS role, x AS n FROM failing",
    )
