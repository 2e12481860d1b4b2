"""The invented table is the same every time, and its relations hold where no fault was put."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from benchmarks.bulk import SERIES, VINTAGE, Bulk, Place, read_places, write_bulk

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 40_000


@pytest.fixture(scope="module")
def table(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bulk]:
    path = tmp_path_factory.mktemp("bulk") / "figures.csv"
    return path, write_bulk(path, rows=ROWS, seed=1, areas=root / "schemas/reference/areas.csv", vietnamese=False)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes(table: tuple[Path, Bulk], root: Path, tmp_path: Path) -> None:
    again = write_bulk(tmp_path / "again.csv", rows=ROWS, seed=1, areas=root / "schemas/reference/areas.csv", vietnamese=False)
    assert again == table[1]
    assert (tmp_path / "again.csv").read_bytes() == table[0].read_bytes()


def test_another_seed_gives_other_bytes(table: tuple[Path, Bulk], root: Path, tmp_path: Path) -> None:
    write_bulk(tmp_path / "other.csv", rows=ROWS, seed=2, areas=root / "schemas/reference/areas.csv", vietnamese=False)
    assert (tmp_path / "other.csv").read_bytes() != table[0].read_bytes()


def test_it_says_how_many_rows_and_faults_it_wrote(table: tuple[Path, Bulk]) -> None:
    path, made = table
    assert len(rows(path)) == made.rows <= ROWS
    assert made.rows == made.places * made.quarters * len(SERIES) + made.faults["two values for one thing"] - made.faults["share missing"]
    assert set(made.faults.values()) == {1}


def test_men_and_women_are_the_population(table: tuple[Path, Bulk]) -> None:
    people: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in rows(table[0]):
        if row["indicator"] == "population":
            people[row["ref_area"], row["time_period"]][row["breakdown"]] = int(row["value"])
    assert people
    assert all(found["sex=male"] + found["sex=female"] == found[""] for found in people.values())


def test_a_parent_has_what_its_children_have(table: tuple[Path, Bulk], root: Path) -> None:
    households = {(row["ref_area"], row["time_period"]): int(row["value"]) for row in rows(table[0]) if row["indicator"] == "households"}
    quarters = {period for _, period in households}

    def check(place: Place) -> None:
        for below in place.below:
            check(below)
        if place.below and all((place.code, period) in households for period in quarters):
            for period in quarters:
                assert households[place.code, period] == sum(households[below.code, period] for below in place.below)

    codes = {code for code, _ in households}
    provinces = [province for province in read_places(root / "schemas/reference/areas.csv").below if province.code in codes]
    assert provinces
    for province in provinces:
        check(province)


def test_all_places_of_the_list_are_there(root: Path) -> None:
    with (root / "schemas/reference/areas.csv").open(encoding="utf-8", newline="") as file:
        listed = sum(row["vintage"] == VINTAGE for row in csv.DictReader(file))
    assert read_places(root / "schemas/reference/areas.csv").size() == listed + 1
