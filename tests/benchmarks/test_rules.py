"""The comparison runs: every rule is timed once a judging, and judging again finds the same. (How fast is for the benchmark itself, on a quiet machine.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.bulk import write_bulk
from benchmarks.measure import Cost
from benchmarks.rules import Moment, by_rule, compare, judge_all, row
from etl.validate.rules import load_rules, our_rule_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb
    import pytest

    from schemas.kinds import Rule


def test_every_rule_is_timed_in_every_judging_and_all_judgings_are_alike(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = tmp_path / "figures.csv"
    write_bulk(figures, rows=10_000, seed=1, areas=root / "schemas/reference/areas.csv", vietnamese=True)
    seen = []

    def judge_and_look(con: duckdb.DuckDBPyConnection, asked: Sequence[Rule], told: list[list[Moment]]) -> Cost:
        cost = judge_all(con, asked, told)
        results = con.execute("SELECT rule, passed, failed, unverifiable FROM out.rule_results ORDER BY rule").fetchall()
        seen.append((results, con.execute("SELECT finding_id, message_vi FROM out.findings ORDER BY ALL").fetchall()))
        return cost

    monkeypatch.setattr("benchmarks.rules.judge_all", judge_and_look)
    costs, told = compare(figures, number_format="vi", pairs=2)
    assert [len(way) for way in costs] == [2, 2]
    rules = {rule.id for rule in load_rules(our_rule_files())}
    assert [{moment.rule for moment in moments[1:]} for moments in told] == [rules, rules]
    assert all(min(cost.cpu_s, cost.wall_s) > 0 for way in costs for cost in way)
    assert row(10_000, costs, told).startswith(f"| 10,000 | {len(rules)} | ")
    first, second = seen
    assert first == second
    results, findings = first
    assert sum(passed for _, passed, _, _ in results) > 0
    assert findings


def test_a_rule_takes_from_its_beginning_to_that_of_the_next() -> None:
    told = [[Moment("", 0, 0), Moment("A", 1, 1), Moment("B", 2, 4), Moment("C", 3, 4.5)]]
    assert by_rule(told) == {"A": 3, "B": 0.5}
    costs = [[Cost(1, 2, 10)], [Cost(3, 8, 20)]]
    assert row(5, costs, told) == "| 5 | 3 | 1.00 | 3.00 | 8.00 | **4.0** (4.0) | 20 | A 3.00, B 0.50 |"
