"""Slips as files: one per document, written again with the same bytes, beside those of the other form."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from etl.errors import ConfigError, UsageError
from etl.slip import FORMS, write_slips

if TYPE_CHECKING:
    from pathlib import Path

    from etl.project import Project


@pytest.mark.parametrize("form", FORMS)
def test_the_same_snapshot_gives_the_same_bytes(form: str, project: Project, tmp_path: Path) -> None:
    ((first,), (second,)) = (write_slips(project, form, tmp_path / "phieu") for _ in range(2))
    kept = first.read_bytes()
    write_slips(project, form, tmp_path / "other")
    assert kept == second.read_bytes() == (tmp_path / "other" / first.name).read_bytes()


def test_both_forms_may_stand_in_one_folder(project: Project, tmp_path: Path) -> None:
    for form in FORMS:
        write_slips(project, form, tmp_path / "phieu")
    assert sorted(path.name for path in (tmp_path / "phieu").iterdir()) == ["phieu-lao-cai.docx", "phieu-lao-cai.md"]


def test_a_folder_with_other_things_in_it_is_left_alone(project: Project, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        write_slips(project, "markdown", tmp_path)
    assert refused.value.code == "export-target-taken"


def test_a_form_that_does_not_exist_is_named(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        write_slips(project, "odt", tmp_path / "phieu")
    assert refused.value.code == "slip-form-unknown"


def test_without_the_extra_it_says_what_to_install(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(ConfigError) as refused:
        write_slips(project, "docx", tmp_path / "phieu")
    assert (refused.value.code, refused.value.facts["extra"]) == ("extra-missing", "documents")
    assert not (tmp_path / "phieu").exists()
