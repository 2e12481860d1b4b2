"""Judge everything that was read: cells, keys, relations, the run itself; leave verdicts, findings and the split of rows behind.

    cells      rules about one value        → an error refuses the row
    keys       rules about repeats          → C11 refuses, S03 marks
    relations  rules over observations      → members of an error are suspect as a set
    process    coverage and the ledger      → may stop the publication (gate)

Belongs here: this order, and the tables that the result is left in (schema `out`). Elsewhere: one rule (judge.py), one finding
(findings.py), repair hypotheses (hypotheses.py), waivers (waivers.py), the gate (gate.py).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow

from etl.attached import another
from etl.resolve.observations import identified
from etl.validate.findings import Finding, as_columns, findings_of, members_as_columns
from etl.validate.frames import frame_of
from etl.validate.frames.order import pairs
from etl.validate.frames.sum import groups
from etl.validate.hypotheses import explain
from etl.validate.implied import store_implied
from etl.validate.judge import Counts, judge_each, members_of, nothing_seen, used
from etl.validate.members import read_members
from etl.validate.rules import indicators_of
from etl.validate.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    import duckdb

    from etl.validate.judge import Judged
    from schemas.kinds import Rule

CELLS: Final = frozenset({"format", "allowed", "range", "whole", "hedged", "timing", "interval"})
KEYS: Final = frozenset({"unique", "repeat"})
# What these refuse has no settled meaning. A value that is only outside its limits keeps its place in relations.
BARRING: Final = frozenset({"format", "allowed", "unique"})
PROCESS: Final = frozenset({"coverage", "ledger"})
# Kinds of rules that can take over what a general rule would say, with the series they take.
_CLAIMS: Final = {"order": ("claimed_pairs", pairs), "sum": ("claimed_groups", groups)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger of the run: something about a file that should not be (`amount` 0: all is well)."""

    what: str
    subject: str
    detail_vi: str
    detail_en: str
    expected: str | None
    actual: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class Validated:
    """What was found, in the order of the rules; the tables are in schema `out` of the connection."""

    findings: tuple[Finding, ...]
    counts: tuple[Counts, ...]
    rows_read: int
    rows_published: int
    rows_quarantined: int
    rows_excluded: int


def validate(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    *,
    ledger: Sequence[Entry] = (),
    waive: Callable[[Sequence[Finding]], tuple[Sequence[Finding], Sequence[Entry]]] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Validated:
    """Judge `fact` by all rules. `waive` marks the findings that people have excused, and gives ledger lines about its waivers."""
    con.execute(statement("arithmetic"))
    _refuse(con, ())
    _claim_pairs(con, rules)
    findings: list[Finding] = []
    counts: list[Counts] = []
    printed = {indicator for (indicator,) in con.execute("SELECT DISTINCT indicator FROM sd").fetchall()}

    def run(is_wanted: Callable[[Rule], bool]) -> None:
        seen, found = _judge_by([rule for rule in rules if is_wanted(rule)], con, printed, progress or (lambda _rule: None))
        counts.extend(seen)
        findings.extend(found)

    run(lambda rule: rule.kind in CELLS)
    _refuse(con, findings)
    con.execute(statement("usable"))
    con.execute(statement("keys"))
    con.execute(statement("repeated"))
    run(lambda rule: rule.kind in KEYS)
    _refuse(con, findings)
    con.execute(statement("obs"))
    con.execute(statement("disposition"))
    run(lambda rule: rule.kind not in CELLS | KEYS | PROCESS)
    _tell_contradictions(con)
    _store_process(con, rules, counts, [*ledger, *_lost_rows(con)])
    run(lambda rule: rule.kind in PROCESS and not _is_about_findings(rule))
    stale: Sequence[Entry] = ()
    if waive is not None:
        findings[:], stale = waive(findings)
    _store_process(con, rules, counts, [*ledger, *stale])
    run(_is_about_findings)
    with another(con) as beside, ThreadPoolExecutor(1, "ansinh-explain") as thinking:
        thought = thinking.submit(explain, beside, findings, rules, heard={c.rule for c in counts if c.applicable})
        _store(con, rules, findings, counts)
        finished = tuple(thought.result())
    _store_findings(con, finished)
    _create_views(con)
    return Validated(finished, tuple(sorted(counts, key=lambda c: c.rule)), *_split(con))


def _judge_by(
    rules: Sequence[Rule], con: duckdb.DuckDBPyConnection, printed: Collection[str | None], progress: Callable[[str], None]
) -> tuple[list[Counts], list[Finding]]:
    """What rules say, in their order."""
    counts: dict[str, Counts] = {}

    def spoken_of() -> Iterator[Rule]:
        for rule in rules:
            progress(rule.id)
            named = indicators_of(rule)
            if named and named.isdisjoint(printed):  # most rules speak of what a small project does not have
                frame_of(rule)  # a rule that does not work is told even so
                counts[rule.id] = nothing_seen(rule)
            else:
                yield rule

    judged: list[tuple[Judged, dict[int, list[tuple[int, str, int]]]]] = []
    for one, members in judge_each(con, spoken_of(), lambda hand, one: (one, members_of(hand, one))):
        counts[one.rule.id] = one.counts
        if one.failing:
            judged.append((one, members))
    known = read_members(con, (n for _, members in judged for told in members.values() for _, _, n in told))
    findings = [finding for one, members in judged for finding in findings_of(one, members, known)]
    return [counts[rule.id] for rule in rules], findings


def _is_about_findings(rule: Rule) -> bool:
    """D06: waivers are held against the findings of all other rules."""
    return rule.kind == "ledger" and rule.params.get("what") == "stale_waiver"


def restore(con: duckdb.DuckDBPyConnection) -> Validated:
    """Bring back, in a new process, the split of rows and the tables of schema `out` from the verdicts kept in the stage."""
    con.execute("CREATE OR REPLACE TABLE refused_row AS SELECT DISTINCT n FROM out.refused_by")
    con.execute("CREATE OR REPLACE TABLE barred_row AS SELECT DISTINCT n FROM out.refused_by WHERE list_contains($1, kind)", [sorted(BARRING)])
    for name in ("usable", "keys", "repeated", "obs", "disposition"):
        con.execute(statement(name))
    _tell_contradictions(con)
    _create_views(con)
    return Validated((), (), *_split(con))


def _split(con: duckdb.DuckDBPyConnection) -> tuple[int, int, int, int]:
    (row,) = con.execute("SELECT sum(rows_read), sum(rows_published), sum(rows_quarantined), sum(rows_excluded) FROM out.sources").fetchall()
    read, published, quarantined, excluded = (int(x or 0) for x in row)
    return read, published, quarantined, excluded


def _create_views(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(statement("out_codes"))
    rest = "SELECT n FROM disposition WHERE ended <> 'published' UNION SELECT repeat_of_n FROM disposition WHERE repeat_of_n IS NOT NULL"
    few = identified(f"(SELECT * FROM fact SEMI JOIN ({rest}) USING (n))")
    con.execute(f"CREATE OR REPLACE TABLE not_published AS SELECT n, figure_id FROM ({few})")
    for name in ("out_observations", "out_quarantine", "out_excluded"):
        con.execute(statement(name))
    for sql in statement("out_rest").split(";\n"):
        con.execute(sql)


def _claim_pairs(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Pairs of series, and sums of series, that a more specific rule has taken over from a general one."""
    con.execute("CREATE OR REPLACE TABLE claimed_pairs (claimed_from VARCHAR, a_sid INTEGER, b_sid INTEGER)")
    con.execute("CREATE OR REPLACE TABLE claimed_groups (claimed_from VARCHAR, part_sid INTEGER, total_sid INTEGER, dimension_no INTEGER, overlapping BOOLEAN)")
    for rule in rules:
        if rule.replaces is not None and (claim := _CLAIMS.get(rule.kind)) is not None:
            table, series = claim
            sql, params = series(rule)
            con.execute(f"INSERT INTO {table} SELECT $claimed_from, * FROM ({sql})", {**used(sql, params), "claimed_from": rule.replaces})


def _refuse(con: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> None:
    refused = sorted({m.n for f in findings if f.refuses for _, m in f.members})
    barred = sorted({m.n for f in findings if f.refuses and f.rule.kind in BARRING for _, m in f.members})
    for name, rows in (("refused_row", refused), ("barred_row", barred)):
        _register(con, "_refused", {"n": pyarrow.array(rows, pyarrow.int64())}, f"CREATE OR REPLACE TABLE {name} AS SELECT n FROM _refused")


def _tell_contradictions(con: duckdb.DuckDBPyConnection) -> None:
    """A claim told with two values is two claims: the value joins the id of each."""
    con.execute("DELETE FROM told")
    con.execute(
        """INSERT INTO told SELECT f.n, f.v::VARCHAR || ' ' || f.lo::VARCHAR || ' ' || f.hi::VARCHAR
        FROM disposition AS d JOIN fact AS f USING (n) WHERE d.is_contradicting AND d.ended = 'published'"""
    )


def _lost_rows(con: duckdb.DuckDBPyConnection) -> list[Entry]:
    """D07, counted independently of the split: rows of each file against the sum of where they ended."""
    found = con.execute(
        """SELECT f.source_id, f.read, coalesce(d.ended, 0)
        FROM (SELECT files.source_id, r.file_no, count(*) AS read FROM raw_rows AS r JOIN files USING (file_no) GROUP BY ALL) AS f
        LEFT JOIN (SELECT file_no, count(*) AS ended FROM disposition
                   WHERE ended IN ('published', 'quarantined', 'excluded') GROUP BY file_no) AS d USING (file_no) ORDER BY 1"""
    ).fetchall()
    return [
        Entry(
            what="rows_lost",
            subject=source,
            detail_vi=f"đọc {read} dòng, công bố + từ chối + loại ra = {ended}.",
            detail_en=f"{read} rows read, published + quarantined + excluded = {ended}.",
            expected=str(read),
            actual=str(ended),
            amount=abs(read - ended),
        )
        for source, read, ended in found
    ]


def _store_process(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], counts: Sequence[Counts], ledger: Sequence[Entry]) -> None:
    least = {rule.id: rule.min_coverage for rule in rules}
    # Coverage is the share of seen subjects that got pass or fail (design/rules.md §3): what a rule does not apply to was seen all the same.
    _register(
        con,
        "_counts",
        {
            "rule_no": pyarrow.array(range(len(counts)), pyarrow.int64()),
            "rule": pyarrow.array([c.rule for c in counts], pyarrow.string()),
            "seen": pyarrow.array([c.seen for c in counts], pyarrow.int64()),
            "coverage": pyarrow.array([c.coverage for c in counts], pyarrow.float64()),
            "least": pyarrow.array([least[c.rule] for c in counts], pyarrow.float64()),
        },
        "CREATE OR REPLACE TABLE rule_counts AS SELECT * FROM _counts",
    )
    _register(
        con,
        "_ledger",
        {
            "entry_no": pyarrow.array(range(len(ledger)), pyarrow.int64()),
            "what": pyarrow.array([e.what for e in ledger], pyarrow.string()),
            "subject": pyarrow.array([e.subject for e in ledger], pyarrow.string()),
            "detail_vi": pyarrow.array([e.detail_vi for e in ledger], pyarrow.string()),
            "detail_en": pyarrow.array([e.detail_en for e in ledger], pyarrow.string()),
            "expected": pyarrow.array([e.expected for e in ledger], pyarrow.string()),
            "actual": pyarrow.array([e.actual for e in ledger], pyarrow.string()),
            "amount": pyarrow.array([e.amount for e in ledger], pyarrow.int64()),
        },
        "CREATE OR REPLACE TABLE ledger_entries AS SELECT * FROM _ledger",
    )


def _store(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], findings: Sequence[Finding], counts: Sequence[Counts]) -> None:
    """Leave the tables of schema `out` that hang on no explanation."""
    refused = [(m.n, f) for f in findings if f.refuses for _, m in f.members]
    _register(
        con,
        "_refused_by",
        {
            "n": pyarrow.array([n for n, _ in refused], pyarrow.int64()),
            "rule": pyarrow.array([f.rule.id for _, f in refused], pyarrow.string()),
            "kind": pyarrow.array([f.rule.kind for _, f in refused], pyarrow.string()),
            "finding_id": pyarrow.array([f.finding_id for _, f in refused], pyarrow.string()),
            "message_vi": pyarrow.array([f.message_vi for _, f in refused], pyarrow.string()),
            "message_en": pyarrow.array([f.message_en for _, f in refused], pyarrow.string()),
        },
        "CREATE OR REPLACE TABLE out.refused_by AS SELECT * REPLACE (finding_id::UUID AS finding_id) FROM _refused_by",
    )
    # A group with a refused member has its culprit already.
    known = {n for n, _ in refused}
    broken = [f for f in findings if f.verdict == "fail" and f.severity == "error" and not f.refuses and not any(m.n in known for _, m in f.members)]
    suspect = sorted({m.n for f in broken for _, m in f.members})
    _register(con, "_suspect", {"n": pyarrow.array(suspect, pyarrow.int64())}, "CREATE OR REPLACE TABLE out.suspect_row AS SELECT n FROM _suspect")
    _store_rules(con, rules, counts)
    store_implied(con, rules)


def _store_findings(con: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> None:
    doubles = {"gap", "tolerance"}
    columns = {name: pyarrow.array(values, pyarrow.float64() if name in doubles else pyarrow.string()) for name, values in as_columns(findings).items()}
    _register(con, "_findings", columns, "CREATE OR REPLACE TABLE out.findings AS SELECT * REPLACE (finding_id::UUID AS finding_id) FROM _findings")
    _register(
        con,
        "_waived",
        {"finding_id": pyarrow.array([f.finding_id for f in findings if f.waived], pyarrow.string())},
        "CREATE OR REPLACE TABLE out.waived AS SELECT finding_id::UUID AS finding_id FROM _waived",
    )
    whole = {"position", "n", "line"}
    columns = {name: pyarrow.array(values, pyarrow.int64() if name in whole else pyarrow.string()) for name, values in members_as_columns(findings).items()}
    _register(
        con,
        "_members",
        columns,
        f"""CREATE OR REPLACE TABLE out.finding_members AS
        WITH published AS (
            SELECT n, observation_id FROM ({identified("(SELECT * FROM fact SEMI JOIN _members USING (n))")})
            SEMI JOIN (SELECT n FROM disposition WHERE ended = 'published') USING (n))
        SELECT m.finding_id::UUID AS finding_id, m.position, m.role, m.figure_id::UUID AS figure_id, p.observation_id, m.source_id, m.line, m.locator,
               m.indicator, m.measure, m.breakdown, m.ref_area, m.time_period, m.obs_kind, m.text, m.unit
        FROM _members AS m LEFT JOIN published AS p USING (n)""",
    )


def _store_rules(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], counts: Sequence[Counts]) -> None:
    text, whole, real = pyarrow.string(), pyarrow.int64(), pyarrow.float64()
    _register(
        con,
        "_rules",
        {
            "rule": pyarrow.array([r.id for r in rules], text),
            "kind": pyarrow.array([r.kind for r in rules], text),
            "label_vi": pyarrow.array([r.label_vi for r in rules], text),
            "label_en": pyarrow.array([r.label_en for r in rules], text),
            "severity": pyarrow.array([r.severity for r in rules], text),
            "gate": pyarrow.array([r.gate for r in rules], pyarrow.bool_()),
            "min_coverage": pyarrow.array([r.min_coverage for r in rules], real),
            "rationale_vi": pyarrow.array([r.rationale_vi for r in rules], text),
            "rationale_en": pyarrow.array([r.rationale_en for r in rules], text),
            "fact": pyarrow.array([r.fact for r in rules], text),
            "file": pyarrow.array([r.file.name for r in rules], text),
        },
        "CREATE OR REPLACE TABLE out.rules AS SELECT * FROM _rules",
    )
    names = ("seen", "applicable", "passed", "failed", "unverifiable", "not_applicable")
    _register(
        con,
        "_results",
        {
            "rule": pyarrow.array([c.rule for c in counts], text),
            **{name: pyarrow.array([getattr(c, name) for c in counts], whole) for name in names},
            "errors": pyarrow.array([0 for _ in counts], whole),
            "coverage": pyarrow.array([c.coverage for c in counts], real),
        },
        "CREATE OR REPLACE TABLE out.rule_results AS SELECT * FROM _results",
    )


def _register(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Any], sql: str) -> None:
    con.register(name, pyarrow.table(columns))
    con.execute(sql)
    con.unregister(name)
