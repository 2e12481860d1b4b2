"""The reference data of places: its counts, and the traps that areas.md counts in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etl.resolve.folding import fold, parse_name, unmark
from etl.resolve.statements import reference, statement

if TYPE_CHECKING:
    from conftest import Places

COUNTS = {
    ("2004", "province"): 1,
    ("2023", "province"): 63,
    ("2023", "district"): 705,
    ("2023", "commune"): 10_599,
    ("2025-01", "province"): 63,
    ("2025-01", "district"): 696,
    ("2025-01", "commune"): 10_035,
    ("2025-07", "province"): 34,
    ("2025-07", "commune"): 3321,
    ("2026-09", "province"): 34,
    ("2026-09", "commune"): 3321,
}


def test_the_lists_have_as_many_places_as_the_notice_says(places: Places) -> None:
    rows = places.con.execute("SELECT vintage, level, count(*) FROM area_place GROUP BY ALL").fetchall()
    assert {(vintage, level): count for vintage, level, count in rows} == COUNTS


@pytest.mark.parametrize(
    ("name", "rows"),
    [("areas", 28_871), ("area_links", 10_665), ("region_members", 127), ("indicators", 213), ("units", 66), ("programmes", 45), ("name_aliases", 768)],
)
def test_the_files_have_as_many_rows_as_the_notice_says(places: Places, name: str, rows: int) -> None:
    assert places.con.execute("SELECT count(*) FROM read_csv($path, all_varchar = true)", {"path": reference(name)}).fetchall() == [(rows,)]


def test_the_links_are_as_many_as_the_notice_says(places: Places) -> None:
    links = "SELECT relation, count(*) FROM read_csv($path, all_varchar = true) WHERE old_level = 'commune' GROUP BY relation"
    assert dict(places.con.execute(links, {"path": reference("area_links")}).fetchall()) == {"whole": 9564, "part": 562, "part_default": 471}
    provinces = "SELECT count(DISTINCT old_code), count(DISTINCT new_code) FROM read_csv($path, all_varchar = true) WHERE old_level = 'province'"
    assert places.con.execute(provinces, {"path": reference("area_links")}).fetchall() == [(63, 34)]


def test_every_place_has_its_parents(places: Places) -> None:
    orphans = "SELECT count(*) FROM area_place WHERE province_code IS NULL OR (level <> 'province' AND path NOT LIKE '%, %')"
    assert places.con.execute(orphans).fetchall() == [(0,)]


def test_no_two_places_of_one_parent_share_a_marked_key(places: Places) -> None:
    """What a look-up relies on: list, parent and key (with its type word) are one place."""
    rows = places.con.execute("SELECT vintage, parent_code, level, name FROM area_place").fetchall()
    keys = [(vintage, parent, level, parse_name(name).word, parse_name(name).bare) for vintage, parent, level, name in rows]
    assert len(set(keys)) == len(keys)


def test_the_native_key_is_the_unmarked_bare_key(places: Places) -> None:
    places.con.execute(statement("area_key"))
    rows = places.con.execute("SELECT DISTINCT name, key FROM area_key").fetchall()
    assert [(name, key) for name, key in rows if unmark(parse_name(name).bare) != key] == []


def test_the_keys_of_aliases_are_unmarked_keys_of_one_place_each(places: Places) -> None:
    rows = places.con.execute("SELECT alias, key, vintage, code FROM read_csv($path, all_varchar = true)", {"path": reference("name_aliases")}).fetchall()
    assert [(alias, key) for alias, key, _, _ in rows if unmark(alias) != key] == []
    codes: dict[tuple[str, str | None], set[str]] = {}
    for alias, _, vintage, code in rows:
        codes.setdefault((fold(alias), vintage), set()).add(code)
    assert [entry for entry in codes.items() if len(entry[1]) > 1] == []


def test_every_alias_is_of_a_place_that_its_list_has(places: Places) -> None:
    strange = """SELECT count(*) FROM area_alias LEFT JOIN area_place AS place USING (vintage, level, code) LEFT JOIN area_wide AS wide
                 ON wide.level = area_alias.level AND wide.code = area_alias.code WHERE place.code IS NULL AND wide.code IS NULL"""
    assert places.con.execute(strange).fetchall() == [(0,)]


def test_seven_province_codes_changed_their_owner(places: Places) -> None:
    rows = places.con.execute("SELECT vintage, code, name FROM area_place WHERE level = 'province' AND vintage IN ('2025-01', '2025-07')").fetchall()
    old = {code: parse_name(name).bare for vintage, code, name in rows if vintage == "2025-01"}
    new = {code: parse_name(name).bare for vintage, code, name in rows if vintage == "2025-07"}
    assert {code for code in old.keys() & new.keys() if old[code] != new[code]} == {"15", "24", "44", "52", "80", "82", "91"}


def test_most_new_commune_codes_existed_before_under_other_names(places: Places) -> None:
    places.con.execute(statement("area_key"))
    rows = places.con.execute("SELECT vintage, code, key FROM area_key WHERE level = 'commune' AND vintage IN ('2025-01', '2025-07')").fetchall()
    old = {code: key for vintage, code, key in rows if vintage == "2025-01"}
    new = {code: key for vintage, code, key in rows if vintage == "2025-07"}
    both = old.keys() & new.keys()
    assert (len(both), sum(old[code] != new[code] for code in both)) == (3316, 1792)


def test_bare_names_of_communes_repeat(places: Places) -> None:
    names = [name for (name,) in places.con.execute("SELECT name FROM area_place WHERE vintage = '2025-01' AND level = 'commune'").fetchall()]
    marked, unmarked = [parse_name(name).bare for name in names], [unmark(parse_name(name).bare) for name in names]
    counts = {key: unmarked.count(key) for key in set(unmarked)}
    assert (len(counts), sum(count == 1 for count in counts.values()), counts["tan thanh"]) == (6433, 5077, 51)
    assert marked.count("tân thành") < 51
    assert sum(key.isdigit() for key in marked) == 241


@pytest.mark.parametrize(("vintage", "twins", "by_marks"), [("2025-01", 44, 25), ("2025-07", 10, 10)])
def test_removing_marks_makes_twins_inside_one_parent(places: Places, vintage: str, twins: int, by_marks: int) -> None:
    """The other twins are a town and the commune around it, which have one name but for the type word."""
    rows = places.con.execute("SELECT parent_code, name FROM area_place WHERE level = 'commune' AND vintage = $v", {"v": vintage}).fetchall()
    bare: dict[tuple[str, str], list[str]] = {}
    for parent, name in rows:
        bare.setdefault((parent, unmark(parse_name(name).bare)), []).append(parse_name(name).bare)
    assert sum(len(names) > 1 for names in bare.values()) == twins
    assert sum(len(set(names)) > 1 for names in bare.values()) == by_marks
