"""The facts of findings about several figures: sums, shares, ratios, changes, orders. One function per kind; the sentences are in messages.toml."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etl.messages import sentence
from etl.validate.facts import (
    Facts,
    are_exact,
    begun_small,
    ends_of,
    exact_or_none,
    most_decimals,
    quotient_ends,
    rounding_room,
    terms,
    tolerances,
    value_of,
    with_role,
)
from etl.validate.numbers import number, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.validate.judge import Failing
    from etl.validate.members import Member
    from schemas.kinds import Rule

_MOST_TOLD = 6


def tell_hundred(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `hundred`."""
    parts = [m for _, m in members]
    decimals = most_decimals(parts)
    total = sum((value_of(m) for m in parts), Decimal(0))
    tolerance = sum((m.half_width or Decimal(0) for m in parts), Decimal(0)).normalize()
    gap = total - 100
    actual = total.quantize(Decimal(1).scaleb(-decimals))
    return Facts(
        {
            "terms": terms(parts, lang),
            "actual": number(actual, lang, decimals=decimals),
            "gap": number(abs(gap), lang, decimals=decimals),
            "tolerance": number(tolerance, lang),
            "parts": tolerances(parts, lang),
        },
        expected="100",
        actual=plain(actual),
        gap=abs(gap),
        tolerance=tolerance,
    )


def tell_sum(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `sum`."""
    totals, parts = with_role(members, "total"), with_role(members, "part")
    everything = totals + parts
    decimals = most_decimals(everything)
    total = value_of(totals[0]) if totals else Decimal(0)
    added = sum((value_of(m) for m in parts), Decimal(0))
    tolerance = sum((m.half_width or Decimal(0) for m in everything), Decimal(0)).normalize()
    gap = added - total
    return Facts(
        {
            "terms": terms(parts, lang),
            "actual": number(added, lang, decimals=decimals),
            "expected": totals[0].number(lang) if totals else "",
            "gap": number(abs(gap), lang),
            "tolerance": number(tolerance, lang),
            "parts": tolerances(everything, lang),
        },
        expected=plain(total),
        actual=plain(added),
        gap=abs(gap),
        tolerance=tolerance,
        template="finding-sum-above" if not failing.row.get("is_closed", True) and gap > 0 else None,
    )


def tell_order(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `order`."""
    small, large = members[0][1], members[-1][1]
    gap = value_of(small) - value_of(large)
    tolerance = ((small.half_width or Decimal(0)) + (large.half_width or Decimal(0))).normalize()
    small_name, large_name = _names_beside_each_other(small, large, lang)
    return Facts(
        {
            "small": small.number(lang),
            "large": large.number(lang),
            "small_name": small_name,
            "large_name": large_name,
            "small_period": small.period or "",
            "large_period": large.period or "",
            "more": "more-in-number" if small.unit_kind == "count" else "more-in-size",
            "gap": number(gap, lang),
            # Where no number has a rounding, the proof says so; "at most 0" beside it would say it twice.
            "allowed": sentence("rounding-allowed", lang, tolerance=number(tolerance, lang)) if tolerance or not are_exact((small, large)) else "",
        },
        expected=f"<= {plain(value_of(large))}",
        actual=plain(value_of(small)),
        gap=gap,
        tolerance=tolerance,
    )


def _names_beside_each_other(small: Member, large: Member, lang: str) -> tuple[str, str]:
    """What two members are called in one sentence. The subject names an indicator that both share: then only what parts them."""
    if small.bare_name(lang) == large.bare_name(lang) and small.subgroup(lang) != large.subgroup(lang):
        parts = [", ".join(m.subgroup(lang)) or sentence("the-whole", lang) for m in (small, large)]
    else:
        parts = [m.name(lang) for m in (small, large)]
    # "Dân tộc Tày" begins with a common word, "Tày" does not.
    is_proper = [lang == "en" and "ethnic_group=" in (m.breakdown or "") for m in (small, large)]
    small_name, large_name = (part if proper else begun_small(part) for part, proper in zip(parts, is_proper, strict=True))
    return small_name, large_name


def tell_ratio(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `ratio`."""
    rate, num, den = (members[i][1] for i in range(3))
    if not value_of(den):
        return Facts({}, actual=plain(value_of(rate)))  # unverifiable: nothing follows from nought
    k = Decimal(str(failing.row.get("k", rule.params["k"])))
    follows = (k * value_of(num) / value_of(den)).quantize(Decimal(1).scaleb(-max(rate.decimals + 2, 2)))
    gap = abs(value_of(rate) - follows)
    least, most = ends_of(num)
    tolerance = rounding_room(rate, k * value_of(num) / value_of(den), *quotient_ends((k * least, k * most), den))
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
        actual=plain(value_of(rate)),
        gap=gap,
        tolerance=tolerance,
    )


def tell_change(rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `change`."""
    a, b, c = (members[i][1] for i in range(3))
    form = str(rule.params["form"])
    if form in {"level", "plan", "plan_change", "gap"}:
        flip = -1 if failing.row.get("flip") == -1 else 1
        left = exact_or_none(failing.row.get("left_value")) or Decimal(0)
        right = exact_or_none(failing.row.get("right_value")) or Decimal(0)
        decimals = most_decimals([a, b, c])
        tolerance = exact_or_none(failing.row.get("tolerance"))
        step = (failing.row.get("turn") or 1) * value_of(c)
        return Facts(
            {
                "base": number(flip * value_of(b), lang, decimals=decimals if b.multiplier == 1 else None),
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
    base = exact_or_none(failing.row.get("base_v")) or Decimal(1)
    difference = exact_or_none(failing.row.get("diff_v")) or Decimal(0)
    exact = 100 * difference / base
    follows = exact.quantize(Decimal(1).scaleb(-max(c.decimals + 2, 2)))
    gap = abs(value_of(c) - follows)
    tolerance = rounding_room(c, exact, *_percent_ends(a, b, is_change=form == "growth_abs"))
    return Facts(
        {
            "difference": number(difference, lang),
            "base": number(base, lang),
            "follows": number(follows, lang),
            "printed": c.number(lang),
            "gap": number(gap, lang),
            "tolerance": number(tolerance or Decimal(0), lang),
        },
        expected=plain(follows),
        actual=plain(value_of(c)),
        gap=gap,
        tolerance=tolerance,
        template="finding-change-percent",
    )


def _percent_ends(a: Member, b: Member, *, is_change: bool) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most of the growth from b to a; of the growth by the change b to the level a, where `is_change`."""
    if is_change:  # the base is a − b, so that the growth is 100 · b / (a − b): it grows with b and falls with a, as b / a does
        low, high = quotient_ends(ends_of(b), a)
        return tuple(None if end is None or end >= 1 else 100 * end / (1 - end) for end in (low, high))  # type: ignore[return-value]
    low, high = quotient_ends(ends_of(a), b)
    return tuple(None if end is None else 100 * (end - 1) for end in (low, high))  # type: ignore[return-value]


def tell_product(rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `product`."""
    if rule.params.get("over") is not None:
        return _tell_products(members, lang)
    amount, norm, counts = members[0][1], members[1][1], [m for _, m in members[2:]]
    counted = sum((value_of(m) for m in counts), Decimal(0))
    follows = counted * value_of(norm)
    gap = abs(value_of(amount) - follows)
    tolerance = rounding_room(amount, follows, *_product_ends([(norm, count) for count in counts]))
    return Facts(
        {
            "counts": terms(counts, lang) if len(counts) == 1 else f"({terms(counts, lang)})",
            "norm": norm.number(lang),
            "follows": number(follows, lang),
            "printed": amount.number(lang),
            "gap": number(gap, lang),
            "tolerance": number(tolerance or Decimal(0), lang),
        },
        expected=plain(follows),
        actual=plain(value_of(amount)),
        gap=gap,
        tolerance=tolerance,
    )


def _tell_products(members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Each part at a norm of its own: 61 × 80 triệu + 37 × 40 triệu."""
    amount, norms, counts = members[0][1], [m for role, m in members if role == "norm"], [m for role, m in members if role == "count"]
    follows = sum((value_of(norm) * value_of(count) for norm, count in zip(norms, counts, strict=True)), Decimal(0))
    gap = abs(value_of(amount) - follows)
    tolerance = rounding_room(amount, follows, *_product_ends(list(zip(norms, counts, strict=True))))
    return Facts(
        {
            "products": " + ".join(f"{count.number(lang)} × {norm.number(lang)}" for norm, count in zip(norms, counts, strict=True)),
            "follows": number(follows, lang),
            "printed": amount.number(lang),
            "gap": number(gap, lang),
            "tolerance": number(tolerance or Decimal(0), lang),
        },
        expected=plain(follows),
        actual=plain(value_of(amount)),
        gap=gap,
        tolerance=tolerance,
        template="finding-product-parts",
    )


def _product_ends(pairs: Sequence[tuple[Member, Member]]) -> tuple[Decimal, Decimal]:
    """The least and the most of a sum of products of two figures each; no unit amount and no count is below zero."""
    ends = [(ends_of(norm), ends_of(count)) for norm, count in pairs]
    return tuple(sum((max(n[at], Decimal(0)) * max(c[at], Decimal(0)) for n, c in ends), Decimal(0)) for at in (0, 1))  # type: ignore[return-value]


def tell_balance(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `balance`."""
    roles = dict(members)
    change = exact_or_none(failing.row.get("left_value")) or Decimal(0)
    flow = exact_or_none(failing.row.get("right_value"))
    return Facts(
        {
            "entries": roles["entries"].number(lang) if "entries" in roles else "?",
            "exits": roles["exits"].number(lang) if "exits" in roles else "?",
            "follows": number(flow or Decimal(0), lang),
            "change": number(change, lang),
            "gap": number(abs(change - (flow or Decimal(0))), lang),
            "tolerance": number((exact_or_none(failing.row.get("tolerance")) or Decimal(0)).normalize(), lang),
        },
        expected=None if flow is None else plain(flow),
        actual=plain(change),
        gap=None if flow is None else abs(change - flow),
        tolerance=exact_or_none(failing.row.get("tolerance")),
    )


def tell_base(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `base`."""
    low = exact_or_none(failing.row.get("left_value")) or Decimal(0)
    high = exact_or_none(failing.row.get("right_value")) or Decimal(0)
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


def tell_between(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `between`."""
    overall, parts = members[0][1], [m for _, m in members[1:]]
    low, high = min(parts, key=value_of), max(parts, key=value_of)
    gap = max(value_of(low) - value_of(overall), value_of(overall) - value_of(high))
    return Facts(
        {"overall": overall.number(lang), "low": low.number(lang), "high": high.number(lang), "gap": number(gap, lang)},
        expected=f"[{plain(value_of(low))}; {plain(value_of(high))}]",
        actual=plain(value_of(overall)),
        gap=gap,
        tolerance=overall.half_width,
    )


def tell_band(rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `band`."""
    a, b = members[0][1], members[-1][1]
    low, high = (Decimal(str(x)) for x in rule.params["band"])  # type: ignore[attr-defined]
    each = (value_of(a) / value_of(b)).quantize(Decimal("0.1")) if value_of(b) else Decimal(0)
    return Facts(
        {"a": a.number(lang), "b": b.number(lang), "each": number(each, lang), "low": number(low, lang), "high": number(high, lang)},
        expected=f"[{plain(low)}; {plain(high)}]",
        actual=plain(each),
        gap=max(low - each, each - high),
    )


def tell_annual(_rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `annual`."""
    year, month = members[0][1], members[1][1]
    follows = 12 * value_of(month)
    gap = abs(value_of(year) - follows)
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
        actual=plain(value_of(year)),
        gap=gap,
        tolerance=tolerance,
    )


def tell_ambition(_rule: Rule, failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `ambition`."""
    target, last, best, before = (members[at][1] for at in range(4))
    needed, years = abs(value_of(target) - value_of(last)), int(failing.row["years"])
    pace = abs(value_of(best) - value_of(before))
    return Facts(
        {
            "target": target.number(lang),
            "last": f"{last.number(lang)} ({last.period})",
            "years": years,
            "needed": number(needed, lang),
            "best": number(pace, lang),
            "possible": f"{before.period} → {best.period}: {before.number(lang)} → {best.number(lang)}",
        },
        expected=f"<= {plain(years * pace)}",
        actual=plain(needed),
        gap=needed - years * pace,
    )


def tell_merged(rule: Rule, _failing: Failing, members: Sequence[tuple[str, Member]], lang: str) -> Facts:
    """Facts of the kind `merged`."""
    merged, before = members[0][1], with_role(members, "before")
    low, high = min(value_of(m) for m in before), max(value_of(m) for m in before)
    allowance = Decimal(str(rule.params["allowance"]))
    value = value_of(merged)
    return Facts(
        {
            "value": merged.number(lang),
            "low": number(low, lang),
            "high": number(high, lang),
            "before": "; ".join(f"{m.ref_area}: {m.number(lang)}" for m in before[:_MOST_TOLD]) + (" …" if len(before) > _MOST_TOLD else ""),
            "allowance": number(allowance, lang),
        },
        expected=f"[{plain(low - allowance)}; {plain(high + allowance)}]",
        actual=plain(value),
        gap=max(low - allowance - value, value - high - allowance),
        tolerance=allowance,
    )
