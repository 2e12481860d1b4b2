"""Magnitudes worth trying, and which numbers and digits come near them: arithmetic of whole numbers, so that no text is written for what is not wanted.

    Wanted     spans of magnitudes in billionths; `admits` is the quick look that every edit has to pass
    Room       the same spans counted in the last digit of a number with so many decimals: which whole numbers, and which digits of one place

Belongs here: what is near. Elsewhere: the edits (edits.py), what is wanted (cells.py), whether it repairs anything (causes.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from etl.validate.spans import PLACES

_BOUNDLESS: Final = (0, 10**40)
_LARGEST: Final = 9  # digit


@dataclass(frozen=True, slots=True)
class Room:
    """Whole numbers that are wanted, as spans with their ends."""

    spans: tuple[tuple[int, int], ...]

    def admits(self, number: int) -> bool:
        """Whether a number is one of them."""
        return any(lower <= number <= upper for lower, upper in self.spans)

    def digits(self, number: int, place: int) -> list[int]:
        """The digits that lead from a number into the room when they are added at a place, which is a power of ten; rising.

        >>> Room(((1_250, 1_490),)).digits(1_007, 100)
        [3, 4]
        """
        found: list[int] = []
        for lower, upper in self.spans:
            first, last = -((number - lower) // place), (upper - number) // place
            found += range(max(first, 0), min(last, _LARGEST) + 1)
        return found if len(self.spans) == 1 else sorted(set(found))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Magnitudes worth trying, in billionths; `is_blurred`: words around the number widen it by its last digit that is not zero."""

    spans: tuple[tuple[int, int], ...]
    is_blurred: bool = False

    def admits(self, digits: str, decimals: int, exponent: int) -> bool:
        """A quick look whether a number can come near, one step of its last digit being room for every interval."""
        place = PLACES + exponent - decimals
        if place < 0:
            return False
        step = 10**place
        number = int(digits) * step
        if self.is_blurred and not decimals:
            step *= 10 ** (len(digits) - len(digits.rstrip("0")))
        return any(lower - step <= number <= upper + step for lower, upper in self.spans)

    def room(self, decimals: int, exponent: int) -> Room:
        """What `admits` lets pass of numbers with so many decimals; where zeros at the end widen a number, all of them."""
        place = PLACES + exponent - decimals
        if place < 0 or not self.spans:
            return Room(())
        if self.is_blurred and not decimals:
            return Room((_BOUNDLESS,))
        step = 10**place
        return Room(tuple((-(-lower // step) - 1, upper // step + 1) for lower, upper in self.spans))
