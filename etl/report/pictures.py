"""Which picture belongs to a finding, a programme, a figure; drawn once in each language, for their numbers differ.

Belongs here: from a row of the content to the numbers of a picture, or to the decision that there is none to draw.
Elsewhere: geometry (charts.py), words (wording.toml).
"""

from __future__ import annotations

from datetime import date
from itertools import groupby, pairwise
from math import inf
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from etl.report.charts import Caption, Part, Point, Side, bullet, interval_plot, is_cut, legend, rate_bar, stacked_bar, trend
from etl.report.names import period
from etl.report.notation import decimals_of, format_number
from etl.report.sides import Interval, read_side, sides_of
from etl.report.wording import LANGUAGES, Said, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from markupsafe import Markup

    from etl.report.names import Names
    from etl.report.notation import Language

Row: TypeAlias = dict[str, Any]

PERCENT: Final = 100.0
_COMPOSITIONS: Final = {"sum", "hundred", "complement"}
_PARTS: Final = {"part", "share", "one", "other"}

LEAST_PARTS: Final = 2  # of one thing there is nothing to compare
MOST_SIDES: Final = 6  # more lines on one axis cannot be told apart at a glance; the table below has them all
MOST_PARTS: Final = 30
MOST_POINTS: Final = 60


def finding_picture(finding: Row, *, place: str = "picture", names: Names | None = None) -> Said | None:
    """The arithmetic of a finding, drawn: parts against their whole, or both sides on one axis. None: there is nothing to measure.

    `place` keeps the names apart where the page draws one finding twice; with `names` the parts are named below it.
    """
    name = f"{place}-{finding['finding_id']}"
    return _composition(finding, name, names) or _two_sides(finding, name) or _members_side_by_side(finding, name)


def is_composition(finding: Row) -> bool:
    """Whether its picture is a bar of parts, so that the table can show which colour is whose."""
    return _parts_and_goal(finding) is not None


def is_part(member: Row) -> bool:
    """Whether the member is one of the things added up."""
    return member["role"] in _PARTS


def composition_pictures(figures: list[Row], wholes: frozenset[str], names: Names, programme: str) -> Iterator[tuple[Said, Said]]:
    """Shares of one whole among the figures of a programme, each with its heading; `wholes` are the dimensions whose members make up a whole."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in figures:
        dimension = _share_of_a_whole(row, wholes)
        if dimension:
            same = ("indicator", "measure", "area_vintage", "ref_area", "area_name", "time_period", "obs_kind", "source_id")
            groups.setdefault((*(row[column] for column in same), dimension), []).append(row)
    for number, rows in enumerate(groups.values()):
        if LEAST_PARTS <= len(rows) <= MOST_PARTS:
            heading = _heading(rows[0], names)
            parts = [(row["value"], row["text"]) for row in rows]
            yield heading, _bar(parts, goal=PERCENT, name=f"whole-{programme}-{number}", about=heading, labels=_labels(rows, names))


def trend_pictures(figures: list[Row], names: Names, programme: str) -> Iterator[tuple[Said, Said]]:
    """Series with at least two dated actual figures among the figures of a programme, each with its heading."""
    series = ("indicator", "measure", "breakdown", "area_vintage", "ref_area", "unit_measure")
    dated = [row for row in figures if row["obs_kind"] == "actual" and row["period_end"] and row["value"] is not None]
    # Figures come ordered by series and then by date.
    for number, rows in enumerate(list(rows) for _, rows in groupby(dated, key=lambda row: tuple(row[column] for column in series))):
        days = [date.fromisoformat(row["period_end"]).toordinal() for row in rows]
        if LEAST_PARTS <= len(rows) <= MOST_POINTS and all(earlier < later for earlier, later in pairwise(days)):
            heading = _heading(rows[0], names, with_breakdown=True)
            yield heading, _trend(rows, days, name=f"trend-{programme}-{number}", about=heading)


def figure_picture(figure: Row, indicator: Row | None) -> Markup | None:
    """A rate on its scale."""
    if not indicator or figure["unit_measure"] != "%" or figure["measure"] not in {"level", "share"} or indicator["upper_limit"] != PERCENT:
        return None
    if figure["obs_kind"] != "actual":  # a goal is a mark on the scale, not something reached
        return None if figure["value"] is None else bullet(None, None, goal=figure["value"], limit=PERCENT)
    low, high = _bounds(figure, floor=0.0, ceiling=PERCENT)
    return None if low is None or high is None else rate_bar(low, high)


def target_picture(target: Row) -> Markup | None:
    """The latest actual figure as a bar, the goal as a mark on its scale."""
    goal = target["value"]
    reached = {"value": target["actual_value"], "lower_bound": target["actual_lower"], "upper_bound": target["actual_upper"]}
    low, high = _bounds(reached, floor=0.0, ceiling=inf)
    if goal is None or goal <= 0 or low is None or high is None or low < 0:
        return None
    limit = PERCENT if target["unit_measure"] == "%" and max(goal, low) <= PERCENT else 1.1 * max(goal, low)
    return bullet(low, min(high, limit), goal=goal, limit=limit)


def _composition(finding: Row, name: str, names: Names | None) -> Said | None:
    found = _parts_and_goal(finding)
    if found is None:
        return None
    parts, goal = found
    labels = None if names is None else _labels(parts, names)
    return _bar([(row["value"], row["text"] or "") for row in parts], goal=goal, name=name, about=None, labels=labels)


def _labels(rows: list[Row], names: Names) -> list[Said] | None:
    """What tells the parts apart: their breakdown, else their place, else their indicator."""
    for labels in (
        [names.breakdown(row["breakdown"]) for row in rows],
        [Said(row["area_name"] or "", row["area_name"] or "") for row in rows],
        [names.indicator(row["indicator"]) for row in rows],
    ):
        if all(label.vi for label in labels) and len({label.vi for label in labels}) == len(labels):
            return labels
    return None


def _parts_and_goal(finding: Row) -> tuple[list[Row], float] | None:
    if finding["kind"] not in _COMPOSITIONS:
        return None
    parts = [member for member in finding["members"] if is_part(member)]
    totals = [member["value"] for member in finding["members"] if member["role"] == "total"]
    needed = read_side(finding["expected"])
    goal = totals[0] if len(totals) == 1 else needed.low if needed and needed.is_point else None
    sizes = [part["value"] for part in parts]
    if not LEAST_PARTS <= len(parts) <= MOST_PARTS or goal is None or goal <= 0 or any(size is None or size < 0 for size in sizes):
        return None
    return parts, goal


def _bar(parts: list[tuple[float, str]], *, goal: float, name: str, about: Said | None, labels: list[Said] | None = None) -> Said:
    # Each size is the double nearest to a printed decimal; the sum is rounded to as many places as were printed.
    places = max(decimals_of(size) for size, _ in [*parts, (goal, "")])
    total = round(sum(size for size, _ in parts), places)
    gap = round(goal - total, places)

    def draw(language: Language) -> Markup:
        def write(value: float) -> str:
            return format_number(value, language, decimals=places)

        facts = {"sum": write(total), "goal": format_number(goal, language), "gap": write(abs(gap)), "terms": " + ".join(text for _, text in parts)}
        ending = "missing" if gap > 0 else "excess" if gap < 0 else "complete"
        named = [] if labels is None else [(label.in_language(language), text) for label, (_, text) in zip(labels, parts, strict=True)]
        drawn = stacked_bar(
            [Part(size, text) for size, text in parts],
            goal=goal,
            caption=Caption(
                f"{name}-{language}",
                _say("picture.composition", language) if about is None else about.in_language(language),
                _say(f"picture.{ending}_description", language, **facts),
            ),
            sum_text=_say("picture.sum", language, **facts),
            goal_text=_say("picture.goal", language, **facts),
            gap_text="" if gap == 0 else _say(f"picture.{ending}", language, **facts),
        )
        return drawn + legend(named) if named else drawn

    return _in_both(draw)


def _two_sides(finding: Row, name: str) -> Said | None:
    sides = sides_of(finding)
    if sides is None:
        return None
    found, needed = sides
    tolerance, gap = finding["tolerance"] or 0.0, finding["gap"]
    is_rounded = needed.is_point and tolerance > 0
    spread = Interval(needed.low - tolerance, needed.high + tolerance) if is_rounded else needed
    between = _between((found.low, found.high), (spread.low, spread.high))

    def draw(language: Language) -> Markup:
        facts = {
            "found": found.written(language),
            "needed": needed.written(language),
            "gap": format_number(abs(gap), language, decimals=max(found.places, needed.places, decimals_of(gap))),
            "tolerance": format_number(tolerance, language),
        }
        sides = [
            Side(found.low, found.high, _say("picture.found", language, **facts), "found"),
            Side(spread.low, spread.high, _needed(needed, language, facts, is_rounded=is_rounded), "needed"),
        ]
        described = _say("picture.sides_description", language, **facts)
        return interval_plot(
            sides,
            write=lambda value: format_number(value, language),
            caption=Caption(f"{name}-{language}", _say("picture.sides", language), described + _cut(sides, language)),
            gap=between,
            gap_text=_say("picture.gap", language, **facts) if between else "",
            cut_text=_say("picture.cut_axis", language),
        )

    return _in_both(draw)


def _members_side_by_side(finding: Row, name: str) -> Said | None:
    members = finding["members"]
    ends = [_bounds(member, floor=-inf, ceiling=inf) for member in members]
    known = [(low, high) for low, high in ends if low is not None and high is not None and (low > -inf or high < inf)]
    if not LEAST_PARTS <= len(members) <= MOST_SIDES or len(known) != len(members) or len({member["unit_measure"] for member in members}) != 1:
        return None
    between = _between(*known) if len(known) == LEAST_PARTS else None

    def draw(language: Language) -> Markup:
        labels = [f"{wording().code('role', member['role']).in_language(language)}: {member['text'] or ''}" for member in members]
        sides = [Side(low, high, label, "side") for (low, high), label in zip(known, labels, strict=True)]
        return interval_plot(
            sides,
            write=lambda value: format_number(value, language),
            caption=Caption(f"{name}-{language}", _say("picture.members", language), f"{'; '.join(labels)}.{_cut(sides, language)}"),
            gap=between,
            cut_text=_say("picture.cut_axis", language),
        )

    return _in_both(draw)


def _needed(needed: Interval, language: Language, facts: dict[str, str], *, is_rounded: bool) -> str:
    """What is needed, as a label: an open side in words."""
    if is_rounded:
        return _say("picture.needed_about", language, **facts)
    if needed.low == -inf or needed.high == inf:
        end = format_number(needed.high if needed.low == -inf else needed.low, language, decimals=needed.places)
        return _say("picture.at_most" if needed.low == -inf else "picture.at_least", language, end=end)
    return _say("picture.needed", language, **facts)


def _cut(sides: list[Side], language: Language) -> str:
    return f" {_say('picture.cut_axis_described', language)}" if is_cut(sides) else ""


def _trend(rows: list[Row], days: list[int], *, name: str, about: Said) -> Said:
    def draw(language: Language) -> Markup:
        points = [_point(row, day, language) for row, day in zip(rows, days, strict=True)]
        first, last = points[0], points[-1]
        facts = {"first": first.text, "first_when": first.when, "last": last.text, "last_when": last.when, "n": len(points)}
        return trend(points, caption=Caption(f"{name}-{language}", about.in_language(language), _say("picture.trend_description", language, **facts)))

    return _in_both(draw)


def _point(row: Row, day: int, language: Language) -> Point:
    low, high = _bounds(row, floor=row["value"], ceiling=row["value"])
    when = period(row["time_period"], row["period_start"]).in_language(language)
    return Point(float(day), row["value"] if low is None else low, row["value"], row["value"] if high is None else high, row["text"], when)


def _share_of_a_whole(row: Row, wholes: frozenset[str]) -> str | None:
    """The dimension this figure is a share over: one that makes up a whole, or one the source closes (`list=closed`)."""
    dimensions = [part.partition("=")[0] for part in (row["breakdown"] or "").split(";")]
    if row["unit_measure"] != "%" or row["measure"] not in {"level", "share"} or len(dimensions) != 1 or row["value"] is None or row["value"] < 0:
        return None
    is_closed = "list=closed" in [token.strip() for token in (row["note"] or "").split(";")]
    return dimensions[0] if dimensions[0] and (is_closed or dimensions[0] in wholes) else None


def _heading(row: Row, names: Names, *, with_breakdown: bool = False) -> Said:
    words = wording()
    about = [names.indicator(row["indicator"])]
    if row["measure"] != "level":
        about.append(words.code("measure", row["measure"]))
    if with_breakdown:
        about.append(names.breakdown(row["breakdown"]))
    about.append(Said(row["area_name"], row["area_name"]))
    if not with_breakdown and row["time_period"]:
        about.append(period(row["time_period"], row["period_start"]))
    parts = [entry for entry in about if entry.vi]
    return Said(", ".join(entry.vi for entry in parts), ", ".join(entry.en for entry in parts))


def _bounds(row: Row, *, floor: float, ceiling: float) -> tuple[float | None, float | None]:
    """The hard interval of a figure; an open end goes to the floor or the ceiling. (None, None): no figure."""
    low, high = row["lower_bound"], row["upper_bound"]
    if row["value"] is None and low is None and high is None:
        return None, None
    return (floor if low is None else low), (ceiling if high is None else high)


def _between(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float] | None:
    lower, upper = sorted((one, other))
    return (lower[1], upper[0]) if lower[1] < upper[0] else None


def _say(entry: str, language: Language, **facts: object) -> str:
    return wording().say(entry, **facts).in_language(language)


def _in_both(draw: Callable[[Language], Markup]) -> Said:
    vi, en = (draw(language) for language in LANGUAGES)
    return Said(vi, en)


def wholes_of(dimensions: Iterable[Row]) -> frozenset[str]:
    """Dimensions whose members are all there are, do not overlap, and divide the thing itself."""
    return frozenset(row["dimension"] for row in dimensions if row["makes_a_whole"])
