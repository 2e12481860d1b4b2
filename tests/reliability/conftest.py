"""What the tests of reliability share: projects that were published once, to be copied by each test that spoils one."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from benchmarks.forks import Forks
from benchmarks.torture import DAY, RULE, Case, copy_case, new_case, write_figures
from etl import pipeline
from etl.project import Project
from etl.validate import rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """The process that starts runs."""
    with Forks() as server:
        yield server


@pytest.fixture(scope="session")
def first_case(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A project that has published both of its contents. Nobody changes it."""
    return new_case(tmp_path_factory.mktemp("case"), forks)


@pytest.fixture(scope="session")
def first_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one published run, judged by a rule of its own only. Nobody changes it."""
    root = tmp_path_factory.mktemp("project")
    write_figures(root / "raw" / "bang-thu", 1)
    (root / "rules").mkdir()
    (root / "rules" / "own.toml").write_text(RULE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "our_rule_files", list)
        assert pipeline.run(Project(root), evaluated_on=date.fromisoformat(DAY)).run.outcome == "published"
    return root


@pytest.fixture
def own_case(first_case: Case, tmp_path: Path) -> Case:
    """A project that has published both of its contents, for one test alone."""
    return copy_case(first_case, tmp_path)


@pytest.fixture
def own_project(first_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with one published run, for one test alone; its own rule is the only one in this process."""
    monkeypatch.setattr(rules, "our_rule_files", list)
    shutil.copytree(first_project, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Project(tmp_path)
