"""Indicators of a source.toml join the catalogue, or are refused with file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.errors import ConfigError
from etl.read.definitions import add_definitions
from etl.read.sources import INDICATOR_KEYS, discover
from schemas.catalogue import load_reference, reference_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAIN = '[[indicator]]\nid = "lonely_elderly_visits"\nname_vi = "Số lượt thăm"\nunit = "lượt người"\nunit_kind = "count"\n'


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the catalogue."""
    with duckdb.connect() as opened:
        load_reference(opened)
        yield opened


def add(con: duckdb.DuckDBPyConnection, raw: Path, **tomls: str) -> int:
    """Write one source.toml for each folder and add what they define."""
    for folder, toml in tomls.items():
        (raw / folder).mkdir(parents=True)
        (raw / folder / "source.toml").write_text(toml, encoding="utf-8")
    return add_definitions(con, discover(raw))


def test_the_keys_of_a_definition_are_the_columns_of_the_catalogue() -> None:
    assert tuple(reference_columns("indicators")) == INDICATOR_KEYS


def test_a_definition_becomes_a_row_of_the_catalogue(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    toml = PLAIN + 'upper_limit = 99.5\ndenominator = "population"\nprogramme = "elderly_care"\n'
    assert add(con, tmp_path / "raw", a=toml) == 1
    assert con.execute("SELECT * FROM ref_indicators WHERE id = 'lonely_elderly_visits'").fetchall() == [
        ("lonely_elderly_visits", "Số lượt thăm", "Số lượt thăm", "elderly_care", "lượt người", "count", "stock", None, 99.5, "population", None, None, None)
    ]


def test_two_sources_may_define_one_indicator_alike(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert add(con, tmp_path / "raw", a=PLAIN, b=f"# ghi chú\n{PLAIN}") == 1


def test_definitions_may_name_each_other(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    second = PLAIN.replace("lonely_elderly_visits", "elderly_visits") + 'parent = "lonely_elderly_visits"\n'
    assert add(con, tmp_path / "raw", a=second + PLAIN) == 2


def test_nothing_defined_changes_nothing(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert add(con, tmp_path / "raw", a='title = "x"') == 0


@pytest.mark.parametrize(
    ("toml", "code", "facts"),
    [
        (PLAIN.replace("lonely_elderly_visits", "poor_households"), "indicator-in-catalogue", {"indicator": "poor_households"}),
        (PLAIN.replace("lượt người", "lượt ngừơi"), "indicator-names-unknown", {"key": "unit", "found": "lượt ngừơi"}),
        (PLAIN + 'parent = "poor_household"\n', "indicator-names-unknown", {"key": "parent", "found": "poor_household"}),
        (PLAIN + 'denominator = "popullation"\n', "indicator-names-unknown", {"key": "denominator", "nearest": ("population",)}),
        (PLAIN + 'programme = "elderly"\n', "indicator-names-unknown", {"key": "programme"}),
    ],
)
def test_what_does_not_fit_the_catalogue_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path, toml: str, code: str, facts: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as refused:
        add(con, tmp_path / "raw", a=f"\n\n{toml}")
    assert refused.value.code == code
    assert refused.value.facts.items() >= {"file": str(tmp_path / "raw" / "a" / "source.toml"), "line": 3, **facts}.items()


def test_one_indicator_defined_in_two_ways_is_refused_with_both_places(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        add(con, tmp_path / "raw", a=PLAIN, b=PLAIN.replace('"count"', '"ratio"'))
    assert refused.value.code == "indicator-defined-twice"
    assert refused.value.facts["other"] == f"{tmp_path / 'raw' / 'a' / 'source.toml'}:1"
