"""Explain broken relations: ranked repair hypotheses and common causes for the findings of a run. Nothing is ever repaired.

    explain(con, findings, rules)      the same findings with `hypotheses` and `cause`

Belongs here: which findings are explained, in which order the steps go, how much is tried. Elsewhere: the edits of a text (edits.py), the
arithmetic (relations.py), the graph and its ranking (causes.py), groups (structure.py), what stands around (nearby.py), the words (say_repairs.py).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from etl.validate.causes import Board, Claim, Repair, Trust, common_cause, components, search
from etl.validate.cells import Cell, cell_of, reading_of_member
from etl.validate.members import Member, read_members
from etl.validate.nearby import Place, code_lists, complete_places, figures_alike, gather, other_wholes, read_places, read_readings, rows_around
from etl.validate.relation_rows import RELATIONAL, Told, relation_of
from etl.validate.relations import Ratio, Readable
from etl.validate.rules import indicators_of
from etl.validate.say_repairs import limit, place_of, tell
from etl.validate.structure import GROUPS, counted_twice, dimension_of, exchanged_labels, missing_member, other_denominator

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import duckdb

    from etl.validate.findings import Finding
    from etl.validate.nearby import Row
    from etl.validate.relations import Relation
    from etl.validate.spans import Reading
    from schemas.kinds import Rule

MOST_FINDINGS: Final = 1_000  # findings of a run that are explained, the most severe first
MOST_TOLD: Final = 8  # hypotheses told of one finding
MOST_REGROUPED: Final = 300  # findings whose labels and denominators are looked at too
MOST_ALIKE: Final = 8  # figures that one figure is compared with for exchanged labels
MOST_WHOLES: Final = 40  # figures of a document that are tried as another denominator
_RANK: Final = {"error": 0, "warning": 1, "info": 2}
_UNREADABLE: Final = "format"
# Numbers cut off instead of rounded explain themselves (design/rules.md §5).
_EXPLAINED: Final = frozenset({"truncation"})


@dataclass(frozen=True, slots=True)
class _Known:
    """The broken relations with everything that stands around them. `claim_of`: the relation of a finding, by its position."""

    findings: Sequence[Finding]
    board: Board
    claim_of: Mapping[int, int]
    cells: Mapping[int, Cell]
    members: Mapping[int, Member]
    places: Mapping[int, Place]
    alike: Mapping[int, Sequence[int]]
    wholes: Mapping[int, Sequence[int]]


def explain(con: duckdb.DuckDBPyConnection, findings: Sequence[Finding], rules: Sequence[Rule], *, heard: Collection[str] | None = None) -> list[Finding]:
    """Give broken relations their hypotheses, and findings that share a source their cause. The order of the findings stays.

    `heard`: the rules that had anything to judge; the others are not asked for relations that hold (all are, where left out).
    """
    asked = [at for at, finding in enumerate(findings) if _is_asked(finding)]
    if not asked:
        return list(findings)
    asked.sort(key=lambda at: _RANK[findings[at].severity])
    known = _know(con, findings, asked[:MOST_FINDINGS], rules, heard)
    repairs = _regroup(con, known)
    members = {**known.members, **read_members(con, _strangers(repairs) - known.members.keys())}
    return _explained(known, repairs, members, too_many=asked[MOST_FINDINGS:])


def _explained(known: _Known, repairs: Mapping[int, Sequence[Repair]], members: Mapping[int, Member], *, too_many: Sequence[int]) -> list[Finding]:
    told = list(known.findings)
    for component in components(known.board):
        found = search(known.board, component, known.cells)
        common = common_cause(known.board, component, found)
        for number in component.claims:
            for at in known.board.claims[number].findings:
                every = [*(repair for repair in found if number in repair.repaired), *repairs.get(at, ())]
                hypotheses = tell(_ranked(every, told[at], known.board.readings), members, told[at], most=MOST_TOLD)
                if component.left_out:
                    hypotheses = [*hypotheses, limit("hypothesis-limit-cells", tried=len(component.cells), total=len(component.cells) + component.left_out)]
                cause = place_of(known.members[common[0]]) if common is not None and number in common[1] else None
                told[at] = replace(told[at], hypotheses=tuple(hypotheses), cause=cause)
    for at in too_many:
        told[at] = replace(told[at], hypotheses=(limit("hypothesis-limit-findings", most=MOST_FINDINGS),))
    return told


def _is_asked(finding: Finding) -> bool:
    """Whether a finding compares values, or could not read one; and does not explain itself."""
    return finding.verdict == "fail" and finding.code not in _EXPLAINED and (finding.rule.kind in RELATIONAL or finding.rule.kind == _UNREADABLE)


def _ranked(repairs: Sequence[Repair], finding: Finding, readings: Mapping[int, Reading]) -> list[Repair]:
    """The most believed first. Alike ones: of many the nearest to what is needed and the smallest change, fewest digits to get wrong, order of members."""
    position = {m.n: at for at, (_, m) in enumerate(finding.members)}

    def order(repair: Repair) -> tuple[object, ...]:
        digits = sum(len(change.printed.digits) for change in repair.changes if change.printed is not None)
        size = (repair.offset, sum(_thousandths(change.reading, readings.get(change.n)) for change in repair.changes))
        return (
            repair.preference(),
            size if repair.trust is Trust.ONE_OF_MANY else (0, 0),
            digits,
            [position.get(change.n, len(position)) for change in repair.changes],
        )

    return sorted(repairs, key=order)


def _thousandths(new: Reading, old: Reading | None) -> int:
    """The size of a change against what is printed."""
    return 0 if old is None or not old.value else 1000 * abs(new.value - old.value) // abs(old.value)


# --- what is known ---------------------------------------------------------------------------------------------------------------------


def _know(con: duckdb.DuckDBPyConnection, findings: Sequence[Finding], asked: Sequence[int], rules: Sequence[Rule], heard: Collection[str] | None) -> _Known:
    members = {m.n: m for at in asked for _, m in findings[at].members}
    unreadable_cells = (cell_of(member) for member in members.values() if reading_of_member(member) is None)
    supposed = {cell.n: reading for cell in unreadable_cells if (reading := _first_reading(cell)) is not None}
    gather(con, members, supposed=supposed)
    unread = {members[n].indicator for n in supposed}
    with ThreadPoolExecutor(1, "ansinh-around") as asking:
        asked_around = asking.submit(rows_around, con, [rule for rule in rules if heard is None or rule.id in heard or _may_hear(rule, unread)])
        cells = {n: cell_of(member) for n, member in members.items()}
        rows = asked_around.result()
    around = {n for row in rows for _, n in row.told} | members.keys()
    readings = {**read_readings(con, around), **supposed}
    places = read_places(con, around)
    broken: dict[Relation, list[int]] = {}
    unreadable: dict[int, int] = {}
    for at in asked:
        told = [(role, m.n) for role, m in findings[at].members]
        relation = _relation(findings[at].rule, findings[at].row, told, readings, places)
        if findings[at].rule.kind == _UNREADABLE and told:
            unreadable[told[0][1]] = at
        elif relation is not None and supposed.keys().isdisjoint(relation.cells):
            if relation.holds(readings):
                contested(findings[at])  # nothing to repair
            else:
                broken.setdefault(relation, []).append(at)
    claims = [Claim(relation, is_broken=True, findings=tuple(ats)) for relation, ats in broken.items()]
    claims += _around(rows, broken, readings, places, supposed)
    claims += [Claim(Readable(n), is_broken=True, findings=(at,), only=n) for n, at in unreadable.items()]
    claim_of = {at: number for number, claim in enumerate(claims) for at in claim.findings}
    looked_at = [claims[number].relation for number in list(dict.fromkeys(claim_of.values()))[:MOST_REGROUPED]]
    alike = figures_alike(con, {n for relation in looked_at for n in relation.cells}, most=MOST_ALIKE)
    wholes = other_wholes(con, {relation.den for relation in looked_at if isinstance(relation, Ratio)}, most=MOST_WHOLES)
    # Of the figures compared with, the readings alone: hardly any of them comes into a repair, and its text is read then (_strangers).
    others = read_readings(con, {n for listed in (*alike.values(), *wholes.values()) for n in listed} - readings.keys() - members.keys())
    return _Known(findings, Board(claims, readings | others), claim_of, cells, members, places, alike, wholes)


def contested(_finding: Finding) -> None:
    """A frame says that a relation is broken, and the same relation worked out here holds. It is told without a repair; the tests of this project stop."""


def _may_hear(rule: Rule, unread: Collection[str | None]) -> bool:
    """A refused figure, once it is supposed to be readable, may take part in what nothing took part in before."""
    named = indicators_of(rule)
    return bool(unread) and (not named or not named.isdisjoint(unread))


def _first_reading(cell: Cell) -> Reading | None:
    """A reading to start from for a refused figure: the first of its candidates."""
    return next((reading for text in cell.candidates if (reading := cell.reading_of_text(text)) is not None), None)


def _relation(
    rule: Rule, row: Mapping[str, Any], told: Sequence[tuple[str, int]], readings: Mapping[int, Reading], places: Mapping[int, Place]
) -> Relation | None:
    if any(n not in readings or n not in places for _, n in told):
        return None
    return relation_of(rule, row, [Told(role, n, places[n].indicator, places[n].breakdown, readings[n]) for role, n in told])


def _around(
    rows: Sequence[Row], broken: Collection[Relation], readings: Mapping[int, Reading], places: Mapping[int, Place], supposed: Collection[int]
) -> list[Claim]:
    """The relations that hold, each once; and those of refused figures, which hold for some of their readings only."""
    holding: dict[Relation, int | None] = {}
    for row in rows:
        relation = _relation(row.rule, row.row, row.told, readings, places)
        if relation is None or relation in broken:
            continue
        refused = next((n for n in relation.cells if n in supposed), None)
        if refused is not None or relation.holds(readings):
            holding.setdefault(relation, refused)
    return [Claim(relation, is_broken=refused is not None, only=refused) for relation, refused in holding.items()]


# --- groups ----------------------------------------------------------------------------------------------------------------------------


def _regroup(con: duckdb.DuckDBPyConnection, known: _Known) -> dict[int, list[Repair]]:
    """What may be wrong with the group of a finding when its digits are right."""
    found: dict[int, list[Repair]] = {}
    lists, complete = code_lists(con), complete_places(con)
    for at, number in known.claim_of.items():
        finding, relation = known.findings[at], known.board.claims[number].relation
        repairs: list[Repair] = []
        if finding.rule.kind in GROUPS:
            repairs += missing_member(known.board, number, unlisted=_unlisted(finding, known.places, lists, complete))
            repairs += counted_twice(known.board, number, known.cells)
        for n in relation.cells:
            others = [other for other in known.alike.get(n, ()) if not (other < n and other in relation.cells)]
            repairs += exchanged_labels(known.board, number, n, others, known.cells)
        if isinstance(relation, Ratio):
            repairs += other_denominator(known.board, number, known.wholes.get(relation.den, ()))
        found[at] = repairs
    return found


def _strangers(repairs: Mapping[int, Sequence[Repair]]) -> set[int]:
    """The figures that repairs speak of, most of them of no finding."""
    return {repair.about for found in repairs.values() for repair in found if repair.about is not None}


def _unlisted(
    finding: Finding, places: Mapping[int, Place], lists: Mapping[str, tuple[frozenset[str], bool]], complete: Mapping[tuple[int, int], int]
) -> tuple[str, ...] | None:
    """Members of the code list that the group of a finding does not print; None where the group is the whole list, or misses too little for a member."""
    if finding.rule.kind == "sum" and finding.row.get("cap") is not None:
        return None
    parts = [m.n for role, m in finding.members if role != "total"]
    over = str(finding.rule.params.get("over", ""))
    if over == "places":
        return None if complete.get((finding.row["aid"], int(finding.row["x"]))) == len(parts) else ()
    if not over.startswith("breakdown"):
        return None
    dimension = dimension_of([places[n].breakdown for n in parts if n in places])
    if dimension is None or dimension[0] not in lists:
        return ()
    listed, is_complete = lists[dimension[0]]
    unlisted = tuple(sorted(listed - dimension[1]))
    return None if is_complete and not unlisted else unlisted
