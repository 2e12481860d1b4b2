"""The comparison runs: every rule is timed, and judging again finds the same. (How fast is for the benchmark itself, on a quiet machine.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.bulk import write_bulk
from benchmarks.measure import Cost
from benchmarks.rules import compare, judge_all, row
from etl.validate.rules import load_rules, our_rule_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb
    import pytest

    from schemas.kinds import Rule


def test_every_rule_is_timed_and_all_judgings_are_alike(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = tmp_path / "figures.csv"
    write_bulk(figures, rows=10_000, seed=1, areas=root / "schemas/reference/areas.csv", vietnamese=True)
    seen = []

    def judge_and_look(con: duckdb.DuckDBPyConnection, asked: Sequence[Rule]) -> Cost:
        cost = judge_all(con, asked)
        results = con.execute("SELECT rule, passed, failed, unverifiable FROM out.rule_results ORDER BY rule").fetchall()
        seen.append((results, con.execute("SELECT finding_id, message_vi FROM out.findings ORDER BY ALL").fetchall()))
        return cost

    monkeypatch.setattr("benchmarks.rules.judge_all", judge_and_look)
    costs, alone = compare(figures, number_format="vi", pairs=2)
    assert [len(way) for way in costs] == [2, 2]
    rules = {rule.id for rule in load_rules(our_rule_files())}
    assert alone.keys() == rules
    assert sum(alone.values()) > 0
    assert all(min(cost.cpu_s, cost.wall_s) > 0 for way in costs for cost in way)
    assert row(10_000, costs, alone).startswith(f"| 10,000 | {len(rules)} | ")
    first, second = seen
    assert first == second
    results, findings = first
    assert sum(passed for _, passed, _, _ in results) > 0
    assert findings


def test_the_rules_that_take_longest_are_named_first() -> None:
    costs = [[Cost(1, 2, 10)], [Cost(3, 8, 20)]]
    assert row(5, costs, {"A": 0.5, "B": 3, "C": 0}) == "| 5 | 3 | 1.00 | 3.00 | 8.00 | **4.0** (4.0) | 20 | B 3.00, A 0.50, C 0.00 |"
