"""The page: whole, safe, small enough, readable in both languages and by everyone."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

import duckdb
import pytest

from etl.report.content import read_content
from etl.report.html_report import PAGE_BYTES, render_html

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VOID = {"meta", "input", "br", "img", "link", "hr", "rect", "line", "circle", "path", "polyline"}
LOADING = {"src", "srcset", "action", "formaction", "data", "poster", "background", "manifest", "ping", "xlink:href", "style"}


class Page(HTMLParser):
    """Elements with their attributes, and the text in each language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {"vi": [], "en": [], "": []}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop()[0] == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & {tag for tag, _ in self.open}:
            language = next((attributes["lang"] for tag, attributes in reversed(self.open) if tag != "html" and attributes.get("lang") in {"vi", "en"}), "")
            self.texts[language].append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def said(self, language: str) -> str:
        return " ".join(self.texts[language])


@pytest.fixture(scope="session")
def parsed(page: str) -> Page:
    return Page(page)


def test_every_element_is_closed(parsed: Page) -> None:
    assert parsed.open == []


def test_all_ids_are_unique_and_every_reference_leads_to_one(parsed: Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in parsed.elements if "id" in attributes)
    assert [name for name, times in ids.items() if times > 1] == []
    assert not [name for name in ids if re.search(r"\s", name)]
    references = {name for _, attributes in parsed.elements for key in ("aria-labelledby", "for") for name in attributes.get(key, "").split()}
    references |= {attributes["href"][1:] for attributes in parsed.all("a") if attributes["href"].startswith("#")}
    assert references <= set(ids) | {"rule-C09"}  # the rule that refused a row but is not declared


def test_nothing_is_fetched(page: str, parsed: Page) -> None:
    assert not [(tag, attributes) for tag, attributes in parsed.elements if LOADING & set(attributes)]
    assert {tag for tag, _ in parsed.elements}.isdisjoint({"link", "img", "iframe", "object", "embed", "base", "form action", "video", "audio"})
    assert not re.search(r"url\(|@import|@font-face", page)
    links = {attributes["href"] for attributes in parsed.all("a")}
    assert {link for link in links if not link.startswith("#")} == {"quality-report.json", "https://example.org/a?b=1&c=2"}


def test_the_policy_allows_our_style_and_our_script_and_nothing_else(page: str, parsed: Page) -> None:
    [policy] = [meta["content"] for meta in parsed.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    hashes = [
        b64encode(sha256(re.search(pattern, page, re.DOTALL)[1].encode()).digest()).decode()  # type: ignore[index]
        for pattern in ("<style>(.*?)</style>", "<script>(.*?)</script>")
    ]
    assert policy == f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; base-uri 'none'; form-action 'none'"


def test_no_element_handles_an_event_inline(parsed: Page) -> None:
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]


def test_hostile_texts_stay_texts(page: str, parsed: Page) -> None:
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "18.4720&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7 * 7 }}" in parsed.said("")
    assert "javascript:" in parsed.said("")
    assert not [attributes for attributes in parsed.all("a") if "javascript" in attributes["href"]]


def test_what_cannot_be_seen_is_named(page: str) -> None:
    assert "\u202e" not in page
    assert "[U+202E]đảo chữ" in page


def test_no_text_ends_the_embedded_json(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["rules"][0]["rule"] = "</script><script>alert(2)"
    html = render_html(content_of(rows)).decode()
    assert html.count("</script>") == 2
    assert json.loads(re.search(r'id="words">(.*?)</script>', html, re.DOTALL)[1])["title"]["en"]  # type: ignore[index]


def test_everything_found_is_on_the_page(content: dict[str, Any], page: str, parsed: Page) -> None:
    ids = {attributes["id"] for _, attributes in parsed.elements if "id" in attributes}
    assert {f"finding-{finding['finding_id']}" for finding in content["findings"]} <= ids
    assert {f"rule-{rule['rule']}" for rule in content["rules"]} <= ids
    assert {f"programme-{programme['id']}" for programme in content["programmes"]} <= ids
    assert {f"table-{entry['name']}" for entry in content["dictionary"] if entry["columns"]} <= ids
    assert page.count('<td class="row">') == len(content["quarantine"])
    for source in content["sources"]:
        assert source["sha256"] in page
    assert "limit" not in {class_ for _, attributes in parsed.elements for class_ in attributes.get("class", "").split()}


def test_the_first_screen_says_the_verdict_the_counts_and_what_changed(content: dict[str, Any], page: str) -> None:
    opening = page[page.index("<main") : page.index('class="sections"')]
    assert content["verdict"]["vi"] in opening
    assert content["verdict"]["en"] in opening
    for words in ("đã đọc", "đã công bố", "▲ trong đó 3 số đáng ngờ", "từ chối", "loại ra có lý do", "đây là bản công bố đầu tiên"):
        assert words in opening
    assert "52,7 + 15,58 + 28,72 = 97,00" in opening
    assert "“52,7” → “55,7” (một chữ số in khác)" in opening
    assert "nông, lâm nghiệp <strong>52,7</strong>" in opening
    assert len(re.findall(r'<li class="(?:drawn)?">', opening)) == 3


def first_screen(page: str, rule: str) -> str:
    """What the list at the top says of the finding of a rule."""
    opening = page[page.index('id="attention"') : page.index('class="sections"')]
    [entry] = [entry for entry in re.findall(r"<li class.*?</li>\n", opening, re.DOTALL) if f'href="#rule-{rule}"' in entry]
    return str(entry)


def test_the_first_screen_says_which_rule_speaks(page: str) -> None:
    assert '<span lang="vi">quy tắc</span><span lang="en">rule</span> <a class="ruleid" href="#rule-G01">G01</a>: ' in first_screen(page, "G01")
    assert "Cơ cấu cộng bằng 100" in first_screen(page, "G01")


def test_a_warning_is_explained_before_it_is_called_a_misprint(rows: Any, content_of: Callable[..., Any]) -> None:
    slip = {"kind": "digit", "member": 1, "from": "1.911", "repairs": 1, "breaks": 0, "text_vi": "a", "text_en": "a"}
    for row in rows["findings"]:
        if row["rule"] == "X14":
            row["hypotheses"] = json.dumps([{**slip, "to": "1.191"}, {**slip, "to": "1.711"}])
    for row in rows["rules"]:
        if row["rule"] == "X14":
            row |= {"rationale_vi": "Khác thời điểm có thể giải thích được.", "rationale_en": "Another date may explain it."}
    told = first_screen(render_html(content_of(rows)).decode(), "X14")
    assert told.index("Khác thời điểm có thể giải thích được.") < told.index("Nếu in nhầm:") < told.index("“1.911” → “1.191”")
    assert "1.711" not in told
    assert "Chương trình không sửa số nào." in told
    assert "Văn bản không đủ để chọn" not in told
    assert "Văn bản không đủ để chọn" in first_screen(render_html(content_of(rows)).decode(), "G01")


def test_what_could_not_be_judged_is_one_line_below_the_list(page: str, rows: Any, content_of: Callable[..., Any]) -> None:
    assert '<a href="#findings"><span lang="vi">Chưa kiểm tra được: 1 trường hợp (thiếu số để đối chiếu).</span>' in page
    rows["findings"] = [row for row in rows["findings"] if row["verdict"] == "fail"]
    assert "Chưa kiểm tra được" not in render_html(content_of(rows)).decode()


def test_a_share_judged_is_of_what_the_rule_applies_to(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["rule_results"] = [{"rule": "G01", "seen": 82, "applicable": 1, "passed": 1, "not_applicable": 81, "coverage": 1 / 82}]
    line = re.search(r'<tr id="rule-G01".*?</tr>', render_html(content_of(rows)).decode(), re.DOTALL)[0]  # type: ignore[index]
    assert '<td class="n">100 %</td>' in line
    assert "độ phủ 1 %, dưới mức tối thiểu 50 %" in line


def test_both_languages_say_everything(parsed: Page) -> None:
    vi, en = parsed.said("vi"), parsed.said("en")
    assert len(parsed.texts["vi"]) == pytest.approx(len(parsed.texts["en"]), rel=0.02)
    assert "Tìm thấy" in vi
    assert "Tìm thấy" not in en
    assert "Found" in en
    assert "thiếu 3,00" in vi
    assert "3.00 missing" in en
    assert "≤ 1.800" in vi
    assert "≤ 1,800" in en


def test_the_language_is_chosen_without_a_server_and_without_a_script(page: str, parsed: Page) -> None:
    assert parsed.all("html") == [{"lang": "vi"}]
    assert [(choice["id"], "checked" in choice) for choice in parsed.all("input") if choice["type"] == "radio"] == [("lang-vi", True), ("lang-en", False)]
    assert 'html:has(#lang-en:checked) body [lang="vi"] { display: none; }' in page
    assert "page.lang = language()" in page


def test_a_rule_that_never_applied_shows_a_dash_and_the_words(page: str) -> None:
    line = re.search(r'<li id="rule-G05".*?</li>', page, re.DOTALL)[0]  # type: ignore[index]
    assert "–" in line
    assert "✓" not in line
    assert "1 quy tắc chưa có gì để xét trong các nguồn này" in page


def test_no_state_is_told_by_colour_alone(parsed: Page, page: str) -> None:
    for words in ("xét hết", "xét một phần", "chưa xét được", "chưa áp dụng", "Lỗi", "Cảnh báo", "Không đủ căn cứ", "tạm miễn", "đáng ngờ (cả nhóm)"):
        assert words in parsed.said("vi")
    assert {"●", "◐", "○", "–"} <= set(re.findall(r'<span class="circle" aria-hidden="true">(.)</span>', page))


def test_hypotheses_are_marked_as_never_applied(page: str) -> None:
    card = re.search(r'<article class="finding" id="finding-00000000-0000-0000-0000-000000000065".*?</article>', page, re.DOTALL)[0]  # type: ignore[index]
    assert "không bao giờ được tự áp dụng" in card
    assert re.findall(r"<li><span lang=\"vi\">(.*?)</span>", card) == [
        "52,7 → 55,7 (một chữ số)",
        "15,58 → 18,58 (một chữ số)",
        "thiếu một thành phần 3,00 ± 0,06",
    ]


def test_findings_of_one_cause_stand_together(page: str) -> None:
    group = re.search(r'<section class="cause".*?</section>', page, re.DOTALL)[0]  # type: ignore[index]
    assert "Một nguyên nhân, 2 phát hiện" in group
    assert group.count("<article") == 2


def test_the_targets_for_2030_have_their_section_even_if_there_are_none(rows: Any, page: str, content_of: Callable[..., Any]) -> None:
    section = re.search(r'<section class="programme" id="targets-ahead".*?</section>', page, re.DOTALL)
    assert section is not None
    assert "Mục tiêu 2030" in section[0]
    assert "dưới 9" in section[0]
    assert "14,94" in section[0]
    rows["observations"] = [row for row in rows["observations"] if row["obs_kind"] == "actual"]
    assert "Chưa có mục tiêu, kế hoạch nào cho năm 2030 hoặc sau đó." in render_html(content_of(rows)).decode()


def test_a_period_is_said_in_words_and_its_code_stays_at_hand(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["observations"][5] |= {"time_period": "2023/2024", "period_start": date(2023, 9, 1), "period_end": date(2024, 5, 31)}
    page = render_html(content_of(rows)).decode()
    assert '<span title="2023/2024"><span lang="vi">năm học 2023–2024</span><span lang="en">school year 2023/24</span></span>' in page


def test_what_is_implied_by_more_than_is_itself_only_bounded_below(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["implied_figures"] = [
        {
            **rows["implied_figures"][0],
            "what": "average",
            "unit_measure": "VND/hộ",
            "formula": "900 / 13",
            "member_ids": [1010, 1009],
            "obs_value": 69.2307692307,
        }
        | {"lower_bound": 69.2307692307, "upper_bound": None}
    ]
    page = render_html(content_of(rows)).decode()
    table = page[page.index('id="implied-t-caption"') : page.index('id="quarantine"')]
    for words in ("khoảng 70", "about 70", "≥ 69", "đồng/hộ", "hơn 900 / 13", ">Khoảng<"):
        assert words in table
    assert "69.23" not in table


def test_programmes_without_figures_are_named_as_such(page: str) -> None:
    end = page[page.index("Chương trình chưa có số liệu công bố") :]
    assert "Lãnh đạo, tổ chức" in end
    assert 'id="programme-leadership"' in end


def test_a_keyboard_and_a_screen_reader_find_their_way(parsed: Page) -> None:
    tags = [tag for tag, _ in parsed.elements]
    assert (tags.count("main"), tags.count("nav"), tags.count("h1"), tags.count("footer")) == (1, 1, 1, 1)
    body = tags.index("body")
    assert parsed.elements[body + 1] == ("a", {"class": "skip", "href": "#main"})
    assert tags.count("caption") == tags.count("table")
    assert all(attributes.get("scope") in {"col", "row"} for attributes in parsed.all("th"))
    for attributes in parsed.all("div"):
        if attributes.get("class") == "scroll":
            assert (attributes["role"], attributes["tabindex"]) == ("region", "0")
            assert attributes["aria-labelledby"]
    assert all(attributes.get("aria-hidden") == "true" or attributes.get("role") == "img" for attributes in parsed.all("svg"))
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_the_filters_are_hidden_until_the_script_shows_them(parsed: Page) -> None:
    assert [(form["id"], "hidden" in form) for form in parsed.all("form")] == [("filters", True), ("find-figures", True)]
    fields = {attributes["name"] for tag in ("input", "select") for attributes in parsed.all(tag)}
    assert fields == {"severity", "rule", "source", "text", "language", "figures"}


def test_a_warehouse_with_nothing_in_it_has_a_page(content_of: Callable[..., Any]) -> None:
    page = Page(render_html(content_of({}, meta={})).decode())
    assert page.open == []
    assert "Chưa đọc được con số nào" in page.said("vi")
    assert "Không có phát hiện nào." in page.said("vi")


def test_a_text_without_end_is_cut_and_said_to_be(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["quarantine"][0]["text"] = "9" * 3_000_000
    rows["findings"][0]["message_vi"] = "8" * 3_000_000
    page = render_html(content_of(rows))
    assert len(page) < PAGE_BYTES
    assert "9" * 400 in page.decode()
    assert "rút gọn, bản đầy đủ trong quality-report.json" in page.decode()


def test_a_finding_with_very_many_members_says_how_many(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["finding_members"] += [{**rows["finding_members"][0], "position": 3 + n} for n in range(100)]
    assert "Ở đây hiện 40 trên 103 con số" in render_html(content_of(rows)).decode()


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory, realistic_file: Path) -> dict[str, Any]:
    """The realistic file with twenty thousand more findings, refused rows and figures."""
    path = tmp_path_factory.mktemp("crowded") / "ansinh.duckdb"
    path.write_bytes(realistic_file.read_bytes())
    copies = (
        ("findings", "finding_id", 1, 20_000, "md5('f' || n)::UUID AS finding_id, 'Lào Cai|' || n AS key, NULL AS cause"),
        ("finding_members", "finding_id, position", 3, 20_000, "md5('f' || n)::UUID AS finding_id"),
        ("quarantine", "figure_id", 1, 20_000, "md5('q' || n)::UUID AS figure_id, 100 + n AS line, repeat('7', 900) AS text"),
        ("observations", "observation_id", 1, 20_000, "md5('o' || n)::UUID AS observation_id, n::VARCHAR AS ref_area"),
        ("programmes", "id", 1, 400, "'p' || n AS id"),
    )
    with duckdb.connect(path) as connection:
        for table, order, first, times, changed in copies:
            connection.execute(
                f"INSERT INTO {table} SELECT * EXCLUDE (n) REPLACE ({changed}) FROM (FROM {table} ORDER BY {order} LIMIT {first}), range({times}) AS r(n)"
            )
    return read_content(path)


def test_the_page_stays_small_whatever_was_found(crowded: dict[str, Any]) -> None:
    written = render_html(crowded)
    page = Page(written.decode())
    assert len(crowded["findings"]) > 20_000
    assert PAGE_BYTES * 0.5 < len(written) < PAGE_BYTES
    assert page.open == []
    assert re.search(r"ở đây hiện \d+ trên 20\.005 phát hiện", page.said("vi"))
    assert re.search(r"it shows \d+ of 20,005 findings", page.said("en"))
    assert re.search(r"Ở đây hiện \d+ trên 20\.002 dòng bị từ chối", page.said("vi"))
    assert "ansinh query" in page.said("")


def test_of_a_crowd_the_gravest_are_shown_and_every_rule_has_its_turn(crowded: dict[str, Any]) -> None:
    page = render_html(crowded).decode()
    rules = re.findall(r'<article class="finding"[^>]* data-rule="([^"]+)"', page)
    assert {"G01", "C01"} <= set(rules)
    ids = Counter(re.findall(r' id="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []


def test_the_page_is_the_same_each_time(content: dict[str, Any], page: str) -> None:
    assert render_html(content).decode() == page


def two_publications(rows: Any) -> Any:
    rows["runs"].append({**rows["runs"][0], "run_id": "RUN-ID-3"})
    return rows


def test_what_changed_since_last_time_is_told_first_and_by_name(rows: Any, published: Callable[..., Path]) -> None:
    file = published(two_publications(rows))
    with duckdb.connect(file) as connection:
        connection.execute("CREATE OR REPLACE TABLE changes (observation_id UUID, change VARCHAR, old_text VARCHAR, new_text VARCHAR, why VARCHAR)")
        connection.execute("INSERT INTO changes VALUES (?, 'revised', '14,49', '14,94', 'correction')", [str(UUID(int=7))])
        connection.execute("INSERT INTO changes VALUES (?, 'withdrawn', '12', NULL, NULL)", [str(UUID(int=77))])
    html = render_html(read_content(file)).decode()
    opening = html[html.index("<main") : html.index('class="sections"')]
    for words in ("3 phát hiện mới", "1 còn đó từ lần trước", "1 số liệu đổi giá trị", "1 số liệu không còn", 'href="#changes"'):
        assert words in opening
    told = html[html.index('id="changes"') : html.index('id="rules"')]
    revised = re.search(r"<tr>\s*<td[^>]*>[^\n]*đổi giá trị.*?</tr>", told, re.DOTALL)[0]  # type: ignore[index]
    for words in ("Tỷ lệ hộ nghèo", "Lào Cai", "14,49", "14,94", "có đính chính"):
        assert words in revised
    assert str(UUID(int=77)) in told


def test_the_first_publication_has_nothing_to_compare_with(page: str) -> None:
    assert 'id="changes"' not in page
    assert '<span class="tag"><span lang="vi">mới</span>' not in page


def test_a_waived_finding_says_why_and_until_when(content: dict[str, Any]) -> None:
    waivers = [{"finding_ids": [], "rule": "G01", "key": "Đầm Hà|2023|actual", "reason": "đã gửi phiếu <b>", "until": "2027-06-30"}]
    html = render_html({**content, "waivers": waivers}).decode()
    card = re.search(r'<article class="finding waived".*?</article>', html, re.DOTALL)[0]  # type: ignore[index]
    assert "đã gửi phiếu &lt;b&gt;" in card
    assert "đến 30/06/2027" in card


def test_a_corrected_figure_shows_what_the_source_prints(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["observations"][0]["original_text"] = "52,9"
    html = render_html(content_of(rows)).decode()
    assert len(re.findall(r"nguồn in</span>.{0,80}<s><bdi>52,9</bdi></s>", html)) == 2  # in its finding and in its programme


def test_a_rule_is_shown_as_grave_as_what_it_found(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["findings"] = [{**row, "severity": "info"} if row["rule"] == "G01" else row for row in rows["findings"]]
    line = re.search(r'<tr id="rule-G01".*?</tr>', render_html(content_of(rows)).decode(), re.DOTALL)[0]  # type: ignore[index]
    assert '<a class="info"' in line


def test_grave_findings_are_open_and_the_others_wait_to_be_asked(parsed: Page, content: dict[str, Any]) -> None:
    opened = [attributes for tag, attributes in parsed.elements if tag == "details" and "open" in attributes]
    assert len(opened) == sum(f["verdict"] == "fail" and f["severity"] != "info" and not f["waived"] for f in content["findings"])


def test_a_small_programme_leaves_its_room_to_a_large_one(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["observations"] += [{**rows["observations"][6], "observation_id": 300 + n, "figure_id": 900 + n, "area_name": f"Xã {n}"} for n in range(150)]
    page = render_html(content_of(rows)).decode()
    assert "Xã 149" in page
    assert len(page.encode()) < PAGE_BYTES
