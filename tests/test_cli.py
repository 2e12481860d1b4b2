"""The command line, called as people call it: help, examples, exit codes, and what goes to stdout and what to stderr.

Most commands run in this process. Commands that only look share one published project; who changes something has a project of its own.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import pyarrow
import pyarrow.parquet
import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from etl import cli, errors, present, printing
from etl.catalogues import find_areas, find_indicators
from etl.check import check as check_files
from etl.cli import main
from etl.messages import sentence
from etl.project import Project, open_project
from etl.publish.history import read_history
from etl.publish.lock import hold
from etl.publish.snapshot import current_snapshot, damaged_files
from etl.read.figures_csv import COLUMNS
from etl.scaffold import create_project
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from click.testing import Result

pytestmark = pytest.mark.usefixtures("few_rules")

ROOT: Final = Path(__file__).resolve().parent.parent
TODAY: Final = date(2026, 1, 1)
COMMANDS: Final = sorted(main.commands)
RUNNING: Final = ("run", "ingest", "validate", "load", "report")
# What a spreadsheet takes for a formula, what ends a column of Markdown, what a terminal takes for a command.
HOSTILE: Final = ('=HYPERLINK("http://example.org";"x")', "+1+1", "-2+3", "@SUM(A1)", "a|b", "dòng một\ndòng hai", "\x1b[31mđỏ")


def call(*words: str, project: Path | None = None, env: dict[str, str] | None = None) -> Result:
    """Call a command in this process; an exception that no one expected is one here too."""
    where = [] if project is None else ["--project", str(project)]
    return CliRunner().invoke(main, [*words, *where], catch_exceptions=False, env=env)


@pytest.fixture(autouse=True)
def _the_date_is_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for midnight: where no --as-of is given, it is the first of January."""
    monkeypatch.setattr(cli, "_day", lambda given: TODAY if given is None else given.date())


def write_shares(folder: Path, *more: list[str]) -> None:
    """Raw data with one error: three shares that miss 100. And more rows."""
    (folder / "raw" / "a").mkdir(parents=True)
    shares = zip(("agriculture_forestry", "industry_construction", "services"), ("52,7", "15,58", "28,72"), strict=True)
    rows = [["employment_sector_share", "level", f"sector={sector}", "Hà Giang", "2023", "actual", value, "%", "", ""] for sector, value in shares]
    with (folder / "raw" / "a" / "figures.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *rows, *more])
    (folder / "raw" / "a" / "source.toml").write_text('title = "Báo cáo bịa"\nlicence = "not stated"\n', encoding="utf-8")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as a newcomer has it after the first run, and a draft of one's own beside it."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(ROOT / "raw", folder / "raw")
    (folder / "draft").mkdir()
    (folder / "draft" / "figures.csv").write_text(
        "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note\nschools,level,,Hà Giang,2023,actual,412,trường,,\n",
        encoding="utf-8",
    )
    ran = call("run", "--as-of", TODAY.isoformat(), project=folder)
    assert ran.exit_code == 0
    (folder / "said.txt").write_text(ran.stdout, encoding="utf-8")
    return folder


# --- help ----------------------------------------------------------------------------------------------------------------------------


def examples(command: str | None) -> list[str]:
    """The examples of a help text: what stands after `ansinh`, up to two blanks."""
    lines = call(*([] if command is None else [command]), "--help").stdout.splitlines()
    found = [line.strip().removeprefix("ansinh ") for line in lines if line.startswith("    ansinh ")]
    return [re.split(r"\s{2,}(?=[a-z])", line)[0] for line in found]


EXAMPLES: Final = [(command, line) for command in (None, *main.commands) for line in examples(command)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_how_it_is_called(command: str) -> None:
    shown = examples(command)
    assert shown, f"ansinh {command} --help has no example"
    assert command in {shlex.split(line)[0] for line in shown}, f"the example of {command} calls something else: {shown}"
    assert call(command, "-h").stdout == call(command, "--help").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_says_what_it_is_for(command: str) -> None:
    for parameter in main.commands[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"ansinh {command} {parameter.opts}"


@pytest.mark.parametrize(("command", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_every_example_of_the_help_texts_works(command: str | None, line: str, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published)
    # The id of a run is made when it runs: the example is followed with the one that is there.
    there = (published / "warehouse" / "current").resolve().name
    result = call(*(re.sub(r"^\d{8}T\d{9}Z-[0-9a-f]{4}$", there, word) for word in shlex.split(line)))
    assert result.exit_code == 0, f"{command}: {result.output}"
    assert result.stdout
    assert "Traceback" not in result.stderr


def test_the_help_tells_the_exit_codes_that_there_are() -> None:
    said = " ".join(call("--help").stdout.split())
    for name in ("EXIT_GOOD", "EXIT_FAILED", "EXIT_USAGE", "EXIT_GATE", "EXIT_BUSY"):
        assert re.search(rf"\b{getattr(errors, name)} [a-z]", said), name


# --- stdout and stderr ----------------------------------------------------------------------------------------------------------------


def columns_of(form: str, text: str) -> list[str]:
    if form == "json":
        rows: list[dict[str, Any]] = json.loads(text)
        return list(rows[0])
    if form == "csv":
        return next(csv.reader(io.StringIO(text)))
    return [cell.strip() for cell in text.splitlines()[0].strip("|").split("|")]


@pytest.mark.parametrize("form", ["json", "csv", "markdown"])
@pytest.mark.parametrize(
    ("words", "columns"),
    [
        (["query", "SELECT indicator, obs_value, time_period FROM observations ORDER BY 1, 3 LIMIT 3"], ["indicator", "obs_value", "time_period"]),
        (["indicators", "ho", "ngheo"], ["id", "name_vi"]),
        (["areas", "lao cai", "--vintage", "2023"], ["vintage", "level", "code", "name", "parent"]),
        (["rules", "lao", "dong"], ["rule", "severity", "kind"]),
    ],
    ids=lambda value: value[0] if value[0] in main.commands else "",
)
def test_a_table_comes_out_in_the_form_asked_for_and_nothing_else_does(
    form: str, words: list[str], columns: list[str], published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published)
    result = call(*words, "--format", form)
    assert result.exit_code == 0
    assert not result.stderr
    assert columns_of(form, result.stdout)[: len(columns)] == columns
    if form == "csv":
        widths = {len(row) for row in csv.reader(io.StringIO(result.stdout))}
        assert len(widths) == 1
    if form == "markdown":
        assert len({line.count("|") for line in result.stdout.splitlines()}) == 1


def test_parquet_goes_to_a_file_and_is_refused_without_one(published: Path, tmp_path: Path) -> None:
    asked = "SELECT observation_id, obs_value FROM observations"
    result = call("query", asked, "--format", "parquet", "--output", str(tmp_path / "answer.parquet"), project=published)
    assert (result.exit_code, result.stdout) == (0, "")
    assert pyarrow.parquet.read_table(tmp_path / "answer.parquet").column_names == ["observation_id", "obs_value"]
    assert call("query", asked, "--format", "parquet", project=published).exit_code == errors.EXIT_USAGE


@pytest.mark.parametrize("words", [["run"], ["explain", "G01"], ["status"], ["history"], ["check", "draft/figures.csv"]], ids=lambda words: words[0])
def test_what_a_program_reads_is_json_alone(words: list[str], published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published)
    result = call(*words, "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)
    assert not result.stderr


def test_a_trace_leads_from_an_observation_to_its_cell(published: Path) -> None:
    answer = json.loads(call("query", "SELECT observation_id FROM observations WHERE text = '52,7'", "--format", "json", project=published).stdout)
    result = call("trace", str(answer[0]["observation_id"])[:13], "--format", "json", project=published)
    told = json.loads(result.stdout)
    assert [(place["source_id"], place["reread"], place["problem"]) for place in told["places"]] == [("lao-cai-2023/figures.csv", "52,7", None)]
    assert [finding["rule"] for finding in told["findings"]] == ["G01"]
    assert "52,7" in call("trace", str(answer[0]["observation_id"]), project=published).stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["query", "SELECT * FROM observation"], errors.EXIT_USAGE),
        (["query", "DROP TABLE observations"], errors.EXIT_USAGE),
        (["query", "SELECT 1", "--param", "name"], errors.EXIT_USAGE),
        (["trace", "0000"], errors.EXIT_USAGE),
        (["trace", "not an id"], errors.EXIT_USAGE),
        (["explain", "G99"], errors.EXIT_USAGE),
        (["rules", "--check", "no-such-file.toml"], errors.EXIT_USAGE),
        (["areas", "lao cai", "--vintage", "1802"], errors.EXIT_USAGE),
        (["init", "draft"], errors.EXIT_USAGE),
        (["run", "--fail-on", "everything"], errors.EXIT_USAGE),
        (["fly"], errors.EXIT_USAGE),
        (["check", "no-such-file.csv"], errors.EXIT_USAGE),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_on_stderr_with_its_exit_code(words: list[str], code: int, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published)
    result = call(*words)
    assert result.exit_code == code, result.output
    assert not result.stdout
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", [*RUNNING, "query", "trace", "status", "history"])
def test_a_project_that_is_not_there_is_a_slip_of_the_caller(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = {"query": ["SELECT 1"], "trace": ["abcd"]}.get(command, [])
    for words in ([command, *arguments, "--project", str(tmp_path / "nowhere")], [command, *arguments]):
        monkeypatch.chdir(tmp_path)
        result = call(*words)
        assert result.exit_code == errors.EXIT_USAGE
        assert not result.stdout
        assert result.stderr


def test_errors_speak_the_language_that_is_asked_for(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    vietnamese, english = call("status", "--project", missing), call("--lang", "en", "status", "--project", missing)
    assert vietnamese.stderr.startswith("Lỗi: ")
    assert english.stderr.startswith("Error: ")
    assert call("status", "--project", missing, env={"ANSINH_LANG": "en"}).stderr == english.stderr


@pytest.mark.parametrize("command", RUNNING)
def test_a_warehouse_in_use_is_left_alone(command: str, published: Path) -> None:
    project = open_project(published, start=published)
    before = len(read_history(project).runs)
    with hold(project, command="run", now="2026-01-01T00:00:00+00:00"):
        result = call(command, project=published)
    assert result.exit_code == errors.EXIT_BUSY
    assert not result.stdout
    assert "Traceback" not in result.stderr
    assert len(read_history(project).runs) == before


def test_nothing_published_yet_is_said_with_the_step_to_take(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    result = call("query", "SELECT 1", project=tmp_path)
    assert result.exit_code == errors.EXIT_FAILED
    assert "ansinh run" in result.stderr
    for form in ("table", "json"):
        asked = call("status", "--format", form, project=tmp_path)
        assert asked.exit_code == errors.EXIT_FAILED, "to a monitor, nothing is not enough"
        assert "ansinh run" in asked.stderr
    assert json.loads(asked.stdout)["snapshot"] is None


# --- runs that change nothing, and runs that may not publish --------------------------------------------------------------------------


def test_a_run_without_news_publishes_nothing_and_says_so(published: Path) -> None:
    project = open_project(published, start=published)
    before = sorted(path.name for path in project.snapshots.iterdir())
    first = call("run", project=published)
    second = call("run", project=published)
    assert second.exit_code == 0
    assert len(second.stdout.splitlines()) == 1
    assert (project.warehouse / "current").resolve().name in second.stdout
    assert first.exit_code == 0
    assert sorted(path.name for path in project.snapshots.iterdir()) == before
    assert read_history(project).runs[-1].outcome == "unchanged"


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("errors", 3), ("warnings", 3)])
def test_open_findings_set_the_exit_code_that_was_asked_for_and_nothing_else(fail_on: str, code: int, published: Path) -> None:
    result = call("run", "--fail-on", fail_on, project=published)
    assert result.exit_code == code
    assert (published / "warehouse" / "current").exists()


@pytest.mark.usefixtures("few_rules")
def test_findings_are_new_in_the_run_that_published_them_and_in_no_other(tmp_path: Path) -> None:
    write_shares(tmp_path)
    assert call("run", "--fail-on", "new-errors", project=tmp_path).exit_code == errors.EXIT_GATE
    assert call("run", "--fail-on", "new-errors", project=tmp_path).exit_code == 0
    (tmp_path / "raw" / "a" / "figures.csv").touch()
    assert call("run", "--fail-on", "new-errors", project=tmp_path).exit_code == 0, "read again, the content is the same"
    (tmp_path / "ansinh.toml").write_text('[gate]\nfail_on = "errors"\n', encoding="utf-8")
    for stage, code in (("ingest", 0), ("validate", 0), ("load", errors.EXIT_GATE), ("run", errors.EXIT_GATE)):
        assert call(stage, project=tmp_path).exit_code == code, stage


def test_a_draft_with_errors_fails_the_check_unless_told_otherwise(published: Path) -> None:
    figures = str(published / "raw" / "lao-cai-2023" / "figures.csv")
    result = call("check", figures, "--format", "github")
    assert result.exit_code == errors.EXIT_GATE
    lines = result.stdout.splitlines()
    assert all(re.fullmatch(r"::(error|warning|notice) (file=[^,]+,line=\d+,)?title=[A-Z]\d+[A-Z]*::.+", line) for line in lines)
    assert any(line.startswith("::error ") and "title=G01::" in line for line in lines)


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A project with one error, hostile notes and a gate that lets no error through; and the run that the gate stopped."""
    folder = tmp_path_factory.mktemp("gated")
    write_shares(folder, *(["schools", "level", "", "Hà Giang", str(2010 + at), "actual", "412", "trường", note, note] for at, note in enumerate(HOSTILE)))
    (folder / "ansinh.toml").write_text("[gate]\nmax_errors = 0\n", encoding="utf-8")
    return folder, call("run", "--as-of", TODAY.isoformat(), project=folder)


def test_the_gate_stops_a_run_before_anything_is_published(gated: tuple[Path, Result]) -> None:
    folder, stopped = gated
    assert stopped.exit_code == errors.EXIT_GATE
    assert not stopped.stdout
    assert re.search(r"\b1\b.*\b0\b", stopped.stderr), "found against allowed"
    assert not (folder / "warehouse" / "current").exists()
    assert list((folder / "warehouse" / "snapshots").glob("*")) == []
    assert read_history(open_project(folder, start=folder)).runs[-1].outcome == "gate_failed"
    assert call("status", project=folder).exit_code == errors.EXIT_GATE
    assert call("load", project=folder).exit_code == errors.EXIT_GATE, "nor does the stage that was stopped go through alone"


@pytest.fixture(scope="module")
def released(gated: tuple[Path, Result]) -> tuple[Path, Result]:
    """The same project with a wider gate."""
    folder, _ = gated
    (folder / "ansinh.toml").write_text('[gate]\nmax_errors = 1\nfail_on = "errors"\n', encoding="utf-8")
    return folder, call("run", "--as-of", TODAY.isoformat(), project=folder)


def test_a_wider_gate_lets_it_through_and_the_settings_still_fail_the_job(released: tuple[Path, Result]) -> None:
    folder, result = released
    assert result.exit_code == errors.EXIT_GATE
    assert (folder / "warehouse" / "current").exists()
    assert call("status", project=folder).exit_code == 0
    assert call("run", "--fail-on", "never", project=folder).exit_code == 0


def test_a_cell_that_a_spreadsheet_would_execute_is_written_as_text(released: tuple[Path, Result]) -> None:
    folder, _ = released
    result = call(
        "query", "SELECT note, locator, -1.5 AS number FROM observations WHERE note IS NOT NULL ORDER BY time_period", "--format", "csv", project=folder
    )
    rows = list(csv.reader(io.StringIO(result.stdout)))[1:]
    assert len(rows) == len(HOSTILE)
    for note, locator, number in rows:
        assert note[:1] not in {"=", "+", "-", "@", "\t", "\r"}
        assert locator[:1] not in {"=", "+", "-", "@", "\t", "\r"}
        assert number == "-1.5", "a number stays a number"
    assert [note.removeprefix("'") for note, _, _ in rows[:-1]] == list(HOSTILE[:-1])


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_hostile_text_breaks_no_table(form: str, released: tuple[Path, Result]) -> None:
    folder, _ = released
    result = call("query", "SELECT note, time_period FROM observations WHERE note IS NOT NULL ORDER BY time_period", "--format", form, project=folder)
    lines = result.stdout.splitlines()
    assert len(lines) == len(HOSTILE) + (3 if form == "table" else 2)
    if form == "markdown":
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {3}


def test_a_text_of_a_source_gives_the_terminal_no_orders() -> None:
    assert "\x1b" not in printing.cell(HOSTILE[-1], "vi")
    assert "\r" not in printing.cell("\rche mất", "vi")


def test_a_text_of_a_source_writes_no_workflow_command() -> None:
    assert "\n" not in present._escaped("a\n::error ::b")
    assert "::error" not in present._escaped("a\n::error ::b")


# --- the look of it -------------------------------------------------------------------------------------------------------------------


def test_a_column_is_set_to_the_right_by_its_type_and_not_by_its_first_row() -> None:
    table = pyarrow.table({"text": pyarrow.array([None, "ab"]), "number": pyarrow.array([None, 1.5]), "yes": pyarrow.array([True, False])})
    head, _, first, second, _ = printing.as_text(table, "vi").splitlines()
    assert head == "text  number  yes"
    assert first == "              có"
    assert second == "ab       1,5  không"


def test_a_draft_is_told_with_a_place_that_editors_open(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published)
    lines = call("check", "raw/lao-cai-2023/figures.csv", "--fail-on", "never").stdout.splitlines()
    assert lines[0] == "✗ LỖI G01  raw/lao-cai-2023/figures.csv:21 (p13#5203-5207)"
    assert all(len(line) <= present.WIDTH for line in lines)
    assert lines[-1].startswith("39 con số; lỗi: 1, cảnh báo: 0, ")
    assert "--format json" in lines[-2]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_stage_is_shown_under_its_name_with_a_bar(lang: str) -> None:
    shown = StringIO()
    with Progress(TextColumn("{task.description}"), BarColumn(), console=Console(file=shown, force_terminal=True, width=80)) as bar:
        stages = present._Stages(bar, lang)
        for stage, what in (("ingest", "a\x1b[2J/figures.csv"), ("resolve", ""), ("validate", "G01"), ("validate", "G02"), ("load", ""), ("report", "")):
            stages(stage, what)
    tasks = bar.tasks
    assert [task.description for task in tasks] == [sentence(f"stage-{stage}", lang) for stage in ("ingest", "resolve", "validate", "load", "report")]
    assert [task.finished for task in tasks] == [True, True, True, True, False]
    assert "\x1b[2J" not in shown.getvalue().replace("\x1b[2K", "")


def test_a_run_that_compared_nothing_says_so(published: Path, tmp_path: Path) -> None:
    (tmp_path / "raw/draft").mkdir(parents=True)
    shutil.copy(published / "draft/figures.csv", tmp_path / "raw/draft/figures.csv")
    said = call("run", project=tmp_path).stdout
    assert "Đã đọc 1 dòng: công bố 1" in said
    assert "Chưa có hai con số nào đối chiếu được với nhau" in said
    said = (published / "said.txt").read_text(encoding="utf-8")
    assert "Đã đọc 58 dòng" in said
    assert "đối chiếu được" not in said


def test_a_waived_finding_is_not_shouted(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = check_files([published / "raw/lao-cai-2023/figures.csv"], project_root=published, evaluated_on=date(2026, 1, 1)).validated.findings
    present.print_findings([replace(f, waived=f.rule.id == "G01") for f in found], lang="vi")
    said = capsys.readouterr().out
    assert "LỖI" not in said
    assert "– đã tạm miễn G01  " in said
    assert "lao-cai-2023/figures.csv:21 (p13#5203-5207)" in said


# --- catalogues and beginnings --------------------------------------------------------------------------------------------------------


def test_catalogues_are_searched_with_or_without_marks() -> None:
    with_marks, without = find_indicators(["hộ", "nghèo"]), find_indicators(["ho", "ngheo"])
    assert with_marks.num_rows > 0
    assert with_marks.equals(without)
    assert {row["name"] for row in find_areas(["lao cai"], vintage="2023").to_pylist() if row["level"] == "province"} == {"Tỉnh Lào Cai"}


@pytest.mark.parametrize("rule", ["G01", "g01", "X12", "T06"])
def test_a_rule_is_explained_in_words_of_its_kind(rule: str, published: Path) -> None:
    result = call("explain", rule, project=published)
    assert result.exit_code == 0
    assert result.stdout.startswith(rule.upper())
    assert all(len(line) <= present.WIDTH for line in result.stdout.splitlines()[1:])


def test_the_project_may_stand_before_the_command(published: Path, tmp_path: Path) -> None:
    assert call("--project", str(published), "status").stdout == call("status", project=published).stdout
    assert call("--project", str(tmp_path), "status", project=published).exit_code == 0, "what stands behind the command is meant for it"


def test_the_project_may_be_named_by_the_surroundings(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_PROJECT", str(tmp_path / "nowhere"))
    assert call("status").exit_code != 0
    assert call("--project", str(published), "status").exit_code == 0


def test_what_people_read_of_a_rule_and_a_run_has_no_codes_in_it(published: Path) -> None:
    told = call("explain", "X14", project=published).stdout
    assert "Mức: Cảnh báo" in told
    assert not set("{}[]") & set(told)
    assert "không có gì thay đổi" in (status := call("status", project=published).stdout) or "đã công bố" in status


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_rule_is_explained_in_the_language_asked_for(lang: str, published: Path) -> None:
    result = CliRunner().invoke(main, ["--lang", lang, "explain", "G01", "--project", str(published)], catch_exceptions=False)
    words = {
        "vi": ("Các tỷ trọng của một toàn bộ cộng bằng 100", "Các ngành bao trùm hết lao động"),
        "en": ("Shares of one whole add up to 100", "The sectors are exhaustive"),
    }
    for language, said in words.items():
        assert all((part in result.stdout) is (language == lang) for part in said)


def test_every_kind_and_every_judgement_says_what_it_compares() -> None:
    for kind in KINDS.values():
        for lang in ("vi", "en"):
            assert sentence(f"kind-{kind.name}", lang)
            assert sentence(f"judgement-{kind.judgement.__name__}", lang)


def test_a_new_project_runs_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "moi"
    result = call("init", str(folder))
    assert result.exit_code == 0
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        Path(line).relative_to(folder).as_posix() for line in result.stderr.splitlines()
    }
    ran = call("run", project=folder)
    assert ran.exit_code == 0, ran.output
    assert "OWN1" in call("rules", "OWN1", project=folder).stdout
    with pytest.raises(errors.UsageError):
        create_project(folder)


ODD: Final = (
    "SELECT 9223372036854775807 AS big, 1.10::DECIMAL(10,2) AS money, DATE '2024-01-02' AS day, NULL AS nothing, [1, NULL, 3] AS list, "
    "{'a': 'x|y'} AS nested, 'NaN'::DOUBLE AS nan, '-inf'::DOUBLE AS inf, true AS yes, '-3,7' AS printed, '=1+1' AS formula, 1 AS twice, 2 AS twice"
)


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ("table", ["9.223.372.036.854.775.807", "1,1", "2024-01-02", "1, , 3", '{"a": "x|y"}', "nan", "-inf", "có", "-3,7", "=1+1", "twice_1"]),
        ("markdown", ["9.223.372.036.854.775.807", "| 1, , 3 |", '{"a": "x\\|y"}', "| nan | -inf |", "twice_1"]),
        ("csv", ["9223372036854775807,1.10,2024-01-02,,", '"[1, null, 3]"', '"{""a"": ""x|y""}",nan,-inf,true,"-3,7",\'=1+1,1,2', "twice,twice_1"]),
    ],
)
def test_every_kind_of_value_has_a_form(form: str, parts: list[str], released: tuple[Path, Result]) -> None:
    result = CliRunner().invoke(main, ["query", ODD, "--format", form, "--project", str(released[0])], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    assert [part for part in parts if part not in result.stdout] == [], result.stdout


def test_json_is_json_whatever_the_values(released: tuple[Path, Result]) -> None:
    result = CliRunner().invoke(main, ["query", ODD, "--format", "json", "--project", str(released[0])], catch_exceptions=False)
    (row,) = json.loads(result.stdout, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert (row["big"], row["nothing"], row["list"], row["nan"], row["twice"], row["twice_1"]) == (2**63 - 1, None, [1, None, 3], "nan", 1, 2)


def test_a_table_too_wide_to_be_read_is_shown_row_by_row(released: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.printing._terminal_width", lambda: 80)
    result = CliRunner().invoke(main, ["query", "FROM observations LIMIT 2", "--project", str(released[0])], catch_exceptions=False)
    lines = result.stdout.splitlines()
    assert (lines[0], lines[-1]) == ("[1]", "(2 dòng)")
    assert "[2]" in lines
    assert max(len(line) for line in lines) <= 80
    assert "…" not in result.stdout


@pytest.mark.parametrize(
    ("words", "first", "most"),
    [
        (["areas", "15", "--vintage", "2023"], "Tỉnh Yên Bái", 10),
        (["areas", "lao", "cai", "--vintage", "2025-07"], "Tỉnh Lào Cai", 200),
        (["indicators", "ho", "ngheo"], "Số hộ nghèo", 30),
        (["indicators", "poor_households"], "poor_households,Số hộ nghèo,", 10),
        (["rules", "G01"], "G01", 10),
    ],
)
def test_a_search_finds_words_and_the_whole_phrase_first(words: list[str], first: str, most: int) -> None:
    result = CliRunner().invoke(main, [*words, "--format", "csv"], catch_exceptions=False)
    lines = result.stdout.splitlines()[1:]
    assert 1 <= len(lines) <= most, result.stdout
    assert first in lines[0]


FAR: Final = "SELECT DATE '290000-01-01' AS far, 'infinity'::DATE AS never, DATE '0044-03-15 (BC)' AS ides, [DATE '290000-01-01'] AS list, 1 AS one"


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_a_date_beyond_the_calendar_is_shown_as_it_is(form: str, released: tuple[Path, Result]) -> None:
    result = CliRunner().invoke(main, ["query", FAR, "--format", form, "--project", str(released[0])], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    assert all(said in result.stdout for said in ("290000-01-01", "infinity", "0044-03-15 (BC)", "[290000-01-01]"))


def test_what_parquet_cannot_hold_is_said(released: tuple[Path, Result], tmp_path: Path) -> None:
    words = ["query", "SELECT INTERVAL 3 DAY AS i", "--format", "parquet", "--project", str(released[0]), "--output"]
    result = CliRunner().invoke(main, [*words, str(tmp_path / "x.parquet")], catch_exceptions=False)
    assert result.exit_code == errors.EXIT_USAGE
    assert not (tmp_path / "x.parquet").exists()


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_file_that_cannot_be_written_is_named(form: str, released: tuple[Path, Result], tmp_path: Path) -> None:
    place = tmp_path / "nonexist" / "x"
    result = CliRunner().invoke(main, ["query", "SELECT 1", "--format", form, "--project", str(released[0]), "--output", str(place)], catch_exceptions=False)
    assert result.exit_code == errors.EXIT_FAILED
    assert str(place) in result.stderr


def test_a_whole_number_of_any_size_is_shown_to_its_last_digit(released: tuple[Path, Result]) -> None:
    result = CliRunner().invoke(main, ["query", f"SELECT {2**127 - 1}::HUGEINT AS n", "--project", str(released[0])], catch_exceptions=False)
    assert f"{2**127 - 1:,}".replace(",", ".") in result.stdout


def test_a_table_for_people_ends_somewhere_and_says_so(released: tuple[Path, Result], tmp_path: Path) -> None:
    words = ["query", "FROM range(1234)", "--project", str(released[0])]
    lines = CliRunner().invoke(main, words, catch_exceptions=False).stdout.splitlines()
    assert (len(lines), lines[-1][:12]) == (1000 + 4, "… và 234 dòng"[:12])
    CliRunner().invoke(main, [*words, "--output", str(tmp_path / "all.txt")], catch_exceptions=False)
    assert len((tmp_path / "all.txt").read_text(encoding="utf-8").splitlines()) == 1234 + 3
    for form, count in (("csv", 1 + 1234), ("json", 1234 + 2), ("markdown", 1234 + 2)):
        assert len(CliRunner().invoke(main, [*words, "--format", form], catch_exceptions=False).stdout.splitlines()) == count
    assert json.loads(CliRunner().invoke(main, ["query", "FROM range(0)", *words[2:], "--format", "json"], catch_exceptions=False).stdout) == []


def test_what_nobody_foresaw_is_told_as_a_slip_of_ours(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slip(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("etl.query.read_history", slip)
    with pytest.raises(ZeroDivisionError):
        call("history", project=published)
    monkeypatch.delenv("ANSINH_TRACEBACK")
    result = call("history", project=published)
    assert result.exit_code == errors.EXIT_FAILED
    assert re.search(r"ZeroDivisionError ở etl/query\.py:\d+: by zero", result.stderr)
    assert "Traceback" not in result.stderr
    assert call("query", "SELECT 1", "--format", "nothing", project=published).exit_code == errors.EXIT_USAGE


def test_a_reader_who_leaves_early_takes_nothing_back(small_project: Path, ansinh: str) -> None:
    """As in `ansinh run 2>&1 | head -n 1`: what cannot be said any more is published all the same."""
    process = subprocess.Popen([ansinh, "run", "--project", str(small_project)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == errors.EXIT_FAILED
    current = current_snapshot(Project(small_project))
    assert current is not None
    assert damaged_files(current) == ()


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("--version",), ("query", "SELECT 1"), ("indicators",)], ids=" ".join)
def test_output_that_finds_no_room_is_told_in_a_sentence(published: Path, tmp_path: Path, ansinh: str, words: tuple[str, ...]) -> None:
    limited = ["sh", "-c", 'ulimit -f 0; exec "$0" "$@" >out.txt', ansinh, *words]
    done = subprocess.run(limited, cwd=tmp_path, env={**os.environ, "ANSINH_PROJECT": str(published)}, stderr=subprocess.PIPE, check=False)
    assert done.returncode == errors.EXIT_FAILED
    assert re.fullmatch(r"Lỗi: Hệ điều hành từ chối: .+ \(mã \d+\)\.\nLàm tiếp: .+\n", done.stderr.decode())


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("words", "code"), [(("run",), 0), (("status",), 0), (("--help",), 0), (("query", "FROM nothing"), errors.EXIT_USAGE), (("--nope",), errors.EXIT_USAGE)]
)
def test_streams_that_are_closed_stop_nothing_and_change_no_exit_code(published: Path, ansinh: str, words: tuple[str, ...], code: int, closed: str) -> None:
    redirected = ["sh", "-c", f'exec "$0" "$@" {closed}', ansinh, *words]
    done = subprocess.run(redirected, cwd=published, capture_output=True, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


def test_an_error_that_finds_no_room_keeps_its_exit_code(published: Path, tmp_path: Path, ansinh: str) -> None:
    limited = ["sh", "-c", 'ulimit -f 0; exec "$0" "$@" 2>err.txt', ansinh, "explain", "NOTHING"]
    done = subprocess.run(limited, cwd=tmp_path, env={**os.environ, "ANSINH_PROJECT": str(published)}, capture_output=True, check=False)
    assert done.returncode == errors.EXIT_USAGE


def test_a_query_that_somebody_interrupts_is_no_slip_of_ours(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr("etl.query.read_history", interrupted)
    result = call("history", project=published)
    assert (result.exit_code, result.stderr) == (errors.EXIT_FAILED, "Đã dừng. | Stopped.\n")


@pytest.mark.parametrize(("ended", "code"), [(None, 0), (0, 0), (3, 3), ("a word", 1)])
def test_the_program_ends_with_the_code_of_its_command_once_all_is_said(ended: object, code: int) -> None:
    lines = [
        "import atexit, sys, etl.cli",
        "atexit.register(print, 'asked for')",
        f"def command(): print('said'); sys.exit({ended!r})",
        "etl.cli.main = command",
        "etl.cli.program()",
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "said\nasked for\n", "")


def test_a_terminal_that_knows_few_letters_stops_nothing(published: Path) -> None:
    words = [sys.executable, "-m", "etl.cli", "query", "SELECT text, area_name FROM observations LIMIT 3", "--project", str(published)]
    done = subprocess.run(words, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u" in done.stdout
