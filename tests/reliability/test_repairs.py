"""What is published is published again where readers would see something else: a damaged snapshot, new views, --force."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import duckdb
import pytest

from etl import pipeline
from etl.errors import StageError
from etl.publish import build
from etl.publish.snapshot import current_snapshot, damaged_files, has_all_files
from etl.publish.states import remember_previous

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etl.project import Project
    from etl.publish.snapshot import Snapshot

DAY: Final = date(2025, 1, 1)
FILES: Final = ("parquet/observations.parquet", "ansinh.duckdb", "quality-report.html")


@pytest.fixture
def project(own_project: Project) -> Project:
    return own_project


def run(project: Project, *, force: bool = False) -> str:
    return pipeline.run(project, evaluated_on=DAY, force=force).run.outcome


def now_current(project: Project) -> Snapshot:
    current = current_snapshot(project)
    assert current is not None
    return current


def take_away(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def turn_a_bit(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")


@pytest.mark.parametrize("damage", [take_away, cut], ids=lambda function: function.__name__)
@pytest.mark.parametrize("name", FILES)
def test_damage_is_seen_at_a_glance(name: str, damage: Callable[[Path], None], project: Project) -> None:
    assert has_all_files(now_current(project))
    damage(now_current(project).folder / name)
    assert not has_all_files(now_current(project))


@pytest.mark.parametrize(("name", "damage"), list(zip(FILES, [cut, take_away, cut], strict=True)), ids=FILES)
def test_a_damaged_snapshot_is_repaired_by_the_next_run(name: str, damage: Callable[[Path], None], project: Project) -> None:
    before = now_current(project)
    damage(before.folder / name)
    assert run(project) == "published"
    after = now_current(project)
    assert after.content_id == before.content_id
    assert damaged_files(after) == ()
    assert run(project) == "unchanged"


def test_a_forced_run_publishes_the_same_content_again_and_repairs_what_no_glance_sees(project: Project) -> None:
    before = now_current(project)
    assert run(project, force=True) == "published"
    after = now_current(project)
    assert (after.run_id != before.run_id, after.content_id) == (True, before.content_id)
    turn_a_bit(after.folder / "parquet" / "observations.parquet")
    assert run(project) == "unchanged"
    assert run(project, force=True) == "published"
    assert damaged_files(now_current(project)) == ()


def invert(path: Path, place: int) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:place] + bytes(255 - byte for byte in whole[place : place + 64]) + whole[place + 64 :])


def place_of_rows(stage: Path) -> int:
    """Where in the file the raw rows lie: three headers of 4 KiB, then blocks of 256 KiB."""
    with duckdb.connect(stage, read_only=True) as con:
        ((block,),) = con.execute("SELECT min(block_id) FROM pragma_storage_info('raw_rows') WHERE block_id >= 0").fetchall()
    return int(3 * 4096 + block * 262_144 + 40)


def test_a_stage_that_the_disk_has_changed_is_built_again_by_the_same_run(project: Project) -> None:
    """Wherever the change lies: in the header, which is read at once, or in rows that are read in the middle of the work."""
    before, stage = now_current(project), project.stage / "stage.duckdb"
    for place, told in ((2 * 4096 + 100, []), (place_of_rows(stage), ["stage-rebuilt"])):
        invert(stage, place)
        outcome = pipeline.run(project, evaluated_on=DAY, force=True)
        assert outcome.run.outcome == "published"
        assert [trouble.code for trouble in outcome.troubles] == told
        assert now_current(project).content_id == before.content_id


def test_a_damaged_stage_is_named_where_it_cannot_be_built_again(project: Project) -> None:
    pipeline.ingest(project, evaluated_on=DAY)
    stage = project.stage / "stage.duckdb"
    invert(stage, place_of_rows(stage))
    with pytest.raises(StageError, match="stage-damaged"):
        pipeline.validate(project, evaluated_on=DAY)
    with pytest.raises(StageError, match="stage-not-ingested"):
        pipeline.validate(project, evaluated_on=DAY)
    assert pipeline.ingest(project, evaluated_on=DAY)[0] == 1
    assert pipeline.validate(project, evaluated_on=DAY).rows_read > 0


def test_other_views_or_another_report_are_published_though_the_content_is_the_same(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = now_current(project)
    (project.raw / "bang-thu" / "figures.csv").touch()
    monkeypatch.setattr(build, "presentation_id", lambda: "another")
    assert run(project) == "published"
    assert now_current(project).content_id == before.content_id
    (project.raw / "bang-thu" / "figures.csv").touch()
    assert run(project) == "unchanged"


def test_the_presentation_is_known_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("publish/sql/views.sql", "report/templates/report.css", "report/content.py", "messages.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr("etl.publish.build.resources.files", lambda _: tmp_path)
    first = build.presentation_id()
    (tmp_path / "report/__pycache__").mkdir()
    (tmp_path / "report/__pycache__/content.pyc").touch()
    (tmp_path / "messages.toml").touch()
    assert build.presentation_id() == first
    for path in [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".pyc"]:
        told = path.read_text()
        path.write_text(f"{told}.")
        assert build.presentation_id() != first, path
        path.write_text(told)


def test_a_trouble_beside_a_run_that_changes_nothing_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "remember_previous", lambda con, previous: remember_previous(con, previous) or "no such table")
    (project.raw / "bang-thu" / "figures.csv").touch()
    outcome = pipeline.run(project, evaluated_on=DAY)
    assert (outcome.run.outcome, [trouble.code for trouble in outcome.troubles]) == ("unchanged", ["snapshot-uncompared"])
