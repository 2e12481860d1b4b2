"""Figures are handled as columns: ten times as many rows cost not one more call of our own code, from reading numbers to the last rule."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import duckdb
import pyarrow
import pyarrow.csv
import pytest
from judging import row

import etl
from etl.model import NumberFormat, RawFile, Source
from etl.read.figures_csv import COLUMNS, create_raw_tables, read_figures_csv
from etl.resolve.observations import describe_sources, resolve_observations
from etl.validate.rules import load_rules, our_rule_files
from etl.validate.validate import validate
from schemas.catalogue import load_reference

if TYPE_CHECKING:
    from types import CodeType, FrameType

    from schemas.kinds import Rule

ROOT: Final = str(Path(str(etl.__file__)).parent)
PLACES: Final = 50
GROUPS: Final = 40
YEARS: Final = tuple(str(year) for year in range(2014, 2024))
ALL: Final = PLACES * GROUPS * len(YEARS)
FEW: Final = ALL // len(YEARS)


def table(places: list[str], count: int) -> pyarrow.Table:
    """So many clean rows. The few name every place, every group and every year that the many name: what is looked up once is the same."""
    every = [(place, group, year) for place in places for group in range(GROUPS) for year in YEARS]
    if count == FEW:
        every = [(place, group, YEARS[(at + group) % len(YEARS)]) for at, place in enumerate(places) for group in range(GROUPS)]
        every[-1] = (*every[0][:2], YEARS[-1])  # a series of two years, so that rules over years see something too
    rows = [
        row("emergency_relief_recipients", f"1.{100 + group}", "lượt người", breakdown=f"zone=z{group}", ref_area=place, time_period=year)
        for place, group, year in every
    ]
    assert len(rows) == count
    assert len({one["time_period"] for one in rows}) == len(YEARS)
    return pyarrow.table({name: pyarrow.array([one[name] or None for one in rows], pyarrow.string()) for name in COLUMNS})


class Calls:
    """Counts the calls of our own functions between `with` and its end."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self._ours: dict[CodeType, bool] = {}

    def _see(self, frame: FrameType, event: str, _arg: object) -> None:
        if event == "call":
            code = frame.f_code
            ours = self._ours.get(code)
            if ours is None:
                ours = self._ours[code] = code.co_filename.startswith(ROOT)
            if ours:
                self.of[f"{code.co_filename.removeprefix(ROOT)}:{code.co_qualname}"] += 1

    def __enter__(self) -> Self:
        sys.setprofile(self._see)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)


def judged(rows: pyarrow.Table, rules: tuple[Rule, ...]) -> tuple[Counter[str], int, int]:
    """Calls of our code, findings, and rows published, for one document with these rows."""
    with duckdb.connect() as con:
        load_reference(con)
        create_raw_tables(con)
        con.register("_rows", rows)
        con.execute(f"INSERT INTO raw_rows SELECT 0, row_number() OVER () + 1, {', '.join(COLUMNS)} FROM _rows")
        con.unregister("_rows")
        nothing: dict[str, Any] = dict.fromkeys(("publisher", "published", "url", "citation", "licence", "ref_area", "time_period"))
        source = Source(folder="a", path=Path("a"), title="", language="vi", number_format=NumberFormat.VI, has_mapping=True, **nothing)
        describe_sources(con, [source], [(0, RawFile("a/figures.csv", "a", Path("a"), 0, 0, ""))])
        with Calls() as calls:
            resolve_observations(con)
            found = validate(con, rules)
        return calls.of, len(found.findings), found.rows_published


@pytest.fixture(scope="module")
def places() -> list[str]:
    """Fifty provinces."""
    with duckdb.connect() as con:
        load_reference(con)
        asked = "SELECT name FROM ref_areas WHERE vintage = '2023' AND level = 'province' ORDER BY code LIMIT $n"
        return [str(name) for (name,) in con.execute(asked, {"n": PLACES}).fetchall()]


def test_reading_a_file_costs_no_call_a_row_either(tmp_path: Path, places: list[str]) -> None:
    counted = []
    for count in (FEW, FEW, ALL):
        path = tmp_path / f"{count}.csv"
        pyarrow.csv.write_csv(table(places, count), path)
        with duckdb.connect() as con, Calls() as calls:
            create_raw_tables(con)
            assert read_figures_csv(con, 0, path).rows == count
        counted.append(calls.of)
    assert {name: (counted[1][name], count) for name, count in counted[2].items() if count > counted[1][name]} == {}


def test_ten_times_as_many_rows_cost_not_one_more_call_of_ours(places: list[str]) -> None:
    rules = load_rules(our_rule_files())
    few, many = judged(table(places, FEW), rules), judged(table(places, ALL), rules)
    assert (few[1:], many[1:]) == ((0, FEW), (0, ALL)), "the rows are clean"
    assert sum(few[0].values()) > len(rules), "calls are seen at all"
    assert {name: (few[0][name], count) for name, count in many[0].items() if count > few[0][name]} == {}
