"""One reader that asks the published file in a loop, as others do while runs publish: open, ask, compare, close, again.

    python benchmarks/readers.py WAREHOUSE/ansinh.duckdb KNOWN_JSON read-only|default|held|COMMAND_JSON [PAUSE_S]

It ends when its standard input is closed, and prints what it saw. `held` keeps its first connection and asks that one again each time;
`default` opens as DuckDB does when nobody says read-only, as a user without the right to write. A COMMAND_JSON is the words of another
client, a list: it is started anew for each question, with the file and the question behind its words, and answers in JSON. Needs nothing
but some version of DuckDB, so that clients of other versions can run it.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
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


def read(path: str, known: list[list[Any]], mode: str, pause: float = PAUSE_S) -> Report:
    """Ask until nobody listens any more."""
    report = Report()
    command: list[str] = json.loads(mode) if mode.startswith("[") else []
    if command:
        report.version = str(_told_by(command, path, "SELECT version() AS version")[0])
    if mode == "default" and os.geteuid() == 0:
        os.seteuid(NOBODY)  # root may write what nobody may, and then shuts all others out: rights cannot stop root
    held = duckdb.connect(path, read_only=True) if mode == "held" else None
    first = None if held is None else list(held.execute(ASK).fetchall()[0])
    while not select.select([sys.stdin], [], [], pause)[0]:
        try:
            answer = _told_by(command, path, ASK) if command else _ask(path, held, read_only=mode != "default")
        except (duckdb.Error, OSError, ValueError) as failure:
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


def _ask(path: str, held: duckdb.DuckDBPyConnection | None, *, read_only: bool) -> list[Any]:
    if held is not None:
        return list(held.execute(ASK).fetchall()[0])
    with duckdb.connect(path, read_only=read_only) as con:
        return list(con.execute(ASK).fetchall()[0])


def _told_by(command: list[str], path: str, question: str) -> list[Any]:
    """The one row that another client answers."""
    done = subprocess.run([*command, path, question], capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise OSError(done.stderr)
    (row,) = json.loads(done.stdout)
    return [int(value) if name == "n" else value for name, value in row.items()]  # JavaScript writes large whole numbers as text


if __name__ == "__main__":
    print(json.dumps(asdict(read(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3], *map(float, sys.argv[4:])))))
