"""Ready-made schedules for a run that nobody watches: systemd units, a crontab line, a GitHub Actions workflow.

    print(render("cron", project, command=Path("/opt/ansinh/bin/ansinh"), at=time(6, 30)))

All three read the exit codes alike: 0 is good, 4 (another run holds the lock) is no failure, everything else is told to a person: by a
failed unit, by a mail of cron, by a red workflow. Belongs here: the texts, and quoting as each of the three wants it. Elsewhere: what a
run does (pipeline.py), notices of our own (notify.py).
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from etl.errors import EXIT_BUSY, EXIT_GATE, UsageError

if TYPE_CHECKING:
    from datetime import time
    from pathlib import Path

    from etl.project import Project

KINDS: Final = ("systemd", "cron", "github-actions")

_SYSTEMD: Final = """\
# --- ansinh.service -> ~/.config/systemd/user/ansinh.service
[Unit]
Description=ansinh: read, judge and publish the figures of {described}

[Service]
Type=oneshot
ExecStart={command} run --project {project} --log-format json
# {busy}: another run holds the lock, no failure. 3: the data gate stopped it; 1: it failed. Both leave the last snapshot as it was.
SuccessExitStatus={busy}
Nice=10
NoNewPrivileges=true

# --- ansinh.timer -> ~/.config/systemd/user/ansinh.timer
# systemctl --user daemon-reload && systemctl --user enable --now ansinh.timer
[Unit]
Description=Runs ansinh every day

[Timer]
OnCalendar=*-*-* {at:%H:%M}:00
Persistent=true
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""
# cron mails what is printed: nothing on a good day, one line otherwise; the log is beside the warehouse's history.
_CRON: Final = (
    "{minute} {hour} * * * cd {project} && mkdir -p warehouse && {{ {command} run --project {project} --log-format json >/dev/null 2>>warehouse/run.log"
    " || {{ code=$?; [ $code -eq {busy} ] || echo ansinh: exit $code, see {project}/warehouse/run.log; }}; }}\n"
)
_WORKFLOW: Final = """\
# .github/workflows/ansinh.yml
name: ansinh
on:
  schedule:
    - cron: "{minute} {hour} * * *"  # UTC
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: ansinh-run
  cancel-in-progress: false
jobs:
  run:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Install
        run: {install}
      - name: Snapshots of earlier runs
        uses: actions/cache@v4
        with:
          path: warehouse
          key: ansinh-warehouse-${{{{ github.run_id }}}}
          restore-keys: ansinh-warehouse-
      - name: Run
        run: |
          code=0
          ansinh run --project . --log-format json || code=$?
          case "$code" in
            0) ;;
            {busy}) echo "::notice::another run holds the lock" ;;
            {gate}) echo "::error::the data gate failed, nothing was published"; exit {gate} ;;
            *) echo "::error::ansinh run failed with exit code $code"; exit "$code" ;;
          esac
      - name: Keep the warehouse
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: warehouse
          path: |
            warehouse/current/
            warehouse/history.jsonl
          if-no-files-found: ignore
"""
_INSTALL_CLONE: Final = "pip install --require-hashes -r requirements.lock && pip install --no-deps --no-build-isolation -e ."
_INSTALL_PACKAGE: Final = "pip install ansinh"


def render(kind: str, project: Project, *, command: Path, at: time) -> str:
    """The text to put into place, for the project and the `ansinh` at `command`, once a day at `at` (UTC for GitHub, local time else)."""
    for path in (project.root, command):
        if not str(path).isprintable():
            raise UsageError("schedule-path", path=str(path))
    if kind == "systemd":
        words = {"project": _systemd_word(str(project.root)), "command": _systemd_word(str(command)), "described": _systemd_text(project.root.name)}
        return _SYSTEMD.format(at=at, busy=EXIT_BUSY, **words)
    if kind == "cron":
        words = {"project": _cron_word(str(project.root)), "command": _cron_word(str(command))}
        return _CRON.format(minute=at.minute, hour=at.hour, busy=EXIT_BUSY, **words)
    if kind == "github-actions":
        is_clone = (project.root / "requirements.lock").is_file() and (project.root / "pyproject.toml").is_file()
        install = _INSTALL_CLONE if is_clone else _INSTALL_PACKAGE
        return _WORKFLOW.format(minute=at.minute, hour=at.hour, install=install, busy=EXIT_BUSY, gate=EXIT_GATE)
    raise UsageError("schedule-unknown", kind=kind, known=KINDS)


def _systemd_text(text: str) -> str:
    return text.replace("%", "%%")


def _systemd_word(text: str) -> str:
    """One word of ExecStart: in quotes, with what systemd would expand (% and $) doubled."""
    escaped = _systemd_text(text).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'


def _cron_word(text: str) -> str:
    """One word of a shell line in a crontab. Trap: cron ends the line at a bare %, even inside quotes, and takes the backslash off."""
    return shlex.quote(text).replace("%", "\\%")
