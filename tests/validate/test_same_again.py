"""The same figures give the same findings, in whatever order the threads of the database deliver the rows of a frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from judging import Document, judge_documents, row

from etl.validate import hypotheses
from etl.validate.frames import frame_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from etl.validate.frames.shared import Frame
    from schemas.kinds import Rule

PLACES: Final = ("Hà Giang", "Cao Bằng", "Bắc Kạn", "Tuyên Quang", "Lào Cai", "Điện Biên", "Lai Châu", "Sơn La", "Yên Bái", "Hòa Bình")


def slips() -> list[dict[str, str]]:
    """Ten places, each with a rate and a sum that do not follow from its counts."""
    rows = []
    for at, place in enumerate(PLACES):
        poor, near, all_of_them = 1_000 + 37 * at, 500 + 11 * at, 10_000 + 410 * at
        rows += [
            row("poor_households", f"{poor}", "hộ", ref_area=place),
            row("near_poor_households", f"{near}", "hộ", ref_area=place),
            row("multidimensional_poor_households", f"{poor + near + 20}", "hộ", ref_area=place),
            row("households", f"{all_of_them}", "hộ", ref_area=place),
            row("poor_household_rate", f"{100 * poor / all_of_them + 3:.2f}".replace(".", ","), "%", ref_area=place),
        ]
    return rows


def told(folder: Path) -> Sequence[dict[str, Any]]:
    return [finding.as_json() for finding in judge_documents(folder, {"document": Document(slips())}).findings]


def test_findings_and_their_repairs_hang_on_no_order_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hypotheses, "MOST_FINDINGS", 12)
    monkeypatch.setattr(hypotheses, "MOST_REGROUPED", 5)
    as_delivered = told(tmp_path / "one")
    assert len(as_delivered) > 2 * hypotheses.MOST_FINDINGS
    assert any(hypothesis["kind"] == "limit" for finding in as_delivered for hypothesis in finding["hypotheses"])

    def turned_around(rule: Rule) -> Frame:
        frame = frame_of(rule)
        return replace(frame, sql=f"SELECT * FROM ({frame.sql}) ORDER BY row_number() OVER () DESC")

    for place in ("etl.validate.judge.frame_of", "etl.validate.nearby.frame_of"):
        monkeypatch.setattr(place, turned_around)
    assert told(tmp_path / "two") == as_delivered
