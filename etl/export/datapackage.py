"""A Frictionless Data Package, version 2: one CSV per published table and `datapackage.json`, which says what stands in them.

    datapackage.json    names, types, code lists, keys, hashes: all from schemas/tables.py
    observations.csv …  UTF-8, comma, dot decimals, ISO dates, true and false; lists as JSON; an empty cell is NULL
    NOTICE.md           where the lists of places come from; their licence asks that it goes with them

The terms of the figures are their publishers' (column `licence` of sources.csv); a licence is stated for the tables we wrote ourselves.

Belongs here: the descriptor and its CSV. Elsewhere: CSV for people (people_csv.py).
"""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from etl import __version__
from etl.export.published import folder_for
from schemas.tables import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from etl.export.published import Published
    from schemas.published import ColumnFacts, PublishedTable

_DESCRIPTOR: Final = "datapackage.json"
_NOTICE: Final = "NOTICE.md"
_PROFILES: Final = "https://datapackage.org/profiles/2.0"
_CSV: Final = "FORMAT csv, HEADER true, DELIMITER ',', NULLSTR '', DATEFORMAT '%Y-%m-%d'"
_TYPES: Final = {
    "VARCHAR": "string",
    "UUID": "string",
    "DOUBLE": "number",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
}
# (table, columns) → (table, columns). Places are not among them: a source may speak of the country or of a region, which `areas` does not list.
_REFERENCES: Final[tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...]] = (
    ("observations", ("indicator",), "indicators", ("id",)),
    ("observations", ("source_id",), "sources", ("source_id",)),
    ("observations", ("unit_measure",), "units", ("unit",)),
    ("findings", ("rule",), "rules", ("rule",)),
    ("finding_members", ("finding_id",), "findings", ("finding_id",)),
    ("finding_members", ("observation_id",), "observations", ("observation_id",)),
    ("rule_results", ("rule",), "rules", ("rule",)),
    ("quarantine", ("source_id",), "sources", ("source_id",)),
    ("excluded", ("source_id",), "sources", ("source_id",)),
    ("implied_figures", ("indicator",), "indicators", ("id",)),
    ("indicators", ("programme",), "programmes", ("id",)),
    ("area_links", ("old_vintage", "old_level", "old_code"), "areas", ("vintage", "level", "code")),
    ("area_links", ("new_vintage", "new_level", "new_code"), "areas", ("vintage", "level", "code")),
)
_OURS: Final = frozenset({"rules", "rule_results", "programmes", "indicators", "units", "dimensions", "breaks", "runs"})
_LICENCE: Final = {"name": "Apache-2.0", "path": "https://www.apache.org/licenses/LICENSE-2.0", "title": "Apache License 2.0"}
_DESCRIPTION: Final = (
    "Số liệu an sinh xã hội như các nơi công bố đã in, kèm kết quả kiểm tra. Điều khoản sử dụng số liệu thuộc về nơi công bố (cột licence của bảng "
    "sources); giấy phép nêu ở từng bảng chỉ áp dụng cho phần mô tả do chúng tôi viết. | Figures on social security as their publishers printed them, "
    "with what the rules found. The terms of the figures are their publishers' (column licence of the table sources); a licence named at a table "
    "covers only the metadata that we wrote."
)


def write_datapackage(published: Published, target: Path) -> Path:
    """Write the package into the folder `target`. Gives its datapackage.json."""
    names = frozenset({_DESCRIPTOR, _NOTICE, *(_file(table) for table in TABLES)})
    with folder_for(target, names) as folder:
        for table in TABLES:
            published.copy(_rows_of(table), folder / _file(table), _CSV)
        notice = resources.files("schemas").joinpath("reference", _NOTICE).read_bytes()
        (folder / _NOTICE).write_bytes(notice)
        text = json.dumps(_descriptor(published, folder), ensure_ascii=False, indent=1)
        (folder / _DESCRIPTOR).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return target / _DESCRIPTOR


def _file(table: PublishedTable) -> str:
    return f"{table.name}.csv"


def _rows_of(table: PublishedTable) -> str:
    """All columns in their order; a list as JSON, since CSV has none."""
    columns = ", ".join(f'CAST(to_json("{c.name}") AS VARCHAR) AS "{c.name}"' if c.duckdb_type.endswith("[]") else f'"{c.name}"' for c in table.columns)
    order = ", ".join(f'"{name}" NULLS FIRST' for name in dict.fromkeys([*table.sort, *table.key]))
    return f'SELECT {columns} FROM "{table.name}" ORDER BY {order}'


def _descriptor(published: Published, folder: Path) -> dict[str, Any]:
    run = published.run
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "ansinh",
        "title": "Số liệu an sinh xã hội | Figures on social security in Viet Nam",
        "description": _DESCRIPTION,
        "version": run.run_id,
        "created": run.finished_at or run.started_at,
        "ansinh": {"version": __version__, "schemaVersion": SCHEMA_VERSION, "contentId": run.content_id, "evaluatedOn": run.evaluated_on},
        "sources": _sources(published),
        "resources": [_resource(table, folder / _file(table)) for table in TABLES],
    }


def _sources(published: Published) -> list[dict[str, str]]:
    """Who printed the figures. A source without an address is named by its citation."""
    told = published.rows("SELECT DISTINCT title, publisher, url, citation FROM sources ORDER BY ALL")
    listed = []
    for row in told:
        title = row["citation"] or " – ".join(text for text in (row["publisher"], row["title"]) if text)
        listed.append({"title": title, **({"path": row["url"]} if row["url"] else {})})
    # A package without a source has no list of them: an empty one is not allowed.
    return listed or [{"title": "–"}]


def _resource(table: PublishedTable, file: Path) -> dict[str, Any]:
    content = file.read_bytes()
    return {
        "name": table.name,
        "path": file.name,
        "type": "table",
        "title": table.row_vi,
        "description": f"{table.row_vi} | {table.row_en}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **({"licenses": [_LICENCE]} if table.name in _OURS else {}),
        "schema": _schema(table),
    }


def _schema(table: PublishedTable) -> dict[str, Any]:
    keys = [
        {"fields": list(columns), "reference": {"resource": there, "fields": list(found_by)}}
        for here, columns, there, found_by in _REFERENCES
        if here == table.name
    ]
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        **({"primaryKey": list(table.key)} if table.key else {}),
        **({"foreignKeys": keys} if keys else {}),
    }


def _field(column: ColumnFacts) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if not column.nullable:
        constraints["required"] = True
    if column.codes:
        constraints["enum"] = list(column.codes)
    return {
        "name": column.name,
        "type": "array" if column.duckdb_type.endswith("[]") else _TYPES[column.duckdb_type],
        **({"format": "uuid"} if column.duckdb_type == "UUID" else {}),
        "title": column.vi,
        "description": f"{column.vi} | {column.en}",
        **({"constraints": constraints} if constraints else {}),
    }
