"""ruff and mypy find nothing, in the product, its tests and its benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.house


@pytest.mark.parametrize(
    "tool",
    [
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--no-cache", "--check", "."],
        ["mypy", "--cache-dir", os.devnull],
    ],
    ids=["ruff-check", "ruff-format", "mypy"],
)
def test_a_checker_finds_nothing(tool: list[str], root: Path) -> None:
    command = [sys.executable, "-m", *tool]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
