"""Search the catalogues: indicators, places, rules; and tell all there is to know about one rule."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow
import pyarrow.compute

from etl.errors import UsageError
from etl.messages import sentence
from etl.publish.snapshot import current_snapshot
from etl.query import open_warehouse
from etl.strict import nearest
from etl.validate.rules import load_rules, our_rule_files, project_rule_files
from schemas.catalogue import load_reference
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from etl.project import Project
    from schemas.kinds import Rule


@dataclass(frozen=True, slots=True)
class RuleCard:
    """All there is to know about one rule."""

    rule: str
    label_vi: str
    label_en: str
    kind: str
    kind_vi: str
    kind_en: str
    judgement: str
    judgement_vi: str
    judgement_en: str
    severity: str
    rationale_vi: str | None
    rationale_en: str | None
    fact: str | None
    file: str
    line: int
    params: Mapping[str, Any]
    results: Mapping[str, int] | None
    findings: tuple[Mapping[str, str], ...]


def unmarked(text: str) -> str:
    """Lower case without marks, đ as d: what people type who have no Vietnamese keyboard at hand."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"\s+", " ", "".join(c for c in decomposed if not unicodedata.combining(c))).strip()


def find_indicators(words: Sequence[str]) -> pyarrow.Table:
    """Indicators whose id, names or synonyms contain all the words."""
    with duckdb.connect() as con:
        load_reference(con)
        return _matching(
            con,
            "SELECT id, name_vi, name_en, unit, programme, coalesce(synonyms_vi, '') AS said FROM ref_indicators ORDER BY id",
            words,
            ("id", "name_vi", "name_en", "said"),
            drop="said",
        )


def find_areas(words: Sequence[str], *, vintage: str | None) -> pyarrow.Table:
    """Places whose name or code matches, in one list or in all."""
    with duckdb.connect() as con:
        load_reference(con)
        sql = """SELECT a.vintage, a.level, a.code, a.name, p.name AS parent FROM ref_areas AS a
                 LEFT JOIN ref_areas AS p ON p.vintage = a.vintage AND p.code = a.parent_code AND p.level <> a.level
                 ORDER BY a.vintage, length(a.code), a.code"""
        table = _matching(con, sql, words, ("code", "name", "parent"))
    if vintage is None:
        return table
    known = sorted(set(table.column("vintage").to_pylist()))
    kept = table.filter(pyarrow.compute.equal(table.column("vintage"), vintage))
    if kept.num_rows == 0 and vintage not in {"2023", "2025-01", "2025-07", "2026-09"}:
        raise UsageError("unknown-vintage", vintage=vintage, known=known or ["2023", "2025-01", "2025-07", "2026-09"])
    return kept


def find_rules(words: Sequence[str], *, project: Project | None) -> pyarrow.Table:
    """Rules whose id, kind or label contains all the words."""
    rules = _rules(project)
    with duckdb.connect() as con:
        listed = pyarrow.table(
            {
                "rule": [r.id for r in rules],
                "severity": [r.severity for r in rules],
                "kind": [r.kind for r in rules],
                "label_vi": [r.label_vi for r in rules],
                "label_en": [r.label_en for r in rules],
                "file": [r.file.name for r in rules],
            }
        )
        con.register("listed", listed)
        return _matching(con, "SELECT * FROM listed ORDER BY rule", words, ("rule", "kind", "label_vi", "label_en"))


def lint_rules(path: Path) -> int:
    """Read one rule file beside ours; gives the number of its rules, or raises RuleFileError."""
    if not path.is_file():
        raise UsageError("no-such-file", file=str(path))
    return sum(rule.file == path for rule in load_rules([*our_rule_files(), path]))


def explain_rule(project: Project | None, rule_id: str) -> RuleCard:
    """Everything about one rule, with what it found in the current snapshot, if there is one."""
    rules = {rule.id: rule for rule in _rules(project)}
    rule = rules.get(rule_id) or rules.get(rule_id.upper())
    if rule is None:
        raise UsageError("unknown-rule", rule=rule_id, nearest=nearest(rule_id.upper(), rules))
    results, findings = _last_seen(project, rule.id)
    judgement = KINDS[rule.kind].judgement
    return RuleCard(
        rule=rule.id,
        label_vi=rule.label_vi,
        label_en=rule.label_en,
        kind=rule.kind,
        kind_vi=sentence(f"kind-{rule.kind}", "vi"),
        kind_en=sentence(f"kind-{rule.kind}", "en"),
        judgement=judgement.__name__,
        judgement_vi=sentence(f"judgement-{judgement.__name__}", "vi"),
        judgement_en=sentence(f"judgement-{judgement.__name__}", "en"),
        severity=rule.severity,
        rationale_vi=rule.rationale_vi,
        rationale_en=rule.rationale_en,
        fact=rule.fact,
        file=rule.file.name,
        line=rule.line,
        params=dict(rule.params),
        results=results,
        findings=findings,
    )


def _last_seen(project: Project | None, rule: str) -> tuple[dict[str, int] | None, tuple[dict[str, str], ...]]:
    if project is None or current_snapshot(project) is None:
        return None, ()
    with open_warehouse(project) as con:
        found = con.execute("SELECT seen, applicable, passed, failed, unverifiable, not_applicable FROM rule_results WHERE rule = $1", [rule]).fetchone()
        told = con.execute("SELECT message_vi, message_en FROM findings WHERE rule = $1 ORDER BY verdict, key LIMIT 20", [rule]).fetchall()
    names = ("seen", "applicable", "passed", "failed", "unverifiable", "not_applicable")
    return (None if found is None else dict(zip(names, found, strict=True))), tuple({"vi": vi, "en": en} for vi, en in told)


def _rules(project: Project | None) -> tuple[Rule, ...]:
    return load_rules([*our_rule_files(), *(project_rule_files(project.root) if project is not None else [])])


def _matching(con: duckdb.DuckDBPyConnection, sql: str, words: Sequence[str], columns: Sequence[str], *, drop: str | None = None) -> pyarrow.Table:
    """Rows in which each word begins a word of the columns (a number is one), marks and case aside.

    First what is called so, then what has the phrase in its name.
    """

    def folded(names: Sequence[str]) -> str:
        text = f"concat_ws(' ', ' ', {', '.join(names)}, ' ')"
        return f"lower(strip_accents(translate({text}, 'Đđ_', 'Dd ')))"

    called = [name for name in columns if name != drop]
    asked = [unmarked(word).replace("_", " ") for word in words]
    conditions = " AND ".join(f"contains(folded, ' ' || $w{n})" for n, _ in enumerate(asked)) or "TRUE"
    dropped = ", ".join(["folded", "first_word", "called", "place", *([] if drop is None else [drop])])
    return con.sql(
        f"""SELECT * EXCLUDE ({dropped}) FROM (
            SELECT *, {folded(columns)} AS folded, {folded(called)} AS called, trim({folded(called[:1])}) AS first_word, row_number() OVER () AS place
            FROM ({sql})
        ) WHERE {conditions} ORDER BY first_word = $phrase DESC, contains(called, ' ' || $phrase || ' ') DESC, place""",
        params={"phrase": " ".join(asked), **{f"w{n}": f"{word} " if word.isdigit() else word for n, word in enumerate(asked)}},
    ).to_arrow_table()
