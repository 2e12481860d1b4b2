"""Plain text or a reasoned refusal: encodings, line ends, bytes that no text holds."""

from __future__ import annotations

import errno
import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import StageError
from etl.read import plain
from etl.read.faults import Fault
from etl.read.plain import LONGEST_LINE, find_what_is_not_utf8, plain_text

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, content: bytes) -> Path:
    """Write the file of this test."""
    path = folder / "figures.csv"
    path.write_bytes(content)
    return path


def bytes_of(path: Path) -> bytes | Fault:
    """What a reader would get to see."""
    with plain_text(path) as text:
        return text if isinstance(text, Fault) else text.data[:]


def test_utf8_with_plain_line_ends_is_used_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, "Lào Cai\n\nhai\n".encode())
    with plain_text(path) as text:
        assert not isinstance(text, Fault)
        assert (text.path, text.original, text.is_utf8_file, text.data[:]) == (path, path, True, "Lào Cai\n\nhai\n".encode())


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\rb\r", b"a\nb\n"),
        (b"a\r\nb\nc\rd", b"a\nb\nc\nd"),
        (b"\n\n\na\nb", b"a\nb"),
        (b"\xef\xbb\xbf\r\na\nb", b"a\nb"),
        (b"a\r\r\nb", b"a\n\nb"),
        ("\ufeffLào\r\nCai\r".encode("utf-16-le"), "Lào\nCai\n".encode()),
        ("\ufeffLào\r\nCai\r".encode("utf-16-be"), "Lào\nCai\n".encode()),
    ],
)
def test_other_line_ends_and_utf_16_are_read_through_a_copy(tmp_path: Path, content: bytes, seen: bytes) -> None:
    assert bytes_of(write(tmp_path, content)) == seen


@given(st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b"x"]), min_size=1, max_size=12), st.integers(1, 4))
def test_no_line_end_is_torn_where_one_chunk_ends(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], chunk: int) -> None:
    content = b"a" + b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "_CHUNK", chunk)
        seen = bytes_of(write(tmp_path_factory.mktemp("chunks"), content))
    assert seen == content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def test_the_copy_is_gone_afterwards(tmp_path: Path) -> None:
    with plain_text(write(tmp_path, b"a\r\nb")) as text:
        assert not isinstance(text, Fault)
        copy = text.path
        assert copy.exists()
    assert not copy.exists()


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \t\n", b"\n\n", b"\r\n\r\n", b"\xff\xfe", "\ufeff\n".encode("utf-16-le")])
def test_nothing_but_blanks_is_empty(tmp_path: Path, content: bytes) -> None:
    assert bytes_of(write(tmp_path, content)) == Fault("figures-empty")


def test_a_nul_byte_is_found_with_its_place(tmp_path: Path) -> None:
    assert bytes_of(write(tmp_path, b"a,b\nc,\0d\n")) == Fault("figures-nul-byte", record=2, found="0x00", offset=6)


def test_utf_16_cut_in_the_middle_of_a_letter_is_refused(tmp_path: Path) -> None:
    fault = bytes_of(write(tmp_path, "\ufeffLào".encode("utf-16-le")[:-1]))
    assert isinstance(fault, Fault)
    assert fault.code == "figures-not-utf8"


@pytest.mark.parametrize(("length", "is_refused"), [(LONGEST_LINE, False), (LONGEST_LINE + 1, True)])
@pytest.mark.parametrize("end", [b"", b"\nend\n"])
def test_the_limit_of_a_line_is_exact(tmp_path: Path, length: int, end: bytes, *, is_refused: bool) -> None:
    seen = bytes_of(write(tmp_path, b"first\n" + b"x" * length + end))
    assert isinstance(seen, Fault) == is_refused
    if isinstance(seen, Fault):
        assert (seen.code, seen.record, seen.offset) == ("figures-line-too-long", 2, 6)


@pytest.mark.parametrize("chunk", [1, 3, 4, 1000])
@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("Lào Cai\nĐầm Hà\n".encode(), None),
        (b"a\nb\xec\n", (3, 2, "0xEC")),
        ("Đầm\n\nHà".encode() + b"\xff", (11, 3, "0xFF")),
        ("Đầm".encode()[:-2], (2, 1, "0xE1")),
        (b"\xed\xa0\x80", (0, 1, "0xED")),
    ],
)
def test_the_first_byte_that_is_not_utf8_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, content: bytes, place: tuple[int, int, str] | None
) -> None:
    monkeypatch.setattr(plain, "_CHUNK", chunk)
    fault = find_what_is_not_utf8(write(tmp_path, content))
    assert (None if fault is None else (fault.offset, fault.record, fault.found)) == place


def test_a_file_of_line_ends_alone_takes_no_time(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(b"\r" * (12 * 1024 * 1024))
    with plain.plain_text(path) as text:
        assert isinstance(text, Fault)
        assert text.code == "figures-empty"


def test_no_room_for_the_copy_is_told_with_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "figures.csv"
    path.write_bytes(b"a\r\n1\r\n")
    monkeypatch.setattr(plain, "_copy_with_plain_line_ends", full)
    with pytest.raises(StageError, match="temp-full") as told, plain.plain_text(path):
        pass
    assert told.value.facts["folder"] == tempfile.gettempdir()


def test_bytes_are_counted_over_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "_CHUNK", 3)
    path = tmp_path / "figures.csv"
    path.write_bytes(b"a\nb\nc\n\n")
    with plain.plain_text(path) as text:
        assert isinstance(text, plain.PlainText)
        assert plain.count_bytes(text.data, b"\n") == 4
