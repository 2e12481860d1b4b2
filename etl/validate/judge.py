"""Run one rule: build its frame in DuckDB, let pandera compare, count the verdicts, keep the failing rows with their grade.

Belongs here: the way from a frame to verdicts, the same for every kind. Elsewhere: the frames (frames/), the comparisons
(schemas/judgements.py), messages and findings (findings.py), hypotheses (hypotheses.py).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pandera.polars as pa
import polars as pl

from etl.attached import Answer, side_by_side
from etl.errors import RuleBroken
from etl.validate.frames import frame_of
from schemas.judgements import Absent, InCodeList, TwoSides, Unique
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from etl.validate.frames.shared import Frame
    from schemas.kinds import Rule

_CHUNK: Final = 1_000_000
_SIDES: Final = ("left_lower", "left_upper", "right_lower", "right_upper")
COUNTED: Final = (InCodeList, Unique, Absent)
"""Judgements of small counts: of a million rows there are a few different ones."""
# A grade, and the reading of the sides that it stands for; the milder comes later.
_WIDER: Final = {"hedge": "hard_", "truncation": "cut_"}
_FRAME: Final = "frame"  # the temp table that a frame is made in
_comparing: Final = Lock()  # one at a time: pandera is Python, two would only wait for each other
# pandera lists a check that raised, or a column of the wrong type, among the failures: those are faults of ours, not of the data.
_OUR_FAULTS: Final = ("CHECK_ERROR", "WRONG_DATATYPE", "DATATYPE_COERCION", "COLUMN_NOT_IN_DATAFRAME", "COLUMN_NOT_IN_SCHEMA", "SCHEMA_COMPONENT_CHECK")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many subjects a rule saw, and what it said of them."""

    rule: str
    seen: int
    applicable: int
    passed: int
    failed: int
    unverifiable: int
    not_applicable: int

    @property
    def coverage(self) -> float | None:
        """Share of the seen subjects that got pass or fail; None where nothing was seen."""
        return (self.passed + self.failed) / self.seen if self.seen else None


@dataclass(frozen=True, slots=True)
class Failing:
    """One row of a frame that failed or could not be judged: its columns, and per failed check the grade."""

    key: int
    verdict: str
    grade: str | None
    checks: tuple[str, ...]
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one rule gave: counts, and the rows worth telling. Their members are read with `members_of`."""

    rule: Rule
    frame: Frame
    counts: Counts
    failing: tuple[Failing, ...]


@dataclass(slots=True)
class _Asked:
    """A rule whose frame is made, in temp table `frame`, and whose rows have been compared: keys of those that fail, with the failed checks."""

    rule: Rule
    frame: Frame
    columns: Sequence[str] = ()
    seen: int = 0
    applicable: int = 0
    unverifiable: int = 0
    failed: dict[int, set[str]] = field(default_factory=dict)

    @property
    def undecided(self) -> str:
        """Of which rows, as SQL, nothing can be said."""
        return f"applicable AND (NOT evaluable OR {'weak' if 'weak' in self.columns else 'FALSE'})"

    @property
    def operands(self) -> list[str]:
        """The columns that the judgement looks at, beside the key."""
        return [name for name in KINDS[self.rule.kind].judgement.to_schema().columns if name != "key"]

    @property
    def is_counted(self) -> bool:
        """Whether the judgement looks at small counts, of which there are few different ones."""
        return issubclass(KINDS[self.rule.kind].judgement, COUNTED)

    @property
    def has_sides(self) -> bool:
        """Whether the judgement compares two intervals."""
        return issubclass(KINDS[self.rule.kind].judgement, TwoSides)


def nothing_seen(rule: Rule) -> Counts:
    """The counts of a rule that met no subject."""
    return Counts(rule=rule.id, seen=0, applicable=0, passed=0, failed=0, unverifiable=0, not_applicable=0)


def judge_each(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule], then: Callable[[duckdb.DuckDBPyConnection, Judged], Answer]) -> Iterator[Answer]:
    """Judge by every rule, some at a time; give what `then` makes of each, in the order of the rules.

    `then` is called with the connection that a rule was judged on, while its temp tables `frame` and `failing` still stand there.
    """
    return side_by_side(con, rules, lambda hand, rule: then(hand, judge(hand, rule)))


def judge(con: duckdb.DuckDBPyConnection, rule: Rule) -> Judged:
    """Judge all subjects of a rule. Raises RuleBroken when the rule itself does not work."""
    asked = _ask(con, rule)
    weight = asked.frame.weight
    failing: tuple[Failing, ...] = ()
    weights = {"fail": 0, "unverifiable": 0}
    with _blaming(rule):
        failed = _all_alike(con, asked) if asked.failed and asked.is_counted else asked.failed
        if failed or asked.unverifiable:
            _keep_failing(con, asked, failed)
            weights |= dict(con.execute(f"SELECT verdict, sum({weight})::BIGINT FROM failing GROUP BY verdict").fetchall())
            failing = _graded(con, asked)
    counts = Counts(
        rule=rule.id,
        seen=asked.seen,
        applicable=asked.applicable,
        passed=asked.applicable - weights["fail"] - weights["unverifiable"],
        failed=weights["fail"],
        unverifiable=weights["unverifiable"],
        not_applicable=asked.seen - asked.applicable,
    )
    return Judged(rule=rule, frame=asked.frame, counts=counts, failing=failing)


def _ask(con: duckdb.DuckDBPyConnection, rule: Rule) -> _Asked:
    """Make the frame of a rule and have its rows compared."""
    frame = frame_of(rule)
    asked = _Asked(rule, frame)
    with _blaming(rule):
        if not has_series(con, frame):
            return asked
        ((rows,),) = con.execute(f"CREATE OR REPLACE TEMP TABLE {_FRAME} AS {frame.sql}", used(frame.sql, frame.params)).fetchall()
        if not rows:  # most rules speak of series that a small project does not have: nothing more is asked for them
            return asked
        asked.columns = con.sql(f"FROM {_FRAME}").columns
        ((asked.seen, asked.applicable, to_judge, asked.unverifiable),) = con.execute(
            f"""SELECT sum({frame.weight})::BIGINT, coalesce(sum({frame.weight}) FILTER (WHERE applicable), 0)::BIGINT,
            count(*) FILTER (WHERE applicable), count(*) FILTER (WHERE {asked.undecided}) FROM {_FRAME}"""
        ).fetchall()
        if to_judge:
            for chunk in _alike(con, asked) if asked.is_counted else _chunks(con, asked):
                asked.failed |= _compare(rule, chunk)
    return asked


@contextmanager
def _blaming(rule: Rule) -> Iterator[None]:
    """What DuckDB refuses is a fault of the rule."""
    try:
        yield
    except duckdb.Error as error:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(error)) from error


def has_series(con: duckdb.DuckDBPyConnection, frame: Frame) -> bool:
    """Whether there are series that a frame can have rows of; where it does not say of which, it has to be asked itself."""
    return not frame.series or bool(con.execute(f"SELECT 1 FROM ({frame.series}) LIMIT 1", used(frame.series, frame.params)).fetchall())


def _keep_failing(con: duckdb.DuckDBPyConnection, asked: _Asked, failed: Mapping[int, set[str]]) -> None:
    """Leave the rows worth telling in temp table `failing`: the frame's columns, the key, the verdict and the failed checks."""
    con.execute("CREATE OR REPLACE TEMP TABLE failed_key (key BIGINT, checks VARCHAR[])")
    if failed:
        rows = pl.DataFrame({"key": list(failed), "checks": [sorted(c) for c in failed.values()]}, schema={"key": pl.Int64, "checks": pl.List(pl.String)})
        con.register("_failed_key", rows.to_arrow())
        con.execute("INSERT INTO failed_key SELECT * FROM _failed_key")
        con.unregister("_failed_key")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE failing AS
        SELECT f.rowid AS key, 'fail' AS verdict, k.checks, f.* FROM {_FRAME} AS f JOIN failed_key AS k ON k.key = f.rowid
        UNION ALL
        SELECT f.rowid, 'unverifiable', []::VARCHAR[], f.* FROM {_FRAME} AS f ANTI JOIN failed_key AS k ON k.key = f.rowid WHERE {asked.undecided}
        ORDER BY 1"""
    )


def _compare(rule: Rule, rows: pl.DataFrame) -> dict[int, set[str]]:
    """Keys of the rows that fail the rule's judgement, with the names of the failed checks."""
    failed: dict[int, set[str]] = {}
    try:
        with _comparing:
            KINDS[rule.kind].judgement.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as problem:
        for key, check in _keys(problem, rule):
            failed.setdefault(key, set()).add(check)
    except (pa.errors.SchemaError, pa.errors.SchemaDefinitionError) as problem:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(problem)) from problem
    return failed


def _alike(con: duckdb.DuckDBPyConnection, asked: _Asked) -> Iterator[pl.DataFrame]:
    """Rows with equal operands have equal verdicts: where these are small counts, one row of each stands for a million."""
    operands = ", ".join(asked.operands)
    one_each = f"SELECT min(rowid)::BIGINT AS key, {operands} FROM {_FRAME} WHERE applicable GROUP BY {operands} ORDER BY key"
    found = pl.from_arrow(con.sql(one_each).to_arrow_table())
    if isinstance(found, pl.DataFrame) and len(found):
        yield found


def _all_alike(con: duckdb.DuckDBPyConnection, asked: _Asked) -> dict[int, set[str]]:
    """The verdict of each row that stood for others, given to all of them."""
    same = " AND ".join(f"f.{name} IS NOT DISTINCT FROM one.{name}" for name in asked.operands)
    found = con.execute(
        f"""SELECT f.rowid, one.rowid FROM {_FRAME} AS f JOIN (SELECT rowid, * FROM {_FRAME} WHERE list_contains($keys, rowid)) AS one ON {same}
        WHERE f.applicable ORDER BY f.rowid""",
        {"keys": list(asked.failed)},
    ).fetchall()
    return {key: asked.failed[one] for key, one in found}


def _chunks(con: duckdb.DuckDBPyConnection, asked: _Asked) -> Iterator[pl.DataFrame]:
    reader = con.sql(f"SELECT rowid::BIGINT AS key, {_exact(asked)} FROM {_FRAME} WHERE applicable").to_arrow_reader(_CHUNK)
    held: list[pl.DataFrame] = []
    rows = 0
    for batch in reader:
        piece = pl.from_arrow(batch)
        if isinstance(piece, pl.DataFrame):
            held.append(piece)
            rows += len(piece)
        if rows >= _CHUNK:
            yield pl.concat(held)
            held, rows = [], 0
    if held:
        yield pl.concat(held)


def _exact(asked: _Asked, prefix: str = "") -> str:
    """The operands as pandera wants them: sides and counts as exact decimals. `prefix` chooses the reading of the sides."""
    select = []
    types = KINDS[asked.rule.kind].judgement.to_schema().columns
    for name in asked.operands:
        if name in _SIDES and asked.has_sides:
            source = f"{prefix}{name}" if f"{prefix}{name}" in asked.columns else name
            select.append(f"{source}::DECIMAL(38,9) AS {name}")
        elif name in {"value", "least"} and "Decimal" in str(types[name].dtype):
            select.append(f"{name}::DECIMAL(38,9) AS {name}")
        else:
            select.append(name)
    return ", ".join(select)


def _keys(problem: pa.errors.SchemaErrors, rule: Rule) -> Iterator[tuple[int, str]]:
    for fault in problem.schema_errors:
        if fault.reason_code is not None and fault.reason_code.name in _OUR_FAULTS:
            raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(fault)) from problem
    cases = problem.failure_cases
    for column, case, check in cases.select("column", "failure_case", "check").iter_rows():
        if column != "key" or case is None:
            raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=f"{column}: {check} {case}")
        yield int(case), str(check)


def _graded(con: duckdb.DuckDBPyConnection, asked: _Asked) -> tuple[Failing, ...]:
    """Failing rows with their grade: the same judgement on the wider readings, `hard` (hedge) and `cut` (truncation); the latter is the milder."""
    frame = con.execute("SELECT * FROM failing ORDER BY key")
    names = [d[0] for d in frame.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in frame.fetchall()]
    grades = dict.fromkeys((row["key"] for row in rows if row["verdict"] == "fail"), "impossible")
    wider = [grade for grade, prefix in _WIDER.items() if f"{prefix}left_lower" in asked.columns]
    if grades and wider and asked.has_sides:
        # Both readings of a row are compared together, each with a key of its own.
        of_each = (
            f"SELECT {len(wider)} * key + {at} AS key, {_exact(asked, _WIDER[grade])} FROM failing WHERE verdict = 'fail'" for at, grade in enumerate(wider)
        )
        compared = pl.from_arrow(con.sql(" UNION ALL ".join(of_each)).to_arrow_table())
        still = _compare(asked.rule, compared) if isinstance(compared, pl.DataFrame) else {}
        for at, grade in enumerate(wider):
            grades.update({key: grade for key in grades if len(wider) * key + at not in still})
    return tuple(Failing(key=row["key"], verdict=row["verdict"], grade=grades.get(row["key"]), checks=tuple(row["checks"]), row=row) for row in rows)


def members_of(con: duckdb.DuckDBPyConnection, judged: Judged) -> dict[int, list[tuple[int, str, int]]]:
    """Members of the failing rows of the rule that was judged last on this connection: key → (position, role, n) in order."""
    if not judged.failing:
        return {}
    sql = judged.frame.members
    with _blaming(judged.rule):
        found = con.execute(f"SELECT key, position, role, n FROM ({sql}) ORDER BY key, position", used(sql, judged.frame.params)).fetchall()
    members: dict[int, list[tuple[int, str, int]]] = {}
    for key, position, role, n in found:
        members.setdefault(key, []).append((position, role, n))
    return members


def used(sql: str, params: Mapping[str, object]) -> dict[str, object]:
    """The parameters that a statement names: DuckDB refuses surplus ones."""
    names = set(re.findall(r"\$([a-z_0-9]+)", sql))
    return {name: value for name, value in params.items() if name in names}


def first_line(error: BaseException) -> str:
    """The first line of an error's text, short enough to read."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:300]
