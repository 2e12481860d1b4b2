"""One rule over one frame: verdicts are counted, grades are given, and a rule that does not work is never mistaken for bad data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import duckdb
import pandera.polars as pa
import polars as pl
import pytest
from click.testing import CliRunner
from judging import Document, chosen, row, write_document
from pandera.api.polars.types import PolarsData  # noqa: TC002  pandera reads the annotations at run time

from etl.cli import main
from etl.errors import EXIT_FAILED, RuleBroken
from etl.messages import tell
from etl.project import Project
from etl.publish.history import read_history
from etl.validate.frames import frame_of
from etl.validate.frames.shared import Frame
from etl.validate.judge import Counts, first_line, judge, members_of, used
from schemas.judgements import InCodeList
from schemas.kinds import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.kinds import Rule

NOBODY: Final = "SELECT NULL::BIGINT AS key, 0 AS position, '' AS role, NULL::BIGINT AS n WHERE FALSE"
GOOD: Final = "NULL::INTEGER AS folder, 1 AS x, TRUE AS applicable, TRUE AS evaluable"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def rule(request: pytest.FixtureRequest) -> Rule:
    return chosen([getattr(request, "param", "C01")])[0]


def frame_is(monkeypatch: pytest.MonkeyPatch, sql: str, members: str = NOBODY, *, only: str | None = None) -> None:
    """All rules (or one) have this frame."""
    monkeypatch.setattr("etl.validate.judge.frame_of", lambda asked: Frame(sql=sql, members=members) if only in {None, asked.id} else frame_of(asked))


BROKEN: Final = {
    "no such table": f"SELECT {GOOD}, 1 AS candidates FROM no_such_table",
    "no such function": f"SELECT {GOOD}, no_such_function() AS candidates",
    "a value that does not convert": f"SELECT {GOOD}, 'x'::INTEGER AS candidates",
    "a column too few": f"SELECT {GOOD}",
    "a column of another type": f"SELECT {GOOD}, 'one' AS candidates",
    "a number where a flag belongs": "SELECT 1 AS x, TRUE AS applicable, 1 AS evaluable, 1 AS candidates",
    "no word on whether it can be judged": "SELECT 1 AS x, TRUE AS applicable, NULL::BOOLEAN AS evaluable, 1 AS candidates",
    "no word on whether it applies": "SELECT 1 AS x, TRUE AS evaluable, 1 AS candidates",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_frame_that_does_not_fit_its_judgement_breaks_the_rule(
    what: str, rule: Rule, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame_is(monkeypatch, BROKEN[what])
    with pytest.raises(RuleBroken) as broken:
        judge(con, rule)
    assert broken.value.code == "rule-frame-broken"
    told = tell(broken.value, "en").sentence
    assert rule.id in told
    assert str(rule.line) in told


class Raising(InCodeList):
    """A judgement whose check has a fault of its own."""

    @pa.check("key", error="raising")
    def raising(cls, _data: PolarsData) -> NoReturn:
        message = "a slip in the check"
        raise ZeroDivisionError(message)


class Asking(InCodeList):
    """A judgement whose check asks for a column that there is not."""

    @pa.check("key", error="asking")
    def asking(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("canditates") == 1)


class Wider(InCodeList):
    """A judgement with a column that the frame does not have."""

    width: Annotated[pl.Decimal, 38, 9] = pa.Field(nullable=True)


@pytest.mark.parametrize("judgement", [Raising, Asking, Wider])
def test_a_check_that_raises_breaks_the_rule_and_fails_no_row(
    judgement: type[InCodeList], rule: Rule, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame_is(monkeypatch, f"SELECT {GOOD}, 1 AS candidates")
    monkeypatch.setitem(KINDS, rule.kind, Kind(rule.kind, judgement, "ô", "cell"))
    with pytest.raises(RuleBroken):
        judge(con, rule)


def test_members_that_cannot_be_found_break_the_rule(rule: Rule, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    frame_is(monkeypatch, f"SELECT {GOOD}, 0 AS candidates", "SELECT key, 0 AS position, 'cell' AS role, no_such_column AS n FROM failing")
    judged = judge(con, rule)
    with pytest.raises(RuleBroken):
        members_of(con, judged)


def test_verdicts_are_counted_one_by_one(rule: Rule, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ["(1, TRUE, TRUE, 1)", "(2, TRUE, TRUE, 0)", "(3, TRUE, FALSE, NULL)", "(4, FALSE, FALSE, NULL)", "(5, TRUE, TRUE, 2)"]
    frame_is(monkeypatch, f"SELECT * FROM (VALUES {', '.join(rows)}) AS v(x, applicable, evaluable, candidates)")
    judged = judge(con, rule)
    assert judged.counts == Counts(rule.id, seen=5, applicable=4, passed=1, failed=2, unverifiable=1, not_applicable=1)
    assert judged.counts.coverage == pytest.approx(3 / 5)
    assert [(f.row["x"], f.verdict, f.checks) for f in judged.failing] == [
        (2, "fail", ("in_code_list",)),
        (3, "unverifiable", ()),
        (5, "fail", ("in_code_list",)),
    ]


def test_nothing_seen_is_no_coverage_and_not_full_coverage(rule: Rule, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    frame_is(monkeypatch, f"SELECT {GOOD}, 1 AS candidates WHERE FALSE")
    counts = judge(con, rule).counts
    assert (counts.seen, counts.coverage) == (0, None)


@pytest.mark.parametrize("rule", ["O02"], indirect=True)
def test_a_grade_is_the_mildest_reading_that_holds(rule: Rule, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left must not be above 10. The third reading is what the words guarantee, the second what a cut-off number allows."""
    readings = {"passes": (10, 10, 10), "cut": (11, 10, 11), "hedge": (11, 11, 10), "impossible": (11, 11, 11), "both": (11, 10, 10)}
    rows = ", ".join(f"({at}, '{name}', {soft}, {cut}, {hard})" for at, (name, (soft, cut, hard)) in enumerate(readings.items()))
    reading = "v.{name} AS {prefix}left_lower, v.{name} AS {prefix}left_upper, 0 AS {prefix}right_lower, 10 AS {prefix}right_upper"
    sides = ", ".join(reading.format(prefix=prefix, name=name) for prefix, name in (("", "soft"), ("cut_", "cut"), ("hard_", "hard")))
    frame_is(monkeypatch, f"SELECT name, TRUE AS applicable, TRUE AS evaluable, {sides} FROM (VALUES {rows}) AS v(x, name, soft, cut, hard)")
    grades: dict[str, Any] = {f.row["name"]: f.grade for f in judge(con, rule).failing}
    assert grades == {"cut": "truncation", "hedge": "hedge", "impossible": "impossible", "both": "truncation"}


def test_only_the_parameters_that_a_statement_names_are_given_to_it() -> None:
    assert used("SELECT $a, $ab", {"a": 1, "ab": 2, "b": 3}) == {"a": 1, "ab": 2}


def test_a_long_fault_is_told_in_its_first_line() -> None:
    assert first_line(ValueError("one\ntwo")) == "one"
    assert first_line(KeyError()) == "KeyError"
    assert len(first_line(ValueError("x" * 900))) == 300


@pytest.mark.parametrize("words", [["check", "raw/a/figures.csv"], ["run"], ["run", "--force"]], ids=" ".join)
def test_a_broken_rule_is_a_failure_of_ours_at_the_command_line(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_document(tmp_path / "raw" / "a", Document([row("schools", "412", "trường")]))
    monkeypatch.chdir(tmp_path)
    frame_is(monkeypatch, BROKEN["a column of another type"], only="C01")
    result = CliRunner().invoke(main, ["--lang", "en", *words], catch_exceptions=False)
    assert result.exit_code == EXIT_FAILED
    assert not result.stdout, "no finding is told"
    assert "C01" in result.stderr
    assert "cells.toml" in result.stderr
    assert "Traceback" not in result.stderr
    if "run" in words:
        assert read_history(Project(tmp_path)).runs[-1].outcome == "failed"
        assert not (tmp_path / "warehouse" / "current").exists()
