"""A published file as the pipeline would leave it: the declared tables and views, filled with the invented rows of realistic.toml."""

from __future__ import annotations

import tempfile
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import duckdb
import pytest

from etl.report.content import read_content
from etl.report.html_report import render_html
from schemas.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[str, list[Row]]

ROOT = Path(__file__).resolve().parents[2]
META = {"evaluated_on": "2025-03-01", "content_id": "c0ffee"}
_EMPTY = {"VARCHAR": "", "UUID": 0, "DOUBLE": 0.0, "SMALLINT": 0, "INTEGER": 0, "BIGINT": 0, "BOOLEAN": False, "UUID[]": [], "VARCHAR[]": []}


def uuid(number: int | str) -> str:
    """A readable id."""
    return str(UUID(int=number)) if isinstance(number, int) else number


@cache
def empty() -> bytes:
    """A published file with nothing in it: tables, comments, views."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with duckdb.connect(path) as connection:
            connection.execute("CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR)")
            connection.execute(";".join(statement for table in TABLES for statement in (table.ddl(), *table.comments())))
            for file in ("views.sql", "macros.sql"):
                connection.execute((ROOT / "etl" / "publish" / "sql" / file).read_text(encoding="utf-8"))
        return path.read_bytes()


def publish(path: Path, rows: Rows, *, meta: dict[str, str] | None = None) -> Path:
    """Publish rows at `path`; columns that a row leaves out are NULL, or empty where NULL is not allowed."""
    path.write_bytes(empty())
    with duckdb.connect(path) as connection:
        for pair in (META if meta is None else meta).items():
            connection.execute("INSERT INTO meta VALUES (?, ?)", pair)
        for table in TABLES:
            for row in rows.get(table.name, []):
                values = [_value(row.get(c.name, None if c.nullable else _EMPTY[c.duckdb_type]), c.duckdb_type) for c in table.columns]
                connection.execute(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(values))})", values)
    return path


def observation(observation_id: int, **columns: Any) -> Row:
    """A figure of Lào Cai, 2023, exact unless told otherwise."""
    is_exact = columns.get("hedge", "exact") == "exact"
    bounds = {"lower_bound": columns.get("obs_value"), "upper_bound": columns.get("obs_value")} if is_exact else {}
    dated = {} if columns.pop("is_undated", False) else {"time_period": "2023", "period_start": "2023-01-01", "period_end": "2023-12-31"}
    return {
        "observation_id": observation_id,
        "figure_id": 1000 + observation_id,
        "measure": "level",
        "ref_area": "10",
        "area_vintage": "2025-01",
        "area_level": "province",
        "area_name": "Lào Cai",
        **dated,
        "obs_kind": "actual",
        **bounds,
        "hedge": "exact",
        "unit_measure": "%",
        "obs_status": "A",
        "source_id": "lao-cai/figures.csv",
        "line": observation_id + 1,
        "locator": f"p13#{5000 + observation_id}",
        **columns,
    }


def member(finding_id: int, position: int, role: str, of: Row) -> Row:
    """An observation as a member of a finding."""
    same = ("figure_id", "observation_id", "source_id", "line", "locator", "indicator", "measure", "breakdown", "time_period", "obs_kind", "text")
    own = {"finding_id": finding_id, "position": position, "role": role, "ref_area": of["area_name"], "unit": of["unit_measure"]}
    return own | {column: of[column] for column in same if column in of}


def realistic_rows() -> Rows:
    """The rows of realistic.toml, by table."""
    rows: Rows = tomllib.loads((Path(__file__).parent / "realistic.toml").read_text(encoding="utf-8"))
    rows["observations"] = [observation(**row) for row in rows["observations"]]
    by_id = {row["observation_id"]: row for row in rows["observations"]}
    rows["finding_members"] = [
        member(row["finding_id"], row["position"], row["role"], by_id[row["of"]]) if "of" in row else row for row in rows["finding_members"]
    ]
    return rows


def _value(value: Any, duckdb_type: str) -> Any:
    if duckdb_type == "UUID" and value is not None:
        return uuid(value)
    return [uuid(entry) for entry in value] if duckdb_type == "UUID[]" else value


@pytest.fixture
def rows() -> Rows:
    """Rows of the realistic published file, to be changed by a test."""
    return realistic_rows()


@pytest.fixture
def published(tmp_path: Path) -> Callable[..., Path]:
    """Publish rows into a fresh file."""
    return lambda rows, **options: publish(tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb", rows, **options)


@pytest.fixture
def content_of(published: Callable[..., Path]) -> Callable[..., Row]:
    """Publish rows and read the content of the report."""
    return lambda rows, **options: read_content(published(rows, **options))


@pytest.fixture(scope="session")
def realistic_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The realistic published file; tests only read it."""
    return publish(tmp_path_factory.mktemp("published") / "ansinh.duckdb", realistic_rows())


@pytest.fixture(scope="session")
def content(realistic_file: Path) -> Row:
    """The content of the realistic published file; tests only read it."""
    return read_content(realistic_file)


@pytest.fixture(scope="session")
def page(content: Row) -> str:
    """The page of the realistic published file."""
    return render_html(content).decode()
