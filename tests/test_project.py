"""A project is found where people stand, and its settings are read strictly."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from etl.errors import ConfigError, UsageError
from etl.messages import LANGUAGES, shown, tell
from etl.project import Gate, Notify, Project, Retention, Settings, open_project, read_settings


def settings_of(text: str, folder: Path) -> Settings:
    (folder / "ansinh.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "ansinh.toml")


def test_a_project_is_found_from_anywhere_inside_it(tmp_path: Path) -> None:
    inside = tmp_path / "raw" / "lao-cai-2023"
    inside.mkdir(parents=True)
    assert open_project(start=inside).root == tmp_path.resolve()
    assert open_project(start=tmp_path).root == tmp_path.resolve()


def test_the_nearest_project_wins(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "ansinh.toml").touch()
    assert open_project(start=inner).root == inner.resolve()


def test_a_folder_that_is_named_must_be_a_project_itself(tmp_path: Path) -> None:
    (tmp_path / "raw" / "x").mkdir(parents=True)
    assert open_project(tmp_path, start=tmp_path / "elsewhere").root == tmp_path.resolve()
    with pytest.raises(UsageError, match="project-not-found"):
        open_project(tmp_path / "raw" / "x", start=tmp_path)


def test_where_there_is_no_project_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as missing:
        open_project(start=tmp_path)
    assert missing.value.facts["folder"] == str(tmp_path)


def test_a_project_without_settings_has_the_usual_ones(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "ansinh.toml") == Settings(Gate(None, None, "never"), Retention(10, None), Notify(None))
    assert settings_of("", tmp_path) == Settings()
    assert settings_of("[gate]\n[retention]\n[notify]\n[extract]\n", tmp_path) == Settings()


def test_every_setting_is_read(tmp_path: Path) -> None:
    text = """
    [gate]
    max_errors = 0
    max_quarantined_share = 0.05
    fail_on = "new-errors"
    [retention]
    keep = 3
    days = 90
    [notify]
    command = ["mail", "-s", "an sinh"]
    """
    assert settings_of(text, tmp_path) == Settings(Gate(0, Decimal("0.05"), "new-errors"), Retention(3, 90), Notify(("mail", "-s", "an sinh")))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("\n[gates]\n", "unknown-key", 2),
        ("[gate]\nmax_error = 3\n", "unknown-key", 2),
        ("[extract]\n\nspeed = 3\n", "unknown-key", 3),
        ("[gate]\nmax_errors = -1\n", "too-small", 2),
        ("[gate]\nmax_errors = true\n", "wrong-type", 2),
        ("[gate]\nmax_errors = 1.5\n", "wrong-type", 2),
        ("[gate]\nmax_quarantined_share = 5\n", "out-of-range", 2),
        ("[gate]\nmax_quarantined_share = -0.1\n", "out-of-range", 2),
        ('[gate]\nfail_on = "always"\n', "unknown-value", 2),
        ("[retention]\nkeep = 0\n", "too-small", 2),
        ("[retention]\nkeep = 5\ndays = 0\n", "too-small", 3),
        ("[retention]\ndays = 99999999999\n", "out-of-range", 2),
        ("[retention]\ndays = 1e99999999999999999999999\n", "toml-syntax", 1),
        (f"[retention]\ndays = {'9' * 5000}\n", "toml-syntax", 1),
        ("[notify]\ncommand = []\n", "empty-command", 2),
        ('[notify]\ncommand = [" "]\n', "empty-command", 2),
        ('[notify]\ncommand = "mail"\n', "wrong-type", 2),
        ("retention = 3\n", "wrong-type", 1),
        ("[gate\n", "toml-syntax", 1),
    ],
)
def test_a_wrong_setting_is_refused_with_its_line(text: str, code: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as wrong:
        settings_of(text, tmp_path)
    assert (wrong.value.code, wrong.value.facts["line"]) == (code, line)


def test_a_setting_below_its_least_is_told_no_upper_limit(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as wrong:
        settings_of("[retention]\nkeep = 0\n", tmp_path)
    for lang in LANGUAGES:
        assert shown(None, lang) not in tell(wrong.value, lang).sentence


def test_everything_produced_lies_in_the_warehouse(tmp_path: Path) -> None:
    project = Project(tmp_path)
    below = [project.stage, project.snapshots, project.current, project.pointer, project.history, project.lock]
    assert {path.parent for path in below} == {tmp_path / "warehouse"}
    assert project.raw == tmp_path / "raw"
    assert list(tmp_path.iterdir()) == [], "asking makes nothing"


def test_finding_a_project_loads_nothing_heavy() -> None:
    heavy = "{'click', 'duckdb', 'jinja2', 'numpy', 'pandera', 'polars', 'pyarrow', 'rich'}"
    subprocess.run(
        [sys.executable, "-c", f"import sys, etl.project; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"], check=True
    )


def test_a_link_that_leads_back_to_itself_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="project-not-found"):
        open_project(tmp_path / "loop", start=tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems make no such name")
def test_a_path_that_is_no_text_is_refused_with_its_bytes(tmp_path: Path) -> None:
    place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff"))
    (place / "raw").mkdir(parents=True)
    with pytest.raises(UsageError, match="project-unprintable") as refused:
        open_project(place, start=tmp_path)
    tell(refused.value, "vi").sentence.encode()


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ansinh.toml")
    with pytest.raises(ConfigError, match="file-unreadable"):
        read_settings(tmp_path / "ansinh.toml")
