"""The built package works by itself: a wheel, installed where there is no clone, runs on a folder that holds only raw/."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
PUBLISHED: Final = {"ansinh.duckdb", "parquet", "quality-report.html", "quality-report.json", "current", "snapshots"}


def call(command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that sees nothing of the tests' own surroundings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "ANSINH_"))}
    return subprocess.run([str(word) for word in command], cwd=cwd, env=kept, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the locked backend with no network and no isolation."""
    folder = tmp_path_factory.mktemp("dist")
    done = call([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], ROOT)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel installed; it sees the libraries of this one, but not the clone."""
    venv = tmp_path_factory.mktemp("elsewhere") / "venv"
    assert call([sys.executable, "-m", "venv", "--without-pip", venv], ROOT).returncode == 0
    python = venv / "bin/python"
    done = call([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", wheel], ROOT)
    assert done.returncode == 0, done.stderr
    # A line in a .pth adds a folder without reading the .pth files in it, so the editable install of the clone stays out of sight.
    (site,) = (venv / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return venv / "bin"


def test_the_wheel_holds_everything_that_is_read_at_run_time(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in ("etl", "schemas")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in inside if ".dist-info/" not in name} == wanted
    assert {"etl/py.typed", "schemas/py.typed", "schemas/reference/NOTICE.md"} <= inside


def test_the_wheel_carries_licence_notice_and_entry_point(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    info = {name.partition(".dist-info/")[2]: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}
    assert info["licenses/LICENSE"] == (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert info["licenses/schemas/reference/NOTICE.md"] == (ROOT / "schemas/reference/NOTICE.md").read_text(encoding="utf-8")
    assert "ansinh = etl.cli:program" in info["entry_points.txt"]
    assert "License-Expression: Apache-2.0" in info["METADATA"]


def test_the_installed_package_is_not_the_clone(elsewhere: Path, tmp_path: Path) -> None:
    done = call([elsewhere / "python", "-c", "import etl, schemas; print(etl.__file__, schemas.__file__)"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(Path(place).is_relative_to(elsewhere.parent) for place in done.stdout.split())


def test_the_installed_package_runs_on_a_folder_that_holds_only_raw_and_answers_questions(elsewhere: Path, project: Path) -> None:
    (project / "ansinh.toml").unlink(missing_ok=True)
    done = call([elsewhere / "ansinh", "run"], project)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (project / "warehouse").iterdir()} >= PUBLISHED
    assert all((project / "warehouse" / name).exists() for name in PUBLISHED), "a link leads nowhere"
    rows = sum(len(file.read_text(encoding="utf-8").splitlines()) - 1 for file in (project / "raw").glob("*/figures.csv"))
    question = "SELECT (SELECT count(*) FROM observations) + (SELECT count(*) FROM quarantine) + (SELECT count(*) FROM excluded) AS n"
    done = call([elsewhere / "ansinh", "query", question, "--format", "json"], project)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"n": rows}]


def test_the_version_is_told_in_one_place(ansinh: str, tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = call([sys.executable, "-c", "import etl; print(etl.__version__)"], tmp_path).stdout.strip()
    assert "version" not in project
    assert told in call([ansinh, "--version"], tmp_path).stdout
    assert f"## {told}" in (ROOT / "docs/changelog.md").read_text(encoding="utf-8")
