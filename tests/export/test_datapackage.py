"""The data package is what Frictionless says a package is, and holds what is published."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import frictionless
import pytest

from etl.export import export
from etl.query import run_query
from schemas.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from etl.project import Project


@pytest.fixture
def package(project: Project, tmp_path: Path) -> Path:
    """The descriptor of an export."""
    return export(project, "datapackage", tmp_path / "package")


@pytest.fixture
def told(package: Path) -> dict[str, Any]:
    """What the descriptor says."""
    descriptor: dict[str, Any] = json.loads(package.read_text(encoding="utf-8"))
    return descriptor


@pytest.mark.filterwarnings("ignore")  # frictionless has warnings of its own
def test_frictionless_finds_no_fault(package: Path, told: dict[str, Any]) -> None:
    # Small tables made by hand refer to lists that are not in them; the keys are tested with the shipped data below.
    for resource in told["resources"]:
        resource["schema"].pop("foreignKeys", None)
    package.write_text(json.dumps(told), encoding="utf-8")
    report = frictionless.validate(str(package))
    assert report.flatten(["name", "type", "rowNumber", "note"]) == []
    assert report.stats["tasks"] == len(TABLES)


@pytest.mark.filterwarnings("ignore")
def test_a_changed_cell_is_found_by_frictionless(package: Path) -> None:
    file = package.with_name("observations.csv")
    file.write_bytes(file.read_bytes().replace(b",actual,", b",wished,", 1))
    assert {kind for (kind,) in frictionless.validate(str(package)).flatten(["type"])} >= {"hash-count", "constraint-error"}


def test_every_published_table_is_there_with_all_its_rows(package: Path, project: Project) -> None:
    for table in TABLES:
        with package.with_name(f"{table.name}.csv").open(encoding="utf-8", newline="") as stream:
            head, *rows = csv.reader(stream)
        assert head == [column.name for column in table.columns]
        assert len(rows) == run_query(project, f'SELECT count(*) AS n FROM "{table.name}"').column("n")[0].as_py(), table.name


def test_texts_come_back_as_they_were_printed(package: Path, project: Project) -> None:
    with package.with_name("observations.csv").open(encoding="utf-8", newline="") as stream:
        printed = [row["text"] for row in csv.DictReader(stream)]
    assert sorted(printed) == sorted(run_query(project, "SELECT text FROM observations").column("text").to_pylist())


def test_the_declarations_stand_in_the_descriptor(told: dict[str, Any]) -> None:
    resources = {resource["name"]: resource for resource in told["resources"]}
    assert list(resources) == [table.name for table in TABLES]
    for table in TABLES:
        fields = {field["name"]: field for field in resources[table.name]["schema"]["fields"]}
        for column in table.columns:
            assert fields[column.name]["description"] == f"{column.vi} | {column.en}"
            assert fields[column.name].get("constraints", {}).get("required", False) != column.nullable
            assert tuple(fields[column.name].get("constraints", {}).get("enum", ())) == column.codes
    assert resources["findings"]["schema"]["primaryKey"] == ["finding_id"]
    assert {"fields": ["rule"], "reference": {"resource": "rules", "fields": ["rule"]}} in resources["findings"]["schema"]["foreignKeys"]


def test_a_licence_is_stated_for_what_is_ours_and_for_nothing_else(told: dict[str, Any]) -> None:
    assert "licenses" not in told
    licensed = {resource["name"] for resource in told["resources"] if "licenses" in resource}
    assert licensed.isdisjoint({"observations", "findings", "finding_members", "quarantine", "excluded", "sources", "areas", "area_links"})
    assert "rules" in licensed
    assert told["sources"] == [{"title": "Bài viết"}]


def test_every_key_leads_to_columns_that_there_are(told: dict[str, Any]) -> None:
    columns = {table.name: {column.name for column in table.columns} for table in TABLES}
    for resource in told["resources"]:
        for key in resource["schema"].get("foreignKeys", ()):
            assert set(key["fields"]) <= columns[resource["name"]]
            assert set(key["reference"]["fields"]) <= columns[key["reference"]["resource"]]
