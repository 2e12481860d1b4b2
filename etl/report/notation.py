"""Numbers as each language writes them: 1.234,5 in Vietnamese, 1,234.5 in English.

Belongs here: value → text. Elsewhere: reading printed numbers (etl/extract), drawing them (charts.py).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["vi", "en"]

_VIETNAMESE_MARKS: Final = str.maketrans(",.", ".,")


def format_number(value: float, language: Language, *, decimals: int | None = None) -> str:
    """Write `value` with `decimals` places, or with as many as it has.

    >>> format_number(1234.5, "vi"), format_number(1234.5, "en"), format_number(3.0, "vi", decimals=2)
    ('1.234,5', '1,234.5', '3,00')
    """
    exact = as_decimal(value)
    places = decimals_of(value) if decimals is None else decimals
    english = f"{exact:,.{places}f}".replace("-", "\N{MINUS SIGN}")
    return english.translate(_VIETNAMESE_MARKS) if language == "vi" else english


def decimals_of(value: float) -> int:
    """How many decimal places the value needs.

    >>> decimals_of(0.06), decimals_of(97.0), decimals_of(1e20)
    (2, 0, 0)
    """
    exponent = as_decimal(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def as_decimal(value: float) -> Decimal:
    """The decimal a person would write for this float: 0.1 is 0.1, not 0.1000000000000000055."""
    return Decimal(repr(value))
