"""What the keys of a rule may hold: closed lists of words, and shapes of numbers and names.

Belongs here: data that a reader of a rule file looks up. Elsewhere: which keys a kind takes (kinds.py), the check itself (etl/validate/rule_values.py),
what a value does (etl/validate/frames/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from schemas.tables import MEASURES, OBS_KINDS


@dataclass(frozen=True, slots=True)
class Takes:
    """The values of one key. `among`: the words it takes; `catalogue`: it also takes what this list of the catalogue knows."""

    shape: str  # word · words · flag · whole · number · band · name · names · side · pairs · triples · part
    among: tuple[str, ...] = ()
    catalogue: str | None = None  # dimension (behind "breakdown:") · programme · unit · indicator
    least: int = 0


UNIT_KINDS: Final = ("count", "rate", "points", "times", "money", "per_unit", "area", "weight")
"""Kinds of unit that a series can have; of an indicator it may also be `ratio`, whose series are in `times`."""

# Keys that hold the same in every kind. What a kind says of its own keys (`over`, `form`, `what`) comes first.
KEY_VALUES: Final[dict[str, Takes]] = {
    "hard": Takes("band"),
    "plausible": Takes("band"),
    "band": Takes("band"),
    "catalogue": Takes("flag"),
    "per_month": Takes("flag"),
    "same_breakdown": Takes("flag"),
    "listed": Takes("flag"),
    "wider": Takes("flag"),
    "unit_kinds": Takes("words", among=UNIT_KINDS),
    "measures": Takes("words", among=MEASURES),
    "part_of": Takes("word", among=("breakdown", "catalogue")),
    "needed": Takes("whole", least=1),
    "cap": Takes("whole", least=2),
    "k": Takes("whole", least=1),
    "allowance": Takes("number", least=0),
    "indicator": Takes("names"),
    "members": Takes("names"),
    "falling": Takes("names"),
    "a": Takes("side"),
    "b": Takes("side"),
    "pairs": Takes("pairs"),
    "triples": Takes("triples"),
    "one": Takes("part"),
    "other": Takes("part"),
    **dict.fromkeys(("total", "rate", "num", "den", "stock", "entries", "exits", "base"), Takes("name")),
}

WHERE_VALUES: Final[dict[str, Takes]] = {
    "indicator": Takes("words", catalogue="indicator"),
    "not_indicator": Takes("words", catalogue="indicator"),
    "measure": Takes("words", among=MEASURES),
    "obs_kind": Takes("words", among=OBS_KINDS),
    "unit": Takes("words", catalogue="unit"),
    "unit_kind": Takes("words", among=UNIT_KINDS),
    "programme": Takes("words", catalogue="programme"),
    "stock_flow": Takes("words", among=("stock", "flow")),
    "breakdown": Takes("names"),
    "denominator": Takes("words", among=("",), catalogue="indicator"),
}
