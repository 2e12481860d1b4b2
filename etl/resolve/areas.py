"""All labels of places of a run: reference tables, exact hits by SQL, the rest through the gazetteer.

    create_area_reference(con)   area_place, area_alias, area_member, area_wide
    resolve_areas(con)           area_request(request, scope, label, vintage) → area_answer(request, status, vintage, level, code, name,
                                 parent_code, province_code, rule, candidates)
    area_tree(con)               area_parent(vintage, level, code, parent_level, parent_code, set) and
                                 area_children(vintage, parent_level, parent_code, child_level, set, expected)

A scope is one source document: whether it writes marks at all, and which regions it names, is asked of all its labels together.
The vintage of an answer is the list that its code belongs to. It is the asked one, but for 2004, which is 2023 with one province more:
there only Hà Tây is answered from 2004. Country and regions are in every list and answer the asked one.

Belongs here: the tables and the order of the work. Elsewhere: what one label means (gazetteer.py), short forms of regions (regions.py),
near names (suggestions.py), which list a figure speaks of (vintages.py).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow

from etl.errors import ConfigError
from etl.resolve.folding import fold
from etl.resolve.gazetteer import Answer, Gazetteer, Hit, Place, Rule, Status, describe, keys_of
from etl.resolve.regions import complete_regions, is_old_region, regions_meant
from etl.resolve.statements import reference, statement
from etl.resolve.suggestions import Wanted, suggest
from etl.resolve.vintages import VINTAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

_PLACES: Final = "SELECT vintage, level, code, name, parent_code, province_code, path FROM {table} WHERE {which}"


@dataclass(frozen=True, slots=True)
class _Request:
    number: int
    scope: int
    label: str | None
    vintage: str | None
    is_unmarked: bool


def create_area_reference(con: duckdb.DuckDBPyConnection) -> None:
    """Load the lists of places, their other spellings and the regions into tables."""
    con.execute("DROP TABLE IF EXISTS area_key")  # made on demand, from the tables below
    con.execute(statement("area_member"), {"members": reference("region_members")})
    con.execute(statement("area_place"), {"areas": reference("areas")})
    con.execute(statement("area_alias"), {"aliases": reference("name_aliases")})
    con.execute(statement("area_wide"))


def area_tree(con: duckdb.DuckDBPyConnection) -> None:
    """Say whose child each place is and how many children make a complete set, for rules that add children up."""
    con.execute(statement("area_parent"))
    con.execute(statement("area_children"))


def resolve_areas(con: duckdb.DuckDBPyConnection) -> None:
    """Answer every row of table area_request in table area_answer."""
    _refuse_unknown_vintages(con)
    con.execute(statement("area_exact"))
    requests = [_Request(*row) for row in con.execute(statement("area_rest")).fetchall()]
    if requests:
        _store(con, requests, _resolve_rest(con, requests))


def _refuse_unknown_vintages(con: duckdb.DuckDBPyConnection) -> None:
    asked = con.execute("SELECT DISTINCT vintage FROM area_request WHERE vintage IS NOT NULL ORDER BY vintage").fetchall()
    for (vintage,) in asked:
        if vintage not in VINTAGES:
            raise ConfigError("area-vintage-unknown", vintage=vintage, known=tuple(VINTAGES))


def _resolve_rest(con: duckdb.DuckDBPyConnection, requests: list[_Request]) -> list[Answer]:
    """Resolve what no exact match answered: each distinct label once, then what only its whole document can tell."""
    gazetteer = _gazetteer(con)
    _load(con, gazetteer, {key for label in {request.label for request in requests} for key in keys_of(label)})
    once: dict[tuple[str | None, str | None, bool], Answer] = {}
    for request in requests:
        question = (request.label, request.vintage, request.is_unmarked)
        if question not in once:
            once[question] = gazetteer.resolve(request.label, request.vintage, is_unmarked=request.is_unmarked)
    answers = [once[request.label, request.vintage, request.is_unmarked] for request in requests]
    return _with_suggestions(con, gazetteer, requests, _with_regions(con, requests, answers))


def _gazetteer(con: duckdb.DuckDBPyConnection) -> Gazetteer:
    """Fill a gazetteer with what every label may need: all provinces, all spellings, the regions and their members."""
    members = con.execute("SELECT region_code, vintage, province_code FROM area_member").fetchall()
    gazetteer = Gazetteer(members=frozenset((region, vintage, province) for region, vintage, province in members))
    provinces = con.execute(_PLACES.format(table="area_place", which="level = 'province'")).fetchall()
    gazetteer.add_places(Place(*row) for row in provinces)
    for alias, vintage, code in con.execute("SELECT alias, vintage, code FROM area_alias WHERE level = 'province'").fetchall():
        gazetteer.add_spelling(alias, gazetteer.place(vintage, code))
    wide = _wide_places(con)
    for code, spellings in _wide_spellings(con).items():
        for spelling in spellings:
            gazetteer.add_spelling(spelling, wide[code])
    return gazetteer


def _wide_places(con: duckdb.DuckDBPyConnection) -> dict[str, Place]:
    rows = con.execute("SELECT level, code, name, parent_code FROM area_wide").fetchall()
    return {code: Place("", level, code, name, parent_code, None, name) for level, code, name, parent_code in rows}


def _wide_spellings(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    spellings = "SELECT code, name FROM area_wide UNION SELECT code, code FROM area_wide UNION SELECT code, alias FROM area_alias WHERE level <> 'province'"
    return dict(con.execute(f"SELECT code, list(name ORDER BY name) FROM ({spellings}) GROUP BY code ORDER BY code").fetchall())


def _load(con: duckdb.DuckDBPyConnection, gazetteer: Gazetteer, keys: set[str]) -> None:
    """Bring all places with these unmarked bare keys or codes into the gazetteer, from every list."""
    con.execute(statement("area_key"))
    con.register("_keys", pyarrow.table({"key": pyarrow.array(sorted(keys), pyarrow.string())}))
    which = "key IN (SELECT key FROM _keys) OR code IN (SELECT key FROM _keys)"
    gazetteer.add_places(Place(*row) for row in con.execute(_PLACES.format(table="area_key", which=which)).fetchall())
    con.unregister("_keys")


def _with_regions(con: duckdb.DuckDBPyConnection, requests: list[_Request], answers: list[Answer]) -> list[Answer]:
    """Read short forms of regions where the document completes them; elsewhere show the region as a candidate."""
    spellings = {code: [fold(name) for name in names] for code, names in _wide_spellings(con).items() if code.startswith("R")}
    doubtful = {(r.scope, r.label) for r, answer in zip(requests, answers, strict=True) if r.label and not _is_settled(answer)}
    meant = {label: codes for _, label in doubtful if (codes := regions_meant(label, spellings)) or is_old_region(label)}
    if not meant:
        return answers
    wide = _wide_places(con)
    named = _named_regions(con, requests, answers)
    completing = complete_regions(((scope, label) for scope, label in doubtful if label in meant), spellings, named)
    settled = []
    for request, answer in zip(requests, answers, strict=True):
        label = request.label or ""
        if label not in meant or _is_settled(answer):
            settled.append(answer)
        elif code := completing.get((request.scope, label)):
            settled.append(Answer(Status.RESOLVED, Hit(wide[code], Rule.COMPLETES)))
        else:
            settled.append(_beside(tuple(wide[code] for code in sorted(meant[label])), answer))
    return settled


def _is_settled(answer: Answer) -> bool:
    """A bare name of something smaller than a province may still be a region."""
    return answer.hit is not None and (answer.hit.rule not in (Rule.BARE_NAME, Rule.UNMARKED) or answer.hit.place.level == "province")


def _beside(regions: tuple[Place, ...], answer: Answer) -> Answer:
    """Show regions before whatever else the label may be."""
    if answer.hit:
        return Answer(Status.AMBIGUOUS, candidates=(*regions, answer.hit.place))
    return Answer(answer.status, candidates=(*regions, *answer.candidates), missing=answer.missing, within=answer.within)


def _named_regions(con: duckdb.DuckDBPyConnection, requests: list[_Request], answers: list[Answer]) -> dict[int, set[str]]:
    """Give the regions that each document names in full."""
    named: dict[int, set[str]] = defaultdict(set)
    for scope, code in con.execute("SELECT DISTINCT scope, code FROM area_request JOIN area_answer USING (request) WHERE level = 'region'").fetchall():
        named[scope].add(code)
    for request, answer in zip(requests, answers, strict=True):
        if answer.hit and answer.hit.place.level == "region":
            named[request.scope].add(answer.hit.place.code)
    return named


def _with_suggestions(con: duckdb.DuckDBPyConnection, gazetteer: Gazetteer, requests: list[_Request], answers: list[Answer]) -> list[Answer]:
    """Show near names for labels that mean nothing at all."""
    wanted = [
        Wanted(answer.missing, request.vintage, answer.within) if answer.missing and request.vintage and not answer.candidates else None
        for request, answer in zip(requests, answers, strict=True)
    ]
    if not any(wanted):
        return answers
    found = suggest(con, gazetteer, [one for one in wanted if one], load=lambda keys: _load(con, gazetteer, keys))
    return [
        Answer(answer.status, candidates=near) if one and (near := found.get(one)) else answer  # fmt: keep
        for one, answer in zip(wanted, answers, strict=True)
    ]


def _store(con: duckdb.DuckDBPyConnection, requests: list[_Request], answers: list[Answer]) -> None:
    """Add answers to area_answer."""
    hits = [answer.hit if answer.status is Status.RESOLVED else None for answer in answers]

    def texts(values: Iterable[str | None]) -> pyarrow.Array:
        return pyarrow.array(list(values), pyarrow.string())

    table = pyarrow.table(
        {
            "request": pyarrow.array([request.number for request in requests], pyarrow.int32()),
            "status": texts(answer.status for answer in answers),
            "vintage": texts((hit.place.vintage if hit else "") or request.vintage for request, hit in zip(requests, hits, strict=True)),
            "level": texts(hit.place.level if hit else None for hit in hits),
            "code": texts(hit.place.code if hit else None for hit in hits),
            "name": texts(hit.place.name if hit else None for hit in hits),
            "parent_code": texts(hit.place.parent_code if hit else None for hit in hits),
            "province_code": texts(hit.place.province_code if hit else None for hit in hits),
            "rule": texts(hit.rule if hit else None for hit in hits),
            "candidates": pyarrow.array([describe(answer.candidates) for answer in answers], pyarrow.list_(pyarrow.string())),
        }
    )
    con.register("_answers", table)
    con.execute("INSERT INTO area_answer BY NAME SELECT * FROM _answers")
    con.unregister("_answers")
