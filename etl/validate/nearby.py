"""What stands around the figures of broken relations: the relations that hold and share a figure with them, and figures they may be confused with.

Holding relations are not kept while judging: there are millions. They are built again, for the figures in question only, by putting a small table
in the place of `obs` in the same frames. So a bulk table costs here what its broken places cost.

Belongs here: that SQL. Elsewhere: what is done with the relations (causes.py, structure.py).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import duckdb

from etl.attached import side_by_side
from etl.errors import RuleBroken
from etl.extract.quantity import EXACT
from etl.validate.frames import frame_of
from etl.validate.judge import first_line, has_series, used
from etl.validate.relation_rows import RELATIONAL, ROW_COLUMNS
from etl.validate.rules import indicators_of
from etl.validate.spans import PLACES, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from schemas.kinds import Rule

# A relation of rows that hold says little about a value within its band in time, or of a list's neighbours; all others are asked.
HOLDING: Final = RELATIONAL - {"jump", "unique"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a frame with its members."""

    rule: Rule
    row: Mapping[str, Any]
    told: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure belongs: what two figures must share to be mistaken for each other."""

    n: int
    folder: int
    aid: int | None
    pid: int | None
    indicator: str | None
    measure: str | None
    breakdown: str | None
    obs_kind: str | None
    unit: str | None


def gather(con: duckdb.DuckDBPyConnection, cells: Iterable[int], *, supposed: Mapping[int, Reading] | None = None) -> None:
    """Create the small tables that stand in for the large ones: all that may share a relation with these figures.

    `supposed`: refused figures with the reading that is tried; they join the table, so that their relations are found.
    """
    con.execute("CREATE OR REPLACE TABLE near_cell AS SELECT DISTINCT unnest($cells)::BIGINT AS n", {"cells": sorted(set(cells))})
    con.execute(
        """CREATE OR REPLACE TABLE near_key AS
        SELECT f.n, f.folder, f.sid, f.aid, f.pid, f.facet, sd.indicator FROM fact AS f SEMI JOIN near_cell USING (n) LEFT JOIN sd USING (sid)"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE near_obs AS
        WITH placed AS (SELECT DISTINCT folder, aid, pid FROM near_key),
        named AS (SELECT DISTINCT k.folder, k.aid, sd.sid FROM near_key AS k JOIN sd ON sd.indicator = k.indicator),
        above AS (SELECT DISTINCT k.folder, k.sid, k.pid, e.parent_aid FROM near_key AS k JOIN area_edges AS e ON e.child_aid = k.aid),
        family AS (
            SELECT folder, sid, pid, parent_aid AS aid FROM above
            UNION SELECT a.folder, a.sid, a.pid, e.child_aid FROM above AS a JOIN area_edges AS e ON e.parent_aid = a.parent_aid
            UNION SELECT k.folder, k.sid, k.pid, e.child_aid FROM near_key AS k JOIN area_edges AS e ON e.parent_aid = k.aid),
        listed AS (SELECT DISTINCT folder FROM near_key),
        elsewhere AS (SELECT DISTINCT o.folder, o.pid, sd.indicator FROM obs AS o SEMI JOIN listed USING (folder) JOIN sd USING (sid) WHERE o.vs IS NOT NULL),
        wanted AS (
            SELECT n FROM obs SEMI JOIN placed USING (folder, aid, pid)
            UNION ALL SELECT n FROM obs SEMI JOIN named USING (folder, aid, sid)
            UNION ALL SELECT n FROM obs SEMI JOIN family USING (folder, sid, pid, aid)
            UNION ALL SELECT n FROM obs SEMI JOIN near_key USING (sid, aid, pid, facet)
            UNION ALL SELECT n FROM obs SEMI JOIN listed USING (folder) WHERE order_tag IS NOT NULL
            UNION ALL SELECT o.n FROM obs AS o JOIN sd USING (sid)
            SEMI JOIN elsewhere AS e ON e.folder = o.folder AND e.pid = o.pid AND e.indicator = sd.indicator)
        SELECT o.* FROM obs AS o SEMI JOIN wanted USING (n)"""
    )
    con.execute("CREATE OR REPLACE TABLE near_fact AS SELECT f.* FROM fact AS f SEMI JOIN near_cell USING (n)")
    con.execute("CREATE OR REPLACE TABLE near_repeated AS SELECT r.* FROM repeated AS r SEMI JOIN near_key USING (folder, sid, aid, pid, facet)")
    con.execute("CREATE OR REPLACE TABLE near_usable AS SELECT u.* FROM usable AS u SEMI JOIN near_repeated USING (folder, sid, aid, pid, facet)")
    if supposed:
        _suppose(con, supposed)


def _suppose(con: duckdb.DuckDBPyConnection, supposed: Mapping[int, Reading]) -> None:
    """Let refused figures take part, the first of each key, unless another printing of it does already."""
    names = ("v", "h", "slo", "shi", "lo", "hi")
    copied = [column[0] for column in con.execute("SELECT * FROM near_obs LIMIT 0").description or () if column[0] not in names]
    exact = ", ".join(f"unnest(${name})::DECIMAL(38,9) AS {name}" for name in names)
    numbers = zip(*supposed.values(), strict=True)
    con.execute(
        f"""INSERT INTO near_obs BY NAME
        SELECT {", ".join(f"f.{name}" for name in copied)}, {", ".join(f"s.{name}" for name in names)}
        FROM near_fact AS f JOIN (SELECT unnest($n) AS n, unnest($nth) AS nth, {exact}) AS s ON s.n = f.n
        ANTI JOIN near_obs AS o USING (folder, sid, aid, pid, facet)
        WHERE f.sid IS NOT NULL AND f.aid IS NOT NULL AND f.pid IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY f.folder, f.sid, f.aid, f.pid, f.facet ORDER BY s.nth) = 1""",
        {
            "n": list(supposed),
            "nth": list(range(len(supposed))),
            **{name: [f"{EXACT.scaleb(Decimal(number), -PLACES):f}" for number in told] for name, told in zip(names, numbers, strict=True)},
        },
    )


def rows_around(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> list[Row]:
    """All rows of relational rules, failing ones too, in which one of the gathered figures takes part."""
    indicators = {row[0] for row in con.execute("SELECT DISTINCT indicator FROM near_key WHERE indicator IS NOT NULL").fetchall()}

    def may_touch(rule: Rule) -> bool:
        named = indicators_of(rule)
        return rule.kind in HOLDING and (not named or not named.isdisjoint(indicators))

    return [row for rows in side_by_side(con, filter(may_touch, rules), _rows_of) for row in rows]


def _rows_of(con: duckdb.DuckDBPyConnection, rule: Rule) -> list[Row]:
    frame = frame_of(rule)
    if not has_series(con, frame):
        return []
    # Not a copy of all that is near: a frame asks for a few series of it, and of a list of sixty places its row comes once, with its members as lists.
    sql = f"""
        WITH obs AS NOT MATERIALIZED (FROM near_obs), fact AS (FROM near_fact), repeated AS (FROM near_repeated), usable AS (FROM near_usable),
        failing AS MATERIALIZED (SELECT row_number() OVER () AS key, * FROM ({frame.sql}) WHERE applicable AND evaluable),
        told AS MATERIALIZED (SELECT key, position, role, n FROM ({frame.members})),
        touched AS (SELECT DISTINCT key FROM told SEMI JOIN near_cell USING (n)),
        listed AS (
            SELECT key, list(role ORDER BY position, n) AS roles, list(n ORDER BY position, n) AS ns FROM told SEMI JOIN touched USING (key) GROUP BY key)
        SELECT listed.roles, listed.ns, COLUMNS('^({"|".join(ROW_COLUMNS)})$') FROM listed JOIN failing USING (key)"""
    try:
        found = con.execute(sql, used(sql, frame.params))
        names = [column[0] for column in found.description or []]
        rows = found.fetchall()
    except duckdb.Error as error:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=first_line(error)) from error
    found_rows = [Row(rule, dict(zip(names[2:], fields, strict=True)), tuple(zip(roles, ns, strict=True))) for roles, ns, *fields in rows]
    # The database gives the rows as its threads deliver them; what is told must not depend on that.
    times = Counter(row.told for row in found_rows)
    return sorted(found_rows, key=lambda row: (row.told, tuple(map(str, row.row.values())) if times[row.told] > 1 else ()))


def read_places(con: duckdb.DuckDBPyConnection, cells: Iterable[int]) -> dict[int, Place]:
    """What these figures are of."""
    found = con.execute(
        """SELECT f.n, f.folder, f.aid, f.pid, sd.indicator, sd.measure, sd.breakdown, sd.obs_kind, sd.unit
        FROM fact AS f SEMI JOIN (SELECT unnest($cells)::BIGINT AS n) AS wanted USING (n) LEFT JOIN sd USING (sid)""",
        {"cells": sorted(set(cells))},
    ).fetchall()
    return {row[0]: Place(*row) for row in found}


def read_readings(con: duckdb.DuckDBPyConnection, cells: Iterable[int]) -> dict[int, Reading]:
    """What these figures were read as; refused ones are left out."""
    found = con.sql(
        """SELECT f.n, f.v, f.h, f.slo, f.shi, f.lo, f.hi
        FROM fact AS f SEMI JOIN (SELECT unnest($cells)::BIGINT AS n) AS wanted USING (n) WHERE f.refusal IS NULL AND f.v IS NOT NULL""",
        params={"cells": sorted(set(cells))},
    ).to_arrow_table()
    return dict(zip(found["n"].to_pylist(), map(Reading, *(_billionths(column) for column in found.columns[1:])), strict=True))


def _billionths(column: Any) -> Iterator[int]:
    """The whole numbers that a DECIMAL(38,9) without NULLs is stored as: a decimal object for each would take longer than all else here."""
    for chunk in column.chunks:
        halves, first, end = memoryview(chunk.buffers()[1]).cast("B"), 2 * chunk.offset, 2 * (chunk.offset + len(chunk))
        low, high = halves.cast("Q")[first:end:2].tolist(), halves.cast("q")[first + 1 : end : 2].tolist()
        yield from (upper << 64 | lower for lower, upper in zip(low, high, strict=True))


def figures_alike(con: duckdb.DuckDBPyConnection, cells: Iterable[int], *, most: int) -> dict[int, tuple[int, ...]]:
    """For each figure, the others of its place, period and kind that differ in indicator or subgroup only: labels that may have been exchanged."""
    found = con.execute(
        """SELECT k.n, o.n FROM near_key AS k SEMI JOIN (SELECT unnest($cells)::BIGINT AS n) AS wanted USING (n) JOIN sd AS own ON own.sid = k.sid
        JOIN near_obs AS o ON o.folder = k.folder AND o.aid = k.aid AND o.pid = k.pid AND o.facet = k.facet AND o.n <> k.n
        JOIN sd ON sd.sid = o.sid AND sd.measure = own.measure AND sd.obs_kind = own.obs_kind AND sd.unit = own.unit
            AND (sd.indicator = own.indicator OR sd.breakdown = own.breakdown)
        QUALIFY row_number() OVER (PARTITION BY k.n ORDER BY o.n) <= $most ORDER BY 1, 2""",
        {"cells": sorted(set(cells)), "most": most},
    ).fetchall()
    return _listed(found)


def other_wholes(con: duckdb.DuckDBPyConnection, cells: Iterable[int], *, most: int) -> dict[int, tuple[int, ...]]:
    """For each printed denominator, the other levels of its document in the same unit, the nearest first: a share may be of another whole."""
    found = con.execute(
        """SELECT k.n, o.n FROM near_key AS k SEMI JOIN (SELECT unnest($cells)::BIGINT AS n) AS wanted USING (n) JOIN sd AS own ON own.sid = k.sid
        JOIN obs AS o ON o.folder = k.folder AND o.aid = k.aid AND o.n <> k.n JOIN sd ON sd.sid = o.sid AND sd.measure = 'level' AND sd.unit = own.unit
        QUALIFY row_number() OVER (PARTITION BY k.n ORDER BY o.pid <> k.pid, o.n) <= $most ORDER BY k.n, o.pid <> k.pid, o.n""",
        {"cells": sorted(set(cells)), "most": most},
    ).fetchall()
    return _listed(found)


def _listed(pairs: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    listed: dict[int, list[int]] = {}
    for n, other in pairs:
        listed.setdefault(n, []).append(other)
    return {n: tuple(others) for n, others in listed.items()}


def code_lists(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[frozenset[str], bool]]:
    """The members of each known dimension, and whether the list is complete."""
    found = con.execute("SELECT dimension, list(member), bool_and(is_complete) FROM ref_dimensions GROUP BY dimension").fetchall()
    return {dimension: (frozenset(members), bool(is_complete)) for dimension, members, is_complete in found}


def complete_places(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], int]:
    """How many children make the set of a place complete, for the places around."""
    found = con.execute("SELECT DISTINCT e.parent_aid, e.edge_set, e.expected FROM area_edges AS e SEMI JOIN near_obs AS o ON o.aid = e.parent_aid").fetchall()
    return {(aid, edge_set): expected for aid, edge_set, expected in found}
