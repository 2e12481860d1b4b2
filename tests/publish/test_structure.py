"""What does not fit its declaration is never published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etl.errors import WarehouseError
from etl.publish import structure

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def refusal(working: ModuleType, folder: Path, rows: dict[str, list[dict[str, object]]]) -> tuple[object, str]:
    with pytest.raises(WarehouseError) as broken:
        working.build(folder, "run1", rows=rows)
    assert broken.value.code == "structure-broken"
    details = broken.value.facts["details"]
    assert isinstance(details, tuple)
    return broken.value.facts["table"], " / ".join(details)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("observations.hedge", "perhaps", "hedge: isin"),
        ("observations.decimals", -1, "decimals: greater_than_or_equal_to(0): 1 × (-1)"),
        ("findings.severity", "fatal", "severity: isin"),
        ("excluded.reason", "boring", "reason: isin"),
        ("rule_results.seen", -3, "seen: greater_than_or_equal_to(0): 1 × (-3)"),
        ("implied_figures.obs_status", "A", "obs_status: isin"),
    ],
)
def test_a_value_outside_its_declaration_is_refused(column: str, value: object, told: str, working: ModuleType, tmp_path: Path) -> None:
    rows = working.content()
    table, name = column.split(".")
    rows[table][0][name] = value
    where, details = refusal(working, tmp_path, rows)
    assert where == table
    assert details.startswith(told)


def test_a_missing_value_is_refused(working: ModuleType, tmp_path: Path) -> None:
    rows = working.content()
    rows["observations"][0]["indicator"] = None
    table, told = refusal(working, tmp_path, rows)
    assert table == "observations"
    assert "NOT NULL constraint failed: observations.indicator" in told


@pytest.mark.parametrize(("table", "key"), [("observations", "observation_id"), ("findings", "finding_id"), ("finding_members", "finding_id, position")])
def test_a_key_that_stands_twice_is_refused(table: str, key: str, working: ModuleType, tmp_path: Path) -> None:
    rows = working.content()
    rows[table].append({**rows[table][0], "text": "once more"})
    assert refusal(working, tmp_path, rows) == (table, f"{key}: unique: 1 × ({'|'.join(str(rows[table][0][name]) for name in key.split(', '))})")


def test_a_figure_that_ends_in_two_places_is_refused(working: ModuleType, tmp_path: Path) -> None:
    rows = working.content()
    rows["excluded"].append(working.refused(2, "52,7", reason="repeat"))
    assert refusal(working, tmp_path, rows) == ("figures", f"figure_id: stands once in the ledger: 1 × ({working.uid(2, 1)})")


def test_many_violations_are_counted_and_a_few_are_shown(working: ModuleType, tmp_path: Path) -> None:
    rows = working.content()
    for row in rows["observations"]:
        row["obs_kind"] = "dream"
    assert refusal(working, tmp_path, rows)[1].endswith("10 × (dream, dream, dream, …)")


def test_every_chunk_is_looked_at(working: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "CHUNK_ROWS", 4)
    rows = working.content()
    rows["observations"][-1]["hedge"] = rows["findings"][-1]["verdict"] = "perhaps"
    assert refusal(working, tmp_path, rows)[1].endswith("1 × (perhaps)")
    rows["observations"][-1]["hedge"] = "exact"
    (tmp_path / "b").mkdir()
    assert refusal(working, tmp_path / "b", rows) == ("findings", "verdict: isin(['fail', 'unverifiable']): 1 × (perhaps)")
