"""One rename publishes everything at once; what readers see is whole; what a crash left is put right."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.errors import UsageError, WarehouseBusy, WarehouseError
from etl.project import Project
from etl.publish import faults
from etl.publish.disk import sha256_of
from etl.publish.history import Rollback, append_run, read_history
from etl.publish.lock import hold
from etl.publish.snapshot import (
    BUILD_PREFIX,
    REPORT_PREFIX,
    building,
    clean_up,
    current_snapshot,
    damaged_files,
    last_readable,
    list_snapshots,
    publish_snapshot,
    rollback,
)

if TYPE_CHECKING:
    from types import ModuleType

    from etl.publish.snapshot import Snapshot

NOW = "2025-01-02T00:00:00+00:00"
READ = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.readline()
print(con.execute("SELECT count(*), min(text) FROM observations").fetchall(), con.execute("SELECT value FROM meta WHERE key = 'run_id'").fetchall(), flush=True)
"""


def now_current(project: Project) -> Snapshot:
    current = current_snapshot(project)
    assert current is not None
    return current


def plain(project: Project, run_id: str, working: ModuleType, *, files: tuple[str, ...] = ("ansinh.duckdb", "parquet/observations.parquet")) -> Snapshot:
    """Publish files that hold just the name of their run: how files are switched does not depend on what is in them."""
    with building(project, run_id) as folder:
        for name in files:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(run_id)
        return publish_snapshot(project, folder, run=working.record(run_id), schema_version=1, digests={})


def seen(project: Project) -> tuple[str, str]:
    """What stands behind the fixed links."""
    return (project.warehouse / "ansinh.duckdb").read_text(), (project.warehouse / "parquet" / "observations.parquet").read_text()


def refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "symlink_to", refuse)


def test_before_the_first_run_nothing_is_current(empty: Project) -> None:
    assert current_snapshot(empty) is None
    assert list_snapshots(empty) == ()
    clean_up(empty)


def test_a_published_run_is_seen_through_fixed_links(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    assert seen(empty) == ("run1", "run1")
    inode = (empty.warehouse / "ansinh.duckdb").lstat().st_ino
    plain(empty, "run2", working)
    assert seen(empty) == ("run2", "run2")
    assert (empty.warehouse / "ansinh.duckdb").lstat().st_ino == inode, "the fixed link was made again"
    assert not (empty.warehouse / "ansinh.duckdb").readlink().is_absolute()
    assert not empty.current.readlink().is_absolute()


def test_a_warehouse_can_be_moved_as_it_is(empty: Project, working: ModuleType, tmp_path: Path) -> None:
    plain(empty, "run1", working)
    empty.warehouse.rename(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / "ansinh.duckdb").read_text() == "run1"


def test_the_manifest_names_every_file_with_size_and_hash(published: Project) -> None:
    current = now_current(published)
    told = {fact.path: (fact.size, fact.sha256) for fact in current.manifest.files}
    there = {path.relative_to(current.folder).as_posix(): path for path in current.folder.rglob("*") if path.is_file() and path.name != "manifest.json"}
    assert told == {name: (path.stat().st_size, sha256_of(path)) for name, path in there.items()}
    assert (current.run_id, current.input_key) == ("run1", "key")
    assert current.content_id == read_history(published).runs[0].content_id


def test_published_files_can_only_be_read(published: Project) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in now_current(published).folder.rglob("*") if path.is_file()}
    assert modes == {0o444}


def test_a_digest_that_is_known_is_not_worked_out_again(empty: Project, working: ModuleType) -> None:
    with building(empty, "run1") as folder:
        (folder / "ansinh.duckdb").write_text("x")
        snapshot = publish_snapshot(empty, folder, run=working.record("run1"), schema_version=1, digests={"ansinh.duckdb": "known"})
    assert [fact.sha256 for fact in snapshot.manifest.files] == ["known"]


def test_a_build_that_is_not_published_leaves_nothing(empty: Project) -> None:
    with building(empty, "run1") as folder:
        (folder / "ansinh.duckdb").write_text("half")
    assert [path.name for path in empty.warehouse.iterdir()] == ["snapshots"]


def test_a_run_id_is_used_once(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    with pytest.raises(WarehouseError, match="snapshot-exists"):
        plain(empty, "run1", working)
    assert seen(empty) == ("run1", "run1")


def test_a_file_of_a_users_own_is_not_replaced_by_a_link(empty: Project, working: ModuleType) -> None:
    empty.warehouse.mkdir()
    (empty.warehouse / "ansinh.duckdb").write_text("mine")
    with pytest.raises(WarehouseError, match="link-in-the-way"):
        plain(empty, "run1", working)
    assert (empty.warehouse / "ansinh.duckdb").read_text() == "mine"
    assert current_snapshot(empty) is None


def test_readers_keep_what_they_opened_while_others_get_the_new(published: Project, working: ModuleType) -> None:
    link = str(published.warehouse / "ansinh.duckdb")
    with subprocess.Popen([sys.executable, "-c", READ, link], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        working.publish(published, "run2", variant="changed")
        with duckdb.connect(link, read_only=True) as con:
            assert con.execute("SELECT count(*) FROM observations").fetchall() == [(11,)]
        assert reader.communicate("go on\n")[0] == "[(10, '10.000')] [('run1',)]\n"


def test_a_client_in_read_write_mode_is_refused_or_does_no_harm(working: ModuleType) -> None:
    root = Path(tempfile.mkdtemp())  # not tmp_path: only its owner may look into that, and the owner may be root
    try:
        root.chmod(0o755)
        project = Project(root)
        working.publish(project, "run1")
        before = damaged_files(now_current(project))
        am_root = os.geteuid() == 0
        if am_root:
            duckdb.connect(project.warehouse / "ansinh.duckdb").close()
            assert list(project.warehouse.rglob("*.wal")) == []
            os.seteuid(65534)
        try:
            with pytest.raises(duckdb.IOException, match=r"(?i)permission|read-only"):
                duckdb.connect(project.warehouse / "ansinh.duckdb")
        finally:
            if am_root:
                os.seteuid(0)
        assert damaged_files(now_current(project)) == before == ()
    finally:
        shutil.rmtree(root)


def test_where_links_cannot_be_made_a_pointer_file_says_what_is_current(empty: Project, working: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_links(monkeypatch)
    for run_id in ("run1", "run2"):
        plain(empty, run_id, working)
        assert now_current(empty).database.read_text() == run_id
    assert json.loads(empty.pointer.read_bytes()) == {"run_id": "run2"}
    assert sorted(path.name for path in empty.warehouse.iterdir()) == ["current.json", "history.jsonl", "snapshots"]


def test_going_over_from_links_to_a_pointer_and_back_shows_the_newest_each_time(empty: Project, working: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    plain(empty, "run1", working)
    with monkeypatch.context() as patch:
        patch.setattr("etl.publish.snapshot.replace_link", lambda *_: False)
        plain(empty, "run2", working)
        assert now_current(empty).run_id == "run2"
    plain(empty, "run3", working)
    assert now_current(empty).run_id == "run3"
    assert not empty.pointer.exists()


def test_a_stray_log_of_a_writer_never_stays(published: Project, working: ModuleType) -> None:
    strays = [published.warehouse / "ansinh.duckdb.wal", now_current(published).folder / "ansinh.duckdb.wal"]
    for stray in strays:
        stray.write_bytes(b"not of this file")
    working.publish(published, "run2")
    assert not any(stray.exists() for stray in strays)
    with duckdb.connect(published.warehouse / "ansinh.duckdb", read_only=True) as con:
        assert con.execute("SELECT value FROM meta WHERE key = 'run_id'").fetchall() == [("run2",)]


def test_rollback_makes_an_older_snapshot_current_and_the_history_tells(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    plain(empty, "run2", working)
    assert rollback(empty, "run1", now=NOW).run_id == "run1"
    assert seen(empty) == ("run1", "run1")
    assert read_history(empty).rollbacks == (Rollback(at=NOW, left="run2", entered="run1"),)
    assert rollback(empty, "run2", now=NOW).run_id == "run2", "and forth again"
    assert seen(empty) == ("run2", "run2")


def test_rollback_to_what_is_not_there_names_what_is(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    with pytest.raises(UsageError) as unknown:
        rollback(empty, "run7", now=NOW)
    assert unknown.value.facts == {"run_id": "run7", "known": ("run1",)}


def test_rollback_refuses_a_damaged_snapshot(empty: Project, working: ModuleType) -> None:
    first = plain(empty, "run1", working)
    plain(empty, "run2", working)
    first.database.chmod(0o644)
    first.database.write_text("run0")
    with pytest.raises(WarehouseError) as damaged:
        rollback(empty, "run1", now=NOW)
    assert damaged.value.facts == {"run_id": "run1", "files": ("ansinh.duckdb",)}
    assert seen(empty) == ("run2", "run2")


def test_rollback_waits_for_no_run(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    with hold(empty, command="run", now=NOW), pytest.raises(WarehouseBusy):
        rollback(empty, "run1", now=NOW)


def test_rollback_leads_out_of_a_broken_current_snapshot(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    broken = plain(empty, "run2", working).folder / "manifest.json"
    broken.chmod(0o644)
    broken.write_text("{}")
    with pytest.raises(WarehouseError, match="manifest-broken"):
        current_snapshot(empty)
    rollback(empty, "run1", now=NOW)
    assert now_current(empty).run_id == "run1"


def test_a_run_repairs_what_cannot_be_read(published: Project, working: ModuleType) -> None:
    broken = now_current(published).folder / "manifest.json"
    broken.chmod(0o644)
    broken.write_text("{}")
    assert last_readable(published) is None
    clean_up(published)
    plain(published, "run2", working)
    current = last_readable(published)
    assert current is not None
    assert current.run_id == "run2"


def test_a_snapshot_whose_folder_was_taken_away_is_no_snapshot(empty: Project, working: ModuleType) -> None:
    shutil.rmtree(plain(empty, "run1", working).folder)
    assert current_snapshot(empty) is None
    plain(empty, "run2", working)
    assert seen(empty) == ("run2", "run2")


def test_what_a_crash_left_half_built_is_cleared_up(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    for name in (f"{BUILD_PREFIX}run2", f"{REPORT_PREFIX}run1", "snapshots/.retired-run0"):
        (empty.warehouse / name / "parquet").mkdir(parents=True)
        (empty.warehouse / name / "parquet" / "x").write_text("x")
    (empty.warehouse / ".current.part").symlink_to("nowhere")
    clean_up(empty)
    assert sorted(path.name for path in empty.warehouse.iterdir()) == ["ansinh.duckdb", "current", "history.jsonl", "parquet", "snapshots"]
    assert [path.name for path in empty.snapshots.iterdir()] == ["run1"]


def test_what_was_renamed_into_place_and_never_shown_is_cleared_up_though_its_run_was_written_down_as_failed(
    empty: Project, working: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(empty, "run1", working)
    monkeypatch.setattr(faults, "_STEP", "publish.switch")
    monkeypatch.setattr(faults, "_WAY", "eio")
    with pytest.raises(WarehouseError):
        plain(empty, "run2", working)
    monkeypatch.undo()
    [hidden] = [snapshot for snapshot in list_snapshots(empty) if snapshot.run_id == "run2"]
    append_run(empty, replace(hidden.manifest.run, outcome="failed"))
    clean_up(empty)
    assert [snapshot.run_id for snapshot in list_snapshots(empty)] == ["run1"]


def test_what_readers_saw_before_a_rollback_stays(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    second = plain(empty, "run2", working)
    lines = empty.history.read_bytes().splitlines(keepends=True)
    empty.history.write_bytes(b"".join(lines[:-1]))  # the run died before it wrote its line
    rollback(empty, "run1", now=NOW)
    clean_up(empty)
    assert second.folder.is_dir()
    assert {run.run_id: run.outcome for run in read_history(empty).runs} == {"run1": "published", "run2": "published"}


@pytest.mark.parametrize("kept", [b"", b'{"event": "run", "run_id": "ru\n', None], ids=["empty", "torn", "a rollback alone tells"])
def test_what_a_history_with_gaps_does_not_know_stays(kept: bytes | None, empty: Project, working: ModuleType) -> None:
    for run_id in ("run1", "run2"):
        plain(empty, run_id, working)
    rollback(empty, "run1", now=NOW)
    lines = empty.history.read_bytes().splitlines(keepends=True)
    empty.history.write_bytes(kept if kept is not None else lines[0] + lines[2])
    clean_up(empty)
    assert [snapshot.run_id for snapshot in list_snapshots(empty)] == ["run1", "run2"]


def test_a_lost_history_costs_no_old_snapshot(empty: Project, working: ModuleType) -> None:
    for run_id in ("run1", "run2", "run3"):
        plain(empty, run_id, working)
    empty.history.unlink()
    for _ in range(2):
        clean_up(empty)
        assert [snapshot.run_id for snapshot in list_snapshots(empty)] == ["run1", "run2", "run3"]
    assert [run.run_id for run in read_history(empty).runs] == ["run3"]


def test_a_copy_made_without_links_is_told_before_the_work(empty: Project, working: ModuleType) -> None:
    plain(empty, "run1", working)
    copy = Project(empty.root / "copy")
    shutil.copytree(empty.warehouse, copy.warehouse)
    with pytest.raises(WarehouseError, match="link-in-the-way") as told, building(copy, "run2"):
        pytest.fail("nothing is built")
    assert told.value.facts["path"] == tuple(str(copy.warehouse / name) for name in ("current", "ansinh.duckdb", "parquet"))
    assert not (copy.warehouse / f"{BUILD_PREFIX}run2").exists()


@pytest.mark.parametrize("text", ["{", "{}", "[]", "3", '{"run_id": ["a"]}', '{"run_id": "../../etc"}', '{"run_id": ""}', '{"run_id": ".."}'])
def test_a_broken_pointer_is_told(text: str, empty: Project) -> None:
    empty.warehouse.mkdir()
    empty.pointer.write_text(text)
    with pytest.raises(WarehouseError, match="manifest-broken"):
        current_snapshot(empty)
