"""Who may write a raw file or ask a question can do no harm with it: no way out of raw/, no way out of the warehouse, no formula in a cell."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from typing import TYPE_CHECKING

import pyarrow
import pytest
from click.testing import CliRunner

from etl.cli import main
from etl.errors import AnsinhError, ConfigError, SourceError, UsageError
from etl.printing import write_table
from etl.project import Project
from etl.query import run_query
from etl.read.sources import discover

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

SECRET = "not for readers"
FIGURES = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note\n"


@pytest.fixture(scope="module")
def published(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A published project with a file beside it that no question may reach."""
    project = Project(tmp_path_factory.mktemp("secure"))
    working.publish(project, "run1")
    (project.root / "secret.csv").write_text(f"a\n{SECRET}\n")
    return project


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A raw folder with one source, and a secret outside."""
    folder = tmp_path / "raw" / "so-lieu"
    folder.mkdir(parents=True)
    (folder / "figures.csv").write_text(FIGURES)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "figures.csv").write_text(SECRET)
    return tmp_path / "raw"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("so-lieu/more.csv", "../../outside/figures.csv"),
        ("so-lieu/sub", "../../outside"),
        ("other", "../outside"),
        ("other", "/"),
        ("so-lieu/nowhere", "missing"),
        ("so-lieu/up", ".."),
        ("so-lieu/loop", "loop"),
    ],
)
def test_a_link_that_leads_out_of_raw_is_refused(link: str, target: str, raw: Path) -> None:
    (raw / link).symlink_to(target)
    with pytest.raises(SourceError, match="source-link-outside"):
        discover(raw)


def test_the_figures_themselves_may_not_be_such_a_link(raw: Path) -> None:
    (raw / "so-lieu" / "figures.csv").unlink()
    (raw / "so-lieu" / "figures.csv").symlink_to("../../outside/figures.csv")
    with pytest.raises(SourceError, match="source-link-outside"):
        discover(raw)


@pytest.mark.parametrize("key", ["file", "path", "include", "figures", "../title"])
def test_a_source_toml_names_no_files(key: str, raw: Path) -> None:
    (raw / "so-lieu" / "source.toml").write_text(f'title = "a"\n"{key}" = "../../outside/figures.csv"\n')
    with pytest.raises(ConfigError, match="unknown-key"):
        discover(raw)


def test_a_path_in_a_text_of_source_toml_stays_a_text(raw: Path) -> None:
    (raw / "so-lieu" / "source.toml").write_text('title = "../../outside/figures.csv"\nurl = "file:../../outside/figures.csv"\nref_area = "../outside"\n')
    [folder] = discover(raw)
    assert folder.figures is not None
    assert [folder.figures.source_id, *(file.source_id for file in folder.not_read)] == ["so-lieu/figures.csv"]


def test_a_folder_may_be_named_like_a_statement(tmp_path: Path) -> None:
    name = "a'; DROP TABLE raw_rows; --\" {0} %s"
    (tmp_path / "raw" / name).mkdir(parents=True)
    (tmp_path / "raw" / name / "figures.csv").write_text(FIGURES + "poor_households,level,,Hà Giang,2022,actual,'); DROP TABLE fact; --,hộ,=1+1,\"x'; --\"\n")
    done = CliRunner().invoke(main, ["run", "--project", str(tmp_path)], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    rows = run_query(Project(tmp_path), "SELECT source_id, text FROM quarantine").to_pylist()
    assert rows == [{"source_id": f"{name}/figures.csv", "text": "'); DROP TABLE fact; --"}]


HARM = (
    "SELECT * FROM read_text('{root}/secret.csv')",
    "SELECT * FROM read_blob('{root}/secret.csv')",
    "SELECT * FROM read_csv('{root}/secret.csv')",
    "SELECT * FROM '{root}/secret.csv'",
    "SELECT * FROM read_parquet('{root}/warehouse/parquet/*.parquet')",
    "SELECT * FROM glob('{root}/*')",
    "SELECT * FROM read_json('https://example.org/a.json')",
    "SELECT getenv('HOME')",
    "COPY observations TO '{root}/stolen.csv'",
    "COPY (SELECT 1) TO '{root}/stolen.parquet'",
    "EXPORT DATABASE '{root}/stolen'",
    "ATTACH '{root}/other.duckdb' AS other",
    "ATTACH '{root}/warehouse/ansinh.duckdb' AS other (READ_WRITE)",
    "INSTALL httpfs",
    "LOAD httpfs",
    "INSTALL sqlite FROM community",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "PRAGMA enable_external_access",
    "CALL pragma_version()",
    "CREATE SECRET (TYPE s3)",
    "CREATE TABLE t AS SELECT 1",
    "DROP TABLE observations",
    "DELETE FROM observations",
    "INSERT INTO units SELECT * FROM units",
    "CHECKPOINT",
    "SELECT 1; DROP TABLE observations",
    "SELECT 1; SELECT 2",
    "BEGIN; DELETE FROM observations; COMMIT",
    "SELECT * FROM query('COPY observations TO ''{root}/stolen.csv''')",
    "SELECT * FROM query_table('{root}/secret.csv')",
    "WITH x AS (DELETE FROM observations RETURNING *) SELECT * FROM x",
    "EXPLAIN ANALYZE COPY observations TO '{root}/stolen.csv'",
    "EXPLAIN ANALYZE DELETE FROM observations",
    "PREPARE p AS DELETE FROM observations",
)


@pytest.mark.parametrize("sql", HARM)
def test_a_question_can_do_no_harm(sql: str, published: Project) -> None:
    before = sorted(str(path) for path in published.root.rglob("*"))
    with pytest.raises(UsageError) as refused:
        run_query(published, sql.format(root=published.root))
    assert SECRET not in str(refused.value.facts)
    assert sorted(str(path) for path in published.root.rglob("*")) == before
    assert run_query(published, "SELECT count(*) AS n FROM observations").to_pylist() == [{"n": 10}]


@pytest.mark.parametrize("value", ["' OR 1 = 1 --", "'; DROP TABLE observations; --", "52,7' UNION SELECT 1 --", "$x", "{}"])
def test_a_value_is_a_parameter_and_never_sql(value: str, published: Project, ansinh: str) -> None:
    words = [ansinh, "query", "SELECT count(*) AS n FROM observations WHERE text = $x", "-p", f"x={value}", "--project", str(published.root), "--format", "csv"]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "n\n0\n"


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0"])
def test_a_cell_of_an_exported_table_is_no_formula(cell: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_table(pyarrow.table({"a": [cell, "abc"], "n": [-1.5, 2.0]}), form="csv")
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    assert rows == [["a", "n"], ["'" + cell.replace("\r", "\n"), "-1.5"], ["abc", "2.0"]], "numbers stay numbers"


@pytest.mark.parametrize("printed", ["+1", "-1", "-3,7", "+4,43 %", "-1.234"])
def test_a_number_as_printed_is_no_formula_and_stays_as_it_is(printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_table(pyarrow.table({"a": [printed]}), form="csv")
    assert list(csv.reader(io.StringIO(capsys.readouterr().out, newline=""))) == [["a"], [printed]]


def test_the_name_of_a_column_is_no_formula_either(published: Project, capsys: pytest.CaptureFixture[str]) -> None:
    write_table(run_query(published, 'SELECT 1 AS "=1+1"'), form="csv")
    assert not capsys.readouterr().out.startswith("=")


@pytest.mark.parametrize("name", ["pipe", "figures.csv", "source.toml", "waivers.toml"])
def test_a_pipe_in_raw_is_refused_and_keeps_no_run_waiting(name: str, raw: Path, ansinh: str) -> None:
    (raw / "so-lieu" / name).unlink(missing_ok=True)
    os.mkfifo(raw / "so-lieu" / name)
    done = subprocess.run([ansinh, "--lang", "en", "run", "--project", str(raw.parent)], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1
    assert "is no regular file" in done.stderr


def test_an_error_of_ours_is_never_a_python_error(published: Project) -> None:
    with pytest.raises(AnsinhError):
        run_query(published, "SELECT\0 1")
