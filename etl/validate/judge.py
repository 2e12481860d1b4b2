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
from schemas.judgements import Absent, InCodeList, TwoSides, Unique
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from etl.validate.frames.shared import Frame
    from schemas.judgements import Judgement
    from schemas.kinds import Rule

_CHUNK: Final = 1_000_000
_SIDES: Final = ("left_lower", "left_upper", "right_lower", "right_upper")
COUNTED: Final = (InCodeList, Unique, Absent)
"""Judgements of small counts: of a million rows there are a few different ones."""
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


def nothing_seen(rule: Rule) -> Counts:
    """The counts of a rule that met no subject."""
    return Counts(rule=rule.id, seen=0, applicable=0, passed=0, failed=0, unverifiable=0, not_applicable=0)


def judge(con: duckdb.DuckDBPyConnection, rule: Rule) -> Judged:
    """Judge all subjects of a rule. Raises RuleBroken when the rule itself does not work."""
    frame = frame_of(rule)
    try:
        if not has_series(con, frame):
            return Judged(rule=rule, frame=frame, counts=nothing_seen(rule), failing=())
        ((rows,),) = con.execute(f"CREATE OR REPLACE TEMP TABLE frame AS {frame.sql}", used(frame.sql, frame.params)).fetchall()
    except duckdb.Error as error:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(error)) from error
    if not rows:  # most rules speak of series that a small project does not have: nothing more is asked for them
        return Judged(rule=rule, frame=frame, counts=nothing_seen(rule), failing=())
    columns = con.sql("FROM frame").columns
    weak = "weak" if "weak" in columns else "FALSE"
    undecided = f"applicable AND (NOT evaluable OR {weak})"
    try:
        ((seen, applicable, to_judge, unverifiable),) = con.execute(
            f"""SELECT sum({frame.weight})::BIGINT, coalesce(sum({frame.weight}) FILTER (WHERE applicable), 0)::BIGINT,
            count(*) FILTER (WHERE applicable), count(*) FILTER (WHERE {undecided}) FROM frame"""
        ).fetchall()
    except duckdb.Error as error:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(error)) from error
    failed = _failed(con, rule, columns, only=None, prefix="") if to_judge else {}
    failing: tuple[Failing, ...] = ()
    weights = {"fail": 0, "unverifiable": 0}
    if failed or unverifiable:
        _keep_failing(con, failed, undecided)
        weights |= dict(con.execute(f"SELECT verdict, sum({frame.weight})::BIGINT FROM failing GROUP BY verdict").fetchall())
        failing = _graded(con, rule, columns)
    counts = Counts(
        rule=rule.id,
        seen=seen,
        applicable=applicable,
        passed=applicable - weights["fail"] - weights["unverifiable"],
        failed=weights["fail"],
        unverifiable=weights["unverifiable"],
        not_applicable=seen - applicable,
    )
    return Judged(rule=rule, frame=frame, counts=counts, failing=failing)


def has_series(con: duckdb.DuckDBPyConnection, frame: Frame) -> bool:
    """Whether there are series that a frame can have rows of; where it does not say of which, it has to be asked itself."""
    return not frame.series or bool(con.execute(f"SELECT 1 FROM ({frame.series}) LIMIT 1", used(frame.series, frame.params)).fetchall())


def _keep_failing(con: duckdb.DuckDBPyConnection, failed: Mapping[int, set[str]], undecided: str) -> None:
    """Leave the rows worth telling in temp table `failing`: the frame's columns, the key, the verdict and the failed checks."""
    con.execute("CREATE OR REPLACE TEMP TABLE failed_key (key BIGINT, checks VARCHAR[])")
    if failed:
        rows = pl.DataFrame({"key": list(failed), "checks": [sorted(c) for c in failed.values()]}, schema={"key": pl.Int64, "checks": pl.List(pl.String)})
        con.register("_failed_key", rows.to_arrow())
        con.execute("INSERT INTO failed_key SELECT * FROM _failed_key")
        con.unregister("_failed_key")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE failing AS
        SELECT f.rowid AS key, 'fail' AS verdict, k.checks, f.* FROM frame AS f JOIN failed_key AS k ON k.key = f.rowid
        UNION ALL
        SELECT f.rowid, 'unverifiable', []::VARCHAR[], f.* FROM frame AS f ANTI JOIN failed_key AS k ON k.key = f.rowid WHERE {undecided}
        ORDER BY 1"""
    )


def _failed(con: duckdb.DuckDBPyConnection, rule: Rule, columns: list[str], *, only: list[int] | None, prefix: str) -> dict[int, set[str]]:
    """Keys of the frame that fail the rule's judgement, with the names of the failed checks. `prefix` chooses the reading of the sides."""
    judgement = KINDS[rule.kind].judgement
    wanted = list(judgement.to_schema().columns)
    failed: dict[int, set[str]] = {}
    is_counted = issubclass(judgement, COUNTED)
    for chunk in _alike(con, rule, wanted) if is_counted else _chunks(con, rule, judgement, wanted, columns, only=only, prefix=prefix):
        try:
            judgement.validate(chunk, lazy=True)
        except pa.errors.SchemaErrors as problem:
            for key, check in _keys(problem, rule):
                failed.setdefault(key, set()).add(check)
        except (pa.errors.SchemaError, pa.errors.SchemaDefinitionError) as problem:
            raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(problem)) from problem
    return _all_alike(con, failed, [name for name in wanted if name != "key"]) if failed and is_counted else failed


def _alike(con: duckdb.DuckDBPyConnection, rule: Rule, wanted: list[str]) -> Iterator[pl.DataFrame]:
    """Rows with equal operands have equal verdicts: where these are small counts, one row of each stands for a million."""
    operands = ", ".join(name for name in wanted if name != "key")
    try:
        table = con.sql(f"SELECT min(rowid)::BIGINT AS key, {operands} FROM frame WHERE applicable GROUP BY {operands} ORDER BY key").to_arrow_table()
    except duckdb.Error as error:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(error)) from error
    found = pl.from_arrow(table)
    if isinstance(found, pl.DataFrame) and len(found):
        yield found


def _all_alike(con: duckdb.DuckDBPyConnection, failed: Mapping[int, set[str]], operands: list[str]) -> dict[int, set[str]]:
    """The verdict of each row that stood for others, given to all of them."""
    same = " AND ".join(f"f.{name} IS NOT DISTINCT FROM one.{name}" for name in operands)
    found = con.execute(
        f"""SELECT f.rowid, one.rowid FROM frame AS f JOIN (SELECT rowid, * FROM frame WHERE list_contains($keys, rowid)) AS one ON {same}
        WHERE f.applicable ORDER BY f.rowid""",
        {"keys": list(failed)},
    ).fetchall()
    return {key: failed[one] for key, one in found}


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
    if not judged.failing:
        return {}
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
