"""Rule files are read strictly: what is not understood refuses the whole set, and the message names file and line."""

from __future__ import annotations

import inspect
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow.parquet
import pytest
from click.testing import CliRunner
from judging import Document, chosen, resolved, row, write_document

from etl.cli import main
from etl.errors import EXIT_FAILED, RuleBroken, RuleFileError
from etl.messages import tell
from etl.validate.frames import module_of
from etl.validate.judge import judge
from etl.validate.rules import catalogue_indicators, load_rules, our_rule_files, project_rule_files
from etl.validate.validate import validate
from schemas.kinds import COMMON_KEYS, KINDS, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    from click.testing import Result

GOOD: Final = """\
# Quy tắc bịa để thử.

[[rule]]
id = "OWN1"
kind = "order"
a = "schools"
b = "students"
label = "Số trường không nhiều hơn số học sinh"
label_en = "No more schools than pupils"
severity = "error"
"""
SHIPPED: Final = load_rules(our_rule_files())
HEAD: Final = '[[rule]]\nid = "A"\nlabel = "x"\nseverity = "error"\n'


def written(folder: Path, text: str, name: str = "own.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# What is wrong, the text of the file, the code of the refusal, and the line it points to.
REFUSED: Final = {
    "a key that no rule has": (GOOD + 'severty = "error"\n', "unknown-key", 11),
    "a key of another kind": (GOOD + "needed = 3\n", "unknown-key", 11),
    "a table that is no rule": ('[[rules]]\nid = "A"\n', "unknown-key", 1),
    "a kind that there is not": (GOOD.replace('"order"', '"ordre"'), None, 5),
    "a severity that there is not": (GOOD.replace('"error"', '"fatal"'), None, 10),
    "an indicator in a": (GOOD.replace('"schools"', '"scholls"'), "rule-unknown-indicator", 6),
    "an indicator in pairs": (f'{HEAD}kind = "order"\npairs = [["schools", "scholls"]]\n', "rule-unknown-indicator", 6),
    "an indicator in a selector": (f'{HEAD}kind = "order"\npairs = [[{{ indicator = "scholls" }}, "schools"]]\n', "rule-unknown-indicator", 6),
    "an indicator in triples": (
        f'{HEAD}kind = "ratio"\nform = "triples"\nk = 100\ntriples = [["schools", "scholls", "students"]]\n',
        "rule-unknown-indicator",
        8,
    ),
    "an indicator in where": (f'{HEAD}kind = "whole"\nwhere = {{ indicator = "scholls" }}\n', "rule-unknown-indicator", 6),
    "a base of a rate": (f'{HEAD}kind = "base"\nbase = "scholls"\npairs = [["schools", "students"]]\n', "rule-unknown-indicator", 6),
    "a dimension": (f'{HEAD}kind = "hundred"\nover = "breakdown:sectr"\n', None, 6),
    "a member of a dimension": (f'{HEAD}kind = "complement"\none = "ethnicty=ethnic_minority"\nother = "ethnic_group=ethnic_kinh"\n', None, 6),
    "an id twice": (GOOD + GOOD, "rule-duplicate-id", 13),
    "an id of ours": (GOOD.replace("OWN1", "G01"), "rule-duplicate-id", 3),
    "no id": (GOOD.replace('id = "OWN1"\n', ""), None, 3),
    "no kind": (GOOD.replace('kind = "order"\n', ""), None, 3),
    "no label": (GOOD.replace('label = "Số trường không nhiều hơn số học sinh"\n', ""), None, 3),
    "no severity": (GOOD.replace('severity = "error"\n', ""), None, 3),
    "a key that its kind needs": (f'{HEAD}kind = "hundred"\n', "rule-missing-key", 1),
    "where is no table": (f'{HEAD}kind = "whole"\nwhere = "schools"\n', "wrong-type", 6),
    "where with a key that there is not": (f'{HEAD}kind = "whole"\nwhere = {{ colour = "red" }}\n', "unknown-key", 6),
    "a part of the key that there is not": (GOOD + 'by = ["ref_area", "colour"]\n', "unknown-key", 11),
    "a rule to replace that there is not": (GOOD + 'replaces = "O99"\n', "rule-unknown-replaced", 3),
    "a coverage that is no number": (GOOD + 'min_coverage = "half"\n', "wrong-type", 11),
    "a gate that is no yes or no": (GOOD + 'gate = "yes"\n', "wrong-type", 11),
    "a text that is a number": (GOOD + "rationale = 3\n", "wrong-type", 11),
    "a fact that is none of the three": (GOOD + 'fact = "sure"\n', "unknown-value", 11),
    "a coverage in per cent": (GOOD + "min_coverage = 50\n", "out-of-range", 11),
    "a frame that cannot be built": (f'{HEAD}kind = "merged"\nallowance = 0.0000000001e-9\n', "rule-frame-broken", 1),
    "no TOML": ("[[rule]]\nid = OWN1\n", None, 2),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_fault_in_a_rule_file_refuses_the_set_and_names_its_line(what: str, tmp_path: Path) -> None:
    text, code, line = REFUSED[what]
    path = written(tmp_path, text)
    with pytest.raises(RuleFileError) as refused:
        load_rules([*our_rule_files(), path])
    assert str(refused.value.facts["file"]) == str(path)
    assert refused.value.facts["line"] == line
    assert code in {None, refused.value.code}
    for lang in ("vi", "en"):
        told = tell(refused.value, lang).sentence
        assert "own.toml" in told
        assert str(line) in told
        assert "{'" not in told, "raw facts instead of a sentence"


def test_a_near_miss_is_answered_with_what_may_have_been_meant(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError) as refused:
        load_rules([*our_rule_files(), written(tmp_path, GOOD.replace('"schools"', '"scholls"'))])
    assert "schools" in tell(refused.value, "vi").sentence


def test_one_bad_file_keeps_the_good_ones_out_too(tmp_path: Path) -> None:
    good, bad = written(tmp_path, GOOD), written(tmp_path, GOOD.replace('"order"', '"ordre"').replace("OWN1", "OWN2"), "two.toml")
    with pytest.raises(RuleFileError):
        load_rules([*our_rule_files(), good, bad])


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working tables of a document in which most kinds would find something to judge."""
    shares = [row("employment_sector_share", "33,3", "%", breakdown=f"sector={name}") for name in ("services", "industry_construction")]
    rows = [row("schools", "1.204", "trường"), row("students", "412", "người"), *shares]
    con, _ = resolved(tmp_path_factory.mktemp("tables"), {"a": Document(rows)})
    validate(con, chosen(["C01"]))
    yield con
    con.close()


SHAPES: Final = {
    "order": ["pairs = 'all'", "pairs = [['schools']]", "pairs = ['schools']", "part_of = 'colour'"],
    "band": ["a = 'students'\nb = 'schools'\nband = 3", "a = 'students'\nb = 'schools'\nband = [3]", "a = 'students'\nb = 'schools'\nband = ['x', 'y']"],
    "hundred": ["over = 'colours'", "over = 3", "over = 'breakdown:sector'\nneeded = 'three'"],
    "sum": ["over = 'colours'", "over = 'indicators'", "over = 'indicators'\ntotal = 'schools'"],
    "ratio": ["form = 'golden'\nk = 100", "form = 'triples'\nk = 100\ntriples = [['schools', 'students']]", "form = 'triples'\nk = 'x'\ntriples = []"],
    "change": ["form = 'sudden'", "form = 3"],
    "monotone": ["form = 'sudden'"],
    "jump": ["cap = 'fifty'", "cap = 1.5", "cap = 0", "cap = -3"],
    "range": ["hard = [0]", "hard = 3", "plausible = ['a', 'b']"],
    "base": ["base = 'households'\npairs = 'all'", "base = 'households'\npairs = [['schools']]"],
    "product": ["triples = 'all'", "triples = [['schools', 'students']]"],
    "allowed": ["what = 'colour'"],
    "between": ["over = 'colours'"],
    "within_hundred": ["members = 'poor_household_rate'\nover = 'colour'"],
}


@pytest.mark.parametrize(
    ("kind", "lines"), [(kind, lines) for kind, several in SHAPES.items() for lines in several], ids=lambda value: value.replace("\n", " ")
)
def test_a_value_of_the_wrong_shape_is_refused_and_never_crashes(kind: str, lines: str, tables: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """At the latest when the rule is used; a rule that loads and can never see anything would look like good data."""
    path = written(tmp_path, f'{HEAD}kind = "{kind}"\n{lines}\n'.replace("'", '"'))
    with pytest.raises((RuleFileError, RuleBroken)) as refused:
        judge(tables, next(rule for rule in load_rules([*our_rule_files(), path]) if rule.id == "A"))
    said = tell(refused.value, "vi").sentence
    assert "own.toml" in said or " A" in said


def test_a_filter_that_a_kind_does_not_read_is_refused(tmp_path: Path) -> None:
    """A rule of one's own for one indicator would else judge all of them, and nobody would know."""
    accepted = set()
    for kind in (kind for kind in KINDS if "where_series" not in inspect.getsource(module_of(kind))):
        rule = next(rule for rule in SHIPPED if rule.kind == kind)
        parts = rule.file.read_text(encoding="utf-8").split("[[rule]]")
        own = next(part for part in parts if f'id = "{rule.id}"' in part).replace(f'"{rule.id}"', '"OWN1"')
        try:
            load_rules([*our_rule_files(), written(tmp_path, f'[[rule]]{own}\nwhere = {{ indicator = "schools" }}\n')])
            accepted.add(kind)
        except RuleFileError:
            continue
    assert accepted == set()


# --- the rules that are shipped -------------------------------------------------------------------------------------------------------


def test_the_shipped_rules_load_and_are_many() -> None:
    assert len(SHIPPED) > 60
    assert len({rule.id for rule in SHIPPED}) == len(SHIPPED)
    assert {rule.kind for rule in SHIPPED} == set(KINDS)


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.id)
def test_a_shipped_rule_says_what_it_asks_in_two_languages_and_how_sure_we_are(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]\d{2}[A-Z]?", rule.id)
    assert rule.label_vi
    assert rule.label_en
    assert rule.label_vi != rule.label_en
    assert re.search(r"[à-ỹđ]", rule.label_vi.lower()), "Vietnamese is written with its marks"
    assert not re.search(r"[ăâđêôơưạ-ỹ]", rule.label_en.replace("đồng", "").lower())
    assert rule.severity in {"error", "warning", "info"}
    assert rule.fact in {"A", "S", "?"}
    assert not (rule.fact == "?" and rule.severity == "error" and rule.kind != "range"), "nobody is accused by what is not verified"


@pytest.mark.parametrize("rule", [rule for rule in SHIPPED if rule.rationale_vi], ids=lambda rule: rule.id)
def test_a_shipped_rule_says_why_in_two_languages(rule: Rule) -> None:
    assert rule.rationale_en is not None
    assert rule.rationale_en != rule.rationale_vi


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.id)
def test_a_rule_knows_where_it_is_declared(rule: Rule) -> None:
    lines = rule.file.read_text(encoding="utf-8").splitlines()
    assert lines[rule.line - 1] == "[[rule]]"
    assert lines[rule.line] == f'id = "{rule.id}"'


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.id)
def test_a_shipped_rule_has_only_keys_of_its_kind(rule: Rule) -> None:
    assert set(rule.params) <= {*KINDS[rule.kind].required, *KINDS[rule.kind].optional, *COMMON_KEYS}


def test_the_english_label_may_be_left_out_of_ones_own_rules(tmp_path: Path) -> None:
    rules = load_rules([written(tmp_path, GOOD.replace('label_en = "No more schools than pupils"\n', ""))])
    assert rules[0].label_en == rules[0].label_vi


def test_a_source_may_bring_the_indicator_that_a_rule_asks_for(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace('"schools"', '"swimming_pools"'))
    with pytest.raises(RuleFileError):
        load_rules([path])
    assert load_rules([path], indicators=catalogue_indicators() | {"swimming_pools"})[0].params["a"] == "swimming_pools"


def test_rules_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("OWN1", "Z1") + GOOD.replace("OWN1", "B1"))
    assert [rule.id for rule in load_rules([path])] == ["B1", "Z1"]


# --- a project's own rules ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with more schools than pupils and a rule of its own; of ours only those about cells, for the time it takes."""
    few = [path for path in our_rule_files() if path.name == "cells.toml"]
    monkeypatch.setattr("etl.check.our_rule_files", lambda: few)
    monkeypatch.setattr("etl.validate.rules.our_rule_files", lambda: few)
    write_document(tmp_path / "raw" / "a", Document([row("schools", "1.204", "trường"), row("students", "412", "người")]))
    written(tmp_path / "rules", GOOD)
    (tmp_path / "rules" / "notes.txt").write_text("không phải quy tắc", encoding="utf-8")
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def test_a_check_judges_by_the_rules_of_the_project_it_is_called_in(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    told = json.loads(call("check", "raw/a/figures.csv", "--format", "json").stdout)
    assert [finding["rule"] for finding in told["findings"]] == ["OWN1"]
    assert "Số trường học" in told["findings"][0]["message"]


def test_a_run_judges_by_the_rules_of_the_project_and_publishes_them(project: Path) -> None:
    assert project_rule_files(project) == [project / "rules" / "own.toml"]
    assert call("run", "--project", str(project)).exit_code == 0
    parquet = project / "warehouse" / "parquet"
    assert "OWN1" in pyarrow.parquet.read_table(parquet / "findings.parquet").column("rule").to_pylist()
    rules = {rule["rule"]: rule for rule in pyarrow.parquet.read_table(parquet / "rules.parquet").to_pylist()}
    assert rules["OWN1"]["file"] == "own.toml"


def test_rules_check_says_good_of_a_good_file_and_names_the_line_of_a_bad_one(tmp_path: Path) -> None:
    good, bad = written(tmp_path, GOOD), written(tmp_path, GOOD.replace('"schools"', '"scholls"'), "bad.toml")
    passed = call("rules", "--check", str(good))
    assert passed.exit_code == 0
    assert "1" in passed.stdout
    failed = call("rules", "--check", str(bad))
    assert failed.exit_code == EXIT_FAILED
    assert not failed.stdout
    assert "bad.toml" in failed.stderr
    assert "dòng 6" in failed.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems make no such name")
def test_a_rule_file_with_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/rules/a\xff.toml")).write_text(GOOD, encoding="utf-8")
    with pytest.raises(RuleFileError, match="rules-name-unprintable"):
        project_rule_files(tmp_path)


def test_a_pipe_among_the_rules_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.toml")
    with pytest.raises(RuleFileError, match="file-unreadable"):
        load_rules([tmp_path / "a.toml"])
