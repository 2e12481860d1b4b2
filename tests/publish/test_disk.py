"""Durable, atomic, and without hurting a reader."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.errors import WarehouseError
from etl.publish.disk import disk_errors, is_held, open_shared, replace_file, replace_link, sha256_of, sync_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

READ = "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True); sys.stdin.read()"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "x.duckdb"
    with duckdb.connect(path) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS a").fetchall()
    path.chmod(0o444)
    return path


@pytest.fixture
def reader(database: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the database open for reading."""
    with subprocess.Popen([sys.executable, "-c", READ, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process


def test_a_file_that_nobody_has_open_is_not_held(database: Path) -> None:
    assert not is_held(database)


def test_a_reader_holds_its_file_until_it_ends(database: Path, reader: subprocess.Popen[str]) -> None:
    assert is_held(database)
    reader.communicate("")
    assert not is_held(database)


@pytest.mark.usefixtures("reader")
def test_asking_disturbs_no_reader(database: Path) -> None:
    for _ in range(3):
        assert is_held(database)
    with duckdb.connect(database, read_only=True) as con:
        assert con.execute("SELECT a FROM t").fetchall() == [(1,)]


def test_where_the_question_cannot_be_asked_the_answer_is_yes(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "plan9")
    assert is_held(database)


def test_what_the_system_refuses_becomes_our_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError) as failed, disk_errors(tmp_path):
        (tmp_path / "no" / "such").write_text("")
    assert failed.value.facts == {"path": str(tmp_path / "no" / "such"), "problem": "No such file or directory", "errno": errno.ENOENT}


def test_a_link_moves_in_one_step_and_leaves_nothing_beside(tmp_path: Path) -> None:
    link = tmp_path / "current"
    assert replace_link(link, "one")
    assert replace_link(link, "two")
    assert link.readlink() == Path("two")
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


def test_a_disk_without_links_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert not replace_link(tmp_path / "current", "one")


def test_another_fault_of_a_link_is_not_taken_for_a_disk_without_links(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_link(tmp_path / "missing" / "current", "one")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    replace_file(path, b"old")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["current.json"]


def test_every_file_and_folder_of_a_tree_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_text("b")
    (tmp_path / "c").write_text("c")
    synced: list[str] = []
    monkeypatch.setattr("etl.publish.disk.sync", lambda path: synced.append(path.relative_to(tmp_path).as_posix()))
    sync_tree(tmp_path)
    assert synced == ["a/b", "a", "c", "."]


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"52,7")
    assert sha256_of(tmp_path / "x") == sha256(b"52,7").hexdigest()


def test_asking_after_a_file_takes_no_lock_from_who_asks(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    duckdb.connect(path).close()
    ask = f"import sys; from pathlib import Path; from etl.publish.disk import is_held; sys.exit(is_held(Path({str(path)!r})))"
    with duckdb.connect(path, read_only=True):
        assert is_held(path)
        assert is_held(path), "the question has not ended what it asks after"
        assert subprocess.run([sys.executable, "-c", ask], check=False).returncode == 1, "others see the lock as well"
    assert not is_held(path)


@pytest.mark.parametrize(("folder", "file"), [(0o775, 0o664), (0o755, 0o644), (0o700, 0o600), (0o2775, 0o664)])
def test_a_shared_file_is_as_open_as_its_folder_whatever_the_umask(folder: int, file: int, tmp_path: Path) -> None:
    place = tmp_path / "warehouse"
    place.mkdir()
    place.chmod(folder)
    before = os.umask(0o077)
    try:
        os.close(open_shared(place / ".lock", os.O_RDWR))
    finally:
        os.umask(before)
    assert stat.S_IMODE((place / ".lock").stat().st_mode) == file


def test_who_may_not_open_a_shared_file_learns_whose_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".lock"
    path.touch(0o644)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError, match=rf"Permission denied \({path.owner()}, -rw-r--r--\)"):
        open_shared(path, os.O_RDWR)
