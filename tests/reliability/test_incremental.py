"""What has not changed is not read again, and where nothing changed nothing is done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.torture import HEADER, SOURCE, write_figures
from etl import pipeline, stage, work
from etl.errors import StageError
from etl.project import Project
from etl.publish.history import read_history
from etl.publish.snapshot import list_snapshots
from etl.read import many
from etl.read.sources import discover
from etl.validate import rules

SOURCES = 2000
ROW = "poor_households,level,,Hà Giang,2022,actual,{number:04},hộ,,\n"
DAY = date(2025, 1, 1)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders whose figures were read, in order; and a code that does not change while somebody edits it."""
    calls: list[str] = []
    real = many.read_many

    def noted(con: Any, files: list[tuple[int, Path]], *progress: Any) -> Any:
        calls.extend(path.parent.name for _, path in files)
        return real(con, files, *progress)

    monkeypatch.setattr(many, "read_many", noted)
    for module in (stage, work):
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


def test_what_was_read_when_decides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two errors only the first is explained here: which one that is must not depend on which file was read last."""
    monkeypatch.setattr("etl.validate.hypotheses.MOST_FINDINGS", 1)
    project, fresh = Project(tmp_path / "grown"), Project(tmp_path / "fresh")
    other = HEADER.replace("locator,note", "note,locator")  # read in another batch

    def write(name: str, industry: str) -> None:
        folder = project.raw / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "source.toml").write_text(SOURCE, encoding="utf-8")
        header, end = (other, "list=closed,") if name == "b" else (HEADER, ",list=closed")
        shares = (("agriculture_forestry", "50"), ("industry_construction", industry), ("tourism_services", "20"))
        rows = [f"employment_sector_share,level,sector={sector},Hà Giang,2022,actual,{value},%,{end}\n" for sector, value in shares]
        (folder / "figures.csv").write_text(header + "".join(rows), encoding="utf-8")

    for name in "abc":
        write(name, "24")
    pipeline.ingest(project, evaluated_on=DAY)
    for name, industry in (("b", "23"), ("a", "22")):
        write(name, industry)
        pipeline.ingest(project, evaluated_on=DAY)
    shutil.copytree(project.raw, fresh.raw)
    grown, again = (pipeline.run(one, evaluated_on=DAY) for one in (project, fresh))
    assert grown.validated is not None
    assert [f.code for f in grown.validated.findings if f.rule.kind == "hundred"] == ["impossible"] * 3
    assert grown.run.content_id == again.run.content_id
    with stage.open_stage(project) as con:
        assert con.execute("SELECT DISTINCT source_id FROM raw_rows JOIN stage_file USING (file_no) ORDER BY ALL").fetchall() == [
            (f"{name}/figures.csv",) for name in "abc"
        ]
        assert con.execute("SELECT list(file_no ORDER BY rowid) FROM raw_rows").fetchone() == ([0, 0, 0, 1, 1, 1, 2, 2, 2],)


def test_rows_laid_anew_outlive_a_kill_right_after_they_were_kept(tmp_path: Path) -> None:
    """DuckDB then has them in its log alone, where a table was made, filled, and named like the one it replaces, in one transaction."""
    words = """
import os, pathlib, signal, sys
from etl import stage
from etl.project import Project
con = stage.open_stage(Project(pathlib.Path(sys.argv[1])))
with stage.changing(con):
    con.execute("INSERT INTO raw_rows (file_no, line, value) SELECT 1, range, 'a' FROM range(3000) UNION ALL SELECT 0, range, 'b' FROM range(2000)")
    con.execute("INSERT INTO raw_set_aside VALUES (0, 1, 'x', 1, 2, 'c')")
    con.execute("INSERT INTO stage_file VALUES (0, 'b', 'h', 2000, 1, '[]'), (1, 'a', 'h', 3000, 0, '[]')")
    stage.put_in_order(con, ["a", "b"])
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", words, str(tmp_path)], check=False)
    with stage.open_stage(Project(tmp_path)) as con:
        assert con.execute("SELECT file_no, value, count(*), min(rowid) FROM raw_rows GROUP BY ALL ORDER BY ALL").fetchall() == [
            (0, "a", 3000, 0),
            (1, "b", 2000, 3000),
        ]
        assert con.execute("SELECT file_no FROM raw_set_aside").fetchall() == [(1,)]
        assert con.execute("SELECT file_no, source_id FROM stage_file ORDER BY ALL").fetchall() == [(0, "a"), (1, "b")]


def test_where_nothing_changed_nothing_is_read_or_published(tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    write_figures(project.raw / "bang-thu", 1)
    monkeypatch.setattr(rules, "our_rule_files", list)
    assert pipeline.run(project, evaluated_on=DAY).run.outcome == "published"
    before = {path: path.lstat().st_mtime_ns for path in project.warehouse.rglob("*") if path.name not in {".lock", "history.jsonl"}}
    read.clear()
    with monkeypatch.context() as closed:
        closed.setattr(work, "open_stage", None)  # whoever opened the stage now would fail
        again = pipeline.run(project, evaluated_on=DAY)
    assert (again.run.outcome, again.validated, read) == ("unchanged", None, [])
    assert {path: path.lstat().st_mtime_ns for path in project.warehouse.rglob("*") if path.name not in {".lock", "history.jsonl"}} == before
    assert [run.outcome for run in read_history(project).runs] == ["published", "unchanged"]

    os.utime(project.raw / "bang-thu" / "figures.csv", (0, 0))
    assert pipeline.run(project, evaluated_on=DAY).run.outcome == "unchanged", "the same bytes with another time"
    assert read == []
    assert len(list_snapshots(project)) == 1


def add_stray(raw: Path) -> None:
    (raw / "notes.txt").write_text("x")


def add_folder(raw: Path) -> None:
    (raw / "empty-source").mkdir()


def take_folder_away(raw: Path) -> None:
    (raw / "trong").rmdir()


def test_what_nobody_reads_is_news_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    write_figures(project.raw / "bang-thu", 1)
    (project.raw / "trong").mkdir()
    process = [path for path in rules.our_rule_files() if path.name == "process.toml"]
    monkeypatch.setattr(rules, "our_rule_files", lambda: process)
    pipeline.run(project, evaluated_on=DAY)
    for change in (add_stray, add_folder, take_folder_away):
        change(project.raw)  # the run before has left its verdicts in the stage
        with pytest.raises(StageError, match="stage-not-validated"):
            pipeline.load(project, evaluated_on=DAY)
        assert pipeline.run(project, evaluated_on=DAY).run.outcome == "published", change


@pytest.mark.parametrize("name", ["hashes.json", "done.json"])
@pytest.mark.parametrize("torn", ["cut", "zeros", "half zeros", "empty", "another's", "no digest"])
def test_what_a_power_cut_left_of_a_cache_is_not_believed(
    name: str,
    torn: str,
    tmp_path: Path,
) -> None:
    project = Project(tmp_path)
    write_figures(project.raw / "bang-thu", 1)
    listed = [folder.figures for folder in discover(project.raw) if folder.figures is not None]
    truth = stage.hashes_of(project, listed)
    stage.write_done(project, stage.Done("key", "input", "run"))
    path = project.stage / name
    whole = path.read_bytes()
    lie = whole.replace(truth["bang-thu/figures.csv"].encode(), b"0" * 64).replace(b'"key"', b'"lie"')
    path.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "zeros": bytes(len(whole)),
            "half zeros": whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2),
            "empty": b"",
            "another's": lie,  # blocks of an older file, such as a disk may show after a power cut
            "no digest": lie.partition(b"\n")[2],
        }[torn]
    )
    assert stage.hashes_of(project, listed) == truth
    assert stage.read_done(project) == (None if name == "done.json" else stage.Done("key", "input", "run"))


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel for the name of what is synced")
def test_a_cache_is_on_the_disk_before_its_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: told.append(Path(f"/proc/self/fd/{descriptor}").readlink().name))
    stage.write_done(Project(tmp_path), stage.Done("key", "input", "run"))
    assert told == [".done.json.part", "stage"]


def test_a_file_whose_size_and_time_were_set_back_is_read_again(tmp_path: Path, read: list[str]) -> None:
    project = Project(tmp_path)
    write_figures(project.raw / "bang-thu", 1)
    figures = project.raw / "bang-thu" / "figures.csv"
    pipeline.ingest(project, evaluated_on=DAY)
    before = figures.stat()
    read.clear()
    figures.write_text(figures.read_text().replace("52,7", "25,7"))
    os.utime(figures, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert figures.stat().st_size == before.st_size
    pipeline.ingest(project, evaluated_on=DAY)
    assert read == ["bang-thu"]


def test_another_version_of_what_computes_is_another_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), "/nowhere", *sys.path])
    before = stage.code_id()
    assert stage.code_id() == before
    (tmp_path / "unrelated-1.0.dist-info").mkdir()
    assert stage.code_id() == before
    (tmp_path / "duckdb-9.9.9.dist-info").mkdir()
    after = stage.code_id()
    assert after != before
    monkeypatch.setattr(sys, "version", "4.0")
    assert stage.code_id() != after


def test_who_looks_into_the_stage_for_an_instant_stops_no_run(tmp_path: Path) -> None:
    project = Project(tmp_path)
    stage.open_stage(project).close()
    look = "import duckdb, sys, time\nwith duckdb.connect(sys.argv[1], read_only=True):\n    print('open', flush=True); time.sleep(0.5)"
    words = [sys.executable, "-c", look, str(project.stage / "stage.duckdb")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        stage.open_stage(project).close()
