"""Put a failing row into words: the formula with its printed numbers, expected against found, gap, tolerance, and why rounding cannot help.

One function per kind gives the facts; the sentences themselves are in messages.toml under `finding-<kind>`. Everything is said twice, in
Vietnamese and in English, from the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.extract.quantity import Refusal, parse_quantity
from etl.messages import sentence
from etl.model import NumberFormat
from etl.validate.numbers import number, plain
from schemas.judgements import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from etl.validate.judge import Failing
    from etl.validate.members import Member
    from schemas.kinds import Rule

LANGUAGES: Final = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words, and its numbers for machines (exact decimals as text)."""

    message_vi: str
    message_en: str
    expected: str | None
    actual: str | None
    gap: Decimal | None
    tolerance: Decimal | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a kind tells of one row: the words of the sentence in one language, and the numbers."""

    words: Mapping[str, object]
    expected: str | None = None
    actual: str | None = None
    gap: Decimal | None = None
    tolerance: Decimal | None = None
    template: str | None = None


def say(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]]) -> Said:
    """The finding about one failing row."""
    told: dict[str, str] = {}
    facts = Facts({})
    for lang in LANGUAGES:
        facts = _TELLERS[rule.kind](rule, failing, members, lang)
        words = {"subject": subject(rule, members, lang), "proof": _proof(rule, failing, facts, members, lang), **facts.words}
        if failing.verdict == "unverifiable":
            reason = str(failing.row.get("reason") or "operand")
            told[lang] = sentence(
                "finding-unverifiable",
                lang,
                subject=words["subject"],
                label=_label(rule, lang),
                why=sentence(f"why-{reason}", lang),
                shown=_shown(members, lang),
            )
        else:
            told[lang] = sentence(facts.template or f"finding-{rule.kind}", lang, label=_label(rule, lang), **words).strip()
    return Said(told["vi"], told["en"], facts.expected, facts.actual, facts.gap, facts.tolerance)


def subject(rule: Rule, members: Sequence[tuple[str, Member]], lang: str) -> str:
    """What the finding is about: the rule in words, the place and the period of its first member."""
    if not members:
        return _label(rule, lang)
    first = members[0][1]
    where = ", ".join(dict.fromkeys(m.ref_area for _, m in members if m.ref_area)) if len({m.ref_area for _, m in members}) <= 2 else first.ref_area  # noqa: PLR2004
    when = first.period or first.time_period
    # Of a group only what all members share names it: the sectors differ, the labour structure is one.
    same = [part for part in first.subgroup(lang) if all(part in m.subgroup(lang) for _, m in members)]
    name = f"{first.bare_name(lang)} ({', '.join(same)})" if same else first.bare_name(lang)
    return f"{name} – {' '.join(x for x in (where, when) if x)}".rstrip(" –")


def _label(rule: Rule, lang: str) -> str:
    return rule.label_vi if lang == "vi" else rule.label_en


def _shown(members: Sequence[tuple[str, Member]], lang: str) -> str:
    return "; ".join(f"{m.name(lang)}: {m.text or ''} {m.unit or ''}".rstrip() for _, m in members[:4]) + (" …" if len(members) > 4 else "")  # noqa: PLR2004


def _proof(rule: Rule, failing: Failing, facts: Facts, members: Sequence[tuple[str, Member]], lang: str) -> str:
    """Why the grade is what it is, and the reading of a bare round number that the rules do not apply (design/rules.md §1)."""
    if failing.verdict != "fail" or failing.grade is None:
        return ""
    code = failing.grade if failing.grade != "impossible" else failing.row.get("code") or failing.grade
    code = "implausible" if rule.kind == "range" and failing.grade == "hedge" else code
    said = sentence(f"proof-{code}", lang)
    if code == "impossible" and facts.tolerance is not None and facts.tolerance == 0:
        said = sentence("proof-exact", lang)
    for _, m in members:
        if code == "impossible" and _is_bare_round(m):
            value = m.value or Decimal(0)
            half = _granule(value) / 2
            said += " " + sentence("proof-round", lang, shown=m.number(lang), low=number(value - half, lang), high=number(value + half, lang))
            break
    return said


def _is_bare_round(m: Member) -> bool:
    return m.value is not None and m.hedge == "exact" and m.half_width == 0 and m.multiplier == 1 and abs(m.value) >= 1000 and m.value % 100 == 0  # noqa: PLR2004


def _granule(value: Decimal) -> Decimal:
    digits = f"{abs(value):f}".split(".", maxsplit=1)[0]
    return Decimal(10) ** (len(digits) - len(digits.rstrip("0")))


def _of(members: Sequence[tuple[str, Member]], *roles: str) -> list[Member]:
    return [m for role, m in members if role in roles]


def _value(m: Member) -> Decimal:
    return m.value if m.value is not None else Decimal(0)


def _most_decimals(members: Sequence[Member]) -> int:
    return max((m.decimals if m.multiplier == 1 else 0 for m in members), default=0)


def _terms(members: Sequence[Member], lang: str) -> str:
    shown = [m.number(lang) for m in members[:12]]
    more = [sentence("more-terms", lang, count=len(members) - len(shown))] if len(members) > len(shown) else []
    return " + ".join(f"({s})" if s.startswith("-") else s for s in shown + more)


def _tolerances(members: Sequence[Member], lang: str) -> str:
    halves = [number(m.half_width, lang) for m in members if m.half_width]
    return f" (= {' + '.join(halves)})" if 1 < len(halves) <= 9 else ""  # noqa: PLR2004


def _exact(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _tell_hundred(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    parts = [m for _, m in members]
    decimals = _most_decimals(parts)
    total = sum((_value(m) for m in parts), Decimal(0))
    tolerance = sum((m.half_width or Decimal(0) for m in parts), Decimal(0)).normalize()
    gap = total - 100
    actual = total.quantize(Decimal(1).scaleb(-decimals))
    return Facts(
        {
            "terms": _terms(parts, lang),
            "actual": number(actual, lang, decimals=decimals),
            "gap": number(abs(gap), lang, decimals=decimals),
            "tolerance": number(tolerance, lang),
            "parts": _tolerances(parts, lang),
        },
        expected="100",
        actual=plain(actual),
        gap=abs(gap),
        tolerance=tolerance,
    )


def _tell_sum(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    totals, parts = _of(members, "total"), _of(members, "part")
    everything = totals + parts
    decimals = _most_decimals(everything)
    total = _value(totals[0]) if totals else Decimal(0)
    added = sum((_value(m) for m in parts), Decimal(0))
    tolerance = sum((m.half_width or Decimal(0) for m in everything), Decimal(0)).normalize()
    gap = added - total
    return Facts(
        {
            "terms": _terms(parts, lang),
            "actual": number(added, lang, decimals=decimals),
            "expected": totals[0].number(lang) if totals else "",
            "gap": number(abs(gap), lang),
            "tolerance": number(tolerance, lang),
            "parts": _tolerances(everything, lang),
        },
        expected=plain(total),
        actual=plain(added),
        gap=abs(gap),
        tolerance=tolerance,
        template="finding-sum-above" if not failing.row.get("is_closed", True) and gap > 0 else None,
    )


def _tell_order(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    small, large = members[0][1], members[-1][1]
    gap = _value(small) - _value(large)
    tolerance = ((small.half_width or Decimal(0)) + (large.half_width or Decimal(0))).normalize()
    return Facts(
        {
            "small": small.number(lang),
            "large": large.number(lang),
            "small_name": small.name(lang),
            "large_name": large.name(lang),
            "small_period": small.period or "",
            "large_period": large.period or "",
            "gap": number(gap, lang),
            "tolerance": number(tolerance, lang),
        },
        expected=f"<= {plain(_value(large))}",
        actual=plain(_value(small)),
        gap=gap,
        tolerance=tolerance,
    )


def _tell_ratio(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    rate, num, den = (members[i][1] for i in range(3))
    if not _value(den):
        return Facts({}, actual=plain(_value(rate)))  # unverifiable: nothing follows from nought
    k = Decimal(str(rule.params["k"]))
    follows = (k * _value(num) / _value(den)).quantize(Decimal(1).scaleb(-max(rate.decimals + 2, 2)))
    gap = abs(_value(rate) - follows)
    tolerance = _exact(failing.row.get("tolerance"))
    return Facts(
        {
            "k": number(k, lang),
            "num": num.number(lang),
            "den": den.number(lang),
            "num_name": num.name(lang),
            "den_name": den.name(lang),
            "follows": number(follows, lang),
            "printed": rate.number(lang),
            "gap": number(gap, lang),
            "tolerance": number((tolerance or Decimal(0)).normalize(), lang),
        },
        expected=plain(follows),
        actual=plain(_value(rate)),
        gap=gap,
        tolerance=tolerance,
    )


def _tell_change(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    a, b, c = (members[i][1] for i in range(3))
    form = str(rule.params["form"])
    if form in {"level", "plan", "plan_change", "gap"}:
        flip = -1 if failing.row.get("flip") == -1 else 1
        left = _exact(failing.row.get("left_value")) or Decimal(0)
        right = _exact(failing.row.get("right_value")) or Decimal(0)
        decimals = _most_decimals([a, b, c])
        tolerance = _exact(failing.row.get("tolerance"))
        step = _value(c)
        return Facts(
            {
                "base": number(flip * _value(b), lang, decimals=decimals if b.multiplier == 1 else None),
                "change": f"{'−' if step < 0 else '+'} {number(abs(step), lang, decimals=c.decimals if c.multiplier == 1 else None)}",
                "follows": number(right, lang, decimals=decimals if b.multiplier == 1 else None),
                "printed": number(left, lang, decimals=a.decimals if a.multiplier == 1 else None),
                "gap": number(abs(left - right), lang),
                "tolerance": number((tolerance or Decimal(0)).normalize(), lang),
            },
            expected=plain(right),
            actual=plain(left),
            gap=abs(left - right),
            tolerance=tolerance,
        )
    base = _exact(failing.row.get("base_v")) or Decimal(1)
    difference = _exact(failing.row.get("diff_v")) or Decimal(0)
    follows = (100 * difference / base).quantize(Decimal(1).scaleb(-max(c.decimals + 2, 2)))
    gap = abs(_value(c) - follows)
    return Facts(
        {
            "difference": number(difference, lang),
            "base": number(base, lang),
            "follows": number(follows, lang),
            "printed": c.number(lang),
            "gap": number(gap, lang),
            "tolerance": number((c.half_width or Decimal(0)).normalize(), lang),
        },
        expected=plain(follows),
        actual=plain(_value(c)),
        gap=gap,
        tolerance=c.half_width,
        template="finding-change-percent",
    )


def _tell_product(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    amount, norm, counts = members[0][1], members[1][1], [m for _, m in members[2:]]
    counted = sum((_value(m) for m in counts), Decimal(0))
    follows = counted * _value(norm)
    gap = abs(_value(amount) - follows)
    return Facts(
        {
            "counts": _terms(counts, lang) if len(counts) == 1 else f"({_terms(counts, lang)})",
            "norm": norm.number(lang),
            "follows": number(follows, lang),
            "printed": amount.number(lang),
            "gap": number(gap, lang),
            "tolerance": number((amount.half_width or Decimal(0)).normalize(), lang),
        },
        expected=plain(follows),
        actual=plain(_value(amount)),
        gap=gap,
        tolerance=amount.half_width,
    )


def _tell_balance(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    roles = dict(members)
    change = _exact(failing.row.get("left_value")) or Decimal(0)
    flow = _exact(failing.row.get("right_value"))
    return Facts(
        {
            "entries": roles["entries"].number(lang) if "entries" in roles else "?",
            "exits": roles["exits"].number(lang) if "exits" in roles else "?",
            "follows": number(flow or Decimal(0), lang),
            "change": number(change, lang),
            "gap": number(abs(change - (flow or Decimal(0))), lang),
            "tolerance": number((_exact(failing.row.get("tolerance")) or Decimal(0)).normalize(), lang),
        },
        expected=None if flow is None else plain(flow),
        actual=plain(change),
        gap=None if flow is None else abs(change - flow),
        tolerance=_exact(failing.row.get("tolerance")),
    )


def _tell_base(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    low = _exact(failing.row.get("left_value")) or Decimal(0)
    high = _exact(failing.row.get("right_value")) or Decimal(0)
    pairs = "; ".join(f"{m.name(lang)} {m.number(lang)}" for _, m in members)
    return Facts(
        {
            "pairs": pairs,
            "low": number(low.quantize(Decimal("0.1")), lang),
            "high": number(high.quantize(Decimal("0.1")), lang),
            "gap": number((low - high).quantize(Decimal("0.1")), lang),
        },
        expected=f"<= {plain(high)}",
        actual=plain(low),
        gap=low - high,
    )


def _tell_between(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    overall, parts = members[0][1], [m for _, m in members[1:]]
    low, high = min(parts, key=_value), max(parts, key=_value)
    gap = max(_value(low) - _value(overall), _value(overall) - _value(high))
    return Facts(
        {"overall": overall.number(lang), "low": low.number(lang), "high": high.number(lang), "gap": number(gap, lang)},
        expected=f"[{plain(_value(low))}; {plain(_value(high))}]",
        actual=plain(_value(overall)),
        gap=gap,
        tolerance=overall.half_width,
    )


def _tell_band(rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    a, b = members[0][1], members[-1][1]
    low, high = (Decimal(str(x)) for x in rule.params["band"])  # type: ignore[attr-defined]
    each = (_value(a) / _value(b)).quantize(Decimal("0.1")) if _value(b) else Decimal(0)
    return Facts(
        {"a": a.number(lang), "b": b.number(lang), "each": number(each, lang), "low": number(low, lang), "high": number(high, lang)},
        expected=f"[{plain(low)}; {plain(high)}]",
        actual=plain(each),
        gap=max(low - each, each - high),
    )


def _tell_range(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    cell = members[0][1]
    ends = [_exact(failing.row.get(name)) for name in ("right_lower", "right_upper")]
    shown = [("−∞", "+∞")[at] if end is None or abs(end) >= OPEN else number(end, lang) for at, end in enumerate(ends)]
    low, high = ends
    value = _value(cell)
    gap = max(low - value if low is not None else Decimal(0), value - high if high is not None else Decimal(0))
    return Facts(
        {"value": cell.number(lang), "unit": cell.unit or cell.unit_code or "", "low": shown[0], "high": shown[1]},
        expected=f"[{shown[0]}; {shown[1]}]",
        actual=plain(value),
        gap=gap,
        tolerance=cell.half_width,
    )


def _tell_cell(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    cell = members[0][1]
    return Facts({"value": cell.number(lang), "unit": cell.unit or ""}, actual=cell.text)


def _tell_whole(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    cell = members[0][1]
    template = "finding-whole-negative" if "not_below_least" in failing.checks else None
    return Facts({"value": cell.number(lang), "unit": cell.unit or ""}, actual=plain(_value(cell)), template=template)


def _tell_format(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    cell = members[0][1]
    reading = parse_quantity(cell.text or "", NumberFormat(cell.number_format))
    refusal = reading if isinstance(reading, Refusal) else Refusal("malformed", ())
    candidates = list(refusal.candidates)
    why = sentence(f"refusal-{refusal.code}", lang)
    options = sentence("candidates", lang, candidates=candidates) if candidates else ""
    return Facts({"text": cell.text, "why": why, "options": options, "format": cell.number_format}, expected=" | ".join(candidates) or None, actual=cell.text)


def _tell_allowed(rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    cell = members[0][1]
    what = str(rule.params["what"])
    printed, reason, options = {
        "series": (
            cell.indicator if cell.series_reason == "unknown-indicator" else (cell.bad_token or f"{cell.measure} {cell.obs_kind}"),
            cell.series_reason,
            (),
        ),
        "unit": (cell.unit, cell.unit_reason, cell.unit_options),
        "period": (cell.time_period, cell.period_reason, cell.period_options),
        "area": (cell.ref_area, cell.area_reason, cell.area_options),
    }[what]
    shown = sentence("candidates", lang, candidates=list(options)) if options else ""
    code = "unreadable-period" if what == "period" and reason in {None, "unknown"} else reason or "unknown"
    why = sentence(f"code-{code}", lang, unit=cell.unit_code or cell.unit, indicator=cell.name(lang), vintage=cell.vintage)
    return Facts({"text": printed, "why": why, "options": shown}, expected=" | ".join(options) or None, actual=printed)


def _tell_alike(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    values = [_value(m) for _, m in members]
    shown = sentence("and", lang).join(f"{m.number(lang)} ({m.source_id}, {m.place()})" for _, m in members[:6])
    return Facts({"printings": shown, "count": len(members)}, expected=plain(min(values)), actual=plain(max(values)), gap=max(values) - min(values))


def _tell_jump(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    value = members[0][1]
    beside = _exact(failing.row.get("right_value")) or Decimal(1)
    times = (_value(value) / beside if _value(value) >= beside else beside / max(_value(value), Decimal(1))).quantize(Decimal("0.1"))
    return Facts(
        {"value": value.number(lang), "beside": number(beside, lang), "times": number(times, lang), "cap": number(Decimal(str(rule.params["cap"])), lang)},
        expected=plain(beside),
        actual=plain(_value(value)),
        gap=abs(_value(value) - beside),
    )


def _tell_coverage(_rule: Rule, failing: Failing, _members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    share, least = (Decimal(str(failing.row[name] or 0)) for name in ("share", "least"))
    return Facts(
        {"subject": failing.row["subject"], "share": number((100 * share).quantize(Decimal("0.1")), lang), "least": number(100 * least, lang)},
        expected=f">= {least}",
        actual=f"{share:.4f}",
    )


def _tell_ledger(_rule: Rule, failing: Failing, _members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    row = failing.row
    detail = str(row["detail_vi" if lang == "vi" else "detail_en"])
    template = "finding-ledger-named" if str(row["subject"]) in detail else None  # one name is enough
    return Facts({"subject": row["subject"], "detail": detail}, expected=row["expected"], actual=row["actual"], template=template)


def _tell_comparable(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    change = members[0][1]
    return Facts({"change": change.text, "unit": change.unit or "", "what": failing.row["break_vi" if lang == "vi" else "break_en"]}, actual=change.text)


def _tell_plainly(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    return Facts({"shown": _shown(members, lang)}, actual=members[0][1].text if members else None)


def _tell_annual(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    year, month = members[0][1], members[1][1]
    follows = 12 * _value(month)
    gap = abs(_value(year) - follows)
    tolerance = ((year.half_width or Decimal(0)) + 12 * (month.half_width or Decimal(0))).normalize()
    return Facts(
        {
            "month": month.number(lang),
            "follows": number(follows, lang),
            "printed": year.number(lang),
            "gap": number(gap, lang),
            "tolerance": number(tolerance, lang),
        },
        expected=plain(follows),
        actual=plain(_value(year)),
        gap=gap,
        tolerance=tolerance,
    )


_TELLERS: Final[dict[str, Callable[[Rule, Failing, Sequence[tuple[str, Member]], str], Facts]]] = {
    "hundred": _tell_hundred,
    "within_hundred": _tell_hundred,
    "sum": _tell_sum,
    "complement": _tell_sum,
    "order": _tell_order,
    "monotone": _tell_order,
    "ranking": _tell_order,
    "ratio": _tell_ratio,
    "change": _tell_change,
    "product": _tell_product,
    "balance": _tell_balance,
    "base": _tell_base,
    "between": _tell_between,
    "band": _tell_band,
    "range": _tell_range,
    "hedged": _tell_cell,
    "timing": _tell_cell,
    "claim": _tell_cell,
    "points": _tell_cell,
    "missing": _tell_cell,
    "annual": _tell_annual,
    "whole": _tell_whole,
    "format": _tell_format,
    "allowed": _tell_allowed,
    "unique": _tell_alike,
    "repeat": _tell_alike,
    "agree": _tell_alike,
    "copy": _tell_alike,
    "precedence": _tell_alike,
    "jump": _tell_jump,
    "interval": _tell_plainly,
    "comparable": _tell_comparable,
    "deadline": _tell_plainly,
    "coverage": _tell_coverage,
    "ledger": _tell_ledger,
}
