"""A figure that may have been printed wrong: its text taken apart, and what each edit of it would be read as.

Belongs here: the way from an edit to a reading, by the same interval rules as the figure itself (extract/interval.py), without reading the text
anew where nothing but digits and scale change. Elsewhere: the edits (edits.py), what readings mean for relations (relations.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.extract.interval import OPEN as OPEN_END
from etl.extract.interval import half_width, interval_of
from etl.extract.quantity import EXACT, Quantity, Refusal, parse_quantity
from etl.model import Hedge, NumberFormat
from etl.validate.edits import edits_of, take_apart, write
from etl.validate.spans import OPEN, PLACES, Reading, nano
from etl.validate.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from etl.validate.edits import Edit, Printed
    from etl.validate.members import Member
    from etl.validate.spans import Span

_SIGNED: Final = frozenset({"change_abs", "change_pct", "change_pp", "plan_excess"})
_UNSCALED: Final = frozenset({"rate", "points", "times"})
_TOO_LARGE: Final = 10 ** (18 + PLACES)
_SIDED: Final = frozenset({Hedge.AT_LEAST, Hedge.AT_MOST, Hedge.BELOW})


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure with its text; `reading` is None where the grammar refused it."""

    member: Member
    reading: Reading | None
    quantity: Quantity | None
    factor: int
    text: str
    printed: tuple[Printed, ...]
    candidates: tuple[str, ...]
    halves: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Row number of the figure."""
        return self.member.n

    @property
    def is_hedged(self) -> bool:
        """Whether words stand around the number that blur it."""
        return self.member.hedge not in {None, "exact"}

    @property
    def is_signed(self) -> bool:
        """Whether a direction makes the figure negative."""
        return self.member.measure in _SIGNED

    def edits(self, needs: Iterable[Span]) -> Iterator[tuple[Printed, Edit]]:
        """The edits of all numbers of the text that may meet one of these needs."""
        wanted = self._wanted(needs)
        for printed in self.printed:
            for edit in edits_of(printed, wanted):
                yield printed, edit

    def _wanted(self, needs: Iterable[Span]) -> Wanted:
        """The needs as magnitudes, without the sign of the figure and the multiplier of its unit."""
        quantity = self.quantity
        if quantity is None or quantity.upper is not None or quantity.hedge in _SIDED:
            return Wanted(((0, OPEN) if any(True for _ in needs) else (1, 0),))
        turned = (need.mirrored() if self._is_negative(quantity, is_turned=False) else need for need in needs)
        return Wanted(tuple((need.lower // self.factor, -(-need.upper // self.factor)) for need in turned), is_blurred=quantity.hedge is not Hedge.EXACT)

    def reading_of(self, printed: Printed, edit: Edit) -> Reading | None:
        """What the text would be read as after an edit; None where it could not be read, or is finer than billionths."""
        number = edit.number
        quantity = self.quantity
        if number >= _TOO_LARGE:
            return None
        if quantity is None or quantity.upper is not None:
            return self.reading_of_text(write(printed, edit))
        if quantity.hedge is not Hedge.EXACT:
            return self._reading(self._edited(quantity, edit, number), is_turned=edit.is_turned)
        half = self._half(quantity, edit)
        value = -number * self.factor if self._is_negative(quantity, is_turned=edit.is_turned) else number * self.factor
        return Reading(value, half, value - half, value + half, value - half, value + half)

    def reading_of_text(self, text: str) -> Reading | None:
        """What any text would be read as in the place of this figure."""
        quantity = parse_quantity(text, NumberFormat(self.member.number_format))
        if isinstance(quantity, Refusal):
            return None
        times = Decimal(self.factor)
        return self._reading(
            replace(
                quantity,
                value=EXACT.multiply(quantity.value, times),
                upper=None if quantity.upper is None else EXACT.multiply(quantity.upper, times),
                ulp=EXACT.multiply(quantity.ulp, times),
                granule=EXACT.multiply(quantity.granule, times),
                multiplier=quantity.multiplier * self.factor,
            ),
            is_turned=False,
        )

    def _is_negative(self, quantity: Quantity, *, is_turned: bool) -> bool:
        return (quantity.is_negative or (self.is_signed and quantity.direction < 0)) != is_turned

    def _half(self, quantity: Quantity, edit: Edit) -> int:
        """Half of the last printed place, where print precision counts; worked out once for each shape of number."""
        shape = (edit.decimals, edit.exponent)
        if shape not in self.halves:
            ulp = EXACT.scaleb(Decimal(self.factor), edit.exponent - edit.decimals)
            shaped = replace(quantity, decimals=edit.decimals, multiplier=10**edit.exponent * self.factor, ulp=ulp)
            self.halves[shape] = nano(half_width(shaped, unit_kind=self.member.unit_kind, obs_kind=self.member.obs_kind, unit=self.member.unit_code or ""))
        return self.halves[shape]

    def _edited(self, quantity: Quantity, edit: Edit, number: int) -> Quantity:
        ulp = EXACT.scaleb(Decimal(self.factor), edit.exponent - edit.decimals)
        zeros = len(edit.digits) - len(edit.digits.rstrip("0"))
        return replace(
            quantity,
            value=EXACT.scaleb(Decimal(number * self.factor), -PLACES),
            decimals=edit.decimals,
            multiplier=10**edit.exponent * self.factor,
            ulp=ulp,
            granule=ulp if edit.decimals or not number else EXACT.scaleb(ulp, zeros),
        )

    def _reading(self, quantity: Quantity, *, is_turned: bool) -> Reading:
        found = interval_of(quantity, unit_kind=self.member.unit_kind, obs_kind=self.member.obs_kind, signed=self.is_signed, unit=self.member.unit_code or "")
        ends = (found.soft_lower, found.soft_upper, found.hard_lower, found.hard_upper)
        low, high, hard_low, hard_high = (nano(end if end is not None else (-OPEN_END, OPEN_END)[at % 2]) for at, end in enumerate(ends))
        value, half = nano(found.value), nano(found.half_width)
        return Reading(-value, half, -high, -low, -hard_high, -hard_low) if is_turned else Reading(value, half, low, high, hard_low, hard_high)


def cell_of(member: Member) -> Cell:
    """Take the text of a figure apart."""
    number_format = NumberFormat(member.number_format)
    text, quantity, factor = _with_unit(member, number_format)
    read = quantity if isinstance(quantity, Quantity) else None
    printed = take_apart(
        text,
        number_format,
        exponent=len(str(read.multiplier)) - 1 if read is not None else 0,
        can_scale=member.unit_kind not in _UNSCALED,
        can_turn=member.measure in _SIGNED,
    )
    reading = reading_of_member(member)
    if read is not None and reading is not None and nano(EXACT.multiply(read.value, Decimal(factor))) != abs(reading.value):
        printed = ()  # the value is not what the text says (a correction): edits of the text would explain nothing
    return Cell(
        member=member,
        reading=reading,
        quantity=read,
        factor=factor,
        text=text,
        printed=_of_value(printed, read),
        candidates=quantity.candidates if isinstance(quantity, Refusal) else (),
    )


def _of_value(printed: tuple[Printed, ...], quantity: Quantity | None) -> tuple[Printed, ...]:
    """Only the numbers that are the value: a denominator ("trên 10.000 dân") is left alone, both ends of a range may be wrong."""
    if quantity is None:
        return printed[:2]
    starts = sorted({p.start for p in printed})[: 1 if quantity.upper is None else 2]
    return tuple(p for p in printed if p.start in starts)


def _with_unit(member: Member, number_format: NumberFormat) -> tuple[str, Quantity | Refusal, int]:
    """The text, what it says, and what the unit beside it multiplies it by. A multiplier word of the unit ("triệu đồng") joins the text: it may be the slip."""
    text = member.text or ""
    read = parse_quantity(text, number_format)
    if isinstance(read, Refusal) or read.multiplier == member.multiplier:
        return text, read, 1
    if member.unit:
        joined = parse_quantity(f"{text} {member.unit}", number_format)
        if isinstance(joined, Quantity) and joined.multiplier == member.multiplier and joined.hedge == read.hedge:
            return f"{text} {member.unit}", joined, 1
    return text, read, max(member.multiplier // read.multiplier, 1)


def reading_of_member(member: Member) -> Reading | None:
    """What the figure was read as."""
    numbers = (member.value, member.half_width, member.soft_lower, member.soft_upper, member.lower, member.upper)
    found = [nano(number) for number in numbers if number is not None]
    return Reading(*found) if len(found) == len(numbers) else None
