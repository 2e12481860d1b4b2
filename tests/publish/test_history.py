"""One line per run, for ever; a torn line costs nothing but itself."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from etl.errors import WarehouseError
from etl.publish import history
from etl.publish.history import History, Rollback, RunRecord, append_rollback, append_run, is_told_as_published, read_history

if TYPE_CHECKING:
    from etl.project import Project

RUN = RunRecord(run_id="run1", started_at="2025-01-01T00:00:00+00:00", evaluated_on="2025-01-01", trigger="test", outcome="published", version="0")


def test_nothing_was_ever_run(empty: Project) -> None:
    assert read_history(empty) == History()


def test_what_was_added_is_read_back_in_order(empty: Project) -> None:
    told = [replace(RUN, seconds={"read": 0.5}, rows_read=58), replace(RUN, run_id="run2", outcome="gate_failed")]
    back = Rollback(at="2025-01-02T00:00:00+00:00", left="run2", entered="run1")
    append_run(empty, told[0])
    append_rollback(empty, back)
    append_run(empty, told[1])
    assert read_history(empty) == History(runs=tuple(told), rollbacks=(back,))


def test_lines_are_added_and_never_rewritten(empty: Project) -> None:
    append_run(empty, RUN)
    before = empty.history.read_bytes()
    append_run(empty, replace(RUN, run_id="run2"))
    assert empty.history.read_bytes().startswith(before)


@pytest.mark.parametrize("torn", [b"{", b'{"event": "run", "run_id": "ru', "{“".encode()[:-1]])
def test_a_torn_last_line_is_stepped_over_and_spoils_no_later_line(empty: Project, torn: bytes) -> None:
    append_run(empty, RUN)
    with empty.history.open("ab") as file:
        file.write(torn)
    assert read_history(empty) == History(runs=(RUN,), unreadable=1)
    append_run(empty, replace(RUN, run_id="run2"))
    assert [run.run_id for run in read_history(empty).runs] == ["run1", "run2"]
    assert read_history(empty).unreadable == 1


def test_a_run_told_twice_counts_once_as_told_last(empty: Project) -> None:
    append_run(empty, RUN)
    append_run(empty, replace(RUN, rows_read=7))
    assert read_history(empty).runs == (replace(RUN, rows_read=7),)


def test_a_run_that_published_and_failed_afterwards_was_published(empty: Project) -> None:
    append_run(empty, RUN)
    append_run(empty, replace(RUN, outcome="failed"))
    assert read_history(empty).runs == (RUN,)


def test_what_a_newer_version_added_is_passed_over(empty: Project) -> None:
    append_run(empty, RUN)
    line = json.loads(empty.history.read_bytes()) | {"moon": "full"}
    empty.history.write_text(json.dumps(line) + "\n")
    assert read_history(empty).runs == (RUN,)


def test_a_line_that_names_no_run_is_counted_as_unreadable(empty: Project) -> None:
    empty.warehouse.mkdir()
    empty.history.write_text('{"event": "run"}\n[]\n7\n\n')
    assert read_history(empty) == History(unreadable=3)


def test_a_disk_that_takes_only_a_part_is_asked_for_the_rest(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:7]))
    append_run(empty, RUN)
    assert read_history(empty).runs == (RUN,)


def test_a_full_disk_is_told_with_its_reason(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(WarehouseError, match="disk-failed"):
        append_run(empty, RUN)


@pytest.mark.parametrize(
    "line",
    ['{"event": "run", "run_id": ["a"], "started_at": "2025-01-01", "evaluated_on": "x", "trigger": "x", "outcome": "failed", "version": "0"}',
     '{"event": "run", "run_id": "a", "started_at": "bad", "evaluated_on": "x", "trigger": "x", "outcome": "failed", "version": "0"}',
     '{"event": "rollback", "at": "x", "left": ["a"], "entered": "b"}', "[]", "3"],
)  # fmt: skip
def test_a_line_that_makes_no_sense_is_stepped_over(line: str, empty: Project) -> None:
    append_run(empty, RUN)
    with empty.history.open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")
    told = read_history(empty)
    assert ([run.run_id for run in told.runs], told.unreadable) == (["run1"], 1)


def test_whether_a_run_published_is_known_without_parsing_the_other_lines(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_told_as_published(empty, "run1")
    for number in range(100):
        append_run(empty, replace(RUN, run_id=f"run{number}", outcome="unchanged", previous="run1"))
    append_run(empty, replace(RUN, run_id="run200", previous="run50"))
    parsed: list[bytes] = []
    real = history._event

    def noted(line: bytes) -> RunRecord | Rollback | None:
        parsed.append(line)
        return real(line)

    monkeypatch.setattr(history, "_event", noted)
    assert is_told_as_published(empty, "run200")
    assert not is_told_as_published(empty, "run99")
    assert not is_told_as_published(empty, "run50"), "its name stands in the line of another"
    assert len(parsed) == 1 + 1 + 2
