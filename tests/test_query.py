"""What is published can be asked, and nothing else; every number leads back to its print."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.errors import UsageError, WarehouseError
from etl.project import Project
from etl.publish.history import append_run
from etl.publish.lock import hold
from etl.publish.snapshot import current_snapshot
from etl.query import Place, history, open_warehouse, run_query, status, trace_id
from etl.read import plain

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture(scope="module")
def shared_project(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One published run, for tests that only look."""
    project = Project(tmp_path_factory.mktemp("published"))
    working.publish(project, "run1")
    return project


@pytest.fixture
def own_project(shared_project: Project, tmp_path: Path) -> Project:
    """One published run, for tests that change something."""
    shutil.copytree(shared_project.root, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Project(tmp_path)


def answer(project: Project, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    table = run_query(project, sql, params)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.mark.parametrize(
    ("sql", "params", "rows"),
    [
        ("SELECT count(*) FROM observations", None, [(10,)]),
        ("SELECT text FROM observations WHERE line = $line", {"line": 2}, [("52,7",)]),
        ("SELECT text FROM observations WHERE line = ?", [3], [("15,58",)]),
        ("FROM observations SELECT text WHERE line = 4;", None, [("28,72",)]),
        ("WITH one AS (SELECT 1 AS a) SELECT a FROM one -- and a comment; with a semicolon", None, [(1,)]),
        ("SELECT key FROM meta WHERE key = 'run_id'", None, [("run_id",)]),
        ("SELECT finding_id FROM findings WHERE rule = 'G01'", None, [("30000000-0000-0000-0000-000000000001",)]),
        ("SELECT gap FROM targets", None, [(-11.8,)]),
    ],
)
def test_a_question_gets_its_answer(sql: str, params: Any, rows: list[tuple[Any, ...]], shared_project: Project) -> None:
    assert answer(shared_project, sql, params) == rows


@pytest.mark.parametrize("sql", ["DESCRIBE targets", "SHOW TABLES", "SUMMARIZE units", "EXPLAIN SELECT 1", "TABLE units", "PIVOT units ON kind USING count(*)"])
def test_questions_about_the_tables_are_questions(sql: str, shared_project: Project) -> None:
    if sql.startswith("PIVOT") and duckdb.__version__ < "2":
        pytest.xfail("DuckDB 1 parses PIVOT as two statements")
    assert run_query(shared_project, sql).num_rows > 0


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        ("", ()),
        ("-- nothing", ()),
        ("SELECT 1; SELECT 2", ("SELECT", "SELECT")),
        ("SET threads = 1", ("SET",)),
        ("COPY units TO 'units.csv'", ("COPY",)),
        ("ATTACH ':memory:' AS other", ("ATTACH",)),
        ("INSTALL httpfs", ("LOAD",)),
        ("UPDATE observations SET text = '55,7'", ("UPDATE",)),
        ("CREATE TEMP TABLE t AS SELECT 1", ("CREATE",)),
    ],
)
def test_what_is_not_one_question_is_refused(sql: str, kinds: tuple[str, ...], shared_project: Project) -> None:
    with pytest.raises(UsageError) as refused:
        run_query(shared_project, sql)
    assert (refused.value.code, refused.value.facts) == ("sql-not-a-question", {"found": kinds})


@pytest.mark.parametrize(
    "sql",
    [
        "SELEC 1",
        "SELECT moon FROM observations",
        "SELECT * FROM observation",
        "SELECT $1",
        "SELECT * FROM read_csv('/etc/hosts')",
        "SELECT * FROM read_text('https://example.org/')",
        "SELECT * FROM '/etc/hosts'",
    ],
)
def test_a_question_that_fails_says_why_in_a_few_lines(sql: str, shared_project: Project) -> None:
    with pytest.raises(UsageError) as failed:
        run_query(shared_project, sql)
    assert failed.value.code == "sql-failed"
    assert 0 < len(str(failed.value.facts["problem"])) < 500


def test_a_connection_is_closed_to_everything_else_and_stays_so(shared_project: Project) -> None:
    with open_warehouse(shared_project) as con:
        for attempt in (
            "SET enable_external_access = true",
            "SET lock_configuration = false",
            "INSERT INTO units VALUES ('x', 'x', NULL, NULL, NULL)",
            "COPY units TO 'x.csv'",
            "LOAD httpfs",
            "FROM read_csv('/etc/hosts')",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(attempt)


def test_before_the_first_run_there_is_nothing_to_ask(tmp_path: Path) -> None:
    for asked in (
        lambda project: run_query(project, "SELECT 1"),
        lambda project: open_warehouse(project).__enter__(),
        lambda project: trace_id(project, "abcd"),
    ):
        with pytest.raises(WarehouseError, match="nothing-published"):
            asked(Project(tmp_path))


def test_a_file_that_is_no_database_is_told(own_project: Project) -> None:
    database = (own_project.warehouse / "ansinh.duckdb").resolve()
    database.chmod(0o644)
    database.write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseError, match="warehouse-unreadable"):
        run_query(own_project, "SELECT 1")


def test_an_observation_leads_to_its_cell_and_its_findings(shared_project: Project, working: ModuleType) -> None:
    trace = trace_id(shared_project, working.uid(2, 2))
    assert (trace.kind, trace.id, trace.run_id) == ("observation", working.uid(2, 2), "run1")
    assert trace.row["indicator"] == "employment_sector_share"
    (place,) = trace.places
    assert (place.source_id, place.line, place.locator, place.text, place.reread) == (working.SOURCE, 2, "p1#2", "52,7", "52,7")
    assert place.sha256 == place.found_sha256
    assert place.problem is None
    assert [finding["rule"] for finding in trace.findings] == ["G01"]


@pytest.mark.parametrize(("line", "text", "rules"), [(2, "52,7", ["G01"]), (12, "18.4720", ["C01"]), (13, "", [])])
def test_a_figure_is_found_wherever_it_ended(line: int, text: str, rules: list[str], shared_project: Project, working: ModuleType) -> None:
    trace = trace_id(shared_project, working.uid(line, 1))
    assert trace.kind == "figure"
    assert trace.row["line"] == line
    assert [(place.line, place.reread, place.problem) for place in trace.places] == [(line, text, None)]
    assert [finding["rule"] for finding in trace.findings] == rules


def test_a_finding_leads_to_all_its_members(shared_project: Project, working: ModuleType) -> None:
    trace = trace_id(shared_project, working.uid(1, 3))
    assert trace.kind == "finding"
    assert trace.row["rule"] == "G01"
    assert [(place.reread, place.problem) for place in trace.places] == [("52,7", None), ("15,58", None), ("28,72", None)]


def test_an_implied_figure_leads_to_what_it_follows_from(shared_project: Project, working: ModuleType) -> None:
    trace = trace_id(shared_project, working.uid(1, 4))
    assert (trace.kind, [place.reread for place in trace.places]) == ("implied", ["11,24"])


def test_the_first_characters_are_enough_if_they_fit_one_id(working: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    rows = working.content()
    rows["observations"][0]["observation_id"] = "abcdef01-2345-6789-abcd-ef0123456789"
    monkeypatch.setattr(working, "content", lambda **_: rows)
    working.publish(project, "run1")
    for prefix in ("abcd", "ABCDEF", " abcdef01-2345 ", "abcdef01-2345-6789-abcd-ef0123456789"):
        assert trace_id(project, prefix).id == "abcdef01-2345-6789-abcd-ef0123456789"


def test_characters_that_fit_several_ids_name_them(shared_project: Project) -> None:
    with pytest.raises(UsageError) as several:
        trace_id(shared_project, "3000")
    assert several.value.code == "trace-ambiguous"
    assert several.value.facts["candidates"] == tuple(f"finding 30000000-0000-0000-0000-00000000000{n}" for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("given", "code"), [("ffff", "trace-unknown"), ("abc", "trace-no-id"), ("", "trace-no-id"), ("G01%", "trace-no-id"), ("0" * 33, "trace-no-id")]
)
def test_what_is_no_id_is_told(given: str, code: str, shared_project: Project) -> None:
    with pytest.raises(UsageError) as unknown:
        trace_id(shared_project, given)
    assert unknown.value.code == code


def first_place(project: Project, working: ModuleType) -> Place:
    return trace_id(project, working.uid(2, 1)).places[0]


def test_a_source_that_changed_is_told_and_shows_what_it_says_now(own_project: Project, working: ModuleType) -> None:
    path = own_project.raw / working.SOURCE
    path.write_text(path.read_text().replace("52,7", "55,7"))
    place = first_place(own_project, working)
    assert (place.text, place.reread, place.problem) == ("52,7", "55,7", "source-changed")
    assert place.sha256 != place.found_sha256


def test_a_source_that_is_gone_is_told(own_project: Project, working: ModuleType) -> None:
    (own_project.raw / working.SOURCE).unlink()
    place = first_place(own_project, working)
    assert (place.reread, place.found_sha256, place.problem) == (None, None, "source-missing")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'value\n"52,7"\n', ("52,7", None)),
        (b"\xef\xbb\xbfindicator,value\r\n\r\nx,52,7\r\n", (None, "column-missing")),
        ('\ufeffindicator,value\r\n\r\nx,"52,7"\r\n'.encode(), ("52,7", None)),
        (b'note,value\n"two\nlines","52,7"\n', ("52,7", None)),
        ('value\n"52,7"\n'.encode("utf-16"), ("52,7", None)),
        ('value\n"\u00a052,7\u200b"\n'.encode(), ("\u00a052,7\u200b", None)),
        (b"value\n52,70\n", (None, "column-missing")),
        (b'value\n"52,70"\n', ("52,70", "cell-differs")),
        (b"value\n", (None, "record-missing")),
        (b"number\n1\n", (None, "column-missing")),
        (b"value\n\x00\n", (None, "source-unreadable")),
        (b"%PDF-1.7", (None, "source-unreadable")),
        (b"", (None, "source-unreadable")),
    ],
)
def test_a_cell_is_read_again_as_the_reader_reads_it(
    content: bytes, expected: tuple[str | None, str | None], own_project: Project, working: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = first_place(own_project, working)
    (own_project.raw / working.SOURCE).write_bytes(content)
    monkeypatch.setattr("etl.query.sha256_of", lambda _: place.sha256)  # this file is the one that was read: what stands in it?
    again = first_place(own_project, working)
    assert (again.reread, again.problem) == expected


def test_the_status_of_an_empty_project_is_empty(tmp_path: Path) -> None:
    now = status(Project(tmp_path))
    assert (now.current, now.last, now.running, now.snapshots, now.unreadable) == (None, None, None, 0, 0)


def test_the_status_tells_what_is_published_what_ran_last_and_what_runs(own_project: Project, working: ModuleType) -> None:
    append_run(own_project, replace(working.record("run2"), outcome="gate_failed"))
    with hold(own_project, command="run", now="2025-01-01T00:00:00+00:00") as holder:
        now = status(own_project)
    assert now.current is not None
    assert now.last is not None
    assert (now.current.run_id, now.last.outcome, now.running, now.snapshots) == ("run1", "gate_failed", holder, 1)
    assert [run.run_id for run in history(own_project).runs] == ["run1", "run2"]


def test_status_and_history_load_nothing_heavy(shared_project: Project) -> None:
    code = (
        "import sys; from pathlib import Path; from etl.project import Project; from etl.query import history, status; "
        "project = Project(Path(sys.argv[1])); status(project); history(project); "
        "sys.exit(str({'click', 'duckdb', 'numpy', 'pandera', 'polars', 'pyarrow', 'rich'} & set(sys.modules) or '') or 0)"
    )
    subprocess.run([sys.executable, "-c", code, str(shared_project.root)], check=True)


def test_what_does_not_fit_into_memory_goes_to_a_folder_of_its_own_that_is_gone_afterwards(shared_project: Project) -> None:
    current = current_snapshot(shared_project)
    assert current is not None
    before = sorted(path.name for path in current.folder.iterdir())
    with open_warehouse(shared_project) as con:
        con.execute("SELECT max(i) FROM (SELECT hash(range) AS i FROM range(10) ORDER BY 1)").fetchall()
        place = Path(con.execute("SELECT current_setting('temp_directory')").fetchall()[0][0])
        assert place.is_dir()
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert not place.is_relative_to(shared_project.warehouse.resolve())
    assert not place.exists()
    assert sorted(path.name for path in current.folder.iterdir()) == before


def test_a_manifest_that_makes_no_sense_is_told_by_its_name(own_project: Project) -> None:
    current = current_snapshot(own_project)
    assert current is not None
    path = current.folder / "manifest.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    path.chmod(0o644)
    for broken in ({"started_at": "bad"}, {"started_at": 3}, {"run_id": ["a"]}):
        path.write_text(json.dumps({**whole, "run": {**whole["run"], **broken}}), encoding="utf-8")
        with pytest.raises(WarehouseError, match="manifest-broken"):
            status(own_project)


def test_a_raw_file_is_read_once_whatever_is_asked_of_it(own_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    real = plain.plain_text

    def noted(path: Path) -> Any:
        opened.append(path)
        return real(path)

    monkeypatch.setattr(plain, "plain_text", noted)
    places = trace_id(own_project, "30000000-0000-0000-0000-000000000001").places
    assert [(place.reread, place.problem) for place in places] == [("52,7", None), ("15,58", None), ("28,72", None)]
    assert len(opened) == 1


def test_a_raw_file_that_may_not_be_read_is_told_beside_the_rest(own_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("etl.query.sha256_of", refuse)
    places = trace_id(own_project, "30000000-0000-0000-0000-000000000001").places
    assert {place.problem for place in places} == {"source-unreadable"}
