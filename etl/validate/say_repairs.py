"""Put repairs into words: one hypothesis is a kind, a place, what is printed, what would stand there, what that mends and breaks, and a sentence.

Belongs here: the form of a hypothesis as it is stored and shown. Elsewhere: which repairs there are and their order (causes.py, hypotheses.py); the
sentences are in messages.toml under `hypothesis-<kind>`.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from etl.extract.quantity import EXACT
from etl.messages import sentence
from etl.validate.causes import Trust
from etl.validate.edits import Slip
from etl.validate.numbers import scaled
from etl.validate.spans import PLACES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.validate.causes import Change, Repair
    from etl.validate.findings import Finding
    from etl.validate.members import Member
    from etl.validate.spans import Span

LANGUAGES: Final = ("vi", "en")
MOST_ALIKE: Final = 3  # slips of one kind of one figure, where several would do
KINDS: Final = {
    Slip.READING: "reading",
    Slip.SWAP: "swap",
    Slip.DIGIT: "digit",
    Slip.DOUBLED: "digit_doubled",
    Slip.MARK: "factor10",
    Slip.MULTIPLIER: "multiplier",
    Slip.SIGN: "sign",
    Slip.DROPPED: "digit_dropped",
    Slip.EXTRA: "digit_extra",
    Slip.FAR_MARK: "factor100",
    Slip.LABEL: "label",
    Slip.TWICE: "counted_twice",
    Slip.MISSING: "missing_member",
    Slip.DENOMINATOR: "denominator",
    Slip.FREE: "recomputed",
}


def tell(repairs: Sequence[Repair], members: Mapping[int, Member], finding: Finding, *, most: int) -> list[dict[str, Any]]:
    """The first repairs as hypotheses. Where several are believed alike at the head of the list, each says so."""
    tied = [repair for repair in repairs if repair.preference() == repairs[0].preference()]
    told: list[dict[str, Any]] = []
    seen: set[tuple[object, ...]] = set()
    crowds: Counter[tuple[object, ...]] = Counter()
    for repair in repairs:
        crowd = (repair.slip, *(change.n for change in repair.changes))
        crowds[crowd] += repair.trust is Trust.ONE_OF_MANY
        if crowds[crowd] > MOST_ALIKE:
            continue
        hypothesis = _hypothesis(repair, members, finding, tied=len(tied) if repair in tied else 1)
        identity = (hypothesis["member"], hypothesis["from"], hypothesis["to"])
        if identity not in seen:
            seen.add(identity)
            told.append(hypothesis)
        if len(told) == most:
            break
    return told


def limit(code: str, **facts: int) -> dict[str, Any]:
    """What was not tried, in the place of a hypothesis."""
    return {"kind": "limit", **{f"text_{lang}": sentence(code, lang, **facts) for lang in LANGUAGES}}


def place_of(member: Member) -> str:
    """Where a figure stands: its locator in the document, else file and line."""
    return member.locator or f"{member.source_id}:{member.line}"


def _hypothesis(repair: Repair, members: Mapping[int, Member], finding: Finding, *, tied: int) -> dict[str, Any]:
    kind = KINDS[repair.slip]
    if repair.gap is not None:
        form = _missing(repair.gap, repair.unlisted, finding)
    elif repair.slip in {Slip.TWICE, Slip.DENOMINATOR} and repair.about is not None:
        form = _pointing(members[repair.about], finding)
    elif repair.slip is not Slip.LABEL and len(repair.changes) > 1:
        kind, form = "pair", _pair(repair.changes, members)
    else:
        form = _changing(repair, members)
    after = {lang: _effect(repair, lang) + (" " + sentence("hypothesis-tie", lang, count=tied - 1) if tied > 1 else "") for lang in LANGUAGES}
    facts = form.pop("facts")
    return {
        "kind": kind,
        **form,
        "repairs": len(repair.repaired),
        "breaks": repair.broken,
        **{f"text_{lang}": sentence(f"hypothesis-{kind.replace('_', '-')}", lang, **facts[lang]) + after[lang] for lang in LANGUAGES},
    }


def _effect(repair: Repair, lang: str) -> str:
    if len(repair.repaired) == 1 and not repair.broken:
        return ""
    return " " + sentence("hypothesis-effect", lang, repairs=len(repair.repaired), breaks=repair.broken)


def _changing(repair: Repair, members: Mapping[int, Member]) -> dict[str, Any]:
    change = repair.changes[0]
    member = members[change.n]
    other = members[repair.about] if repair.about is not None else member
    old, new = (member.text or "", other.text or "") if repair.slip is Slip.LABEL else _texts(change, member)
    shown = {"old": old, "new": new, "place": place_of(member), "other_place": place_of(other)}
    return {
        "member": place_of(member),
        "indicator": member.indicator,
        "from": old,
        "to": new,
        "facts": {lang: {**shown, "what": member.name(lang), "other": other.name(lang)} for lang in LANGUAGES},
    }


def _texts(change: Change, member: Member) -> tuple[str, str]:
    """What is printed and what would stand there; the unit that stands beside the number joins both, or neither where the slip is not in its word."""
    printed, new, unit = member.text or "", change.to_text(), f" {member.unit}"
    if change.printed is None or change.printed.text == printed:
        return printed, new
    return (printed, new.removesuffix(unit)) if new.endswith(unit) else (change.printed.text, new)


def _pair(changes: Sequence[Change], members: Mapping[int, Member]) -> dict[str, Any]:
    both = [members[change.n] for change in changes]
    texts = [_texts(change, m) for change, m in zip(changes, both, strict=True)]
    shown = {lang: [f"“{old}” → “{new}” ({m.name(lang)}, {place_of(m)})" for m, (old, new) in zip(both, texts, strict=True)] for lang in LANGUAGES}
    return {
        "member": "; ".join(map(place_of, both)),
        "indicator": both[0].indicator,
        "from": "; ".join(old for old, _ in texts),
        "to": "; ".join(new for _, new in texts),
        "facts": {lang: {"first": shown[lang][0], "second": shown[lang][1]} for lang in LANGUAGES},
    }


def _pointing(other: Member, finding: Finding) -> dict[str, Any]:
    first = finding.members[0][1]
    return {
        "member": place_of(other),
        "indicator": other.indicator,
        "from": other.text,
        "to": None,
        "facts": {lang: {"old": other.text, "what": other.name(lang), "place": place_of(other), "rate": first.text} for lang in LANGUAGES},
    }


def _missing(gap: Span, unlisted: Sequence[str], finding: Finding) -> dict[str, Any]:
    """The size of what is missing, printed like the members that are there; named where the list leaves no choice."""
    parts = [m for _, m in finding.members]
    multiplier = min(m.multiplier for m in parts)
    decimals = max(m.decimals for m in parts if m.multiplier == multiplier)
    middle, room = (EXACT.scaleb(Decimal(billionths), -PLACES) for billionths in ((gap.lower + gap.upper) // 2, (gap.upper - gap.lower) // 2))
    size = {}
    for lang in LANGUAGES:
        around = f" ± {scaled(room, multiplier, lang, decimals=_places(room / multiplier))}" if room else ""
        size[lang] = scaled(middle, multiplier, lang, decimals=decimals) + around
    named = {lang: sentence("hypothesis-missing-named", lang, member=unlisted[0]) if len(unlisted) == 1 else "" for lang in LANGUAGES}
    return {
        "member": None,
        "indicator": parts[0].indicator,
        "from": None,
        "to": size["vi"],
        "facts": {lang: {"size": size[lang], "named": named[lang]} for lang in LANGUAGES},
    }


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
