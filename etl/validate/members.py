"""The figures that take part in a finding: what is known of each, read once for all findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from etl.resolve.observations import identified
from etl.validate.numbers import scaled
from schemas.judgements import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    import duckdb

_QUERY = """
SELECT f.n, files.source_id, f.line, f.locator, f.indicator, s.the_measure, f.breakdown, f.ref_area, f.time_period, s.the_kind, f.printed, f.unit,
       f.v, f.h, f.lo, f.hi, f.slo, f.shi, coalesce(f.decimals, 0), coalesce(f.multiplier, 1), f.hedge, s.unit_code, i.name_vi, i.name_en,
       f.figure_id::VARCHAR, f.observation_id::VARCHAR, files.number_format, s.series_reason, s.unit_reason, s.bad_token, s.unit_options,
       p.reason AS period_reason, p.options AS period_options, a.reason AS area_reason, a.options AS area_options, a.vintage, pd.canonical, s.kind_of_unit
FROM told AS f JOIN files USING (file_no) JOIN series_raw AS s USING (rs) JOIN period_raw AS p USING (rp) JOIN area_raw AS a USING (ra)
LEFT JOIN known_indicators AS i ON i.id = f.indicator LEFT JOIN pd ON pd.pid = f.pid
"""

_BREAKDOWN: Final = 6  # where it stands in a row
_LISTS: Final = (30, 32, 34)


@dataclass(frozen=True, slots=True)
class Member:
    """One figure of a finding; values are exact, open ends are ±OPEN, None where the figure could not be read."""

    n: int
    source_id: str
    line: int
    locator: str | None
    indicator: str | None
    measure: str
    breakdown: str | None
    ref_area: str | None
    time_period: str | None
    obs_kind: str
    text: str | None
    unit: str | None
    value: Decimal | None
    half_width: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    soft_lower: Decimal | None
    soft_upper: Decimal | None
    decimals: int
    multiplier: int
    hedge: str | None
    unit_code: str | None
    name_vi: str | None
    name_en: str | None
    figure_id: str
    observation_id: str | None
    number_format: str
    series_reason: str | None
    unit_reason: str | None
    bad_token: str | None
    unit_options: tuple[str, ...]
    period_reason: str | None
    period_options: tuple[str, ...]
    area_reason: str | None
    area_options: tuple[str, ...]
    vintage: str | None
    period: str | None
    unit_kind: str | None
    subgroup_vi: tuple[str, ...] = ()
    subgroup_en: tuple[str, ...] = ()

    def number(self, lang: str) -> str:
        """The value as printed, multiplier word included; its printed text where it could not be read."""
        if self.value is None:
            return self.text or ""
        return scaled(self.value, self.multiplier, lang, decimals=self.decimals)

    def subgroup(self, lang: str) -> tuple[str, ...]:
        """The members of its breakdown in words, as written where the catalogue has no word."""
        return self.subgroup_vi if lang == "vi" else self.subgroup_en

    def bare_name(self, lang: str) -> str:
        """What the figure is of, without its subgroup."""
        return (self.name_vi if lang == "vi" else self.name_en) or self.indicator or ""

    def name(self, lang: str) -> str:
        """What the figure is of, with its subgroup."""
        parts = self.subgroup(lang)
        return f"{self.bare_name(lang)} ({', '.join(parts)})" if parts else self.bare_name(lang)

    def place(self) -> str:
        """Where it stands: the locator of the document, else the record of the file."""
        return self.locator or f"dòng {self.line}"

    @property
    def is_open(self) -> bool:
        """Whether the words leave one end of the figure open."""
        return self.lower is None or self.upper is None or abs(self.lower) >= OPEN or abs(self.upper) >= OPEN


def read_members(con: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> dict[int, Member]:
    """Read what is known of the figures with these row numbers."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    con.execute("CREATE OR REPLACE TEMP TABLE wanted_member AS SELECT unnest($wanted)::BIGINT AS n", {"wanted": wanted})
    told = identified("(SELECT * FROM fact SEMI JOIN wanted_member USING (n))")
    found = con.execute(f"WITH told AS ({told}) {_QUERY} ORDER BY 1").fetchall()
    dimensions = con.execute("SELECT dimension, member, name_vi, name_en FROM ref_dimensions").fetchall()
    words = {f"{dimension}={member}": (vi, en) for dimension, member, vi, en in dimensions}
    subgroups = {breakdown: _in_words(breakdown, words) for breakdown in {row[_BREAKDOWN] for row in found}}
    return {row[0]: _member(row, subgroups[row[_BREAKDOWN]]) for row in found}


def _in_words(breakdown: str | None, words: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The members of a breakdown in Vietnamese and in English."""
    tokens = [token.strip() for token in (breakdown or "").split(";") if token.strip()]
    named = [words.get(token, (token, token)) for token in tokens]
    return tuple(vi for vi, _ in named), tuple(en for _, en in named)


def _member(row: Sequence[Any], subgroup: tuple[tuple[str, ...], tuple[str, ...]]) -> Member:
    values = [*row, *subgroup]
    for at in _LISTS:
        values[at] = tuple(values[at] or ())
    return Member(*values)
