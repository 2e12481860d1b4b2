"""One reader that asks the published file in a loop, as others do while runs publish: open, ask, compare, close, again.

    python benchmarks/readers.py WAREHOUSE/ansinh.duckdb KNOWN_JSON read-only|default|held

It ends when its standard input is closed, and prints what it saw. `held` keeps its first connection and asks that one again each time;
`default` opens as DuckDB does when nobody says read-only, as a user without the right to write. Needs nothing but some version of
DuckDB, so that clients of other versions can run it.
"""

from __future__ import annotations

import json
import os
import select
import sys
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import duckdb

# The published rows as a count and a digest that is the same in every version of DuckDB.
ROWS: Final = (
    "SELECT count(*) AS n, md5(string_agg(concat_ws('|', CAST(observation_id AS VARCHAR), text, obs_value), ',' ORDER BY CAST(observation_id AS VARCHAR))) "
    "AS digest FROM {rows}"
)
ASK: Final = f"SELECT (SELECT value FROM meta WHERE key = 'content_id') AS content_id, n, digest FROM ({ROWS.format(rows='observations')})"
NOBODY: Final = 65534
_MOST_KEPT: Final = 5
PAUSE_S: Final = 0.02  # readers on a small machine must leave some of it to the run


@dataclass(slots=True)
class Report:
    """What a reader met: answers, contents seen, answers that are no published content, errors, and refusals that are as they should be."""

    version: str = duckdb.__version__
    answers: int = 0
    contents: list[str] = field(default_factory=list)
    torn: list[Any] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: int = 0


def read(path: str, known: list[list[Any]], mode: str) -> Report:
    """Ask until nobody listens any more."""
    report = Report()
    if mode == "default" and os.geteuid() == 0:
        os.seteuid(NOBODY)  # root may write what nobody may, and then shuts all others out: rights cannot stop root
    held = duckdb.connect(path, read_only=True) if mode == "held" else None
    first = None if held is None else list(held.execute(ASK).fetchall()[0])
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        try:
            if held is not None:
                answer = list(held.execute(ASK).fetchall()[0])
            else:
                with duckdb.connect(path, read_only=mode != "default") as con:
                    answer = list(con.execute(ASK).fetchall()[0])
        except duckdb.Error as failure:
            if mode == "default" and "ermission denied" in str(failure):
                report.refused += 1
            elif len(report.errors) < _MOST_KEPT:
                report.errors.append(str(failure)[:300])
            continue
        report.answers += 1
        if answer[0] not in report.contents:
            report.contents.append(answer[0])
        if (answer not in known or (first is not None and answer != first)) and len(report.torn) < _MOST_KEPT:
            report.torn.append(answer)
    return report


if __name__ == "__main__":
    print(json.dumps(asdict(read(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]))))
