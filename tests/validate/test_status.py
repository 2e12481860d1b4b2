"""How final a figure is: "ước" in its text or in its note makes it an estimate, and the rules about several sources know it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import pytest
from judging import Document, judge_documents, resolved, row

if TYPE_CHECKING:
    from pathlib import Path

JOBS: Final = "workers_provided_jobs"

# value, note, obs_kind → status
STATUS: Final = {
    ("5.000", "", "actual"): "A",
    ("ước 5.000", "", "actual"): "E",
    ("ước đạt 5.000", "", "actual"): "E",
    ("ước thực hiện 5.000", "", "actual"): "E",
    ("dự kiến 5.000", "", "actual"): "E",
    ("5.000 (ước)", "", "actual"): "E",
    ("ước 5.000", "sơ bộ", "actual"): "E",
    ("5.000", "sơ bộ", "actual"): "P",
    ("5.000", "ước thực hiện", "actual"): "E",
    ("5.000", "dự kiến; base=2022", "actual"): "E",
    ("5.000", "được trước hạn", "actual"): "A",
    ("dự kiến 5.000", "", "target"): "A",
    ("5.000", "dự kiến", "plan"): "A",
}


def test_the_status_is_read_from_the_text_and_from_the_note(tmp_path: Path) -> None:
    documents = {f"d{n:02}": Document([row(JOBS, value, "người", note=note, obs_kind=kind)]) for n, (value, note, kind) in enumerate(STATUS)}
    con, _ = resolved(tmp_path, documents)
    found = [status for (status,) in con.execute("SELECT status FROM fact JOIN docs USING (folder) ORDER BY docs.name").fetchall()]
    assert dict(zip(STATUS, found, strict=True)) == STATUS


@pytest.mark.parametrize("estimate", [row(JOBS, "ước đạt 5.000", "người"), row(JOBS, "5.000", "người", note="ước")], ids=["in the text", "in the note"])
def test_an_estimate_after_the_final_figure_goes_back_and_one_before_it_is_only_revised(estimate: dict[str, str], tmp_path: Path) -> None:
    final = [row(JOBS, "5.000", "người")]
    documents = {"a": Document(final, {"published": date(2024, 1, 1)}), "b": Document([estimate], {"published": date(2024, 6, 1)})}
    assert [f.rule.id for f in judge_documents(tmp_path / "back", documents, ["S01", "S02"]).findings] == ["S02"]
    documents = {"a": Document([estimate], {"published": date(2024, 1, 1)}), "b": Document([row(JOBS, "5.150", "người")], {"published": date(2024, 6, 1)})}
    found = judge_documents(tmp_path / "revised", documents, ["S01", "S02"]).findings
    assert [(f.rule.id, f.severity) for f in found] == [("S01", "warning")]
