"""C03, C08, C09, C12: a code of a cell stands in its code list. Judged once per distinct printed code, counted and reported by cell.

The resolving itself (which unit, period, place, indicator a text names, and the candidates) is etl/resolve/; here its answers are judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule

_DICTIONARY = {
    # what: (dictionary, its key in fact, number of candidates, is there anything to judge)
    "series": ("series_raw", "rs", "series_candidates", "TRUE"),
    "unit": ("series_raw", "rs", "unit_candidates", "series_candidates = 1"),
    "period": ("period_raw", "rp", "candidates", "label IS NOT NULL"),
    "area": ("area_raw", "ra", "candidates", "TRUE"),
    "note": ("note_known", "nn", "candidates", "has_tokens"),
}


def frame(rule: Rule) -> Frame:
    """One row per distinct printed code; `x` is its number in the dictionary, `weight` the number of cells that print it."""
    what = str(rule.params["what"])
    if what not in _DICTIONARY:
        raise RuleBroken("rule-unknown-code-list", rule=rule.id, what=what, known=sorted(_DICTIONARY))
    table, key, candidates, applicable = _DICTIONARY[what]
    reason = {"series": "series_reason", "unit": "unit_reason"}.get(what, "reason")
    told = ", d.faults" if what == "note" else ""
    return Frame(
        sql=f"""
        WITH cells AS (SELECT {key} AS code, count(*) AS weight FROM fact WHERE excluded IS NULL GROUP BY {key})
        SELECT NULL::INTEGER AS folder, NULL::INTEGER AS sid, NULL::INTEGER AS aid, NULL::INTEGER AS pid, d.{key} AS x, cells.weight,
               {applicable} AS applicable, {applicable} AS evaluable, {candidates}::INTEGER AS candidates, d.{reason} AS reason{told}
        FROM {table} AS d JOIN cells ON cells.code = d.{key}""",
        members=f"""
        SELECT failing.key, row_number() OVER (PARTITION BY failing.key ORDER BY f.n) - 1 AS position, 'cell' AS role, f.n
        FROM failing JOIN fact AS f ON f.{key} = failing.x AND f.excluded IS NULL""",
        per_member=True,
        weight="weight",
    )
