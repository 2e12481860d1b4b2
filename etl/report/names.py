"""What codes are called: indicators and breakdowns by the published catalogues, the closed lists by wording.toml.

Belongs here: code → words in both languages. A code that no catalogue knows is shown as it is written: refused rows are full of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from etl.report.wording import Said, Wording, wording

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNFIT_FOR_AN_ID: Final = re.compile(r"[^A-Za-z0-9_-]")
SEPARATOR: Final = " · "


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the indicators by id, and of the members of dimensions by `dimension=member`."""

    indicators: dict[str, Said]
    members: dict[str, Said]
    words: Wording

    def indicator(self, code: str | None) -> Said:
        """The name of an indicator."""
        return self.indicators.get(code or "", Said(code or "", code or ""))

    def breakdown(self, written: str | None) -> Said:
        """The names of the members a breakdown joins by ; in its order."""
        parts = [part.strip() for part in (written or "").split(";") if part.strip()]
        return joined(self.members.get(part, Said(part, part)) for part in parts)

    def subject(self, key: str) -> Said:
        """What a finding is about: the parts of its key, each by its name if it has one. That a level is a level need not be said."""
        return joined(self._part(part.strip()) for part in key.split("|") if part.strip() not in {"", "level"})

    def _part(self, part: str) -> Said:
        if part in self.indicators:
            return self.indicators[part]
        if "=" in part:
            return self.breakdown(part)
        for code_list in ("obs_kind", "measure"):
            said = self.words.code(code_list, part)
            if said.vi != part:
                return said
        return Said(part, part)


def names_of(content: dict[str, Any]) -> Names:
    """The names that a report needs, from its content."""
    return Names(
        indicators={row["id"]: Said(row["name_vi"], row["name_en"]) for row in content["indicators"]},
        members={f"{row['dimension']}={row['member']}": Said(row["name_vi"], row["name_en"]) for row in content["dimensions"]},
        words=wording(),
    )


def anchor(code: str) -> str:
    """A code as part of an id: letters of another kind become their number after a dot, so two codes never share one.

    >>> anchor("G01"), anchor("a b")
    ('G01', 'a.20b')
    """
    return _UNFIT_FOR_AN_ID.sub(lambda letter: f".{ord(letter[0]):x}", code)


def joined(said: Iterable[Said]) -> Said:
    """Several things said, one after the other."""
    listed = [entry for entry in said if entry.vi or entry.en]
    return Said(SEPARATOR.join(entry.vi for entry in listed), SEPARATOR.join(entry.en for entry in listed))
