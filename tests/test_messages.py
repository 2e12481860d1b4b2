"""The catalogue of sentences: both languages, the same placeholders, an entry for every code that the sources raise."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import cli, errors, messages
from etl.errors import AnsinhError, ConfigError
from etl.messages import CatalogueError, next_step, placeholders, sentence, shown, tell
from etl.read.faults import Fault

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "etl" / "messages.toml").read_text(encoding="utf-8"))
WORDS = CATALOGUE["words"]
ENTRIES = {code: entry for code, entry in CATALOGUE.items() if code != "words"}
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, AnsinhError)}
MAKERS = {"fault": {"file", "line"}, "_misfit": {"file", "line"}, "error": set[str](), "sentence": set[str]()}


class Raised(NamedTuple):
    """One place where a code is written down, with the names of its facts; None where they are not all written there."""

    place: str
    code: str
    facts: frozenset[str] | None


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call in our sources by the last part of its name."""
    for path in sorted([*(ROOT / "etl").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                yield f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", node, name


@cache
def raised() -> list[Raised]:
    """Every code that is written down in a call which needs a sentence."""
    found = []
    for place, node, name in calls():
        is_click = isinstance(node.func, ast.Attribute) and ast.unparse(node.func).startswith("click.")
        if is_click or not (name in ERRORS or name in MAKERS or name == "Fault"):
            continue
        first = node.args[0] if node.args else None
        written = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        for code in [part.value for part in written if isinstance(part, ast.Constant)]:
            if isinstance(code, str) and re.fullmatch(r"[a-z][a-z0-9_-]*", code):
                given_facts = {keyword.arg for keyword in node.keywords if keyword.arg}
                extra = {field.name for field in fields(Fault)} | {"file"} if name == "Fault" else MAKERS.get(name, set())
                is_open = any(keyword.arg is None for keyword in node.keywords)
                found.append(Raised(place, code, None if is_open else frozenset(given_facts | extra)))
    return found


GLUE = {"and"}  # stands between two others, blanks and all


def test_the_sources_were_read() -> None:
    assert {"unknown-key", "figures-empty", "warehouse-busy"} <= {each.code for each in raised()}


def test_every_code_has_a_sentence_and_brings_the_facts_it_needs() -> None:
    silent = [f"{each.place}: no sentence for {each.code} in etl/messages.toml" for each in raised() if each.code not in ENTRIES]
    assert silent == []
    lacking = {each: placeholders(ENTRIES[each.code]["vi"]) - each.facts for each in raised() if each.facts is not None}
    assert {f"{each.place} {each.code}": facts for each, facts in lacking.items() if facts} == {}


@pytest.mark.parametrize(("file", "prefix"), [("etl/extract/quantity.py", "refusal-"), ("etl/resolve/periods.py", "code-")], ids=["values", "periods"])
def test_every_reason_for_refusing_a_cell_has_its_words(file: str, prefix: str) -> None:
    refusals = [node.args[0] for place, node, name in calls() if place.startswith(f"{file}:") and name == "Refusal" and node.args]
    codes = {str(code.value) for code in refusals if isinstance(code, ast.Constant)}
    assert codes
    assert {f"{prefix}{code}" for code in codes} <= set(ENTRIES)


def speaks_both(entry: Mapping[str, Any]) -> bool:
    """Whether both languages are there and name the same facts, and the next step no others."""
    steps = entry.get("next", "")
    by_language = steps if isinstance(steps, Mapping) else {}
    told = placeholders(entry["vi"])
    return (
        {"vi", "en"} <= set(entry) <= {"vi", "en", "next"}
        and told == placeholders(entry["en"])
        and all(placeholders(step) <= told for step in by_language.values() or [steps])
        and set(by_language) in (set(), {"vi", "en"})
    )


def test_an_entry_speaks_both_languages_with_the_same_placeholders() -> None:
    assert len(ENTRIES) > 100
    assert [code for code, entry in ENTRIES.items() if not speaks_both(entry)] == []


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_a_sentence_can_be_filled_and_is_tidy(lang: str) -> None:
    said = {code: sentence(code, lang, **dict.fromkeys(placeholders(entry[lang]), "x")) for code, entry in ENTRIES.items()}
    assert {code: text for code, text in said.items() if text != text.rstrip() and code not in GLUE} == {}
    assert {code: text for code, text in said.items() if "\n" in text or "  " in text.strip()} == {}
    specs = {code: {spec for _, name, spec, _ in string.Formatter().parse(entry[lang]) if name is not None} for code, entry in ENTRIES.items()}
    assert {code: found for code, found in specs.items() if not found <= {"", "word"}} == {}


def test_a_step_names_a_command_that_there_is() -> None:
    said = {code: " ".join(str(text) for text in (entry["vi"], entry["en"], entry.get("next", ""))) for code, entry in ENTRIES.items()}
    named = {(code, command) for code, text in said.items() for command in re.findall(r"\bansinh ([a-z]+)", text)}
    assert named
    assert {(code, command) for code, command in named if command not in cli.main.commands} == set()


def test_a_word_is_said_in_both_languages() -> None:
    assert WORDS
    assert {word: set(said) for word, said in WORDS.items() if set(said) != {"vi", "en"}} == {}


def test_every_type_that_the_strict_reader_asks_for_is_a_word() -> None:
    asked = {
        keyword.value.value
        for _, node, name in calls()
        if name in {"_get", "fault"}
        for keyword in node.keywords
        if keyword.arg == "expected" and isinstance(keyword.value, ast.Constant)
    }
    assert asked
    assert asked <= set(WORDS)


def test_a_code_without_an_entry_is_our_own_slip() -> None:
    for asked in ("no-such-code", messages.WORDS):
        with pytest.raises(CatalogueError):
            sentence(asked, "vi")
    assert issubclass(CatalogueError, LookupError)


def test_a_fact_that_is_missing_is_our_own_slip() -> None:
    with pytest.raises(CatalogueError):
        sentence("unknown-key", "vi", file="a.toml")


def test_an_exception_is_told_with_the_step_to_take() -> None:
    told = tell(ConfigError("indicator-in-catalogue", file="a.toml", line=7, indicator="poor_households"), "vi")
    assert told.sentence == "a.toml, dòng 7: chỉ tiêu poor_households đã có trong danh mục; hãy bỏ khối [[indicator]] này."
    assert told.next_step == "ansinh indicators poor_households"


def test_a_step_may_be_a_sentence_in_the_language_of_the_reader() -> None:
    assert next_step("disk-failed", "en") != next_step("disk-failed", "vi")
    assert next_step("figures-empty", "vi") is None


def test_telling_never_fails() -> None:
    assert tell(AnsinhError("no-such-code", path=Path("a"), count=3), "en").sentence == "no-such-code: path = a, count = 3"
    assert tell(AnsinhError("unknown-key"), "en").sentence == "unknown-key"


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (None, "không có", "none"),
        (True, "có", "yes"),
        (2023, "2023", "2023"),
        (181603, "181.603", "181,603"),
        (Decimal("97.00"), "97,00", "97.00"),
        (Decimal("-12345.6"), "-12.345,6", "-12,345.6"),
        (0.5, "0,5", "0.5"),
        ((), "không có", "none"),
        (("a", 2), "a, 2", "a, 2"),
        ({"b", "a"}, "a, b", "a, b"),
        (Path("raw/a"), "raw/a", "raw/a"),
        ("11.24", "11.24", "11.24"),
    ],
)
def test_facts_are_shown_as_the_language_writes_them(value: object, vi: str, en: str) -> None:
    assert (shown(value, "vi"), shown(value, "en")) == (vi, en)


def test_a_terminal_gets_no_control_characters_and_no_endless_text() -> None:
    assert shown("a\x1b[31m\u202e\u00a0b\nc", "vi") == "a\\x1b[31m\\u202e\\xa0b\nc"
    assert shown("x" * 5000, "vi") == "x" * 600 + "…"


@given(st.text())
def test_what_stands_in_a_fact_is_never_taken_for_a_placeholder(fact: str) -> None:
    assert sentence("figures-unreadable", "en", file=fact, found="{file}{0}") == f"{shown(fact, 'en')}: cannot be read as CSV: {{file}}{{0}}"


def test_that_nothing_is_near_is_not_said() -> None:
    facts = {"file": "a.toml", "line": 1, "key": "qqq", "allowed": ("x",)}
    assert "gần giống" not in sentence("unknown-key", "vi", nearest=(), **facts)
    assert "nearest" not in sentence("unknown-key", "en", nearest=(), **facts)
    assert "gần giống: y" in sentence("unknown-key", "vi", nearest=("y",), **facts)
    for code, entry in ENTRIES.items():
        if "nearest" in placeholders(entry["vi"]):
            for lang in messages.LANGUAGES:
                said = sentence(code, lang, **(dict.fromkeys(placeholders(entry[lang]), "x") | {"nearest": ()}))
                assert "nearest" not in said, code
                assert "gần giống" not in said, code
