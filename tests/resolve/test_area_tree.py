"""Who is whose child, and when a set of children is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etl.resolve.areas import area_tree

if TYPE_CHECKING:
    from conftest import Places


@pytest.fixture
def tree(places: Places) -> Places:
    """The two tables."""
    area_tree(places.con)
    return places


@pytest.mark.parametrize(
    ("expected", "children"),
    [
        (63, ("2023", "country", "VN", "province", "administrative")),
        (64, ("2004", "country", "VN", "province", "administrative")),
        (34, ("2025-07", "country", "VN", "province", "administrative")),
        (6, ("2023", "country", "VN", "region", "regions")),
        (11, ("2023", "region", "R1", "province", "regions")),
        (12, ("2004", "region", "R1", "province", "regions")),
        (13, ("2025-01", "region", "R6", "province", "regions")),
        (9, ("2023", "province", "10", "district", "administrative")),
        (17, ("2023", "district", "080", "commune", "administrative")),
        (99, ("2025-07", "province", "15", "commune", "administrative")),
    ],
)
def test_a_complete_set_has_so_many_children(tree: Places, expected: int, children: tuple[str, ...]) -> None:
    rows = """SELECT expected FROM area_children WHERE (vintage, parent_level, parent_code, child_level, "set") = (?, ?, ?, ?, ?)"""
    assert tree.con.execute(rows, children).fetchall() == [(expected,)]


def test_nobody_knows_the_members_of_regions_since_july_2025(tree: Places) -> None:
    rows = tree.con.execute("SELECT count(*) FROM area_parent WHERE vintage IN ('2025-07', '2026-09') AND parent_level = 'region'").fetchall()
    assert rows == [(0,)]


def test_provinces_belong_to_two_sets_everything_else_to_one(tree: Places) -> None:
    parents = "SELECT level, \"set\", parent_level, count(*) FROM area_parent WHERE vintage = '2023' GROUP BY ALL ORDER BY ALL"
    assert tree.con.execute(parents).fetchall() == [
        ("commune", "administrative", "district", 10_599),
        ("district", "administrative", "province", 705),
        ("province", "administrative", "country", 63),
        ("province", "regions", "region", 63),
        ("region", "regions", "country", 6),
    ]


def test_every_child_has_one_parent_in_a_set(tree: Places) -> None:
    twice = 'SELECT count(*) FROM (SELECT 1 FROM area_parent GROUP BY vintage, level, code, "set" HAVING count(*) > 1)'
    assert tree.con.execute(twice).fetchall() == [(0,)]


def test_every_parent_is_a_place_of_the_list(tree: Places) -> None:
    strange = """SELECT count(*) FROM area_parent AS edge
        LEFT JOIN area_place AS place ON place.vintage = CASE edge.vintage WHEN '2004' THEN '2023' ELSE edge.vintage END
            AND place.level = edge.parent_level AND place.code = edge.parent_code
        LEFT JOIN area_wide AS wide ON wide.level = edge.parent_level AND wide.code = edge.parent_code
        WHERE place.code IS NULL AND wide.code IS NULL"""
    assert tree.con.execute(strange).fetchall() == [(0,)]
