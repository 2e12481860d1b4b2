r"""The words and marks of a printed quantity, and the regular expressions made of them: the one definition of the number grammar.

Belongs here: word lists (fillers, directions, hedges, multipliers), marks that count as the same mark, number formats, limits, expressions.
Elsewhere: reading one text (quantity.py), reading a column (quantity_sql.py), what a reading is worth (interval.py).

Both Python's `re` and DuckDB's RE2 run these expressions. So they use only what both understand alike: no look-around, no back-reference, and
none of \b \d \s \w $-before-newline, which mean different characters in the two. They are applied to *folded* text: NFC, lower case, every blank
(no-break, thin, zero-width, line end) one plain blank and none at the ends, every dash `-`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from etl.model import Hedge, NumberFormat

if TYPE_CHECKING:
    from collections.abc import Iterable

# --- limits -------------------------------------------------------------------------------------------------------------------------------------

SCALE: Final = 9  # of DECIMAL(38,9), the exact type of the working tables
MAX_LENGTH: Final = 200  # of a folded text; the longest honest value is a fifth of that, and it bounds the work of the expressions
MAX_DIGITS: Final = 18  # a magnitude stays below 10 ** 18, so that sums and products of it still fit DECIMAL(38,9)
MAX_EXACT_DECIMALS: Final = 8  # after the multiplier; half of the next place does not fit SCALE any more
FINEST_ULP: Final = "0.000000002"  # stands for every finer place: half of it covers the print precision and our own rounding to SCALE

# --- folding ------------------------------------------------------------------------------------------------------------------------------------


def _characters(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1))


# Zero-width characters count as blanks, not as nothing: "4<zero-width>127" is then refused as two numbers instead of silently being 4127.
BLANKS: Final = _characters(
    *((0x09, 0x0D), (0x1C, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x180E, 0x180E)),
    *((0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x2064), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
BLANK_RUN: Final = f"[{BLANKS}]+"
LOOK_ALIKES: Final = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u223c\u2248\uff5e", "~"),
    **dict.fromkeys("\u2044\u2215\uff0f", "/"),
}
# The only two letters whose lower case depends on who is asked: Python makes İ two characters, DuckDB one; a Greek sigma minds its neighbours in Python.
LOWER_CASE_QUIRKS: Final = {"İ": "i", "\u03a3": "\u03c3"}

INSTEAD_OF_NUL: Final = "\ufffd"  # the character for what cannot be read
UNFOLDED: Final = f"[{''.join(LOOK_ALIKES)}{''.join(LOWER_CASE_QUIRKS)}{BLANKS.replace(' ', '')}]|  "

# --- words --------------------------------------------------------------------------------------------------------------------------------------

# Fillers that say how final a value is: it is an estimate, not a vague one.
ESTIMATES: Final = ("ước", "ước tính", "dự kiến")
FILLERS: Final = (
    *("toàn bộ", "tất cả", "cả", "chỉ", "tới", "lên tới", "lên đến", "đúng", "đạt", "đạt được", "thực hiện", "còn", *ESTIMATES),
    *("bằng", "chiếm", "là", "có", "gấp", "bình quân", "trung bình"),
)
FALL: Final = -1
RISE: Final = 1
# "hơn" after cao, thấp, ít, nhiều, kém compares; it does not hedge. Longer entries win over their beginnings.
DIRECTIONS: Final = {
    **dict.fromkeys(("giảm", "giảm thêm", "giảm bớt", "thấp hơn", "ít hơn", "thiếu", "thiếu hụt", "còn thiếu", "chưa đạt", "kém", "kém hơn", "hụt"), FALL),
    **dict.fromkeys(("tăng", "tăng thêm", "thêm", "cao hơn", "vượt", "nhiều hơn"), RISE),
}
HEDGES: Final = {
    **dict.fromkeys(("hơn", "trên"), Hedge.MORE_THAN),
    **dict.fromkeys(("gần", "ngót", "ngót nghét"), Hedge.NEARLY),
    **dict.fromkeys(("khoảng", "vào khoảng", "xấp xỉ", "trên dưới", "chừng"), Hedge.ABOUT),
    **dict.fromkeys(("ít nhất", "tối thiểu", "không dưới"), Hedge.AT_LEAST),
    **dict.fromkeys(("tối đa", "nhiều nhất", "không quá", "không vượt quá"), Hedge.AT_MOST),
    **dict.fromkeys(("dưới", "chưa đến", "chưa tới", "chưa đầy", "không đến", "không tới"), Hedge.BELOW),
}
HEDGE_MARKS: Final = {
    ">": Hedge.MORE_THAN,
    "~": Hedge.ABOUT,
    "≥": Hedge.AT_LEAST,
    ">=": Hedge.AT_LEAST,
    "≤": Hedge.AT_MOST,
    "<=": Hedge.AT_MOST,
    "<": Hedge.BELOW,
}
HEDGE_SUFFIXES: Final = {"trở lên": Hedge.AT_LEAST, "trở xuống": Hedge.AT_MOST}
SIGNS: Final = {"-": FALL, "+": RISE}

_POWERS: Final = {"trăm": 2, "nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tr": 6, "tr.": 6, "tỷ": 9, "tỉ": 9}
_CAN_BE_COUNTED: Final = ("nghìn", "ngàn", "vạn", "triệu", "tỷ", "tỉ")
# Power of ten of each multiplier, single ("tỷ") or a smaller one before a larger one ("nghìn tỷ", "trăm triệu").
MULTIPLIERS: Final = _POWERS | {
    f"{first} {second}": _POWERS[first] + _POWERS[second]
    for first in ("trăm", "nghìn", "ngàn", "vạn", "triệu")
    for second in _CAN_BE_COUNTED
    if _POWERS[first] < _POWERS[second]
}

# --- expressions --------------------------------------------------------------------------------------------------------------------------------


def any_of(words: Iterable[str]) -> str:
    """Alternatives, longest first: both engines take the first alternative that fits, and "trên dưới" must win over "trên"."""
    return "(?:" + "|".join(re.escape(word).replace("\\ ", " ") for word in sorted(words, key=lambda word: (-len(word), word))) + ")"


LETTER: Final = "a-z\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff"
DIGIT: Final = "[0-9]"
FOREIGN_DIGITS: Final = dict(zip("\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19", "0123456789", strict=True))
FOREIGN_DIGIT: Final = "[\uff10-\uff19]"
MISSING: Final = r"(?:\.{2,}|…|-{1,3}|#?n/?a|x)?"

# Integers and a dot with one or two digits read the same in all three formats. In vi a dot with three digits groups thousands, with more it is refused.
SAME_IN_ALL_FORMATS: Final = r"[0-9]+(?:\.[0-9]{1,2})?"
# What each format adds. A group mark stands between exactly three digits, and a grouped number does not begin with 0: 0.125 is no thousand.
NUMERALS: Final = {
    NumberFormat.VI: r"(?:[0-9]+,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?)",
    NumberFormat.MACHINE: r"[0-9]+\.[0-9]+",
    NumberFormat.EN: r"(?:[0-9]+\.[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?)",
}
WELL_SEPARATED: Final = "[0-9]+(?:[.,][0-9]+)+"
_NUMERAL: Final = "[.,]*[0-9][0-9.,]*"

# A text is the words before its first number, the number, and what comes after.
THREE_PARTS: Final = f"^(?P<before>[^0-9]*?)(?P<number>{_NUMERAL})(?P<after>.*)$"
_FILLERS: Final = f"(?:{any_of(FILLERS)} )*"
BEFORE: Final = (
    f"^{_FILLERS}(?:(?P<direction>{any_of(DIRECTIONS)}) )?{_FILLERS}"
    f"(?:(?P<hedge>{any_of(HEDGES)}) |(?P<hedge_mark>{any_of(HEDGE_MARKS)}) ?)?{_FILLERS}"
    r"(?P<since>từ )?(?P<bracket>\()?(?P<sign>[-+])?$"
)
ESTIMATED: Final = f"^(?:.* )?{any_of(ESTIMATES)} "  # of the words before a number, all of them known by then
# Digits that are part of a unit: m2, km2, and denominators such as /10.000 dân or /1 vạn dân. Any other digit is a second number. Straight after the
# number fewer denominators are believed: in "210/1.000 hộ" the second number may as well be the plan.
_SCALE_WORD: Final = any_of(("trăm", "nghìn", "ngàn", "vạn", "triệu"))
_ROUND: Final = "(?:10{3,6}|10{0,2}(?:[.,]000){1,2})"
_DENOMINATOR: Final = f"/ ?(?:10{{0,2}} {_SCALE_WORD}|{_ROUND}) ?[{LETTER}]"
_DENOMINATOR_OF_NUMBER: Final = f"/ ?(?:1 {_SCALE_WORD} ?[{LETTER}]|{_ROUND} ?(?:dân|trẻ đẻ))"
_UNIT: Final = f"(?:(?:m[23]|{_DENOMINATOR_OF_NUMBER}|[^0-9.,])(?:m[23]|{_DENOMINATOR}|[^0-9])*?)??"  # as little as possible, so that "trở lên" is left over
AFTER: Final = (
    f"^(?:(?:(?P<between>{_UNIT}) (?:-|đến|tới) |(?P<between_tight>%?)- ?)(?P<upper>{_NUMERAL}))?(?P<rest>{_UNIT})"
    rf"(?: (?P<suffix>{any_of(HEDGE_SUFFIXES)}))?(?: ?\((?P<estimated>{any_of((*ESTIMATES, 'ước thực hiện'))})\))?$"
)
# Nothing, or something that neither continues the word ("tỉnh" is no "tỉ") nor makes it another one ("tỷ lệ" is a ratio). "tỷđồng", "trđ" are seen.
WORD_END: Final = f"(?:[^{LETTER}0-9 ].*|đ(?:ồng)?(?:[^{LETTER}].*)?| (?:[^l].*|l|l[^ệ].*|lệ[{LETTER}].*))?"
TAIL: Final = f"^(?: ?(?P<multiplier>{any_of(MULTIPLIERS)})(?P<scaled_unit>{WORD_END})|(?P<unit>.*))$"
# "1 triệu rưỡi", "3 trăm nghìn tỷ": a scale word that was left unread would make the value wrong by its factor.
UNREAD_SCALE: Final = f"(?:chục|mươi|rưỡi|{any_of(MULTIPLIERS)}){WORD_END}"

# What may stand behind a number or its unit and says nothing about it. (A raised figure may be a power as well as a footnote.)
FOOTNOTE_MARKS: Final = ".,;:*†‡"
FOOTNOTE: Final = rf"(?:\(\*+\)|[{FOOTNOTE_MARKS} ])+"

# Two that some readers would take for numbers: a minus that may be a bullet (before), a power of ten (after).
DETACHED_SIGN: Final = "^.*[-+] $"
POWER_OF_TEN: Final = "^e[-+]?[0-9]+$"
BLANK_GROUPS: Final = "[1-9][0-9]{0,2}(?: [0-9]{3})+(?:[.,][0-9]+)?"


def groups_of(expression: str) -> list[str]:
    """The names of an expression's groups, in order: what DuckDB wants to be told."""
    return list(re.compile(expression).groupindex)
