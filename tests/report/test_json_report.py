"""The JSON report: stable bytes, all of the content, in the shape of its schema."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from etl.report.html_report import render_html
from etl.report.json_report import render_json

SCHEMA: dict[str, Any] = json.loads((Path(__file__).resolve().parents[2] / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int, "number": (int, float)}
KNOWN = {"$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties", "items", "enum", "const"}


def faults(value: Any, schema: Any, place: str = "$") -> list[str]:  # noqa: PLR0911  one for each keyword
    """What is wrong with a value by the part of JSON Schema that our schema uses."""
    if schema is True:
        return []
    assert set(schema) <= KNOWN, f"{place}: a keyword this test does not know"
    if "$ref" in schema:
        return faults(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], place)
    if "const" in schema or "enum" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{place}: {value!r}"]
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, TYPES[name]) and (name == "boolean") == isinstance(value, bool) for name in wanted):
        return [f"{place}: {value!r} is no {wanted}"]
    if isinstance(value, list):
        return [fault for n, entry in enumerate(value) for fault in faults(entry, schema["items"], f"{place}[{n}]")]
    if not isinstance(value, dict):
        return []
    properties = schema["properties"]
    found = [f"{place}: {name} is missing" for name in schema["required"] if name not in value]
    if schema.get("additionalProperties") is False:
        found += [f"{place}: {name} is unknown" for name in value if name not in properties]
    return found + [fault for name, entry in value.items() if name in properties for fault in faults(entry, properties[name], f"{place}.{name}")]


def sorted_keys_only(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert names == sorted(names) or {"kind", "text_vi"} <= set(names), names  # a hypothesis comes as validation wrote it
    return dict(pairs)


def test_the_report_has_the_shape_of_its_schema(content: dict[str, Any]) -> None:
    assert faults(json.loads(render_json(content)), SCHEMA) == []


def test_the_check_of_the_shape_would_notice(content: dict[str, Any]) -> None:
    report = json.loads(render_json(content))
    report["findings"][0]["severity"] = "grave"
    report["counts"]["read"] = "15"
    del report["sources"][0]["sha256"]
    report["rules"][0]["surplus"] = 1
    assert len(faults(report, SCHEMA)) == 4


def test_an_empty_warehouse_has_the_shape_of_the_schema_too(content_of: Any) -> None:
    report = json.loads(render_json(content_of({}, meta={})))
    assert faults(report, SCHEMA) == []
    assert report["evaluated_on"] is None


def test_all_keys_are_sorted(content: dict[str, Any]) -> None:
    json.loads(render_json(content), object_pairs_hook=sorted_keys_only)


def test_texts_stay_as_they_are(content: dict[str, Any]) -> None:
    written = render_json(content).decode()
    assert "18.4720<script>alert(1)</script>" in written
    assert "Cơ cấu lao động" in written
    assert written.endswith("}\n")


def test_one_row_is_one_line(content: dict[str, Any]) -> None:
    lines = render_json(content).decode().splitlines()
    assert sum(line.startswith('{"actual"') for line in lines) == len(content["findings"])


def test_what_is_no_number_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="JSON"):
        render_json({**content, "counts": {"read": math.nan}})


def test_rendering_leaves_the_content_as_it_was(content: dict[str, Any]) -> None:
    before = render_json(content)
    render_html(content)
    assert render_json(content) == before
