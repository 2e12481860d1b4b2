"""What README.md and the guides show is what happens: their console blocks are run in a fresh project and compared.

A block is fenced as `console`; a line that begins with `$ ` is typed, the lines below it are what is printed, on stdout then stderr.
`...` stands for any text, as in doctest: run ids, times and hashes. The blocks of a page run one after the other in one project.
With ANSINH_REWRITE_EXAMPLES=1 a page that differs is written anew (and the test fails once more): read the diff.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from etl.cli import main

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))]
# A command of ours alone, with nothing for a shell to do but to keep it or to show its beginning or end.
PLAIN: Final = re.compile(r"ansinh (?P<words>[^|&;<>$`\\\n]*?)(?:(?P<log> > run\.log 2>&1)|(?P<both> 2>&1)? \| (?P<end>head|tail) -n (?P<count>\d+))?")
CHECK: Final = doctest.OutputChecker()


def blocks(page: str, kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def examples(page: str) -> list[tuple[str, str]]:
    """What is typed, and what the page says comes back."""
    found = []
    for block in blocks(page, "console"):
        assert block.startswith("$ "), f"{page}: a console block begins with what is typed"
        found += [(typed, shown) for typed, shown in re.findall(r"^\$ (.*(?:\\\n.*)*)\n((?:(?!\$ ).*\n)*)", block, flags=re.MULTILINE)]
    return found


def printed_by(typed: str, project: Path) -> tuple[str, bool]:
    """What a reader sees who types this in the project, without blanks at the ends of lines; and whether it went well."""
    before, _, last = typed.rpartition(" && ")
    plain = PLAIN.fullmatch(last)
    came, is_good = _in_a_shell(before if plain else typed, project) if before or plain is None else ("", True)
    if plain is not None and is_good:
        printed, is_good = _in_this_process(plain)
        came += printed
    came = came.replace(str(project), "...")
    return "".join(f"{line.rstrip()}\n" for line in came.splitlines()), is_good and "Traceback" not in came


def _in_this_process(plain: re.Match[str]) -> tuple[str, bool]:
    """Most commands only ask: starting Python and DuckDB for each would take longer than all answers."""
    done = CliRunner().invoke(main, shlex.split(plain["words"]), prog_name="ansinh", catch_exceptions=False)
    if plain["log"]:
        Path("run.log").write_text(done.output, encoding="utf-8")
        return "", done.exit_code == 0
    if plain["end"] is None:
        return done.stdout + done.stderr, done.exit_code == 0
    lines = (done.output if plain["both"] else done.stdout).splitlines(keepends=True)
    count = int(plain["count"])
    shown = "".join(lines[:count] if plain["end"] == "head" else lines[-count:])
    return shown + ("" if plain["both"] else done.stderr), done.exit_code == 0


def _in_a_shell(typed: str, project: Path) -> tuple[str, bool]:
    surroundings = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(  # noqa: S602  the page is ours, and a reader types it into a shell
        typed, shell=True, cwd=project, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout + done.stderr, done.returncode == 0


@pytest.fixture
def typing_place(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh project in which somebody sits at a terminal of 120 columns."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    return project


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "console")])
def test_a_page_shows_what_really_comes_back(page: str, typing_place: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    differs = []
    went_well = True
    for typed, shown in examples(page):
        came, is_good = printed_by(typed, typing_place)
        went_well &= is_good
        if not CHECK.check_output(shown, came, doctest.ELLIPSIS):
            differs.append(f"$ {typed}\n--- shown\n{shown}--- came\n{came}")
            text = text.replace(f"$ {typed}\n{shown}", f"$ {typed}\n{came}")
    if differs and went_well and os.environ.get("ANSINH_REWRITE_EXAMPLES"):
        (ROOT / page).write_text(text, encoding="utf-8")
    assert not differs, f"{page}\n" + "\n".join(differs)


@pytest.mark.parametrize("page", PAGES)
def test_files_shown_on_a_page_are_well_formed(page: str) -> None:
    for block in blocks(page, "toml"):
        tomllib.loads(block)
    for block in blocks(page, "python"):
        compile(block, page, "exec")


def test_the_readme_has_the_two_commands_each_on_one_line() -> None:
    typed = [block.strip() for block in blocks("README.md", "bash")]
    commands = [line for line in typed if line.startswith("python3 -m venv ")]
    assert [line.rpartition(" && ")[2].partition("/bin/")[2] for line in commands] == ["ansinh run", "python -m pytest -n auto"]
    assert all("\n" not in line for line in commands)
    for line, lock in zip(commands, ("requirements.lock", "requirements-test.lock"), strict=True):
        venv = line.split()[3]
        assert f"{venv}/bin/python -m pip install --quiet --require-hashes -r {lock}" in line
        assert f"{venv}/bin/python -m pip install --quiet --no-deps --no-build-isolation -e ." in line


def test_ci_can_be_started_and_finds_both_commands() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    for end in re.findall(r'readme_command "(.+?)"', script):
        assert len(re.findall(rf"^python3 -m venv .* && .*{end}$", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
        assert (ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}"
