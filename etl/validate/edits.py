"""Edits of a printed text that undo one slip of the hand: what it would say if a digit, a mark or a word stood otherwise.

    take_apart(text, …)     a text with its digits and the words that may be wrong, each with its place
    edits_of(printed)       all single edits as digits and powers of ten; the text itself is written only for the few that are told

Belongs here: which slips there are, and how the changed text is written. Elsewhere: the grammar (extract/), what is near (wanted.py), what the
changed text is worth (cells.py), which edit repairs a relation (causes.py). Nothing here knows what the number should be; nothing is ever applied to data.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import TYPE_CHECKING, Final

from etl.extract import vocabulary as words
from etl.extract.numeral import canonical_numeral, printed_numeral
from etl.model import NumberFormat
from etl.validate.spans import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.validate.wanted import Room, Wanted


class Slip(IntEnum):
    """What may have happened to a text, in the order in which it is believed (design/rules.md §6)."""

    READING = 0  # the text can be read in several ways, this is one of them
    SWAP = 1
    DOUBLED = 2
    DIGIT = 3
    MARK = 4
    MULTIPLIER = 5
    SIGN = 6
    DROPPED = 7
    EXTRA = 8
    FAR_MARK = 9
    LABEL = 10  # from here on nothing is wrong with the digits
    TWICE = 11
    MISSING = 12
    DENOMINATOR = 13
    FREE = 14


_SCALES: Final = {0: "", 3: "nghìn", 6: "triệu", 9: "tỷ", 12: "nghìn tỷ"}
_FARTHEST_SCALE: Final = 6  # nghìn for tỷ; only a word left out or put in makes more
_TURNED: Final = {
    **dict.fromkeys(("giảm", "giảm bớt"), "tăng"),
    "giảm thêm": "tăng thêm",
    "tăng": "giảm",
    "tăng thêm": "giảm thêm",
    "thêm": "giảm",
    **dict.fromkeys(("thấp hơn", "kém hơn", "kém"), "cao hơn"),
    "cao hơn": "thấp hơn",
    "ít hơn": "nhiều hơn",
    "nhiều hơn": "ít hơn",
    **dict.fromkeys(("thiếu", "thiếu hụt", "còn thiếu", "chưa đạt", "hụt"), "vượt"),
    "vượt": "thiếu",
    "-": "",
    "+": "-",
}
_NUMERAL: Final = re.compile(r"[0-9](?:[0-9.,]*[0-9])?")
_MULTIPLIER: Final = re.compile(f" ?({words.any_of(words.MULTIPLIERS)})(?![{words.LETTER}0-9])")
_DIRECTION: Final = re.compile(f"(?<![{words.LETTER}])({words.any_of(words.DIRECTIONS)})(?![{words.LETTER}])|[-+](?=[(]?$)")
_MOST_DIGITS: Final = 18
_GROUP: Final = 3  # digits between two group marks


@dataclass(frozen=True, slots=True)
class Printed:
    """A text around one of its numbers: the digits without marks, and where the parts stand that an edit replaces."""

    text: str
    number_format: NumberFormat
    start: int
    end: int
    digits: str
    decimals: int
    has_groups: bool
    mark: str
    exponent: int
    word: tuple[int, int] | None
    direction: tuple[int, int] | None
    can_scale: bool
    can_turn: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: the digits that would stand there, how many of them are decimals, the power of ten of the multiplier word."""

    slip: Slip
    digits: str
    decimals: int
    exponent: int
    is_turned: bool = False

    @property
    def number(self) -> int:
        """The magnitude it gives, in billionths."""
        places: int = PLACES + self.exponent - self.decimals
        return int(int(self.digits) * 10**places)


def take_apart(text: str, number_format: NumberFormat, *, exponent: int, can_scale: bool, can_turn: bool) -> tuple[Printed, ...]:
    """All numbers of a text, each in every way in which its digits can be taken. `exponent` is what the grammar read as multiplier.

    `can_scale`: the unit admits a multiplier word. `can_turn`: the figure has a direction.
    """
    plain = unicodedata.normalize("NFC", text)
    lowered = plain.lower()
    if len(lowered) != len(plain):
        return ()
    found = []
    for number in _NUMERAL.finditer(lowered):
        after = _MULTIPLIER.match(lowered, number.end())
        power = words.MULTIPLIERS[after[1]] if after is not None else 0
        said = _DIRECTION.search(lowered[: number.start()])
        found += [
            Printed(
                text=plain,
                number_format=number_format,
                start=number.start(),
                end=number.end(),
                digits=digits,
                decimals=decimals,
                has_groups=has_groups,
                mark=mark,
                exponent=power,
                word=None if after is None else after.span(),
                direction=None if said is None else said.span(),
                can_scale=can_scale and power == exponent,
                can_turn=can_turn or (said is not None and said[0] == "-"),
            )
            for digits, decimals, has_groups, mark in _digits_of(number[0], number_format)
        ]
    return tuple(found)


def _digits_of(numeral: str, number_format: NumberFormat) -> Iterator[tuple[str, int, bool, str]]:
    """The digits of a numeral, its decimals, whether it groups, and its decimal mark; the reading of the format first."""
    digits = re.sub("[.,]", "", numeral)
    mark = "," if number_format is NumberFormat.VI else "."
    group = "." if number_format is NumberFormat.VI else ","
    canonical = canonical_numeral(numeral, number_format)
    if len(digits) > _MOST_DIGITS:
        return
    if canonical is not None:
        decimals = len(canonical.partition(".")[2])
        before_mark = numeral[: len(numeral) - decimals - 1] if decimals else numeral
        printed_mark = numeral[-decimals - 1] if decimals else mark
        yield digits, decimals, bool(re.search("[.,]", before_mark)), printed_mark
        if decimals and group == printed_mark:
            yield digits, 0, True, mark  # 2.68 for 2.680: a digit lost behind a group mark
        return
    yield digits, 0, True, mark
    whole, found, fraction = numeral.rpartition(mark)
    if found and fraction and mark not in whole:
        yield digits, len(fraction), group in whole, mark


def edits_of(printed: Printed, wanted: Wanted) -> Iterator[Edit]:
    """All single edits that come near what is wanted, each number once, under the slip that is believed first."""
    seen = {(printed.digits, printed.decimals, printed.exponent)}
    for slip, digits, decimals, exponent in _all_edits(printed, wanted) if wanted.spans else ():
        if wanted.admits(digits, decimals, exponent) and _is_plain(digits, decimals, exponent) and (digits, decimals, exponent) not in seen:
            seen.add((digits, decimals, exponent))
            yield Edit(slip, digits, decimals, exponent)
    if printed.can_turn:
        yield Edit(Slip.SIGN, printed.digits, printed.decimals, printed.exponent, is_turned=True)


def _all_edits(printed: Printed, wanted: Wanted) -> Iterator[tuple[Slip, str, int, int]]:
    """All single edits, of digits only those that come near: a text has a hundred of these, of which one or two are wanted."""
    digits, decimals, exponent = printed.digits, printed.decimals, printed.exponent
    coarser, same, finer = (wanted.room(decimals + more, exponent) for more in (-1, 0, 1))
    near = chain(_swapped(digits, decimals, same), _undoubled(digits, decimals, same, coarser), _changed(digits, decimals, same))
    far = chain(_inserted(digits, decimals, same, finer), _deleted(digits, decimals, same, coarser), _moved(printed, (2, 3), Slip.FAR_MARK))
    for slip, changed, places in chain(near, _moved(printed, (1,), Slip.MARK)):
        yield slip, changed, places, exponent
    for other in _other_scales(printed):
        yield Slip.MULTIPLIER, digits, decimals, other
    for slip, changed, places in far:
        yield slip, changed, places, exponent


def _is_plain(digits: str, decimals: int, exponent: int) -> bool:
    """Whether anyone writes it so: no zero in front of further whole digits, short enough, and no number that the grammar refuses as too large."""
    whole = len(digits) - decimals
    return 0 < whole <= words.MAX_DIGITS - exponent and len(digits) <= _MOST_DIGITS and (whole == 1 or digits[0] != "0")


_Changed = tuple[Slip, str, int]


def _swapped(digits: str, decimals: int, room: Room) -> Iterator[_Changed]:
    number, place = int(digits), 10 ** len(digits)
    for i in range(len(digits) - 1):
        place //= 10
        # Two neighbours that change places: each step that the left one falls by, the right one rises by.
        if digits[i] != digits[i + 1] and room.admits(number - (int(digits[i]) - int(digits[i + 1])) * (place - place // 10)):
            yield Slip.SWAP, digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :], decimals


def _changed(digits: str, decimals: int, room: Room) -> Iterator[_Changed]:
    number, place = int(digits), 10 ** len(digits)
    for i, old in enumerate(digits):
        place //= 10
        for new in room.digits(number - int(old) * place, place):
            if new != int(old):
                yield Slip.DIGIT, f"{digits[:i]}{new}{digits[i + 1 :]}", decimals


def _undoubled(digits: str, decimals: int, same: Room, coarser: Room) -> Iterator[_Changed]:
    """One of two equal neighbours is too many; across the decimal mark it may be either."""
    whole = len(digits) - decimals
    for i in range(len(digits) - 1):
        if digits[i] == digits[i + 1]:
            shorter = digits[:i] + digits[i + 1 :]
            if i + 1 >= whole and coarser.admits(int(shorter)):
                yield Slip.DOUBLED, shorter, decimals - 1
            if i < whole and same.admits(int(shorter)):
                yield Slip.DOUBLED, shorter, decimals


def _moved(printed: Printed, steps: tuple[int, ...], slip: Slip) -> Iterator[_Changed]:
    """The decimal mark stands elsewhere. Behind the mark of a count that had none, zeros go: 32.850 is ten times 3.285; but 940 % is ten times 94,0 %."""
    digits, decimals = printed.digits, printed.decimals
    for step in steps:
        longer, places = digits.zfill(decimals + step + 1), decimals + step
        while places and not decimals and printed.can_scale and longer.endswith("0"):
            longer, places = longer[:-1], places - 1
        yield slip, longer, places
        if decimals >= step:
            yield slip, digits.lstrip("0").zfill(decimals - step + 1), decimals - step
        else:
            yield slip, (digits + "0" * (step - decimals)).lstrip("0") or "0", 0


def _inserted(digits: str, decimals: int, same: Room, finer: Room) -> Iterator[_Changed]:
    """One digit was left out; with the only decimal its mark went too."""
    whole, number, place = len(digits) - decimals, int(digits), 10 ** len(digits)
    for i in range(len(digits) + 1):
        before, behind = divmod(number, place)
        longer = before * 10 * place + behind
        coarse = same.digits(longer, place) if i <= whole else []
        fine = finer.digits(longer, place) if i >= whole else []
        for new in sorted({*coarse, *fine}):
            text = f"{digits[:i]}{new}{digits[i:]}"
            if new in coarse:
                yield Slip.DROPPED, text, decimals
            if new in fine:
                yield Slip.DROPPED, text, decimals + 1
        place //= 10


def _deleted(digits: str, decimals: int, same: Room, coarser: Room) -> Iterator[_Changed]:
    whole, number, place = len(digits) - decimals, int(digits), 10 ** len(digits)
    for i in range(len(digits) if len(digits) > 1 else 0):
        place //= 10
        room, places = (same, decimals) if i < whole else (coarser, decimals - 1)
        if room.admits(number // (10 * place) * place + number % place):
            yield Slip.EXTRA, digits[:i] + digits[i + 1 :], places


def _other_scales(printed: Printed) -> Iterator[int]:
    """Powers of ten of another multiplier word; of one too many, or one too few."""
    if not printed.can_scale:
        return
    for other in _SCALES:
        if other != printed.exponent and (0 in {other, printed.exponent} or abs(other - printed.exponent) <= _FARTHEST_SCALE):
            yield other


def write(printed: Printed, edit: Edit) -> str:
    """The full text as it would stand.

    >>> said = take_apart("giảm 1,2 nghìn hộ", NumberFormat.VI, exponent=3, can_scale=True, can_turn=True)[0]
    >>> write(said, Edit(Slip.DIGIT, "15", 1, 6, is_turned=True))
    'tăng 1,5 triệu hộ'
    """
    text = printed.text
    if edit.exponent != printed.exponent:
        text = _with_word(printed, _SCALES[edit.exponent])
    text = text[: printed.start] + numeral_text(printed, edit.digits, edit.decimals) + text[printed.end :]
    return _turned(printed, text) if edit.is_turned else text


def numeral_text(printed: Printed, digits: str, decimals: int) -> str:
    """Digits in the writing of the text: grouped as it groups, with its decimal mark (a dot before three decimals would group in vi)."""
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    could_not_group = len(printed.digits) - printed.decimals <= _GROUP
    grouped = printed_numeral(whole, printed.number_format) if printed.has_groups or could_not_group else whole
    mark = "," if printed.number_format is NumberFormat.VI and decimals >= _GROUP else printed.mark
    return f"{grouped}{mark}{fraction}" if fraction else grouped


def _with_word(printed: Printed, word: str) -> str:
    """The text with another multiplier word; in the spelling of the text (ngàn, tỉ)."""
    lowered = printed.text.lower()
    if "ngàn" in lowered:
        word = word.replace("nghìn", "ngàn")
    if re.search(f"(?<![{words.LETTER}])tỉ(?![{words.LETTER}])", lowered):
        word = word.replace("tỷ", "tỉ")
    start, end = printed.word or (printed.end, printed.end)
    return printed.text[:start] + (f" {word}" if word else "") + printed.text[end:]


def _turned(printed: Printed, text: str) -> str:
    if printed.direction is None:
        return f"giảm {text}"
    start, end = printed.direction
    return text[:start] + _TURNED[printed.text[start:end].lower()] + text[end:]
