"""The published report as a reader meets it: opened from the disk, on a telephone and a desk, light and dark, by eye, by keyboard, by screen reader.

Pictures of its first screen stand in docs/images: `ANSINH_REWRITE_IMAGES=1` writes them anew; otherwise their being there and their size are checked.
"""

from __future__ import annotations

import os
import shutil
import struct
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from etl import pipeline
from etl.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

EVALUATED_ON: Final = date(2026, 1, 1)
SIZES: Final = {"desktop": (1280, 800), "phone": (390, 844)}
SCHEMES: Final = ("light", "dark")
LARGEST_IMAGE: Final = 300_000
# What a cell may hold that wants to be more than a text.
HOSTILE: Final = (
    "\"<script>document.title='taken'</script>\"",
    '"<img src=https://example.org/a.png onerror=""document.title=\'taken\'"">"',
    '"</script><svg onload=alert(1)>"',
    "{{ 7 * 7 }}",
    "12\u202e34",
)


@pytest.fixture(scope="module")
def report(shipped: Path) -> Path:
    """The quality report of the shipped data."""
    return shipped / "warehouse/quality-report.html"


@pytest.fixture(scope="module")
def changed(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second publication of that project: the labour shares add up now, another source is full of hostile texts."""
    home = shutil.copytree(shipped, tmp_path_factory.mktemp("changed") / "home", symlinks=True)
    figures = home / "raw/lao-cai-2023/figures.csv"
    text = figures.read_text(encoding="utf-8")
    assert text.count(",52.7,") + text.count('"52,7"') == 1
    figures.write_text(text.replace('"52,7"', '"55,7"'), encoding="utf-8")
    hostile = home / "raw/hostile"
    hostile.mkdir()
    rows = [f"schools,level,,Lào Cai,2023,actual,{text},trường,{text},{text}" for text in HOSTILE]
    head = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note"
    (hostile / "figures.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    (hostile / "source.toml").write_text('title = "<b>Đậm</b>"\nurl = "javascript:alert(1)"\nlanguage = "vi"\nnumber_format = "vi"\n', encoding="utf-8")
    assert pipeline.run(Project(home), evaluated_on=EVALUATED_ON).run.outcome == "published"
    return home / "warehouse/quality-report.html"


class Visits:
    """Pages of one browser, and what they asked for and complained of."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._asked_for: list[str] = []
        self._complaints: list[str] = []
        self._pages: list[Page] = []

    def __call__(self, report: Path, *, device: str = "desktop", scheme: str = "light", language: str = "vi", anchor: str = "") -> Page:
        """Open a report in a tab of its own."""
        page = self._browser.new_page()
        self._pages.append(page)
        look_like(page, device=device, scheme=scheme)
        page.on("request", lambda request: self._asked_for.append(request.url))
        page.on("console", lambda message: self._complaints.append(message.text))
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.goto(f"{report.as_uri()}?lang={language}{anchor}")
        return page

    def must_have_been_quiet(self) -> None:
        """Nothing but the report was asked for, and the console stayed silent."""
        loaded = {url.partition("?")[0].partition("#")[0].rpartition("/")[2] for url in self._asked_for}
        assert loaded <= {"quality-report.html"}, "the report loads nothing"
        assert self._complaints == []

    def close(self) -> None:
        for page in self._pages:
            page.close()


def look_like(page: Page, *, device: str = "desktop", scheme: str = "light") -> None:
    """Give the page the screen of a device and the colours its owner has chosen."""
    width, height = SIZES[device]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", media="screen")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visits]:
    """Open a report. When the test is over: nothing else was asked for, and the console stayed silent."""
    visits = Visits(browser)
    yield visits
    visits.close()
    visits.must_have_been_quiet()


# What a reader can have turned, typed, unfolded and hidden on a page.
STATE: Final = """() => JSON.stringify([
    document.documentElement.lang, document.title, location.hash, document.activeElement.tagName, scrollX, scrollY,
    [...document.querySelectorAll("input, select")].map(field => `${field.value} ${field.checked}`),
    [...document.querySelectorAll("details")].map(details => details.open),
    [...document.querySelectorAll("*")].map(element => element.hidden),
])"""
PUT_BACK: Final = """() => {
    document.getElementById("lang-vi").click();
    for (const form of document.forms) { form.reset(); form.dispatchEvent(new Event("input")); }
    for (const details of document.querySelectorAll("details")) details.open = isOpen.get(details);
    history.replaceState(null, "", location.pathname + location.search);
    document.activeElement.blur();
    scrollTo({left: 0, top: 0, behavior: "instant"});
}"""


@pytest.fixture(scope="module")
def shared_page(browser: Browser, report: Path) -> Iterator[tuple[Page, Visits, str]]:
    """The report, loaded once on a light desktop in Vietnamese; and its state then. (Half of the time of a visit is the loading of the page.)"""
    visits = Visits(browser)
    page = visits(report)
    page.evaluate("() => { window.isOpen = new Map([...document.querySelectorAll('details')].map(details => [details, details.open])) }")
    yield page, visits, page.evaluate(STATE)
    visits.close()


@pytest.fixture
def page(shared_page: tuple[Page, Visits, str]) -> Iterator[Page]:
    """The shared page for one test, as it was when it was loaded, and put back afterwards."""
    page, visits, state = shared_page
    yield page
    page.evaluate(PUT_BACK)
    visits.must_have_been_quiet()
    assert page.evaluate(STATE) == state, "the test left something behind"


def shown(page: Page) -> list[str]:
    """The rules of the findings that are shown, in their order."""
    rules: list[str] = page.eval_on_selector_all("#cards .finding:not([hidden])", "cards => cards.map(card => card.dataset.rule)")
    return rules


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


# Of two sizes, two schemes and two languages: every pair once. (All eight take twice as long.)
@pytest.mark.parametrize("reader", [("desktop", "light", "vi"), ("desktop", "dark", "en"), ("phone", "light", "en"), ("phone", "dark", "vi")], ids="-".join)
def test_the_report_is_whole_quiet_and_readable(visit: Visits, page: Page, report: Path, reader: tuple[str, str, str]) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  there where `browser` did not skip

    device, scheme, language = reader
    if reader != ("desktop", "light", "vi"):  # a page as long as this is loaded faster than it is given another width
        page = visit(report, device=device, scheme=scheme, language=language)
    assert page.evaluate("document.documentElement.lang") == language
    assert not is_wider_than_the_screen(page)
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    assert not is_wider_than_the_screen(page)
    # The data dictionary is half of the page and all alike: it is looked at once.
    context = None if (device, scheme) == ("desktop", "light") else {"exclude": [["#dictionary"]]}
    # Colours hang on the scheme alone, and take two thirds of the time: of each scheme they are looked at on the wide page.
    rules = {"color-contrast": {"enabled": device == "desktop"}}
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"], "rules": rules})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("device", SIZES)
def test_the_first_screen_is_shown_in_the_documents(visit: Visits, report: Path, root: Path, device: str, scheme: str) -> None:
    page = visit(report, device=device, scheme=scheme)
    picture = root / "docs" / "images" / f"report-{device}-{scheme}.png"
    if os.environ.get("ANSINH_REWRITE_IMAGES"):
        page.screenshot(path=picture, animations="disabled")
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == SIZES[device], "write it anew: ANSINH_REWRITE_IMAGES=1"
    assert picture.stat().st_size < LARGEST_IMAGE
    for words in ("1 nhóm số không thể cùng đúng", "Lào Cai 2023", "97,00"):
        place = page.get_by_text(words).first.bounding_box()
        assert place is not None
        assert place["y"] + place["height"] <= SIZES[device][1], f"{words}: not on the first screen"


def test_the_reader_chooses_the_language(page: Page) -> None:
    assert page.inner_text("h1").startswith("Trong 58 con số")
    page.get_by_text("English", exact=True).click()
    assert page.inner_text("h1").startswith("Of 58 figures read")
    assert (page.evaluate("document.documentElement.lang"), page.title()) == ("en", "Quality report on social-security figures")
    assert "Quy tắc" not in page.inner_text("main")
    assert "3.00 missing" in (page.text_content(".attention svg [lang='en'], .attention [lang='en'] svg") or "")
    page.get_by_text("Tiếng Việt", exact=True).click()
    assert page.inner_text("h1").startswith("Trong 58 con số")


def test_every_filter_narrows_what_is_shown(page: Page) -> None:
    everything = shown(page)
    assert {"G01", "X14", "D08"} == set(everything)
    page.uncheck("input[value=unverifiable]")
    assert shown(page) == ["G01", "X14"]
    page.uncheck("input[value=warning]")
    assert shown(page) == ["G01"]
    page.uncheck("input[value=error]")
    assert shown(page) == []
    assert page.inner_text("#shown") == f"Đang hiện 0 trên {len(everything)} phát hiện"
    page.get_by_role("button", name="Bỏ lọc").click()
    assert shown(page) == everything
    page.select_option("select[name=rule]", "X14")
    assert shown(page) == ["X14"]
    page.get_by_role("button", name="Bỏ lọc").click()
    page.select_option("select[name=source]", label="lao-cai-2023/figures.csv")
    assert "G01" in shown(page)
    assert "X14" not in shown(page)


def test_a_search_needs_no_marks(page: Page) -> None:
    page.fill("input[name=text]", "co cau LAO DONG")
    assert shown(page) == ["G01"]
    page.fill("input[name=text]", "không có ở đâu cả")
    assert shown(page) == []


def test_figures_of_the_programmes_are_found_by_their_words(page: Page) -> None:
    page.fill("input[name=figures]", "lao cai co cau 52,7")
    rows = page.locator("#programmes tbody tr:visible")
    assert rows.count() == 1
    assert "52,7" in rows.inner_text()
    assert page.inner_text("#figures-shown").startswith("1 số liệu khớp")
    page.fill("input[name=figures]", "")
    assert rows.count() > 50


def test_a_figure_of_one_programme_stands_in_no_other(page: Page) -> None:
    wanted = {
        "1.815": {"poor_housing", "housing_support"},
        "2.680": {"merit_housing", "housing_support"},
        "hơn 96 tỷ đồng": {"merit_housing", "housing_support"},
    }
    for text, programmes in wanted.items():
        sections = page.eval_on_selector_all(
            "#programmes section[id^=programme-]",
            "(all, text) => all.filter(one => [...one.querySelectorAll('td.printed bdi')].some(cell => cell.textContent === text)).map(one => one.id)",
            text,
        )
        assert set(sections) == {f"programme-{programme}" for programme in programmes}
    assert page.locator("#programme-temporary_housing tbody tr").count() == 5
    assert page.locator("#targets-ahead tbody tr").count() == 10


def test_on_a_telephone_every_figure_is_read_without_scrolling_sideways(visit: Visits, report: Path) -> None:
    page = visit(report, device="phone")
    for table in ("#programme-housing_support .lines", "#targets-ahead .lines", "section[aria-labelledby=implied] .lines"):
        place = page.locator(table)
        assert place.evaluate("place => place.scrollWidth <= place.clientWidth"), table
        assert place.locator("td").first.is_visible()


def test_a_rule_leads_to_its_findings(page: Page) -> None:
    page.click("#rule-G01 a[data-only-rule]")
    page.wait_for_function("document.querySelectorAll('#cards .finding:not([hidden])').length === 1")
    assert shown(page) == ["G01"]


def test_all_findings_are_opened_and_closed_at_once(page: Page) -> None:
    still_closed = "document.querySelectorAll('#cards details:not([open])').length"
    assert page.evaluate(still_closed) > 0
    page.get_by_role("button", name="Mở hết").click()
    assert page.evaluate(still_closed) == 0
    page.get_by_role("button", name="Đóng hết").click()
    assert page.evaluate(still_closed) == len(shown(page))


def test_a_deep_link_opens_its_finding_whatever_is_filtered(visit: Visits, page: Page, report: Path) -> None:
    closed = page.eval_on_selector("#cards .finding:has(details:not([open]))", "card => card.id")
    there = visit(report, anchor=f"#{closed}")
    assert there.evaluate("id => document.getElementById(id).querySelector('details').open", closed)
    top = there.evaluate("id => document.getElementById(id).getBoundingClientRect().top", closed)
    assert 0 <= top < SIZES["desktop"][1] / 2
    page.select_option("select[name=rule]", "G01")
    page.evaluate("id => { location.hash = id }", closed)
    page.wait_for_function("id => !document.getElementById(id).hidden && document.getElementById(id).querySelector('details').open", arg=closed)


def test_a_link_to_a_rule_that_never_applied_opens_their_list(visit: Visits, page: Page, report: Path) -> None:
    idle = page.eval_on_selector(".idle li", "entry => entry.id")
    there = visit(report, anchor=f"#{idle}")
    assert there.is_visible(f"#{idle}")


def test_what_changed_is_told_and_hostile_texts_stay_texts(visit: Visits, changed: Path) -> None:
    page = visit(changed)
    assert "số liệu đổi giá trị" in page.inner_text(".since")
    revised = page.locator("#changes tbody tr", has_text="55,7")
    assert "52,7" in revised.inner_text()
    assert page.title() == "Báo cáo chất lượng số liệu an sinh xã hội"
    text = page.inner_text("#quarantine")
    for words in ("<script>document.title='taken'</script>", "onerror=", "</script><svg onload=alert(1)>", "{{ 7 * 7 }}", "12[U+202E]34"):
        assert words in text
    assert page.locator("img, script[src], [onload], [onerror], a[href^=javascript]").count() == 0
    assert "<b>Đậm</b>" in page.inner_text("#sources")
    assert not is_wider_than_the_screen(page)


def test_a_keyboard_goes_everywhere_and_is_seen(visit: Visits, report: Path) -> None:
    page = visit(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    place = page.locator(".skip").bounding_box()
    assert place is not None
    assert place["y"] >= 0, "the link is seen once it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    visited: list[str] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        visited.append(
            page.evaluate("""() => {
                const at = document.activeElement, style = getComputedStyle(at);
                const isSeen = style.outlineStyle !== "none" || at.matches("input[type=radio]");
                return `${at.tagName.toLowerCase()}${at.name ? "." + at.name : ""}${isSeen ? "" : " UNSEEN"}`;
            }""")
        )
        if visited[-1].startswith("body"):
            break  # the end of the page
    assert not [place for place in visited[:-1] if "UNSEEN" in place]
    assert {"a", "summary", "input.severity", "select.rule", "select.source", "input.text", "button"} <= set(visited)
    page.focus("#cards .finding details:not([open]) summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")


def test_the_language_is_chosen_by_keyboard(page: Page) -> None:
    page.focus("#lang-vi")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("h1").startswith("Of 58 figures read")


def test_paper_shows_everything_and_no_controls(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('main > :not(#dictionary) details:not([open])').length") == 0
    assert page.evaluate("document.querySelectorAll('#dictionary details[open]').length") == 0, "sixty pages of column names are for the screen"
    for control in (".filters", ".sections", ".language", ".skip"):
        assert not page.locator(control).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") > 0
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_the_report_reads_without_scripts(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert "G01" in page.inner_text("body")
    assert "97,00" in page.inner_text("body")
    assert not page.locator(".filters").first.is_visible()
    page.click("label[for=lang-en]")
    assert page.inner_text("h1").startswith("Of 58 figures read")
    context.close()
