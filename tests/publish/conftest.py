"""What the tests of publishing share: the helper module beside this file, and a project to publish into."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.forks import Forks
from etl.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.forks import Ended

WORKING = Path(__file__).with_name("working.py")


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    """A project in which nothing was published yet."""
    (tmp_path / "raw").mkdir()
    return Project(tmp_path)


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
