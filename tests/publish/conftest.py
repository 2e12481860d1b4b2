"""What the tests of publishing share: the helper module beside this file, and a project to publish into."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from etl.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

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


@pytest.fixture
def published(working: ModuleType, empty: Project) -> Project:
    """A project with one published run, run1."""
    working.publish(empty, "run1")
    return empty


@pytest.fixture
def in_process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run working.py in a process of its own: publish(project, run_id, variant), with a fault if one is named."""

    def publish(project: Project, *args: str, fault: str = "") -> subprocess.CompletedProcess[str]:
        environment: dict[str, Any] = {**os.environ, "ANSINH_FAULT": fault}
        return subprocess.run([sys.executable, str(WORKING), str(project.root), *args], env=environment, capture_output=True, text=True, check=False)

    return publish
