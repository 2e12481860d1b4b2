"""Comparison keys of Vietnamese names. Stored text stays as printed; only keys are folded.

    printed                      fold (marked key)        unmark (last resort)
    'Tỉnh  Hoà Bình'             'tỉnh hoà bình'          'tinh hoa binh'
    'TỈNH HÒA BÌNH'              'tỉnh hoà bình'          'tinh hoa binh'
    'Bà Rịa – Vũng Tàu'          'bà rịa-vũng tàu'        'ba ria vung tau'

Belongs here: the two keys, the type word in front of a name. Elsewhere: variants of one name that no rule yields, such as Bắc Cạn for
Bắc Kạn or i for y (name_aliases.csv), which place a key means (gazetteer.py).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_LOOK_ALIKES: Final = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "’": "'", "\u02bc": "'", "–": "-", "−": "-"})
_AROUND_HYPHEN: Final = re.compile(r" ?- ?")

# Both schools of tone placement write the mark on one of the two vowels: hòa and hoà, thủy and thuỷ. We put it on the second one, which
# is also where both schools have it in hoàn, suýt and quý; so no look at the neighbouring letters is needed.
_TONE_ON_FIRST: Final = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")
_TONE_ON_SECOND: Final = {
    first + plain: base + second
    for base, marked, plain, moved in (("o", "òóỏõọ", "a", "àáảãạ"), ("o", "òóỏõọ", "e", "èéẻẽẹ"), ("u", "ùúủũụ", "y", "ỳýỷỹỵ"))
    for first, second in zip(marked, moved, strict=True)
}

_UNMARKED_BREAKS: Final = str.maketrans({"đ": "d", ".": " ", "_": " ", "-": " "})

TYPE_WORDS: Final = ("tỉnh", "thành phố", "quận", "huyện", "thị xã", "thị trấn", "phường", "xã", "đặc khu")
_ABBREVIATED: Final = {"tp": "thành phố", "tx": "thị xã", "tt": "thị trấn", "p": "phường", "q": "quận", "h": "huyện", "x": "xã"}
_SPELT_OUT: Final = re.compile(rf"({'|'.join(TYPE_WORDS)}) (.+)")
# One letter is a type word only with its dot: "H' Drai" and "N.T Phong Hải" are names.
_SHORT_FORM: Final = re.compile(r"(?:(tp|tx|tt)(?:\. ?| )|([pqhx])\. ?)(.+)")
_NUMBER: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a place, folded and taken apart."""

    key: str  # the whole marked key
    word: str  # the type word, spelt out; '' if there is none
    bare: str  # the marked key without it
    is_spelt_out: bool  # 'thị xã', not 'TX.'


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Give the marked key: two spellings of one name have one key, two names have two.

    >>> fold("TỈNH  HÒA BÌNH") == fold("Tỉnh Hoà Bình")
    True
    """
    key = " ".join(text.split())  # split() takes no-break blanks too
    if not key.isascii():
        key = unicodedata.normalize("NFC", key).translate(_LOOK_ALIKES)
    key = unicodedata.normalize("NFC", key.lower())
    if not key.isascii():
        key = _TONE_ON_FIRST.sub(lambda found: _TONE_ON_SECOND[found[0]], key)
    return _AROUND_HYPHEN.sub("-", key).strip() if "-" in key else key


@lru_cache(maxsize=1 << 16)
def unmark(text: str) -> str:
    """Give the unmarked key: no marks, `. _ -` are blanks. It makes twins of different names: only for sources written without marks."""
    key = unicodedata.normalize("NFD", fold(text).translate(_UNMARKED_BREAKS))
    return " ".join("".join(letter for letter in key if not unicodedata.combining(letter)).split())


@lru_cache(maxsize=1 << 16)
def parse_name(text: str) -> Name:
    """Fold a name and split off its type word, which is evidence of its level. (A name that is a number loses its leading zeros.)"""
    key = fold(text)
    if spelt := _SPELT_OUT.fullmatch(key):
        return Name(key=key, word=spelt[1], bare=_without_zeros(spelt[2]), is_spelt_out=True)
    if short := _SHORT_FORM.fullmatch(key):
        return Name(key=key, word=_ABBREVIATED[short[1] or short[2]], bare=_without_zeros(short[3]), is_spelt_out=False)
    return Name(key=key, word="", bare=_without_zeros(key), is_spelt_out=False)


@lru_cache(maxsize=1 << 10)
def unmarked_readings(text: str) -> tuple[Name, ...]:
    """Take an unmarked name apart in every way: 'Quan Son' is quận Sơn, or Quan Sơn without a type word."""
    key = unmark(text)
    whole = Name(key=key, word="", bare=_without_zeros(key), is_spelt_out=False)
    split = [
        Name(key=key, word=word, bare=_without_zeros(key[len(start) :]), is_spelt_out=spelt)
        for start, word, spelt in _UNMARKED_STARTS
        if key.startswith(start) and len(key) > len(start)
    ]
    return (*split, whole)


def _without_zeros(bare: str) -> str:
    """'Phường 01' of one list is 'Phường 1' of the next."""
    return (bare.lstrip("0") or "0") if _NUMBER.fullmatch(bare) else bare


_UNMARKED_STARTS: Final = (
    *((f"{unmark(word)} ", word, True) for word in TYPE_WORDS),
    *((f"{short} ", word, False) for short, word in _ABBREVIATED.items()),
)
