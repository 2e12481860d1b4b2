"""The ways of comparing. SQL supplies exact operands, one row a subject; **the comparison is the pandera check below**.

Every check hangs on the key column, so that a failure case *is* the key of the failing subject, and starts from `evaluable`, because
a NULL in a checked column would pass in silence. Frames are eager polars frames of exact decimals (design/rules.md §2).

Belongs here: what is compared with what. Elsewhere: where the operands come from (etl/validate/frames/), what a failure means
(etl/validate/findings.py), which rule compares how (kinds.py).
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData  # noqa: TC002  pandera reads the annotations at run time

Exact = Annotated[pl.Decimal, 38, 9]

OPEN = 10**24
"""An open end of an interval. Printed values stay below 10^18, so no sum of them comes near it."""


class Judgement(pa.DataFrameModel):
    """One row per subject: its key, and whether it can be judged at all."""

    key: int = pa.Field(unique=True)
    evaluable: bool

    class Config:
        """Columns exactly as declared; nothing is converted on the way to a comparison."""

        strict = True
        coerce = False


class TwoSides(Judgement):
    """A subject with two sides, each an exact interval; an open end is the sentinel OPEN, never NULL (except where not evaluable)."""

    left_lower: Exact = pa.Field(nullable=True)
    left_upper: Exact = pa.Field(nullable=True)
    right_lower: Exact = pa.Field(nullable=True)
    right_upper: Exact = pa.Field(nullable=True)


class IntervalsMeet(TwoSides):
    """Both sides may be printed roundings of one number: their intervals share a point."""

    @pa.check("key", error="intervals_meet")
    def intervals_meet(cls, data: PolarsData) -> pl.LazyFrame:
        """Left begins before right ends, and right begins before left ends."""
        c = pl.col
        meet = (c("left_lower") <= c("right_upper")) & (c("right_lower") <= c("left_upper"))
        return data.lazyframe.select(~c("evaluable") | meet.fill_null(value=False))


class NotAbove(TwoSides):
    """The left side can be no larger than the right side: left begins no later than right ends."""

    @pa.check("key", error="not_above")
    def not_above(cls, data: PolarsData) -> pl.LazyFrame:
        """The smallest left that the print allows is not above the largest right."""
        c = pl.col
        return data.lazyframe.select(~c("evaluable") | (c("left_lower") <= c("right_upper")).fill_null(value=False))


class InsideBand(TwoSides):
    """The left side, whatever it is exactly, can lie inside the band on the right."""

    @pa.check("key", error="inside_band")
    def inside_band(cls, data: PolarsData) -> pl.LazyFrame:
        """Some value that the print of the left side allows lies between both ends of the band."""
        c = pl.col
        inside = (c("left_upper") >= c("right_lower")) & (c("left_lower") <= c("right_upper"))
        return data.lazyframe.select(~c("evaluable") | inside.fill_null(value=False))


class CountedThings(Judgement):
    """A count of things: whole, and no less than the least the catalogue allows (0 where it is silent)."""

    value: Exact = pa.Field(nullable=True)
    least: Exact = pa.Field(nullable=True)

    @pa.check("key", error="whole_number")
    def whole_number(cls, data: PolarsData) -> pl.LazyFrame:
        """The value equals its whole part."""
        c = pl.col
        return data.lazyframe.select(~c("evaluable") | (c("value") % 1 == 0).fill_null(value=False))

    @pa.check("key", error="not_below_least")
    def not_below_least(cls, data: PolarsData) -> pl.LazyFrame:
        """The value is at least the least."""
        c = pl.col
        return data.lazyframe.select(~c("evaluable") | (c("value") >= c("least")).fill_null(value=False))


class InCodeList(Judgement):
    """A code is one of those that its list allows; `candidates` is how many entries of the list the code names."""

    candidates: pl.Int32 = pa.Field(nullable=True)

    @pa.check("key", error="in_code_list")
    def in_code_list(cls, data: PolarsData) -> pl.LazyFrame:
        """Exactly one entry: none is unknown, several are ambiguous."""
        c = pl.col
        return data.lazyframe.select(~c("evaluable") | (c("candidates") == 1).fill_null(value=False))


class Unique(Judgement):
    """A key stands once: `holders` is the number of rows that hold it."""

    holders: pl.Int64 = pa.Field(nullable=True)

    @pa.check("key", error="unique")
    def unique(cls, data: PolarsData) -> pl.LazyFrame:
        """One holder."""
        c = pl.col
        return data.lazyframe.select(~c("evaluable") | (c("holders") == 1).fill_null(value=False))


class Absent(Judgement):
    """Something that must not be there: `count` is how often it was seen."""

    count: pl.Int64 = pa.Field(nullable=True)

    @pa.check("key", error="absent")
    def absent(cls, data: PolarsData) -> pl.LazyFrame:
        """Seen never."""
        c = pl.col
        return data.lazyframe.select(~c("evaluable") | (c("count") == 0).fill_null(value=False))


class Covered(Judgement):
    """A share reaches its least value; both as given, `least` NULL where nothing is asked."""

    share: float = pa.Field(nullable=True)
    least: float = pa.Field(nullable=True)

    @pa.check("key", error="covered")
    def covered(cls, data: PolarsData) -> pl.LazyFrame:
        """The share is at least what is asked."""
        c = pl.col
        return data.lazyframe.select(~c("evaluable") | (c("share") >= c("least")).fill_null(value=False))
