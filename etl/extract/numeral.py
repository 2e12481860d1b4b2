"""The digits of one number: what they are in a number format, and what they may have been meant to be where the format refuses them.

Belongs here: group and decimal marks. Elsewhere: the expressions (vocabulary.py), the words around a number (quantity.py), repairs that would mend
a broken relation (validate). A candidate is for people to choose from; the program never applies one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from etl.extract import vocabulary as words
from etl.model import NumberFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUP_AND_DECIMAL_MARK: Final = {NumberFormat.VI: (".", ","), NumberFormat.MACHINE: ("", "."), NumberFormat.EN: (",", ".")}
_LONGEST_REREAD: Final = 40  # marks and digits; beyond it nobody chooses between readings


def canonical_numeral(numeral: str, number_format: NumberFormat) -> str | None:
    """Give the numeral without group marks and with a decimal point; None if the format cannot read it.

    >>> canonical_numeral("2.345,678", NumberFormat.VI), canonical_numeral("18.4720", NumberFormat.VI)
    ('2345.678', None)
    """
    if re.fullmatch(words.SAME_IN_ALL_FORMATS, numeral):
        return numeral
    if not re.fullmatch(words.NUMERALS[number_format], numeral):
        return None
    if number_format is NumberFormat.VI:
        return numeral.replace(".", "").replace(",", ".")
    return numeral.replace(",", "")


def printed_numeral(canonical: str, number_format: NumberFormat) -> str:
    """Print a canonical numeral the way a format writes it.

    >>> printed_numeral("1234567.50", NumberFormat.VI)
    '1.234.567,50'
    """
    group_mark, decimal_mark = _GROUP_AND_DECIMAL_MARK[number_format]
    whole, _, fraction = canonical.partition(".")
    grouped = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", group_mark, whole.lstrip("0") or "0")
    return f"{grouped}{decimal_mark}{fraction}" if fraction else grouped


def candidate_readings(refused: str, number_format: NumberFormat) -> tuple[str, ...]:
    """List the plausible readings of a refused number, printed in the same format; none if nothing is plausible.

    >>> candidate_readings("18.4720", NumberFormat.VI), candidate_readings("0.125", NumberFormat.VI)
    (('18.472', '184.720'), ('0,125',))
    """
    if sign_adrift := re.fullmatch("([-+]) ([0-9][0-9.,]*)", refused):
        return (sign_adrift[1] + sign_adrift[2], sign_adrift[2])  # as a sign, or as a bullet
    numeral = refused.replace(" ", "") if re.fullmatch(words.BLANK_GROUPS, refused) else refused
    if len(numeral) > _LONGEST_REREAD or not re.fullmatch("[0-9.,]+", numeral):
        return ()
    return tuple(dict.fromkeys(printed_numeral(reading, number_format) for reading in _readings(numeral, number_format)))


def _readings(numeral: str, number_format: NumberFormat) -> Iterator[str]:
    """Canonical readings, the likeliest first."""
    for tidied in (numeral, numeral.rstrip(".,"), f"0{numeral}" if numeral[0] in ".," else numeral):
        if (reading := canonical_numeral(tidied, number_format)) is not None:
            yield reading
            return
    elsewhere = list(_in_other_formats(numeral, number_format))
    yield from elsewhere
    group_mark, decimal_mark = _GROUP_AND_DECIMAL_MARK[number_format]
    if group_mark and re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:[{group_mark}][0-9]{{3}})*[{group_mark}][0-9]{{4}}", numeral):
        yield numeral[:-1].replace(group_mark, "")  # one digit too many
    if numeral.startswith("0") or (elsewhere and not re.fullmatch("[0-9]+[.,][0-9]{3}", numeral)):
        return
    whole, _, fraction = numeral.rpartition(decimal_mark) if re.fullmatch(f"[^{decimal_mark}]+[{decimal_mark}][0-9]+", numeral) else (numeral, "", "")
    digits = re.sub("[.,]", "", whole)
    if re.fullmatch("[0-9.,]*[0-9]", whole):
        yield f"{digits}.{fraction}" if fraction else digits  # all digits right, marks misplaced


def _in_other_formats(numeral: str, number_format: NumberFormat) -> Iterator[str]:
    """Read it as another convention would, unless that is far-fetched: 18.4720 among Vietnamese numbers is a slip in a thousand, no decimal."""
    if number_format is NumberFormat.VI and re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]+", numeral):
        return
    for other in NumberFormat:
        if other is not number_format and (reading := canonical_numeral(numeral, other)) is not None:
            yield reading
