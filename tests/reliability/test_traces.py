"""Whatever stops a run, readers of `status` and `history` learn of it: a broken file of settings, a kill, a disk that fails behind the switch."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner

from etl import errors, pipeline
from etl.cli import main
from etl.errors import AnsinhError
from etl.publish.history import append_run, read_history
from etl.publish.snapshot import current_snapshot, rollback
from etl.query import status

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from benchmarks.torture import Case
    from etl.project import Project

DAY: Final = date(2025, 1, 1)


@pytest.fixture
def case(own_case: Case) -> Case:
    return own_case


@pytest.fixture
def project(own_project: Project) -> Project:
    return own_project


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def outcomes(project: Project) -> list[str]:
    return [run.outcome for run in read_history(project).runs]


def break_mapping(project: Project) -> None:
    (project.raw / "bang-thu" / "source.toml").write_text('titel = "x"\n', encoding="utf-8")


def break_rules(project: Project) -> None:
    (project.root / "rules" / "own.toml").write_text("[[rule]]\n", encoding="utf-8")


def take_raw_away(project: Project) -> None:
    project.raw.rename(project.root / "elsewhere")


@pytest.mark.parametrize("break_it", [break_mapping, break_rules, take_raw_away], ids=lambda function: function.__name__)
@pytest.mark.parametrize("stage", [pipeline.run, pipeline.load], ids=["run", "load"])
def test_a_broken_project_leaves_its_line(stage: Callable[..., Any], break_it: Callable[[Project], None], project: Project) -> None:
    break_it(project)
    with pytest.raises(AnsinhError):
        stage(project, evaluated_on=DAY)
    assert outcomes(project) == ["published", "failed"]
    (project.root / "ansinh.toml").touch()
    assert call("status", "--project", str(project.root)).exit_code == errors.EXIT_FAILED


def test_a_killed_run_is_told_by_status_and_written_down_by_the_next(case: Case) -> None:
    before = outcomes(case.project)
    case.change()
    assert case.forks.run(case.words, fault="build.parquet:kill").code == -signal.SIGKILL
    told = status(case.project)
    assert told.running is None
    assert told.died is not None
    assert told.died.command == "run"
    asked = call("status", "--project", str(case.project.root), "--format", "json")
    assert asked.exit_code == errors.EXIT_FAILED
    assert json.loads(asked.stdout)["died"]["pid"] == told.died.pid

    case.must_recover("killed")
    runs = read_history(case.project).runs
    assert [run.outcome for run in runs] == [*before, "failed", "published"]
    assert told.died.run is not None
    assert (runs[-2].run_id, runs[-2].started_at, runs[-2].trigger) == (told.died.run.run_id, told.died.started_at, "run")
    assert status(case.project).died is None
    assert call("status", "--project", str(case.project.root)).exit_code == 0


def test_a_run_killed_behind_the_switch_is_told_as_published_and_only_once(case: Case) -> None:
    before = outcomes(case.project)
    # Each meets its own step: the next run writes down what is missing, and would be killed where it does.
    steps = ("stage.done", "history.appended", "history.append", "publish.switched")
    for step in steps:
        case.change()
        assert case.forks.run(case.words, fault=f"{step}:kill").code == -signal.SIGKILL, step
        assert status(case.project).died is None, f"{step}: its snapshot tells how it ended"
        assert case.must_be_whole(step) == case.known[case.variant], step
    case.must_recover("killed behind the switch again and again")
    assert outcomes(case.project)[: len(before) + len(steps)] == [*before, *["published"] * len(steps)]
    assert "failed" not in outcomes(case.project)


def test_rollback_writes_down_what_was_killed_before_it(case: Case) -> None:
    first = read_history(case.project).runs[0].run_id
    case.change()
    case.forks.run(case.words, fault="build.parquet:kill")
    rollback(case.project, first, now="2025-01-02T00:00:00+00:00")
    assert outcomes(case.project)[-1] == "failed"


@pytest.mark.parametrize("fault", ["publish.switched:eio", "history.append:enospc", "history.appended:eio"])
def test_what_fails_behind_the_switch_is_a_warning_with_words_of_its_own(fault: str, case: Case) -> None:
    case.change()
    ended = case.forks.run(case.words, fault=fault)
    assert ended.code == 0, ended.output
    logged = [json.loads(line) for line in ended.output.splitlines() if line.startswith("{")]
    told = {entry["event"]: entry for entry in logged if "event" in entry}
    assert (told["trouble"]["code"], told["run"]["outcome"]) == ("published-unfinished", "published")
    current = current_snapshot(case.project)
    assert current is not None
    assert current.run_id == told["run"]["run_id"]
    assert "unchanged" in case.forks.run([*case.words, "--format", "json"]).output, "its inputs are remembered"
    assert "failed" not in outcomes(case.project)
    assert current.run_id in {run.run_id for run in read_history(case.project).runs if run.outcome == "published"}


def test_a_run_that_was_told_twice_is_told_as_published(project: Project) -> None:
    [run] = read_history(project).runs
    append_run(project, replace(run, outcome="failed"))
    assert outcomes(project) == ["published"]
