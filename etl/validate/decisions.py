"""What people have decided, as published tables: every waiver and every correction, why, by whom, until when, and what it touches now.

    store_decisions(con, waivers, corrections, findings, evaluated_on)      → out.waivers, out.corrections

They are content like any other: who exchanges one waiver for another publishes anew, though no figure has moved.

Belongs here: the two tables. Elsewhere: reading the entries and applying them (waivers.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow

from etl.resolve.observations import identified
from etl.validate.waivers import excused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    from etl.validate.findings import Finding
    from etl.validate.waivers import Correction, Waiver


def store_decisions(
    con: duckdb.DuckDBPyConnection, waivers: Sequence[Waiver], corrections: Sequence[Correction], findings: Sequence[Finding], evaluated_on: date
) -> None:
    """Leave both tables in schema `out`. Reads correction_applied, which apply_corrections has made of the same corrections in this order."""
    text = pyarrow.string()
    expected = [dict(waiver.expect) for waiver in waivers]
    _store(
        con,
        "out.waivers",
        {
            **{name: pyarrow.array([getattr(w, name) for w in waivers], text) for name in ("folder", "rule", "key")},
            "expect_actual": pyarrow.array([e.get("actual") for e in expected], text),
            "expect_expected": pyarrow.array([e.get("expected") for e in expected], text),
            "reason": pyarrow.array([w.reason for w in waivers], text),
            "by_whom": pyarrow.array([w.by for w in waivers], text),
            "until": pyarrow.array([w.until for w in waivers], pyarrow.date32()),
            "finding_ids": pyarrow.array(excused(findings, waivers, evaluated_on), pyarrow.list_(text)),
        },
        "SELECT * REPLACE (finding_ids::UUID[] AS finding_ids) FROM _decided",
    )
    _store(
        con,
        "out.corrections",
        {
            "correction_no": pyarrow.array(range(len(corrections)), pyarrow.int64()),
            **{name: pyarrow.array([getattr(c, name) for c in corrections], text) for name in ("folder", "key", "field")},
            "old_text": pyarrow.array([c.old for c in corrections], text),
            "new_text": pyarrow.array([c.new for c in corrections], text),
            **{name: pyarrow.array([getattr(c, name) for c in corrections], text) for name in ("reason", "source")},
            "by_whom": pyarrow.array([c.by for c in corrections], text),
            "until": pyarrow.array([c.until for c in corrections], pyarrow.date32()),
        },
        f"""WITH touched AS (
            SELECT a.correction_no, list(i.figure_id ORDER BY i.figure_id) AS figure_ids
            FROM correction_applied AS a
            JOIN ({identified("(SELECT * FROM fact SEMI JOIN correction_applied USING (n))")}) AS i USING (n) GROUP BY ALL)
        SELECT d.* EXCLUDE (correction_no), coalesce(t.figure_ids, [])::UUID[] AS figure_ids FROM _decided AS d LEFT JOIN touched AS t USING (correction_no)""",
    )


def _store(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, pyarrow.Array], select: str) -> None:
    con.register("_decided", pyarrow.table(columns))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS {select}")
    con.unregister("_decided")
