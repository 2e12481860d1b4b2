"""What the reference data say decides what is compared: bridges over breaks, and which places make a whole at their time."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import judging
import pytest
from judging import Document, judge_documents, row

from schemas.catalogue import load_reference

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

ACROSS = [
    row("poor_household_rate", "14,94", "%", time_period="2021"),
    row("poor_household_rate", "11,24", "%", time_period="2022"),
    row("poor_household_rate", "giảm 3,10", "điểm %", measure="change_pp", time_period="2022", note="base=2021"),
]


def found(folder: Path, rules: list[str]) -> dict[str, str]:
    """What the rules say of a change across the poverty line of 2022 that does not fit its two levels."""
    judged = judge_documents(folder, {"document": Document(ACROSS)}, rules, explained=False)
    return {f.rule.id: f.severity for f in judged.findings if f.verdict == "fail"}


def test_a_break_stops_a_comparison_and_a_bridge_lets_it_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(tmp_path / "broken", ["T01", "T06"]) == {"T06": "info"}

    def load_with_bridge(con: duckdb.DuckDBPyConnection) -> None:
        load_reference(con)
        con.execute("UPDATE ref_breaks SET bridge = '2021 theo cả hai chuẩn' WHERE id LIKE 'poverty-2022:%'")

    monkeypatch.setattr(judging, "load_reference", load_with_bridge)
    assert found(tmp_path / "bridged", ["T01", "T06"]) == {"T01": "error"}


def delta(root: Path) -> list[str]:
    """The provinces of the Red River Delta before 1 August 2008."""
    with (root / "schemas/reference/region_members.csv").open(encoding="utf-8", newline="") as file:
        return [member["province_name"] for member in csv.DictReader(file) if member["region_code"] == "R1" and member["vintage"] in {"2004", "2023"}]


@pytest.mark.parametrize(("total", "is_found"), [("120", False), ("121", True)])
def test_the_provinces_of_2007_add_up_to_their_region_with_ha_tay(total: str, *, is_found: bool, root: Path, tmp_path: Path) -> None:
    provinces = delta(root)
    assert len(provinces) == 12
    rows = [row("schools", "10", "trường", ref_area=name, time_period="2007") for name in provinces]
    rows.append(row("schools", total, "trường", ref_area="Đồng bằng sông Hồng", time_period="2007"))
    judged = judge_documents(tmp_path, {"document": Document(rows)}, ["G05"], explained=False)
    assert judged.verdicts("document", "G05") == {"fail" if is_found else "pass": 1}
    assert [(f.severity, len(f.members)) for f in judged.findings] == ([("error", 13)] if is_found else [])
