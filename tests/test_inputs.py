"""What people really hand in: every kind of bad file and bad row gets a finding that names it, no row is lost, nothing crashes.

One project holds them all, each fault in a folder of its own or in a row of its own, and is run once.
"""

from __future__ import annotations

import csv
import errno
import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet
import pytest
from click.testing import CliRunner

from etl.cli import main

if TYPE_CHECKING:
    from click.testing import Result

HEADER: Final = ("indicator", "measure", "breakdown", "ref_area", "time_period", "obs_kind", "value", "unit", "locator", "note")
SOURCE: Final = 'title = "Báo cáo bịa để thử"\nlicence = "not stated"\n'
GOOD: Final = "schools,level,,Hà Giang,2023,actual,412,trường,,"

# One row each: what is wrong with it, the row, and the rule that must name it.
REFUSED: Final = [
    ("two readings", "schools,level,,Hà Giang,2023,actual,18.4720,trường,,", "C01"),
    ("a formula", "schools,level,,Bắc Kạn,2023,actual,=1+1,trường,,", "C01"),
    ("words only", "schools,level,,Bắc Kạn,2023,actual,nhiều,trường,,", "C01"),
    ("a place that is not there", "schools,level,,Xứ Không Tên,2023,actual,412,trường,,", "C09"),
    ("a place of another vintage", "schools,level,,Hà Giang,2026,actual,412,trường,,", "C09"),
    ("no place at all", "schools,level,,,2023,actual,412,trường,,", "C09"),
    ("a unit of something else", 'unemployment_rate,level,,Hà Giang,2023,actual,"2,3",hộ,,', "C03"),
    ("no unit at all", "schools,level,,Bắc Kạn,2021,actual,412,,,", "C03"),
    ("a unit that is not there", "schools,level,,Bắc Kạn,2020,actual,412,xe,,", "C03"),
    ("two units of one number", "schools,level,,Bắc Kạn,2019,actual,5 lớp,trường,,", "C03"),
    ("an indicator misspelt", "scholls,level,,Cao Bằng,2023,actual,412,trường,,", "C00"),
    ("a measure misspelt", "schools,levle,,Bắc Kạn,2023,actual,412,trường,,", "C00"),
    ("a kind misspelt", "schools,level,,Bắc Kạn,2023,actaul,412,trường,,", "C00"),
    ("a breakdown without dimension", "schools,level,north,Bắc Kạn,2023,actual,412,trường,,", "C00"),
    ("a period that is none", "schools,level,,Bắc Kạn,mùa mưa,actual,412,trường,,", "C08"),
    ("a rate above its limit", "unemployment_rate,level,,Bắc Kạn,2023,actual,134,%,,", "C04"),
    ("half a household", 'poor_households,level,,Bắc Kạn,2023,actual,"41,5",hộ,,', "C05"),
    ("one key, first value", "school_classes,level,,Hà Giang,2023,actual,1.040,lớp,,", "C11"),
    ("one key, another value", "school_classes,level,,Hà Giang,2023,actual,1.400,lớp,,", "C11"),
]
EXCLUDED: Final = [
    ("around the article", "schools,level,,Cao Bằng,2022,actual,412,trường,,context=related", "related"),
    ("missing, with its reason", "schools,level,,Bắc Kạn,2022,actual,,trường,,chưa có số liệu", "missing_value"),
    ("told again", "students,level,,Cao Bằng,2023,actual,11.840,người,p7#90-96,", "repeat"),
]
PUBLISHED: Final = [("told first", "students,level,,Cao Bằng,2023,actual,11.840,người,p1#10-16,")]
ROWS: Final = [*[row for _, row in PUBLISHED], *[row for _, row, _ in REFUSED], *[row for _, row, _ in EXCLUDED]]
LINES: Final = {row: number for number, row in enumerate(ROWS, start=2)}


def text(*rows: str, header: tuple[str, ...] = HEADER) -> str:
    return "\n".join([",".join(header), *rows]) + "\n"


# Files that are refused whole, and a word that the finding must hold beside the name of the file.
UNREADABLE: Final[dict[str, tuple[bytes, str]]] = {
    "empty": (b"", "rỗng"),
    "header-only": (text().encode(), "tiêu đề"),
    "column-missing": (text("schools,level,,Hà Giang,actual,412,trường,,", header=tuple(n for n in HEADER if n != "time_period")).encode(), "time_period"),
    "column-surplus": (text(f"{GOOD},x", header=(*HEADER, "remark")).encode(), "remark"),
    "not-utf8": (text(GOOD).encode("utf-8").replace("à".encode(), b"\xe0"), "0xE0"),
    "quote-open": (text('schools,level,,"Hà Giang,2023,actual,412,trường,,').encode(), "figures.csv"),
    "workbook": (b"PK\x03\x04" + bytes(60), "figures.csv"),
}


def write(folder: Path, figures: bytes | None, source: str | None = SOURCE) -> None:
    folder.mkdir(parents=True)
    if figures is not None:
        (folder / "figures.csv").write_bytes(figures)
    if source is not None:
        (folder / "source.toml").write_text(source, encoding="utf-8")


def call(project: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--project", str(project)], catch_exceptions=False)


class Ran:
    """The project of all that is wrong, after its run."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.result = call(project, "run", "--as-of", "2026-01-01")

    def table(self, name: str) -> list[dict[str, Any]]:
        return list(pyarrow.parquet.read_table(self.project / "warehouse" / "parquet" / f"{name}.parquet").to_pylist())


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    project = tmp_path_factory.mktemp("bad")
    raw = project / "raw"
    for name, (content, _) in UNREADABLE.items():
        write(raw / name, content)
    write(raw / "cells", text(*ROWS).encode())
    write(raw / "ragged", text(GOOD, "students,level,,Hà Giang,2023", "school_classes,level,,Hà Giang,2023,actual,5.040,lớp,,", f"{GOOD},thừa").encode())
    write(raw / "no-mapping", text(GOOD).encode(), source=None)
    write(raw / "no-figures", None)
    (raw / "no-figures" / "scan.pdf").write_bytes(b"%PDF-1.7")
    (raw / "stray.csv").write_bytes(b"")
    return Ran(project)


def test_bad_data_are_published_around_and_are_no_failure_of_the_run(ran: Ran) -> None:
    assert ran.result.exit_code == 0
    assert "Traceback" not in ran.result.stderr + ran.result.stdout


def test_no_row_is_lost_and_none_is_counted_twice(ran: Ran) -> None:
    sources = {source["source_id"].split("/")[0]: source for source in ran.table("sources")}
    for source in sources.values():
        assert source["rows_read"] == source["rows_published"] + source["rows_quarantined"] + source["rows_excluded"], source["source_id"]
    ends = ("rows_published", "rows_quarantined", "rows_excluded")
    assert tuple(sources["cells"][end] for end in ends) == (len(PUBLISHED), len(REFUSED), len(EXCLUDED))
    assert tuple(sources["ragged"][end] for end in ends) == (2, 2, 0)
    assert all(sources[name]["rows_read"] == 0 for name in UNREADABLE)
    assert len(ran.table("observations")) == sum(source["rows_published"] for source in sources.values())
    assert len(ran.table("quarantine")) == sum(source["rows_quarantined"] for source in sources.values())
    assert len(ran.table("excluded")) == sum(source["rows_excluded"] for source in sources.values())


@pytest.mark.parametrize(("what", "row", "rule"), REFUSED, ids=[what for what, _, _ in REFUSED])
def test_a_bad_row_is_kept_whole_with_a_finding_that_names_its_cell(ran: Ran, what: str, row: str, rule: str) -> None:
    line = LINES[row]
    kept = [q for q in ran.table("quarantine") if q["source_id"] == "cells/figures.csv" and q["line"] == line]
    assert [q["rules"] for q in kept] == [[rule]], what
    fields = dict(zip(HEADER, next(csv.reader(io.StringIO(row))), strict=True))
    assert {name: kept[0]["text" if name == "value" else name] or "" for name in HEADER} == fields
    about = {m["finding_id"] for m in ran.table("finding_members") if m["source_id"] == "cells/figures.csv" and m["line"] == line}
    findings = [f for f in ran.table("findings") if f["finding_id"] in about and f["rule"] == rule]
    assert [(f["verdict"], f["severity"]) for f in findings] == [("fail", "error")]
    assert kept[0]["finding_ids"] == [findings[0]["finding_id"]]
    assert kept[0]["reason_vi"] == findings[0]["message_vi"]


@pytest.mark.parametrize(("what", "row", "reason"), EXCLUDED, ids=[what for what, _, _ in EXCLUDED])
def test_a_row_that_is_no_figure_of_its_own_is_set_aside_with_the_reason(ran: Ran, what: str, row: str, reason: str) -> None:
    aside = [e for e in ran.table("excluded") if e["source_id"] == "cells/figures.csv" and e["line"] == LINES[row]]
    assert [e["reason"] for e in aside] == [reason], what


def test_a_repeat_points_to_the_row_that_is_published(ran: Ran) -> None:
    repeat = next(e for e in ran.table("excluded") if e["reason"] == "repeat")
    assert repeat["repeat_of"] in {o["figure_id"] for o in ran.table("observations") if o["line"] == LINES[PUBLISHED[0][1]]}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_with_its_fault(ran: Ran, name: str) -> None:
    about = [f for f in ran.table("findings") if f["key"] == f"{name}/figures.csv"]
    assert [(f["rule"], f["severity"], f["verdict"]) for f in about] == [("D11", "error", "fail")]
    assert UNREADABLE[name][1] in about[0]["message_vi"]
    assert f"{name}/figures.csv" in about[0]["message_en"]


def test_ragged_records_are_kept_whole_beside_their_neighbours(ran: Ran) -> None:
    kept = [q for q in ran.table("quarantine") if q["source_id"] == "ragged/figures.csv"]
    assert [(q["line"], q["text"], q["rules"]) for q in kept] == [(3, "students,level,,Hà Giang,2023", ["D12"]), (5, f"{GOOD},thừa", ["D12"])]
    about = [f for f in ran.table("findings") if f["key"] == "ragged/figures.csv"]
    assert [(f["rule"], f["severity"], f["verdict"]) for f in about] == [("D12", "error", "fail")]
    assert {q["finding_ids"][0] for q in kept if q["finding_ids"]} == {about[0]["finding_id"]}, "a refused row leads to the finding that refused it"


@pytest.mark.parametrize(
    ("subject", "rule", "severity"),
    [("no-mapping/source.toml", "D09", "warning"), ("no-figures/scan.pdf", "D10", "info"), ("stray.csv", "D10", "info"), ("no-figures", "D11", "error")],
)
def test_what_lies_in_raw_and_is_not_read_is_named(ran: Ran, subject: str, rule: str, severity: str) -> None:
    about = [(f["rule"], f["severity"]) for f in ran.table("findings") if f["key"] == subject]
    assert about == [(rule, severity)]


def test_a_finding_about_a_file_names_it_once(ran: Ran) -> None:
    for finding in ran.table("findings"):
        if finding["rule"] in {"D11", "D12"}:
            assert finding["message_vi"].count(finding["key"]) == 1, finding["message_vi"]


def test_a_stage_of_bad_data_is_judged_again_in_another_process_alike(ran: Ran, tmp_path: Path) -> None:
    """What `validate` keeps for `load` is all that `run` knows: refused rows, reasons, contradictions."""
    shutil.copytree(ran.project / "raw", tmp_path / "raw")
    for command in ("ingest", "validate", "load"):
        assert call(tmp_path, command, "--as-of", "2026-01-01").exit_code == 0
    for path in (ran.project / "warehouse" / "parquet").iterdir():
        assert (tmp_path / "warehouse" / "parquet" / path.name).read_bytes() == path.read_bytes(), path.name


TYPOS: Final = {
    "a key of source.toml": ("raw/a/source.toml", f"{SOURCE}publishr = 'Sở'\n", 3),
    "a value of source.toml": ("raw/a/source.toml", f"{SOURCE}number_format = 'french'\n", 3),
    "source.toml is no TOML": ("raw/a/source.toml", f"{SOURCE}ref_area = Lào Cai\n", 3),
    "a key of a rule": ("rules/own.toml", "[[rule]]\nid = 'A'\nkind = 'order'\nlabel = 'x'\nseverity = 'error'\nseverty = 'error'\n", 6),
    "an indicator of a rule": ("rules/own.toml", "[[rule]]\nid = 'A'\nkind = 'order'\nlabel = 'x'\nseverity = 'error'\na = 'scholls'\nb = 'students'\n", 6),
    "a rule file that is no TOML": ("rules/own.toml", "[[rule]]\nid = A\n", 2),
    "a key of ansinh.toml": ("ansinh.toml", "[gate]\nmax_error = 3\n", 2),
}


@pytest.mark.parametrize("what", TYPOS)
@pytest.mark.parametrize("command", ["run", "ingest", "validate", "load"])
def test_a_typo_in_a_file_of_settings_refuses_everything_with_file_and_line(what: str, command: str, tmp_path: Path) -> None:
    write(tmp_path / "raw" / "a", text(GOOD).encode())
    name, content, line = TYPOS[what]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content, encoding="utf-8")
    result = call(tmp_path, command)
    assert result.exit_code == 1, result.output
    assert not result.stdout
    assert "Traceback" not in result.stderr
    assert name in result.stderr
    assert f"dòng {line}" in result.stderr, result.stderr
    assert not (tmp_path / "warehouse" / "current").exists()


@pytest.mark.parametrize(
    ("name", "target", "told"),
    [
        ("raw/loop", "loop", "loop"),
        ("raw/a/gone.csv", "nowhere", "gone.csv"),
        ("rules", "nowhere", None),
    ],
    ids=["to itself", "to nowhere", "rules to nowhere"],
)
def test_a_link_that_leads_nowhere_is_told_by_name_or_is_nothing(name: str, target: str, told: str | None, tmp_path: Path) -> None:
    write(tmp_path / "raw" / "a", text(GOOD).encode())
    (tmp_path / name).symlink_to(target)
    result = call(tmp_path, "run")
    assert result.exit_code == (1 if told else 0), result.output
    assert "Traceback" not in result.stderr
    assert told is None or told in result.stderr


def test_a_file_where_the_folder_of_rules_should_be_is_told(tmp_path: Path) -> None:
    write(tmp_path / "raw" / "a", text(GOOD).encode())
    (tmp_path / "rules").write_text("[[rule]]\n", encoding="utf-8")
    result = call(tmp_path, "run")
    assert (result.exit_code, "rules" in result.stderr, "Làm tiếp" in result.stderr) == (1, True, True), result.stderr


def test_line_breaks_in_the_words_of_a_row_stay_in_its_words(tmp_path: Path) -> None:
    rows = 'schools,level,,Lào Cai,2023,actual,412,"tr\nường",,\n"scho\nols",level,,Lào Cai,2023,actual,412,trường,,\n'
    write(tmp_path / "raw" / "a", f"{','.join(HEADER)}\n{rows}".encode())
    result = call(tmp_path, "run")
    assert result.exit_code == 0, result.output
    kept = pyarrow.parquet.read_table(tmp_path / "warehouse" / "parquet" / "quarantine.parquet").to_pylist()
    assert [(row["indicator"], row["unit"]) for row in kept] == [("schools", "tr\nường"), ("scho\nols", "trường")]


@pytest.mark.parametrize("command", [("run",), ("status",), ("query", "SELECT 1"), ("check", "figures.csv")])
def test_what_the_operating_system_refuses_is_told_in_a_sentence_with_its_reason(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "raw" / "a"))

    for place in ("etl.project.open_project", "etl.check.check"):
        monkeypatch.setattr(place, refuse)
    result = call(tmp_path, *command) if command[0] != "check" else CliRunner().invoke(main, command, catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (1, "")
    assert str(tmp_path / "raw" / "a") in result.stderr
    assert "Permission denied" in result.stderr
    assert result.stderr.count("\n") == 2, "a sentence and the next step"


def test_a_name_longer_than_any_file_system_takes_is_told(tmp_path: Path) -> None:
    result = call(tmp_path / ("x" * 300), "run")
    assert result.exit_code in (1, 2), result.output
    assert "Traceback" not in result.output


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    write(tmp_path / "raw" / "a", text(GOOD).encode())
    ansinh = Path(sys.executable).with_name("ansinh")
    done = subprocess.run(  # noqa: S602  the shell makes the pipe, head closes it
        f"'{ansinh}' areas xa --format csv | head -n 1", shell=True, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)


def test_a_raw_folder_without_a_source_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    result = call(tmp_path, "run")
    assert result.exit_code == 0, result.output
    assert "D11" in result.stdout
    assert "raw/" in result.stdout
