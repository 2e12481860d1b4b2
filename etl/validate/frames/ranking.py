"""G10: a list that is said to run from high to low does so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule


def frame(_rule: Rule) -> Frame:
    """One row per neighbours of a list marked order=asc or order=desc, in the order of the document: left must not be above right.

    A list is of one indicator over the same dimensions. It stands in one paragraph, or has a paragraph for each of its items, one after another.
    """
    # In an ascending list the earlier figure is the smaller one, in a descending list the later.
    operands = ", ".join(
        f"CASE order_tag WHEN 'asc' THEN {up}_{end} ELSE {down}_{end} END AS {p}{side}_{name}"
        for p, low, high in (("", "slo", "shi"), ("hard_", "lo", "hi"))
        for side, up, down in (("left", "before", "this"), ("right", "this", "before"))
        for end, name in ((low, "lower"), (high, "upper"))
    )
    lagged = ", ".join(f"lag(o.{c}) OVER s AS before_{c}, o.{c} AS this_{c}" for c in ("slo", "shi", "lo", "hi", "v", "n"))
    return Frame(
        sql=rf"""
        WITH numbered AS (
            SELECT o.*, try_cast(nullif(regexp_extract(r.locator, '^\D*(\d+)#\d+-\d+$', 1), '') AS BIGINT) AS paragraph,
                   dense_rank() OVER (ORDER BY o.folder, sd.indicator, sd.measure, sd.obs_kind, sd.unit, o.pid, o.order_tag,
                                      list_sort(list_transform(sd.tokens, lambda token: split_part(token, '=', 1)))) AS list_no
            FROM obs AS o JOIN sd USING (sid) JOIN raw_rows AS r ON r.rowid = o.n WHERE o.order_tag IN ('asc', 'desc')),
        placed AS (SELECT *, count(*) OVER (PARTITION BY list_no, paragraph) AS beside FROM numbered),
        listed AS (
            SELECT o.folder, o.sid, o.aid, o.pid, o.order_tag, {lagged}, o.paragraph, o.beside = 1 AS is_item, lag(o.paragraph) OVER s AS before_paragraph, lag(o.beside = 1) OVER s AS before_is_item
            FROM placed AS o WINDOW s AS (PARTITION BY o.list_no ORDER BY o.n))
        SELECT folder, sid, aid, pid, this_n AS x, TRUE AS applicable, TRUE AS evaluable, {operands}, before_v AS left_value, this_v AS right_value, before_n, this_n
        FROM listed WHERE before_n IS NOT NULL
          AND (paragraph IS NOT DISTINCT FROM before_paragraph OR is_item AND before_is_item AND paragraph - before_paragraph = 1)""",
        members="SELECT key, 0 AS position, 'before' AS role, before_n AS n FROM failing UNION ALL SELECT key, 1, 'after', this_n FROM failing",
        series="SELECT nn FROM note_raw WHERE order_tag IN ('asc', 'desc')",
    )
