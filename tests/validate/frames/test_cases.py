"""Every kind of rule has a trio of cases, tests/cases/<kind>/{pass,fail,unverifiable}.csv, and says of each exactly what the file is named after.

    fail.csv               some rule of the kind says `fail`, of all it judges
    fail.X01.csv           the rule X01 does
    fail.second.csv        a second source of the same case      fail.toml   the case's source.toml      rules.toml   a rule of the case's own

All documents are judged side by side in one run.
"""

from __future__ import annotations

import inspect
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from judging import Document, Judgings, chosen, judge_documents

from etl.errors import RuleBroken
from etl.validate import say
from etl.validate.frames import (
    agree,
    allowed,
    ambition,
    annual,
    balance,
    band,
    base,
    between,
    change,
    claim,
    comparable,
    complement,
    copy,
    coverage,
    deadline,
    format,  # noqa: A004  named as the kind
    frame_of,
    hedged,
    hundred,
    interval,
    jump,
    ledger,
    letters,
    merged,
    missing,
    module_of,
    monotone,
    order,
    points,
    precedence,
    product,
    range,  # noqa: A004  named as the kind
    ranking,
    ratio,
    repeat,
    sum,  # noqa: A004  named as the kind
    timing,
    unique,
    whole,
    within_hundred,
)
from etl.validate.judge import has_series, used
from schemas.kinds import KINDS, Rule

CASES: Final = Path(__file__).resolve().parents[2] / "cases"
SENTENCES: Final = tomllib.loads((Path(say.__file__).parents[1] / "messages.toml").read_text(encoding="utf-8"))
VERDICTS: Final = ("pass", "fail", "unverifiable")
FRAMES: Final = (
    agree, allowed, ambition, annual, balance, band, base, between, change, claim, comparable, complement, copy, coverage, deadline, format, hedged,
    hundred, interval, jump, ledger, letters, merged, missing, monotone, order, points, precedence, product, range, ranking, ratio, repeat, sum, timing,
    unique, whole, within_hundred,
)  # fmt: skip

ONE_CELL = "all it needs stands in the cell itself"
BOTH_OR_NOTHING = "without one of its operands there is no row to judge"
CANNOT: Final = {
    ("format", "unverifiable"): ONE_CELL,
    ("allowed", "unverifiable"): ONE_CELL,
    ("range", "unverifiable"): ONE_CELL,
    ("whole", "unverifiable"): ONE_CELL,
    ("hedged", "unverifiable"): ONE_CELL,
    ("letters", "unverifiable"): ONE_CELL,
    ("ambition", "unverifiable"): "a target without five yearly changes before it is not asked",
    ("timing", "unverifiable"): "a document without a date of publication is not asked",
    ("claim", "fail"): "a claim of 100 % is never wrong, only checkable or not",
    ("missing", "unverifiable"): ONE_CELL,
    ("annual", "unverifiable"): BOTH_OR_NOTHING,
    ("unique", "unverifiable"): "the rows of a key are all there",
    ("repeat", "unverifiable"): "the printings of a key are all there",
    ("interval", "fail"): "our own intervals hold their values by construction; test_judgements.py makes one that does not",
    ("interval", "unverifiable"): ONE_CELL,
    ("order", "unverifiable"): BOTH_OR_NOTHING,
    ("complement", "unverifiable"): BOTH_OR_NOTHING,
    ("base", "unverifiable"): BOTH_OR_NOTHING,
    ("between", "unverifiable"): "an incomplete set of parts says nothing about the whole, and is not asked",
    ("monotone", "unverifiable"): BOTH_OR_NOTHING,
    ("jump", "unverifiable"): BOTH_OR_NOTHING,
    ("copy", "unverifiable"): BOTH_OR_NOTHING,
    ("ranking", "unverifiable"): BOTH_OR_NOTHING,
    ("comparable", "unverifiable"): BOTH_OR_NOTHING,
    ("deadline", "unverifiable"): BOTH_OR_NOTHING,
    ("coverage", "unverifiable"): "a rule that saw nothing is not asked",
    ("ledger", "unverifiable"): "files are counted, never guessed",
}  # fmt: skip

OTHER_FILES = "about files beside figures.csv: tests/test_inputs.py"
WITHOUT_CASE: Final = {
    "D01": "about source.toml: tests/validate/test_promised.py",
    "D03": "about source.toml: tests/validate/test_promised.py",
    "D06": "about waivers.toml: tests of the waivers",
    "D07": "guards our own counting of rows; test_validate.py makes one that is wrong",
    "D08": "never fails, see CANNOT",
    "D09": OTHER_FILES,
    "D10": OTHER_FILES,
    "D11": OTHER_FILES,
    "O01": "never fails, see CANNOT",
}


def case_files() -> list[Path]:
    """Every case; second sources belong to theirs."""
    return sorted(path for path in CASES.glob("*/*.csv") if not path.stem.endswith(".second"))


def named(path: Path) -> tuple[str, str, str | None]:
    """Kind, verdict, and the rule where one is named."""
    verdict, _, rule = path.stem.partition(".")
    return path.parent.name, verdict, rule or None


@cache
def rules() -> dict[str, Rule]:
    """The rules that are shipped, and those of cases."""
    return {rule.id: rule for rule in chosen(None, sorted(CASES.glob("*/rules.toml")))}


def documents_of(path: Path) -> dict[str, Document]:
    """The documents of a case: one, or two that speak of the same."""
    found = {}
    for stem in (path.stem, f"{path.stem}.second"):
        figures, source = path.with_name(f"{stem}.csv"), path.with_name(f"{stem}.toml")
        if figures.exists():
            told = tomllib.loads(source.read_text(encoding="utf-8")) if source.exists() else {}
            found[f"{path.parent.name}-{stem}"] = Document(figures.read_text(encoding="utf-8"), told)
    return found


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    """All cases that do not count rules, judged once, and explained: the arithmetic of repairs must say the same."""
    documents = {name: document for path in case_files() if path.parent.name != "coverage" for name, document in documents_of(path).items()}
    asked = [rule for rule in rules().values() if rule.kind != "coverage"]
    return judge_documents(tmp_path_factory.mktemp("cases"), documents, asked, heard=True)


@pytest.fixture(scope="module")
def said(together: Judgings) -> dict[str, dict[str, Counter[str]]]:
    """Rule → document → how often it said what."""
    return {rule: together.verdicts_of_all(rule) for rule in together.rules}


def judged_alone(path: Path, folder: Path) -> dict[str, Counter[str]]:
    """What the rule about coverage says of the case: its subjects are rules, so a case is a run."""
    rule = rules()["D05"]
    judged = judge_documents(folder, documents_of(path), [rule, "G01"], explained=False)
    return {rule.id: Counter(judged.verdicts_of_all(rule.id)["G01"])}


@pytest.mark.parametrize("path", case_files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_case_is_judged_as_its_name_says(path: Path, said: dict[str, dict[str, Counter[str]]], tmp_path: Path) -> None:
    kind, verdict, only = named(path)
    document = f"{kind}-{path.stem}"
    alone = judged_alone(path, tmp_path) if kind == "coverage" else {}
    of_kind = {rule: alone.get(rule) or said[rule][document] for rule in rules() if rules()[rule].kind == kind and only in {None, rule}}
    judged = {rule: {word for word in words if word != "not_applicable"} for rule, words in of_kind.items()}
    assert {verdict} in judged.values(), f"{path.relative_to(CASES)}: {judged}"
    if verdict != "fail":
        assert not any("fail" in words for words in judged.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_cases_its_sentence_and_its_frame(kind: str) -> None:
    there = {verdict for verdict in VERDICTS if (CASES / kind / f"{verdict}.csv").exists() or list((CASES / kind).glob(f"{verdict}.*.csv"))}
    excused = {verdict for verdict in VERDICTS if (kind, verdict) in CANNOT}
    assert there | excused == set(VERDICTS), f"tests/cases/{kind}: a case or a reason in CANNOT is missing"
    assert not there & excused, f"tests/cases/{kind}: CANNOT says that this cannot be"
    assert module_of(kind).__name__.endswith(f".{kind}")
    assert module_of(kind).__doc__
    assert kind in say._TELLERS
    for lang in ("vi", "en"):
        assert "{subject}" in SENTENCES[f"finding-{kind}"][lang]


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_that_a_kind_takes_is_read(kind: str) -> None:
    taken = {*KINDS[kind].required, *KINDS[kind].optional}
    read = inspect.getsource(module_of(kind)) + inspect.getsource(say._TELLERS[kind])
    assert {key for key in taken if f'"{key}"' not in read} == set(), "a key that is accepted and ignored misleads whoever writes a rule"


def test_what_is_found_is_said_in_both_languages_without_a_gap(together: Judgings) -> None:
    assert len({f.finding_id for f in together.findings}) == len(together.findings)
    for finding in together.findings:
        for message in (finding.message_vi, finding.message_en):
            assert message == message.strip()
            assert "None" not in message
            assert "  " not in message, message
            assert " ." not in message.replace(" …", ""), message
        assert finding.message_vi != finding.message_en
        assert finding.key


def test_every_folder_of_cases_and_every_frame_is_of_a_kind() -> None:
    assert {path.name for path in CASES.iterdir()} == set(KINDS)
    assert {frame.__name__.rpartition(".")[2] for frame in FRAMES} == set(KINDS)


@pytest.mark.parametrize("rule", [rule.id for rule in chosen(None)])
def test_a_shipped_rule_is_seen_to_fail_and_to_pass(rule: str, said: dict[str, dict[str, Counter[str]]]) -> None:
    if rules()[rule].kind == "coverage":
        assert {path.stem for path in (CASES / "coverage").glob("*.csv")} == {"pass", "fail"}
        return
    own = {word for document, words in said[rule].items() for word in words if document.startswith(f"{rules()[rule].kind}-")}
    assert ("fail" in own) != (rule in WITHOUT_CASE), f"{rule}: write tests/cases/{rules()[rule].kind}/fail.{rule}.csv"
    assert "pass" in own or rule in WITHOUT_CASE


def test_nothing_is_excused_that_need_not_be() -> None:
    assert {kind for kind, _ in CANNOT} <= set(KINDS)
    assert set(WITHOUT_CASE) <= set(rules())


def turned(name: str, document: Document) -> Document:
    """The same rows, last first; but for what is about their order, and what is no table."""
    header, *lines = str(document.rows).splitlines()
    return document if name.startswith(("ranking-", "ledger-")) else Document("\n".join([header, *reversed(lines)]), document.source)


def test_the_order_of_the_rows_decides_nothing(together: Judgings, tmp_path: Path) -> None:
    documents = {name: turned(name, document) for path in case_files() if path.parent.name != "coverage" for name, document in documents_of(path).items()}
    # Of several printings that disagree the first stands for its document, beside other documents: there the order is meant.
    asked = [rule for rule in together.rules.values() if rule.kind not in {"agree", "precedence"}]
    again = judge_documents(tmp_path, documents, asked, explained=False)
    found = {(f.rule.id, f.key, f.finding_id) for f in again.findings}
    assert found == {(f.rule.id, f.key, f.finding_id) for f in together.findings if f.rule in asked}


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("allowed", {"what": "colour"}),
        ("sum", {"over": "colours"}),
        ("between", {"over": "colours"}),
        ("ratio", {"form": "golden", "k": 100}),
        ("ratio", {"form": "triples", "k": 100, "triples": "all"}),
        ("change", {"form": "sudden"}),
        ("band", {"a": "students", "b": "schools", "band": 3}),
        ("product", {"triples": "all"}),
        ("base", {"pairs": "all", "base": "households"}),
        ("order", {"pairs": "all"}),
        ("range", {"hard": [0, 1], "where": "everywhere"}),
        ("range", {"hard": [0, 1], "where": {"colour": "red"}}),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value),
)
def test_a_rule_that_names_what_does_not_exist_is_broken_and_no_fault_of_the_data(kind: str, params: dict[str, object]) -> None:
    rule = Rule(
        "X", kind, "x", "x", "error", params, None, gate=False, rationale_vi=None, rationale_en=None, fact=None, replaces=None, file=Path("own.toml"), line=3
    )
    with pytest.raises(RuleBroken):
        frame_of(rule)


@pytest.mark.parametrize("part", [0, 1])
def test_a_rule_whose_series_are_not_there_has_no_row(part: int, tmp_path: Path) -> None:
    kinds = sorted(KINDS)[part::4]  # of all kinds together hardly a series is missing
    documents = {name: document for path in case_files() if path.parent.name in kinds for name, document in documents_of(path).items()}
    con = judge_documents(tmp_path, documents, [], explained=False).con
    silent = [rule for rule in rules().values() if rule.kind not in {"coverage", "ledger"} and not has_series(con, frame_of(rule))]
    assert len({rule.kind for rule in silent}) > 3
    for rule in silent:
        frame = frame_of(rule)
        assert con.execute(f"SELECT count(*) FROM ({frame.sql})", used(frame.sql, frame.params)).fetchall() == [(0,)], rule.id
