"""Indicators of a source.toml join the catalogue, or are refused with file and line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import duckdb
import pytest

from etl import pipeline
from etl.check import check
from etl.errors import ConfigError
from etl.project import Project
from etl.read.definitions import add_definitions
from etl.read.sources import INDICATOR_KEYS, discover
from schemas.catalogue import load_reference, reference_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY: Final = date(2025, 1, 1)
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


def drafts(raw: Path, **tomls: str) -> Path:
    """A project whose sources define indicators and print a figure of each."""
    for folder, toml in tomls.items():
        (raw / folder).mkdir(parents=True)
        (raw / folder / "source.toml").write_text(toml, encoding="utf-8")
        (raw / folder / "figures.csv").write_text(
            "indicator,measure,ref_area,time_period,value,unit\nlonely_elderly_visits,level,Lào Cai,2024,120,lượt người\n", encoding="utf-8"
        )
    return raw


@pytest.mark.parametrize(
    ("tomls", "code", "line"),
    [
        ({"a": PLAIN.replace("lonely_elderly_visits", "poor_households")}, "indicator-in-catalogue", 1),
        ({"a": PLAIN, "b": "\n" + PLAIN.replace("Số lượt thăm", "Số lần thăm")}, "indicator-defined-twice", 2),
        ({"a": PLAIN.replace("lượt người", "lượt voi")}, "indicator-names-unknown", 1),
        ({"a": PLAIN + 'programme = "elderly"\n'}, "indicator-names-unknown", 1),
        ({"a": PLAIN + 'parent = "nobody"\n'}, "indicator-names-unknown", 1),
        ({"a": PLAIN + "upper_limit = 1e400\n"}, "out-of-range", 6),
    ],
)
def test_a_misfit_stops_run_and_check_with_file_and_line(tomls: dict[str, str], code: str, line: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.validate.rules.our_rule_files", list)
    monkeypatch.setattr("etl.check.our_rule_files", list)
    raw = drafts(tmp_path / "raw", **tomls)
    accused = raw / max(tomls) / "source.toml"
    for work in (lambda: pipeline.run(Project(tmp_path), evaluated_on=DAY), lambda: check(sorted(raw.glob("*/figures.csv")), evaluated_on=DAY)):
        with pytest.raises(ConfigError) as refused:
            work()
        assert (refused.value.code, refused.value.facts["file"], refused.value.facts["line"]) == (code, str(accused), line)


def test_what_two_sources_define_alike_is_published_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.validate.rules.our_rule_files", list)
    drafts(tmp_path / "raw", a=PLAIN, b=PLAIN)
    assert pipeline.run(Project(tmp_path), evaluated_on=DAY).run.rows_published == 2
    with duckdb.connect(tmp_path / "warehouse" / "ansinh.duckdb", read_only=True) as published:
        assert published.execute("SELECT name_vi, programme FROM indicators WHERE id = 'lonely_elderly_visits'").fetchall() == [("Số lượt thăm", None)]
