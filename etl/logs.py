"""What a run says while it works: a moving line for a person at a terminal, one JSON object a line for a machine.

    {"time": "2026-01-01T06:30:00.120+00:00", "level": "info", "event": "stage", "stage": "ingest", "seconds": 0.4}
    {"time": "2026-01-01T06:30:07.002+00:00", "level": "info", "event": "run", "outcome": "published", "run_id": "…", …}

Belongs here: the lines of a log. Elsewhere: the moving line (present.py), the record that stays (publish/history.py).
A log gets the end of a stage, never its progress: ten thousand files are one line.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TextIO

from etl.messages import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from etl.errors import AnsinhError
    from etl.publish.history import RunRecord

_BAD: Final = frozenset({"failed", "gate_failed"})


class Log:
    """Writes JSON lines to a stream. `now` gives the time of a line, `clock` measures a stage."""

    def __init__(self, stream: TextIO, *, lang: str, now: Callable[[], datetime] | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        self._stream = stream
        self._lang = lang
        self._now = now or _utc_now
        self._clock = clock
        self._stage = ""
        self._since = clock()

    def progress(self, stage: str, _what: str) -> None:
        """The callback of a pipeline: a stage that begins ends the one before."""
        if stage != self._stage:
            self._end_stage()
            self._stage = stage
            self._since = self._clock()

    def outcome(self, record: RunRecord) -> None:
        """How the run ended."""
        self._end_stage()
        facts = {name: value for name, value in asdict(record).items() if value is not None}
        self.write("error" if record.outcome in _BAD else "info", "run", **facts)

    def failure(self, error: AnsinhError) -> None:
        """What stopped it, as code, facts and sentence."""
        self._end_stage()
        self.write("error", "stopped", code=error.code, exit_code=error.exit_code, **self._told(error))

    def trouble(self, error: AnsinhError) -> None:
        """What went wrong beside a run that went well."""
        self.write("warning", "trouble", code=error.code, **self._told(error))

    def _told(self, error: AnsinhError) -> dict[str, Any]:
        facts = {name: value if isinstance(value, int | float) else str(value) for name, value in error.facts.items() if value is not None}
        return {"message": tell(error, self._lang).sentence, "facts": facts}

    def write(self, level: str, event: str, **facts: Any) -> None:
        """One line."""
        entry = {"time": self._now().isoformat(timespec="milliseconds"), "level": level, "event": event, **facts}
        self._stream.write(json.dumps(entry, ensure_ascii=True, default=str) + "\n")  # a log under LANG=C has no other letters
        self._stream.flush()

    def _end_stage(self) -> None:
        if self._stage:
            self.write("info", "stage", stage=self._stage, seconds=round(self._clock() - self._since, 3))
        self._stage = ""


def _utc_now() -> datetime:
    return datetime.now(UTC)
