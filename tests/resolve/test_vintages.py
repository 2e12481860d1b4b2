"""Which list of places a figure speaks of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.resolve.vintages import VINTAGES, Basis, Dating, resolve_vintages, vintage_of, vintage_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PERIOD, PUBLICATION, DOCUMENT, NONE = Basis.PERIOD, Basis.PUBLICATION, Basis.DOCUMENT, Basis.NONE
YEAR_2023 = (date(2023, 1, 1), date(2023, 12, 31))
YEAR_2025 = (date(2025, 1, 1), date(2025, 12, 31))
YEAR_2030 = (date(2030, 1, 1), date(2030, 12, 31))
SCHOOL_2024 = (date(2024, 9, 1), date(2025, 5, 31))
SPAN_2001 = (date(2001, 1, 1), date(2010, 12, 31))
NOTHING = (None, None)


@pytest.mark.parametrize(
    ("day", "vintage"),
    [
        (date(1995, 1, 1), "2004"),
        (date(2008, 7, 31), "2004"),
        (date(2008, 8, 1), "2023"),
        (date(2024, 12, 31), "2023"),
        (date(2025, 1, 1), "2025-01"),
        (date(2025, 6, 30), "2025-01"),
        (date(2025, 7, 1), "2025-07"),
        (date(2026, 8, 31), "2025-07"),
        (date(2026, 9, 1), "2026-09"),
    ],
)
def test_each_day_has_its_list(day: date, vintage: str) -> None:
    assert vintage_on(day) == vintage


def test_names_of_lists_sort_by_age() -> None:
    assert sorted(VINTAGES) == sorted(VINTAGES, key=VINTAGES.__getitem__)


@pytest.mark.parametrize(
    ("period", "kind", "published", "document", "expected"),
    [
        (YEAR_2023, "actual", None, None, ("2023", PERIOD)),
        (YEAR_2023, "actual", date(2025, 9, 1), "2025-07", ("2023", PERIOD)),  # a clear period needs no help, and takes none
        (YEAR_2025, "actual", date(2025, 6, 15), None, ("2025-01", PERIOD)),
        (YEAR_2025, "actual", date(2026, 1, 15), None, ("2025-07", PERIOD)),
        (YEAR_2025, "actual", date(2024, 12, 1), None, ("2025-01", PERIOD)),  # never a list older than the period
        (YEAR_2025, "actual", None, "2025-01", ("2025-01", DOCUMENT)),
        (YEAR_2025, "actual", None, "2023", ("2025-01", DOCUMENT)),
        (YEAR_2025, "actual", None, None, ("2025-07", PERIOD)),
        (SCHOOL_2024, "actual", date(2024, 10, 1), None, ("2023", PERIOD)),
        (SPAN_2001, "actual", None, "2025-07", ("2023", DOCUMENT)),  # never a list younger than the period
        (YEAR_2025, "plan", date(2024, 12, 20), None, ("2023", PUBLICATION)),
        (YEAR_2025, "plan", date(2025, 3, 1), None, ("2025-01", PUBLICATION)),
        (YEAR_2025, "plan", date(2026, 1, 15), None, ("2025-07", PERIOD)),
        (YEAR_2030, "target", date(2025, 8, 1), None, ("2025-07", PUBLICATION)),
        (YEAR_2030, "target", None, "2023", ("2023", DOCUMENT)),
        (YEAR_2030, "target", None, None, ("2026-09", PERIOD)),
        (YEAR_2023, "plan", None, "2025-07", ("2023", PERIOD)),  # a later document does not rename an old plan's places
        (NOTHING, "actual", date(2023, 5, 1), "2025-07", ("2023", PUBLICATION)),
        (NOTHING, "target", None, "2025-07", ("2025-07", DOCUMENT)),
        (NOTHING, "actual", None, None, (None, NONE)),
    ],
)
def test_the_list_is_decided_by_the_first_evidence(
    period: tuple[date | None, date | None], kind: str, published: date | None, document: str | None, expected: tuple[str | None, Basis]
) -> None:
    assert vintage_of(start=period[0], end=period[1], obs_kind=kind, published=published, document=document) == Dating(*expected)


Request = tuple[int, date | None, date | None, str | None, date | None]
days = st.sampled_from([day for since in list(VINTAGES.values())[1:] for day in (since, date.fromordinal(since.toordinal() - 1))]) | st.dates(
    date(2000, 1, 1), date(2031, 1, 1)
)
periods = st.tuples(days, days).map(lambda two: (min(two), max(two))) | st.just((None, None))
requests = st.tuples(st.integers(1, 3), periods, st.sampled_from(["actual", "plan", "target", None]), st.none() | days).map(
    lambda drawn: (drawn[0], drawn[1][0], drawn[1][1], drawn[2], drawn[3])
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


def answers_by_sql(con: duckdb.DuckDBPyConnection, asked: Iterable[Request]) -> set[tuple[Request, Dating]]:
    con.execute("CREATE OR REPLACE TEMP TABLE vintage_request(document INTEGER, period_start DATE, period_end DATE, obs_kind VARCHAR, published DATE)")
    con.executemany("INSERT INTO vintage_request VALUES (?, ?, ?, ?, ?)", list(asked))
    resolve_vintages(con)
    rows = con.execute("SELECT document, period_start, period_end, obs_kind, published, vintage, basis FROM vintage_answer").fetchall()
    return {(row[:5], Dating(row[5], Basis(row[6]))) for row in rows}


def answers_by_python(asked: Iterable[Request]) -> set[tuple[Request, Dating]]:
    own: dict[int, str] = {}
    for document, start, end, kind, _ in asked:
        if start and end and kind in ("actual", None) and vintage_on(start) == vintage_on(end):
            own[document] = max(own.get(document, ""), vintage_on(end))
    return {
        ((document, start, end, kind, published), vintage_of(start=start, end=end, obs_kind=kind, published=published, document=own.get(document)))
        for document, start, end, kind, published in asked
    }


@given(asked=st.sets(requests, min_size=1, max_size=30))
def test_sql_and_python_decide_alike(con: duckdb.DuckDBPyConnection, asked: set[Request]) -> None:
    assert answers_by_sql(con, asked) == answers_by_python(asked)
