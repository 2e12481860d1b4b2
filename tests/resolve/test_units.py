"""Printed units."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.resolve.statements import reference
from etl.resolve.units import UnitAnswer, resolve_unit, resolve_units, unit_catalogue


@pytest.mark.parametrize(
    ("printed", "unit", "kind", "multiplier"),
    [
        ("hộ", "hộ", "count", 1),
        ("HỘ GIA ĐÌNH", "hộ", "count", 1),
        ("đồng", "VND", "money", 1),
        ("VNÐ", "VND", "money", 1),
        ("triệu đồng", "VND", "money", 10**6),
        ("Tỷ đồng", "VND", "money", 10**9),
        ("tỉ đồng", "VND", "money", 10**9),
        ("nghìn tỷ đồng", "VND", "money", 10**12),
        ("trăm triệu đồng", "VND", "money", 10**8),
        ("tỷđồng", "VND", "money", 10**9),
        ("trđ", "VND", "money", 10**6),
        ("tr.đ", "VND", "money", 10**6),
        ("tr. đồng", "VND", "money", 10**6),
        ("1000 đồng", "VND", "money", 1000),
        ("1.000.000 đồng", "VND", "money", 10**6),
        ("1.000 người", "người", "count", 1000),
        ("nghìn người", "người", "count", 1000),
        ("triệu lượt người", "lượt người", "count", 10**6),
        ("triệu đồng/hộ", "VND/hộ", "per_unit", 10**6),
        ("Nghìn đồng / người / tháng", "VND/người/tháng", "per_unit", 1000),
        ("nghìn ha", "ha", "area", 1000),
        ("tấn", "tấn", "weight", 1),
        ("m²", "m2", "area", 1),
        ("%", "%", "rate", 1),
        ("(%)", "%", "rate", 1),
        ("điểm %", "điểm %", "points", 1),
        ("Đơn vị tính: Tỷ đồng", "VND", "money", 10**9),
        ("ĐVT: %", "%", "rate", 1),
        ("thạc sĩ, cử nhân", "người", "count", 1),
        ("tỷ", "tỷ", "multiplier", 10**9),
        ("nghìn tỷ", "nghìn tỷ", "multiplier", 10**12),
        ("tr", "triệu", "multiplier", 10**6),
    ],
)
def test_a_printed_unit_is_a_catalogue_unit_and_a_factor(printed: str, unit: str, kind: str, multiplier: int) -> None:
    answer = resolve_unit(printed)
    assert answer.unit is not None
    assert (answer.status, answer.unit.name, answer.unit.kind, answer.multiplier) == ("resolved", unit, kind, multiplier)


@pytest.mark.parametrize("name", ["người", "cá nhân", "trường hợp", "xã", "huyện", "điểm"])
def test_a_units_own_name_beats_the_alias_of_another(name: str) -> None:
    answer = resolve_unit(name)
    assert answer.unit is not None
    assert answer.unit.name == name


@pytest.mark.parametrize("printed", ["địa phương", "nghìn địa phương"])
def test_an_alias_of_two_units_is_ambiguous(printed: str) -> None:
    assert resolve_unit(printed) == UnitAnswer("ambiguous", candidates=("huyện", "tỉnh"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "printed",
    ["", None, "hộ nghèo", "triệu %", "nghìn điểm %", "tỷ tỷ tỷ đồng", "đồng/hộ/năm", "tr.em", "trem", "tỷhộ", "10 người", "1.000", "tỷ " * 5000],
)
def test_what_is_no_unit_is_unknown(printed: str | None) -> None:
    answer = resolve_unit(printed)
    assert (answer.status, answer.unit, answer.multiplier) == ("unknown", None, 1)


def test_every_spelling_of_the_catalogue_is_read_as_the_catalogue_says() -> None:
    with Path(reference("units")).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    spellings = [(spelling, row["unit"]) for row in rows for spelling in (row["unit"], *filter(None, row["aliases"].split("|")))]
    names = {row["unit"].lower() for row in rows}
    owners = Counter(spelling.lower() for spelling, _ in spellings)
    for spelling, unit in spellings:
        answer = resolve_unit(spelling)
        if spelling.lower() in names:
            assert answer.unit
            assert answer.unit.name.lower() == spelling.lower()
        elif owners[spelling.lower()] > 1 and len({u for s, u in spellings if s.lower() == spelling.lower()}) > 1:
            assert answer.status == "ambiguous"
        elif spelling != "trđ":  # an alias of triệu, but it names its money
            assert answer.unit
            assert answer.unit.name == unit


def test_every_unit_of_an_indicator_is_in_the_catalogue() -> None:
    with Path(reference("indicators")).open(encoding="utf-8", newline="") as file:
        units = {row["unit"] for row in csv.DictReader(file)}
    assert units <= {unit.name for unit in unit_catalogue().names.values()}


@given(st.text(max_size=70) | st.lists(st.sampled_from(["nghìn", "tỷ", "tr", "đ", "đồng", "/", "hộ", " ", ".", "1000"]), max_size=12).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    answer = resolve_unit(text)
    assert (answer.unit is None) == (answer.status != "resolved")
    assert 1 <= answer.multiplier <= 10**18


def test_a_table_of_labels_is_answered_once_each() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TEMP TABLE unit_request AS SELECT unnest(['triệu đồng', 'triệu đồng', 'nguoi dan', 'địa phương', '', NULL]) AS label")
        resolve_units(con)
        rows = con.execute("SELECT * FROM unit_answer ORDER BY label").fetchall()
    assert rows == [
        ("", None, None, 1, "unknown", []),
        ("nguoi dan", None, None, 1, "unknown", ["người"]),
        ("triệu đồng", "VND", "money", 10**6, "resolved", []),
        ("địa phương", None, None, 1, "ambiguous", ["huyện", "tỉnh"]),
        (None, None, None, 1, "unknown", []),
    ]
