"""Edits of a printed text that undo one slip of the hand: what it would say if a digit, a mark or a multiplier word stood otherwise.

    Printed      a text taken apart: its digits, where they stand, the words that can be wrong
    edits_of     all single edits, each with the number it gives; the text itself is only written for the few that are told

Belongs here: which slips there are, and how the changed text is written. Elsewhere: the grammar (extract/), which edit repairs a relation
(causes.py). Nothing here knows what the number should be; nothing is ever applied to data.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from etl.extract import vocabulary as words
from etl.extract.numeral import canonical_numeral, printed_numeral
from etl.extract.quantity import parse_quantity
from etl.extract.quantity import Quantity
from etl.model import NumberFormat
from etl.validate.relations import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator


class Slip(IntEnum):
    """What may have happened to a text, the likelier the earlier (design/rules.md §6)."""

    SWAP = 0
    DIGIT = 1
    DOUBLED = 2
    MARK = 3
    MULTIPLIER = 4
    DROPPED = 5
    SIGN = 6
    EXTRA = 7


_SCALES: Final = {0: "", 3: "nghìn", 6: "triệu", 9: "tỷ", 12: "nghìn tỷ"}
_TURNED: Final = {
    "giảm": "tăng",
    "giảm thêm": "tăng thêm",
    "giảm bớt": "tăng thêm",
    "tăng": "giảm",
    "tăng thêm": "giảm thêm",
    "thêm": "giảm",
    "thấp hơn": "cao hơn",
    "kém hơn": "cao hơn",
    "kém": "hơn",
    "cao hơn": "thấp hơn",
    "ít hơn": "nhiều hơn",
    "nhiều hơn": "ít hơn",
    "vượt": "thiếu",
    "thiếu": "vượt",
    "thiếu hụt": "vượt",
    "còn thiếu": "vượt",
    "chưa đạt": "vượt",
    "hụt": "vượt",
    "-": "",
    "+": "-",
}
_NUMERAL: Final = re.compile(r"[0-9](?:[0-9.,]*[0-9])?")
_MULTIPLIER: Final = re.compile(f" ?({words.any_of(words.MULTIPLIERS)})(?![{words.LETTER}0-9])")
_DIRECTION: Final = re.compile(f"(?<![{words.LETTER}])({words.any_of(words.DIRECTIONS)})(?![{words.LETTER}])|[-+](?=[(]?$)")
_MOST_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: the digits that would stand there, how many of them are decimals, and the power of ten of the multiplier."""

    slip: Slip
    digits: str
    decimals: int
    exponent: int
    is_turned: bool = False

    @property
    def number(self) -> int | None:
        """The number it gives, without sign and without the multiplier of the unit, in billionths; None where it is finer than that."""
        places = PLACES + self.exponent - self.decimals
        return int(self.digits) * 10**places if places >= 0 else None
