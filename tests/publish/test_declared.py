"""INSERT converts what it is given; so the types are compared before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.errors import WarehouseError
from etl.publish.declared import refuse_unless_declared
from schemas.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

STABLE = tuple(table for table in TABLES if not table.is_volatile)


@pytest.fixture
def con(working: ModuleType) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        working.fill_working(connection, {})
        yield connection


def refusal(con: duckdb.DuckDBPyConnection) -> tuple[object, object]:
    with pytest.raises(WarehouseError) as broken:
        refuse_unless_declared(con, STABLE)
    assert broken.value.code == "structure-broken"
    return broken.value.facts["table"], broken.value.facts["details"]


def test_tables_as_declared_are_taken(con: duckdb.DuckDBPyConnection) -> None:
    refuse_unless_declared(con, STABLE)


def test_views_are_as_good_as_tables(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("ALTER TABLE out.units RENAME TO kept; CREATE VIEW out.units AS SELECT unit, kind, NULL AS aliases, base_unit, multiplier FROM out.kept")
    refuse_unless_declared(con, STABLE)


@pytest.mark.parametrize("kind", ["DECIMAL(38,9)", "FLOAT", "BIGINT", "HUGEINT"])
def test_exact_numbers_become_double(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    con.execute(f"ALTER TABLE out.units ALTER multiplier TYPE {kind}")
    refuse_unless_declared(con, STABLE)


def test_an_enum_is_text(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("ALTER TABLE out.units ALTER kind TYPE ENUM('count', 'rate')")
    refuse_unless_declared(con, STABLE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TABLE out.units", ("out.units: missing",)),
        ("ALTER TABLE out.units DROP kind", ("kind: missing",)),
        ("ALTER TABLE out.units ADD moon INTEGER", ("moon: not declared",)),
        ("ALTER TABLE out.units ALTER multiplier TYPE VARCHAR", ("multiplier: VARCHAR, declared DOUBLE",)),
        ("ALTER TABLE out.units ALTER kind TYPE INTEGER", ("kind: INTEGER, declared VARCHAR",)),
    ],
)
def test_what_is_not_as_declared_is_refused_with_its_name(con: duckdb.DuckDBPyConnection, change: str, told: tuple[str, ...]) -> None:
    con.execute(change)
    assert refusal(con) == ("units", told)


def test_an_id_given_as_text_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("ALTER TABLE out.observations ALTER observation_id TYPE VARCHAR")
    assert refusal(con) == ("observations", ("observation_id: VARCHAR, declared UUID",))


def test_without_the_list_of_waived_findings_nothing_is_published(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DROP TABLE out.waived")
    assert refusal(con)[0] == "waived"
