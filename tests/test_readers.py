"""What docs/cookbook.md says of reading the warehouse from Python is what happens, and the data package of the shipped data has no fault."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import frictionless
import openpyxl
import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
RECIPES: Final = dict(re.findall(r"^\*\*Python, (\w+)\*\*.*?^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def published(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the shipped data, published, to write exports into."""
    return shutil.copytree(shipped, tmp_path_factory.mktemp("readers") / "home", symlinks=True)


def cooked(recipe: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that a recipe leaves behind when it is typed in the project."""
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(RECIPES[recipe], f"cookbook: {recipe}", "exec"), names)  # noqa: S102  the page is ours, and a reader types it
    return names


def test_every_recipe_of_the_page_is_tried_here() -> None:
    assert set(RECIPES) == {"DuckDB", "polars", "pyarrow"}


def test_duckdb_reads_views_and_macros(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = cooked("DuckDB", published, monkeypatch)
    assert len(names["shares"]) == 3
    assert len(names["series"]) > 10


def test_polars_reads_the_tables_with_their_types(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = cooked("polars", published, monkeypatch)
    assert round(names["shares"]["obs_value"].sum(), 2) == 97
    assert str(names["observations"].schema["period_start"]) == "Date"


def test_pyarrow_reads_tables_and_takes_answers_of_the_database(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = cooked("pyarrow", published, monkeypatch)
    assert names["findings"].column_names == ["rule", "verdict", "gap"]
    assert names["targets"].num_rows > 0


@pytest.mark.filterwarnings("ignore")  # frictionless has warnings of its own
def test_the_data_package_of_the_shipped_data_has_no_fault_its_keys_included(ansinh: str, published: Path) -> None:
    done = subprocess.run([ansinh, "export", "--output", "package"], cwd=published, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "Đã xuất: package/datapackage.json\n")
    report = frictionless.validate(str(published / "package" / "datapackage.json"))
    assert report.flatten(["name", "type", "rowNumber", "note"]) == []


def test_the_workbook_is_written_by_the_command(ansinh: str, published: Path) -> None:
    command = [ansinh, "export", "--kind", "xlsx", "--output", "so-lieu.xlsx"]
    done = subprocess.run(command, cwd=published, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "Đã xuất: so-lieu.xlsx\n")
    assert openpyxl.load_workbook(published / "so-lieu.xlsx")["Số liệu"].max_row > 50


def test_the_slips_are_written_by_the_command(ansinh: str, published: Path) -> None:
    for form in ("markdown", "docx"):
        command = [ansinh, "slip", "--format", form, "--output", "phieu"]
        done = subprocess.run(command, cwd=published, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"Đã viết {len(done.stderr.splitlines())} phiếu đề nghị rà soát.\n"
    assert "52,7 + 15,58 + 28,72 = 97,00" in (published / "phieu" / "phieu-lao-cai-2023.md").read_text(encoding="utf-8")
