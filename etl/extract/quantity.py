"""Read one printed value: direction, hedge, number, multiplier, unit — or a refusal that says why.

Belongs here: what a text says, as exact decimals; the reasons for refusing. The grammar itself is in vocabulary.py; quantity_sql.py reads whole
columns with the same expressions and is tested to agree in every field. Elsewhere: the digits of a number (numeral.py), the interval a quantity
stands for (interval.py), unit codes, and whether a direction makes the figure negative (it depends on the measure).

Never repaired silently, never guessed: what has two readings is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from etl.extract import vocabulary as words
from etl.extract.numeral import candidate_readings, canonical_numeral
from etl.model import Hedge, NumberFormat

# The precision of the working context is ours, whatever a caller set for decimals: nothing here may round by surprise.
EXACT: Final = Context(prec=2 * words.MAX_LENGTH, rounding=ROUND_HALF_EVEN)
FINEST_ULP: Final = Decimal(words.FINEST_ULP)
_ONE: Final = Decimal(1)
_SMALLEST: Final = _ONE.scaleb(-words.SCALE)
_TOO_LARGE: Final = _ONE.scaleb(words.MAX_DIGITS)

_FOLD_MARKS: Final = str.maketrans(words.LOOK_ALIKES | words.LOWER_CASE_QUIRKS)
_OUR_DIGITS: Final = str.maketrans({**words.FOREIGN_DIGITS})
_HEDGE_OF: Final = words.HEDGES | words.HEDGE_MARKS | words.HEDGE_SUFFIXES
_BY_ITSELF_ABOUT: Final = (Hedge.EXACT, Hedge.ABOUT)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One printed value. `value` and `upper` are magnitudes: the sign is `direction`, from a word or from a printed mark.

    `is_negative` is true if a minus was printed (`-2`, `(2)`): then the figure is below zero whatever is measured, while a mere word ("giảm 2")
    makes a change negative but not a level. `upper` is the second number of a range; `hedge` is then RANGE, or ABOUT ("khoảng 3-5").

    `ulp` is the place of the last printed digit, `granule` that of the last digit that is not 0 (printed decimals all count), both times the
    multiplier; of a range the coarser of its two numbers, like `multiplier`, while `decimals` is the larger count. More than eight decimals left
    after the multiplier do not fit: the value is rounded half-even to nine, and `ulp` and `granule` become 0.000000002, because half of that covers
    both the print precision and this rounding; `decimals` stays as printed. `is_estimate`: "ước", "dự kiến" stand around it, which blur nothing.
    """

    direction: int
    is_negative: bool
    hedge: Hedge
    value: Decimal
    upper: Decimal | None
    decimals: int
    multiplier: int
    ulp: Decimal
    granule: Decimal
    unit_text: str
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is no quantity, and what it may have meant: canonical texts of the same number format, never applied by the program.

    Codes: missing · too-long · foreign-digits · no-number · unknown-words · two-numbers · malformed · ambiguous-group · sign-conflict · too-large ·
    reversed-range.
    """

    code: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Measured:
    """A numeral with its multiplier applied."""

    value: Decimal
    decimals: int
    exponent: int
    ulp: Decimal
    granule: Decimal


def fold(text: str) -> str:
    """Give the one spelling that the grammar reads: NFC, one kind of blank, dash and slash, lower case.

    >>> fold(" Gần  55,5  TỶ ")
    'gần 55,5 tỷ'
    """
    plain = unicodedata.normalize("NFC", text.replace("\0", words.INSTEAD_OF_NUL)).translate(_FOLD_MARKS)
    return re.sub(words.BLANK_RUN, " ", plain).strip(" ").lower()


def parse_quantity(text: str | None, number_format: NumberFormat = NumberFormat.VI) -> Quantity | Refusal:
    """Read a printed value, or refuse it with a reason and, where there are any, its possible readings.

    >>> parse_quantity("giảm hơn 1,2 nghìn hộ").value
    Decimal('1200.000000000')
    >>> parse_quantity("18.4720")
    Refusal(code='ambiguous-group', candidates=('18.472', '184.720'))
    """
    folded = fold(text or "")
    if refusal := _refuse_before_reading(folded):
        return refusal
    found = _groups(words.THREE_PARTS, folded)
    before, after = re.fullmatch(words.BEFORE, found["before"]), re.fullmatch(words.AFTER, found["after"])
    if before is None or after is None:
        return Refusal(_why_unmatched(found, is_beginning_understood=before is not None), candidate_readings(folded, number_format))
    found |= _groups(words.BEFORE, found["before"]) | _groups(words.AFTER, found["after"])
    if refusal := _refuse_structure(found):
        return refusal
    for numeral in (found["number"], found["upper"]):
        if numeral and canonical_numeral(numeral, number_format) is None:
            code = "ambiguous-group" if re.fullmatch(words.WELL_SEPARATED, numeral) else "malformed"
            return Refusal(code, candidate_readings(numeral, number_format))
    return _read_found(found, number_format)


def _groups(expression: str, text: str) -> dict[str, str]:
    """Give the named groups, empty where they took no part: as DuckDB gives them."""
    match = re.fullmatch(expression, text)
    return {name: (match[name] if match else "") or "" for name in words.groups_of(expression)}


def _refuse_before_reading(folded: str) -> Refusal | None:
    if re.fullmatch(words.MISSING, folded):
        return Refusal("missing")
    if len(folded) > words.MAX_LENGTH:
        return Refusal("too-long")
    if re.search(words.FOREIGN_DIGIT, folded):
        return Refusal("foreign-digits", (folded.translate(_OUR_DIGITS),))
    if not re.search(words.DIGIT, folded):
        return Refusal("no-number")
    return None


def _why_unmatched(found: dict[str, str], *, is_beginning_understood: bool) -> str:
    if re.fullmatch(words.DETACHED_SIGN, found["before"]) or re.fullmatch(words.POWER_OF_TEN, found["after"]):
        return "malformed"
    # After an understood beginning only a further number can be in the way, because a unit may hold every other character.
    return "two-numbers" if is_beginning_understood else "unknown-words"


def _tail(rest: str) -> tuple[str, str]:
    """Split what follows a number into its multiplier word and its unit."""
    groups = _groups(words.TAIL, rest)
    return groups["multiplier"], (groups["scaled_unit"] + groups["unit"]).strip(" ")


def _refuse_structure(found: dict[str, str]) -> Refusal | None:
    """Refuse texts whose parts are each understood but do not go together."""
    before = _HEDGE_OF.get(found["hedge"] or found["hedge_mark"], Hedge.EXACT)
    after = _HEDGE_OF.get(found["suffix"], before)
    is_range = found["upper"] != ""
    first_unit, last_unit = _tail(found["between"])[1] or found["between_tight"], _tail(found["rest"])[1]
    if is_range:
        if first_unit and last_unit and not last_unit.startswith(first_unit):
            return Refusal("two-numbers")
        is_broken = before not in _BY_ITSELF_ABOUT or bool(found["suffix"] or found["sign"] or found["bracket"])
    else:
        is_broken = bool(found["since"] and not found["suffix"]) or (before is not Hedge.EXACT and after is not before)
    if is_broken or _is_bracket_broken(found) or any(_leaves_words_unread(unit) for unit in (first_unit, last_unit)):
        return Refusal("malformed")
    if found["direction"] and found["sign"] and words.DIRECTIONS[found["direction"]] != words.SIGNS[found["sign"]]:
        return Refusal("sign-conflict")
    return None


def _is_bracket_broken(found: dict[str, str]) -> bool:
    """`(9,0)` alone is a negative number of bookkeeping, `giảm (-2%)` repeats a sign; `(40%)` may be either a minus or a mere bracket."""
    if not found["bracket"]:
        return False
    is_closed_once = found["rest"].count(")") == 1 and "(" not in found["rest"]
    says_its_sign = bool(found["sign"] or found["direction"])
    return not is_closed_once or not (says_its_sign or (found["before"] == "(" and found["rest"] == ")"))


def _leaves_words_unread(unit: str) -> bool:
    return any(word in unit for word in words.HEDGE_SUFFIXES) or re.fullmatch(words.UNREAD_SCALE, unit) is not None


def _read_found(found: dict[str, str], number_format: NumberFormat) -> Quantity | Refusal:
    first_word, first_unit = _tail(found["between"])
    last_word, last_unit = _tail(found["rest"])
    first_unit = first_unit or found["between_tight"]
    # One multiplier may serve both numbers of a range: "từ 40 đến 90 triệu", "5 triệu đến 7". A number with a unit of its own keeps to itself.
    lower_word = first_word or ("" if found["upper"] and first_unit else last_word)
    upper_word = last_word or ("" if last_unit else first_word)
    lower = _measure(found["number"], lower_word, number_format)
    upper = _measure(found["upper"], upper_word, number_format) if found["upper"] else None
    if lower.value >= _TOO_LARGE or (upper and upper.value >= _TOO_LARGE):
        return Refusal("too-large")
    if upper and upper.value < lower.value:
        return Refusal("reversed-range")
    coarser = upper or lower
    is_negative = found["sign"] == "-" or bool(found["bracket"] and not found["sign"] and not found["direction"])
    unit = last_unit or first_unit
    return Quantity(
        direction=words.FALL if is_negative else words.DIRECTIONS.get(found["direction"], words.SIGNS.get(found["sign"], 0)),
        is_negative=is_negative,
        hedge=_hedge(found),
        value=lower.value,
        upper=upper.value if upper else None,
        decimals=max(lower.decimals, coarser.decimals),
        multiplier=10 ** max(lower.exponent, coarser.exponent),
        ulp=max(lower.ulp, coarser.ulp),
        granule=max(lower.granule, coarser.granule),
        unit_text=unit.replace(")", "").strip(" ") if found["bracket"] else unit,
        is_estimate=bool(found["estimated"]) or re.match(words.ESTIMATED, found["before"]) is not None,
    )


def _hedge(found: dict[str, str]) -> Hedge:
    word = found["hedge"] or found["hedge_mark"] or found["suffix"]
    return _HEDGE_OF[word] if word else Hedge.RANGE if found["upper"] else Hedge.EXACT


def _measure(numeral: str, multiplier_word: str, number_format: NumberFormat) -> _Measured:
    exponent = words.MULTIPLIERS.get(multiplier_word, 0)
    canonical = canonical_numeral(numeral, number_format) or ""
    whole, _, fraction = canonical.partition(".")
    value = EXACT.quantize(EXACT.scaleb(Decimal(canonical), exponent), _SMALLEST)
    place = exponent - len(fraction)
    ulp = _power_of_ten(place) if place >= -words.MAX_EXACT_DECIMALS else FINEST_ULP
    trailing_zeros = len(whole) - len(whole.rstrip("0"))
    granule = ulp if fraction or not value else _power_of_ten(exponent + trailing_zeros)
    return _Measured(value=value, decimals=len(fraction), exponent=exponent, ulp=ulp, granule=granule)


def _power_of_ten(exponent: int) -> Decimal:
    return EXACT.quantize(EXACT.scaleb(_ONE, exponent), _SMALLEST)
