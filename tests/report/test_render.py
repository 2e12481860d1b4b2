"""Both reports of one published file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from etl.errors import WarehouseError
from etl.report import render_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_both_reports_are_written_and_nothing_else(realistic_file: Path, tmp_path: Path) -> None:
    render_report(realistic_file, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["quality-report.html", "quality-report.json"]


def test_the_published_file_may_be_read_only(realistic_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "ansinh.duckdb"
    copy.write_bytes(realistic_file.read_bytes())
    copy.chmod(0o444)
    render_report(copy, tmp_path)
    assert copy.read_bytes() == realistic_file.read_bytes()


def test_identical_content_gives_identical_bytes(rows: Any, published: Callable[..., Path], tmp_path: Path) -> None:
    """Another file, other run ids and another order of insertion; the same content."""
    one = tmp_path / "one"
    two = tmp_path / "two"
    one.mkdir()
    two.mkdir()
    render_report(published(rows), one)
    rows["runs"][0] |= {"run_id": "RUN-ID-8", "started_at": "2026-01-01T00:00:00Z"}
    for name in ("findings", "quarantine"):
        for row in rows[name]:
            row |= {column: "RUN-ID-8" for column in ("first_seen", "last_seen") if column in row}
    render_report(published({name: list(reversed(listed)) for name, listed in rows.items()}), two)
    for name in ("quality-report.html", "quality-report.json"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
        assert b"RUN-ID" not in (one / name).read_bytes()


def test_a_report_that_stands_there_is_replaced_whole(realistic_file: Path, tmp_path: Path) -> None:
    (tmp_path / "quality-report.html").write_text("yesterday", encoding="utf-8")
    render_report(realistic_file, tmp_path)
    assert (tmp_path / "quality-report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("content", [None, b"", b"not a database"], ids=["missing", "empty", "other"])
def test_what_is_no_published_file_is_refused_by_name(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "ansinh.duckdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WarehouseError) as refused:
        render_report(path, tmp_path)
    assert refused.value.code == "report-database-unreadable"
    assert refused.value.facts["path"] == str(path)
    assert not (tmp_path / "quality-report.html").exists()


def test_importing_the_report_is_cheap() -> None:
    """Both pandera and polars take a second to import, and the report needs neither."""
    found = subprocess.run(
        [sys.executable, "-c", "import sys, etl.report; print(*{'pandera', 'polars', 'pyarrow', 'click', 'pandas'} & set(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == ""
