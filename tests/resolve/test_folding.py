"""Comparison keys: what is one name, and what stays two."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.resolve.folding import fold, parse_name, unmark, unmarked_readings

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ0123456789 '-.,/"
vietnamese = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + "Ððʼ’–−\u00a0\t", max_size=30)


@given(st.text(max_size=30) | vietnamese)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert unmark(unmark(text)) == unmark(text)
    assert unmark(fold(text)) == unmark(text)


@given(vietnamese)
def test_composed_and_decomposed_letters_have_one_key(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(vietnamese)
def test_headings_in_capitals_have_the_key_of_small_letters(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@given(vietnamese)
def test_equal_marked_keys_have_equal_unmarked_keys(text: str) -> None:
    assert unmark(fold(text)) == unmark(text)
    assert not set(unmark(text)) & set("àđộ._-–")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("Thanh Hoá", "Thanh Hóa"),
        ("Thuỷ Nguyên", "Thủy Nguyên"),
        ("Quỳnh Phụ", "Qùynh Phụ"),  # the mark typed on the wrong letter
        ("Khoẻ", "Khỏe"),
        ("Ðắk Lắk", "Đắk Lắk"),
        ("H\u02bcDrai", "H’Drai"),
        ("Bà Rịa – Vũng Tàu", "Bà Rịa-Vũng Tàu"),
        ("Phan Rang - Tháp Chàm", "Phan Rang −Tháp Chàm"),
        ("\u00a0Thái  Nguyên\t", "Thái Nguyên"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cẩm Giang", "Cẩm Giàng"),
        ("Ba Tơ", "Ba Tô"),
        ("Sa Pa", "Sa Pả"),
        ("Mỹ Đức", "Mĩ Đức"),
        ("Bắc Kạn", "Bắc Cạn"),
        ("Đình", "Dình"),
        ("Tân Thành", "Tân Thạnh"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("word", ["hoàn", "suýt", "quý", "loạt", "xoè", "khuỷu"])
def test_words_with_one_place_for_the_mark_stay_as_they_are(word: str) -> None:
    assert fold(word) == word


@pytest.mark.parametrize(
    ("printed", "word", "bare"),
    [
        ("Tỉnh Lào Cai", "tỉnh", "lào cai"),
        ("THÀNH PHỐ HÀ NỘI", "thành phố", "hà nội"),
        ("TP. Lào Cai", "thành phố", "lào cai"),
        ("TP.Lào Cai", "thành phố", "lào cai"),
        ("TX Sa Pa", "thị xã", "sa pa"),
        ("TT. Đầm Hà", "thị trấn", "đầm hà"),
        ("P.1", "phường", "1"),
        ("Phường 01", "phường", "1"),
        ("Q. 3", "quận", "3"),
        ("H. Bát Xát", "huyện", "bát xát"),
        ("Đặc khu Cô Tô", "đặc khu", "cô tô"),
        ("Thị Cầu", "", "thị cầu"),
        ("Quan Sơn", "", "quan sơn"),
        ("N.T Phong Hải", "", "n.t phong hải"),
        ("H' Drai", "", "h' drai"),
        ("Xã", "", "xã"),
        ("Thành Công", "", "thành công"),
    ],
)
def test_the_type_word_is_split_off_as_evidence(printed: str, word: str, bare: str) -> None:
    name = parse_name(printed)
    assert (name.word, name.bare) == (word, bare)


def test_an_unmarked_name_is_read_with_and_without_a_type_word() -> None:
    assert {(name.word, name.bare) for name in unmarked_readings("Quan Son")} == {("quận", "son"), ("", "quan son")}
