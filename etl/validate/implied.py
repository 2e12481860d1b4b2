"""Values that nobody printed but that follow from what was printed: plans, previous levels, bases of rates, averages (design/rules.md §7).

    21.000 workers are 72,4 % of the plan          → plan      100 × 21.000 / 72,4     = 29.005,5 [28.985,5; 29.025,6]
    the rate fell by 3,70 points to 11,24 %        → previous  11,24 + 3,70            = 14,94 [14,93; 14,95]
    a fall of 4,43 points beats the plan by 0,43   → plan      −4,43 + 0,43            = −4,00 [−4,01; −3,99]
    20.411 poor households are 11,24 %             → base      100 × 20.411 / 11,24    = 181.592,5 [181.511,7; 181.673,4]
    126,516 tỷ for 126.622 people                  → average   126,516 tỷ / 126.622    = 999.162,9 [999.158,9; 999.166,9]

Both printed figures stand in one document and speak of one place and period. Nothing is implied where it is printed already, where a
registered break lies between the two periods, where two readings are possible, or from a figure that is not published. Implied values
are told beside the reported ones and are never evidence: no rule reads this table.

Belongs here: which rules name such pairs, and the table out.implied_figures. Elsewhere: the arithmetic (sql/implied_*.sql), the intervals
of printed numbers (extract/interval.py), the relations that judge what *is* printed (frames/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from etl.validate.statements import statement
from schemas.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from schemas.kinds import Rule

_TABLE: Final = next(table for table in TABLES if table.name == "implied_figures")


def store_implied(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Create out.implied_figures from obs and its dictionaries; the rules say which rates have a base and which amounts a count."""
    rates, amounts = sorted(set(_rates(rules))), sorted(set(_amounts(rules)))
    con.execute(
        statement("implied_relations"),
        {
            "rates": [rate for rate, _, _ in rates],
            "counts": [count for _, count, _ in rates],
            "bases": [base for _, _, base in rates],
            "amounts": [amount for amount, _ in amounts],
            "counted": [count for _, count in amounts],
        },
    )
    # Most small documents have no such pair: two questions take a tenth of the time of planning what follows from none.
    for name, needed in (("implied_cases", "implied_relation"), ("implied_figures", "implied_pair")):
        if not con.execute(f"SELECT 1 FROM {needed} LIMIT 1").fetchall():
            con.execute("DROP TABLE IF EXISTS out.implied_figures")
            con.execute(_TABLE.ddl("out"))
            return
        for sql in statement(name).split(";\n"):
            con.execute(sql)


def _rates(rules: Iterable[Rule]) -> Iterator[tuple[str, str, str]]:
    """Rate, count and base: rules of kind `base`, and triples of shares in per cent."""
    for rule in rules:
        if rule.kind == "base":
            yield from ((str(rate), str(count), str(rule.params["base"])) for count, rate in _listed(rule.params["pairs"]))
        elif rule.kind == "ratio" and rule.params["form"] == "triples" and rule.params["k"] == 100:  # noqa: PLR2004  per cent
            triples = rule.params.get("triples") or [[rule.params.get(name) for name in ("rate", "num", "den")]]
            yield from ((str(rate), str(count), str(base)) for rate, count, base in _listed(triples))


def _amounts(rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """Amount and count: rules that ask what one of the counted costs, and products of a count and a norm."""
    for rule in rules:
        if rule.kind == "band":
            yield from ((str(a), str(b)) for a in _listed(rule.params["a"]) for b in _listed(rule.params["b"]))
        elif rule.kind == "product":
            yield from ((str(amount), str(count)) for amount, _, counts in _listed(rule.params["triples"]) for count in _listed(counts))


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
