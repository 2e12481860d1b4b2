"""The sentence at the top, and the findings that need a person.

Belongs here: which of the possible sentences is true, which findings go first. Elsewhere: their words (wording.toml), counting (content.py).
Pure: counts and findings in, a small dict or a list of ids out.
"""

from __future__ import annotations

from typing import Any, Final

from etl.report.wording import wording

# What fits on the first screen and is still read: at most five; and three if three failed, though the rest be only worth knowing.
MOST: Final = 5
LEAST: Final = 3

# Kinds of rules that look at one figure, one key or the run itself: where only they had something to judge, nothing was held against anything.
ALONE: Final = frozenset(
    {
        *("allowed", "claim", "comparable", "copy", "coverage", "format", "hedged", "interval", "ledger", "letters"),
        *("missing", "precedence", "range", "timing", "unique", "whole"),
    }
)


def has_compared(kind: str | None, judged: int) -> bool:
    """Whether a rule of this kind, having judged so many subjects, held figures against each other."""
    return judged > 0 and kind not in ALONE


def verdict(counts: dict[str, Any]) -> dict[str, str]:
    """One sentence in both languages, and the level it speaks at."""
    words, findings = wording(), counts["findings"]
    level = _level(counts)
    said = words.say(
        f"verdict.{level}",
        read=words.count("figure", counts["read"]),
        published=words.count("published_figure", counts["published"]),
        unaccounted=words.count("row", abs(counts["read"] - counts["published"] - counts["quarantined"] - counts["excluded"])),
        broken=words.count("rule", counts["rules"]["broken"]),
        # Of several figures that contradict each other nobody knows which is wrong; a single one that is impossible is wrong itself.
        errors=words.count("wrong_set" if findings["error_sets"] == findings["error"] else "wrong_place", findings["error"]),
        warnings=words.count("doubtful_set" if findings["warning_sets"] == findings["warning"] else "doubtful_place", findings["warning"]),
        waived=words.count("place", findings["waived"]),
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
        # Trap: where all rules that applied look at single figures, "no contradiction" would be true and say nothing.
        ("uncompared", not counts["rules"]["compared"] and counts["rules"]["applied"] and not (counts["quarantined"] or findings["waived"])),
        ("unjudged", not counts["rules"]["compared"]),
        ("waived", findings["waived"]),
    ):
        if is_true:
            return level
    return "clear"


def attention(findings: list[dict[str, Any]]) -> list[str]:
    """Ids of the findings to look at first; `findings` come gravest first, every rule in turn. What could not be judged is no finding to look at.

    One of each cause: who looks at the place that explains two findings has looked at both.
    """
    causes: set[tuple[str | None, str]] = set()
    chosen: list[str] = []
    for finding in findings:
        needs_a_person = finding["severity"] in {"error", "warning"}
        if finding["waived"] or len(chosen) == MOST or (len(chosen) >= LEAST and not needs_a_person):
            break  # waived ones come last, and what needs no person after what does
        if finding["verdict"] != "fail":
            continue
        if finding["cause"] is not None:
            cause = (finding["cause_source_id"], finding["cause"])
            if cause in causes:
                continue
            causes.add(cause)
        chosen.append(finding["finding_id"])
    return chosen
