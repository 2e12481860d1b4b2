"""Waivers: strict files, keys, guards, dates, and what the ledger says of those that hold no more."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from etl.cli import main
from etl.errors import ConfigError
from etl.project import open_project
from etl.query import run_query
from etl.read.sources import discover
from etl.validate.findings import Finding
from etl.validate.waivers import Waiver, apply_waivers, folded, read_waivers
from schemas.kinds import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("few_rules")

TODAY = date(2026, 6, 30)

HEADER = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note\n"
# 50,0 + 20,0 + 26,0 make 96,0 (G01); the document has no source.toml (D09).
SHARES = HEADER + "".join(
    f'employment_sector_share,level,sector={sector},Hà Giang,2023,actual,"{value}",%,,list=closed\n'
    for sector, value in (("agriculture_forestry", "50,0"), ("industry_construction", "20,0"), ("tourism_services", "26,0"))
)
WAIVER = """[[waiver]]
rule = "G01"
key = "Hà Giang|2023|actual"
expect = { actual = "96" }
reason = "đã hỏi nguồn, chờ trả lời"
by = "phòng thống kê"
until = 2026-06-30
"""


def rule(rule_id: str) -> Rule:
    """A rule of which only the id matters."""
    return Rule(rule_id, "hundred", "", "", "error", {}, None, False, None, None, None, None, Path("rules.toml"), 1)  # noqa: FBT003


def finding(rule_id: str = "G01", key: str = "Hà Giang|2023|actual", *, source: str | None = "a/figures.csv", **told: Any) -> Finding:
    """A finding of which only the rule, the key, the guards and the source matter."""
    members: Any = () if source is None else (("part", SimpleNamespace(source_id=source)),)
    values = {"expected": "100", "actual": "97.00", **told}
    return Finding("id", rule(rule_id), "error", "fail", None, key, "", "", values["expected"], values["actual"], None, None, members, {})


def waiver(rule_id: str = "G01", key: str = "Hà Giang|2023|actual", **told: Any) -> Waiver:
    """A waiver of source `a` that holds today."""
    values: dict[str, Any] = {"folder": "a", "line": 1, "expect": (("actual", "97.00"),), "reason": "r", "by": "b", "until": TODAY, **told}
    return Waiver(rule=rule_id, key=key, **values)


def waived(findings: Sequence[Finding], *waivers: Waiver) -> list[bool]:
    """Which of the findings the waivers excuse."""
    return [f.waived for f in apply_waivers(findings, waivers, TODAY)[0]]


def amounts(findings: Sequence[Finding], *waivers: Waiver) -> list[int]:
    """What the ledger says of each waiver: 0 all is well."""
    return [entry.amount for entry in apply_waivers(findings, waivers, TODAY)[1]]


def write(raw: Path, name: str = "a", **files: str) -> Path:
    """A source folder with these files; `_` in a name stands for the dot."""
    folder = raw / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


# --- what a waiver excuses ---------------------------------------------------------------------------------------------------------


def test_a_waiver_excuses_the_finding_of_its_rule_and_key_and_no_other() -> None:
    findings = [finding(), finding("G02"), finding(key="Hà Giang|2022|actual")]
    assert waived(findings, waiver()) == [True, False, False]
    assert amounts(findings, waiver()) == [0]


def test_findings_keep_their_order_and_all_else_they_tell() -> None:
    findings = [finding("G02"), finding()]
    told, _ = apply_waivers(findings, [waiver()], TODAY)
    assert [(f.rule.id, f.key, f.severity, f.verdict, f.members) for f in told] == [(f.rule.id, f.key, f.severity, f.verdict, f.members) for f in findings]


@pytest.mark.parametrize(
    ("guard", "told", "holds"),
    [
        ("97", "97.00", True),
        ("97.0", "97.00", True),
        ("97.01", "97.00", False),
        ("97,00", "97.00", False),
        ("hơn 97", "hơn 97", True),
        ("", None, True),
        ("97", None, False),
    ],
)
def test_a_guard_compares_numbers_as_numbers_and_words_as_words(guard: str, told: str | None, holds: bool) -> None:  # noqa: FBT001
    guarded = waiver(expect=(("actual", guard),))
    assert waived([finding(actual=told)], guarded) == [holds]
    assert amounts([finding(actual=told)], guarded) == [0 if holds else 1]


def test_both_guards_must_hold_where_both_are_given() -> None:
    both = waiver(expect=(("actual", "97"), ("expected", "100")))
    assert waived([finding(), finding(expected="100.5")], both) == [True, False]


def test_of_several_findings_with_one_key_those_with_the_guarded_value_are_excused() -> None:
    findings = [finding(actual="96"), finding(actual="97")]
    assert waived(findings, waiver()) == [False, True]
    assert amounts(findings, waiver()) == [0]


def test_a_waiver_speaks_of_its_own_source_only() -> None:
    assert waived([finding(source="b/figures.csv"), finding(source="ab/figures.csv")], waiver()) == [False, False]
    assert waived([finding("D09", "a/source.toml", source=None, actual=None)], waiver("D09", "a/source.toml", expect=(("actual", ""),))) == [True]


def test_the_last_day_of_a_waiver_counts_and_the_day_after_does_not() -> None:
    assert apply_waivers([finding()], [waiver(until=TODAY)], TODAY)[0][0].waived
    told, entries = apply_waivers([finding()], [waiver(until=date(2026, 6, 29))], TODAY)
    assert not told[0].waived
    assert [entry.amount for entry in entries] == [1]
    assert "2026-06-29" in entries[0].detail_vi


def test_a_stale_waiver_says_what_is_there_instead() -> None:
    _, [differs] = apply_waivers([finding(actual="98.5")], [waiver()], TODAY)
    assert (differs.what, differs.subject) == ("stale_waiver", "a/waivers.toml: G01 Hà Giang|2023|actual")
    assert (differs.expected, differs.actual) == ("actual = 97.00", "actual = 98.5")
    _, [gone] = apply_waivers([finding(key="Hà Giang|2024|actual")], [waiver()], TODAY)
    assert (gone.amount, gone.actual) == (1, None)
    assert "Hà Giang|2024|actual" in gone.detail_vi
    assert "Hà Giang|2024|actual" in gone.detail_en


# --- keys --------------------------------------------------------------------------------------------------------------------------


def test_keys_are_compared_without_regard_to_blanks_composition_and_order_of_dimensions() -> None:
    assert folded("Ha\u0300  Giang | 2023") == "Hà Giang|2023"
    assert folded("x||b=1; a=2|Hà\u00a0Giang") == "x||a=2;b=1|Hà Giang"
    assert folded("Hà Giang") != folded("Ha Giang")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


# --- the file ----------------------------------------------------------------------------------------------------------------------


def test_tables_and_inline_lists_are_the_same_file(tmp_path: Path) -> None:
    inline = 'waiver = [\n  { rule = "G01", key = "Hà  Giang|2023|actual", expect = { actual = 96 }, reason = "đã hỏi", by = "tôi", until = 2026-06-30 },\n]\n'
    write(tmp_path / "one", waivers_toml=WAIVER)
    write(tmp_path / "two", waivers_toml=inline)
    [one], [two] = (read_waivers(discover(tmp_path / name)) for name in ("one", "two"))
    assert (one.rule, one.key, one.expect, one.until) == (two.rule, two.key, two.expect, two.until)
    assert (one.folder, one.line, two.line) == ("a", 1, 2)


def test_a_folder_without_the_file_has_no_waivers(tmp_path: Path) -> None:
    write(tmp_path, figures_csv=SHARES)
    assert read_waivers(discover(tmp_path)) == ()


@pytest.mark.parametrize(
    ("line", "instead", "code", "fault_line"),
    [
        ("reason", 'reson = "r"', "unknown-key", 5),
        ("rule", "", "missing-key", 1),
        ("by", 'by = ""', "wrong-type", 6),
        ("until", 'until = "2026-06-30"', "wrong-type", 7),
        ("until", "", "missing-key", 1),
        ("expect", "expect = {}", "missing-key", 4),
        ("expect", "expect = { value = 1 }", "unknown-key", 4),
        ("expect", "expect = { actual = true }", "wrong-type", 4),
        ("expect", 'expect = "97"', "wrong-type", 4),
    ],
)
def test_a_faulty_file_is_refused_with_file_and_line(tmp_path: Path, line: str, instead: str, code: str, fault_line: int) -> None:
    lines = [instead if each.startswith(f"{line} =") else each for each in WAIVER.splitlines()]
    folder = write(tmp_path, waivers_toml="\n".join(lines))
    with pytest.raises(ConfigError) as fault:
        read_waivers(discover(tmp_path))
    assert fault.value.code == code
    assert (fault.value.facts["file"], fault.value.facts["line"]) == (str(folder / "waivers.toml"), fault_line)


def test_an_unknown_table_and_a_waiver_told_twice_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "one", waivers_toml=WAIVER.replace("[[waiver]]", "[[waver]]"))
    write(tmp_path / "two", waivers_toml=WAIVER + WAIVER)
    faults = []
    for name in ("one", "two"):
        with pytest.raises(ConfigError) as fault:
            read_waivers(discover(tmp_path / name))
        faults.append((fault.value.code, fault.value.facts["line"]))
    assert faults == [("unknown-key", 1), ("waiver-twice", 8)]


# --- through `ansinh run` ----------------------------------------------------------------------------------------------------------


def go(project: Path, *options: str, day: str = "2026-06-30") -> tuple[int, str]:
    """Run the pipeline in this process; exit code and output."""
    done = CliRunner().invoke(main, ["run", "--project", str(project), "--as-of", day, *options], catch_exceptions=False)
    return done.exit_code, done.output + done.stderr


def test_waived_findings_about_figures_and_files_are_told_but_no_longer_counted(tmp_path: Path) -> None:
    folder = write(tmp_path / "raw", figures_csv=SHARES)
    (tmp_path / "ansinh.toml").write_text("[gate]\nmax_errors = 0\n", encoding="utf-8")
    assert go(tmp_path)[0] == 3
    about_the_file = WAIVER.replace('"G01"', '"D09"').replace("Hà Giang|2023|actual", "a/source.toml").replace('"96"', '""')
    (folder / "waivers.toml").write_text(WAIVER + about_the_file, encoding="utf-8")
    code, said = go(tmp_path)
    assert code == 0
    assert "lỗi: 0, cảnh báo: 0" in said
    project = open_project(tmp_path, start=tmp_path)
    told = run_query(project, "SELECT rule, waived FROM findings WHERE severity <> 'info' ORDER BY rule").to_pylist()
    assert told == [{"rule": "D09", "waived": True}, {"rule": "G01", "waived": True}]
    assert run_query(project, "SELECT passed, failed FROM rule_results WHERE rule = 'D06'").to_pylist() == [{"passed": 2, "failed": 0}]


def test_an_expired_waiver_stops_the_publication_and_says_which(tmp_path: Path) -> None:
    write(tmp_path / "raw", figures_csv=SHARES, waivers_toml=WAIVER)
    code, said = go(tmp_path, day="2026-07-01")
    assert code == 3
    assert "a/waivers.toml: G01 Hà Giang|2023|actual" in " ".join(said.split())
    assert not (tmp_path / "warehouse" / "current").exists()
