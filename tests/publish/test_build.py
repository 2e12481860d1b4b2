"""Equal content gives equal bytes; the file explains itself; old clients can open it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pyarrow
import pyarrow.parquet
import pytest

from etl.errors import WarehouseError
from etl.pipeline import ingest, load, run, validate
from etl.project import Project
from etl.publish.build import Built, build_snapshot
from etl.publish.disk import sha256_of
from etl.publish.empty import STORAGE_VERSION
from etl.publish.history import read_history
from etl.publish.snapshot import current_snapshot
from schemas.tables import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from etl.pipeline import Outcome
    from schemas.published import PublishedTable

STABLE = tuple(table for table in TABLES if not table.is_volatile)
# Enough rows for three row groups of a Parquet file and of a DuckDB table, in an order that is not the published one.
MANY = """
INSERT INTO out.observations
SELECT o.* REPLACE (md5('o' || r.i)::UUID AS observation_id, md5('f' || r.i)::UUID AS figure_id, 'indicator_' || r.i % 7 AS indicator, r.i % 977 AS ref_area,
                    r.i AS obs_value, r.i AS text, 100 + r.i AS line)
FROM (FROM out.observations ORDER BY line LIMIT 1) AS o, range(260000) AS r(i) ORDER BY hash(r.i + {salt})
"""


@pytest.fixture(scope="module")
def built(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Built]:
    folder = tmp_path_factory.mktemp("built")
    return folder, working.build(folder, "run1", rows=working.content())


@pytest.fixture
def con(built: tuple[Path, Built]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(built[0] / "ansinh.duckdb", read_only=True) as connection:
        yield connection


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256_of(path) for path in sorted((folder / "parquet").iterdir())}


def build_many(working: ModuleType, folder: Path, *, threads: int, salt: int) -> Built:
    folder.mkdir()
    with duckdb.connect(":memory:", config={"threads": threads}) as con:
        working.fill_working(con, working.content())
        con.execute(MANY.format(salt=salt)).fetchall()
        if salt:  # what another stage of a run may have set does not reach the files
            con.execute("SET preserve_insertion_order = false")
            for column, order in (("indicator", "DESC"), ("ref_area", "ASC")):
                con.execute(f"CREATE TYPE {column}_words AS ENUM (SELECT DISTINCT {column} FROM out.observations ORDER BY {column} {order})")
                con.execute(f"ALTER TABLE out.observations ALTER {column} TYPE {column}_words")
        built: Built = build_snapshot(con, folder, run=working.record(f"run{salt}"), previous=None, history=())
        assert con.execute("SELECT current_setting('preserve_insertion_order')").fetchall() == [(not salt,)]
    return built


def test_equal_content_gives_equal_bytes_whatever_the_threads_the_order_and_the_run(working: ModuleType, tmp_path: Path) -> None:
    one = build_many(working, tmp_path / "one", threads=1, salt=0)
    two = build_many(working, tmp_path / "two", threads=2, salt=1)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert one.content_id == two.content_id
    rows = pl.read_parquet(tmp_path / "one" / "parquet" / "observations.parquet", columns=["indicator", "ref_area", "observation_id"])
    assert rows.equals(rows.sort(rows.columns)), "sorted"
    assert pyarrow.parquet.ParquetFile(tmp_path / "one" / "parquet" / "observations.parquet").num_row_groups > 1


def test_another_run_of_the_same_content_has_the_same_content_id(working: ModuleType, built: tuple[Path, Built], tmp_path: Path) -> None:
    again = working.build(tmp_path, "run2", rows=working.content(), previous=built[0] / "ansinh.duckdb")
    assert again.content_id == built[1].content_id
    assert digests(tmp_path) == digests(built[0])


def test_one_changed_character_changes_the_content_id(working: ModuleType, built: tuple[Path, Built], tmp_path: Path) -> None:
    rows = working.content()
    rows["observations"][0]["text"] = "52,8"
    assert working.build(tmp_path, "run1", rows=rows).content_id != built[1].content_id


def test_what_was_built_is_told(built: tuple[Path, Built], con: duckdb.DuckDBPyConnection) -> None:
    folder, told = built
    for table in TABLES:
        assert con.execute(f"SELECT count(*) FROM {table.name}").fetchall() == [(told.rows[table.name],)]
    assert told.digests == {f"parquet/{table.name}.parquet": sha256_of(folder / "parquet" / f"{table.name}.parquet") for table in STABLE}
    assert told.schema_version == SCHEMA_VERSION
    assert list(told.seconds) == ["tables", "parquet", "structure", "finish"]
    assert told.run.outcome == "published"


def test_the_file_says_what_it_is(built: tuple[Path, Built], con: duckdb.DuckDBPyConnection) -> None:
    meta = dict(con.execute("SELECT key, value FROM meta").fetchall())
    assert meta == {
        "schema_version": str(SCHEMA_VERSION),
        "content_id": built[1].content_id,
        "run_id": "run1",
        "version": "0",
        "evaluated_on": "2025-01-01",
    }
    assert con.execute("SELECT run_id, outcome, content_id FROM runs").fetchall() == [("run1", "published", built[1].content_id)]


def test_the_table_of_runs_tells_the_whole_history_once(working: ModuleType, tmp_path: Path) -> None:
    earlier = [working.record("run1"), replace(working.record("run2"), outcome="failed"), replace(working.record("run2"), outcome="gate_failed")]
    with duckdb.connect() as con:
        working.fill_working(con, working.content())
        build_snapshot(con, tmp_path, run=working.record("run3"), previous=None, history=earlier)
    with duckdb.connect(tmp_path / "ansinh.duckdb", read_only=True) as con:
        assert con.execute("SELECT run_id, outcome FROM runs ORDER BY run_id").fetchall() == [
            ("run1", "published"),
            ("run2", "gate_failed"),
            ("run3", "published"),
        ]


def test_clients_from_1_4_on_can_open_it(built: tuple[Path, Built]) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{built[0] / 'ansinh.duckdb'}' AS built (READ_ONLY)")
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'built'").fetchall()[0][0]
    assert tags["storage_version"].startswith(STORAGE_VERSION)


def test_no_log_is_left_beside_it(built: tuple[Path, Built]) -> None:
    assert sorted(path.name for path in built[0].iterdir()) == ["ansinh.duckdb", "parquet"]


def test_every_table_view_macro_and_column_says_what_it_holds_in_both_languages(con: duckdb.DuckDBPyConnection) -> None:
    silent = con.execute(
        """SELECT table_name, comment FROM duckdb_tables() UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal
        UNION ALL SELECT table_name || '.' || column_name, comment FROM duckdb_columns() WHERE NOT internal
        UNION ALL SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal"""
    ).fetchall()
    assert len(silent) > 300
    assert [name for name, comment in silent if comment is None or " | " not in comment] == []


def test_the_columns_and_types_are_the_declared_ones(built: tuple[Path, Built], con: duckdb.DuckDBPyConnection) -> None:
    for table in TABLES:
        there = con.execute("SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE table_name = $t ORDER BY column_index", {"t": table.name})
        assert there.fetchall() == [(c.name, c.duckdb_type, c.nullable) for c in table.columns]
    for table in STABLE:
        there = pyarrow.parquet.read_schema(built[0] / "parquet" / f"{table.name}.parquet")
        assert [(field.name, str(field.type).replace("element", "item")) for field in there] == [
            (field.name, str(field.type)) for field in table.arrow_schema()
        ]


def test_parquet_files_hold_the_tables_and_nothing_that_changes_by_run(built: tuple[Path, Built], con: duckdb.DuckDBPyConnection) -> None:
    for table in STABLE:
        file = built[0] / "parquet" / f"{table.name}.parquet"
        assert pyarrow.parquet.read_schema(file).names == list(table.stable_columns())
        assert pyarrow.parquet.read_metadata(file).metadata == {b"ansinh_table": table.name.encode(), b"ansinh_schema_version": str(SCHEMA_VERSION).encode()}
        columns = ", ".join(f'"{name}"' for name in table.stable_columns())
        stored = con.sql(f"SELECT {columns} FROM {table.name}").to_arrow_table()
        assert pyarrow.parquet.read_table(file).to_pylist() == stored.to_pylist()
    assert not (built[0] / "parquet" / "runs.parquet").exists()


def test_the_working_connection_is_given_back_as_it_was(working: ModuleType, tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS work; USE work")
        working.fill_working(con, working.content())
        build_snapshot(con, tmp_path, run=working.record("run1"), previous=None, history=())
        assert con.execute("SELECT current_database(), count(*) FROM out.observations").fetchall() == [("work", 10)]
        assert {name for (name,) in con.execute("SELECT database_name FROM duckdb_databases() WHERE NOT internal").fetchall()} == {"memory", "work"}


def test_a_build_that_fails_gives_the_connection_back_too(working: ModuleType, tmp_path: Path) -> None:
    rows = working.content()
    rows["observations"][0]["hedge"] = "perhaps"
    (tmp_path / "good").mkdir()
    with duckdb.connect() as con:
        working.fill_working(con, rows)
        with pytest.raises(WarehouseError, match="structure-broken"):
            build_snapshot(con, tmp_path, run=working.record("run1"), previous=None, history=())
        con.execute("UPDATE out.observations SET hedge = 'exact'").fetchall()
        build_snapshot(con, tmp_path / "good", run=working.record("run1"), previous=None, history=())
    assert (tmp_path / "good" / "ansinh.duckdb").exists()


def test_what_is_looked_at_beside_is_told_when_it_is_asked_for(working: ModuleType, tmp_path: Path) -> None:
    rows = working.content()
    rows["observations"][0]["hedge"] = "perhaps"
    with duckdb.connect() as con, ThreadPoolExecutor(1) as beside:
        working.fill_working(con, rows)
        built = build_snapshot(con, tmp_path, run=working.record("run1"), previous=None, history=(), beside=beside)
        with pytest.raises(WarehouseError, match="structure-broken") as refused:
            built.looked.result()
    assert "hedge" in str(refused.value.facts)


@pytest.mark.parametrize("run_by", [run, load])
def test_nothing_is_published_of_which_a_row_is_not_as_declared(small_project: Path, monkeypatch: pytest.MonkeyPatch, run_by: Callable[..., Outcome]) -> None:
    def misfit(table: PublishedTable, _: Path) -> None:
        raise WarehouseError("structure-broken", table=table.name, details=())

    project, day = Project(small_project), date(2026, 1, 1)
    if run_by is load:
        ingest(project, evaluated_on=day)
        validate(project, evaluated_on=day)
    monkeypatch.setattr("etl.publish.build.refuse_broken_file", misfit)
    with pytest.raises(WarehouseError, match="structure-broken"):
        run_by(project, evaluated_on=day)
    assert current_snapshot(project) is None
    assert [run.outcome for run in read_history(project).runs] == ["failed"]


def test_an_empty_project_is_published_too(working: ModuleType, tmp_path: Path) -> None:
    built = working.build(tmp_path, "run1", rows={})
    assert {name: rows for name, rows in built.rows.items() if rows} == {"runs": 1}


def test_a_folder_with_quotes_in_its_name_is_no_trap(working: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "an 'sinh'; DROP"
    folder.mkdir()
    working.build(folder, "run1", rows=working.content())
    assert (folder / "parquet" / "observations.parquet").exists()


def test_a_disk_that_duckdb_cannot_write_to_is_told(working: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "ansinh.duckdb").mkdir()
    with pytest.raises(WarehouseError, match="disk-failed"):
        working.build(tmp_path, "run1", rows=working.content())
