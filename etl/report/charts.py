"""Draw small pictures: numbers in, SVG text out.

Belongs here: geometry. Texts arrive written and translated; colours are classes that report.css gives a light, a dark and a printed form.
Elsewhere: which finding or programme gets which picture (pictures.py).

A picture that says something a reader needs has role=img, a title and a description. One that repeats the number printed beside it
(`rate_bar`, `bullet`) is hidden from screen readers. All are drawn 360 units wide or less, so that a phone shows their texts at full size.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH: Final = 360.0
EDGE: Final = 4.0
LETTER: Final = 6.2  # about as wide as a digit at the 11 units of our labels
LEAST_SPREAD: Final = 1e-300  # closer together, and no step of an axis lies between them
TONES: Final = 5  # classes tone-0 … tone-4: neighbouring parts of a bar differ


@dataclass(frozen=True, slots=True)
class Caption:
    """What a picture says to those who do not see it. `name` is unique in the page."""

    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole, and its text as printed."""

    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: an interval, a point if both ends are equal; an infinite end is open."""

    low: float
    high: float
    text: str
    tone: str = "found"


@dataclass(frozen=True, slots=True)
class Point:
    """One figure in time: `at` is a day number, the interval its bounds."""

    at: float
    low: float
    value: float
    high: float
    text: str
    when: str


def stacked_bar(parts: Sequence[Part], *, goal: float, caption: Caption, sum_text: str, goal_text: str, gap_text: str) -> Markup:
    """Parts laid end to end towards the goal they must reach; what is missing or too much stays visible."""
    total = sum(part.size for part in parts)
    across = _scale(0.0, max(total, goal))
    top, height = 22.0, 28.0
    drawn = []
    start = 0.0
    for position, part in enumerate(parts):
        left, right = across(start), across(start + part.size)
        drawn.append(_tag("rect", x=left, y=top, width=max(0.0, right - left - 1), height=height, class_=f"tone-{position % TONES}"))
        if right - left > LETTER * len(part.text) + 6:
            drawn.append(_text((left + right) / 2, top + 18, part.text, class_="inside", anchor="middle"))
        start += part.size
    if gap_text:
        left, right = sorted((across(total), across(goal)))
        drawn.append(_tag("rect", x=left, y=top + 0.5, width=max(1.5, right - left), height=height - 1, class_="gap"))
        drawn.append(_text(WIDTH - EDGE, top + height + 15, gap_text, class_="strong alarm", anchor="end"))
    drawn.append(_tag("line", x1=across(goal), x2=across(goal), y1=top - 5, y2=top + height + 4, class_="goal"))
    drawn.append(_text(across(goal), top - 9, goal_text, anchor="end" if across(goal) > WIDTH / 2 else "start"))
    drawn.append(_text(EDGE, top + height + 15, sum_text))
    return _picture(drawn, height=top + height + 22, caption=caption)


def legend(parts: Sequence[tuple[str, str]]) -> Markup:
    """Which colour is whose: the name and the text of every part of a stacked bar, in its order."""
    items = [
        Markup('<li><svg class="swatch" width="10" height="10" aria-hidden="true" focusable="false">{}</svg> {} <strong>{}</strong></li>').format(
            _tag("rect", width=10, height=10, class_=f"tone-{position % TONES}"), name, text
        )
        for position, (name, text) in enumerate(parts)
    ]
    return Markup('<ul class="key-of-parts">{}</ul>').format(_joined(items))


def is_cut(sides: Sequence[Side]) -> bool:
    """Whether the axis of an interval plot begins above nothing: then a small gap looks large, and that must be said."""
    return _reach(sides)[0] > 0


def interval_plot(
    sides: Sequence[Side],
    *,
    write: Callable[[float], str],
    caption: Caption,
    gap: tuple[float, float] | None = None,
    gap_text: str = "",
    cut_text: str = "",
) -> Markup:
    """All sides of a comparison on one axis; the gap between them is shaded. `cut_text` is written where the axis does not start at 0."""
    low, high = _reach(sides)
    across = _scale(low, high)
    row, above = 36.0, 24.0 if gap_text else 4.0
    bottom = above + row * len(sides)
    drawn = []
    edges = sorted((across(gap[0]), across(gap[1]))) if gap else None
    if edges:
        drawn.append(_tag("path", d=f"M{_short(edges[0])} {_short(above - 3)}v6m0 -3H{_short(edges[1])}m0 -3v6", class_="reach-line"))
        drawn.append(_text(_kept_inside((edges[0] + edges[1]) / 2, gap_text), above - 7, gap_text, class_="strong alarm", anchor="middle"))
    for position, side in enumerate(sides):
        y = above + row * position
        left = across(side.low) if isfinite(side.low) else 0.0
        right = across(side.high) if isfinite(side.high) else WIDTH
        if edges:
            edge = edges[0] if right <= edges[0] + 0.1 else edges[1]
            drawn.append(_tag("line", x1=edge, x2=edge, y1=above, y2=y + 25, class_="guide"))
            room = WIDTH if position else edges[1] - edges[0]  # the guide of a lower row crosses the rows above it
            x, anchor = _beside(edge, side.text, inwards=1 if edge == edges[0] else -1, room=room)
        else:
            x, anchor = _kept_inside((left + right) / 2, side.text), "middle"
        drawn.append(_text(x, y + 15, side.text, anchor=anchor, class_="halo"))
        drawn += _mark(side, left, right, y + 25)
    drawn.append(_tag("line", x1=EDGE, x2=WIDTH - EDGE, y1=bottom, y2=bottom, class_="axis"))
    for at, text in _ticks(low, high, write):
        drawn.append(_tag("line", x1=across(at), x2=across(at), y1=bottom, y2=bottom + 4, class_="axis"))
        drawn.append(_text(_kept_inside(across(at), text), bottom + 16, text, class_="quiet", anchor="middle"))
    if low > 0 and cut_text:
        drawn.append(_tag("path", d=f"M{_short(EDGE + 4)} {_short(bottom - 5)}l3 10m3 -10l3 10", class_="cut"))
        drawn.append(_text(EDGE, bottom + 30, cut_text, class_="quiet"))
    return _picture(drawn, height=bottom + (36 if low > 0 and cut_text else 22), caption=caption)


def _reach(sides: Sequence[Side]) -> tuple[float, float]:
    """From where to where the axis goes: all finite ends, and some air."""
    ends = sorted(end for side in sides for end in (side.low, side.high) if isfinite(end))
    apart = ends[-1] - ends[0]
    spread = (apart if apart > LEAST_SPREAD else abs(ends[0]) * 0.02) or 1.0
    return ends[0] - 0.12 * spread, ends[-1] + 0.12 * spread


def trend(points: Sequence[Point], *, caption: Caption) -> Markup:
    """One series in time; the first and the last figure are written out."""
    first, last = points[0], points[-1]
    low, high = min(point.low for point in points), max(point.high for point in points)
    across = _scale(first.at, last.at, left=14.0, right=WIDTH - 14.0)
    upwards = _scale(low, high, left=66.0, right=24.0)
    steps = " ".join(f"{_short(across(p.at))},{_short(upwards(p.value))}" for p in points)
    drawn = [_tag("polyline", points=steps, class_="line")]
    for point in points:
        x = across(point.at)
        if point.low < point.high:
            drawn.append(_tag("line", x1=x, x2=x, y1=upwards(point.low), y2=upwards(point.high), class_="whisker"))
        drawn.append(_tag("circle", cx=x, cy=upwards(point.value), r=3, class_="dot side"))
    for point, anchor, x in ((first, "start", EDGE), (last, "end", WIDTH - EDGE)):
        drawn.append(_text(x, upwards(point.value) - 8, point.text, anchor=anchor, class_="strong halo"))
        drawn.append(_text(x, 88, point.when, anchor=anchor, class_="quiet"))
    return _picture(drawn, height=94, caption=caption)


def rate_bar(low: float, high: float, *, limit: float = 100.0) -> Markup:
    """A rate on the scale from nothing to its limit; an interval ends in a paler stretch. Hidden from screen readers."""
    return bullet(low, high, goal=None, limit=limit)


def bullet(low: float | None, high: float | None, *, goal: float | None, limit: float) -> Markup:
    """What is reached, as a bar, and the mark it is held against. Hidden from screen readers."""
    across = _scale(0.0, limit, left=0.0, right=120.0)
    drawn = [_tag("rect", x=0, y=4, width=120, height=6, class_="track")]
    if low is not None and high is not None:
        solid, pale = across(min(max(low, 0.0), limit)), across(min(max(high, 0.0), limit))
        drawn.append(_tag("rect", x=0, y=4, width=pale, height=6, class_="reach"))
        drawn.append(_tag("rect", x=0, y=4, width=solid, height=6, class_="sure"))
    if goal is not None:
        drawn.append(_tag("line", x1=across(min(goal, limit)), x2=across(min(goal, limit)), y1=0, y2=14, class_="goal"))
    return Markup('<svg class="spark" viewBox="-1 0 122 14" width="122" height="14" aria-hidden="true" focusable="false">{}</svg>').format(_joined(drawn))


def proportions(sizes: Sequence[tuple[int, str]]) -> Markup:
    """One thin bar cut in proportion: how many rows ended where. Hidden from screen readers; the numbers stand above it."""
    total = sum(size for size, _ in sizes)
    across = _scale(0.0, float(total or 1), left=0.0, right=1000.0)
    drawn = []
    start = 0
    for size, tone in sizes:
        if size:
            # What is there must be seen, however few.
            drawn.append(_tag("rect", x=min(across(start), 996.0), y=0, width=max(4.0, across(start + size) - across(start) - 2), height=8, class_=tone))
        start += size
    return Markup('<svg class="proportions" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>').format(
        _joined(drawn)
    )


def _mark(side: Side, left: float, right: float, y: float) -> list[Markup]:
    """A dot for a point, a bar with ends for an interval, an arrow for an open end."""
    if side.low == side.high:
        return [_tag("circle", cx=left, cy=y, r=4.5, class_=f"dot {side.tone}")]
    marks = [_tag("line", x1=left, x2=right, y1=y, y2=y, class_=f"bar {side.tone}")]
    for end, x, outwards in ((side.low, left, 1.0), (side.high, right, -1.0)):
        if isfinite(end):
            marks.append(_tag("line", x1=x, x2=x, y1=y - 5, y2=y + 5, class_=f"bar {side.tone}"))
        else:
            tip = x + 2 * outwards
            marks.append(
                _tag(
                    "path",
                    d=f"M{_short(tip + 6 * outwards)} {_short(y - 5)}L{_short(tip)} {_short(y)}L{_short(tip + 6 * outwards)} {_short(y + 5)}",
                    class_=f"arrow {side.tone}",
                )
            )
    return marks


def _ticks(low: float, high: float, write: Callable[[float], str]) -> list[tuple[float, str]]:
    """Round numbers on the axis, as many as their texts leave room for."""
    for wanted in (5, 4, 3, 2):
        step = _round_step((high - low) / wanted)
        first, last = ceil(Decimal(repr(low)) / step), floor(Decimal(repr(high)) / step)
        places = [float(step * n) for n in range(first, last + 1)]
        ticks = [(place, write(place)) for place in places]
        if sum(LETTER * len(text) + 16 for _, text in ticks) <= WIDTH:
            return ticks
    return []


def _round_step(about: float) -> Decimal:
    """The nearest of 1, 2, 5 × a power of ten that is not smaller."""
    power = floor(log10(about))
    return next(step for factor in (1, 2, 5, 10, 20) if float(step := Decimal(factor).scaleb(power)) >= about)


def _scale(low: float, high: float, *, left: float = EDGE, right: float = WIDTH - EDGE) -> Callable[[float], float]:
    span = high - low or 1.0
    return lambda value: left + (value - low) / span * (right - left)


def _beside(edge: float, text: str, *, inwards: int, room: float) -> tuple[float, str]:
    """Where a label stands beside the end of a gap: in the gap if there is room, else outside of it, else across its end."""
    width = LETTER * len(text) + 6
    for direction, space in ((inwards, min(room - 6, WIDTH - edge if inwards > 0 else edge)), (-inwards, edge if inwards > 0 else WIDTH - edge)):
        if width <= space:
            return edge + 6 * direction, "start" if direction > 0 else "end"
    return _kept_inside(edge, text), "middle"


def _kept_inside(x: float, text: str) -> float:
    half = min(LETTER * len(text) / 2 + 2, WIDTH / 2)
    return min(max(x, half), WIDTH - half)


def _picture(drawn: Sequence[Markup], *, height: float, caption: Caption) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-t {name}-d" focusable="false">'
        '<title id="{name}-t">{title}</title><desc id="{name}-d">{description}</desc>{drawn}</svg>'
    ).format(width=_short(WIDTH), height=_short(height), name=caption.name, title=caption.title, description=caption.description, drawn=_joined(drawn))


def _text(x: float, y: float, text: str, *, class_: str = "", anchor: str = "start") -> Markup:
    return _tag("text", text, x=x, y=y, class_=class_, text_anchor="" if anchor == "start" else anchor)


def _tag(tag: str, text: str = "", **attributes: float | str) -> Markup:
    """One element; empty attributes are left out, numbers are short, texts escaped. (Markup.format would take ten times as long.)"""
    pairs = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_short(value) if isinstance(value, int | float) else escape(value)}"'
        for name, value in attributes.items()
        if value != ""
    )
    return Markup(f"<{tag}{pairs}>{escape(text)}</{tag}>")  # noqa: S704  every text in it was escaped just now


def _joined(pieces: Sequence[Markup]) -> Markup:
    return Markup("").join(pieces)


def _short(value: float) -> str:
    """A coordinate: a tenth of a unit is finer than any screen shows."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
