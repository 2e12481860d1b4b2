"""What a printed label means in the list of its period. Every trap of the place lists has a test here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import ConfigError
from etl.resolve.areas import resolve_areas
from etl.resolve.gazetteer import describe
from etl.resolve.suggestions import MOST_WANTED

if TYPE_CHECKING:
    from conftest import Places

SIX = ["Đồng bằng sông Hồng", "Trung du và miền núi phía Bắc", "Bắc Trung Bộ và duyên hải miền Trung", "Tây Nguyên", "Đông Nam Bộ", "Đồng bằng sông Cửu Long"]


# --- codes ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "vintage", "level", "name"),
    [
        ("15", "2023", "province", "Tỉnh Yên Bái"),
        ("15", "2025-07", "province", "Tỉnh Lào Cai"),
        ("10", "2025-01", "province", "Tỉnh Lào Cai"),
        ("24", "2025-01", "province", "Tỉnh Bắc Giang"),
        ("24", "2025-07", "province", "Tỉnh Bắc Ninh"),
        ("24", "2026-09", "province", "Thành phố Bắc Ninh"),
        ("46", "2023", "province", "Tỉnh Thừa Thiên Huế"),
        ("46", "2025-01", "province", "Thành phố Huế"),
        ("080", "2023", "district", "Thành phố Lào Cai"),
        ("01279", "2023", "commune", "Phường Ngọc Xuân"),
        (" 06913 ", "2025-07", "commune", "Xã Quảng Tân"),
        ("28", "2004", "province", "Tỉnh Hà Tây"),
        ("10", "2004", "province", "Tỉnh Lào Cai"),
        ("VN", "2023", "country", "Việt Nam"),
        ("R1", "2025-07", "region", "Đồng bằng sông Hồng"),
    ],
)
def test_a_code_means_what_its_list_says(places: Places, label: str, vintage: str, level: str, name: str) -> None:
    said = places.ask(label, vintage)
    assert (said.status, said.level, said.name, said.rule) == ("resolved", level, name, "code")


def test_a_code_of_another_list_is_no_answer(places: Places) -> None:
    said = places.ask("10", "2025-07")
    assert (said.status, said.code, said.candidates) == ("other_vintage", None, ["Tỉnh Lào Cai (mã 10, danh mục 2023, 2025-01)"])


def test_a_district_code_is_no_answer_after_districts_ended(places: Places) -> None:
    assert places.ask("080", "2025-07").status == "other_vintage"


def test_a_code_that_lost_its_zeros_is_unknown_with_what_it_may_be(places: Places) -> None:
    said = places.ask("1", "2025-07")
    assert said.status == "unknown"
    assert "Thành phố Hà Nội (mã 01, danh mục 2025-07)" in said.candidates


# --- names -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "vintage", "place"),
    [
        ("Lào Cai", "2023", ("province", "10", "alias")),  # a province and the city in it: the document's main place
        ("Lào Cai", "2025-07", ("province", "15", "alias")),
        ("LÀO CAI", "2023", ("province", "10", "alias")),
        ("Tỉnh Lào Cai", "2023", ("province", "10", "name")),
        ("thành phố Lào Cai", "2023", ("district", "080", "name")),
        ("TP. Lào Cai, Lào Cai", "2023", ("district", "080", "type-word")),
        ("TP Lào Cai", "2023", ("district", "080", "type-word")),
        ("Lào Cai, Lào Cai", "2023", ("district", "080", "bare-name")),
        ("Bắc Ninh", "2023", ("province", "27", "alias")),
        ("Cao Bằng", "2023", ("province", "04", "alias")),
        ("thành phố Cao Bằng", "2023", ("district", "040", "name")),
        ("Thành phố Bắc Ninh", "2026-09", ("province", "24", "name")),
        ("tỉnh Bắc Ninh", "2026-09", ("province", "24", "alias")),
        ("Thành phố Huế", "2023", ("district", "474", "name")),
        ("Thành phố Huế", "2025-01", ("province", "46", "name")),
        ("Thừa Thiên - Huế", "2023", ("province", "46", "alias")),
        ("Đầm Hà, Quảng Ninh", "2023", ("district", "200", "bare-name")),
        ("huyện Đầm Hà, Quảng Ninh", "2023", ("district", "200", "alias")),
        ("TT. Đầm Hà, Quảng Ninh", "2023", ("commune", "06895", "type-word")),
        ("Xã Đầm Hà, Huyện Đầm Hà, Tỉnh Quảng Ninh", "2023", ("commune", "06916", "name")),
        ("xã đầm hà, h. đầm hà, tỉnh quảng ninh", "2023", ("commune", "06916", "type-word")),
        ("Xã Đầm Hà, Quảng Ninh, Việt Nam", "2023", ("commune", "06916", "alias")),
        ("Sa Pa, Lào Cai", "2023", ("district", "088", "bare-name")),
        ("Phường Sa Pa, Thị xã Sa Pa", "2023", ("commune", "03001", "name")),
        ("Phường 1, Quận 3, TP.HCM", "2023", ("commune", "27160", "alias")),
        ("P.1, Q.3, TP. Hồ Chí Minh", "2023", ("commune", "27160", "type-word")),
        ("Quận 3, Thành phố Hồ Chí Minh", "2023", ("district", "770", "name")),
        ("Lào Cai, Trung du và miền núi phía Bắc", "2023", ("province", "10", "alias")),
        ("Hòa Bình", "2023", ("province", "17", "alias")),  # the list of 2023 writes Hoà Bình
        ("Tỉnh Hoà Bình", "2025-01", ("province", "17", "name")),
        ("Bắc Cạn", "2023", ("province", "06", "alias")),
        ("tỉnh Bắc Cạn", "2023", ("province", "06", "alias")),
        ("Đắc Lắc", "2025-07", ("province", "66", "alias")),
        ("Dak Lak", "2023", ("province", "66", "alias")),
        ("Kontum", "2023", ("province", "62", "alias")),
        ("Ðắk Lắk", "2023", ("province", "66", "alias")),
        ("\u00a0Thai  Nguyen ", "2023", ("province", "19", "alias")),
        ("Bà Rịa – Vũng Tàu", "2023", ("province", "77", "alias")),
        ("Hà Nội", "2004", ("province", "01", "alias")),
    ],
)
def test_a_name_means_one_place(places: Places, label: str, vintage: str, place: tuple[str, str, str]) -> None:
    said = places.ask(label, vintage, "Cả nước")
    assert (said.status, said.level, said.code, said.rule) == ("resolved", *place)
    assert said.candidates == []


def test_an_answer_names_list_place_and_parents(places: Places) -> None:
    said = places.ask("Xã Đầm Hà, Huyện Đầm Hà, Tỉnh Quảng Ninh", "2023")
    assert (said.vintage, said.name, said.parent_code, said.province_code) == ("2023", "Xã Đầm Hà", "200", "22")
    province, region, country = places.ask("Lào Cai", "2023"), places.ask("Tây Nguyên", "2023"), places.ask("Việt Nam", "2023")
    assert (province.parent_code, province.province_code) == ("VN", "10")
    assert (region.parent_code, region.province_code, country.parent_code) == ("VN", None, None)


def test_the_same_ward_name_is_another_place_before_the_merger(places: Places) -> None:
    """Phường Nam Cường of a text of 2023 is now part of another ward; the one of today lay in Yên Bái."""
    assert places.ask("Phường Nam Cường, Lào Cai", "2023").place == ("2023", "commune", "02671")
    assert places.ask("Phường Nam Cường, Lào Cai", "2025-07").place == ("2025-07", "commune", "04273")


def test_a_place_that_kept_code_and_name_is_still_told_apart_by_its_list(places: Places) -> None:
    assert places.ask("Xã Quảng Tân, Quảng Ninh", "2025-01").place == ("2025-01", "commune", "06913")
    assert places.ask("Xã Quảng Tân, Quảng Ninh", "2025-07").place == ("2025-07", "commune", "06913")


# --- two places ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Cao Lãnh, Đồng Tháp", "Hồng Ngự, Đồng Tháp", "Kỳ Anh, Hà Tĩnh", "Long Mỹ, Hậu Giang", "Cai Lậy, Tiền Giang", "Duyên Hải, Trà Vinh"]
)
def test_a_town_and_a_district_of_one_name_need_their_type_word(places: Places, name: str) -> None:
    bare, parent = name.split(", ")
    said = places.ask(name, "2023")
    assert (said.status, said.code, len(said.candidates)) == ("ambiguous", None, 2)
    town = "Thành phố" if bare in ("Cao Lãnh", "Hồng Ngự") else "Thị xã"
    one, other = places.ask(f"{town} {bare}, {parent}", "2023"), places.ask(f"Huyện {bare}, {parent}", "2023")
    assert one.status == other.status == "resolved"
    assert one.code != other.code


def test_a_type_word_is_not_bent(places: Places) -> None:
    said = places.ask("thị xã Cao Lãnh", "2023")
    assert (said.status, said.code) == ("unknown", None)
    assert said.candidates[:2] == ["Thành phố Cao Lãnh, Tỉnh Đồng Tháp (mã 866, danh mục 2023)", "Huyện Cao Lãnh, Tỉnh Đồng Tháp (mã 873, danh mục 2023)"]


def test_a_bare_name_of_many_communes_is_ambiguous_with_all_of_them(places: Places) -> None:
    said = places.ask("Tân Thành", "2025-01")
    assert (said.status, said.code, len(said.candidates)) == ("ambiguous", None, 34)
    assert said.candidates[0] == "Xã Tân Thành, Huyện Bắc Quang, Tỉnh Hà Giang (mã 01162, danh mục 2025-01)"


def test_a_bare_name_of_a_district_and_its_town_is_ambiguous(places: Places) -> None:
    assert places.ask("Đầm Hà", "2023").status == "ambiguous"
    assert places.ask("Sa Pa", "2023").status == "ambiguous"


def test_a_bare_name_of_one_district_is_that_district(places: Places) -> None:
    assert places.ask("Văn Bàn", "2023").place == ("2023", "district", "089")


def test_seven_communes_of_2025_are_named_tan_tien(places: Places) -> None:
    said = places.ask("Xã Tân Tiến", "2025-07")
    assert (said.status, len(said.candidates)) == ("ambiguous", 7)


def test_a_district_name_narrows_even_without_its_province(places: Places) -> None:
    assert places.ask("Xã Tân Tiến, Huyện Bảo Yên", "2023").place == ("2023", "commune", "02950")


# --- other lists -----------------------------------------------------------------------------------------------------------------------


def test_a_label_of_another_list_is_never_switched_in_silence(places: Places) -> None:
    said = places.ask("Huyện Bảo Thắng, Lào Cai", "2025-07")
    assert (said.status, said.code, said.rule) == ("other_vintage", None, None)
    assert said.candidates == ["Huyện Bảo Thắng, Tỉnh Lào Cai (mã 086, danh mục 2023, 2025-01)"]


@pytest.mark.parametrize(("name", "ward"), [("Yên Bái", "04252"), ("Hải Dương", "10525"), ("Kon Tum", "23293")])
def test_a_former_province_is_not_the_ward_that_inherited_its_name(places: Places, name: str, ward: str) -> None:
    said = places.ask(name, "2025-07")
    assert (said.status, said.code) == ("other_vintage", None)
    assert said.candidates[0].startswith(f"Tỉnh {name} (mã ")
    assert f"mã {ward}, danh mục 2025-07" in said.candidates[1]
    assert places.ask(f"Phường {name}", "2025-07").code == ward


def test_ha_tay_is_a_province_only_before_august_2008(places: Places) -> None:
    assert places.ask("Hà Tây", "2004").place == ("2004", "province", "28")
    after = places.ask("Hà Tây", "2023")  # there is a commune of that name
    assert (after.status, after.code) == ("other_vintage", None)
    assert after.candidates[0] == "Tỉnh Hà Tây (mã 28, danh mục 2004)"


def test_the_other_places_of_2004_are_answered_from_2023(places: Places) -> None:
    assert places.ask("Lào Cai", "2004").place == ("2023", "province", "10")
    assert places.ask("TP. Lào Cai, Lào Cai", "2004").place == ("2023", "district", "080")
    assert places.ask("Huyện Bảo Thắng, Tỉnh Lào Cai", "2004").place == ("2023", "district", "086")


def test_a_city_of_2026_is_no_city_in_the_list_before(places: Places) -> None:
    said = places.ask("Thành phố Quảng Ninh", "2025-07")
    assert (said.status, said.candidates) == ("other_vintage", ["Thành phố Quảng Ninh (mã 22, danh mục 2026-09)"])


def test_without_a_list_only_country_and_regions_resolve(places: Places) -> None:
    assert places.ask("Việt Nam", None).place == (None, "country", "VN")
    assert places.ask("Tây Nguyên", None).place == (None, "region", "R4")
    said = places.ask("Hà Nội", None)
    assert (said.status, said.code) == ("other_vintage", None)
    assert said.candidates == ["Thành phố Hà Nội (mã 01, danh mục 2023, 2025-01, 2025-07, 2026-09)"]


def test_a_list_that_does_not_exist_is_refused(places: Places) -> None:
    with pytest.raises(ConfigError) as refusal:
        places.ask("Hà Nội", "2019")
    assert refusal.value.code == "area-vintage-unknown"
    assert refusal.value.facts["vintage"] == "2019"


# --- nothing ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    ["Units are not included in provinces", "Other provinces", "Unidentified", "NEC.", "Oil and gas", "Pupils in universities", "ZZK.WORLD", "", " , ", None],
)
def test_rows_that_only_look_like_places_are_unknown(places: Places, label: str | None) -> None:
    said = places.ask(label, "2023")
    assert (said.status, said.level, said.code, said.rule) == ("unknown", None, None, None)


@pytest.mark.parametrize(
    ("label", "first"),
    [
        ("Lào Kai", "Tỉnh Lào Cai (mã 10, danh mục 2023)"),
        ("Quảng Nin", "Tỉnh Quảng Ninh (mã 22, danh mục 2023)"),
        ("Huyện Bảo Thắng, Tỉnh Lao Kai", "Huyện Bảo Thắng, Tỉnh Lào Cai (mã 086, danh mục 2023)"),
        ("huyện Sa Pa, Lào Cai", "Thị xã Sa Pa, Tỉnh Lào Cai (mã 088, danh mục 2023)"),
        ("Xã Tân Tiên, Bảo Yên, Lào Cai", "Xã Tân Tiến, Huyện Bảo Yên, Tỉnh Lào Cai (mã 02950, danh mục 2023)"),
        ("Bao Yen", "Huyện Bảo Yên, Tỉnh Lào Cai (mã 087, danh mục 2023)"),  # its document writes marks
    ],
)
def test_a_misspelt_name_is_unknown_with_the_nearest_never_taken(places: Places, label: str, first: str) -> None:
    said = places.ask(label, "2023", "Việt Nam")
    assert (said.status, said.code) == ("unknown", None)
    assert said.candidates[0] == first
    assert len(said.candidates) <= 3


def test_only_the_first_strange_names_get_suggestions(places: Places) -> None:
    said = places.ask_all([(1, f"Lào Cai{'x' * (number % 3)}{number}", "2023") for number in range(MOST_WANTED + 20)])
    assert {one.status for one in said} == {"unknown"}
    assert any(one.candidates for one in said[:MOST_WANTED])
    assert not any(one.candidates for one in said[MOST_WANTED:])


# --- sources without marks -------------------------------------------------------------------------------------------------------------


def test_unmarked_names_resolve_only_in_a_source_without_any_mark(places: Places) -> None:
    unmarked = places.ask_all(
        [(1, "Dam Ha, Quang Ninh", "2023"), (1, "Huyen Bao Thang", "2023"), (1, "Quan Son, Thanh Hoa", "2023"), (1, "P.1, Q.3, TP Ho Chi Minh", "2023")]
    )
    assert [(said.code, said.rule) for said in unmarked] == [("200", "unmarked"), ("086", "unmarked"), ("387", "unmarked"), ("27160", "type-word")]
    marked = places.ask_all([(1, "Dam Ha, Quang Ninh", "2023"), (1, "Huyen Bao Thang", "2023"), (1, "Thanh Hóa", "2023"), (2, "Quan Son, Thanh Hoa", "2023")])
    assert [said.status for said in marked] == ["unknown", "unknown", "resolved", "resolved"]  # the second source is another one


def test_twins_made_by_removing_marks_are_ambiguous(places: Places) -> None:
    """Cẩm Giang and Cẩm Giàng are told apart by their marks alone."""
    said = places.ask("Phuong Ba To, Quang Ngai", "2025-07", "Ha Noi")
    assert said.status in ("ambiguous", "unknown")
    twins = places.ask("Xa Ba To, Quang Ngai", "2025-07", "Ha Noi")
    assert (twins.status, len(twins.candidates)) == ("ambiguous", 2)
    assert places.ask("Xã Ba Tơ, Quảng Ngãi", "2025-07").status == "resolved"
    assert places.ask("Xã Ba Tô, Quảng Ngãi", "2025-07").status == "resolved"


def test_english_names_are_spellings_of_their_own(places: Places) -> None:
    said = places.ask_all(
        [(1, label, "2023") for label in ("WHOLE COUNTRY", "Red River Delta", "Ha Noi", "Ho Chi Minh city", "Thua Thien-Hue", "whole_country")]
    )
    assert [one.code for one in said] == ["VN", "R1", "01", "79", "46", "VN"]


# --- regions ---------------------------------------------------------------------------------------------------------------------------


def test_regions_are_regions_in_every_list(places: Places) -> None:
    for vintage in ("2004", "2023", "2025-01", "2025-07", "2026-09"):
        said = places.ask_all([(1, label, vintage) for label in SIX])
        assert [one.place for one in said] == [(vintage, "region", f"R{number}") for number in range(1, 7)]


@pytest.mark.parametrize("label", ["VÙNG ĐỒNG BẰNG SÔNG HỒNG", "Ðồng bằng sông Hồng", "Vùng Đồng bằng sông Hồng, Việt Nam", "red_river_delta"])
def test_a_region_has_many_spellings(places: Places, label: str) -> None:
    assert places.ask(label, "2023").code == "R1"


def test_a_short_form_is_the_one_region_its_document_lacks(places: Places) -> None:
    said = places.ask("Bắc Trung Bộ", "2023", *[name for name in SIX if not name.startswith("Bắc")])
    assert (said.status, said.place, said.rule) == ("resolved", ("2023", "region", "R3"), "completes-the-regions")


@pytest.mark.parametrize(
    "beside",
    [
        (),
        ("Tây Nguyên", "Đông Nam Bộ"),
        tuple(SIX),  # the region itself is there too
        (*[name for name in SIX if not name.startswith("Bắc")], "Bắc Trung Bộ và duyên hải"),  # two short forms
        ("Đông Bắc", "Tây Bắc", "Duyên hải Nam Trung Bộ", "Tây Nguyên", "Đông Nam Bộ", "Đồng bằng sông Hồng", "Đồng bằng sông Cửu Long"),  # the old eight
    ],
)
def test_a_short_form_stays_open_where_the_document_does_not_complete_it(places: Places, beside: tuple[str, ...]) -> None:
    said = places.ask("Bắc Trung Bộ", "2023", *beside)
    assert (said.status, said.code) == ("unknown", None)
    assert said.candidates[0] == "Bắc Trung Bộ và duyên hải miền Trung (mã R3)"


def test_the_other_regions_must_be_in_the_same_document(places: Places) -> None:
    said = places.ask_all([(1, "Bắc Trung Bộ", "2023"), *[(2, name, "2023") for name in SIX if not name.startswith("Bắc")]])
    assert said[0].status == "unknown"


def test_a_short_form_ends_at_a_word(places: Places) -> None:
    five = [name for name in SIX if not name.startswith("Bắc")]
    assert places.ask("Bắc Tru", "2023", *five).code is None


@pytest.mark.parametrize("label", ["Đông Bắc", "Đông Nam"])
def test_a_region_of_old_tables_is_not_the_commune_of_that_name(places: Places, label: str) -> None:
    said = places.ask(label, "2023")
    assert (said.status, said.code) == ("ambiguous", None)
    assert any(candidate.startswith(f"Xã {label}, ") for candidate in said.candidates)
    assert places.ask(f"Xã {label}", "2023").status == "resolved"


# --- the machinery ---------------------------------------------------------------------------------------------------------------------


def test_every_place_is_found_by_its_code_and_by_its_path(places: Places) -> None:
    for question in ("code", "path", "upper(path)"):
        places.con.execute(
            f"""CREATE OR REPLACE TEMP TABLE area_request AS SELECT row_number() OVER ()::INTEGER AS request, 1::INTEGER AS scope, {question} AS label,
                vintage, level AS expected_level, code AS expected FROM area_place WHERE vintage <> '2004'"""
        )
        resolve_areas(places.con)
        wrong = """SELECT label, r.vintage, status, code FROM area_request AS r JOIN area_answer AS a USING (request)
                   WHERE status <> 'resolved' OR a.vintage <> r.vintage OR level <> expected_level OR code <> expected LIMIT 3"""
        assert places.con.execute(wrong).fetchall() == []
        assert places.con.execute("SELECT count(*) FROM area_answer").fetchall() == [(28_871,)]


def test_the_gazetteer_answers_as_the_exact_match_does(places: Places) -> None:
    """The path with another apostrophe, dash or blank is no exact match; what is found must be the same place by the same rule."""
    for change in ("replace(path, ', ', ' ,  ')", "path || ', Việt Nam'"):
        places.con.execute(
            f"""CREATE OR REPLACE TEMP TABLE area_request AS SELECT row_number() OVER ()::INTEGER AS request, 1::INTEGER AS scope, {change} AS label,
                vintage, level AS expected_level, code AS expected FROM area_place
                WHERE vintage <> '2004' AND level <> 'province' AND code[-1] = '1' ORDER BY vintage, code"""
        )
        resolve_areas(places.con)
        wrong = """SELECT label, r.vintage, status, code, rule, expected FROM area_request AS r JOIN area_answer AS a USING (request)
                   WHERE status <> 'resolved' OR a.vintage <> r.vintage OR level <> expected_level OR code <> expected OR rule <> 'name' LIMIT 3"""
        assert places.con.execute(wrong).fetchall() == []


@settings(max_examples=25)
@given(
    asked=st.lists(
        st.tuples(
            st.integers(1, 2), st.text(max_size=20) | st.sampled_from([*SIX, "Lào Cai", "1", ",", "Xã A, Huyện B"]), st.sampled_from(["2023", "2004", None])
        )
    )
)
def test_every_request_gets_one_answer(places: Places, asked: list[tuple[int, str, str | None]]) -> None:
    for said in places.ask_all(asked):
        assert (said.status == "resolved") == (said.code is not None) == (said.rule is not None)
        assert said.status not in ("ambiguous", "other_vintage") or said.candidates
        assert said.status != "resolved" or not said.candidates


def test_nothing_is_described_as_nothing() -> None:
    assert describe(()) == []
