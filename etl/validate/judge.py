"""Run one rule: build its frame in DuckDB, let pandera compare, count the verdicts, keep the failing rows with their grade.

Belongs here: the way from a frame to verdicts, the same for every kind. Elsewhere: the frames (frames/), the comparisons
(schemas/judgements.py), messages and findings (findings.py), hypotheses (hypotheses.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pandera.polars as pa
import polars as pl

from etl.errors import RuleBroken
from etl.validate.frames import frame_of
from schemas.judgements import TwoSides
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from etl.validate.frames.shared import Frame
    from schemas.judgements import Judgement
    from schemas.kinds import Rule

_CHUNK: Final = 1_000_000
_SIDES: Final = ("left_lower", "left_upper", "right_lower", "right_upper")
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


def judge(con: duckdb.DuckDBPyConnection, rule: Rule) -> Judged:
    """Judge all subjects of a rule. Raises RuleBroken when the rule itself does not work."""
    frame = frame_of(rule)
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE frame AS {frame.sql}", used(frame.sql, frame.params))
    except duckdb.Error as error:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(error)) from error
    columns = [row[0] for row in con.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = 'frame' ORDER BY column_index").fetchall()]
    failed = _failed(con, rule, columns, only=None, prefix="")
    weak = "weak" if "weak" in columns else "FALSE"
    con.execute("CREATE OR REPLACE TEMP TABLE failed_key (key BIGINT, checks VARCHAR[])")
    if failed:
        rows = pl.DataFrame({"key": list(failed), "checks": [sorted(c) for c in failed.values()]}, schema={"key": pl.Int64, "checks": pl.List(pl.String)})
        con.register("_failed_key", rows.to_arrow())
        con.execute("INSERT INTO failed_key SELECT * FROM _failed_key")
        con.unregister("_failed_key")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE failing AS
        SELECT f.rowid AS key, CASE WHEN k.key IS NOT NULL THEN 'fail' ELSE 'unverifiable' END AS verdict, coalesce(k.checks, []) AS checks, f.*
        FROM frame AS f LEFT JOIN failed_key AS k ON k.key = f.rowid
        WHERE f.applicable AND (k.key IS NOT NULL OR NOT f.evaluable OR {weak}) ORDER BY f.rowid"""
    )
    return Judged(rule=rule, frame=frame, counts=_counts(con, rule, frame.weight), failing=_graded(con, rule, columns))


def _counts(con: duckdb.DuckDBPyConnection, rule: Rule, weight: str) -> Counts:
    found = con.execute(
        f"""SELECT coalesce(sum({weight}), 0)::BIGINT, coalesce(sum({weight}) FILTER (WHERE applicable), 0)::BIGINT,
        (SELECT coalesce(sum({weight}) FILTER (WHERE verdict = 'fail'), 0)::BIGINT FROM failing),
        (SELECT coalesce(sum({weight}) FILTER (WHERE verdict = 'unverifiable'), 0)::BIGINT FROM failing) FROM frame"""
    ).fetchone()
    if found is None:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem="no counts")
    seen, applicable, failed, unverifiable = found
    return Counts(
        rule=rule.id,
        seen=seen,
        applicable=applicable,
        passed=applicable - failed - unverifiable,
        failed=failed,
        unverifiable=unverifiable,
        not_applicable=seen - applicable,
    )


def _failed(con: duckdb.DuckDBPyConnection, rule: Rule, columns: list[str], *, only: list[int] | None, prefix: str) -> dict[int, set[str]]:
    """Keys of the frame that fail the rule's judgement, with the names of the failed checks. `prefix` chooses the reading of the sides."""
    judgement = KINDS[rule.kind].judgement
    wanted = list(judgement.to_schema().columns)
    failed: dict[int, set[str]] = {}
    for chunk in _chunks(con, rule, judgement, wanted, columns, only=only, prefix=prefix):
        try:
            judgement.validate(chunk, lazy=True)
        except pa.errors.SchemaErrors as problem:
            for key, check in _keys(problem, rule):
                failed.setdefault(key, set()).add(check)
        except (pa.errors.SchemaError, pa.errors.SchemaDefinitionError) as problem:
            raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(problem)) from problem
    return failed


def _chunks(
    con: duckdb.DuckDBPyConnection, rule: Rule, judgement: type[Judgement], wanted: list[str], columns: list[str], *, only: list[int] | None, prefix: str
) -> Iterator[pl.DataFrame]:
    exact = "::DECIMAL(38,9)"
    select = []
    for name in wanted:
        if name == "key":
            select.append("rowid::BIGINT AS key")
        elif name in _SIDES and issubclass(judgement, TwoSides):
            source = f"{prefix}{name}" if f"{prefix}{name}" in columns else name
            select.append(f"{source}{exact} AS {name}")
        elif name in {"value", "least"} and "Decimal" in str(judgement.to_schema().columns[name].dtype):
            select.append(f"{name}{exact} AS {name}")
        else:
            select.append(name)
    among = "" if only is None else f" AND rowid IN ({', '.join(map(str, only))})"
    try:
        reader = con.sql(f"SELECT {', '.join(select)} FROM frame WHERE applicable{among}").to_arrow_reader(_CHUNK)
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
    except duckdb.Error as error:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(error)) from error


def _keys(problem: pa.errors.SchemaErrors, rule: Rule) -> Iterator[tuple[int, str]]:
    for fault in problem.schema_errors:
        if fault.reason_code is not None and fault.reason_code.name in _OUR_FAULTS:
            raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(fault)) from problem
    cases = problem.failure_cases
    for column, case, check in cases.select("column", "failure_case", "check").iter_rows():
        if column != "key" or case is None:
            raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=f"{column}: {check} {case}")
        yield int(case), str(check)


def _graded(con: duckdb.DuckDBPyConnection, rule: Rule, columns: list[str]) -> tuple[Failing, ...]:
    """Failing rows with their grade: the same judgement on the wider readings, `cut` (truncation), then `hard` (hedge)."""
    frame = con.execute("SELECT * FROM failing ORDER BY key")
    names = [d[0] for d in frame.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in frame.fetchall()]
    failed = [row["key"] for row in rows if row["verdict"] == "fail"]
    grades = dict.fromkeys(failed, "impossible")
    for grade, prefix in (("hedge", "hard_"), ("truncation", "cut_")):
        if failed and f"{prefix}left_lower" in columns:
            still = _failed(con, rule, columns, only=failed, prefix=prefix)
            grades.update({key: grade for key in failed if key not in still})
    return tuple(Failing(key=row["key"], verdict=row["verdict"], grade=grades.get(row["key"]), checks=tuple(row["checks"]), row=row) for row in rows)


def members_of(con: duckdb.DuckDBPyConnection, judged: Judged) -> dict[int, list[tuple[int, str, int]]]:
    """Members of the failing rows of the rule judged last: key → (position, role, n) in order."""
    sql = judged.frame.members
    try:
        found = con.execute(f"SELECT key, position, role, n FROM ({sql}) ORDER BY key, position", used(sql, judged.frame.params)).fetchall()
    except duckdb.Error as error:
        raise RuleBroken("rule-frame-broken", rule=judged.rule.id, file=judged.rule.file, line=judged.rule.line, problem=first_line(error)) from error
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
