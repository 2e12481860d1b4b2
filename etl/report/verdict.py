"""The sentence at the top, and the findings that need a person.

Belongs here: which of the possible sentences is true, which findings go first. Elsewhere: their words (wording.toml), counting (content.py).
Pure: counts and findings in, a small dict or a list of ids out.
"""

from __future__ import annotations

from typing import Any, Final

from etl.report.wording import wording

# What fits on the first screen and is still read: at most five; and three if there are three, though the rest be only worth knowing.
MOST: Final = 5
LEAST: Final = 3


def verdict(counts: dict[str, Any]) -> dict[str, str]:
    """One sentence in both languages, and the level it speaks at."""
    words = wording()
    level = _level(counts)
    said = words.say(
        f"verdict.{level}",
        read=words.count("figure", counts["read"]),
        published=words.count("published_figure", counts["published"]),
        unaccounted=words.count("row", abs(counts["read"] - counts["published"] - counts["quarantined"] - counts["excluded"])),
        broken=words.count("rule", counts["rules"]["broken"]),
        errors=words.count("error", counts["findings"]["error"]),
        warnings=words.count("warning", counts["findings"]["warning"]),
        applied=words.count("rule", counts["rules"]["applied"]),
    )
    return {"level": level, "vi": said.vi, "en": said.en}


def _level(counts: dict[str, Any]) -> str:
    """The gravest thing that is true; what makes the others unreliable goes first."""
    findings = counts["findings"]
    for level, is_true in (
        ("unbalanced", not counts["is_balanced"]),
        ("broken", counts["rules"]["broken"] > 0),
        ("empty", counts["read"] == 0),
        ("errors_and_warnings", findings["error"] and findings["warning"]),
        ("errors", findings["error"]),
        ("warnings", findings["warning"]),
        ("unjudged", counts["rules"]["applied"] == 0),
    ):
        if is_true:
            return level
    return "clear"


def attention(findings: list[dict[str, Any]]) -> list[str]:
    """Ids of the findings to look at first; `findings` come gravest first.

    One of each rule before a second of any: a rule that fires a thousand times must not hide the others. One of each cause: who looks
    at the place that explains two findings has looked at both.
    """
    candidates = _one_of_each_cause([f for f in findings if not f["waived"]])
    urgent = [f for f in candidates if f["verdict"] == "fail" and f["severity"] in {"error", "warning"}]
    chosen = _one_of_each_rule_first(urgent)[:MOST]
    taken = {f["finding_id"] for f in chosen}
    rest = [f for f in _one_of_each_rule_first(candidates) if f["finding_id"] not in taken]
    chosen += rest[: max(0, LEAST - len(chosen))]
    return [f["finding_id"] for f in chosen]


def _one_of_each_cause(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    gravest_of = {f["cause"]: f["finding_id"] for f in reversed(findings)}
    return [f for f in findings if f["cause"] is None or gravest_of[f["cause"]] == f["finding_id"]]


def _one_of_each_rule_first(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: dict[tuple[str, str], int] = {}
    ranked = []
    for position, finding in enumerate(findings):
        kind = (finding["severity"], finding["rule"])
        seen[kind] = seen.get(kind, 0) + 1
        ranked.append((_GRAVITY[finding["severity"]], seen[kind], position, finding))
    return [finding for *_, finding in sorted(ranked, key=lambda entry: entry[:3])]


_GRAVITY: Final = {"error": 0, "warning": 1, "info": 2}
