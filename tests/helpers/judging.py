"""Judge invented documents in memory: rows in, findings out, many documents in one run.

    judged = judge_documents(folder, {"a": Document(rows=[row("schools", "610", "trường")])})
    judged.of("a")                  the findings about this document
    judged.verdicts("a", "O02")     how often the rule passed, failed, could not judge: {"pass": 1}

One run costs two seconds whatever it holds, so tests put their examples side by side, each in a document of its own. (Relations never
reach from one document into another; rules over several documents are asked for by tests that mean them.)

Belongs here: what the tests of the validator share. Elsewhere: the order of the steps of a real run (etl/pipeline.py, etl/check.py).
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow
import pytest

from etl.model import NumberFormat, RawFile, Source
from etl.read.definitions import add_definitions
from etl.read.figures_csv import COLUMNS, create_raw_tables
from etl.read.many import read_many
from etl.read.sources import discover, sha256_of
from etl.resolve.observations import describe_sources, resolve_observations
from etl.validate import validate as order_of_work
from etl.validate.judge import judge, judge_each, used
from etl.validate.ledger import entries
from etl.validate.rules import load_rules, our_rule_files
from schemas.catalogue import load_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from etl.attached import Answer
    from etl.validate.findings import Finding
    from etl.validate.judge import Judged
    from etl.validate.validate import Validated
    from schemas.kinds import Rule

SOURCE: dict[str, object] = {"title": "Báo cáo bịa để thử", "licence": "not stated"}


@dataclass(frozen=True, slots=True)
class Document:
    """One invented source: its rows (or the very text of its figures.csv) and what its source.toml says; None: it has none."""

    rows: Sequence[Mapping[str, str]] | str
    source: Mapping[str, object] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgings:
    """What one run said of all its documents. The connection still holds the working tables."""

    con: duckdb.DuckDBPyConnection
    rules: Mapping[str, Rule]
    validated: Validated
    heard: Mapping[str, dict[str, Counter[str]]] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        return self.validated.findings

    def of(self, document: str) -> list[Finding]:
        """The findings about one document; those about a file as a whole among them."""
        mine = f"{document}/"
        return [f for f in self.findings if (f.members[0][1].source_id if f.members else f.key).startswith(mine)]

    def loud(self, document: str) -> list[Finding]:
        """The errors and warnings about one document."""
        return [f for f in self.of(document) if f.verdict == "fail" and f.severity != "info"]

    def rules_of(self, document: str) -> set[str]:
        """The rules that failed in one document, loud or not."""
        return {f.rule.id for f in self.of(document) if f.verdict == "fail"}

    def verdicts(self, document: str, rule: str) -> Counter[str]:
        """How often a rule said what of one document. Judges it once more."""
        return self.verdicts_of_all(rule)[document]

    def verdicts_of_all(self, rule: str) -> dict[str, Counter[str]]:
        """As `verdicts`, for all documents at once. A subject belongs to the documents of its members; one about a file, to that file's."""
        if rule in self.heard and self.rules[rule].kind not in order_of_work.KEYS:
            return self.heard[rule]
        self.con.execute("DELETE FROM barred_row")  # rows that a rule about keys has barred are its members all the same
        return _by_document(self.con, judge(self.con, self.rules[rule]))


def _by_document(con: duckdb.DuckDBPyConnection, judged: Judged) -> dict[str, Counter[str]]:
    """How often the rule judged last said what of each document."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    if not judged.counts.seen:
        return said
    con.execute("CREATE OR REPLACE TEMP TABLE told_of (key BIGINT, verdict VARCHAR)")
    if judged.failing:
        rows = {"key": pyarrow.array([row.key for row in judged.failing]), "verdict": pyarrow.array([row.verdict for row in judged.failing])}
        con.register("_told_of", pyarrow.table(rows))
        con.execute("INSERT INTO told_of SELECT * FROM _told_of")
        con.unregister("_told_of")
        con.execute("CREATE OR REPLACE TEMP TABLE kept AS FROM failing")
    # The members of all rows, not only of the failing ones: `members` is asked over a table of this name.
    con.execute("CREATE OR REPLACE TEMP TABLE failing AS SELECT rowid AS key, 'pass' AS verdict, []::VARCHAR[] AS checks, * FROM frame")
    whose = f"""SELECT DISTINCT m.key, d.name FROM ({judged.frame.members}) AS m JOIN fact USING (n) JOIN docs AS d ON d.folder = fact.folder"""
    if judged.rule.kind in {"ledger", "coverage"}:
        whose = "SELECT key, split_part(subject, '/', 1) AS name FROM failing"
    found = con.execute(
        f"""SELECT w.name, CASE WHEN NOT f.applicable THEN 'not_applicable' ELSE coalesce(t.verdict, 'pass') END, count(*)
        FROM ({whose}) AS w JOIN failing AS f ON f.key = w.key LEFT JOIN told_of AS t ON t.key = w.key GROUP BY ALL""",
        used(whose, judged.frame.params),
    ).fetchall()
    for name, verdict, count in found:
        said[name][verdict] = count
    if judged.failing:
        con.execute("CREATE OR REPLACE TEMP TABLE failing AS FROM kept")
    return said


def row(indicator: str, value: str, unit: str = "", **others: str) -> dict[str, str]:
    """One row of figures.csv: an actual level of Hà Giang in 2023 where nothing else is said."""
    usual = {"measure": "level", "ref_area": "Hà Giang", "time_period": "2023", "obs_kind": "actual"}
    return dict.fromkeys(COLUMNS, "") | usual | {"indicator": indicator, "value": value, "unit": unit} | others


def csv_of(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as the text of a figures.csv."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_document(folder: Path, document: Document) -> Path:
    """Write figures.csv and source.toml into a folder; gives the path of the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = folder / "figures.csv"
    figures.write_text(document.rows if isinstance(document.rows, str) else csv_of(document.rows), encoding="utf-8")
    if document.source is not None:
        said = {**SOURCE, **document.source}
        lines = [f"{key} = {value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items()]
        (folder / "source.toml").write_text("".join(lines), encoding="utf-8")
    return figures


def chosen(rules: Iterable[str | Rule] | None, own: Sequence[Path] = ()) -> tuple[Rule, ...]:
    """Rules by their ids or as they are; all that are shipped where nothing is asked for. `own`: rule files beside ours."""
    known = {rule.id: rule for rule in load_rules([*our_rule_files(), *own])}
    if rules is None:
        return tuple(known.values())
    return tuple(sorted((known[rule] if isinstance(rule, str) else rule for rule in rules), key=lambda rule: rule.id))


def resolved(folder: Path, documents: Mapping[str, Document]) -> tuple[duckdb.DuckDBPyConnection, list[Any]]:
    """Write, read and resolve the documents in a database in memory; gives it with the ledger of their files."""
    raw = folder / "raw"
    for name, document in documents.items():
        write_document(raw / name, document)
    folders = discover(raw)
    con = duckdb.connect()
    con.execute("SET threads = 1")
    load_reference(con)
    create_raw_tables(con)
    files = [(number, file.hashed(sha256_of(file.path))) for number, file in enumerate(f.figures for f in folders if f.figures is not None)]
    told = []
    results = dict(read_many(con, [(number, file.path) for number, file in files]))
    for number, file in files:
        read = results[number]
        told.append((file.source_id, read.rows, read.set_aside, json.dumps([{"code": fault.code, **fault.facts()} for fault in read.faults])))
    add_definitions(con, folders)
    describe_sources(con, [f.source for f in folders], files)
    resolve_observations(con)
    return con, entries(folders, told, raw=raw)


def laid_out(documents: Mapping[str, Sequence[Mapping[str, str]]]) -> duckdb.DuckDBPyConnection:
    """As `resolved`, for thousands of documents: their rows are put where the reader would put them, and no file is written."""
    con = duckdb.connect()
    con.execute("SET threads = 1")
    load_reference(con)
    create_raw_tables(con)
    names = list(documents)
    rows = [(number, line, one) for number, name in enumerate(names) for line, one in enumerate(documents[name], start=2)]
    numbers = {"file_no": pyarrow.array([r[0] for r in rows], pyarrow.int32()), "line": pyarrow.array([r[1] for r in rows], pyarrow.int64())}
    con.register("_rows", pyarrow.table({**numbers, **{c: pyarrow.array([one[c] or None for _, _, one in rows], pyarrow.string()) for c in COLUMNS}}))
    con.execute("INSERT INTO raw_rows SELECT * FROM _rows")
    con.unregister("_rows")
    nothing = dict.fromkeys(("publisher", "published", "url", "citation", "licence", "ref_area", "time_period"))
    settings: dict[str, Any] = {"title": "", "language": "vi", "number_format": NumberFormat.VI, "has_mapping": True, **nothing}
    sources = [Source(folder=name, path=Path(name), **settings) for name in names]
    files = [RawFile(f"{name}/figures.csv", name, Path(name), 0, 0, "") for name in names]
    describe_sources(con, sources, list(enumerate(files)))
    resolve_observations(con)
    return con


def judge_documents(
    folder: Path,
    documents: Mapping[str, Document],
    rules: Iterable[str | Rule] | None = None,
    own: Sequence[Path] = (),
    *,
    explained: bool = True,
    heard: bool = False,
) -> Judgings:
    """Judge all documents in one run. What would repair their faults is worked out too, unless nobody asks: it takes longer than the rest.

    `heard`: what every rule said of every document is noted on the way, for whoever asks for the verdicts of most of them.
    """
    con, ledger = resolved(folder, documents)
    asked = chosen(rules, own)
    said: dict[str, dict[str, Counter[str]]] = {}
    with nullcontext() if explained else unexplained(), hearing(said) if heard else nullcontext():
        validated = order_of_work.validate(con, asked, ledger=ledger)
    return Judgings(con, {rule.id: rule for rule in asked}, validated, said)


@contextmanager
def hearing(said: dict[str, dict[str, Counter[str]]]) -> Iterator[None]:
    """Note the verdicts of each rule by document, at the moment it has judged."""

    def listened(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule], then: Callable[[duckdb.DuckDBPyConnection, Judged], Answer]) -> Iterator[Answer]:
        def noted(hand: duckdb.DuckDBPyConnection, judged: Judged) -> Answer:
            said[judged.rule.id] = _by_document(hand, judged)
            return then(hand, judged)

        return judge_each(con, rules, noted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_of_work, "judge_each", listened)
        yield


@contextmanager
def unexplained() -> Iterator[None]:
    """Findings without hypotheses."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_of_work, "explain", lambda _con, findings, _rules, **_: findings)
        yield
