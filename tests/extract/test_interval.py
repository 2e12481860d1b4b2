from __future__ import annotations

from dataclasses import fields
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import duckdb
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.extract.interval import MEASURED_KINDS, OPEN, Interval, half_width, interval_of, interval_sql, is_measured
from etl.extract.numeral import printed_numeral
from etl.extract.quantity import FINEST_ULP, Quantity, parse_quantity
from etl.extract.quantity_sql import quantity_sql
from etl.model import Hedge, NumberFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

End = Decimal | int | str | None
TY = 10**9


def quantity(text: str) -> Quantity:
    reading = parse_quantity(text)
    assert isinstance(reading, Quantity), (text, reading)
    return reading


def interval(text: str, *, unit_kind: str = "count", obs_kind: str = "actual", signed: bool = False, unit: str = "") -> Interval:
    return interval_of(quantity(text), unit_kind=unit_kind, obs_kind=obs_kind, signed=signed, unit=unit)


def ends(*numbers: End) -> tuple[Decimal | None, ...]:
    return tuple(None if number is None else Decimal(number) for number in numbers)


@pytest.mark.parametrize(
    ("text", "unit_kind", "hard", "soft"),
    [
        ("2.680", "count", (2680, 2680), (2680, 2680)),
        ("toàn bộ 2.680", "count", (2680, 2680), (2680, 2680)),
        ("52,7", "rate", ("52.65", "52.75"), ("52.65", "52.75")),
        ("80", "rate", ("79.5", "80.5"), ("79.5", "80.5")),
        ("27 nghìn", "count", (26_500, 27_500), (26_500, 27_500)),
        ("hơn 25.000", "count", (25_000, None), (25_000, 26_000)),
        ("trên 80", "rate", ("79.5", None), ("79.5", 90)),
        ("gần 55,5 tỷ", "money", (None, 55_550_000_000), (55_400_000_000, 55_550_000_000)),
        ("gần 21.000", "count", (None, 21_000), (20_000, 21_000)),
        ("khoảng 800", "count", (None, None), (700, 900)),
        ("ít nhất 800", "count", (800, None), (800, None)),
        ("từ 1,5 trở lên", "rate", ("1.5", None), ("1.5", None)),
        ("tối đa 800", "count", (None, 800), (None, 800)),
        ("dưới 4", "rate", (None, 4), (None, 4)),
        ("từ 40 đến 90 triệu", "money", (39_500_000, 90_500_000), (39_500_000, 90_500_000)),
        ("3-5", "count", (3, 5), (3, 5)),
        ("khoảng 3-5", "count", (None, None), (2, 6)),
    ],
)
def test_the_table_of_hedges(text: str, unit_kind: str, hard: tuple[End, End], soft: tuple[End, End]) -> None:
    found = interval(text, unit_kind=unit_kind)
    assert (found.hard_lower, found.hard_upper, found.soft_lower, found.soft_upper) == ends(*hard, *soft)


@pytest.mark.parametrize(
    ("text", "unit_kind", "obs_kind", "unit", "h"),
    [
        ("2.680", "count", "actual", "hộ", "0"),
        ("2.680,5", "count", "actual", "hộ", "0.05"),
        ("450.000", "money", "actual", "VND", "0"),
        ("450.000", "per_unit", "actual", "VND/người/tháng", "0"),
        ("55,5 tỷ", "money", "actual", "VND", "50000000"),
        ("1,2 triệu", "per_unit", "actual", "VND/hộ", "50000"),
        ("15", "per_unit", "actual", "kg/người", "0.5"),
        ("28", "per_unit", "actual", "giường/vạn dân", "0.5"),
        ("80", "rate", "actual", "%", "0.5"),
        ("3", "points", "actual", "điểm %", "0.5"),
        ("3", "times", "actual", "lần", "0.5"),
        ("120", "area", "actual", "ha", "0.5"),
        ("120", "weight", "actual", "tấn", "0.5"),
        ("80", "rate", "plan", "%", "0"),
        ("9,5", "rate", "target", "%", "0"),
        ("55 tỷ", "money", "plan", "VND", "500000000"),
        ("80", None, None, "", "0"),
        ("9,1234567891", "rate", "plan", "%", "0.000000001"),  # rounded by us: not the number that was decided
    ],
)
def test_print_precision_counts_where_something_was_rounded(text: str, unit_kind: str | None, obs_kind: str | None, unit: str, h: str) -> None:
    assert half_width(quantity(text), unit_kind=unit_kind, obs_kind=obs_kind, unit=unit) == Decimal(h)


def test_a_kind_of_unit_tells_measured_from_counted() -> None:
    kinds = ("count", "money", "per_unit", "rate", "points", "times", "weight", "area", "multiplier")
    assert {kind for kind in kinds if is_measured(kind, unit="VND/hộ")} == set(MEASURED_KINDS)
    assert not is_measured(None)


@pytest.mark.parametrize(
    ("text", "signed", "value", "hard"),
    [
        ("giảm 3,7", True, "-3.7", ("-3.75", "-3.65")),
        ("giảm 3,7", False, "3.7", ("3.65", "3.75")),
        ("-3,7", False, "-3.7", ("-3.75", "-3.65")),
        ("giảm (-2)", True, "-2", ("-2.5", "-1.5")),
        ("giảm hơn 3", True, "-3", (None, "-2.5")),
        ("giảm ít nhất 3", True, "-3", (None, "-3")),
        ("giảm từ 3 đến 5", True, "-3", ("-5.5", "-2.5")),
        ("tăng 3", True, "3", ("2.5", "3.5")),
        ("giảm 0", True, "0", ("-0.5", "0.5")),
    ],
)
def test_falls_are_mirrored_where_the_measure_has_a_direction(text: str, signed: bool, value: str, hard: tuple[End, End]) -> None:  # noqa: FBT001
    found = interval(text, unit_kind="points", signed=signed)
    assert (found.value, found.hard_lower, found.hard_upper) == ends(value, *hard)
    assert not found.value.is_signed() or found.value < 0


# --- properties ----------------------------------------------------------------------------------------------------------------------------------

MAGNITUDES = st.decimals(0, 10**17, places=9)
POWERS = st.integers(-8, 12).map(lambda power: Decimal(1).scaleb(power))
KINDS = st.sampled_from([None, "count", "money", "per_unit", "rate", "points", "times", "weight", "area"])
OBS_KINDS = st.sampled_from([None, "actual", "plan", "target"])
UNITS = st.sampled_from(["", "%", "VND/hộ", "kg/người"])


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    hedge = draw(st.sampled_from(Hedge))
    numbers = sorted([draw(MAGNITUDES), draw(MAGNITUDES)])
    is_negative = draw(st.booleans())
    ulp, granule = sorted([draw(POWERS), draw(POWERS)])
    return Quantity(
        direction=-1 if is_negative else draw(st.sampled_from([-1, 0, 1])),
        is_negative=is_negative,
        hedge=hedge,
        value=numbers[0],
        upper=numbers[1] if hedge is Hedge.RANGE or (hedge is Hedge.ABOUT and draw(st.booleans())) else None,
        decimals=draw(st.integers(0, 3)),
        multiplier=draw(st.sampled_from([1, 1, 1000, 10**9])),
        ulp=draw(st.sampled_from([ulp, ulp, FINEST_ULP])),
        granule=granule,
        unit_text="",
    )


Judged = tuple[Quantity, str | None, str, str | None, bool]
JUDGED = st.tuples(quantities(), KINDS, UNITS, OBS_KINDS, st.booleans())


def by_python(judged: Judged) -> Interval:
    printed, unit_kind, unit, obs_kind, signed = judged
    return interval_of(printed, unit_kind=unit_kind, unit=unit, obs_kind=obs_kind, signed=signed)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def by_sql(con: duckdb.DuckDBPyConnection, several: list[Judged]) -> list[tuple[Decimal | None, ...]]:
    exact = pyarrow.decimal128(38, 9)
    types = {"value": exact, "upper": exact, "ulp": exact, "granule": exact}
    columns = {field.name: pyarrow.array([getattr(judged[0], field.name) for judged in several], types.get(field.name)) for field in fields(Quantity)}
    columns["upper"] = pyarrow.array([judged[0].upper for judged in several], exact)
    for place, name in enumerate(("unit_kind", "unit", "obs_kind"), start=1):
        columns[name] = pyarrow.array([judged[place] for judged in several], pyarrow.string())
    columns |= {"is_signed": pyarrow.array([judged[4] for judged in several]), "row_no": pyarrow.array(range(len(several)))}
    con.register("quantity_rows", pyarrow.table(columns))
    query = interval_sql("quantity_rows", unit_kind="unit_kind", unit="unit", obs_kind="obs_kind", signed="is_signed", keep=["row_no"])
    answer = con.execute(f"SELECT v, h, lo, hi, slo, shi FROM ({query}) ORDER BY row_no").fetchall()
    con.unregister("quantity_rows")
    return answer


def with_open_ends(found: Interval) -> tuple[Decimal, ...]:
    lower = [-OPEN if end is None else end for end in (found.hard_lower, found.soft_lower)]
    upper = [OPEN if end is None else end for end in (found.hard_upper, found.soft_upper)]
    return found.value, found.half_width, lower[0], upper[0], lower[1], upper[1]


@given(several=st.lists(JUDGED, min_size=1, max_size=20))
def test_a_table_of_quantities_gives_the_intervals_of_its_rows(con: duckdb.DuckDBPyConnection, several: list[Judged]) -> None:
    assert by_sql(con, several) == [with_open_ends(by_python(judged)) for judged in several]


def test_a_refused_row_has_no_interval(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE printed AS SELECT 'không rõ' AS value, 'vi' AS number_format")
    con.execute(f"CREATE OR REPLACE TEMP TABLE refused AS {quantity_sql('printed', keep=[])}")
    query = interval_sql("refused", unit_kind="'rate'", unit="NULL", obs_kind="'actual'", signed="true", keep=[])
    assert con.execute(query).fetchall() == [(None,) * 6]
    assert {kind for _, kind, *_ in con.execute(f"DESCRIBE {query}").fetchall()} == {"DECIMAL(38,9)"}


@given(judged=JUDGED)
def test_what_words_guarantee_contains_what_a_reader_infers(judged: Judged) -> None:
    _, _, lower, upper, soft_lower, soft_upper = with_open_ends(by_python(judged))
    assert lower <= soft_lower <= soft_upper <= upper


@given(judged=JUDGED)
def test_the_printed_value_lies_in_its_interval_unless_it_is_itself_the_excluded_end(judged: Judged) -> None:
    value, _, lower, upper, *_ = with_open_ends(by_python(judged))
    assert lower <= value <= upper


@given(judged=JUDGED)
def test_a_fall_is_the_mirror_image_of_a_rise(judged: Judged) -> None:
    printed, unit_kind, unit, obs_kind, _ = judged
    rise, fall = (with_open_ends(by_python((_turned(printed, direction), unit_kind, unit, obs_kind, True))) for direction in (1, -1))
    assert fall == (-rise[0], rise[1], -rise[3], -rise[2], -rise[5], -rise[4])


def _turned(printed: Quantity, direction: int) -> Quantity:
    return Quantity(**{field.name: getattr(printed, field.name) for field in fields(Quantity)} | {"direction": direction, "is_negative": False})


@given(
    true_value=st.decimals(0, 10**8, places=6),
    places=st.integers(0, 4),
    scale=st.sampled_from([("", 1), (" nghìn", 10**3), (" triệu", 10**6), (" tỷ", 10**9)]),
    rounding=st.sampled_from([ROUND_HALF_EVEN, ROUND_HALF_UP]),
)
def test_a_printed_rounding_has_its_origin_inside_its_hard_interval(true_value: Decimal, places: int, scale: tuple[str, int], rounding: str) -> None:
    word, factor = scale
    found = interval(printed(true_value, places, rounding) + word, unit_kind="rate")
    assert found.hard_lower is not None
    assert found.hard_upper is not None
    assert found.hard_lower <= true_value * factor <= found.hard_upper


@given(true_value=st.decimals(0, 10**8, places=6), places=st.integers(0, 4))
def test_hedged_truncations_are_true(true_value: Decimal, places: int) -> None:
    more_than = interval("hơn " + printed(true_value, places, ROUND_DOWN), unit_kind="rate")
    nearly = interval("gần " + printed(true_value, places, ROUND_CEILING), unit_kind="rate")
    assert more_than.hard_lower is not None
    assert more_than.hard_lower <= true_value
    assert nearly.hard_upper is not None
    assert nearly.hard_upper >= true_value


@given(count=st.integers(0, 10**15))
def test_a_plain_count_is_exactly_itself(count: int) -> None:
    found = interval(printed_numeral(str(count), NumberFormat.VI))
    assert found == Interval(Decimal(count), Decimal(0), Decimal(count), Decimal(count), Decimal(count), Decimal(count))


def printed(true_value: Decimal, places: int, rounding: str) -> str:
    return printed_numeral(f"{true_value.quantize(Decimal(1).scaleb(-places), rounding=rounding):f}", NumberFormat.VI)
