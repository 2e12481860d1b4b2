"""Read a TOML file strictly: every fault is refused with the file and the line it stands on.

Belongs here: syntax, unknown keys, wrong types, the line of a key, the nearest known word.
Elsewhere: what the keys of one kind of file mean (read/sources.py, project.py, the rule loader).

    file = load_toml(path)
    refuse_unknown_keys(file, file.data, {"title", "waiver"})
    for n, entry in enumerate(tables(file, file.data, "waiver")):
        refuse_unknown_keys(file, entry, {"rule", "key", "until"}, "waiver", n)
        rule = text(file, entry, "rule", "waiver", n)                 # missing: refused
        until = day(file, entry, "until", "waiver", n, default=None)  # missing: None

`where` is always the path of the table that holds the key, as in `file.line_of("waiver", 0, "until")`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, overload

from etl.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

Step: TypeAlias = str | int
T = TypeVar("T")


class Missing(Enum):
    """The default of a key that must be there."""

    REQUIRED = "required"


REQUIRED: Final = Missing.REQUIRED


@dataclass(frozen=True, slots=True)
class TomlFile:
    """One TOML file as read: its data (decimals exact) and, on demand, the line of every key."""

    path: Path
    data: dict[str, Any]
    source: str
    error: type[ConfigError] = ConfigError

    def line_of(self, *keys: Step) -> int:
        """Line (from 1) of a table, an array element or a key; the nearest enclosing line when it has none of its own."""
        lines = _lines_of(self.source)
        for length in range(len(keys), 0, -1):
            found = lines.get(keys[:length])
            if found is not None:
                return found
        return 1

    def fault(self, code: str, *where: Step, **facts: object) -> ConfigError:
        """Make the exception for a fault at `where`, with file and line filled in."""
        return self.error(code, file=str(self.path), line=self.line_of(*where), **facts)


def load_toml(path: Path, *, error: type[ConfigError] = ConfigError) -> TomlFile:
    """Read one TOML file; `error` is the class its faults are raised as (RuleFileError for rule files)."""
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise error("file-unreadable", file=str(path), problem="a folder" if path.is_dir() else "no regular file")
        raw = path.read_bytes()
    except OSError as failure:
        raise error("file-unreadable", file=str(path), problem=failure.strerror or str(failure)) from failure
    try:
        source = raw.decode("utf-8-sig")  # editors on Windows put a byte-order mark before the first key
    except UnicodeDecodeError as failure:
        line = raw.count(b"\n", 0, failure.start) + 1
        raise error("toml-syntax", file=str(path), line=line, problem=f"byte {failure.start}: 0x{raw[failure.start]:02X}, UTF-8?") from failure
    try:
        data = tomllib.loads(source, parse_float=Decimal)  # a threshold of 0.05 is 0.05, not 0.05000000000000000277
    except tomllib.TOMLDecodeError as failure:
        line, problem = _place_of_syntax_fault(str(failure), source)
        raise error("toml-syntax", file=str(path), line=line, problem=problem) from failure
    except (RecursionError, ValueError, ArithmeticError) as failure:
        problem = "nested too deeply" if isinstance(failure, RecursionError) else "a number too long to read"
        raise error("toml-syntax", file=str(path), line=1, problem=problem) from failure
    return TomlFile(path=path, data=data, source=source.replace("\r\n", "\n"), error=error)


def refuse_unknown_keys(file: TomlFile, table: Mapping[str, object], allowed: Collection[str], *where: Step) -> None:
    """Refuse the file if `table` (which stands at `where`) holds a key that is not allowed."""
    for key in table:
        if key not in allowed:
            raise file.fault("unknown-key", *where, key, key=key, nearest=nearest(key, allowed), allowed=tuple(sorted(allowed)))


def nearest(word: str, known: Collection[str]) -> tuple[str, ...]:
    """Up to three known words that look like `word`, best first.

    >>> nearest("serverity", ["severity", "rule", "label"])
    ('severity',)
    """
    return tuple(difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.6))


@overload
def text(file: TomlFile, table: Mapping[str, object], key: str, *where: Step) -> str: ...
@overload
def text(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: T) -> str | T: ...
def text(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: object = REQUIRED) -> object:
    """Take text that is not blank."""
    return _get(file, table, key, where, default, expected="text", reads=lambda v: v if isinstance(v, str) and v.strip() else None)


@overload
def number(file: TomlFile, table: Mapping[str, object], key: str, *where: Step) -> Decimal: ...
@overload
def number(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: T) -> Decimal | T: ...
def number(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: object = REQUIRED) -> object:
    """Take a finite number, exact."""
    return _get(file, table, key, where, default, expected="number", reads=_finite)


@overload
def whole(file: TomlFile, table: Mapping[str, object], key: str, *where: Step) -> int: ...
@overload
def whole(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: T) -> int | T: ...
def whole(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: object = REQUIRED) -> object:
    """Take a whole number."""
    return _get(file, table, key, where, default, expected="whole", reads=lambda v: v if isinstance(v, int) and not isinstance(v, bool) else None)


@overload
def boolean(file: TomlFile, table: Mapping[str, object], key: str, *where: Step) -> bool: ...
@overload
def boolean(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: T) -> bool | T: ...
def boolean(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: object = REQUIRED) -> object:
    """Take true or false."""
    return _get(file, table, key, where, default, expected="boolean", reads=lambda v: v if isinstance(v, bool) else None)


@overload
def day(file: TomlFile, table: Mapping[str, object], key: str, *where: Step) -> date: ...
@overload
def day(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: T) -> date | T: ...
def day(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: object = REQUIRED) -> object:
    """Take a date without quotes, 2027-06-30: a date in quotes is text, a date with a time is no day."""
    return _get(file, table, key, where, default, expected="day", reads=lambda v: v if isinstance(v, date) and not isinstance(v, datetime) else None)


@overload
def texts(file: TomlFile, table: Mapping[str, object], key: str, *where: Step) -> list[str]: ...
@overload
def texts(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: T) -> list[str] | T: ...
def texts(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: object = REQUIRED) -> object:
    """Take a list of texts."""
    return _get(file, table, key, where, default, expected="texts", reads=lambda v: v if isinstance(v, list) and all(isinstance(w, str) for w in v) else None)


@overload
def section(file: TomlFile, table: Mapping[str, object], key: str, *where: Step) -> dict[str, Any]: ...
@overload
def section(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: T) -> dict[str, Any] | T: ...
def section(file: TomlFile, table: Mapping[str, object], key: str, *where: Step, default: object = REQUIRED) -> object:
    """Take a table inside a table: [gate], or expect = { actual = "97.00" }."""
    return _get(file, table, key, where, default, expected="table", reads=lambda v: v if isinstance(v, dict) else None)


def tables(file: TomlFile, table: Mapping[str, object], key: str, *where: Step) -> list[dict[str, Any]]:
    """Take an array of tables, [[rule]] or rule = [{…}, …]; a missing one is empty."""
    found = _get(file, table, key, where, [], expected="tables", reads=lambda v: v if isinstance(v, list) and all(isinstance(w, dict) for w in v) else None)
    return list(found) if isinstance(found, list) else []


def choice(file: TomlFile, table: Mapping[str, object], key: str, allowed: Collection[str], *where: Step, default: str | Missing = REQUIRED) -> str:
    """Take one word of a closed list; another word is refused with the nearest ones."""
    word = text(file, table, key, *where) if default is REQUIRED else text(file, table, key, *where, default=default)
    if word not in allowed:
        found = str(word)
        raise file.fault("unknown-value", *where, key, key=key, found=found, nearest=nearest(found, allowed), allowed=tuple(allowed))
    return str(word)


def _get(
    file: TomlFile,
    table: Mapping[str, object],
    key: str,
    where: tuple[Step, ...],
    default: object,
    *,
    expected: str,
    reads: Callable[[object], object | None],
) -> object:
    if key not in table:
        if default is REQUIRED:
            raise file.fault("missing-key", *where, key=key)
        return default
    found = table[key]
    value = reads(found)
    if value is None:
        raise file.fault("wrong-type", *where, key, key=key, expected=expected, found=_as_written(found))
    return value


def _finite(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    exact = Decimal(value)
    return exact if exact.is_finite() else None


def _as_written(value: object) -> str:
    """Show a wrong value shortly, in TOML's spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value[:40]}"'
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return str(value)


def _place_of_syntax_fault(problem: str, source: str) -> tuple[int, str]:
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", problem)
    if found is None:
        return 1, problem
    if found[1] is None:
        return source.count("\n") + 1, problem[: found.start()]
    return int(found[1]), f"{problem[: found.start()]} ({found[2]})"


@lru_cache(maxsize=32)
def _lines_of(source: str) -> dict[tuple[Step, ...], int]:
    return _LineScanner(source).lines()


class _LineScanner:
    """Walk the text of a file that tomllib has accepted and note where every key stands.

    tomllib tells no positions, and a finding without its line sends people through a file of two thousand. The scanner
    knows only the outer shape (headers, keys, brackets, strings); what it does not understand it skips to the end of the line.
    """

    def __init__(self, source: str) -> None:
        self._s = source
        self._at = 0
        self._newlines = [m.start() for m in re.finditer("\n", source)]
        self._elements: dict[tuple[Step, ...], int] = {}
        self._lines: dict[tuple[Step, ...], int] = {}

    def lines(self) -> dict[tuple[Step, ...], int]:
        table: tuple[Step, ...] = ()
        self._skip_blank()
        while self._at < len(self._s):
            begin = self._at
            if self._s.startswith("[", self._at):
                table = self._header()
            else:
                self._assignment(table)
            if self._at == begin:
                self._skip_line()
            self._skip_blank()
        return self._lines

    def _header(self) -> tuple[Step, ...]:
        line = self._line()
        is_element = self._s.startswith("[[", self._at)
        self._at += 2 if is_element else 1
        keys = self._keys()
        self._skip_line()
        path: tuple[Step, ...] = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            if is_element and position == len(keys) - 1:
                self._note(path, line)
                self._elements[path] = self._elements.get(path, -1) + 1
            if path in self._elements:
                path = (*path, self._elements[path])
        self._note(path, line)
        return path

    def _assignment(self, table: tuple[Step, ...]) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, line)
        self._skip_spaces()
        if path != table and self._s.startswith("=", self._at):
            self._at += 1
            self._skip_spaces()
            self._value(path)

    def _value(self, path: tuple[Step, ...]) -> None:
        if self._s.startswith("[", self._at):
            self._inside("]", path)
        elif self._s.startswith("{", self._at):
            self._inside("}", path)
        elif self._s.startswith(('"', "'"), self._at):
            self._string()
        else:
            self._at = _end(_BARE_VALUE, self._s, self._at)

    def _inside(self, closing: str, path: tuple[Step, ...]) -> None:
        """Walk an array (elements are numbered) or an inline table (keys are named)."""
        self._at += 1
        element = 0
        while True:
            self._skip_blank(",")
            if self._at >= len(self._s):
                return
            if self._s.startswith(closing, self._at):
                self._at += 1
                return
            begin = self._at
            if closing == "]":
                self._note((*path, element), self._line())
                self._value((*path, element))
                element += 1
            else:
                self._assignment(path)
            if self._at == begin:
                self._at += 1

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip_spaces()
            begin = self._at
            if self._s.startswith(('"', "'"), self._at):
                self._string()
                keys.append(_unquoted(self._s[begin : self._at]))
            else:
                self._at = _end(_BARE_KEY, self._s, self._at)
                if self._at == begin:
                    return keys
                keys.append(self._s[begin : self._at])
            self._skip_spaces()
            if not self._s.startswith(".", self._at):
                return keys
            self._at += 1

    def _string(self) -> None:
        for pattern in _STRINGS:
            end = _end(pattern, self._s, self._at)
            if end > self._at:
                self._at = end
                return
        self._skip_line()

    def _note(self, path: tuple[Step, ...], line: int) -> None:
        self._lines.setdefault(path, line)

    def _line(self) -> int:
        return bisect_right(self._newlines, self._at - 1) + 1

    def _skip_spaces(self) -> None:
        self._at = _end(_SPACES, self._s, self._at)

    def _skip_blank(self, also: str = "") -> None:
        self._at = _end(_BLANK_OR_COMMA if also else _BLANK, self._s, self._at)

    def _skip_line(self) -> None:
        end = self._s.find("\n", self._at)
        self._at = len(self._s) if end < 0 else end


_SPACES = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK_OR_COMMA = re.compile(r"(?:[ \t\r\n,]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]*")
_BARE_VALUE = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


def _unquoted(key: str) -> str:
    try:
        return str(tomllib.loads(f"k = {key}")["k"])
    except tomllib.TOMLDecodeError:
        return key


def _end(pattern: re.Pattern[str], source: str, at: int) -> int:
    found = pattern.match(source, at)
    return at if found is None else found.end()
