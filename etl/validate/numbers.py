"""Numbers as people write them, in either language: 1.234,5 in Vietnamese, 1,234.5 in English."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

_STORED: Final = -9  # decimals of every exact column of the working tables
WIDE: Final = Context(prec=60)
"""Sums and quotients of the largest values with the finest decimals have more digits than the usual 28."""

MINUS: Final = "\N{MINUS SIGN}"  # for people; what a machine reads back (plain) keeps the hyphen
_MARKS: Final = {"vi": (".", ","), "en": (",", ".")}
_SCALES: Final = {
    10**12: {"vi": "nghìn tỷ", "en": "trillion"},
    10**9: {"vi": "tỷ", "en": "billion"},
    10**6: {"vi": "triệu", "en": "million"},
    10**3: {"vi": "nghìn", "en": "thousand"},
}


def number(value: Decimal, lang: str, *, decimals: int | None = None) -> str:
    """A number with its groups; with exactly `decimals` decimals, or as many as it has.

    >>> number(Decimal("1234.50"), "vi")
    '1.234,5'
    >>> number(Decimal("97"), "vi", decimals=2), number(Decimal("-4.43"), "vi")
    ('97,00', '−4,43')
    """
    group, mark = _MARKS[lang]
    exact = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=WIDE) if decimals is not None else value
    whole, _, fraction = f"{exact.copy_abs():,f}".partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    shown = whole.replace(",", group) + (mark + fraction if fraction else "")
    return f"{MINUS}{shown}" if exact < 0 else shown


def scaled(value: Decimal, multiplier: int, lang: str, *, decimals: int) -> str:
    """A number as it was printed with its multiplier word: 55.500.000.000 is "55,5 tỷ"."""
    words = _SCALES.get(multiplier)
    if words is None:
        return number(value, lang, decimals=decimals if multiplier == 1 else None)
    return f"{number(value / multiplier, lang, decimals=decimals)} {words[lang]}"


def plain(value: Decimal) -> str:
    """A number for machines and waivers: dot decimals, no groups; the nine decimals of the tables without their empty ones.

    >>> plain(Decimal("97.00")), plain(Decimal("1800.000000000"))
    ('97.00', '1800')
    """
    return f"{value.normalize() if value.as_tuple().exponent == _STORED else value:f}"
