"""What the frames share: the Frame itself, filters on series, and the three readings of an interval.

The three readings (design/rules.md §1, §5): *soft* is what a reader infers and decides pass or fail; *cut* is soft widened by the
printed half-width once more (numbers cut off instead of rounded); *hard* is what the words guarantee.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from etl.errors import RuleBroken
from schemas.judgements import OPEN
from schemas.kinds import WHERE_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.kinds import Rule

OPEN_SQL: Final = f"{OPEN}::DECIMAL(38,9)"
EXACT: Final = "DECIMAL(38,9)"
_LARGEST_FACTOR: Final = 999_999_999_999  # of a rate or an amount each, and of what it is multiplied by: their product is then exact
_LARGEST_BASE: Final = 9_999_999_999_999_999


@dataclass(frozen=True, slots=True)
class Frame:
    """The query of one rule. `per_member`: each member of a failing row is a finding of its own (a code judged once for many cells).

    `series`: the SELECT over the dictionaries (of series, places, periods, notes) that the rows are built on. Where it gives nothing there is no row, and
    most rules meet nothing: asking takes a tenth of the time that planning the whole query takes. Never over figures: repairs suppose figures that are not there.
    """

    sql: str
    members: str
    params: Mapping[str, object] = field(default_factory=dict)
    series: str = ""
    per_member: bool = False
    weight: str = "1"


def where_series(rule: Rule, alias: str = "sd") -> tuple[str, dict[str, object]]:
    """The rule's `where` as a condition on the series dictionary, with its parameters."""
    return conditions(rule.params.get("where"), alias, prefix="w")


def conditions(wanted: object, alias: str, *, prefix: str) -> tuple[str, dict[str, object]]:
    """Equality filters on a series: a value, or a list of values of which one must hold. `breakdown = ""` means none."""
    if wanted is None:
        return "TRUE", {}
    if not isinstance(wanted, dict):
        raise RuleBroken("rule-where-not-a-table", found=repr(wanted))
    parts, params = [], {}
    for number, (key, value) in enumerate(wanted.items()):
        if key not in WHERE_KEYS:
            raise RuleBroken("rule-where-unknown-key", key=key)
        name = f"{prefix}{number}"
        values = value if isinstance(value, list) else [value]
        params[name] = [str(v) for v in values]
        column = key.removeprefix("not_")
        parts.append(f"{'NOT ' if key != column else ''}list_contains(${name}, coalesce({alias}.{column}, ''))")
    return " AND ".join(parts) or "TRUE", dict(params)


def texts(rule: Rule, key: str) -> list[str]:
    """A parameter that names one thing or several, as a list."""
    value = rule.params.get(key)
    if value is None:
        return []
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def readings(alias: str, joint: str = ".") -> tuple[tuple[str, str, str], ...]:
    """The three readings of a printed figure: the prefix of its columns, its lower and its upper end. `joint`: what stands between alias and column."""
    one = f"{alias}{joint}"
    return ("", f"{one}slo", f"{one}shi"), ("hard_", f"{one}lo", f"{one}hi"), ("cut_", f"({one}slo - {one}h)", f"({one}shi + {one}h)")


def copied_side(side: str, alias: str, joint: str = ".") -> str:
    """The operand columns of a side that is one printed figure: `obs` row `alias`."""
    ends = ", ".join(f"{low} AS {p}{side}_lower, {high} AS {p}{side}_upper" for p, low, high in readings(alias, joint))
    return f"{ends}, {alias}{joint}v AS {side}_value"


def sums(alias: str, condition: str = "") -> str:
    """Aggregates of a group of figures that are added: s_v, s_h and the four bounds."""
    only = f" FILTER (WHERE {condition})" if condition else ""
    return ", ".join(f"sum({alias}.{c}){only} AS s_{c}" for c in ("v", "h", "slo", "shi", "lo", "hi"))


def summed_side(side: str, alias: str) -> str:
    """The operand columns of a side that is a sum made by `sums`. An open end stays far beyond every printed value in a sum."""
    return copied_side(side, f"{alias}.s", "_")


def product_bounds(side: str, a_low: str, a_high: str, b_low: str, b_high: str) -> str:
    """Bounds of a product of two intervals that are not negative; an end that is open on either side is open in the product.

    So is one too large for an exact product: nothing follows from it, and no cast may stop the run.
    """
    return (
        f"CASE WHEN {a_low} NOT BETWEEN 0 AND {_LARGEST_FACTOR} OR {b_low} NOT BETWEEN 0 AND {_LARGEST_BASE} THEN -{OPEN_SQL} "
        f"ELSE product_below({a_low}, {b_low}) END AS {side}_lower, "
        f"CASE WHEN abs({a_high}) > {_LARGEST_FACTOR} OR abs({b_high}) > {_LARGEST_BASE} THEN {OPEN_SQL} "
        f"ELSE product_above({a_high}, {b_high}) END AS {side}_upper"
    )


def constant_side(side: str, value: str) -> str:
    """The operand columns of a side that is a fixed number."""
    number = f"{value}::{EXACT}"
    names = [f"{side}_lower", f"{side}_upper", f"hard_{side}_lower", f"hard_{side}_upper", f"cut_{side}_lower", f"cut_{side}_upper", f"{side}_value"]
    return ", ".join(f"{number} AS {name}" for name in names)
