"""O01: the published value lies inside its own bounds. It guards our own reading, so it must never fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per readable cell that is not sharp: the value against its hard interval."""
    return Frame(
        sql="""
        SELECT folder, sid, aid, pid, n AS x, TRUE AS applicable, TRUE AS evaluable, v AS left_lower, v AS left_upper, lo AS right_lower, hi AS right_upper, v AS left_value
        FROM fact WHERE refusal IS NULL AND excluded IS NULL AND (lo <> hi OR lo <> v)""",
        members="SELECT key, 0 AS position, 'cell' AS role, x AS n FROM failing",
    )
