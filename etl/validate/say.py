"""Put a failing row into words: the formula with its printed numbers, expected against found, gap, tolerance, and why rounding cannot help.

One function per kind gives the facts (tell_groups.py, tell_cells.py); the sentences themselves are in messages.toml under `finding-<kind>`.
Everything is said twice, in Vietnamese and in English, from the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Final

from etl.messages import sentence
from etl.validate import tell_cells, tell_groups
from etl.validate.facts import Facts, are_exact, exact_or_none, label_of, shown_members, value_of
from etl.validate.numbers import WIDE, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from etl.validate.judge import Failing
    from etl.validate.members import Member
    from schemas.kinds import Rule

LANGUAGES: Final = ("vi", "en")
_ORDERS: Final = frozenset({"order", "monotone"})
_COUNTING_ONCE: Final = _ORDERS | {"hundred", "within_hundred", "sum", "complement", "change"}
"""Kinds whose sides are sums of the printed figures: what one of them gives way, the gap gives way."""
_MOST_ROUND: Final = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words, and its numbers for machines (exact decimals as text)."""

    message_vi: str
    message_en: str
    expected: str | None
    actual: str | None
    gap: Decimal | None
    tolerance: Decimal | None


def say(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]]) -> Said:
    """The finding about one failing row."""
    told: dict[str, str] = {}
    facts = Facts({})
    for lang in LANGUAGES:
        with localcontext(WIDE):
            facts = _TELLERS[rule.kind](rule, failing, members, lang)
        words = {"subject": subject(rule, members, lang), "proof": _proof(rule, failing, facts, members, lang), **facts.words}
        if failing.verdict == "unverifiable":
            reason = str(failing.row.get("reason") or "operand")
            told[lang] = sentence(
                "finding-unverifiable",
                lang,
                subject=words["subject"],
                label=label_of(rule, lang),
                why=sentence(f"why-{reason}", lang),
                shown=shown_members(members, lang),
            )
        else:
            told[lang] = sentence(facts.template or f"finding-{rule.kind}", lang, label=label_of(rule, lang), **words).strip()
    return Said(told["vi"], told["en"], facts.expected, facts.actual, facts.gap, facts.tolerance)


def subject(rule: Rule, members: Sequence[tuple[str, Member]], lang: str) -> str:
    """What the finding is about: the rule in words, the place and the period of its first member."""
    if not members:
        return label_of(rule, lang)
    first = members[0][1]
    where = ", ".join(dict.fromkeys(m.ref_area for _, m in members if m.ref_area)) if len({m.ref_area for _, m in members}) <= 2 else first.ref_area  # noqa: PLR2004
    when = first.period or first.time_period
    # Of a group only what all members share names it: the sectors differ, the labour structure is one.
    same = [part for part in first.subgroup(lang) if all(part in m.subgroup(lang) for _, m in members)]
    name = f"{first.bare_name(lang)} ({', '.join(same)})" if same else first.bare_name(lang)
    return f"{name} – {' '.join(x for x in (where, when) if x)}".rstrip(" –")


def _proof(rule: Rule, failing: Failing, facts: Facts, members: Sequence[tuple[str, Member]], lang: str) -> str:
    """Why the grade is what it is, and what the reading of bare round numbers would change that the rules do not apply (design/rules.md §1)."""
    if failing.verdict != "fail" or failing.grade is None:
        return ""
    code = failing.grade if failing.grade != "impossible" else failing.row.get("code") or failing.grade
    code = "implausible" if rule.kind == "range" and failing.grade == "hedge" else code
    figures = [m for _, m in members]
    is_exact = code == "impossible" and facts.tolerance is not None and facts.tolerance == 0 and are_exact(figures)
    said = [sentence("proof-exact" if is_exact else f"proof-{code}", lang)]
    rounds = [m for m in figures if _is_bare_round(m)]
    if code == "impossible" and rounds:
        said.append(_if_rounded(rule, failing, facts, rounds, lang))
    return " ".join(said)


def _if_rounded(rule: Rule, failing: Failing, facts: Facts, rounds: Sequence[Member], lang: str) -> str:
    """What would be, if the bare round numbers were rounded: told as a claim only where every figure counts once, so that the gap can be worked out."""
    told = rounds[:_MOST_ROUND]
    ranges = [sentence("proof-range", lang, low=number(value_of(m) - half, lang), high=number(value_of(m) + half, lang)) for m in told for half in [_room(m)]]
    words = {"shown": ", ".join(m.number(lang) for m in told), "ranges": "; ".join(ranges)}
    apart = _distance(failing)
    if rule.kind not in _COUNTING_ONCE or facts.template == "finding-change-percent" or apart is None or len(rounds) > _MOST_ROUND:
        return sentence("proof-round", lang, **words)
    if apart <= sum((_room(m) for m in rounds), Decimal(0)):
        return sentence("proof-round-may", lang, **words)
    if rule.kind in _ORDERS:
        return sentence("proof-round-still-order", lang, small=facts.words["small"], **words)
    return sentence("proof-round-still", lang, **words)


def _distance(failing: Failing) -> Decimal | None:
    """How far the two sides are apart, each as wide as its print allows."""
    ends = [exact_or_none(failing.row.get(name)) for name in ("left_lower", "left_upper", "right_lower", "right_upper")]
    if any(end is None for end in ends):
        return None
    left_lower, left_upper, right_lower, right_upper = (end or Decimal(0) for end in ends)
    return max(left_lower - right_upper, right_lower - left_upper)


def _room(m: Member) -> Decimal:
    """Half of the last place that is not 0."""
    return _granule(value_of(m)) / 2


def _is_bare_round(m: Member) -> bool:
    return m.value is not None and m.hedge == "exact" and m.half_width == 0 and m.multiplier == 1 and abs(m.value) >= 1000 and m.value % 100 == 0  # noqa: PLR2004


def _granule(value: Decimal) -> Decimal:
    digits = f"{abs(value):f}".split(".", maxsplit=1)[0]
    return Decimal(10) ** (len(digits) - len(digits.rstrip("0")))


def _tell_comparable(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    change = members[0][1]
    return Facts({"change": change.text, "unit": change.unit or "", "what": failing.row["break_vi" if lang == "vi" else "break_en"]}, actual=change.text)


_TELLERS: Final[dict[str, Callable[[Rule, Failing, Sequence[tuple[str, Member]], str], Facts]]] = {
    "hundred": tell_groups.tell_hundred,
    "within_hundred": tell_groups.tell_hundred,
    "sum": tell_groups.tell_sum,
    "complement": tell_groups.tell_sum,
    "order": tell_groups.tell_order,
    "monotone": tell_groups.tell_order,
    "ranking": tell_groups.tell_order,
    "ratio": tell_groups.tell_ratio,
    "change": tell_groups.tell_change,
    "product": tell_groups.tell_product,
    "balance": tell_groups.tell_balance,
    "base": tell_groups.tell_base,
    "between": tell_groups.tell_between,
    "band": tell_groups.tell_band,
    "range": tell_cells.tell_range,
    "letters": tell_cells.tell_letters,
    "hedged": tell_cells.tell_cell,
    "timing": tell_cells.tell_cell,
    "claim": tell_cells.tell_cell,
    "points": tell_cells.tell_cell,
    "missing": tell_cells.tell_cell,
    "annual": tell_groups.tell_annual,
    "whole": tell_cells.tell_whole,
    "format": tell_cells.tell_format,
    "allowed": tell_cells.tell_allowed,
    "unique": tell_cells.tell_alike,
    "repeat": tell_cells.tell_alike,
    "agree": tell_cells.tell_alike,
    "copy": tell_cells.tell_alike,
    "precedence": tell_cells.tell_alike,
    "jump": tell_cells.tell_jump,
    "ambition": tell_groups.tell_ambition,
    "merged": tell_groups.tell_merged,
    "interval": tell_cells.tell_plainly,
    "comparable": _tell_comparable,
    "deadline": tell_cells.tell_plainly,
    "coverage": tell_cells.tell_coverage,
    "ledger": tell_cells.tell_ledger,
}
