"""D02: a value that is missing says why. An empty cell without a note is a gap that nobody explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per cell whose value is missing; `count` is 1 where no note stands beside it."""
    return Frame(
        sql="""
        SELECT folder, sid, aid, pid, n AS x, TRUE AS applicable, TRUE AS evaluable, (nn IS NULL)::BIGINT AS count FROM fact WHERE excluded = 'missing_value'""",
        members="SELECT key, 0 AS position, 'cell' AS role, x AS n FROM failing",
    )
