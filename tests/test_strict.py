"""Strict reading of TOML: every fault names the file and the line."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import strict
from etl.errors import ConfigError, RuleFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RULES = """\
# two rules, one of them inline
title = "x"  # a # in a comment

[gate]
max_errors = 3
"quoted key" = "with = and [brackets]"

[[rule]]
id = "G01"
by = [
  "ref_area",  # first
  "time_period",
]
text = \"\"\"
[not.a.header]
id = "not a key" \\
\"\"\"

[rule.expect]
actual = "97.00"

[[rule]]
id = 'G02'
a.b.c = 1

[[rule.item]]
match = "x"

[[rule.item]]
match = '''
y'''
unit = "%"
"""

INLINE = """\
waiver = [
  { rule = "G01", expect = { actual = "97.00" }, until = 2027-06-30 },

  # a comment with a { bracket
  { rule = "G02", note = "a \\" quote, }", until = 2027-06-30 }, { rule = "G03" },
]
"""


def write(folder: Path, text: str | bytes) -> Path:
    """Write `text` as the TOML file of this test."""
    path = folder / "file.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("title",), 2),
        (("gate",), 4),
        (("gate", "max_errors"), 5),
        (("gate", "quoted key"), 6),
        (("gate", "no such key"), 4),
        (("rule",), 8),
        (("rule", 0), 8),
        (("rule", 0, "id"), 9),
        (("rule", 0, "by"), 10),
        (("rule", 0, "by", 1), 12),
        (("rule", 0, "text"), 14),
        (("rule", 0, "expect"), 19),
        (("rule", 0, "expect", "actual"), 20),
        (("rule", 1), 22),
        (("rule", 1, "id"), 23),
        (("rule", 1, "a", "b", "c"), 24),
        (("rule", 1, "item", 0, "match"), 27),
        (("rule", 1, "item", 1), 29),
        (("rule", 1, "item", 1, "unit"), 32),
        (("rule", 7, "id"), 8),
        (("nowhere", 1, "at all"), 1),
        ((), 1),
    ],
)
def test_every_key_is_found_on_its_line_or_on_the_nearest_enclosing_one(tmp_path: Path, keys: tuple[str | int, ...], line: int) -> None:
    assert strict.load_toml(write(tmp_path, RULES)).line_of(*keys) == line


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("waiver",), 1),
        (("waiver", 0), 2),
        (("waiver", 0, "expect", "actual"), 2),
        (("waiver", 1), 5),
        (("waiver", 1, "until"), 5),
        (("waiver", 2, "rule"), 5),
    ],
)
def test_inline_tables_of_an_array_are_found_as_well(tmp_path: Path, keys: tuple[str | int, ...], line: int) -> None:
    assert strict.load_toml(write(tmp_path, INLINE)).line_of(*keys) == line


def test_lines_do_not_move_with_windows_line_ends_or_a_byte_order_mark(tmp_path: Path) -> None:
    file = strict.load_toml(write(tmp_path, b"\xef\xbb\xbf" + RULES.replace("\n", "\r\n").encode()))
    assert file.line_of("rule", 1, "item", 1, "unit") == RULES.splitlines().index('unit = "%"') + 1


def test_numbers_with_decimals_stay_exact(tmp_path: Path) -> None:
    assert strict.load_toml(write(tmp_path, "cap = 0.05")).data["cap"] == Decimal("0.05")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a = 1\nb = = 2\n", 2),
        (b"a = 1\nb = [1, 2", 2),
        (b"a = 1\na = 2\n", 2),
        ("a = 1\ntitle = 'Lào Cai'\n".encode("cp1258", "replace"), 2),
        (b"a = " + b"[" * 5000, 1),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    path = write(tmp_path, content)
    with pytest.raises(ConfigError) as refused:
        strict.load_toml(path)
    assert refused.value.code == "toml-syntax"
    assert refused.value.facts["file"] == str(path)
    assert refused.value.facts["line"] == line
    assert refused.value.facts["problem"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError) as refused:
        strict.load_toml(tmp_path / "none.toml", error=RuleFileError)
    assert refused.value.code == "file-unreadable"


def test_an_unknown_key_is_refused_with_line_nearest_word_and_the_allowed_ones(tmp_path: Path) -> None:
    file = strict.load_toml(write(tmp_path, '[[rule]]\nid = "G01"\n[[rule]]\nid = "G02"\nserverity = "error"\n'), error=RuleFileError)
    with pytest.raises(RuleFileError) as refused:
        strict.refuse_unknown_keys(file, file.data["rule"][1], {"id", "severity"}, "rule", 1)
    assert refused.value.code == "unknown-key"
    assert refused.value.facts == {"file": str(file.path), "line": 5, "key": "serverity", "nearest": ("severity",), "allowed": ("id", "severity")}


GETTERS: dict[str, tuple[Callable[..., Any], str, Any]] = {
    "text": (strict.text, '"a"', "a"),
    "number": (strict.number, "1.50", Decimal("1.50")),
    "whole": (strict.whole, "7", 7),
    "boolean": (strict.boolean, "true", True),
    "day": (strict.day, "2027-06-30", date(2027, 6, 30)),
    "texts": (strict.texts, '["a", "b"]', ["a", "b"]),
    "section": (strict.section, "{ a = 1 }", {"a": 1}),
}
MISFITS = {
    "text": ['""', '"  "', "1", "true", "2027-06-30", "[]"],
    "number": ['"1.5"', "true", "nan", "inf", "[1]"],
    "whole": ["1.0", "true", '"7"'],
    "boolean": ['"true"', "1"],
    "day": ['"2027-06-30"', "2027-06-30T00:00:00", "12:00:00", "2027"],
    "texts": ['"a"', "[1]", '["a", 1]'],
    "section": ["[]", '"a"'],
}


@pytest.mark.parametrize("name", GETTERS)
def test_a_getter_gives_what_is_written_and_its_default_when_nothing_is(tmp_path: Path, name: str) -> None:
    getter, written, value = GETTERS[name]
    file = strict.load_toml(write(tmp_path, f"key = {written}"))
    assert getter(file, file.data, "key") == value
    assert getter(file, file.data, "other", default=None) is None


@pytest.mark.parametrize(("name", "written"), [(name, written) for name, misfits in MISFITS.items() for written in misfits])
def test_a_getter_refuses_another_type_with_file_and_line(tmp_path: Path, name: str, written: str) -> None:
    file = strict.load_toml(write(tmp_path, f"[t]\n\nkey = {written}"))
    with pytest.raises(ConfigError) as refused:
        GETTERS[name][0](file, file.data["t"], "key", "t", default=None)
    assert (refused.value.code, refused.value.facts["line"], refused.value.facts["key"]) == ("wrong-type", 3, "key")


@pytest.mark.parametrize("name", GETTERS)
def test_a_required_key_that_is_missing_is_refused_at_its_table(tmp_path: Path, name: str) -> None:
    file = strict.load_toml(write(tmp_path, "a = 1\n[t]\nb = 2"))
    with pytest.raises(ConfigError) as refused:
        GETTERS[name][0](file, file.data["t"], "key", "t")
    assert (refused.value.code, refused.value.facts["line"], refused.value.facts["key"]) == ("missing-key", 2, "key")


def test_an_array_of_tables_may_be_missing_but_not_be_something_else(tmp_path: Path) -> None:
    file = strict.load_toml(write(tmp_path, "[[rule]]\nid = 1\n[other]\n"))
    assert strict.tables(file, file.data, "rule") == [{"id": 1}]
    assert strict.tables(file, file.data, "none") == []
    with pytest.raises(ConfigError):
        strict.tables(file, file.data, "other")


def test_a_word_outside_a_closed_list_is_refused_with_the_nearest(tmp_path: Path) -> None:
    file = strict.load_toml(write(tmp_path, 'a = 1\nseverity = "warnin"'))
    with pytest.raises(ConfigError) as refused:
        strict.choice(file, file.data, "severity", ("error", "warning"))
    assert refused.value.code == "unknown-value"
    assert refused.value.facts["nearest"] == ("warning",)
    assert strict.choice(file, file.data, "other", ("error", "warning"), default="error") == "error"


KEYS = st.text("abc-_ .é\"'#=[]{}", min_size=1, max_size=4)
VALUES = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text("a\"'#[]{}=,\n\\é", max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


def quoted(text: str) -> str:
    """Write a TOML basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def written(value: Any) -> str:
    """Write a TOML value on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return quoted(value)
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case _:
            return "{" + ", ".join(f"{quoted(k)} = {written(v)}" for k, v in value.items()) + "}"


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=4))
def test_whatever_stands_in_the_values_each_key_keeps_its_line(entries: list[dict[str, Any]]) -> None:
    lines: list[str] = []
    expected: dict[tuple[str | int, ...], int] = {}
    for n, entry in enumerate(entries):
        lines.append("[[t]]")
        for key, value in entry.items():
            lines.append(f"{quoted(key)} = {written(value)}")
            expected["t", n, key] = len(lines)
    source = "\n".join(lines)
    assert tomllib.loads(source).get("t", []) == entries
    file = strict.TomlFile(path=None, data={}, source=source)  # type: ignore[arg-type]
    assert {keys: file.line_of(*keys) for keys in expected} == expected


@given(st.text("a[]{}\"'=#.,\n \\", max_size=40))
def test_the_line_of_a_key_never_raises_on_any_text(source: str) -> None:
    file = strict.TomlFile(path=None, data={}, source=source)  # type: ignore[arg-type]
    assert file.line_of("a", 0, "b") >= 1
