"""The report that joins a snapshot after it was published: whole, read-only, and named in the manifest."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from etl.errors import WarehouseError
from etl.publish.later import add_report
from etl.publish.snapshot import building, damaged_files, publish_snapshot
from schemas.tables import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from etl.project import Project

NAMES = ("quality-report.html", "quality-report.json")


def render(database: Path, folder: Path) -> None:
    for name in NAMES:
        (folder / name).write_text(f"{name} of {database.read_text()}", encoding="utf-8")


def published(project: Project, working: ModuleType, schema_version: int = SCHEMA_VERSION) -> None:
    with building(project, "run1") as folder:
        (folder / "ansinh.duckdb").write_text("run1")
        publish_snapshot(project, folder, run=working.record("run1"), schema_version=schema_version, digests={})


def test_a_report_rendered_later_is_seen_through_the_fixed_links(empty: Project, working: ModuleType) -> None:
    published(empty, working)
    add_report(empty, render, names=NAMES)
    assert (empty.warehouse / "quality-report.html").read_text(encoding="utf-8") == "quality-report.html of run1"


def test_the_manifest_knows_the_report_and_finds_nothing_damaged(empty: Project, working: ModuleType) -> None:
    published(empty, working)
    snapshot = add_report(empty, render, names=NAMES)
    assert {fact.path for fact in snapshot.manifest.files} == {"ansinh.duckdb", *NAMES}
    assert damaged_files(snapshot) == ()


def test_a_second_rendering_replaces_the_first_and_nobody_may_write_to_it(empty: Project, working: ModuleType) -> None:
    published(empty, working)
    add_report(empty, render, names=NAMES)
    snapshot = add_report(empty, render, names=NAMES)
    modes = {stat.S_IMODE((snapshot.folder / name).stat().st_mode) for name in (*NAMES, "manifest.json")}
    assert modes == {0o444}
    assert [path.name for path in empty.warehouse.glob(".report-*")] == []


def test_without_a_snapshot_there_is_nothing_to_report_on(empty: Project) -> None:
    with pytest.raises(WarehouseError, match="nothing-published"):
        add_report(empty, render, names=NAMES)


@pytest.mark.parametrize(("other", "code"), [(SCHEMA_VERSION - 1, "schema-older"), (SCHEMA_VERSION + 1, "schema-newer")])
def test_a_snapshot_of_another_schema_gets_no_report_of_this_one(other: int, code: str, empty: Project, working: ModuleType) -> None:
    published(empty, working, other)
    with pytest.raises(WarehouseError) as refused:
        add_report(empty, render, names=NAMES)
    assert (refused.value.code, refused.value.facts) == (code, {"run_id": "run1", "found": other, "known": SCHEMA_VERSION})


def test_a_report_is_on_the_disk_before_its_name_is(empty: Project, working: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    published(empty, working)
    [folder] = empty.snapshots.iterdir()
    synced: list[str] = []

    def sync(path: Path) -> None:
        synced.append(path.name)
        if path.name in NAMES:
            assert path.parent != folder
            assert not (folder / path.name).exists()

    monkeypatch.setattr("etl.publish.later.sync", sync)
    monkeypatch.setattr("etl.publish.disk.sync", sync)
    add_report(empty, render, names=NAMES)
    assert synced[:3] == [*NAMES, folder.name]
    assert synced[3] == ".manifest.json.part"
