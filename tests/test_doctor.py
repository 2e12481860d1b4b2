"""The doctor names what is wrong, and nothing that is right."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import date
from importlib import metadata
from pathlib import Path

import pytest

from etl import doctor
from etl.doctor import examine, fits
from etl.project import Project
from etl.publish.lock import hold
from etl.publish.snapshot import current_snapshot

TODAY = date(2025, 6, 1)


@pytest.fixture
def published(first_run: Path, tmp_path: Path) -> Project:
    shutil.copytree(first_run, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Project(tmp_path)


def wrong(project: Project) -> dict[str, str]:
    return {check.name: check.detail_en for check in examine(project, today=TODAY) if not check.ok}


def told(project: Project, name: str) -> str:
    return next(check.detail_en for check in examine(project, today=TODAY) if check.name == name)


def test_of_a_sound_project_nothing_is_wrong(published: Project) -> None:
    checks = examine(published, today=TODAY)
    assert wrong(published) == {}
    assert [check.name for check in checks if check.name in {"python", "duckdb", "polars", "raw", "snapshot", "stage", "history"}] == [
        "python",
        "duckdb",
        "polars",
        "raw",
        "snapshot",
        "stage",
        "history",
    ]
    assert all(check.detail_vi and check.detail_en for check in checks)


def test_looking_leaves_nothing_behind(published: Project) -> None:
    before = sorted(str(path) for path in published.root.rglob("*"))
    examine(published, today=TODAY)
    assert sorted(str(path) for path in published.root.rglob("*")) == before


def test_a_new_project_has_published_nothing_and_that_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    assert wrong(Project(tmp_path)) == {}
    assert not (tmp_path / "warehouse").exists()


def test_a_changed_byte_in_a_published_file_is_found(published: Project) -> None:
    current = current_snapshot(published)
    assert current is not None
    file = current.folder / "parquet" / "observations.parquet"
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert set(wrong(published)) == {"snapshot"}
    assert "parquet/observations.parquet" in wrong(published)["snapshot"]


def test_a_lost_snapshot_and_a_broken_manifest_are_found(published: Project) -> None:
    current = current_snapshot(published)
    assert current is not None
    manifest = current.folder / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("{")
    assert "snapshot" in wrong(published)
    shutil.rmtree(current.folder)
    assert "snapshot" in wrong(published)


def test_a_fixed_link_that_leads_elsewhere_is_found(published: Project) -> None:
    link = published.warehouse / "ansinh.duckdb"
    link.unlink()
    link.symlink_to("elsewhere")
    assert set(wrong(published)) == {"fixed-links"}


def test_a_damaged_cache_and_a_torn_history_are_found(published: Project) -> None:
    published.stage.mkdir()
    (published.stage / "stage.duckdb").write_bytes(b"no database at all" * 1000)
    with published.history.open("a") as history:
        history.write('{"event": "ru')
    assert set(wrong(published)) == {"stage", "history"}


def test_who_holds_the_lock_is_told_and_is_no_fault(published: Project) -> None:
    with hold(published, command="run", now="2025-01-01T00:00:00+00:00"):
        assert wrong(published) == {}
        assert str(os.getpid()) in told(published, "lock").replace(",", "")


def test_a_raw_folder_that_is_missing_or_unreadable_is_found(published: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read all, so the answer of the system is changed
    assert "lao-cai/figures.csv" in wrong(published)["raw"]
    shutil.rmtree(published.raw)
    assert "raw" in wrong(published)


def test_a_disk_that_refuses_is_found(published: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    assert "Read-only file system" in wrong(published)["warehouse"]


def test_a_disk_without_links_is_told_and_is_no_fault(published: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert wrong(published) == {}
    assert "current.json" in told(published, "links")


def test_too_little_room_is_found(published: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)
    assert set(wrong(published)) == {"room"}


@pytest.mark.parametrize(("until", "is_wrong", "words"), [("2025-05-31", True, "1 have expired, 0 expire"), ("2025-06-20", False, "0 have expired, 1 expire")])
def test_waivers_are_watched(until: str, is_wrong: bool, words: str, published: Project) -> None:  # noqa: FBT001  given by name of the case
    (published.raw / "lao-cai" / "waivers.toml").write_text(f'[[waiver]]\nrule = "G01"\nuntil = {until}\n[[waiver]]\nrule = "G02"\nuntil = 2030-01-01\n')
    assert words in told(published, "lao-cai/waivers.toml")
    assert bool(wrong(published)) == is_wrong


@pytest.mark.parametrize("text", ["[[waiver", "waiver = 3", "waiver = [3]", "until = 1e99999999999999999999999", f"until = {'9' * 5000}"])
def test_waivers_that_cannot_be_read_are_found(text: str, published: Project) -> None:
    (published.raw / "lao-cai" / "waivers.toml").write_text(text)
    assert set(wrong(published)) == {"lao-cai/waivers.toml"}


@pytest.mark.parametrize(
    ("version", "wanted", "answer"),
    [
        ("2.0.0", "<3,>=2.0", True),
        ("1.5.6", "<3,>=2.0", False),
        ("3.0.0", "<3,>=2.0", False),
        ("3.0.0rc1", "<3", False),
        ("13.9", ">=13", True),
        ("0.32.1", ">=0.32.1", True),
        ("0.32", ">=0.32.1", False),
        ("2", "==2.0.0", True),
        ("2.1", "!=2.1", False),
        ("2.1", "", True),
    ],
)
def test_versions_are_compared_as_numbers(version: str, wanted: str, answer: bool) -> None:  # noqa: FBT001
    assert fits(version, wanted) == answer


def test_a_library_that_is_too_old_or_missing_is_found(published: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _: ["duckdb<3,>=99", "no-such-library>=1", 'spare>=1; extra == "x"'])
    assert set(wrong(published)) == {"duckdb", "no-such-library"}


def test_the_command_ends_with_1_where_something_is_wrong(published: Project, ansinh: str) -> None:
    words = [ansinh, "doctor", "--project", str(published.root), "--format", "json"]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0
    published.history.write_text("{")
    assert subprocess.run(words, capture_output=True, check=False).returncode == 1


def test_a_waiver_until_a_time_of_day_is_left_to_the_judge(published: Project) -> None:
    (published.raw / "lao-cai" / "waivers.toml").write_text('[[waiver]]\nrule = "G01"\nuntil = 2027-01-01T00:00:00\n')
    assert wrong(published) == {}
