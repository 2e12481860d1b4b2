"""Schedules are what systemd, cron and GitHub take; what they start works as cron starts it, and reads the exit codes."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import stat
import subprocess
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etl.errors import UsageError
from etl.project import Project
from etl.schedule import KINDS, render

if TYPE_CHECKING:
    from etl.project import Project as _Project

AT = time(6, 30)
HARD_NAME = "an sinh 100% \"thử\" $HOME 'a' \\ b"
# What cron gives a job: nothing but these.
CRON = {"HOME": "/", "LOGNAME": "nobody", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "LANG": "C"}


@pytest.fixture
def awkward(tmp_path: Path) -> _Project:
    """A project whose path has everything that wants quoting."""
    root = tmp_path / HARD_NAME
    (root / "raw").mkdir(parents=True)
    return Project(root)


def command_in(folder: Path, code: int) -> Path:
    """A stand-in for `ansinh` that writes its words to `told` and ends with a given code."""
    command = folder / "bin % $x" / "ansinh"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done > "{folder}/told"\necho printed\necho logged >&2\nexit {code}\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return command


def units(text: str) -> dict[str, str]:
    """The two files that `schedule systemd` prints, by their names."""
    parts = re.split(r"^# --- (\S+) -> \S+$\n", text, flags=re.MULTILINE)
    assert parts[0] == ""
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def parsed(unit: str) -> configparser.ConfigParser:
    """A unit by a reader that refuses lines it does not understand."""
    reader = configparser.ConfigParser(interpolation=None, strict=True, allow_no_value=False, delimiters=("=",), comment_prefixes=("#",))
    reader.optionxform = str  # type: ignore[assignment, method-assign]
    reader.read_string(unit)
    return reader


def line_of(text: str) -> tuple[list[str], str]:
    """The five fields of a crontab line, and what cron hands to the shell: it ends at a bare %, and takes the backslash off an escaped one."""
    assert text.count("\n") == 1
    *fields, command = text.rstrip("\n").split(" ", 5)
    bare = re.split(r"(?<!\\)%", command)
    assert len(bare) == 1, "cron would hand the rest to the command as its input"
    return fields, command.replace("\\%", "%")


def test_the_units_have_the_sections_and_keys_that_systemd_knows(awkward: _Project) -> None:
    found = units(render("systemd", awkward, command=Path("/opt/a/bin/ansinh"), at=AT))
    assert set(found) == {"ansinh.service", "ansinh.timer"}
    service, timer = (parsed(found[f"ansinh.{kind}"]) for kind in ("service", "timer"))
    assert {name: set(service[name]) for name in service.sections()} == {
        "Unit": {"Description"},
        "Service": {"Type", "ExecStart", "SuccessExitStatus", "Nice", "NoNewPrivileges"},
    }
    assert {name: set(timer[name]) for name in timer.sections()} == {
        "Unit": {"Description"},
        "Timer": {"OnCalendar", "Persistent", "RandomizedDelaySec"},
        "Install": {"WantedBy"},
    }
    assert service["Service"]["SuccessExitStatus"] == "4"
    assert timer["Timer"]["OnCalendar"] == "*-*-* 06:30:00"


def test_a_path_survives_the_expansions_of_systemd(awkward: _Project) -> None:
    line = parsed(units(render("systemd", awkward, command=Path("/opt/a b/ansinh"), at=AT))["ansinh.service"])["Service"]["ExecStart"]
    undone = line.replace("%%", "%").replace("$$", "$")
    words = [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r'"((?:[^"\\]|\\.)*)"', undone)]
    assert words == ["/opt/a b/ansinh", str(awkward.root)]


def test_systemd_itself_finds_no_fault(tmp_path: Path, awkward: _Project) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        return  # the strict reader above has read the same units
    for name, text in units(render("systemd", awkward, command=Path("/bin/true"), at=AT)).items():
        (tmp_path / name).write_text(text)
    done = subprocess.run([program, "verify", "--man=no", "--user", str(tmp_path / "ansinh.service")], capture_output=True, text=True, check=False)
    if "Failed to initialize manager" in done.stderr or "Failed to connect" in done.stderr:
        return  # no user session to ask in
    assert (done.returncode, [line for line in done.stderr.splitlines() if str(tmp_path) in line]) == (0, []), done.stderr


def test_a_crontab_line_is_five_fields_and_one_shell_command(awkward: _Project) -> None:
    fields, command = line_of(render("cron", awkward, command=Path("/opt/a/bin/ansinh"), at=AT))
    assert fields == ["30", "6", "*", "*", "*"]
    assert str(awkward.root) in shlex.split(command, comments=False)
    assert subprocess.run(["/bin/sh", "-n", "-c", command], check=False).returncode == 0


@pytest.mark.parametrize(("code", "mail"), [(0, ""), (4, ""), (3, "exit 3"), (1, "exit 1")])
def test_cron_mails_nothing_on_a_good_day_and_the_exit_code_on_a_bad_one(code: int, mail: str, tmp_path: Path, awkward: _Project) -> None:
    _, command = line_of(render("cron", awkward, command=command_in(tmp_path, code), at=AT))
    done = subprocess.run(["/bin/sh", "-c", command], cwd="/", env=CRON, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (tmp_path / "told").read_text().splitlines() == ["run", "--project", str(awkward.root), "--log-format", "json"]
    assert done.stderr == ""
    assert (mail in done.stdout) if mail else done.stdout == ""
    assert (awkward.warehouse / "run.log").read_text() == "logged\n"


def test_the_real_command_runs_as_cron_runs_it(small_project: Path, ansinh: str) -> None:
    _, command = line_of(render("cron", Project(small_project), command=Path(ansinh), at=AT))
    for outcome in ("published", "unchanged"):
        words = ["env", "-i", *(f"{name}={value}" for name, value in CRON.items()), "/bin/sh", "-c", f"exec <&-; {command}"]
        done = subprocess.run(words, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        lines = [json.loads(line) for line in (small_project / "warehouse" / "run.log").read_text(encoding="ascii").splitlines()]
        assert (lines[-1]["event"], lines[-1]["outcome"]) == ("run", outcome)
    assert (small_project / "warehouse" / "ansinh.duckdb").exists()


def test_the_workflow_is_a_tree_of_two_blanks_and_reads_the_exit_codes(awkward: _Project) -> None:
    text = render("github-actions", awkward, command=Path("/opt/ansinh"), at=AT)
    for line in text.splitlines():
        assert "\t" not in line
        assert (len(line) - len(line.lstrip(" "))) % 2 == 0
    assert [line.partition(":")[0] for line in text.splitlines() if re.match(r"[a-z]", line)] == ["name", "on", "permissions", "concurrency", "jobs"]
    assert '- cron: "30 6 * * *"' in text
    steps = re.findall(r"^      - (?:uses|name): (.+)$", text, flags=re.MULTILINE)
    assert steps == ["actions/checkout@v4", "actions/setup-python@v5", "Install", "Snapshots of earlier runs", "Run", "Keep the warehouse"]
    assert "${{ github.run_id }}" in text
    assert str(awkward.root) not in text, "a workflow runs in a clone, not here"


@pytest.mark.parametrize(
    ("code", "ends", "says"), [(0, 0, ""), (4, 0, "::notice::"), (3, 3, "::error::the data gate"), (1, 1, "::error::"), (2, 2, "::error::")]
)
def test_the_step_of_the_workflow_ends_as_the_run_did(code: int, ends: int, says: str, tmp_path: Path, awkward: _Project) -> None:
    text = render("github-actions", awkward, command=Path("/opt/ansinh"), at=AT)
    block = text.partition("run: |\n")[2].partition("      - name:")[0]
    script = "".join(f"{line[10:]}\n" for line in block.splitlines())
    home = command_in(tmp_path, code).parent
    done = subprocess.run(["/bin/sh", "-e", "-c", script], env={"PATH": f"{home}:/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert done.returncode == ends
    assert says in done.stdout


def test_a_clone_installs_from_its_lock(awkward: _Project) -> None:
    for name in ("requirements.lock", "pyproject.toml"):
        (awkward.root / name).touch()
    assert "--require-hashes -r requirements.lock" in render("github-actions", awkward, command=Path("/opt/ansinh"), at=AT)


def test_what_cannot_stand_in_a_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="schedule-path"):
        render("cron", Project(tmp_path / "a\nb"), command=Path("/opt/ansinh"), at=AT)
    with pytest.raises(UsageError) as unknown:
        render("at", Project(tmp_path), command=Path("/opt/ansinh"), at=AT)
    assert unknown.value.facts["known"] == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_prints_what_can_be_put_into_place(kind: str, project: Path, ansinh: str) -> None:
    done = subprocess.run([ansinh, "schedule", kind, "--project", str(project), "--at", "23:05"], capture_output=True, text=True, check=True)
    assert done.stdout == render(kind, Project(project.resolve()), command=Path(ansinh), at=time(23, 5))
