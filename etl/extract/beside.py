"""What a number may have been meant to say together with the unit of its column, where the two do not go together.

Belongs here: readings for people to choose from, written as texts that the grammar reads. Elsewhere: the decision that they do not go together
(resolve/sql/series.sql), readings of misplaced group marks (numeral.py). The program applies none of them.
"""

from __future__ import annotations

import re
from typing import Final

from etl.extract import vocabulary as words
from etl.extract.quantity import Quantity, fold, parse_quantity
from etl.model import Hedge, NumberFormat

_TELLS_HOW_MANY: Final = ("trăm", "nghìn", "ngàn")  # "5 nghìn" in a column of tỷ đồng may be a thousand of them
_SCALE_BEFORE_BRACKET: Final = rf"[0-9] ?{words.any_of(words.MULTIPLIERS)} ?\("


def readings_of_two_scales(text: str, unit: str, number_format: NumberFormat) -> tuple[str, ...]:
    """List what a text with a scale may mean in a column that has another one: the text as it stands, the number in the unit, or both scales as one.

    >>> readings_of_two_scales("5,6 tỷ đồng", "triệu đồng", NumberFormat.VI)
    ('5,6 tỷ đồng', '5,6 triệu đồng')
    >>> readings_of_two_scales("hơn 5 nghìn", "tỷ đồng", NumberFormat.VI)
    ('hơn 5 nghìn', 'hơn 5 tỷ đồng', 'hơn 5 nghìn tỷ đồng')
    """
    folded = fold(text)
    if re.search(_SCALE_BEFORE_BRACKET, folded):
        return _readable(folded.replace("(", "").replace(")", ""), number_format=number_format)  # both are in the text, whatever the column says
    found = re.fullmatch(words.THREE_PARTS, folded)
    after = re.fullmatch(words.AFTER, found["after"]) if found else None
    if found is None or after is None:
        return ()
    scale = re.match(f" ?({words.any_of(_TELLS_HOW_MANY)})$", after["rest"])
    bare = found["before"] + found["number"] + (f" đến {after['upper']}" if after["upper"] else "")
    return _readable(folded, f"{bare} {unit}", *([f"{bare} {scale[1]} {unit}"] if scale else []), number_format=number_format)


def readings_of_unread_words(text: str, unread: str, unit: str, number_format: NumberFormat) -> tuple[str, ...]:
    """List what a text may mean whose last words are no unit: the number without them, or with them in front, where the grammar knows them.

    >>> readings_of_unread_words("100 giảm", "giảm", "vụ", NumberFormat.VI)
    ('100 vụ', 'giảm 100 vụ')
    """
    stem = fold(text).removesuffix(unread).strip()
    in_front = parse_quantity(f"{unread} {stem}", number_format)
    is_known = isinstance(in_front, Quantity) and (in_front.direction != 0 or in_front.hedge is not Hedge.EXACT)
    return _readable(f"{stem} {unit}", *([f"{unread} {stem} {unit}"] if is_known else []), number_format=number_format)


def _readable(*texts: str, number_format: NumberFormat) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(texts) if isinstance(parse_quantity(text, number_format), Quantity))
