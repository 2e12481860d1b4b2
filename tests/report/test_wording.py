"""The catalogue of words: both languages, the same placeholders, nothing missing and nothing left over."""

from __future__ import annotations

import re
import string
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etl.report import verdict, wording
from etl.report.wording import Said, number
from etl.report.wording import wording as catalogue
from schemas import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRIES = catalogue().entries
REPORT = Path(wording.__file__).parent
SOURCES = [*REPORT.glob("*.py"), *REPORT.glob("templates/*.j2")]
CODE_LISTS = {
    "severity": tables.SEVERITIES,
    "state": tables.STATES,
    "measure": tables.MEASURES,
    "obs_kind": tables.OBS_KINDS,
    "excluded_reason": tables.EXCLUDED_REASONS,
    "obs_status": [status for status in tables.OBS_STATUSES if status not in {"A", "U"}],  # normal is not said; suspect has its own tag
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def says_it_in_both(texts: Mapping[str, str]) -> bool:
    """Whether both languages say something, without blanks around it, and name the same facts."""
    named = {frozenset(placeholders(text)) for text in texts.values()}
    return set(texts) <= {"vi", "en", "en_one"} and all(texts[lang].strip() == texts[lang] != "" for lang in ("vi", "en")) and len(named) == 1


def test_both_languages_say_something_with_the_same_placeholders() -> None:
    assert len(ENTRIES) > 100
    assert [name for name, texts in ENTRIES.items() if not says_it_in_both(texts)] == []


@pytest.mark.parametrize(("code_list", "codes"), CODE_LISTS.items(), ids=str)
def test_every_code_of_the_published_tables_has_words(code_list: str, codes: list[str]) -> None:
    assert {f"{code_list}.{code}" for code in codes} <= set(ENTRIES)


def test_every_entry_that_the_report_names_exists() -> None:
    named = {match for path in SOURCES for match in re.findall(r"""(?:\bsay|_say|limit)\(\s*"([a-z_]+\.[a-z_]+)\"""", path.read_text(encoding="utf-8"))}
    named |= {f"count.{noun}" for path in SOURCES for noun in re.findall(r'(?:words\.|[^.])count\("([a-z_]+)"', path.read_text(encoding="utf-8"))}
    assert len(named) > 100
    assert named <= set(ENTRIES)


def test_no_entry_is_left_over() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    lists = {"severity", "state", "grade", "measure", "obs_kind", "obs_status", "role", "excluded_reason", "implied_what", "rule_state", "verdict", "period"}
    lists |= {
        "count",
        "column",
        "dictionary",
        "programmes",
        "picture",
        "changes",
        "change_why",
        "repair",
    }  # whose names are put together from a word and a code
    unused = {entry for entry in ENTRIES if entry.split(".")[0] not in lists and f'"{entry}"' not in texts}
    put_together = {entry for entry in ENTRIES if entry.split(".")[0] in {"count", "column", "programmes"} and f'"{entry}"' not in texts}
    unused |= {entry for entry in put_together if f'"{entry.split(".")[1]}"' not in texts}
    assert unused == set()


def test_every_level_of_the_verdict_has_its_sentence() -> None:
    levels = set(re.findall(r'"([a-z_]+)"', Path(verdict.__file__).read_text(encoding="utf-8").partition("def _level")[2].partition("def attention")[0]))
    assert {f"verdict.{level}" for level in levels} >= {entry for entry in ENTRIES if entry.startswith("verdict.")}


def test_english_counts_one_differently() -> None:
    assert catalogue().count("place", 1) == Said("1 chỗ", "1 place")
    assert catalogue().count("place", 1200) == Said("1.200 chỗ", "1,200 places")


def test_facts_are_written_in_each_language() -> None:
    said = catalogue().say("page.evaluated_on", date=date(2025, 3, 1))
    assert said == Said("Xét ngày 01/03/2025", "Judged on 1 March 2025")
    assert catalogue().say("text.line", n=1200) == Said("dòng 1.200", "row 1,200")
    assert catalogue().say("findings.cause", effects=Said("hai", "two")) == Said("Một nguyên nhân, hai", "One cause, two")


def test_a_code_without_words_is_shown_as_it_is() -> None:
    assert catalogue().code("role", "unheard_of") == Said("unheard_of", "unheard_of")
    assert catalogue().code("role", None) == Said("", "")


def test_a_fact_is_never_read_as_a_placeholder() -> None:
    assert catalogue().say("findings.cause", effects="{effects} {0}").vi == "Một nguyên nhân, {effects} {0}"


def test_what_is_the_same_in_both_languages_is_printed_once() -> None:
    assert number(5).__html__() == "5"
    assert number(1.5).__html__() == '<span lang="vi">1,5</span><span lang="en">1.5</span>'


def test_what_is_said_is_escaped() -> None:
    assert Said("<b>", "<i>").__html__() == '<span lang="vi">&lt;b&gt;</span><span lang="en">&lt;i&gt;</span>'
