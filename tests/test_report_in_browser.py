"""The published report as a reader meets it: opened from the disk, on a telephone and a desk, light and dark, by eye or by screen reader."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(ansinh: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quality report of the shipped data."""
    home = tmp_path_factory.mktemp("published")
    (home / "raw").symlink_to(root / "raw")
    done = subprocess.run([ansinh, "run"], cwd=home, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return home / "warehouse/quality-report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_report_is_whole_quiet_and_readable(browser: Browser, report: Path, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  there where `browser` did not skip

    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light")
    asked_for: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(report.as_uri())
    assert asked_for == [report.as_uri()], "the report loads nothing"
    assert complaints == []
    assert page.evaluate("document.documentElement.lang") == "vi"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "wider than the screen"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.close()


def test_the_report_reads_without_scripts(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert "G01" in page.inner_text("body")
    assert "97,00" in page.inner_text("body")
    context.close()
