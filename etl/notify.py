"""Tell somebody when something changed, and only then: the `[notify] command` of ansinh.toml gets one JSON object on its standard input.

    [notify]
    command = ["mail", "-s", "ansinh", "statistics@example.org"]

    {"event": "published", "run": {…}, "previous_outcome": "published", "changes": {"previous": "…", "findings": {…}, "observations": {…}, "examples": […]}}

A notice follows a run that published something else than before (event `published`), the first of several runs that failed (`failed`,
`gate_failed`), and the first that went well again without publishing (`recovered`). Its own failure is told and kept in
warehouse/notices.jsonl; it never changes how a run ends. No shell is started.

Belongs here: when to tell, what, and the call. Elsewhere: what changed (publish/changes.py, query.py), the record of the run (publish/history.py).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from etl.errors import WarehouseError
from etl.publish.history import RunRecord, read_history
from etl.publish.snapshot import last_readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etl.project import Project

NOTICES: Final = "notices.jsonl"
TIMEOUT_S: Final = 30.0
_BAD: Final = frozenset({"failed", "gate_failed"})
_TAIL: Final = 300


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice that was due: for which run, and what went wrong with telling it (None: nothing)."""

    run_id: str
    event: str
    problem: str | None


@contextmanager
def noticed(project: Project, told: Callable[[Notice], None], *, timeout_s: float = TIMEOUT_S) -> Iterator[None]:
    """Watch over one run: when it ends, however it ends, tell what changed. `told` is called with the notice, if there was one."""
    command = project.settings.notify.command
    if command is None:
        yield
        return
    before = _last_run(project)
    try:
        yield
    finally:
        notice = _notify(project, command, before, timeout_s)
        if notice is not None:
            told(notice)


def due_event(before: RunRecord | None, now: RunRecord) -> str | None:
    """What there is to tell of a run, seen against the run before it; None: nothing."""
    was_bad = before is not None and before.outcome in _BAD
    if now.outcome == "published":
        return "published"
    if now.outcome in _BAD:
        return None if before is not None and before.outcome == now.outcome else now.outcome
    return "recovered" if was_bad else None


def _notify(project: Project, command: tuple[str, ...], before: RunRecord | None, timeout_s: float) -> Notice | None:
    now = _last_run(project)
    if now is None or (before is not None and now.run_id == before.run_id):
        return None  # the run never began: another one holds the lock
    event = due_event(before, now)
    if event is None:
        return None
    message = {
        "event": event,
        "project": str(project.root),
        "run": asdict(now),
        "previous_outcome": None if before is None else before.outcome,
        "changes": _changes(project) if event == "published" else None,
    }
    notice = Notice(now.run_id, event, _call(command, json.dumps(message, ensure_ascii=False).encode(), project, timeout_s))
    _keep(project, notice)
    return notice


def _last_run(project: Project) -> RunRecord | None:
    try:
        runs = read_history(project).runs
    except WarehouseError:
        return None
    return runs[-1] if runs else None


def _changes(project: Project) -> dict[str, Any] | None:
    """What is different for readers, as the snapshot itself says."""
    from etl.query import what_changed  # noqa: PLC0415  pyarrow and DuckDB are loaded with it

    current = last_readable(project)
    try:
        return None if current is None else what_changed(current)
    except WarehouseError:
        return None


def _call(command: tuple[str, ...], message: bytes, project: Project, timeout_s: float) -> str | None:
    """Run the command with the message on its standard input; gives what went wrong."""
    try:
        process = subprocess.Popen(  # noqa: S603  the words of the project's own ansinh.toml, no shell
            command, cwd=project.root, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
    except OSError as failure:
        return failure.strerror or str(failure)
    with process:
        try:
            _, said = process.communicate(message, timeout=timeout_s)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # what the command started itself would hold our pipe open
            return f"> {timeout_s:g} s"
        except OSError as failure:
            return failure.strerror or str(failure)
    if process.returncode == 0:
        return None
    return f"exit {process.returncode} {said.decode(errors='replace').strip()[-_TAIL:]}".strip()


def _keep(project: Project, notice: Notice) -> None:
    line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **asdict(notice)}, ensure_ascii=False)
    with suppress(OSError), (project.warehouse / NOTICES).open("a", encoding="utf-8") as notices:  # a full disk has been told of already
        notices.write(line + "\n")
