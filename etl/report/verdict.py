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
        errors=words.count("place", counts["findings"]["error"]),
        warnings=words.count("place", counts["findings"]["warning"]),
        waived=words.count("place", counts["findings"]["waived"]),
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
        ("waived", findings["waived"]),
    ):
        if is_true:
            return level
    return "clear"


def attention(findings: list[dict[str, Any]]) -> list[str]:
    """Ids of the findings to look at first; `findings` come gravest first, every rule in turn.

    One of each cause: who looks at the place that explains two findings has looked at both.
    """
    causes: set[tuple[str | None, str]] = set()
    chosen: list[str] = []
    for finding in findings:
        needs_a_person = finding["verdict"] == "fail" and finding["severity"] in {"error", "warning"}
        if finding["waived"] or len(chosen) == MOST or (len(chosen) >= LEAST and not needs_a_person):
            break  # waived ones come last, and what needs no person after what does
        if finding["cause"] is not None:
            cause = (finding["cause_source_id"], finding["cause"])
            if cause in causes:
                continue
            causes.add(cause)
        chosen.append(finding["finding_id"])
    return chosen
