"""What codes are called: indicators and breakdowns by the published catalogues, the closed lists by wording.toml.

Belongs here: code → words in both languages, periods among them. A code that no catalogue knows is shown as it is written: refused rows are
full of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from etl.report.wording import MONTHS, Said, Wording, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_Groups: TypeAlias = tuple[str, ...]

_UNFIT_FOR_AN_ID: Final = re.compile(r"[^A-Za-z0-9_-]")
SEPARATOR: Final = " · "
_DASH: Final = "\N{EN DASH}"
_YEAR: Final = "([0-9]{4})"
_MONTH: Final = f"{_YEAR}-(0[1-9]|1[0-2])"
_SCHOOL_STARTS: Final = "-09-"


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
        return period(part)


def names_of(content: dict[str, Any]) -> Names:
    """The names that a report needs, from its content."""
    return Names(
        indicators={row["id"]: Said(row["name_vi"], row["name_en"]) for row in content["indicators"]},
        members={f"{row['dimension']}={row['member']}": Said(row["name_vi"], row["name_en"]) for row in content["dimensions"]},
        words=wording(),
    )


def period(code: str | None, start: str | None = None) -> Said:
    """A period in words. 2023/2024 is a school year or a span of years; where it starts tells which.

    >>> period("2023-01/2023-11").vi, period("2023/2024", "2023-09-01").en
    ('tháng 1–11/2023', 'school year 2023/24')
    """
    written = code or ""
    for pattern, say in _PERIODS:
        if found := pattern.fullmatch(written):
            return say(found.groups(), start or "")
    return Said(written, written)


def _school_year_or_span(groups: _Groups, start: str) -> Said:
    first, last = groups
    if start[4:8] == _SCHOOL_STARTS:
        return wording().say("period.school_year", years=Said(f"{first}{_DASH}{last}", f"{first}/{last[2:]}"))
    return Said(f"{first}{_DASH}{last}", f"{first}{_DASH}{last}")


def _months(groups: _Groups, _start: str) -> Said:
    first_year, first, last_year, last = groups
    one, other = _month(first, "" if first_year == last_year else first_year), _month(last, last_year)
    return wording().say("period.months", months=Said(f"{one.vi}{_DASH}{other.vi}", f"{one.en}{_DASH}{other.en}"))


def _month(number: str, year: str) -> Said:
    return Said(f"{int(number)}/{year}".rstrip("/"), f"{MONTHS[int(number) - 1]} {year}".rstrip())


def _day(groups: _Groups, _start: str) -> Said:
    year, month, day = groups
    return Said(f"{day}/{month}/{year}", f"{int(day)} {_month(month, year).en}")


_PERIODS: Final[tuple[tuple[re.Pattern[str], Callable[[_Groups, str], Said]], ...]] = (
    (re.compile(f"{_YEAR}/{_YEAR}"), _school_year_or_span),
    (re.compile(f"{_MONTH}/{_MONTH}"), _months),
    (re.compile(_MONTH), lambda groups, _: wording().say("period.months", months=_month(groups[1], groups[0]))),
    (re.compile(f"{_MONTH}-([0-9]{{2}})"), _day),
    (re.compile(f"{_YEAR}-Q([1-4])"), lambda groups, _: wording().say(f"period.quarter_{groups[1]}", year=groups[0])),
    (re.compile(f"{_YEAR}-S([12])"), lambda groups, _: wording().say(f"period.half_{groups[1]}", year=groups[0])),
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


def cited(finding: dict[str, Any], sources: dict[str, dict[str, Any]]) -> str:
    """The documents that a finding quotes, by title and publisher; of many the first and how many more. `sources` by their ids."""
    ids = dict.fromkeys(member["source_id"] for member in finding["members"])
    told = list(dict.fromkeys(", ".join(filter(None, (sources[one]["title"], sources[one]["publisher"]))) or one for one in ids if one in sources))
    return "".join((*told[:1], f" (+ {len(told) - 1})" if told[1:] else ""))
