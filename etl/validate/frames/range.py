"""C04, X08: a value can lie inside its band. The catalogue's limits, or a hard and a plausible band given by the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import EXACT, OPEN_SQL, Frame, where_series

if TYPE_CHECKING:
    from schemas.kinds import Rule


def _bounds(rule: Rule) -> tuple[str, str, str, str, dict[str, object]]:
    """Soft lower and upper, hard lower and upper, as SQL."""
    if rule.params.get("catalogue"):
        low = f"coalesce(sd.lower_limit, -{OPEN_SQL})::{EXACT}"
        high = f"coalesce(sd.upper_limit, {OPEN_SQL})::{EXACT}"
        return low, high, low, high, {}
    hard = rule.params.get("hard") or rule.params.get("plausible")
    soft = rule.params.get("plausible") or hard
    values = dict(zip(("b0", "b1", "b2", "b3"), [*soft, *hard], strict=True))  # type: ignore[misc]
    names = [f"(${name})::VARCHAR::{EXACT}" for name in values]
    return names[0], names[1], names[2], names[3], {name: str(value) for name, value in values.items()}


def frame(rule: Rule) -> Frame:
    """One row per readable cell of the series asked for."""
    soft_low, soft_high, hard_low, hard_high, bands = _bounds(rule)
    series, params = where_series(rule)
    limited = "(sd.lower_limit IS NOT NULL OR sd.upper_limit IS NOT NULL)" if rule.params.get("catalogue") else "TRUE"
    return Frame(
        sql=f"""
        WITH banded AS (
            SELECT sd.sid, {soft_low} AS soft_low, {soft_high} AS soft_high, {hard_low} AS hard_low, {hard_high} AS hard_high
            FROM sd WHERE {series} AND {limited})
        SELECT f.folder, f.sid, f.aid, f.pid, f.n AS x, TRUE AS applicable, TRUE AS evaluable,
               f.lo AS left_lower, f.hi AS left_upper, b.soft_low AS right_lower, b.soft_high AS right_upper,
               f.lo AS hard_left_lower, f.hi AS hard_left_upper, b.hard_low AS hard_right_lower, b.hard_high AS hard_right_upper,
               f.v AS left_value
        FROM fact AS f JOIN banded AS b ON b.sid = f.sid WHERE f.refusal IS NULL AND f.excluded IS NULL""",
        members="SELECT key, 0 AS position, 'cell' AS role, x AS n FROM failing",
        params={**params, **bands},
    )
