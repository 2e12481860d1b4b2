"""What the tests of exports and slips share: rows published as a snapshot, hostile ones among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.project import Project
from etl.publish.build import build_snapshot
from etl.publish.lock import hold
from etl.publish.snapshot import building, publish_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

HOSTILE = {
    20: "=HYPERLINK(1)",
    21: "+cmd|' /C calc'!A0",
    22: "@SUM(1)",
    23: "-3,7",
    24: "5-10",
    25: "\t=1",
    26: 'a;b"c',
    27: "a\x07b | *c* <b>",
}


def source(source_id: str, folder: str, **columns: Any) -> dict[str, Any]:
    """A row of the table `sources`."""
    return {"source_id": source_id, "folder": folder, "title": "Bài viết", "language": "vi", "number_format": "vi", "sha256": "0" * 64, **columns}


@pytest.fixture(scope="session")
def publish(working: ModuleType) -> Callable[..., Project]:
    """Publish rows into a folder: `publish(folder, rows)`; `waived` are ids of findings."""

    def publish_rows(folder: Path, rows: dict[str, Any], *, waived: tuple[str, ...] = ()) -> Project:
        project = Project(folder)
        project.raw.mkdir(parents=True)
        rows.setdefault("sources", [source(working.SOURCE, "lao-cai")])
        with hold(project, command="run", now="2025-01-01T00:00:00+00:00"), building(project, "run1") as aside, duckdb.connect() as con:
            working.fill_working(con, rows, waived=waived)
            built = build_snapshot(con, aside, run=working.record("run1"), previous=None, history=())
            publish_snapshot(project, aside, run=built.run, schema_version=built.schema_version, digests=built.digests)
        return project

    return publish_rows


def usual(working: ModuleType) -> dict[str, Any]:
    """The usual rows and some whose texts want to be more than text."""
    content: dict[str, Any] = working.content()
    content["observations"] += [working.observation(line, "trained_labour_rate", text, 1.0) for line, text in HOSTILE.items()]
    return content


@pytest.fixture
def rows(working: ModuleType) -> dict[str, Any]:
    """Rows to change before they are published."""
    return usual(working)


@pytest.fixture(scope="session")
def project(publish: Callable[..., Project], working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which the usual rows are published; nobody writes into it."""
    return publish(tmp_path_factory.mktemp("published") / "project", usual(working))
