"""Help is instant: nothing heavy is imported before a command needs it. (What is imported is counted, no clock is read.)"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from etl.cli import main
from etl.project import Project
from etl.publish.history import read_history

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"duckdb", "polars", "pandera", "pyarrow", "jinja2", "rich", "charset_normalizer", "pydantic", "numpy", "pandas"}


def imported_by(ansinh: str, *arguments: str) -> set[str]:
    """The top-level packages that the installed command imports when it is called like this."""
    done = subprocess.run([sys.executable, "-X", "importtime", ansinh, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-500:]
    names = re.findall(r"^import time: +\d+ \| +\d+ \| +(\S+)$", done.stderr, flags=re.MULTILINE)
    assert "click" in names, "the list of imports was not understood"
    return {name.split(".")[0] for name in names}


def commands() -> list[tuple[str, ...]]:
    """Every command and subcommand, as one types it."""

    def below(command: click.Command, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        if not isinstance(command, click.Group):
            return [path]
        context = click.Context(command)
        found = [path]
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += below(inner, (*path, name))
        return found

    return below(main, ())


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_help_imports_nothing_heavy(ansinh: str, command: tuple[str, ...]) -> None:
    assert imported_by(ansinh, *command, "--help") & HEAVY == set()


def test_the_version_imports_nothing_heavy(ansinh: str) -> None:
    assert imported_by(ansinh, "--version") & HEAVY == set()


def test_a_run_without_news_imports_nothing_heavy(ansinh: str, small_project: Path) -> None:
    words = ("run", "--project", str(small_project), "--as-of", "2026-01-01")
    subprocess.run([ansinh, *words], capture_output=True, check=True)
    assert imported_by(ansinh, *words) & HEAVY == set()
    assert [run.outcome for run in read_history(Project(small_project)).runs] == ["published", "unchanged"]
