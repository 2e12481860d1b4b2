"""The reference data: complete as NOTICE.md says, with unique keys, and every name in them leads somewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import pytest

from schemas import tables
from schemas.catalogue import REFERENCE_TABLES, load_reference, reference_columns, reference_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.published import PublishedTable

KEYS = {
    "indicators": ("id",),
    "units": ("unit",),
    "programmes": ("id",),
    "dimensions": ("dimension", "member"),
    "breaks": ("id",),
    "areas": ("vintage", "level", "code"),
    "area_links": ("old_vintage", "old_level", "old_code", "new_vintage", "new_level", "new_code"),
    "region_members": ("region_code", "vintage", "province_code"),
    "name_aliases": ("key", "alias", "lang", "vintage", "seen_in"),
}
POVERTY = {
    "multidimensional_poor_households",
    "multidimensional_poverty_rate",
    "poor_households",
    "poor_household_rate",
    "near_poor_households",
    "near_poor_household_rate",
    "new_poor_households",
    "new_near_poor_households",
    "poor_persons",
    "poverty_headcount_rate",
    "households_escaped_poverty",
    "households_escaped_near_poverty",
    "non_return_to_poverty_rate",
}
LABOUR = {"employed_persons", "employment_sector_share", "unemployed_persons", "unemployment_rate"}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the reference tables; the tests of this module only read them."""
    with duckdb.connect() as opened:
        load_reference(opened)
        yield opened


def values(con: duckdb.DuckDBPyConnection, query: str) -> list[object]:
    """The first column of a query."""
    return [row[0] for row in con.execute(query).fetchall()]


@pytest.mark.parametrize("table", REFERENCE_TABLES)
def test_a_file_has_the_columns_of_its_table_in_their_order(table: str) -> None:
    header = reference_path(f"{table}.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert header == ",".join(reference_columns(table))


@pytest.mark.parametrize("table", REFERENCE_TABLES)
def test_a_table_is_typed_as_declared(con: duckdb.DuckDBPyConnection, table: str) -> None:
    assert {name: kind for name, kind, *_ in con.execute(f"DESCRIBE ref_{table}").fetchall()} == reference_columns(table)


@pytest.mark.parametrize("table", [table for table in tables.TABLES if table.name in REFERENCE_TABLES], ids=lambda table: table.name)
def test_the_data_fit_the_schema_they_are_published_under(con: duckdb.DuckDBPyConnection, table: PublishedTable) -> None:
    table.model.validate(con.sql(f"SELECT * FROM ref_{table.name}").pl(), lazy=True)
    assert table.key == () or table.key == KEYS[table.name]


@pytest.mark.parametrize("table", REFERENCE_TABLES)
def test_keys_are_unique(con: duckdb.DuckDBPyConnection, table: str) -> None:
    key = ", ".join(KEYS[table])
    assert con.execute(f"SELECT {key}, count(*) FROM ref_{table} GROUP BY ALL HAVING count(*) > 1").fetchall() == []


@pytest.mark.parametrize("table", REFERENCE_TABLES)
def test_texts_have_no_blanks_around_them_and_nothing_empty_is_text(con: duckdb.DuckDBPyConnection, table: str) -> None:
    as_found = {("name_aliases", "alias")}  # spellings are kept as they stand in the tables they come from
    for column, kind in reference_columns(table).items():
        if kind == "VARCHAR" and (table, column) not in as_found:
            assert (
                values(con, f"SELECT {column} FROM ref_{table} WHERE {column} <> trim({column}) OR {column} = '' OR {column} <> nfc_normalize({column})") == []
            )


def test_the_counts_are_those_of_the_notice(con: duckdb.DuckDBPyConnection) -> None:
    notice = reference_path("NOTICE.md").read_text(encoding="utf-8")
    counted = {}
    for names, counts in re.findall(r"^\| ([\w., ]+\.csv) \| ([\d, ]+) \|", notice, re.MULTILINE):
        numbers = [int(count.replace(",", "")) for count in re.split(r", (?=\d)", counts)]
        counted.update(dict(zip((name.strip().removesuffix(".csv") for name in names.split(",")), numbers, strict=True)))
    assert counted == {table: con.execute(f"SELECT count(*) FROM ref_{table}").fetchall()[0][0] for table in REFERENCE_TABLES}


@pytest.mark.parametrize(
    ("vintage", "counts"),
    [
        ("2023", {"province": 63, "district": 705, "commune": 10_599}),
        ("2025-01", {"province": 63, "district": 696, "commune": 10_035}),
        ("2025-07", {"province": 34, "commune": 3_321}),
        ("2026-09", {"province": 34, "commune": 3_321}),
    ],
)
def test_each_list_of_places_is_whole(con: duckdb.DuckDBPyConnection, vintage: str, counts: dict[str, int]) -> None:
    assert dict(con.execute("SELECT level, count(*) FROM ref_areas WHERE vintage = $1 GROUP BY level", [vintage]).fetchall()) == counts


def test_every_place_lies_in_a_place_of_its_own_list(con: duckdb.DuckDBPyConnection) -> None:
    orphans = "SELECT a.code FROM ref_areas AS a ANTI JOIN ref_areas AS p ON p.vintage = a.vintage AND p.code = a.parent_code AND p.level <> a.level"
    assert values(con, f"{orphans} WHERE a.parent_code <> 'VN'") == []


def test_links_lead_from_a_place_to_a_place(con: duckdb.DuckDBPyConnection) -> None:
    for side in ("old", "new"):
        at = " AND ".join(f"a.{column} = l.{side}_{column}" for column in ("vintage", "level", "code"))
        assert values(con, f"SELECT l.{side}_code FROM ref_area_links AS l ANTI JOIN ref_areas AS a ON {at}") == []
    found = con.execute("SELECT relation, count(*) FROM ref_area_links WHERE old_level = 'commune' GROUP BY relation").fetchall()
    assert dict(found) == {"whole": 9_564, "part": 562, "part_default": 471}


def test_codes_keep_their_zeros(con: duckdb.DuckDBPyConnection) -> None:
    assert values(con, "SELECT name FROM ref_areas WHERE vintage = '2023' AND level = 'province' AND code = '01'") == ["Thành phố Hà Nội"]


def test_denominators_parents_units_and_programmes_of_indicators_exist(con: duckdb.DuckDBPyConnection) -> None:
    for column, table, key in (
        ("denominator", "indicators", "id"),
        ("parent", "indicators", "id"),
        ("unit", "units", "unit"),
        ("programme", "programmes", "id"),
    ):
        assert values(con, f"SELECT id FROM ref_indicators AS i ANTI JOIN ref_{table} AS t ON t.{key} = i.{column} WHERE i.{column} IS NOT NULL") == []


def test_programmes_name_indicators_that_exist_and_every_indicator_belongs_to_one(con: duckdb.DuckDBPyConnection) -> None:
    named = "(SELECT unnest(string_split(indicators, '|')) AS id FROM ref_programmes)"
    assert values(con, f"SELECT id FROM {named} AS n ANTI JOIN ref_indicators AS i USING (id) WHERE id IS NOT NULL") == []
    assert values(con, f"SELECT id FROM ref_indicators AS i ANTI JOIN {named} AS n USING (id)") == []


def test_programmes_are_named_by_breakdowns_that_exist(con: duckdb.DuckDBPyConnection) -> None:
    named = "(SELECT unnest(string_split(breakdowns, '|')) AS breakdown FROM ref_programmes)"
    assert values(con, f"SELECT breakdown FROM {named} ANTI JOIN (SELECT dimension || '=' || member AS breakdown FROM ref_dimensions) USING (breakdown)") == []


def test_no_indicator_is_part_of_itself(con: duckdb.DuckDBPyConnection) -> None:
    parents = dict(con.execute("SELECT id, parent FROM ref_indicators WHERE parent IS NOT NULL").fetchall())
    for begin in parents:
        seen, at = {begin}, parents.get(begin)
        while at is not None:
            assert at not in seen, f"{begin} contains itself"
            seen.add(at)
            at = parents.get(at)


def test_what_a_dimension_is_stands_alike_on_all_its_members(con: duckdb.DuckDBPyConnection) -> None:
    grouped = "SELECT dimension FROM ref_dimensions GROUP BY dimension"
    assert values(con, f"{grouped} HAVING count(DISTINCT row(is_complete, splits_base, may_overlap)) > 1") == []


def test_only_sex_area_and_work_are_complete(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute("SELECT dimension, list(member ORDER BY member) FROM ref_dimensions WHERE is_complete GROUP BY dimension").fetchall()
    assert dict(found) == {"sex": ["female", "male"], "area": ["rural", "urban"], "work": ["new_build", "repair"]}


def test_cause_kind_of_merit_policy_group_and_status_leave_the_base_of_a_rate_whole(con: duckdb.DuckDBPyConnection) -> None:
    splitting = set(values(con, "SELECT DISTINCT dimension FROM ref_dimensions WHERE splits_base"))
    assert splitting >= {"area", "sex", "ethnicity", "ethnic_group", "school_level", "age", "education"}
    assert splitting.isdisjoint({"poverty_type", "merit_kind", "policy_group", "status", "sector", "fund", "payer"})


def test_the_two_ethnic_complements_are_members(con: duckdb.DuckDBPyConnection) -> None:
    members = set(con.execute("SELECT dimension, member FROM ref_dimensions").fetchall())
    assert {("ethnicity", "ethnic_minority"), ("ethnic_group", "ethnic_kinh")} <= members


def test_every_breakdown_of_the_shipped_figures_is_a_known_member(con: duckdb.DuckDBPyConnection, root: object) -> None:
    files = f"{root}/raw/*/figures.csv"
    tokens = f"SELECT unnest(string_split(breakdown, ';')) AS token FROM read_csv('{files}', all_varchar = true)"
    assert values(con, f"SELECT token FROM ({tokens}) ANTI JOIN ref_dimensions AS d ON token = d.dimension || '=' || d.member") == []


@pytest.mark.parametrize(
    ("stem", "day", "kind", "touched"),
    [
        ("poverty-2016", "2016-01-01", "definition", POVERTY),
        ("poverty-2022", "2022-01-01", "definition", POVERTY),
        ("poverty-2027", "2027-01-01", "definition", POVERTY),
        ("labour-2021", "2021-01-01", "definition", LABOUR),
        ("allowance-2024", "2024-07-01", "definition", {"social_assistance_expenditure"}),
        (
            "social-pension-2025",
            "2025-07-01",
            "definition",
            {"social_assistance_beneficiaries", "social_assistance_expenditure", "social_insurance_beneficiaries", "social_insurance_expenditure"},
        ),
    ],
)
def test_a_break_touches_its_indicators_and_nothing_else(con: duckdb.DuckDBPyConnection, stem: str, day: str, kind: str, touched: set[str]) -> None:
    found = con.execute(
        """SELECT DISTINCT i.id, b.valid_from::VARCHAR, b.kind FROM ref_breaks AS b JOIN ref_indicators AS i ON i.id GLOB b.indicator_pattern
        WHERE b.id LIKE $1 || ':%'""",
        [stem],
    ).fetchall()
    assert set(found) == {(indicator, day, kind) for indicator in touched}


def test_the_merger_touches_every_series_of_a_place(con: duckdb.DuckDBPyConnection) -> None:
    wide = "SELECT indicator_pattern, valid_from::VARCHAR FROM ref_breaks WHERE kind = 'geography' AND province_code IS NULL"
    assert con.execute(wide).fetchall() == [("*", "2025-07-01")]


def test_borders_of_single_provinces_changed_in_2004_and_2008(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(
        """SELECT b.valid_from::VARCHAR, list(a.name ORDER BY a.name) FROM ref_breaks AS b
        JOIN ref_areas AS a ON a.vintage = '2023' AND a.level = 'province' AND a.code = b.province_code GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    assert found == [
        ("2004-01-01", ["Thành phố Cần Thơ", "Tỉnh Lai Châu", "Tỉnh Đắk Lắk"]),
        ("2008-08-01", ["Thành phố Hà Nội", "Tỉnh Hoà Bình", "Tỉnh Vĩnh Phúc"]),
    ]


def test_every_pattern_of_a_break_matches_an_indicator(con: duckdb.DuckDBPyConnection) -> None:
    assert values(con, "SELECT b.id FROM ref_breaks AS b ANTI JOIN ref_indicators AS i ON i.id GLOB b.indicator_pattern") == []


def test_the_end_of_a_ministry_does_not_touch_figures_of_others(con: duckdb.DuckDBPyConnection) -> None:
    touched = set(values(con, "SELECT i.id FROM ref_breaks AS b JOIN ref_indicators AS i ON i.id GLOB b.indicator_pattern WHERE b.kind = 'source'"))
    assert touched.isdisjoint(
        {"schools", "students", "health_insurance_participants", "labour_force", "unemployment_rate", "population", "child_malnutrition_rate"}
    )


def test_what_nobody_has_verified_says_so_in_both_languages(con: duckdb.DuckDBPyConnection) -> None:
    unverified = con.execute("SELECT DISTINCT text_vi, text_en FROM ref_breaks WHERE NOT verified").fetchall()
    assert unverified
    assert all(vi.startswith("Chưa đối chiếu: ") and en.startswith("Not verified: ") for vi, en in unverified)
    assert values(con, "SELECT id FROM ref_breaks WHERE verified AND (text_vi ILIKE '%chưa đối chiếu%' OR text_vi LIKE '%?%')") == []


def test_loading_twice_gives_the_same_tables(con: duckdb.DuckDBPyConnection) -> None:
    before = con.execute("SELECT count(*) FROM ref_areas").fetchall()
    load_reference(con)
    assert con.execute("SELECT count(*) FROM ref_areas").fetchall() == before
