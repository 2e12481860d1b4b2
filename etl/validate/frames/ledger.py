"""D-rules about a file as a whole: rows read all ended somewhere (D07), nothing was unreadable (D11), the mapping is there (D09).

`what` names the ledger entry that must be absent; the entries are counted by the reader and by the disposition of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(rule: Rule) -> Frame:
    """One row per file and entry of the ledger of this name."""
    return Frame(
        sql="""
        SELECT NULL::INTEGER AS folder, NULL::INTEGER AS sid, NULL::INTEGER AS aid, NULL::INTEGER AS pid, entry_no::BIGINT AS x, subject, detail_vi, detail_en, expected, actual,
               TRUE AS applicable, TRUE AS evaluable, amount AS count
        FROM ledger_entries WHERE what = $what""",
        members="SELECT NULL::BIGINT AS key, 0 AS position, '' AS role, NULL::BIGINT AS n WHERE FALSE",
        params={"what": str(rule.params["what"])},
    )
