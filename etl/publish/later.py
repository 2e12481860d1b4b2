"""Files that join the current snapshot after it was published: the report, when `load` and `report` run as separate stages."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from etl.publish.disk import READ_ONLY_FILE, disk_errors, replace_file, replace_link, sha256_of, sync
from etl.publish.faults import at
from etl.publish.snapshot import MANIFEST_NAME, FileFact, Snapshot, current_snapshot, snapshot_of_schema
from schemas.tables import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etl.project import Project


def add_report(project: Project, render: Callable[[Path, Path], None], *, names: tuple[str, ...]) -> Snapshot:
    """Render the report of the current snapshot into it: written aside, then each file renamed into place, the manifest last."""
    snapshot = snapshot_of_schema(project, SCHEMA_VERSION)
    aside = project.warehouse / f".report-{snapshot.run_id}"
    with disk_errors(aside):
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        try:
            at("report.render")
            render(snapshot.database, aside)
            for name in names:
                (aside / name).chmod(READ_ONLY_FILE)
                sync(aside / name)  # before its name is: the manifest will vouch for these bytes
                (aside / name).replace(snapshot.folder / name)
                replace_link(project.warehouse / name, f"{project.current.name}/{name}")
            sync(snapshot.folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        _describe(snapshot, names)
        sync(snapshot.folder)
    found = current_snapshot(project)
    return snapshot if found is None else found


def _describe(snapshot: Snapshot, names: tuple[str, ...]) -> None:
    others = [fact for fact in snapshot.manifest.files if fact.path not in names]
    added = [FileFact(path=name, size=(snapshot.folder / name).stat().st_size, sha256=sha256_of(snapshot.folder / name)) for name in names]
    manifest = replace(snapshot.manifest, files=tuple(sorted((*others, *added), key=lambda fact: fact.path)))
    path = snapshot.folder / MANIFEST_NAME
    replace_file(path, (json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n").encode())
    path.chmod(READ_ONLY_FILE)
