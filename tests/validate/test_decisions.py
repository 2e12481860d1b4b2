"""What people decided is published: who, why, until when, and what it touches; another decision is another content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from etl.cli import main
from etl.project import Project
from etl.publish.snapshot import list_snapshots
from etl.query import run_query

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

pytestmark = pytest.mark.usefixtures("few_rules")

HEADER = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note\n"
SHARE = 'employment_sector_share,level,sector={sector},Hà Giang,{year},actual,"{value}",%,,list=closed\n'
SECTORS = ("agriculture_forestry", "industry_construction", "tourism_services")
# Two years whose shares make 96,0, and a number that can be read in two ways.
ROWS = "".join(
    SHARE.format(sector=sector, year=year, value=value) for year in (2022, 2023) for sector, value in zip(SECTORS, ("50,0", "20,0", "26,0"), strict=True)
)
REFUSED = 'poor_households,level,,Hà Giang,2023,actual,"18.4720",hộ,,\n'
WAIVER = (
    '[[waiver]]\nrule = "G01"\nkey = "Hà Giang|{year}|actual"\nexpect = {{ actual = "96" }}\nreason = "{reason}"\nby = "phòng thống kê"\nuntil = 2027-06-30\n'
)
CORRECTION = (
    '[[correction]]\nkey = "poor_households|level||Hà Giang|2023|actual|hộ"\nfield = "value"\nold = "18.4720"\nnew = "18.472"\n'
    'reason = "gõ thừa số 0"\nsource = "bản giấy, trang 3"\nuntil = 2027-06-30\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "raw" / "a"
    found.mkdir(parents=True)
    (found / "source.toml").write_text('title = "Bịa"\nlicence = "CC0-1.0"\nnumber_format = "vi"\n')
    (found / "figures.csv").write_text(HEADER + ROWS + REFUSED)
    return found


def go(*words: str | Path, day: str = "2026-06-30") -> tuple[int, str]:
    done = CliRunner().invoke(main, [*map(str, words), "--as-of", day], catch_exceptions=False)
    return done.exit_code, done.output


def asked(folder: Path, sql: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = run_query(Project(folder.parents[1]), sql).to_pylist()
    return rows


def test_another_waiver_of_the_same_number_of_findings_is_published(folder: Path) -> None:
    project = Project(folder.parents[1])
    waived = (
        "SELECT f.key, w.reason, w.by_whom, w.until::VARCHAR AS until FROM findings AS f "
        "JOIN waivers AS w ON list_contains(w.finding_ids, f.finding_id) WHERE f.waived"
    )
    for number, year in enumerate((2022, 2023), start=1):
        (folder / "waivers.toml").write_text(WAIVER.format(year=year, reason="đã hỏi nguồn"))
        assert go("run", "--project", project.root)[0] == 0
        assert len(list_snapshots(project)) == number
        assert asked(folder, waived) == [{"key": f"Hà Giang|{year}|actual", "reason": "đã hỏi nguồn", "by_whom": "phòng thống kê", "until": "2027-06-30"}]
    (folder / "waivers.toml").write_text(WAIVER.format(year=2023, reason="nguồn đã trả lời"))
    assert go("run", "--project", project.root)[0] == 0
    assert asked(folder, waived)[0]["reason"] == "nguồn đã trả lời"


def test_an_entry_that_holds_no_more_touches_nothing(folder: Path) -> None:
    (folder / "waivers.toml").write_text(WAIVER.format(year=1999, reason="năm khác"))
    assert go("run", "--project", folder.parents[1])[0] == 3, "D06 closes the gate"
    assert not (folder.parents[1] / "warehouse" / "current").exists()


def test_a_correction_releases_a_refused_row_and_is_published_beside_what_was_printed(folder: Path) -> None:
    root = folder.parents[1]
    assert go("run", "--project", root)[0] == 0
    [refused] = asked(folder, "SELECT figure_id::VARCHAR AS figure, text FROM quarantine")
    assert refused["text"] == "18.4720"
    (folder / "corrections.toml").write_text(CORRECTION)
    assert go("run", "--project", root)[0] == 0
    assert asked(folder, "SELECT * FROM quarantine") == []
    [released] = asked(folder, "SELECT figure_id::VARCHAR AS figure, text, original_text, obs_value FROM observations WHERE indicator = 'poor_households'")
    assert released == {"figure": refused["figure"], "text": "18.472", "original_text": "18.4720", "obs_value": 18472.0}
    [told] = asked(folder, "SELECT old_text, new_text, reason, source, by_whom, until::VARCHAR AS until, figure_ids::VARCHAR AS figures FROM corrections")
    assert told == {
        "old_text": "18.4720",
        "new_text": "18.472",
        "reason": "gõ thừa số 0",
        "source": "bản giấy, trang 3",
        "by_whom": None,
        "until": "2027-06-30",
        "figures": f"[{refused['figure']}]",
    }
    assert asked(folder, "SELECT what, change, name FROM changes ORDER BY ALL") == [
        {"what": "finding", "change": "resolved", "name": "C01"},
        {"what": "observation", "change": "added", "name": "poor_households"},
    ]
    (folder / "corrections.toml").write_text(CORRECTION.replace("trang 3", "trang 4"))
    assert go("run", "--project", root)[0] == 0
    assert asked(folder, "SELECT source FROM corrections") == [{"source": "bản giấy, trang 4"}], "another reason is another content"


def test_a_check_of_a_draft_counts_the_waivers_and_corrections_beside_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = folder / "figures.csv"
    code, plain = go("check", draft)
    assert (code, "C01" in plain, "G01" in plain) == (3, True, True)
    (folder / "waivers.toml").write_text("".join(WAIVER.format(year=year, reason="đã hỏi") for year in (2022, 2023)))
    (folder / "corrections.toml").write_text(CORRECTION)
    code, decided = go("check", draft)
    assert (code, "C01" in decided) == (0, False)
    monkeypatch.chdir(folder)
    assert go("check", "figures.csv")[0] == 0
    assert go("check", draft, day="2028-01-01")[0] == 3, "both have expired"


def test_two_drafts_of_one_folder_share_what_lies_beside_them(folder: Path) -> None:
    (folder / "corrections.toml").write_text(CORRECTION)
    (folder / "waivers.toml").write_text("".join(WAIVER.format(year=year, reason="đã hỏi") for year in (2022, 2023)))
    (folder / "draft.csv").write_text(HEADER + 'poor_households,level,,Cao Bằng,2023,actual,"900",hộ,,\n')
    assert go("check", folder / "figures.csv", folder / "draft.csv")[0] == 0
