"""Old snapshots go; the current one stays, and so does every one that somebody reads.

Belongs here: which snapshots are old. Elsewhere: how one is removed without anybody seeing half of it (snapshot.py), the settings
(`[retention]` in ansinh.toml, project.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from etl.publish.snapshot import Snapshot, current_snapshot, list_snapshots, remove_unless_held

if TYPE_CHECKING:
    from etl.project import Project, Retention


@dataclass(frozen=True, slots=True)
class Retired:
    """Run ids of what went, and of what would have gone but is being read."""

    removed: tuple[str, ...]
    held: tuple[str, ...]


def retire(project: Project, *, now: datetime) -> Retired:
    """Remove the snapshots that `[retention]` does not keep. Runs under the lock, after publishing."""
    current = current_snapshot(project)
    old = outdated(list_snapshots(project), project.settings.retention, now=now)
    gone = {snapshot.run_id: remove_unless_held(snapshot) for snapshot in old if current is None or snapshot.run_id != current.run_id}
    return Retired(removed=tuple(run for run, went in gone.items() if went), held=tuple(run for run, went in gone.items() if not went))


def outdated(snapshots: tuple[Snapshot, ...], rule: Retention, *, now: datetime) -> tuple[Snapshot, ...]:
    """Those beyond the newest `keep` and, where `days` is set, older than that as well. `snapshots` come oldest first."""
    beyond = snapshots[: -rule.keep]
    if rule.days is None:
        return beyond
    line = now - timedelta(days=rule.days)
    return tuple(snapshot for snapshot in beyond if _moment(snapshot.manifest.run.started_at) < line)


def _moment(text: str) -> datetime:
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)  # runs write UTC; a time without a zone is no other
