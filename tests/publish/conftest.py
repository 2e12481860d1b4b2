"""What the tests of publishing share: the helper module beside this file, and a project to publish into."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.forks import Forks
from etl.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from benchmarks.forks import Ended

WORKING = Path(__file__).with_name("working.py")


@pytest.fixture(scope="session")
def working() -> ModuleType:
    """The module working.py. (Folders of tests are no packages, so it is loaded by its path.)"""
    spec = importlib.util.spec_from_file_location("publish_working", WORKING)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    """A project in which nothing was published yet."""
    (tmp_path / "raw").mkdir()
    return Project(tmp_path)


@pytest.fixture(scope="session")
def first_run(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one published run, run1. Nobody writes into it."""
    root = tmp_path_factory.mktemp("first-run")
    working.publish(Project(root), "run1")
    return root


@pytest.fixture
def published(first_run: Path, tmp_path: Path) -> Project:
    """A project with one published run, run1, for one test alone."""
    shutil.copytree(first_run, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def in_process() -> Iterator[Callable[..., Ended]]:
    """Publish in a process of its own: project, run id, variant, with a fault if one is named."""
    with Forks(program=WORKING) as forks:
        yield lambda project, *words, fault="": forks.run([str(project.root), *words], fault=fault)
