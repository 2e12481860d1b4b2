"""The gate: what is waived does not count, thresholds are exact, and each reason is a sentence."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from etl.gate import failed_gate
from etl.project import Gate


def found(*, severity: str = "error", verdict: str = "fail", waived: bool = False, gate: bool = False) -> Any:
    return SimpleNamespace(severity=severity, verdict=verdict, waived=waived, rule=SimpleNamespace(gate=gate), message_vi="Kết luận")


def validated(*findings: Any, read: int = 10, quarantined: int = 0) -> Any:
    return SimpleNamespace(findings=findings, rows_read=read, rows_quarantined=quarantined)


def test_without_thresholds_errors_in_the_data_pass() -> None:
    assert failed_gate(Gate(), validated(found(), found(), quarantined=10)) == []


@pytest.mark.parametrize(("told", "reasons"), [({}, ["Kết luận"]), ({"waived": True}, []), ({"verdict": "unverifiable"}, [])])
def test_a_failed_process_rule_closes_it_unless_waived(told: dict[str, Any], reasons: list[str]) -> None:
    assert failed_gate(Gate(), validated(found(gate=True, **told))) == reasons


def test_as_many_errors_as_allowed_pass_and_one_more_does_not() -> None:
    two = (found(), found(), found(waived=True), found(severity="warning"))
    assert failed_gate(Gate(max_errors=2), validated(*two)) == []
    [reason] = failed_gate(Gate(max_errors=1), validated(*two))
    assert "2" in reason


def test_the_share_of_refused_rows_is_held_against_its_limit() -> None:
    limit = Gate(max_quarantined_share=Decimal("0.2"))
    assert failed_gate(limit, validated(quarantined=2)) == []
    assert len(failed_gate(limit, validated(quarantined=3))) == 1
    assert failed_gate(limit, validated(read=0)) == []
