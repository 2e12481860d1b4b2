"""Texts of periods to canonical periods, or a refusal with what it might be.

    canonical              form          also printed as
    2023                   year          năm 2023 · 12 tháng năm 2023
    2023-S1                half          6 tháng đầu năm 2023 · 6 tháng cuối năm 2023 (S2)
    2023-Q1                quarter       Quý I/2023 · quý 1 năm 2023 · Q1 2023 · 2023Q1 · 3 tháng đầu năm 2023
    2023-05                month         tháng 5/2023 · 5/2023 · tháng 5 năm 2023 · 2023M05
    2023-12-31             day           31/12/2023 · ngày 31 tháng 12 năm 2023 · đến 31/12/2023
    2023-01/2023-09        cumulative    9 tháng năm 2023 · 9 tháng đầu năm 2023
    2016/2020              span          giai đoạn 2016-2020 · 2016-2020 · từ năm 2016 đến năm 2020
    2022-11/2023-04        span          (months that do not begin in January)
    2023/2024              school_year   Năm học 2023-2024; for figures of education also 2023-2024

One period has one canonical text: 2023-01/2023-06 becomes 2023-S1. '2023/2024' is a school year only where the caller says that the
figure is one of education; elsewhere it is a span of two years.

Belongs here: the grammar and the calendar. Elsewhere: which administrative list a period takes (vintages.py), status words such as
'Sơ bộ 2019' (mappings read them; here they are refused, with the year as candidate, so that the status is not lost in silence).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

import pyarrow

from etl.resolve.folding import fold

if TYPE_CHECKING:
    import duckdb

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
_MONTHS: Final = 12
_SCHOOL_STARTS: Final = (9, 1)  # the frame plans of the ministry: first days of September to the end of May
_SCHOOL_ENDS: Final = (5, 31)
_NAMED_SPANS: Final = {(1, 12): "", (1, 6): "-S1", (7, 12): "-S2", (1, 3): "-Q1", (4, 6): "-Q2", (7, 9): "-Q3", (10, 12): "-Q4"}
_FORMS: Final = {"": "year", "-S": "half", "-Q": "quarter"}


@dataclass(frozen=True, slots=True)
class Period:
    """One period: its canonical text, its first and last day, which form of the table above it has."""

    canonical: str
    start: date
    end: date
    form: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that names no period: why, and what might be meant."""

    code: str  # empty · unknown · year-out-of-range · no-such-month · no-such-day · no-such-quarter · no-such-half · backwards · one-year-twice
    candidates: tuple[str, ...] = ()


Reading: TypeAlias = Period | Refusal


def parse_period(text: str | None, *, is_school: bool = False) -> Reading:
    """Read one printed period.

    >>> parse_period("9 tháng năm 2023").canonical
    '2023-01/2023-09'
    >>> parse_period("2023-13")
    Refusal(code='no-such-month', candidates=('2023',))
    """
    key = fold(text or "")
    if not key:
        return Refusal("empty")
    for pattern, read in _GRAMMAR:
        if found := pattern.fullmatch(key):
            reading = read(found.groupdict(default=""))
            return _as_school_year(reading) if is_school and isinstance(reading, Period) else reading
    return Refusal("unknown", _guesses(key))


def resolve_periods(con: duckdb.DuckDBPyConnection) -> None:
    """Read table period_request(label VARCHAR, is_school BOOLEAN), create table period_answer.

    period_answer(label, is_school, canonical, period_start, period_end, form, refusal, candidates): one row for each distinct request;
    where refusal is not NULL, the four before it are.
    """
    asked = con.execute("SELECT DISTINCT label, coalesce(is_school, false) FROM period_request ORDER BY ALL").fetchall()
    readings = [parse_period(label, is_school=is_school) for label, is_school in asked]
    periods = [reading if isinstance(reading, Period) else None for reading in readings]
    refusals = [reading if isinstance(reading, Refusal) else None for reading in readings]
    answers = pyarrow.table(
        {
            "label": pyarrow.array([label for label, _ in asked], pyarrow.string()),
            "is_school": pyarrow.array([is_school for _, is_school in asked], pyarrow.bool_()),
            "canonical": pyarrow.array([p and p.canonical for p in periods], pyarrow.string()),
            "period_start": pyarrow.array([p and p.start for p in periods], pyarrow.date32()),
            "period_end": pyarrow.array([p and p.end for p in periods], pyarrow.date32()),
            "form": pyarrow.array([p and p.form for p in periods], pyarrow.string()),
            "refusal": pyarrow.array([r and r.code for r in refusals], pyarrow.string()),
            "candidates": pyarrow.array([r.candidates if r else () for r in refusals], pyarrow.list_(pyarrow.string())),
        }
    )
    con.register("_period_answers", answers)
    con.execute("CREATE OR REPLACE TABLE period_answer AS SELECT * FROM _period_answers")
    con.unregister("_period_answers")


# --- readers: what a match of the grammar means -------------------------------------------------------------------------------------

Parts: TypeAlias = dict[str, str]
_Reader: TypeAlias = Callable[[Parts], Reading]


def _year(parts: Parts) -> Reading:
    return _months(int(parts["y"]), 1, int(parts["y"]), _MONTHS)


def _half(parts: Parts) -> Reading:
    year, half = parts["y"], _ordinal(parts["n"])
    if half not in (1, 2):
        return _refused_year(int(year)) or Refusal("no-such-half", (year, f"{year}-S1", f"{year}-S2"))
    return _months(int(year), 6 * half - 5, int(year), 6 * half)


def _second_half(parts: Parts) -> Reading:
    return _half({**parts, "n": "2"})


def _quarter(parts: Parts) -> Reading:
    year, quarter = parts["y"], _ordinal(parts["n"])
    if not 1 <= quarter <= 4:  # noqa: PLR2004  a year has four
        return _refused_year(int(year)) or Refusal("no-such-quarter", (year, *(f"{year}-Q{n}" for n in range(1, 5))))
    return _months(int(year), 3 * quarter - 2, int(year), 3 * quarter)


def _month(parts: Parts) -> Reading:
    year, month = int(parts["y"]), int(parts["m"])
    if month > _MONTHS and month == (year + 1) % 100:  # '2023-24'
        return _refused_year(year) or Refusal("no-such-month", (f"{year}/{year + 1}", f"{year}"))
    return _months(year, month, year, month)


def _first_months(parts: Parts) -> Reading:
    return _months(int(parts["y"]), 1, int(parts["y"]), int(parts["n"]))


def _month_span(parts: Parts) -> Reading:
    return _months(int(parts["y"]), int(parts["m"]), int(parts["z"]), int(parts["n"]))


def _day(parts: Parts) -> Reading:
    year, month, day = int(parts["y"]), int(parts["m"]), int(parts["d"])
    if refusal := _refused_year(year):
        return refusal
    if not 1 <= month <= _MONTHS:
        swapped = (f"{year:04}-{day:02}-{month:02}",) if 1 <= day <= _MONTHS and 1 <= month <= _days_in(year, day) else ()
        return Refusal("no-such-month", (*swapped, f"{year:04}"))
    if not 1 <= day <= _days_in(year, month):
        return Refusal("no-such-day", (f"{year:04}-{month:02}",))
    only = date(year, month, day)
    return Period(only.isoformat(), only, only, "day")


def _years(parts: Parts) -> Reading:
    first, last = int(parts["y"]), int(parts["z"])
    if refusal := _refused_year(first) or _refused_year(last):
        return refusal
    if first == last:
        return Refusal("one-year-twice", (f"{first}",))
    if first > last:
        return Refusal("backwards", (f"{last}/{first}",))
    return Period(f"{first}/{last}", date(first, 1, 1), date(last, _MONTHS, 31), "span")


def _school_year(parts: Parts) -> Reading:
    first, last = int(parts["y"]), int(parts["z"])
    if last > first + 1:
        return Refusal("unknown", (f"{first}/{first + 1}", f"{first}/{last}"))
    reading = _years(parts)
    return _as_school_year(reading) if isinstance(reading, Period) else reading


def _as_school_year(period: Period) -> Period:
    """Read a span of two neighbouring years as the school year that begins in the first."""
    first, last = period.start.year, period.end.year
    if period.form != "span" or "-" in period.canonical or last != first + 1:
        return period
    return Period(period.canonical, date(first, *_SCHOOL_STARTS), date(last, *_SCHOOL_ENDS), "school_year")


def _months(first_year: int, first: int, last_year: int, last: int) -> Reading:
    """Give whole months, under the one canonical text they have."""
    if refusal := _refused_year(first_year) or _refused_year(last_year):
        return refusal
    if not (1 <= first <= _MONTHS and 1 <= last <= _MONTHS):
        return Refusal("no-such-month", tuple(dict.fromkeys((f"{first_year}", f"{last_year}"))))
    if (first_year, first) > (last_year, last):
        return Refusal("backwards", (f"{last_year}-{last:02}/{first_year}-{first:02}",))
    canonical, form = _named(first_year, first, last_year, last)
    return Period(canonical, date(first_year, first, 1), date(last_year, last, _days_in(last_year, last)), form)


def _named(first_year: int, first: int, last_year: int, last: int) -> tuple[str, str]:
    if first_year == last_year:
        if first == last:
            return f"{first_year}-{first:02}", "month"
        if (name := _NAMED_SPANS.get((first, last))) is not None:
            return f"{first_year}{name}", _FORMS[name[:2]]
    is_cumulative = first_year == last_year and first == 1
    return f"{first_year}-{first:02}/{last_year}-{last:02}", "cumulative" if is_cumulative else "span"


def _refused_year(year: int) -> Refusal | None:
    return None if FIRST_YEAR <= year <= LAST_YEAR else Refusal("year-out-of-range")


def _days_in(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _ordinal(text: str) -> int:
    return _ROMAN.get(text) or int(text)


_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


# --- the grammar, over folded text (lower case, no blanks around a hyphen) -------------------------------------------------------------

_Y: Final = "(?P<y>[0-9]{4})"
_Z: Final = "(?P<z>[0-9]{4})"
_M: Final = "(?P<m>[0-9]{1,2})"
_D: Final = "(?P<d>[0-9]{1,2})"
_OF_YEAR: Final = rf"(?: ?[/-] ?| năm | ){_Y}"
_UNTIL: Final = "(?:(?:tính )?đến (?:hết )?)?(?:ngày )?"

_GRAMMAR: Final[tuple[tuple[re.Pattern[str], _Reader], ...]] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?:năm )?{_Y}", _year),
        (rf"{_Y}-s(?P<n>[0-9]{{1,2}})", _half),
        (rf"{_Y}-?q(?P<n>[0-9]{{1,2}})", _quarter),
        (rf"(?:q|qu[ýí] )(?P<n>[0-9]{{1,2}}|i|ii|iii|iv){_OF_YEAR}", _quarter),
        (rf"{_Y}-(?P<m>[0-9]{{2}})", _month),
        (rf"{_Y}-?m(?P<m>[0-9]{{2}})", _month),
        (rf"(?:tháng )?{_M} ?/ ?{_Y}", _month),
        (rf"tháng {_M}{_OF_YEAR}", _month),
        (rf"{_Y}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})", _day),
        (rf"{_UNTIL}{_D}(?P<mark>[/.-]){_M}(?P=mark){_Y}", _day),
        (rf"{_UNTIL}{_D} tháng {_M} năm {_Y}", _day),
        (rf"(?P<n>[0-9]{{1,2}}) tháng(?: đầu)?{_OF_YEAR}", _first_months),
        (rf"6 tháng cuối{_OF_YEAR}", _second_half),
        (rf"{_Y}-(?P<m>[0-9]{{2}})/{_Z}-(?P<n>[0-9]{{2}})", _month_span),
        (rf"(?:giai đoạn )?(?:từ )?(?:năm )?{_Y}(?: ?[/-] ?| đến ){_Z}", _years),
        (rf"(?:giai đoạn )?từ (?:năm )?{_Y} đến (?:năm )?{_Z}", _years),
        (rf"năm học {_Y} ?[/-] ?{_Z}", _school_year),
    )
)


def _guesses(key: str) -> tuple[str, ...]:
    """Say what an unknown text might mean: the one year it names, or a year shortened to two digits written out."""
    if short := _SHORT_YEAR_SPAN.fullmatch(key):  # '2011/12': 2011/2012, or December 2011
        texts = (f"{short[1]}/{short[1][:2]}{short[2]}", f"{short[1]}-{short[2]}")
        return tuple(reading.canonical for reading in map(parse_period, texts) if isinstance(reading, Period))
    if short := _SHORT_YEAR_DAY.fullmatch(key):
        reading = parse_period(f"{short[1]}/20{short[2]}")
        return (reading.canonical,) if isinstance(reading, Period) else ()
    years = set(_YEAR_INSIDE.findall(key))
    return tuple(years) if len(years) == 1 and not _refused_year(int(next(iter(years)))) else ()


_SHORT_YEAR_SPAN: Final = re.compile(r"([0-9]{4})[/-]([0-9]{2})")
_SHORT_YEAR_DAY: Final = re.compile(r"([0-9]{1,2}/[0-9]{1,2})/([0-9]{2})")
_YEAR_INSIDE: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
