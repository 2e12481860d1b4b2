"""A notice is sent when something changed, once, and its failure changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from etl.notify import NOTICES, Notice, due_event, noticed
from etl.project import Notify, Project, Settings
from etl.publish.history import append_run

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

KEEP = "import sys, pathlib; path = pathlib.Path('told'); path.write_text((path.read_text() if path.exists() else '') + sys.stdin.read() + '\\n')"


def project_with(tmp_path: Path, *command: str) -> Project:
    (tmp_path / "raw").mkdir()
    return Project(tmp_path, Settings(notify=Notify(command or None)))


def told(project: Project) -> list[dict[str, Any]]:
    path = project.root / "told"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def watched(project: Project, work: Any, *, timeout_s: float = 60.0) -> list[Notice]:
    notices: list[Notice] = []
    with noticed(project, notices.append, timeout_s=timeout_s):
        work()
    return notices


@pytest.mark.parametrize(
    ("before", "now", "event"),
    [
        (None, "published", "published"),
        ("published", "published", "published"),
        ("published", "unchanged", None),
        (None, "unchanged", None),
        ("unchanged", "failed", "failed"),
        (None, "failed", "failed"),
        ("failed", "failed", None),
        ("failed", "gate_failed", "gate_failed"),
        ("gate_failed", "gate_failed", None),
        ("gate_failed", "unchanged", "recovered"),
        ("failed", "published", "published"),
    ],
)
def test_only_a_change_is_told(before: str | None, now: str, event: str | None, working: ModuleType) -> None:
    record = working.record("run2")
    assert due_event(None if before is None else replace(record, run_id="run1", outcome=before), replace(record, outcome=now)) == event


def test_what_was_published_is_told_with_what_changed(tmp_path: Path, working: ModuleType) -> None:
    project = project_with(tmp_path, sys.executable, "-c", KEEP)
    assert watched(project, lambda: working.publish(project, "run1")) == [Notice("run1", "published", None)]
    assert watched(project, lambda: working.publish(project, "run2", variant="changed")) == [Notice("run2", "published", None)]
    first, second = told(project)
    assert (first["previous_outcome"], second["previous_outcome"]) == (None, "published")
    assert first["changes"]["observations"]["added"] == 10
    assert second["run"]["run_id"] == "run2"
    assert second["changes"]["findings"] == {"new": 0, "persisting": 2, "resolved": 1}
    assert second["changes"]["observations"] == {"added": 1, "revised": 0, "withdrawn": 0, "same": 10}
    kept = [json.loads(line) for line in (project.warehouse / NOTICES).read_text().splitlines()]
    assert [(line["run_id"], line["event"], line["problem"]) for line in kept] == [("run1", "published", None), ("run2", "published", None)]


def test_runs_that_fail_in_a_row_are_told_once_and_the_error_goes_on(tmp_path: Path, working: ModuleType) -> None:
    project = project_with(tmp_path, sys.executable, "-c", KEEP)
    project.warehouse.mkdir()

    def fail(run_id: str) -> None:
        append_run(project, replace(working.record(run_id), outcome="failed"))
        raise LookupError(run_id)

    for run_id in ("run1", "run2", "run3"):
        with pytest.raises(LookupError):
            watched(project, lambda run_id=run_id: fail(run_id))
    watched(project, lambda: append_run(project, replace(working.record("run4"), outcome="unchanged")))
    assert [(line["event"], line["run"]["run_id"], line["changes"]) for line in told(project)] == [("failed", "run1", None), ("recovered", "run4", None)]


def test_where_no_run_began_nothing_is_told(tmp_path: Path, working: ModuleType) -> None:
    project = project_with(tmp_path, sys.executable, "-c", KEEP)
    assert watched(project, lambda: None) == []
    append_run(project, working.record("run1"))
    assert watched(project, lambda: None) == []
    assert told(project) == []


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (("no-such-command-anywhere",), "No such file or directory"),
        ((sys.executable, "-c", "import sys; sys.exit('no mail today')"), "exit 1 no mail today"),
        ((sys.executable, "-c", "import sys; sys.stdin.close(); sys.exit(3)"), "exit 3"),
        (("sleep", "600"), "> 0.5 s"),
    ],
)
def test_a_notice_that_fails_is_told_and_kept_and_breaks_nothing(command: tuple[str, ...], problem: str, tmp_path: Path, working: ModuleType) -> None:
    project = project_with(tmp_path, *command)
    timeout_s = 0.5 if command[0] == "sleep" else 60.0
    assert watched(project, lambda: append_run(project, working.record("run1")), timeout_s=timeout_s) == [Notice("run1", "published", problem)]
    assert json.loads((project.warehouse / NOTICES).read_text())["problem"] == problem


def test_without_a_command_nobody_looks(tmp_path: Path, working: ModuleType) -> None:
    project = project_with(tmp_path)
    assert watched(project, lambda: append_run(project, working.record("run1"))) == []
    assert not (project.warehouse / NOTICES).exists()


def test_the_command_line_tells_and_a_failed_notice_leaves_its_exit_code(small_project: Path, ansinh: str) -> None:
    (small_project / "ansinh.toml").write_text('[notify]\ncommand = ["no-such-command-anywhere"]\n')
    done = subprocess.run([ansinh, "--lang", "en", "run", "--project", str(small_project)], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.startswith("The notice of run ")
    assert "No such file or directory" in done.stderr
