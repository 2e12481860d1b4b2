"""The comparisons themselves: each passes, fails, calls a missing operand a failure, and says nothing where it cannot judge.

    passes     rows that the judgement lets through        fails   rows that exactly this check refuses

Take a check away, or hang it on another column, and a test here fails: the list of checks is compared whole, and each has rows that no
other check refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pandera.polars as pa
import polars as pl
import pytest

from schemas import judgements
from schemas.judgements import OPEN, Absent, CountedThings, Covered, InCodeList, InsideBand, IntervalsMeet, Judgement, NotAbove, TwoSides, Unique
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIDES: Final = ("left_lower", "left_upper", "right_lower", "right_upper")


def sides(*numbers: str | int | Decimal) -> dict[str, Decimal]:
    return {name: Decimal(number) for name, number in zip(SIDES, numbers, strict=True)}


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one judgement: rows that pass, and for each check rows that only this check refuses."""

    passes: Sequence[Mapping[str, Any]]
    fails: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


TOLD: Final[dict[type[Judgement], Told]] = {
    IntervalsMeet: Told(
        [sides(1, 2, 2, 3), sides(2, 3, 1, 2), sides(1, 4, 2, 3), sides(2, 2, 2, 2), sides(-OPEN, OPEN, 5, 5), sides("0.000000001", 1, 0, "0.000000001")],
        {"intervals_meet": [sides(1, 2, 3, 4), sides(3, 4, 1, 2), sides(1, "1.999999999", 2, 3), sides(-OPEN, 4, 5, OPEN)]},
    ),
    NotAbove: Told(
        [sides(1, 9, 1, 1), sides(1, 1, 2, 2), sides(-OPEN, 9, 0, 0), sides(5, 5, 0, OPEN)],
        {"not_above": [sides(3, 4, 1, 2), sides("2.000000001", 9, 0, 2), sides(5, OPEN, -OPEN, 4)]},
    ),
    InsideBand: Told(
        [sides(1, 2, 2, 3), sides(3, 9, 2, 3), sides(2, 2, 2, 2), sides(-OPEN, OPEN, 2, 3)],
        {"inside_band": [sides(0, 1, 2, 3), sides(4, 5, 2, 3), sides("3.000000001", 9, 2, 3)]},
    ),
    CountedThings: Told(
        [{"value": Decimal(0), "least": Decimal(0)}, {"value": Decimal(7), "least": Decimal(7)}, {"value": Decimal(10**18), "least": Decimal(1)}],
        {
            "whole_number": [{"value": Decimal("2680.5"), "least": Decimal(0)}, {"value": Decimal("0.000000001"), "least": Decimal(0)}],
            "not_below_least": [{"value": Decimal(-1), "least": Decimal(0)}, {"value": Decimal(1), "least": Decimal(2)}],
        },
    ),
    InCodeList: Told([{"candidates": 1}], {"in_code_list": [{"candidates": 0}, {"candidates": 2}]}),
    Unique: Told([{"holders": 1}], {"unique": [{"holders": 2}, {"holders": 0}]}),
    Absent: Told([{"count": 0}], {"absent": [{"count": 1}, {"count": 7}]}),
    Covered: Told([{"share": 0.5, "least": 0.5}, {"share": 1.0, "least": 0.0}], {"covered": [{"share": 0.49, "least": 0.5}]}),
}
CHECKS: Final = [(judgement, check) for judgement, told in TOLD.items() for check in told.fails]


def frame(judgement: type[Judgement], rows: Sequence[Mapping[str, Any]], *, evaluable: bool = True) -> pl.DataFrame:
    """The rows as SQL hands them over: eager, exact, with a key and the types that are declared."""
    columns = judgement.to_schema().columns
    types = {name: column.dtype.type for name, column in columns.items()}
    return pl.DataFrame([{"key": number, "evaluable": evaluable, **row} for number, row in enumerate(rows, start=10)], schema=types)


def judged(judgement: type[Judgement], rows: pl.DataFrame) -> set[tuple[int, str]]:
    """Keys that failed, each with the name of the check."""
    try:
        judgement.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as problem:
        cases = problem.failure_cases
        assert set(cases["column"]) == {"key"}
        return {(int(case), check) for case, check in zip(cases["failure_case"], cases["check"], strict=True)}
    return set()


def declared() -> set[type[Judgement]]:
    """Every judgement that rows are judged by."""
    found = {value for value in vars(judgements).values() if isinstance(value, type) and issubclass(value, Judgement)}
    return found - {Judgement, TwoSides}


@pytest.mark.parametrize("judgement", TOLD, ids=lambda judgement: judgement.__name__)
def test_a_judgement_makes_exactly_its_checks_and_hangs_them_on_the_key(judgement: type[Judgement]) -> None:
    columns = judgement.to_schema().columns
    assert {str(check.error) for check in columns["key"].checks} == set(TOLD[judgement].fails)
    assert all(not column.checks for name, column in columns.items() if name != "key")
    assert not judgement.to_schema().checks


@pytest.mark.parametrize("judgement", TOLD, ids=lambda judgement: judgement.__name__)
def test_what_holds_passes(judgement: type[Judgement]) -> None:
    assert judged(judgement, frame(judgement, TOLD[judgement].passes)) == set()


@pytest.mark.parametrize(("judgement", "check"), CHECKS, ids=[f"{judgement.__name__}-{check}" for judgement, check in CHECKS])
def test_what_breaks_one_check_fails_by_that_check_and_by_its_key(judgement: type[Judgement], check: str) -> None:
    rows = TOLD[judgement].fails[check]
    assert judged(judgement, frame(judgement, [*TOLD[judgement].passes, *rows])) == {(10 + len(TOLD[judgement].passes) + at, check) for at in range(len(rows))}


@pytest.mark.parametrize("judgement", TOLD, ids=lambda judgement: judgement.__name__)
def test_a_missing_operand_never_passes_in_silence(judgement: type[Judgement]) -> None:
    good = TOLD[judgement].passes[0]
    for operand in good:
        found = judged(judgement, frame(judgement, [good, {**good, operand: None}]))
        needed = judgement is not NotAbove or operand in {"left_lower", "right_upper"}
        assert ({key for key, _ in found} == {11}) == needed, operand


@pytest.mark.parametrize("judgement", TOLD, ids=lambda judgement: judgement.__name__)
def test_what_cannot_be_judged_is_left_alone(judgement: type[Judgement]) -> None:
    bad = [row for rows in TOLD[judgement].fails.values() for row in rows]
    empty = dict.fromkeys(bad[0])
    assert judged(judgement, frame(judgement, [*bad, empty], evaluable=False)) == set()


@pytest.mark.parametrize("judgement", TOLD, ids=lambda judgement: judgement.__name__)
@pytest.mark.parametrize("wrong", ["a column too many", "a column too few", "a column of another type", "no word on whether it can be judged"])
def test_a_frame_of_another_shape_is_refused_and_not_converted(judgement: type[Judgement], wrong: str) -> None:
    good = frame(judgement, TOLD[judgement].passes)
    operand = next(name for name in good.columns if name not in {"key", "evaluable"})
    shaped = {
        "a column too many": good.with_columns(pl.lit(1).alias("remark")),
        "a column too few": good.drop(operand),
        "a column of another type": good.with_columns(pl.col(operand).cast(pl.String)),
        "no word on whether it can be judged": good.with_columns(pl.lit(None, dtype=pl.Boolean).alias("evaluable")),
    }[wrong]
    with pytest.raises(pa.errors.SchemaErrors) as problem:
        judgement.validate(shaped, lazy=True)
    reasons = {fault.reason_code.name for fault in problem.value.schema_errors if fault.reason_code is not None}
    assert reasons - {"DATAFRAME_CHECK"}, "a fault of ours does not look like subjects that failed"


@pytest.mark.parametrize("judgement", TOLD, ids=lambda judgement: judgement.__name__)
def test_a_key_stands_once(judgement: type[Judgement]) -> None:
    good = frame(judgement, TOLD[judgement].passes[:1])
    with pytest.raises(pa.errors.SchemaErrors):
        judgement.validate(pl.concat([good, good]), lazy=True)


def test_two_values_that_differ_in_the_ninth_decimal_of_a_trillion_are_told_apart() -> None:
    """Binary floats would call them equal."""
    great = Decimal(10**17)
    tiny = Decimal("0.000000001")
    assert judged(IntervalsMeet, frame(IntervalsMeet, [sides(great, great, great + tiny, great + tiny)])) == {(10, "intervals_meet")}


def test_every_judgement_is_told_here_and_used_by_a_kind() -> None:
    assert declared() == set(TOLD)
    assert {kind.judgement for kind in KINDS.values()} == set(TOLD)
    assert issubclass(TwoSides, Judgement)
    assert Decimal(OPEN) == Decimal("1e24")
