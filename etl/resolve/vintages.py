"""Which administrative list a figure speaks of: the code 15 was Yên Bái until 30 June 2025 and is Lào Cai since.

The evidence, first hit wins, and the answer says which it was:

    actual, with a period        the END of the period ('period'). A period that runs across a change takes the list in force when the
                                 figure was published; without a date of publication what its document uses ('document'), within the
                                 lists of the period; without that the end of the period
    plan or target, with period  the same, but never a later list than the publication's, or without its date than the document's:
                                 a goal for 2030 printed in 2024 speaks of the provinces of 2024
    no period                    'publication', else 'document', else 'none' and no list

The document's list is the newest among its actual figures whose period alone settles it.

Belongs here: these rules, as Python for one figure and as SQL for many (tests hold the two equal). Elsewhere: what a label means in a
list (areas.py); a list that a mapping states, which beats all of this.

'2004' is '2023' and Hà Tây, which joined Hà Nội on 1 August 2008; nothing else is known of it. areas.py answers accordingly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from etl.model import ObsKind
from etl.resolve.statements import statement

if TYPE_CHECKING:
    import duckdb

# First day each list is taken for. 2026-09 holds the changes by acts of 2026; their days of entry into force are not checked.
VINTAGES: Final[dict[str, date]] = {
    "2004": date.min,
    "2023": date(2008, 8, 1),
    "2025-01": date(2025, 1, 1),
    "2025-07": date(2025, 7, 1),
    "2026-09": date(2026, 9, 1),
}


class Basis(StrEnum):
    """What settled the list."""

    PERIOD = "period"
    PUBLICATION = "publication"
    DOCUMENT = "document"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Dating:
    """Which list, and by what evidence."""

    vintage: str | None
    basis: Basis


def vintage_on(day: date) -> str:
    """Give the list in force on a day.

    >>> vintage_on(date(2025, 6, 30)), vintage_on(date(2025, 7, 1))
    ('2025-01', '2025-07')
    """
    return max(name for name, since in VINTAGES.items() if since <= day)


def vintage_of(*, start: date | None, end: date | None, obs_kind: str | None, published: date | None = None, document: str | None = None) -> Dating:
    """Decide for one figure. `document` is the list that its document is known to use, if any."""
    if end is None:
        return _undated(published, document)
    first, last = vintage_on(start or end), vintage_on(end)
    if obs_kind in (ObsKind.PLAN, ObsKind.TARGET):
        return _planned(last, published, document)
    if first == last:
        return Dating(last, Basis.PERIOD)
    if published is not None:
        return Dating(min(max(first, vintage_on(published)), last), Basis.PERIOD)
    return Dating(last, Basis.PERIOD) if document is None else Dating(min(max(first, document), last), Basis.DOCUMENT)


def _undated(published: date | None, document: str | None) -> Dating:
    if published is not None:
        return Dating(vintage_on(published), Basis.PUBLICATION)
    return Dating(None, Basis.NONE) if document is None else Dating(document, Basis.DOCUMENT)


def _planned(last: str, published: date | None, document: str | None) -> Dating:
    if published is not None and vintage_on(published) < last:
        return Dating(vintage_on(published), Basis.PUBLICATION)
    if published is None and document is not None and document < last:
        return Dating(document, Basis.DOCUMENT)
    return Dating(last, Basis.PERIOD)


def resolve_vintages(con: duckdb.DuckDBPyConnection) -> None:
    """Read table vintage_request, create table vintage_answer with the same columns and `vintage`, `basis`.

    vintage_request(document INTEGER, period_start DATE, period_end DATE, obs_kind VARCHAR, published DATE), one row for each
    combination that occurs; both dates of a figure without a period are NULL.
    """
    con.execute(_vintage_macro())
    con.execute(statement("vintages"))


def _vintage_macro() -> str:
    """Write vintage_on() for DuckDB, from the same dates."""
    younger = sorted(VINTAGES.items(), key=lambda entry: entry[1], reverse=True)
    cases = [f"WHEN day >= DATE '{since}' THEN '{name}'" for name, since in younger[:-1]]
    return f"CREATE OR REPLACE MACRO vintage_on(day) AS CASE WHEN day IS NULL THEN NULL {' '.join(cases)} ELSE '{younger[-1][0]}' END"
