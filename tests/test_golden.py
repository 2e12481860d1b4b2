"""The golden run: the data that is shipped, through the whole pipeline, compared whole with tests/golden/findings.json.

A wanted change of the findings: ANSINH_REGOLD=1 writes the file anew, and its diff belongs into the commit message (docs/developing.md).
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet
import pytest
from click.testing import CliRunner

import etl.work
from etl.cli import main
from etl.pipeline import run
from etl.project import open_project
from etl.stage import read_done
from schemas.tables import TABLES

ROOT: Final = Path(__file__).resolve().parent.parent
GOLDEN: Final = Path(__file__).with_name("golden") / "findings.json"
AS_OF: Final = "2026-01-01"  # waivers and deadlines are judged by a date, so the golden run has one
REPORTS: Final = ("quality-report.json", "quality-report.html")
MEMBER: Final = ("role", "source_id", "line", "text", "unit")


@dataclass(frozen=True, slots=True)
class Ran:
    """A project after one way through the pipeline, and the exit codes on the way."""

    folder: Path
    exit_codes: tuple[int, ...]

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of a published Parquet file."""
        return list(pyarrow.parquet.read_table(self.folder / "warehouse" / "parquet" / f"{name}.parquet").to_pylist())

    def published(self) -> dict[str, bytes]:
        """Every published file whose bytes are promised. (A DuckDB file differs every time.)"""
        warehouse = self.folder / "warehouse"
        files = [*sorted((warehouse / "parquet").resolve().iterdir()), *(warehouse / name for name in REPORTS)]
        return {path.name: path.read_bytes() for path in files}


def go(folder: Path, *commands: str) -> Ran:
    """Copy the raw data into a new folder and run the commands there, in this process."""
    shutil.copytree(ROOT / "raw", folder / "raw")
    codes = []
    for command in commands:
        dated = [] if command == "report" else ["--as-of", AS_OF]
        codes.append(CliRunner().invoke(main, [command, "--project", str(folder), *dated], catch_exceptions=False).exit_code)
    return Ran(folder, tuple(codes))


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The golden run."""
    return go(tmp_path_factory.mktemp("golden") / "a", "run")


def told(ran: Ran) -> dict[str, Any]:
    """All that the golden file holds of a run; hypotheses are JSON inside a column, so that they are opened."""
    members: dict[str, list[dict[str, Any]]] = {}
    for member in ran.table("finding_members"):
        members.setdefault(member["finding_id"], []).append({name: member[name] for name in MEMBER})
    findings = [{**f, "hypotheses": json.loads(f["hypotheses"]), "members": members.get(f["finding_id"], [])} for f in ran.table("findings")]
    counted = ("source_id", "rows_read", "rows_published", "rows_quarantined", "rows_excluded")
    return {
        "exit_code": ran.exit_codes[-1],
        "sources": [{name: source[name] for name in counted} for source in ran.table("sources")],
        "findings": sorted(findings, key=lambda f: (f["rule"], f["key"])),
        "rule_results": [r for r in ran.table("rule_results") if r["seen"]],
    }


def test_the_golden_run_finds_what_it_found_before(golden: Ran) -> None:
    found = told(golden)
    if os.environ.get("ANSINH_REGOLD"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_golden_file_holds_no_column_that_tells_of_a_run() -> None:
    volatile = {column.name for table in TABLES if table.name == "findings" for column in table.columns if column.volatile}
    assert volatile
    held = json.loads(GOLDEN.read_text(encoding="utf-8"))["findings"]
    assert held
    assert not volatile & {name for finding in held for name in finding}


def test_the_three_sector_shares_of_the_province_are_found_three_points_short(golden: Ran) -> None:
    """What everybody who reads the article with a pencil finds; the golden file can be regenerated, this cannot."""
    errors = [f for f in told(golden)["findings"] if f["severity"] == "error" and f["verdict"] == "fail"]
    assert [(f["rule"], f["actual"], f["expected"], f["gap"]) for f in errors] == [("G01", "97.00", "100", 3.0)]
    assert [member["text"] for member in errors[0]["members"]] == ["52,7", "15,58", "28,72"]
    suspects = [o["text"] for o in golden.table("observations") if o["is_suspect"]]
    assert sorted(suspects) == ["15,58", "28,72", "52,7"]


def test_every_row_of_the_raw_files_ended_somewhere(golden: Ran) -> None:
    for source in golden.table("sources"):
        lines = (golden.folder / "raw" / source["source_id"]).read_text(encoding="utf-8").strip().splitlines()
        assert source["rows_read"] == len(lines) - 1 == source["rows_published"] + source["rows_quarantined"] + source["rows_excluded"]


def test_the_four_stages_in_another_folder_and_with_more_threads_publish_the_same_bytes_as_the_run(
    golden: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the folder, the time, the threads nor the way through the stages is in what is published. (test_inputs.py asks it of bad data.)"""
    monkeypatch.setattr(etl.work, "MANY_ROWS", 0)
    staged = go(tmp_path / "b", "ingest", "validate", "load", "report")
    assert staged.exit_codes == (0, 0, 0, 0)
    assert staged.published() == golden.published()


def test_a_run_remembers_what_it_read_so_that_the_next_one_does_nothing(golden: Ran) -> None:
    project = open_project(golden.folder, start=golden.folder)
    done = read_done(project)
    assert done is not None
    again = run(project, evaluated_on=date.fromisoformat(AS_OF))
    assert again.run.outcome == "unchanged"
    assert again.snapshot is not None
    assert again.snapshot.run_id == done.run_id
    assert again.validated is None


@pytest.mark.parametrize("name", [table.name for table in TABLES if not table.is_volatile])
def test_every_published_table_can_be_read_as_parquet(golden: Ran, name: str) -> None:
    declared = next(table for table in TABLES if table.name == name)
    read = pyarrow.parquet.read_table(golden.folder / "warehouse" / "parquet" / f"{name}.parquet")
    assert read.column_names == [column.name for column in declared.columns if not column.volatile]
