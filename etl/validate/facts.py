"""What the tellers share: the facts of a finding, and members as terms of a formula.

Belongs here: small steps from members to printed numbers. Elsewhere: one kind of finding (tell_groups.py, tell_cells.py), the sentence (say.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from etl.messages import sentence
from etl.validate.numbers import MINUS, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.validate.members import Member
    from schemas.kinds import Rule

_FINER = 4  # decimals of an allowance behind those of the number that it is for


@dataclass(frozen=True, slots=True)
class Facts:
    """What a kind tells of one row: the words of the sentence in one language, and the numbers."""

    words: Mapping[str, object]
    expected: str | None = None
    actual: str | None = None
    gap: Decimal | None = None
    tolerance: Decimal | None = None
    template: str | None = None


def label_of(rule: Rule, lang: str) -> str:
    """The rule in words."""
    return rule.label_vi if lang == "vi" else rule.label_en


def shown_members(members: Sequence[tuple[str, Member]], lang: str) -> str:
    """The first members with what they print."""
    return "; ".join(f"{m.name(lang)}: {m.text or ''} {m.unit or ''}".rstrip() for _, m in members[:4]) + (" …" if len(members) > 4 else "")  # noqa: PLR2004


def with_role(members: Sequence[tuple[str, Member]], *roles: str) -> list[Member]:
    """The members of these roles, in order."""
    return [m for role, m in members if role in roles]


def value_of(m: Member) -> Decimal:
    """The value of a member that could be read; 0 stands for one that could not."""
    return m.value if m.value is not None else Decimal(0)


def most_decimals(members: Sequence[Member]) -> int:
    """Decimals that a sum of these members is shown with."""
    return max((m.decimals if m.multiplier == 1 else 0 for m in members), default=0)


def terms(members: Sequence[Member], lang: str) -> str:
    """The members as a sum: 52,7 + 15,58 + 28,72."""
    shown = [m.number(lang) for m in members[:12]]
    more = [sentence("more-terms", lang, count=len(members) - len(shown))] if len(members) > len(shown) else []
    return " + ".join(f"({s})" if s.startswith(MINUS) else s for s in shown + more)


def are_exact(members: Sequence[Member]) -> bool:
    """Whether none of them is printed with a word like "about", or so that it may be rounded."""
    return all(m.hedge == "exact" and not m.half_width for m in members)


def begun_small(name: str) -> str:
    """A name within a sentence: "Số hộ" is "số hộ", "BHXH" stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def tolerances(members: Sequence[Member], lang: str) -> str:
    """The half-widths behind a tolerance: (= 0,05 + 0,005)."""
    halves = [number(m.half_width, lang) for m in members if m.half_width]
    return f" (= {' + '.join(halves)})" if 1 < len(halves) <= 9 else ""  # noqa: PLR2004


def rounding_room(printed: Member, follows: Decimal, lowest: Decimal | None, highest: Decimal | None) -> Decimal | None:
    """The largest gap that honest rounding of all operands could leave between a printed number and what follows, on the side where the gap is.

    `lowest`, `highest`: what follows at least and at most from the other operands as they are read; None where it has no end.
    """
    value, soft_lower, soft_upper = value_of(printed), printed.soft_lower, printed.soft_upper
    is_above = value > follows
    own, other = (soft_lower, highest) if is_above else (soft_upper, lowest)
    if own is None or other is None:
        return printed.half_width
    room = abs(value - own) + abs(other - follows)
    return room.quantize(Decimal(1).scaleb(-(printed.decimals + _FINER)), rounding=ROUND_HALF_UP).normalize()


def quotient_ends(top: tuple[Decimal, Decimal], bottom: Member) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most of a quotient by a figure; nothing where that may be zero."""
    low, high = bottom.soft_lower, bottom.soft_upper
    if low is None or high is None or low <= 0:
        return None, None
    corners = [end / by for end in top for by in (low, high)]
    return min(corners), max(corners)


def ends_of(m: Member) -> tuple[Decimal, Decimal]:
    """What a figure is read as, from its least to its most."""
    return m.soft_lower if m.soft_lower is not None else value_of(m), m.soft_upper if m.soft_upper is not None else value_of(m)


def exact_or_none(value: object) -> Decimal | None:
    """A column of a frame as an exact number."""
    return value if isinstance(value, Decimal) else None
