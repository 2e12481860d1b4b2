"""The door of the exports: the forms there are, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from etl.errors import UsageError, WarehouseError
from etl.export import KINDS, export
from etl.project import Project
from etl.publish.snapshot import MANIFEST_NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_form_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        export(Project(tmp_path), "pdf", tmp_path / "out")
    assert (refused.value.code, refused.value.facts["known"]) == ("export-kind-unknown", KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_never_published_cannot_be_exported(kind: str, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with pytest.raises(WarehouseError) as refused:
        export(Project(tmp_path), kind, tmp_path / "out")
    assert refused.value.code == "nothing-published"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["datapackage", "csv"])
def test_a_folder_with_other_things_in_it_is_left_alone(kind: str, project: Project, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        export(project, kind, target)
    assert refused.value.code == "export-target-taken"
    assert [path.name for path in target.iterdir()] == ["letter.txt"]


def test_a_workbook_does_not_take_the_place_of_a_folder(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        export(project, "xlsx", tmp_path)
    assert refused.value.code == "export-target-taken"


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_can_be_written_again_over_itself_and_has_the_same_bytes(kind: str, project: Project, tmp_path: Path) -> None:
    target = tmp_path / "out" / "here"
    bytes_of = []
    for _ in range(2):
        opened = export(project, kind, target)
        assert opened.is_file()
        bytes_of.append({path.name: path.read_bytes() for path in sorted(opened.parent.iterdir())})
    assert bytes_of[0] == bytes_of[1]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["here"], "nothing is left beside it"


@pytest.mark.parametrize("kind", KINDS)
def test_a_place_that_cannot_be_written_is_told_with_the_systems_reason(kind: str, project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WarehouseError) as refused:
        export(project, kind, tmp_path / "file" / "below")
    assert refused.value.code == "disk-failed"


@pytest.mark.parametrize("kind", KINDS)
def test_a_snapshot_of_an_older_schema_is_to_be_published_again(kind: str, publish: Callable[..., Project], rows: dict[str, Any], tmp_path: Path) -> None:
    older = publish(tmp_path / "older", rows)
    manifest = older.current.resolve() / MANIFEST_NAME
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(json.loads(manifest.read_text(encoding="utf-8")) | {"schema_version": 1}), encoding="utf-8")
    with pytest.raises(WarehouseError, match="schema-older"):
        export(older, kind, tmp_path / "target")
    assert not (tmp_path / "target").exists()
