"""A printed number is an interval: what its words guarantee (hard), what a reader infers (soft), and how exact its print is (half_width).

Belongs here: the table of hedges, when print precision counts, mirroring of falls; once for one quantity and once as SQL for a table of them, tested
to agree. Elsewhere: reading the text (quantity.py, quantity_sql.py), arithmetic and comparison of intervals (validate). Exact decimals only.

Half of the last printed place is unknown in whatever was rounded when it was printed: anything with decimals or a multiplier word, and anything
measured. Plain counts, plain amounts in đồng, and plans or targets without a multiplier word are exact: nobody rounds a decision.
Whether an end belongs to its interval is not kept: intervals that share an end point meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from etl.extract.quantity import EXACT, FINEST_ULP, Quantity
from etl.model import Hedge, ObsKind

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN: Final = Decimal("1e24")  # stands for an open end in working tables, with its sign; far beyond every value (below 1e18)
MEASURED_KINDS: Final = ("rate", "points", "times", "weight", "area")
PER_UNIT: Final = "per_unit"
# An amount of money per head is paid out and printed to the last đồng; beds per 10.000 people or kg per head come from a division or a scale.
MONEY_PER_UNIT_PREFIXES: Final = ("VND/", "USD/")
DECIDED: Final = (ObsKind.PLAN, ObsKind.TARGET)

_HALF: Final = Decimal("0.5")
_ZERO: Final = Decimal(0)

End = Decimal | None


@dataclass(frozen=True, slots=True)
class Interval:
    """What a printed quantity stands for, its sign applied; None is an open end. Of a range, `value` is the number printed first."""

    value: Decimal
    half_width: Decimal
    hard_lower: End
    hard_upper: End
    soft_lower: End
    soft_upper: End


def is_measured(unit_kind: str | None, *, unit: str = "") -> bool:
    """Tell whether numbers of this unit come from a measurement or a division, so that even an integer is a rounded one.

    >>> is_measured("rate"), is_measured("count"), is_measured("per_unit", unit="kg/người"), is_measured("per_unit", unit="VND/hộ")
    (True, False, True, False)
    """
    if unit_kind == PER_UNIT:
        return not unit.startswith(MONEY_PER_UNIT_PREFIXES)
    return unit_kind in MEASURED_KINDS


def half_width(quantity: Quantity, *, unit_kind: str | None, obs_kind: str | None, unit: str = "") -> Decimal:
    """How far the printed digits may be from what they were rounded from.

    A value that we had to round ourselves to fit the tables (its ulp is FINEST_ULP) is never called exact.
    """
    has_multiplier = quantity.multiplier > 1
    if quantity.ulp != FINEST_ULP and not has_multiplier and (obs_kind in DECIDED or not (quantity.decimals or is_measured(unit_kind, unit=unit))):
        return _ZERO
    return EXACT.multiply(quantity.ulp, _HALF)


def interval_of(quantity: Quantity, *, unit_kind: str | None, obs_kind: str | None, signed: bool, unit: str = "") -> Interval:
    """Give the intervals of a quantity. `signed`: its measure has a direction (a change, a gap), so "giảm 2" is -2; a printed minus always counts."""
    h = half_width(quantity, unit_kind=unit_kind, obs_kind=obs_kind, unit=unit)
    hard, soft = _ends(quantity, h)
    sharp = Interval(quantity.value, h, *hard, *soft)
    return _mirrored(sharp) if quantity.is_negative or (signed and quantity.direction < 0) else sharp


def _ends(quantity: Quantity, h: Decimal) -> tuple[tuple[End, End], tuple[End, End]]:
    """Hard and soft ends of the magnitude."""
    low, high = quantity.value, quantity.value if quantity.upper is None else quantity.upper
    printed = (EXACT.subtract(low, h), EXACT.add(high, h))
    inferred = (EXACT.subtract(low, quantity.granule), EXACT.add(high, quantity.granule))
    match quantity.hedge:
        case Hedge.EXACT | Hedge.RANGE:
            return printed, printed
        case Hedge.MORE_THAN:
            return (printed[0], None), (printed[0], inferred[1])
        case Hedge.NEARLY:
            return (None, printed[1]), (inferred[0], printed[1])
        case Hedge.ABOUT:
            return (None, None), inferred
        case Hedge.AT_LEAST:
            return (low, None), (low, None)
        case Hedge.AT_MOST | Hedge.BELOW:
            return (None, high), (None, high)


def _mirrored(interval: Interval) -> Interval:
    return Interval(
        value=_negative(interval.value),
        half_width=interval.half_width,
        hard_lower=_mirrored_end(interval.hard_upper),
        hard_upper=_mirrored_end(interval.hard_lower),
        soft_lower=_mirrored_end(interval.soft_upper),
        soft_upper=_mirrored_end(interval.soft_lower),
    )


def _mirrored_end(end: End) -> End:
    return None if end is None else _negative(end)


def _negative(number: Decimal) -> Decimal:
    return EXACT.subtract(_ZERO, number)  # unlike a minus sign it makes no -0


def interval_sql(table: str, *, unit_kind: str, unit: str, obs_kind: str, signed: str, keep: Sequence[str]) -> str:
    """Write the SELECT that gives the columns of `keep`, then v, h, lo, hi (hard), slo, shi (soft), all DECIMAL(38,9), open ends as ±OPEN.

    `table` has the columns of quantity_sql; `unit_kind`, `unit`, `obs_kind` and `signed` are columns of it or SQL expressions. A refused row has NULLs.
    """
    return _template().format(
        table=table,
        keep="".join(f"{column}, " for column in keep),
        unit_kind=unit_kind,
        unit=unit,
        obs_kind=obs_kind,
        signed=signed,
        measured_kinds=_listed(MEASURED_KINDS),
        money_per_unit=" OR ".join(f"starts_with(i_unit, '{prefix}')" for prefix in MONEY_PER_UNIT_PREFIXES),
        decided=_listed(DECIDED),
        finest_ulp=f"{FINEST_ULP:f}::DECIMAL(38, 9)",
        open=f"{OPEN:f}::DECIMAL(38, 9)",
    )


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


@cache
def _template() -> str:
    return files("etl.extract").joinpath("sql", "interval.sql").read_text(encoding="utf-8")
