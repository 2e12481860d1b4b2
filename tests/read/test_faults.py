"""A fault holds facts; the catalogue makes a sentence of them."""

from __future__ import annotations

from etl.read.faults import Fault


def test_a_fault_gives_all_its_facts_but_the_code() -> None:
    fault = Fault("figures-column-missing", record=1, column="unit", found="a,b", expected="unit")
    assert fault.facts() == {"record": 1, "column": "unit", "found": "a,b", "expected": "unit", "offset": None, "hint": None}
