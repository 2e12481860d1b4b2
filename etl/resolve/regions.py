"""Short forms of region names, 'Bắc Trung Bộ' for 'Bắc Trung Bộ và duyên hải miền Trung', and names of regions that are no more.

A short form means its region only where the source itself shows it: the same document names the other five regions and not this one.
Elsewhere it may be one of the eight regions of tables before 2006 (North Central Coast), whose members are not ours.
Nor does such a name mean the one commune that happens to be called so: a row 'Đông Bắc' of an old table is not Xã Đông Bắc of Hòa Bình.

Belongs here: these two rules. Elsewhere: full names and listed spellings of regions (gazetteer.py).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from etl.resolve.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

REGIONS: Final = 6
_OLD_REGIONS: Final = frozenset(
    fold(name)
    for name in ("Đông Bắc", "Đông Bắc Bộ", "Tây Bắc", "Tây Bắc Bộ", "Bắc Trung Bộ", "Nam Trung Bộ", "Duyên hải Nam Trung Bộ", "Duyên hải miền Trung")
)


def is_old_region(label: str) -> bool:
    """Is this one of the regions in tables before 2006 that are not among the six?"""
    return fold(label).removeprefix("vùng ") in _OLD_REGIONS


def regions_meant(label: str, spellings: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Give the codes of the regions whose name begins with the label and goes on with another word. `spellings`: code to folded names."""
    start = fold(label).removeprefix("vùng ") + " "
    return frozenset(code for code, names in spellings.items() if any(name.startswith(start) for name in names))


def complete_regions(
    labels: Iterable[tuple[int, str]], spellings: Mapping[str, Iterable[str]], named: Mapping[int, AbstractSet[str]]
) -> dict[tuple[int, str], str]:
    """Decide which (scope, label) is the one region that its scope lacks. `named`: scope to the codes of the regions it names in full."""
    lacking: dict[int, dict[str, str]] = defaultdict(dict)
    for scope, label in labels:
        present = named.get(scope, frozenset())
        meant = regions_meant(label, spellings) - present
        if len(present) == REGIONS - 1 and meant:
            lacking[scope][label] = next(iter(meant))  # five of six are present, so one is left
    # Two different short forms in one document may be two places; then neither is taken.
    return {(scope, label): code for scope, found in lacking.items() if len({fold(label) for label in found}) == 1 for label, code in found.items()}
