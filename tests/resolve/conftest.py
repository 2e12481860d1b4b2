"""What the tests of places share: the reference tables, loaded once, and a way to ask about labels."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.resolve.areas import create_area_reference, resolve_areas

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Said:
    """One row of area_answer."""

    status: str
    vintage: str | None
    level: str | None
    code: str | None
    name: str | None
    parent_code: str | None
    province_code: str | None
    rule: str | None
    candidates: list[str]

    @property
    def place(self) -> tuple[str | None, ...]:
        """The key of the place."""
        return (self.vintage, self.level, self.code)


COLUMNS = tuple(column.name for column in fields(Said))


class Places:
    """The reference data in a database, to be asked."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._known: dict[tuple[str, str], Said] = {}

    def ask_ahead(self, asked: Sequence[tuple[str, str]]) -> None:
        """Resolve (label, vintage) pairs in one run, each as a document of its own: what `ask` will be asked for."""
        told = self.ask_all([(scope, label, vintage) for scope, (label, vintage) in enumerate(asked)])
        self._known = dict(zip(asked, told, strict=True))

    def ask_all(self, requests: Sequence[tuple[int, str | None, str | None]]) -> list[Said]:
        """Resolve (scope, label, vintage) triples in one run."""
        self.con.execute("CREATE OR REPLACE TEMP TABLE area_request(request INTEGER, scope INTEGER, label VARCHAR, vintage VARCHAR)")
        if requests:
            self.con.executemany("INSERT INTO area_request VALUES (?, ?, ?, ?)", [(number, *request) for number, request in enumerate(requests)])
        resolve_areas(self.con)
        rows = self.con.execute(f"SELECT {', '.join(COLUMNS)} FROM area_answer ORDER BY request").fetchall()
        assert len(rows) == len(requests)
        return [Said(**dict(zip(COLUMNS, row, strict=True))) for row in rows]

    def ask(self, label: str | None, vintage: str | None, *beside: str) -> Said:
        """Resolve one label of a document that has the labels `beside` it."""
        if not beside and label is not None and vintage is not None and (label, vintage) in self._known:
            return self._known[label, vintage]
        return self.ask_all([(1, one, vintage) for one in (label, *dict.fromkeys(beside))])[0]


@pytest.fixture(scope="session")
def places(request: pytest.FixtureRequest) -> Iterator[Places]:
    """The reference tables. One run takes as long for a hundred labels as for one: what tests are parametrized with is asked ahead."""
    marks = (getattr(item, "callspec", None) for item in request.session.items)
    asked = [(mark.params["label"], mark.params["vintage"]) for mark in marks if mark is not None and {"label", "vintage"} <= mark.params.keys()]
    with duckdb.connect() as con:
        create_area_reference(con)
        places = Places(con)
        places.ask_ahead([pair for pair in dict.fromkeys(asked) if None not in pair])
        yield places
