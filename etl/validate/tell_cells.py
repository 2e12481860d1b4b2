"""The facts of findings about one cell or one key, and about the run: limits, codes, repeats, jumps, coverage. One function per kind."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.extract.beside import readings_of_two_scales, readings_of_unread_words
from etl.extract.quantity import Quantity, Refusal, parse_quantity
from etl.messages import sentence
from etl.model import NumberFormat
from etl.resolve.notes import token_meant
from etl.validate.facts import Facts, exact_or_none, shown_members, value_of
from etl.validate.frames.letters import LOOKS_LIKE
from etl.validate.numbers import number, plain
from schemas.judgements import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.validate.judge import Failing
    from etl.validate.members import Member
    from schemas.kinds import Rule

_OF_BOTH: Final = frozenset({"two-scales", "unread-words", "contradicting-units"})  # the text and the unit of its column, together


def tell_range(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `range`."""
    cell = members[0][1]
    ends = [exact_or_none(failing.row.get(name)) for name in ("right_lower", "right_upper")]
    shown = [("−∞", "+∞")[at] if end is None or abs(end) >= OPEN else number(end, lang) for at, end in enumerate(ends)]
    low, high = ends
    value = value_of(cell)
    gap = max(low - value if low is not None else Decimal(0), value - high if high is not None else Decimal(0))
    return Facts(
        {"value": cell.number(lang), "unit": cell.unit or cell.unit_code or "", "low": shown[0], "high": shown[1]},
        expected=f"[{shown[0]}; {shown[1]}]",
        actual=plain(value),
        gap=gap,
        tolerance=cell.half_width,
    )


def tell_cell(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `cell`."""
    cell = members[0][1]
    return Facts({"value": cell.number(lang), "unit": cell.unit or ""}, actual=cell.text)


def tell_whole(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `whole`."""
    cell = members[0][1]
    template = "finding-whole-negative" if "not_below_least" in failing.checks else None
    return Facts({"value": cell.number(lang), "unit": cell.unit or ""}, actual=plain(value_of(cell)), template=template)


def tell_format(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `format`."""
    cell = members[0][1]
    reading = parse_quantity(cell.text or "", NumberFormat(cell.number_format))
    refusal = reading if isinstance(reading, Refusal) else Refusal(str(failing.row["reason"]))  # readable by itself, refused for what stands beside it
    candidates = list(refusal.candidates)
    why = sentence(f"refusal-{refusal.code}", lang)
    options = sentence("candidates", lang, candidates=candidates) if candidates else ""
    return Facts({"text": cell.text, "why": why, "options": options, "format": cell.number_format}, expected=" | ".join(candidates) or None, actual=cell.text)


def tell_allowed(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `allowed`."""
    cell = members[0][1]
    what = str(rule.params["what"])
    if what == "note":
        return _tell_note(failing, lang)
    printed, reason, options = {
        "series": (
            cell.indicator if cell.series_reason == "unknown-indicator" else (cell.bad_token or f"{cell.measure} {cell.obs_kind}"),
            cell.series_reason,
            (),
        ),
        "unit": (cell.unit if cell.unit_reason not in _OF_BOTH else f"{cell.text} | {cell.unit}", cell.unit_reason, _unit_options(cell)),
        "period": (cell.time_period, cell.period_reason, cell.period_options),
        "area": (cell.ref_area, cell.area_reason, cell.area_options),
    }[what]
    shown = sentence("candidates", lang, candidates=list(options)) if options else ""
    code = "unreadable-period" if what == "period" and reason in {None, "unknown"} else reason or "unknown"
    why = sentence(f"code-{code}", lang, unit=cell.unit_code or cell.unit, indicator=cell.name(lang), vintage=cell.vintage)
    return Facts({"text": printed, "why": why, "options": shown}, expected=" | ".join(options) or None, actual=printed)


def _tell_note(failing: Failing, lang: str) -> Facts:
    """Tokens of a note that are meant and not understood: the figure stands, the tokens count for nothing."""
    faults = list(failing.row["faults"])
    told = [token_meant(token) for token in faults]
    known = list(dict.fromkeys(allowed for allowed, _ in told))
    near = [token for _, several in told for token in several if token not in faults]
    shown = sentence("candidates", lang, candidates=near) if near else ""
    why = sentence(f"code-{failing.row['reason']}", lang, known=known)
    return Facts(
        {"text": "; ".join(faults), "why": why, "options": shown}, expected=" ; ".join(known), actual="; ".join(faults), template="finding-allowed-note"
    )


def _unit_options(cell: Member) -> tuple[str, ...]:
    """What the unit may be; where text and column speak against each other, what the whole may say."""
    text, unit, number_format = cell.text or "", cell.unit or "", NumberFormat(cell.number_format)
    if cell.unit_reason == "two-scales":
        return readings_of_two_scales(text, unit, number_format)
    reading = parse_quantity(text, number_format)
    if cell.unit_reason == "unread-words" and isinstance(reading, Quantity):
        return readings_of_unread_words(text, reading.unit_text, unit, number_format)
    return cell.unit_options


def tell_alike(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `alike`."""
    values = [value_of(m) for _, m in members]
    shown = sentence("and", lang).join(f"{m.number(lang)} ({m.source_id}, {m.place()})" for _, m in members[:6])
    return Facts({"printings": shown, "count": len(members)}, expected=plain(min(values)), actual=plain(max(values)), gap=max(values) - min(values))


def tell_jump(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `jump`."""
    value = members[0][1]
    beside = exact_or_none(failing.row.get("right_value")) or Decimal(1)
    is_above = value_of(value) >= beside
    times = (value_of(value) / beside if is_above else beside / max(value_of(value), Decimal(1))).quantize(Decimal("0.1"))
    return Facts(
        {"value": value.number(lang), "beside": number(beside, lang), "times": number(times, lang), "cap": number(Decimal(str(rule.params["cap"])), lang)},
        expected=plain(beside),
        actual=plain(value_of(value)),
        gap=abs(value_of(value) - beside),
        template="finding-jump" if is_above else "finding-jump-below",
    )


def tell_coverage(_rule: Rule, failing: Failing, _members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `coverage`."""
    share, least = (Decimal(str(failing.row[name] or 0)) for name in ("share", "least"))
    return Facts(
        {"subject": failing.row["subject"], "share": number((100 * share).quantize(Decimal("0.1")), lang), "least": number(100 * least, lang)},
        expected=f">= {least}",
        actual=f"{share:.4f}",
    )


def tell_ledger(_rule: Rule, failing: Failing, _members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `ledger`."""
    row = failing.row
    detail = str(row["detail_vi" if lang == "vi" else "detail_en"])
    template = "finding-ledger-named" if str(row["subject"]) in detail else None  # one name is enough
    return Facts({"subject": row["subject"], "detail": detail}, expected=row["expected"], actual=row["actual"], template=template)


def tell_plainly(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `plainly`."""
    return Facts({"shown": shown_members(members, lang)}, actual=members[0][1].text if members else None)


def tell_letters(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `letters`."""
    text = str(failing.row["subject"])
    composed = unicodedata.normalize("NFC", text)
    alike = [f"“{letter}” (U+{ord(letter):04X}) ≠ {LOOKS_LIKE[letter]}" for letter in dict.fromkeys(composed) if letter in LOOKS_LIKE]
    found = [sentence("letters-decomposed", lang)] if composed != text else []
    found += [sentence("letters-alike", lang, named=alike)] if alike else []
    proper = "".join(LOOKS_LIKE.get(letter, letter) for letter in composed)
    return Facts({"text": text, "letters": sentence("and", lang).join(found), "proper": proper, "count": len(members)}, expected=proper, actual=text)
