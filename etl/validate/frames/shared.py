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


@dataclass(frozen=True, slots=True)
class Frame:
    """The query of one rule. `per_member`: each member of a failing row is a finding of its own (a code judged once for many cells)."""

    sql: str
    members: str
    params: Mapping[str, object] = field(default_factory=dict)
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


def narrowed(number: str) -> str:
    """A figure with three decimals, as DECIMAL(20,3).

    Trap: DuckDB divides decimals of 128 bits bit by bit, twenty times slower than those of 64 bits; nearly all figures fit into these.
    """
    return f"CASE WHEN {number} BETWEEN -999999999 AND 999999999 THEN {number}::DECIMAL(18,9)::DECIMAL(18,3)::DECIMAL(20,3) ELSE {number}::DECIMAL(20,3) END"


def narrowed_rate(number: str) -> str:
    """A figure below a billion with six decimals, as DECIMAL(18,6); by way of 64 bits, as above."""
    return f"{number}::DECIMAL(18,9)::DECIMAL(18,6)"


def copied_side(side: str, alias: str) -> str:
    """The operand columns of a side that is one printed figure: `obs` row `alias`."""
    return (
        f"{alias}.slo AS {side}_lower, {alias}.shi AS {side}_upper, {alias}.lo AS hard_{side}_lower, {alias}.hi AS hard_{side}_upper, "
        f"{alias}.slo - {alias}.h AS cut_{side}_lower, {alias}.shi + {alias}.h AS cut_{side}_upper, {alias}.v AS {side}_value"
    )


def sums(alias: str, condition: str = "") -> str:
    """Aggregates of a group of figures that are added: s_v, s_h and the four bounds."""
    only = f" FILTER (WHERE {condition})" if condition else ""
    return ", ".join(f"sum({alias}.{c}){only} AS s_{c}" for c in ("v", "h", "slo", "shi", "lo", "hi"))


def summed_side(side: str, alias: str) -> str:
    """The operand columns of a side that is a sum made by `sums`. An open end stays far beyond every printed value in a sum."""
    return (
        f"{alias}.s_slo AS {side}_lower, {alias}.s_shi AS {side}_upper, {alias}.s_lo AS hard_{side}_lower, {alias}.s_hi AS hard_{side}_upper, "
        f"{alias}.s_slo - {alias}.s_h AS cut_{side}_lower, {alias}.s_shi + {alias}.s_h AS cut_{side}_upper, {alias}.s_v AS {side}_value"
    )


def constant_side(side: str, value: str) -> str:
    """The operand columns of a side that is a fixed number."""
    number = f"{value}::{EXACT}"
    names = [f"{side}_lower", f"{side}_upper", f"hard_{side}_lower", f"hard_{side}_upper", f"cut_{side}_lower", f"cut_{side}_upper", f"{side}_value"]
    return ", ".join(f"{number} AS {name}" for name in names)
