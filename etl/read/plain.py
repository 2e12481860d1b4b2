"""Plain text for the CSV reader: UTF-8, one kind of line end, no byte that a text does not hold; or a reasoned refusal.

Belongs here: encodings, line ends, NUL bytes, the limit of a line. Elsewhere: what stands in the lines (figures_csv.py).

A UTF-8 file with LF line ends is used as it is (mapped, not copied). DuckDB reads other line ends by guess: told the wrong
one it gives no row and no error, and mixed ones it refuses. So every other file is first copied with LF line ends.
"""

from __future__ import annotations

import codecs
import errno
import mmap
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Final

from etl.errors import StageError
from etl.read.container import HEAD_BYTES, refuse_other_containers
from etl.read.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE: Final = 1024 * 1024  # bytes; a field of this size is no figure, and memory has to stay flat
_CHUNK: Final = 8 * 1024 * 1024
_BLANK: Final = b" \t\r\n"
_UTF8_BOM: Final = codecs.BOM_UTF8
_UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# raw/ is only read, so these speak of the copy.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
_UTF32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class PlainText:
    """A file that may be read: where it is (the original or its copy) and its bytes, mapped."""

    path: Path
    original: Path
    is_utf8_file: bool  # False: decoded from UTF-16, so its encoding is beyond doubt
    data: mmap.mmap


@contextmanager
def plain_text(path: Path) -> Iterator[PlainText | Fault]:
    """Open `path` as plain text, or say why it is none."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    fault = _refuse_by_head(head)
    if fault is not None:
        yield fault
        return
    with _own_room() as folder:
        copied = _copy_if_needed(path, head, folder / "plain.csv")
        if isinstance(copied, Fault):
            yield copied
            return
        with copied.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            refused = _refuse_by_content(data)
            yield PlainText(path=copied, original=path, is_utf8_file=head[:2] not in _UTF16, data=data) if refused is None else refused


@contextmanager
def _own_room() -> Iterator[Path]:
    """A folder for the copy. That there is no room for one is no fault of the source."""
    try:
        place = gettempdir()
    except OSError as failure:
        raise StageError("temp-full", folder="TMPDIR", problem=failure.strerror or str(failure)) from failure
    try:
        with TemporaryDirectory(prefix="ansinh-", dir=place) as folder:
            yield Path(folder)
    except OSError as failure:
        if failure.errno not in _NO_ROOM:
            raise
        raise StageError("temp-full", folder=place, problem=failure.strerror or str(failure)) from failure


def find_what_is_not_utf8(path: Path) -> Fault | None:
    """Find the first byte that is not UTF-8, with a guess at the encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, line = 0, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])  # bytes of a letter that began in the chunk before
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as failure:
                begin = failure.start - pending
                line += chunk[: max(begin, 0)].count(b"\n")
                found = f"0x{failure.object[failure.start]:02X}"
                return Fault("figures-not-utf8", record=line, found=found, expected="UTF-8", offset=offset + begin, hint=_guess_encoding(chunk, max(begin, 0)))
            if not chunk:
                return None
            offset += len(chunk)
            line += chunk.count(b"\n")


def count_bytes(data: mmap.mmap, byte: bytes) -> int:
    """How often a byte occurs, counted piece by piece: a slice of a mapped file is a copy in memory."""
    return sum(data[at : at + _CHUNK].count(byte) for at in range(0, len(data), _CHUNK))


def _refuse_by_head(head: bytes) -> Fault | None:
    if not head:
        return Fault("figures-empty")
    if head.startswith(_UTF32):
        return Fault("figures-not-utf8", record=1, found="UTF-32", expected="UTF-8", offset=0)
    return refuse_other_containers(head)


def _copy_if_needed(path: Path, head: bytes, target: Path) -> Path | Fault:
    encoding = _UTF16.get(head[:2])
    if encoding is not None:
        return _copy_utf16(path, encoding, target)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        begins_blank = data[len(_UTF8_BOM) :][:1] in (b"\n", b"") if head.startswith(_UTF8_BOM) else head.startswith(b"\n")
        if data.find(b"\r") < 0 and not begins_blank:
            return path
    _copy_with_plain_line_ends(path, target)
    return target if target.stat().st_size else Fault("figures-empty")


def _copy_with_plain_line_ends(path: Path, target: Path) -> None:
    """Write LF for CRLF and CR (inside quotes too: a line break in a note stays one) and leave out blank lines before the header."""
    with path.open("rb") as source, target.open("wb") as copy:
        is_begin, is_after_cr = True, False
        while chunk := source.read(_CHUNK):
            whole = chunk.removeprefix(b"\n") if is_after_cr else chunk  # the other half of a pair that the end of a chunk tore
            is_after_cr = chunk.endswith(b"\r")
            plain = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            if is_begin:
                plain = plain.removeprefix(_UTF8_BOM).lstrip(b"\n")
                is_begin = not plain
            copy.write(plain)


def _copy_utf16(path: Path, encoding: str, target: Path) -> Path | Fault:
    try:
        with path.open(encoding=encoding, newline=None) as source, target.open("w", encoding="utf-8", newline="\n") as copy:
            copy.write(source.read(_CHUNK).removeprefix("\ufeff").lstrip("\n"))
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
    except UnicodeError as failure:
        return Fault("figures-not-utf8", found=str(getattr(failure, "reason", failure)), expected=encoding.upper(), hint=encoding)
    return target if target.stat().st_size else Fault("figures-empty")


def _refuse_by_content(data: mmap.mmap) -> Fault | None:
    nul = data.find(b"\0")
    if nul >= 0:
        return Fault("figures-nul-byte", record=data[:nul].count(b"\n") + 1, found="0x00", offset=nul, hint=_utf16_without_mark(data))
    if not data[: 4 * HEAD_BYTES].removeprefix(_UTF8_BOM).strip(_BLANK) and not data[:].removeprefix(_UTF8_BOM).strip(_BLANK):
        return Fault("figures-empty")
    begin = _find_long_line(data)
    if begin is not None:
        return Fault("figures-line-too-long", record=data[:begin].count(b"\n") + 1, offset=begin, expected=str(LONGEST_LINE))
    return None


def _find_long_line(data: mmap.mmap) -> int | None:
    """Find where a line begins that is longer than the limit. Looks back from each limit, so it costs one look a megabyte."""
    begin, size = 0, len(data)
    while size - begin > LONGEST_LINE:
        end = data.rfind(b"\n", begin, begin + LONGEST_LINE + 1)
        if end < 0:
            return begin
        begin = end + 1
    return None


def _utf16_without_mark(data: mmap.mmap) -> str | None:
    sample = data[:HEAD_BYTES]
    if sample[1::2].count(0) > len(sample) // 4:
        return "UTF-16-LE"
    return "UTF-16-BE" if sample[::2].count(0) > len(sample) // 4 else None


def _guess_encoding(chunk: bytes, at: int) -> str | None:
    """Guess from the lines around the byte. A hint for a person; nothing is decoded by it."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  90 ms to import, and needed for broken files only

    best = from_bytes(chunk[max(at - 20_000, 0) : at + 20_000]).best()
    return None if best is None else str(best.encoding)
