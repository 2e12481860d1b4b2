"""T01–T04: levels of two periods and the change between them; an actual, its plan and the excess; growth in per cent.

`form`: `level` (base + change = level) · `plan` (actual − plan = excess) · `excess_pct` (actual is plan plus N % of it) ·
`growth` (level is base plus N %) · `growth_abs` (the change is N % of level − change) · `plan_change` (change − planned change = excess).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from etl.validate.frames.shared import OPEN_SQL, Frame, product_bounds, readings, texts

if TYPE_CHECKING:
    from schemas.kinds import Rule

_FAR = "1000000000000000000000"
_PREFIXES = ("", "hard_", "cut_")
_PLANNED = ("plan", "plan_change", "excess_pct")


@dataclass(frozen=True, slots=True)
class _Percent:
    """For a rise: lower and upper end of the difference and of the base, in the ends of observations a and b."""

    difference: tuple[str, str]
    base: tuple[str, str]
    roles: tuple[str, str, str]


_LEVEL_OF = "sd AS x ON x.indicator = d.indicator AND x.breakdown = d.breakdown AND x.measure IN ('level', 'per_unit', 'share')"
_MEMBERS = "SELECT key, 0 AS position, '{a}' AS role, a_n AS n FROM failing UNION ALL SELECT key, 1, '{b}', b_n FROM failing UNION ALL SELECT key, 2, '{c}', c_n FROM failing"

# An excess is that over the plan. Only where none is printed it is held against the goal.
_NEAREST = "QUALIFY x.is_plan OR NOT bool_or(x.is_plan) OVER (PARTITION BY d.n, x.x_sid)"

# Three printed figures of one relation a = b + c. Each form says which observations they are.
_ADDITIVE = {
    "level": (
        f"""SELECT d.sid AS d_sid, x.sid AS x_sid, x.sid AS y_sid FROM sd AS d JOIN {_LEVEL_OF} AND x.obs_kind = d.obs_kind
            WHERE d.measure IN ('change_abs', 'change_pp') AND (d.unit = x.unit OR (d.unit_kind IN ('points', 'rate') AND x.unit_kind = 'rate'))""",
        "a.pid = d.pid AND b.pid = d.base_pid AND d.base_pid > 0 AND a.v IS NOT NULL",
        ("level", "base", "change"),
    ),
    "plan": (
        f"""SELECT d.sid AS d_sid, x.sid AS x_sid, y.sid AS y_sid, y.obs_kind = 'plan' AS is_plan, d.unit_kind = 'rate' AND x.unit_kind = 'rate' AS in_per_cent
            FROM sd AS d JOIN {_LEVEL_OF} AND x.obs_kind = 'actual'
            JOIN sd AS y ON y.indicator = x.indicator AND y.breakdown = x.breakdown AND y.measure = x.measure AND y.obs_kind IN ('plan', 'target') AND y.unit = x.unit
            WHERE d.measure = 'plan_excess' AND (d.unit = x.unit OR (d.unit_kind IN ('points', 'rate') AND x.unit_kind = 'rate'))""",
        "a.pid = d.pid AND b.pid = d.pid AND d.vs IS NULL",
        ("actual", "plan", "excess"),
    ),
    "plan_change": (
        """SELECT d.sid AS d_sid, x.sid AS x_sid, y.sid AS y_sid, y.obs_kind = 'plan' AS is_plan FROM sd AS d
            JOIN sd AS x ON x.indicator = d.indicator AND x.breakdown = d.breakdown AND x.measure IN ('change_abs', 'change_pp') AND x.obs_kind = 'actual'
            JOIN sd AS y ON y.indicator = x.indicator AND y.breakdown = x.breakdown AND y.measure = x.measure AND y.obs_kind IN ('plan', 'target') AND y.unit = x.unit
            WHERE d.measure = 'plan_excess' AND d.unit = x.unit""",
        "a.pid = d.pid AND b.pid = d.pid AND b.base_pid IN (0, a.base_pid) AND d.base_pid IN (0, a.base_pid)",
        ("change", "planned", "excess"),
    ),
}

# "Vượt 5 %" of a rate may mean points, or per cent of the plan (design/rules.md §7): it contradicts only what fits neither. Judged as `_percent` does.
_IN_PER_CENT = """, CASE WHEN d.v < 0 THEN -d.shi ELSE d.slo END AS p_lower, CASE WHEN d.v < 0 THEN -d.slo ELSE d.shi END AS p_upper, b.slo AS base_lower, b.shi AS base_upper,
    CASE WHEN coalesce(turn, 1) * sign(d.v) < 0 THEN b.slo - a.shi ELSE a.slo - b.shi END AS diff_lower,
    CASE WHEN coalesce(turn, 1) * sign(d.v) < 0 THEN b.shi - a.slo ELSE a.shi - b.slo END AS diff_upper"""
_FITS_PER_CENT = """CASE WHEN NOT in_per_cent OR p_upper NOT BETWEEN 0 AND 1000000 OR base_lower NOT BETWEEN 0 AND 1000000 OR base_upper > 1000000 OR abs(diff_lower) > 1000000
    OR abs(diff_upper) > 1000000 THEN FALSE WHEN 100 * diff_lower > product_above(p_upper, base_upper) THEN FALSE
    WHEN p_lower < 0 THEN TRUE ELSE product_below(p_lower, base_lower) <= 100 * diff_upper END"""

# A gap to somewhere else: `vs=total` is the series without its breakdown, any other name is a place as the document writes it.
_GAP = f"""
    SELECT d.sid AS d_sid, x.sid AS x_sid, x.sid AS y_sid, FALSE AS is_total FROM sd AS d JOIN {_LEVEL_OF} AND x.obs_kind = d.obs_kind
    WHERE d.measure IN ('plan_excess', 'change_abs', 'change_pp') AND (d.unit = x.unit OR (d.unit_kind IN ('points', 'rate') AND x.unit_kind = 'rate'))
    UNION ALL
    SELECT d.sid, x.sid, l.total_sid, TRUE FROM sd AS d JOIN {_LEVEL_OF} AND x.obs_kind = d.obs_kind JOIN sd_less AS l ON l.sid = x.sid
    WHERE d.measure IN ('plan_excess', 'change_abs', 'change_pp') AND l.total_sid IS NOT NULL AND (d.unit = x.unit OR (d.unit_kind IN ('points', 'rate') AND x.unit_kind = 'rate'))"""


def frame(rule: Rule) -> Frame:
    """Choose by form: sums of three, or a percentage of a level."""
    form = str(rule.params["form"])
    if form in _ADDITIVE:
        return _additive(form, falling=texts(rule, "falling"))
    if form == "gap":
        return _gap()
    if form in _PERCENT:
        return _percent(form)
    raise RuleBroken("rule-unknown-form", rule=rule.id, form=form)


def _additive(form: str, *, falling: list[str]) -> Frame:
    """The sum a = b + c. A change of a plan counts by its size: 4,43 points fewer against a planned 4,00 exceeds the plan by 0,43.

    `falling`: patterns of indicators that are meant to fall. There a plan is exceeded from above, and the excess counts by its size.
    """
    relation, periods, roles = _ADDITIVE[form]
    # In `plan_change` both changes may be falls; the excess then says how much *more* it fell.
    flip = "CASE WHEN a.v < 0 AND b.v <= 0 THEN -1 ELSE 1 END" if form == "plan_change" else "1"

    def ends(alias: str) -> list[tuple[str, str]]:
        """Lower and upper end of each reading, turned around where a fall counts by its size."""
        straight = [(low, high) for _, low, high in readings(alias)]
        turned = "turn" if alias == "d" and falling else "flip" if alias != "d" and form == "plan_change" else None
        if turned is None:
            return straight
        return [tuple(f"CASE WHEN {turned} < 0 THEN -({other}) ELSE {one} END" for one, other in ((low, high), (high, low))) for low, high in straight]  # type: ignore[misc]

    operands = [
        f"{al} AS {p}left_lower, {ah} AS {p}left_upper, {bl} + {dl} AS {p}right_lower, {bh} + {dh} AS {p}right_upper"
        for p, (al, ah), (bl, bh), (dl, dh) in zip(_PREFIXES, ends("a"), ends("b"), ends("d"), strict=True)
    ]
    in_per_cent = "x.in_per_cent" if form == "plan" else "FALSE"
    columns, fits = (_IN_PER_CENT, _FITS_PER_CENT) if form == "plan" else ("", "FALSE")
    same_place = "a.folder = d.folder AND a.aid = d.aid"
    is_falling = "EXISTS (SELECT 1 FROM sd AS s, (SELECT unnest($falling) AS pattern) WHERE s.sid = d.sid AND s.indicator GLOB pattern)" if falling else "FALSE"
    judged = f"""
        WITH relation AS ({relation}),
        joined AS (
            SELECT d.folder, d.sid, d.aid, d.pid, {flip} AS flip, CASE WHEN {is_falling} THEN CASE WHEN (a.v - b.v) * sign(d.v) < 0 THEN -1 ELSE 1 END END AS turn, {in_per_cent} AS in_per_cent, a, b, d
            FROM relation AS x JOIN obs AS d ON d.sid = x.d_sid
            JOIN obs AS a ON a.sid = x.x_sid AND {same_place} JOIN obs AS b ON b.sid = x.y_sid AND b.folder = d.folder AND b.aid = d.aid
            WHERE {periods} AND a.n <> b.n {_NEAREST if form in _PLANNED else ""})
        SELECT folder, sid, aid, pid, a.sid::BIGINT AS x, a.n AS a_n, b.n AS b_n, d.n AS c_n, in_per_cent, {fits} AS fits_per_cent, NOT is_broken AS applicable, TRUE AS evaluable, 'break' AS reason,
               {", ".join(operands)}, flip * a.v AS left_value, flip, turn, flip * b.v + coalesce(turn, 1) * d.v AS right_value, flip * a.v - (flip * b.v + coalesce(turn, 1) * d.v) AS gap, a.h + b.h + d.h AS tolerance
        FROM (SELECT *, {"straddles_break(a.sid, b.pid, a.pid)" if form == "level" else "FALSE"} AS is_broken{columns} FROM joined)"""
    if form == "plan":
        meeting = ", ".join(f"CASE WHEN fits_per_cent THEN left_{end} ELSE right_{end} END AS right_{end}" for end in ("lower", "upper"))
        judged = f"SELECT * REPLACE ({meeting}) FROM ({judged})"
    return Frame(
        sql=judged,
        members=_MEMBERS.format(a=roles[0], b=roles[1], c=roles[2]),
        params={"falling": falling} if falling else {},
        series=relation,
    )


def _gap() -> Frame:
    """Level here = level there + gap; there is the total of the series, or another place named by the note."""
    operands = ", ".join(
        f"{al} AS {p}left_lower, {ah} AS {p}left_upper, {bl} + {dl} AS {p}right_lower, {bh} + {dh} AS {p}right_upper"
        for (p, al, ah), (_, bl, bh), (_, dl, dh) in zip(readings("a"), readings("b"), readings("d"), strict=True)
    )
    return Frame(
        sql=f"""
        WITH relation AS ({_GAP}),
        elsewhere AS (SELECT DISTINCT r.folder, r.label, ad.aid FROM area_raw AS r JOIN ad ON ad.vintage = coalesce(r.answer_vintage, '') AND ad.level = r.level AND ad.code = r.code WHERE r.reason IS NULL),
        gaps AS (
            SELECT d.*, x.x_sid, x.y_sid, CASE WHEN x.is_total THEN d.aid ELSE e.aid END AS there
            FROM relation AS x JOIN obs AS d ON d.sid = x.d_sid AND d.vs IS NOT NULL AND (d.vs = 'total') = x.is_total
            LEFT JOIN elsewhere AS e ON e.folder = d.folder AND e.label = d.vs)
        SELECT d.folder, d.sid, d.aid, d.pid, d.facet::HUGEINT AS x, a.n AS a_n, b.n AS b_n, d.n AS c_n, TRUE AS applicable, TRUE AS evaluable, {operands},
               a.v AS left_value, b.v + d.v AS right_value, a.v - (b.v + d.v) AS gap, a.h + b.h + d.h AS tolerance
        FROM gaps AS d JOIN obs AS a ON a.sid = d.x_sid AND a.folder = d.folder AND a.aid = d.aid AND a.pid = d.pid
        JOIN obs AS b ON b.sid = d.y_sid AND b.folder = d.folder AND b.aid = d.there AND b.pid = d.pid WHERE a.n <> b.n""",
        members=_MEMBERS.format(a="here", b="there", c="gap"),
        series=_GAP,
    )


# p % of a base equals a difference: p × base against 100 × difference. Each form names, for a rise, the difference and the base of
# observations a and b; for a fall the difference is turned around, so that both sides stay positive.
_PERCENT = {
    "excess_pct": (
        f"""SELECT d.sid AS d_sid, x.sid AS x_sid, y.sid AS y_sid, y.obs_kind = 'plan' AS is_plan FROM sd AS d JOIN {_LEVEL_OF} AND x.obs_kind = 'actual'
            JOIN sd AS y ON y.indicator = x.indicator AND y.breakdown = x.breakdown AND y.measure = x.measure AND y.obs_kind IN ('plan', 'target') AND y.unit = x.unit
            WHERE d.measure = 'plan_excess' AND d.unit_kind = 'rate' AND x.unit_kind NOT IN ('rate', 'points')""",
        "a.pid = d.pid AND b.pid = d.pid AND d.vs IS NULL",
        _Percent(difference=("{a_low} - {b_high}", "{a_high} - {b_low}"), base=("{b_low}", "{b_high}"), roles=("actual", "plan", "excess")),
    ),
    "growth": (
        f"""SELECT d.sid AS d_sid, x.sid AS x_sid, x.sid AS y_sid FROM sd AS d JOIN {_LEVEL_OF} AND x.obs_kind = d.obs_kind
            WHERE d.measure = 'change_pct' AND d.unit_kind = 'rate' AND x.unit_kind NOT IN ('rate', 'points')""",
        "a.pid = d.pid AND b.pid = d.base_pid AND d.base_pid > 0",
        _Percent(difference=("{a_low} - {b_high}", "{a_high} - {b_low}"), base=("{b_low}", "{b_high}"), roles=("level", "base", "growth")),
    ),
    "growth_abs": (
        f"""SELECT d.sid AS d_sid, x.sid AS x_sid, y.sid AS y_sid FROM sd AS d JOIN {_LEVEL_OF} AND x.obs_kind = d.obs_kind
            JOIN sd AS y ON y.indicator = x.indicator AND y.breakdown = x.breakdown AND y.measure = 'change_abs' AND y.obs_kind = x.obs_kind AND y.unit = x.unit
            WHERE d.measure = 'change_pct' AND d.unit_kind = 'rate' AND x.unit_kind NOT IN ('rate', 'points')""",
        "a.pid = d.pid AND b.pid = d.pid AND b.base_pid = d.base_pid",
        _Percent(difference=("{b_low}", "{b_high}"), base=("{a_low} - {b_high}", "{a_high} - {b_low}"), roles=("level", "change", "growth")),
    ),
}


def _percent(form: str) -> Frame:
    """A percentage of a base: p × base against 100 × difference, without dividing."""
    relation, periods, shape = _PERCENT[form]
    columns, operands = [], []
    for (p, a_low, a_high), (_, b_low, b_high), (_, d_low, d_high) in zip(readings("a"), readings("b"), readings("d"), strict=True):
        ends = {"a_low": a_low, "a_high": a_high, "b_low": b_low, "b_high": b_high}
        base_low, base_high = (end.format(**ends) for end in shape.base)
        rise_low, rise_high = (end.format(**ends) for end in shape.difference)
        columns.append(
            f"{base_low} AS {p}base_lower, {base_high} AS {p}base_upper, "
            f"CASE WHEN d.v < 0 THEN -{d_high} ELSE {d_low} END AS {p}p_lower, CASE WHEN d.v < 0 THEN -{d_low} ELSE {d_high} END AS {p}p_upper, "
            f"CASE WHEN d.v < 0 THEN -({rise_high}) ELSE {rise_low} END AS {p}diff_lower, CASE WHEN d.v < 0 THEN -({rise_low}) ELSE {rise_high} END AS {p}diff_upper"
        )
        operands.append(
            f"{product_bounds(p + 'left', f'{p}p_lower', f'{p}p_upper', f'{p}base_lower', f'{p}base_upper')}, "
            f"CASE WHEN {p}diff_lower <= -{_FAR} THEN -{OPEN_SQL} ELSE 100 * {p}diff_lower END AS {p}right_lower, "
            f"CASE WHEN {p}diff_upper >= {_FAR} THEN {OPEN_SQL} ELSE 100 * {p}diff_upper END AS {p}right_upper"
        )
    values = {"a_low": "a.v", "b_low": "b.v", "b_high": "b.v"}
    base_v, diff_v = shape.base[0].format(**values), shape.difference[0].format(**values)
    return Frame(
        sql=f"""
        WITH relation AS ({relation}),
        joined AS (
            SELECT d.folder, d.sid, d.aid, d.pid, a.sid::BIGINT AS x, a.n AS a_n, b.n AS b_n, d.n AS c_n, d.v AS p_v, d.h AS p_h,
                   {base_v} AS base_v, {diff_v} AS diff_v, a.sid AS level_sid, a.pid AS later_pid, b.pid AS earlier_pid, {", ".join(columns)}
            FROM relation AS x JOIN obs AS d ON d.sid = x.d_sid
            JOIN obs AS a ON a.sid = x.x_sid AND a.folder = d.folder AND a.aid = d.aid JOIN obs AS b ON b.sid = x.y_sid AND b.folder = d.folder AND b.aid = d.aid
            WHERE {periods} AND a.n <> b.n {_NEAREST if form in _PLANNED else ""})
        SELECT folder, sid, aid, pid, x, a_n, b_n, c_n, NOT straddles_break(level_sid, earlier_pid, later_pid) AS applicable,
               base_v > 0 AND abs(p_v) < 1000000 AS evaluable, CASE WHEN base_v = 0 THEN 'zero-base' ELSE 'out-of-range' END AS reason,
               {", ".join(operands)}, p_v AS left_value, diff_v, base_v, p_h AS tolerance
        FROM joined""",
        members=_MEMBERS.format(a=shape.roles[0], b=shape.roles[1], c=shape.roles[2]),
        series=relation,
    )
