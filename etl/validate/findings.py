"""Turn the failing rows of a rule into findings: severity by grade, members, a stable id, and the rows that an error refuses.

Belongs here: what a finding is. Elsewhere: its words (say.py), its repair hypotheses (hypotheses.py), whether a run may publish (gate.py).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from etl.validate.say import say
from schemas.judgements import Absent, Covered, InCodeList
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from etl.validate.judge import Failing, Judged
    from etl.validate.members import Member
    from schemas.kinds import Rule

# An error of one of these kinds is about one cell or one key: the row itself is refused. All others are about groups, and nobody knows
# which member is wrong: all are published, marked as suspect.
CELL_KINDS: Final = frozenset({"format", "allowed", "range", "whole", "timing", "interval", "unique"})
_RANK: Final = {"info": 0, "warning": 1, "error": 2}
_GRADE_CAP: Final = {"truncation": "info", "hedge": "warning"}
_SEEN: Final = {"comparable": "break"}  # what was seen that must not be there, where the rule alone does not say it
_DEFAULT_KEY: Final = ("indicator", "measure", "breakdown", "ref_area", "time_period", "obs_kind", "unit")
_SEPARATOR: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict worth telling."""

    finding_id: str
    rule: Rule
    severity: str
    verdict: str
    code: str | None
    key: str
    message_vi: str
    message_en: str
    expected: str | None
    actual: str | None
    gap: Decimal | None
    tolerance: Decimal | None
    members: tuple[tuple[str, Member], ...]
    row: Mapping[str, Any]
    hypotheses: tuple[Mapping[str, Any], ...] = field(default=())
    cause: str | None = None
    waived: bool = False

    @property
    def refuses(self) -> bool:
        """Whether the rows of this finding go to quarantine."""
        return self.verdict == "fail" and self.severity == "error" and self.rule.kind in CELL_KINDS

    def as_json(self, lang: str = "vi") -> dict[str, Any]:
        """The form that `ansinh check --format json` prints."""
        return {
            "rule": self.rule.id,
            "severity": self.severity,
            "verdict": self.verdict,
            "code": self.code,
            "key": self.key,
            "message": self.message_vi if lang == "vi" else self.message_en,
            "message_en": self.message_en,
            "expected": self.expected,
            "actual": self.actual,
            "gap": None if self.gap is None else float(self.gap),
            "tolerance": None if self.tolerance is None else float(self.tolerance),
            "members": [
                {
                    "source": m.source_id,
                    "line": m.line,
                    "locator": m.locator,
                    "indicator": m.indicator,
                    "measure": m.measure,
                    "breakdown": m.breakdown,
                    "ref_area": m.ref_area,
                    "time_period": m.time_period,
                    "obs_kind": m.obs_kind,
                    "value": m.text,
                    "unit": m.unit,
                    "role": role,
                }
                for role, m in self.members
            ],
            "hypotheses": [dict(h) for h in self.hypotheses],
            "cause": self.cause,
            "waived": self.waived,
        }


def findings_of(judged: Judged, members: Mapping[int, Sequence[tuple[int, str, int]]], known: Mapping[int, Member]) -> list[Finding]:
    """All findings of one rule, in the order in which their figures stand: a frame has the order of the threads that filled it."""
    found: list[Finding] = []
    for failing in judged.failing:
        told = [(role, known[n]) for _, role, n in members.get(failing.key, ())]
        if judged.frame.per_member:
            found += [_finding(judged.rule, failing, [one]) for one in told]
        else:
            found.append(_finding(judged.rule, failing, told))
    return sorted(found, key=lambda f: ([m.n for _, m in f.members], f.key, f.verdict, f.message_vi))


def _finding(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]]) -> Finding:
    said = say(rule, failing, members)
    code = _code(rule, failing)
    key = _key(rule, failing, members)
    identity = _SEPARATOR.join([rule.id, key, *sorted(m.figure_id for _, m in members)])
    return Finding(
        finding_id=str(uuid.UUID(bytes=hashlib.md5(identity.encode(), usedforsecurity=False).digest())),
        rule=rule,
        severity=_severity(rule, failing),
        verdict=failing.verdict,
        code=code,
        key=key,
        message_vi=said.message_vi,
        message_en=said.message_en,
        expected=said.expected,
        actual=said.actual,
        gap=said.gap,
        tolerance=said.tolerance,
        members=tuple(members),
        row=failing.row,
    )


def _code(rule: Rule, failing: Failing) -> str | None:
    if failing.verdict == "unverifiable":
        return str(failing.row.get("reason") or "operand")
    if rule.kind == "range" and failing.grade == "hedge":
        return "implausible"
    if failing.grade in _GRADE_CAP:
        return failing.grade
    judgement = KINDS[rule.kind].judgement
    if issubclass(judgement, InCodeList):
        return failing.row.get("reason")
    if issubclass(judgement, (Absent, Covered)):
        return failing.row.get("code") or _SEEN.get(rule.kind)
    return str(failing.row.get("code") or "impossible")


def _severity(rule: Rule, failing: Failing) -> str:
    """The rule's severity, lowered by the grade and by what the frame allows at most. What cannot be judged is information."""
    if failing.verdict == "unverifiable":
        return "info"
    severity = rule.severity
    for cap in (_GRADE_CAP.get(failing.grade or ""), failing.row.get("cap")):
        if cap is not None and _RANK[cap] < _RANK[severity]:
            severity = cap
    return severity


def _key(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]]) -> str:
    """The judged subject in words of figures.csv; what a waiver is keyed by."""
    if not members or failing.row.get("subject") is not None:
        return str(failing.row.get("subject") or failing.row.get("x") or "")
    # Members of one role stand in the order of the file, which the key must not hang on.
    first = min((m for role, m in members if role == members[0][0]), key=_in_words)
    by = rule.params.get("by") or _DEFAULT_KEY
    parts = {
        "indicator": first.indicator,
        "measure": first.measure,
        "breakdown": first.breakdown,
        "ref_area": first.ref_area,
        "time_period": first.time_period,
        "obs_kind": first.obs_kind,
        "unit": first.unit,
        "source": first.source_id,
    }
    return "|".join(str(parts[name] or "") for name in by)  # type: ignore[attr-defined]


def _in_words(m: Member) -> tuple[str, ...]:
    return tuple(part or "" for part in (m.indicator, m.measure, m.breakdown, m.ref_area, m.time_period, m.obs_kind, m.unit, m.source_id))


def as_columns(findings: Sequence[Finding]) -> dict[str, list[Any]]:
    """The findings as columns of the published table."""
    return {
        "finding_id": [f.finding_id for f in findings],
        "rule": [f.rule.id for f in findings],
        "severity": [f.severity for f in findings],
        "verdict": [f.verdict for f in findings],
        "code": [f.code for f in findings],
        "key": [f.key for f in findings],
        "message_vi": [f.message_vi for f in findings],
        "message_en": [f.message_en for f in findings],
        "expected": [f.expected for f in findings],
        "actual": [f.actual for f in findings],
        "gap": [None if f.gap is None else float(f.gap) for f in findings],
        "tolerance": [None if f.tolerance is None else float(f.tolerance) for f in findings],
        "hypotheses": [json.dumps(list(f.hypotheses), ensure_ascii=False, sort_keys=True) for f in findings],
        "cause": [f.cause for f in findings],
    }


def members_as_columns(findings: Sequence[Finding]) -> dict[str, list[Any]]:
    """The members of the findings as columns of the published table; observation ids are added where the row was published."""
    rows = [(f.finding_id, position, role, m) for f in findings for position, (role, m) in enumerate(f.members)]
    return {
        "finding_id": [r[0] for r in rows],
        "position": [r[1] for r in rows],
        "role": [r[2] for r in rows],
        "n": [r[3].n for r in rows],
        "figure_id": [r[3].figure_id for r in rows],
        "source_id": [r[3].source_id for r in rows],
        "line": [r[3].line for r in rows],
        "locator": [r[3].locator for r in rows],
        "indicator": [r[3].indicator for r in rows],
        "measure": [r[3].measure for r in rows],
        "breakdown": [r[3].breakdown for r in rows],
        "ref_area": [r[3].ref_area for r in rows],
        "time_period": [r[3].time_period for r in rows],
        "obs_kind": [r[3].obs_kind for r in rows],
        "text": [r[3].text for r in rows],
        "unit": [r[3].unit for r in rows],
    }
