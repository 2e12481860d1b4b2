"""A log is one JSON object a line: the end of every stage, how the run ended, what stopped it; never its progress."""

from __future__ import annotations

import io
import json
import subprocess
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from etl.errors import WarehouseBusy
from etl.logs import Log
from etl.project import Project
from etl.publish.history import RunRecord
from etl.publish.lock import hold

NOW = datetime(2025, 1, 1, 6, 30, tzinfo=UTC)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(stream: io.StringIO) -> Log:
    """A log whose clock goes one second a look."""
    seconds = count()
    return Log(stream, lang="en", now=lambda: NOW, clock=lambda: float(next(seconds)))


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def record(outcome: str) -> RunRecord:
    return RunRecord(run_id="run1", started_at="2025", evaluated_on="2025-01-01", trigger="run", outcome=outcome, version="0", rows_read=3)


def test_a_stage_is_one_line_however_many_files_it_has(log: Log, stream: io.StringIO) -> None:
    for stage, what in (("ingest", ""), ("ingest", "a"), ("ingest", "b"), ("resolve", ""), ("validate", "")):
        log.progress(stage, what)
    log.outcome(record("published"))
    assert [(line["event"], line.get("stage")) for line in lines(stream)] == [("stage", "ingest"), ("stage", "resolve"), ("stage", "validate"), ("run", None)]
    assert lines(stream)[0] == {"time": "2025-01-01T06:30:00.000+00:00", "level": "info", "event": "stage", "stage": "ingest", "seconds": 1.0}


@pytest.mark.parametrize(("outcome", "level"), [("published", "info"), ("unchanged", "info"), ("failed", "error"), ("gate_failed", "error")])
def test_the_outcome_carries_the_record_of_the_run(outcome: str, level: str, log: Log, stream: io.StringIO) -> None:
    log.outcome(record(outcome))
    [line] = lines(stream)
    assert (line["level"], line["outcome"], line["rows_read"]) == (level, outcome, 3)
    assert "rows_published" not in line, "what is not known is not told"


def test_what_stops_a_run_is_told_as_code_facts_and_sentence(log: Log, stream: io.StringIO) -> None:
    log.failure(WarehouseBusy("warehouse-busy", warehouse=Path("w"), pid=7, host="h", since="s", command="run"))
    [line] = lines(stream)
    assert (line["event"], line["code"], line["exit_code"], line["facts"]["pid"], line["facts"]["warehouse"]) == ("stopped", "warehouse-busy", 4, 7, "w")
    assert line["message"]


def test_letters_of_all_languages_fit_into_a_log_of_an_old_locale(log: Log, stream: io.StringIO) -> None:
    log.write("info", "stage", stage="đọc")
    assert stream.getvalue().isascii()
    assert lines(stream)[0]["stage"] == "đọc"


def test_the_command_keeps_all_else_out_of_the_log(small_project: Path, ansinh: str) -> None:
    words = [ansinh, "run", "--project", str(small_project), "--log-format", "json"]
    with hold(Project(small_project), command="run", now="2025-01-01T00:00:00+00:00"):
        busy = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (busy.returncode, busy.stdout) == (4, "")
    assert [json.loads(line)["code"] for line in busy.stderr.splitlines()] == ["warehouse-busy"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line.get("stage", line["event"]) for line in told] == ["ingest", "resolve", "validate", "load", "report", "run"]
    assert done.stdout, "the summary is data and stays on stdout"
