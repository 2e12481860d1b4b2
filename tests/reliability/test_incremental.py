"""What has not changed is not read again, and where nothing changed nothing is done."""

from __future__ import annotations

import os
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.torture import HEADER, SOURCE, write_figures
from etl import pipeline, stage
from etl.project import Project
from etl.publish.history import read_history
from etl.publish.snapshot import list_snapshots
from etl.read import figures_csv

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = 2000
ROW = "poor_households,level,,Hà Giang,2022,actual,{number:04},hộ,,\n"
SHORT = len(f"{HEADER}{ROW.format(number=0)}".encode())
DAY = date(2025, 1, 1)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders whose figures were read, in order; and a code that does not change while somebody edits it."""
    calls: list[str] = []
    real = figures_csv.read_figures_csv

    def counted(con: Any, number: int, path: Path) -> Any:
        calls.append(path.parent.name)
        if path.stat().st_size == SHORT:  # two thousand tables of one row: what is counted is who is asked to read them
            return SimpleNamespace(rows=1, set_aside=0, faults=())
        return real(con, number, path)

    monkeypatch.setattr(figures_csv, "read_figures_csv", counted)
    for module in (stage, pipeline):
        monkeypatch.setattr(module, "code_id", lambda: "code")
    return calls


def test_of_two_thousand_sources_only_the_changed_one_is_read_again(tmp_path: Path, read: list[str]) -> None:
    project = Project(tmp_path)
    for number in range(SOURCES):
        folder = project.raw / f"nguon-{number:04}"
        folder.mkdir(parents=True)
        (folder / "source.toml").write_text(SOURCE)
        (folder / "figures.csv").write_text(HEADER + ROW.format(number=number))
    assert pipeline.ingest(project, evaluated_on=DAY) == (SOURCES, SOURCES)
    assert len(read) == SOURCES

    read.clear()
    assert pipeline.ingest(project, evaluated_on=DAY) == (SOURCES, SOURCES)
    assert read == []

    changed = project.raw / "nguon-0777" / "figures.csv"
    changed.write_text(changed.read_text() + "poor_households,level,,Lào Cai,2022,actual,5,hộ,,\n")
    (project.raw / "nguon-0778" / "figures.csv").touch()  # another time, the same bytes
    assert pipeline.ingest(project, evaluated_on=DAY) == (SOURCES, SOURCES + 1)
    assert read == ["nguon-0777"]

    read.clear()
    for name in ("figures.csv", "source.toml"):
        (project.raw / "nguon-0005" / name).unlink()
    (project.raw / "nguon-0005").rmdir()
    assert pipeline.ingest(project, evaluated_on=DAY) == (SOURCES - 1, SOURCES)
    assert read == []


def test_where_nothing_changed_nothing_is_read_or_published(tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    write_figures(project.raw / "bang-thu", 1)
    monkeypatch.setattr(pipeline, "our_rule_files", list)
    assert pipeline.run(project, evaluated_on=DAY).run.outcome == "published"
    before = {path: path.lstat().st_mtime_ns for path in project.warehouse.rglob("*") if path.name not in {".lock", "history.jsonl"}}
    read.clear()
    monkeypatch.setattr(pipeline, "open_stage", None)  # whoever opened the stage now would fail
    again = pipeline.run(project, evaluated_on=DAY)
    assert (again.run.outcome, again.validated, read) == ("unchanged", None, [])
    assert {path: path.lstat().st_mtime_ns for path in project.warehouse.rglob("*") if path.name not in {".lock", "history.jsonl"}} == before
    assert [run.outcome for run in read_history(project).runs] == ["published", "unchanged"]


def test_the_same_bytes_with_another_time_publish_nothing(tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    write_figures(project.raw / "bang-thu", 1)
    monkeypatch.setattr(pipeline, "our_rule_files", list)
    pipeline.run(project, evaluated_on=DAY)
    read.clear()
    os.utime(project.raw / "bang-thu" / "figures.csv", (0, 0))
    assert pipeline.run(project, evaluated_on=DAY).run.outcome == "unchanged"
    assert read == []
    assert len(list_snapshots(project)) == 1
