"""Corrections: strict files, the row they mean, the text they replace, and that a repaired row is published on the next run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from click.testing import CliRunner

from etl.cli import main
from etl.errors import ConfigError
from etl.model import RawFile
from etl.project import open_project
from etl.query import run_query, trace_id
from etl.read.figures_csv import create_raw_tables, read_figures_csv
from etl.read.sources import discover
from etl.resolve.observations import describe_sources
from etl.validate.waivers import apply_corrections, read_corrections
from schemas.catalogue import load_reference

if TYPE_CHECKING:
    from pathlib import Path

    from etl.validate.validate import Entry

pytestmark = pytest.mark.usefixtures("few_rules")

TODAY = date(2026, 6, 30)
HEADER = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note\n"
ROWS = (
    "poor_households,level,,Hà Giang,2023,actual,18.4720,hộ,,\n"  # two readings: refused
    "near_poor_households,,,Hà Giang,2023,,9.000,%,,sai đơn vị\n"  # a unit that does not fit; measure and kind as usual
    "schools,level,,Hà Giang,2023/2024,actual,610,trường,,\n"
    "schools,level,,Hà Giang,2023/2024,actual,610,trường,,\n"
)
CORRECTION = """[[correction]]
key = "poor_households|level||Hà Giang|2023|actual|hộ"
field = "value"
old = "18.4720"
new = "18.472"
reason = "bảng gốc ghi 18.472"
source = "Niên giám, trang 12"
until = 2026-06-30
"""


def write(raw: Path, *, rows: str = ROWS, corrections: str = "", source: str = "") -> Path:
    """One source with its corrections."""
    folder = raw / "a"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.csv").write_text(HEADER + rows, encoding="utf-8")
    for name, text in (("corrections.toml", corrections), ("source.toml", source)):
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def correction(**told: str) -> str:
    """One correction as a file would have it; what is told replaces what CORRECTION says, an empty string takes the line out."""
    kept = [line for line in CORRECTION.splitlines() if line.split(" = ")[0] not in told]
    return "\n".join([*kept, *(f"{name} = {value}" for name, value in told.items() if value)]) + "\n"


def applied(raw: Path, *, today: date = TODAY) -> tuple[list[tuple[Any, ...]], list[Entry]]:
    """What the corrections of a raw folder do: line, field, old, new of each corrected cell; and their ledger entries."""
    con = duckdb.connect()
    load_reference(con)
    create_raw_tables(con)
    folders = discover(raw)
    files = []
    for number, folder in enumerate(folders):
        assert folder.figures is not None
        read_figures_csv(con, number, folder.figures.path)
        files.append((number, RawFile(folder.figures.source_id, folder.source.folder, folder.figures.path, 0, 0, "0")))
    describe_sources(con, [folder.source for folder in folders], files)
    before = con.execute("SELECT * FROM raw_rows ORDER BY ALL").fetchall()
    entries = apply_corrections(con, read_corrections(folders), today)
    assert con.execute("SELECT * FROM raw_rows ORDER BY ALL").fetchall() == before, "what was read is never touched"
    cells = con.execute("SELECT r.line, field, old_value, new_value FROM correction_applied AS a JOIN raw_rows AS r ON r.rowid = a.n ORDER BY ALL")
    return cells.fetchall(), entries


# --- which row, which cell ---------------------------------------------------------------------------------------------------------


def test_a_correction_replaces_the_text_it_was_written_for(tmp_path: Path) -> None:
    write(tmp_path, corrections=CORRECTION)
    cells, [entry] = applied(tmp_path)
    assert cells == [(2, "value", "18.4720", "18.472")]
    assert (entry.what, entry.amount) == ("stale_waiver", 0)


def test_value_is_the_field_where_none_is_named(tmp_path: Path) -> None:
    write(tmp_path, corrections=correction(field=""))
    assert applied(tmp_path)[0] == [(2, "value", "18.4720", "18.472")]


def test_a_key_may_leave_out_what_is_usual_and_what_the_source_says_for_all_rows(tmp_path: Path) -> None:
    rows = "poor_households,,,,,,18.4720,hộ,,\n"
    in_full = correction(key='"poor_households|level||Hà  Giang|2023|actual|hộ"')
    in_short = correction(key='"poor_households||||||hộ"', field='"note"', old='""', new='"đã xem"')
    write(tmp_path, rows=rows, corrections=in_full + in_short, source='title = "t"\nref_area = "Hà Giang"\ntime_period = "2023"\n')
    assert applied(tmp_path)[0] == [(2, "note", None, "đã xem"), (2, "value", "18.4720", "18.472")]


def test_repeats_of_one_key_are_corrected_where_they_print_the_old_text(tmp_path: Path) -> None:
    schools = {"key": '"schools|level||Hà Giang|2023/2024|actual|trường"', "new": '"601"'}
    write(tmp_path, corrections=correction(**schools, old='"610"'))
    assert applied(tmp_path)[0] == [(4, "value", "610", "601"), (5, "value", "610", "601")]
    write(tmp_path, rows=ROWS.replace("610", "611", 1), corrections=correction(**schools, old='"611"'))
    assert applied(tmp_path)[0] == [(4, "value", "611", "601")]


def test_two_cells_of_one_row_can_be_corrected_by_its_printed_key(tmp_path: Path) -> None:
    key = '"near_poor_households|level||Hà Giang|2023|actual|%"'
    write(tmp_path, corrections=correction(key=key, field='"unit"', old='"%"', new='"hộ"') + correction(key=key, field='"note"', old='"sai đơn vị"', new='""'))
    cells, entries = applied(tmp_path)
    assert cells == [(3, "note", "sai đơn vị", None), (3, "unit", "%", "hộ")]
    assert [entry.amount for entry in entries] == [0, 0]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"old": '"18.473"'}, "18.4720"),
        ({"key": '"poor_households|level||Hà Giang|2022|actual|hộ"'}, "không có dòng nào"),
        ({"until": "2026-06-29"}, "2026-06-29"),
    ],
)
def test_a_correction_that_holds_no_more_changes_nothing_and_is_told(tmp_path: Path, told: dict[str, str], said: str) -> None:
    write(tmp_path, corrections=correction(**told))
    cells, [entry] = applied(tmp_path)
    assert (cells, entry.amount) == ([], 1)
    assert said in entry.detail_vi


def test_a_correction_speaks_of_its_own_source_only(tmp_path: Path) -> None:
    write(tmp_path, rows=ROWS.replace("18.4720", "18.472"), corrections=CORRECTION)
    other = tmp_path / "b"
    other.mkdir()
    (other / "figures.csv").write_text(HEADER + ROWS, encoding="utf-8")
    assert applied(tmp_path)[0] == []


# --- the file ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "code", "line"),
    [
        ({"field": '"measure"'}, "unknown-value", 8),
        ({"key": '"poor_households|Hà Giang|2023"'}, "correction-key-malformed", 8),
        ({"new": '"18.4720"'}, "correction-changes-nothing", 8),
        ({"new": '""'}, "correction-changes-nothing", 8),
        ({"old": "18.4720"}, "wrong-type", 8),
        ({"reason": ""}, "missing-key", 1),
        ({"source": ""}, "missing-key", 1),
        ({"until": '"2026"'}, "wrong-type", 8),
        ({"because": '"x"'}, "unknown-key", 9),
    ],
)
def test_a_faulty_file_is_refused_with_file_and_line(tmp_path: Path, told: dict[str, str], code: str, line: int) -> None:
    folder = write(tmp_path, corrections=correction(**told))
    with pytest.raises(ConfigError) as fault:
        read_corrections(discover(tmp_path))
    assert fault.value.code == code
    assert (fault.value.facts["file"], fault.value.facts["line"]) == (str(folder / "corrections.toml"), line)


def test_two_corrections_of_one_cell_are_refused_however_the_key_is_written(tmp_path: Path) -> None:
    write(tmp_path, corrections=CORRECTION + correction(key='"poor_households|||Hà Giang|2023||hộ"', new='"184.720"'))
    with pytest.raises(ConfigError) as fault:
        read_corrections(discover(tmp_path))
    assert (fault.value.code, fault.value.facts["line"], fault.value.facts["other"]) == ("correction-twice", 9, 1)


# --- through `ansinh run` ----------------------------------------------------------------------------------------------------------


def go(project: Path, *commands: str) -> list[int]:
    """Run commands in this process; their exit codes."""
    dated = ["--project", str(project), "--as-of", TODAY.isoformat()]
    return [CliRunner().invoke(main, [command, *dated], catch_exceptions=False).exit_code for command in commands]


OF_INTEREST = "SELECT indicator, text, original_text, obs_value, obs_status, unit_measure, figure_id::VARCHAR AS figure FROM observations ORDER BY indicator"


def test_a_refused_row_is_published_on_the_next_run_once_it_is_corrected(tmp_path: Path) -> None:
    folder = write(tmp_path / "raw")
    assert go(tmp_path, "run") == [0]
    project = open_project(tmp_path, start=tmp_path)
    refused = run_query(project, "SELECT text, figure_id::VARCHAR AS figure FROM quarantine ORDER BY line").to_pylist()
    assert [row["text"] for row in refused] == ["18.4720", "9.000"]

    unit = correction(key='"near_poor_households|level||Hà Giang|2023|actual|%"', field='"unit"', old='"%"', new='"hộ"')
    (folder / "corrections.toml").write_text(CORRECTION + unit, encoding="utf-8")
    assert go(tmp_path, "run") == [0]
    near, poor, _ = run_query(project, OF_INTEREST).to_pylist()
    assert run_query(project, "FROM quarantine").num_rows == 0
    assert (poor["text"], poor["original_text"], poor["obs_value"], poor["obs_status"]) == ("18.472", "18.4720", 18472.0, "A")
    assert poor["figure"] == refused[0]["figure"], "a figure stays the printed thing that it is"
    assert (near["text"], near["original_text"], near["unit_measure"], near["figure"]) == ("9.000", "9.000", "hộ", refused[1]["figure"])
    assert run_query(project, "SELECT original_text FROM observations WHERE indicator = 'schools'").to_pylist() == [{"original_text": None}]

    # The way back leads to the print, not to the correction.
    trace = trace_id(project, poor["figure"])
    assert [(place.text, place.reread, place.problem) for place in trace.places] == [("18.4720", "18.4720", None)]


def test_stage_by_stage_a_correction_gives_the_same_figures(tmp_path: Path) -> None:
    for name in ("run", "stages"):
        write(tmp_path / name / "raw", corrections=CORRECTION)
    assert go(tmp_path / "run", "run") == [0]
    assert go(tmp_path / "stages", "ingest", "validate", "load") == [0, 0, 0]
    one, two = (run_query(open_project(tmp_path / name, start=tmp_path), OF_INTEREST).to_pylist() for name in ("run", "stages"))
    assert one == two
    assert [row["original_text"] for row in one] == ["18.4720", None]


def test_a_source_that_was_repaired_stops_the_run_until_the_correction_goes(tmp_path: Path) -> None:
    write(tmp_path / "raw", rows=ROWS.replace("18.4720", "18.472"), corrections=CORRECTION)
    assert go(tmp_path, "run") == [3]
    assert not (tmp_path / "warehouse" / "current").exists()
