"""The file before anything is in it: made once in a process, written as often as one publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.publish import empty
from etl.publish.empty import write_empty
from schemas.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty, "_MADE", {})


def test_it_holds_every_table_without_rows_and_nothing_without_a_comment(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_empty(con, tmp_path / "empty.duckdb")
    with duckdb.connect(tmp_path / "empty.duckdb", read_only=True) as made:
        tables = {name for (name,) in made.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert tables == {*(table.name for table in TABLES), "meta"}
        for name in sorted(tables):
            assert made.execute(f'SELECT count(*) FROM "{name}"').fetchall() == [(0,)]
        for kind in ("tables", "columns", "views"):
            assert made.execute(f"SELECT * FROM duckdb_{kind}() WHERE NOT internal AND comment IS NULL").fetchall() == []


def test_the_second_is_the_first_again_and_both_can_be_open_at_once(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_empty(con, tmp_path / f"{name}.duckdb")
        con.execute(f"ATTACH '{tmp_path / name}.duckdb' AS {name}")
        con.execute(f"INSERT INTO {name}.meta VALUES ('{name}', NULL)")
    assert con.execute("FROM one.meta UNION ALL FROM two.meta ORDER BY ALL").fetchall() == [("one", None), ("two", None)]
    write_empty(con, tmp_path / "three.duckdb")
    assert len(empty._MADE) == 1
    assert (tmp_path / "three.duckdb").read_bytes() in empty._MADE.values()


def test_other_views_make_another_file(con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_empty(con, tmp_path / "one.duckdb")
    asked = empty._statements()
    monkeypatch.setattr(empty, "_statements", lambda: (*asked, "CREATE VIEW own AS SELECT 1 AS n; COMMENT ON VIEW own IS 'x'"))
    write_empty(con, tmp_path / "two.duckdb")
    with duckdb.connect(tmp_path / "two.duckdb", read_only=True) as made:
        assert made.execute("FROM own").fetchall() == [(1,)]


@pytest.mark.parametrize("broken", ["CREATE TABLE", "FROM nowhere"])
def test_what_stops_it_leaves_the_connection_as_it_was(broken: str, con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    con.execute("CREATE TABLE here AS SELECT 1 AS n")
    asked = empty._statements()
    monkeypatch.setattr(empty, "_statements", lambda: (*asked, broken))
    with pytest.raises(duckdb.Error):
        write_empty(con, tmp_path / "one.duckdb")
    assert con.execute("FROM here").fetchall() == [(1,)]
    assert [name for (name,) in con.execute("SELECT database_name FROM duckdb_databases() WHERE NOT internal").fetchall()] == ["memory"]
    assert empty._MADE == {}
