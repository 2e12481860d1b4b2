"""Indicators that sources define beside the catalogue ([[indicator]] of source.toml) → rows of ref_indicators.

Belongs here: whether such a definition fits the catalogue; a misfit refuses the source.toml with file and line.
Elsewhere: reading the block (sources.py), the catalogue itself (schemas/catalogue.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from etl.errors import ConfigError
from etl.read.sources import INDICATOR_KEYS
from etl.strict import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import duckdb

    from etl.read.sources import IndicatorDefinition, RawFolder


def add_definitions(con: duckdb.DuckDBPyConnection, folders: Iterable[RawFolder]) -> int:
    """Add to ref_indicators (load_reference) what the folders define, and say how many; two folders may define one indicator, alike."""
    defined: dict[str, IndicatorDefinition] = {}
    for definition in (definition for folder in folders for definition in folder.indicators):
        _refuse_difference(definition, defined.setdefault(definition.id, definition))
    catalogue = _column(con, "SELECT id FROM ref_indicators")
    units = _column(con, "SELECT unit FROM ref_units")
    programmes = _column(con, "SELECT id FROM ref_programmes")
    for definition in defined.values():
        if definition.id in catalogue:
            raise _misfit("indicator-in-catalogue", definition, indicator=definition.id)
        _refuse_unknown(definition, "unit", definition.unit, units)
        _refuse_unknown(definition, "programme", definition.programme, programmes)
        _refuse_unknown(definition, "denominator", definition.denominator, catalogue | set(defined))
        _refuse_unknown(definition, "parent", definition.parent, catalogue | set(defined))
    if defined:
        con.executemany(
            f"INSERT INTO ref_indicators BY NAME SELECT {', '.join(f'${name} AS {name}' for name in INDICATOR_KEYS)}", list(map(_row, defined.values()))
        )
    return len(defined)


def _row(definition: IndicatorDefinition) -> dict[str, object]:
    return {name: getattr(definition, name) for name in INDICATOR_KEYS}


def _refuse_difference(definition: IndicatorDefinition, first: IndicatorDefinition) -> None:
    if replace(definition, file=first.file, line=first.line) != first:
        raise _misfit("indicator-defined-twice", definition, indicator=definition.id, other=f"{first.file}:{first.line}")


def _refuse_unknown(definition: IndicatorDefinition, key: str, found: str | None, known: Collection[str]) -> None:
    if found is not None and found not in known:
        raise _misfit("indicator-names-unknown", definition, key=key, found=found, nearest=nearest(found, known))


def _misfit(code: str, definition: IndicatorDefinition, **facts: object) -> ConfigError:
    return ConfigError(code, file=definition.file, line=definition.line, **facts)


def _column(con: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    return {str(row[0]) for row in con.execute(query).fetchall()}
