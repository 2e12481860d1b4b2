"""A published file as the pipeline would leave it: made from the declarations in schemas/tables.py, filled with invented rows.

The labour shares are those every reader of the two articles knows (52,7 + 15,58 + 28,72 = 97,00); the rest is there to be difficult.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import duckdb
import pytest

from etl.report.content import read_content
from etl.report.html_report import render_html
from schemas.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[str, list[Row]]

PUBLISHED_SQL = Path(__file__).resolve().parents[2] / "etl" / "publish" / "sql"
HOSTILE = "<script>alert(1)</script>"
_EMPTY = {"VARCHAR": "", "UUID": UUID(int=0), "DOUBLE": 0.0, "SMALLINT": 0, "INTEGER": 0, "BIGINT": 0, "BOOLEAN": False, "UUID[]": [], "VARCHAR[]": []}


def uuid(number: int) -> str:
    """A readable id."""
    return str(UUID(int=number))


def publish(path: Path, rows: Rows, *, meta: dict[str, str] | None = None) -> Path:
    """Create all published tables at `path`; columns that a row leaves out are NULL, or empty where NULL is not allowed."""
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR)")
        connection.executemany("INSERT INTO meta VALUES (?, ?)", list((meta or {"evaluated_on": "2025-03-01", "content_id": "c0ffee" * 8}).items()))
        for table in TABLES:
            connection.execute(table.ddl())
            for comment in table.comments():
                connection.execute(comment)
            for row in rows.get(table.name, []):
                values = [row.get(c.name, None if c.nullable else _EMPTY[c.duckdb_type]) for c in table.columns]
                connection.execute(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608  names of our tables
        for file in ("views.sql", "macros.sql"):
            connection.execute((PUBLISHED_SQL / file).read_text(encoding="utf-8"))
    return path


def observation(number: int, **columns: Any) -> Row:
    """An actual figure of Lào Cai, 2023."""
    value = columns.get("obs_value")
    return {
        "observation_id": uuid(number), "figure_id": uuid(1000 + number), "measure": "level", "ref_area": "10", "area_vintage": "2025-01",
        "area_level": "province", "area_name": "Lào Cai", "time_period": "2023", "period_start": "2023-01-01", "period_end": "2023-12-31",
        "obs_kind": "actual", "lower_bound": value, "upper_bound": value, "hedge": "exact", "unit_measure": "%", "obs_status": "A",
        "source_id": "lao-cai/figures.csv", "line": number + 1, "locator": f"p13#{5000 + number}", **columns,
    }  # fmt: skip


def member(finding: int, position: int, role: str, of: Row) -> Row:
    """An observation as a member of a finding."""
    same = ("figure_id", "observation_id", "source_id", "line", "locator", "indicator", "measure", "breakdown", "time_period", "obs_kind", "text")
    return {"finding_id": uuid(finding), "position": position, "role": role, "ref_area": "Lào Cai", "unit": of["unit_measure"], **{c: of.get(c) for c in same}}


def realistic_rows() -> Rows:
    """Every part of the report has something in it."""
    shares = [
        observation(1, indicator="employment_sector_share", breakdown="sector=agriculture", obs_value=52.7, lower_bound=52.65, upper_bound=52.75, decimals=1, text="52,7"),
        observation(2, indicator="employment_sector_share", breakdown="sector=industry", obs_value=15.58, lower_bound=15.575, upper_bound=15.585, decimals=2, text="15,58"),
        observation(3, indicator="employment_sector_share", breakdown="sector=services", obs_value=28.72, lower_bound=28.715, upper_bound=28.725, decimals=2, text="28,72"),
    ]
    for share in shares:
        share |= {"is_suspect": True, "obs_status": "U", "note": "list=closed"}
    people = {"indicator": "assistance_beneficiaries", "unit_measure": "người", "source_id": "dam-ha/figures.csv", "area_name": "Đầm Hà", "ref_area": "200"}
    whole = observation(4, **people, obs_value=1800.0, text="toàn bộ 1.800")
    adjusted = observation(5, **people, breakdown="group=adjusted", obs_value=1911.0, text="1.911")
    rate_2022 = observation(6, indicator="poor_rate", obs_value=19.37, text="19,37", time_period="2022", period_start="2022-01-01", period_end="2022-12-31")
    rate_2023 = observation(7, indicator="poor_rate", obs_value=14.94, lower_bound=14.935, upper_bound=14.945, decimals=2, text="14,94")
    rate_goal = observation(8, indicator="poor_rate", obs_value=9.0, upper_bound=9.0, lower_bound=None, hedge="below", text="dưới 9", obs_kind="target", time_period="2030", period_start="2030-01-01", period_end="2030-12-31")  # fmt: skip
    houses = observation(9, indicator="houses", breakdown="scheme=temporary_housing", obs_value=13.0, text="13", unit_measure="căn", obs_status="E")
    undated = observation(10, indicator="houses", obs_value=900.0, upper_bound=None, hedge="more_than", text="hơn 900", unit_measure="căn", time_period=None, period_start=None, period_end=None)  # fmt: skip
    return {
        "observations": [*shares, whole, adjusted, rate_2022, rate_2023, rate_goal, houses, undated],
        "findings": [
            {
                "finding_id": uuid(101), "rule": "G01", "severity": "error", "verdict": "fail", "code": "impossible", "key": "Lào Cai|2023|actual",
                "message_vi": "Cơ cấu lao động Lào Cai 2023: 52,7 + 15,58 + 28,72 = 97,00, cần 100; lệch 3,00; làm tròn giải thích được tối đa 0,06.",
                "message_en": "Labour structure of Lào Cai 2023: 52.7 + 15.58 + 28.72 = 97.00, 100 is needed; gap 3.00; rounding explains at most 0.06.",
                "expected": "100", "actual": "97.00", "gap": 3.0, "tolerance": 0.06, "state": "new", "first_seen": "RUN-ID-7",
                "hypotheses": json.dumps([
                    {"kind": "digit", "member": 1, "from": "52,7", "to": "55,7", "repairs": 1, "breaks": 0, "text_vi": "52,7 → 55,7 (một chữ số)", "text_en": "52.7 → 55.7 (one digit)"},
                    {"kind": "digit", "member": 2, "from": "15,58", "to": "18,58", "repairs": 1, "breaks": 0, "text_vi": "15,58 → 18,58 (một chữ số)", "text_en": "15.58 → 18.58 (one digit)"},
                    {"kind": "missing", "member": None, "from": None, "to": "3,00", "repairs": 1, "breaks": 0, "text_vi": "thiếu một thành phần 3,00 ± 0,06", "text_en": "a part of 3.00 ± 0.06 is missing"},
                ]),
            },
            {
                "finding_id": uuid(102), "rule": "X14", "severity": "warning", "verdict": "fail", "key": "Đầm Hà|2023|actual",
                "message_vi": "Số người được điều chỉnh trợ cấp 1.911 > 1.800 người thuộc diện bảo trợ xã hội; nhiều hơn 111.",
                "message_en": "1,911 adjusted beneficiaries > 1,800 beneficiaries; 111 more.",
                "expected": "<= 1800", "actual": "1911", "gap": 111.0, "tolerance": 0.0, "hypotheses": "[]", "state": "persisting", "first_seen": "RUN-ID-3",
                "cause": "p13#5005",
            },
            {
                "finding_id": uuid(103), "rule": "D08", "severity": "info", "verdict": "unverifiable", "key": "poor_rate|Lào Cai",
                "message_vi": "“100 %” không có mẫu số nên không kiểm được.", "message_en": "“100 %” has no denominator and cannot be checked.",
                "hypotheses": "[]", "state": "new", "first_seen": "RUN-ID-7", "cause": "p13#5005",
            },
            {
                "finding_id": uuid(104), "rule": "C01", "severity": "error", "verdict": "fail", "code": "ambiguous-group", "key": "dam-ha/figures.csv|9",
                "message_vi": f"“18.4720{HOSTILE}” đọc được hai cách.", "message_en": f"“18.4720{HOSTILE}” can be read in two ways.",
                "hypotheses": "[]", "state": "new", "first_seen": "RUN-ID-7",
            },
            {
                "finding_id": uuid(105), "rule": "G01", "severity": "error", "verdict": "fail", "key": "Đầm Hà|2023|actual", "message_vi": "Đã gửi phiếu rà soát.",
                "message_en": "A review was asked for.", "hypotheses": "[]", "state": "persisting", "first_seen": "RUN-ID-3", "waived": True,
            },
        ],
        "finding_members": [
            *(member(101, position, "part", share) for position, share in enumerate(shares)),
            member(102, 0, "left", adjusted), member(102, 1, "right", whole),
            {**member(103, 0, "cell", adjusted)},
            {"finding_id": uuid(104), "position": 0, "role": "cell", "figure_id": uuid(1020), "source_id": "dam-ha/figures.csv", "line": 9, "text": f"18.4720{HOSTILE}", "indicator": "students"},
        ],
        "rules": [
            {"rule": "G01", "kind": "hundred", "label_vi": "Cơ cấu cộng bằng 100", "label_en": "Shares add up to 100", "severity": "error", "min_coverage": 0.5, "rationale": "Làm tròn là lý do duy nhất.", "fact": "A", "file": "groups.toml"},
            {"rule": "X14", "kind": "order", "label_vi": "Được điều chỉnh không nhiều hơn đang hưởng", "label_en": "Adjusted no more than beneficiaries", "severity": "warning", "fact": "?", "file": "cross.toml"},
            {"rule": "D08", "kind": "ledger", "label_vi": "“100 %” cần có mẫu số", "label_en": "A claim of 100 % needs its base", "severity": "info", "file": "document.toml"},
            {"rule": "C01", "kind": "format", "label_vi": "Con số viết đúng quy tắc", "label_en": "Number grammar", "severity": "error", "gate": True, "file": "cells.toml"},
            {"rule": "G05", "kind": "sum", "label_vi": "Các huyện cộng bằng tỉnh", "label_en": "Districts add up to the province", "severity": "error", "file": "groups.toml"},
            {"rule": "C04", "kind": "range", "label_vi": "Tỷ lệ từ 0 đến 100", "label_en": "Rates between 0 and 100", "severity": "error", "file": "cells.toml"},
        ],
        "rule_results": [
            {"rule": "G01", "seen": 12, "applicable": 12, "passed": 10, "failed": 1, "unverifiable": 1, "coverage": 11 / 12},
            {"rule": "X14", "seen": 1, "applicable": 1, "failed": 1, "coverage": 1.0},
            {"rule": "D08", "seen": 3, "applicable": 3, "unverifiable": 3, "coverage": 0.0},
            {"rule": "C01", "seen": 14, "applicable": 14, "passed": 13, "failed": 1, "coverage": 1.0},
            {"rule": "G05", "seen": 4, "applicable": 0, "not_applicable": 4, "coverage": 0.0},
            {"rule": "C04", "seen": 9, "applicable": 9, "passed": 9, "coverage": 1.0},
        ],
        "quarantine": [
            {"figure_id": uuid(1020), "source_id": "dam-ha/figures.csv", "line": 9, "indicator": "students", "text": f"18.4720{HOSTILE}", "unit": "người", "note": "\u202eđảo chữ", "rules": ["C01"], "finding_ids": [uuid(104)], "reason_vi": "đọc được hai cách: 18.472 hoặc 184.720", "reason_en": "can be read as 18,472 or as 184,720", "first_seen": "RUN-ID-7", "last_seen": "RUN-ID-7"},
            {"figure_id": uuid(1021), "source_id": "dam-ha/figures.csv", "line": 10, "indicator": "\"><img src=x onerror=alert(1)>", "ref_area": "{{ 7 * 7 }}", "text": "12", "rules": ["C09"], "reason_vi": "không rõ chỉ tiêu", "reason_en": "unknown indicator", "first_seen": "RUN-ID-3", "last_seen": "RUN-ID-7"},
        ],
        "excluded": [
            {"figure_id": uuid(1030), "source_id": "dam-ha/figures.csv", "line": 11, "text": "4", "reason": "repeat", "repeat_of": uuid(1004)},
            {"figure_id": uuid(1031), "source_id": "lao-cai/figures.csv", "line": 12, "text": "5", "reason": "repeat"},
            {"figure_id": uuid(1032), "source_id": "lao-cai/figures.csv", "line": 13, "reason": "missing_value"},
        ],
        "implied_figures": [
            {"implied_id": uuid(201), "what": "plan", "indicator": "poor_rate", "measure": "change_pp", "ref_area": "10", "time_period": "2023", "obs_kind": "plan", "obs_value": 4.0, "lower_bound": 3.99, "upper_bound": 4.01, "unit_measure": "điểm %", "formula": "4,43 − 0,43", "member_ids": [uuid(7), uuid(6)], "obs_status": "I"},
        ],
        "sources": [
            {"source_id": "lao-cai/figures.csv", "folder": "lao-cai", "title": "An sinh xã hội ở Lào Cai", "publisher": "Báo", "published": "2024-05-02", "url": "https://example.org/a?b=1&c=2", "citation": "Báo, 2024", "licence": "theo nơi công bố", "language": "vi", "number_format": "vi", "sha256": "ab" * 32, "size_bytes": 12345, "rows_read": 9, "rows_published": 7, "rows_excluded": 2},
            {"source_id": "dam-ha/figures.csv", "folder": "dam-ha", "title": f"Đầm Hà {HOSTILE}", "url": "javascript:alert(1)", "language": "vi", "number_format": "vi", "sha256": "cd" * 32, "size_bytes": 678, "rows_read": 6, "rows_published": 3, "rows_quarantined": 2, "rows_excluded": 1},
        ],
        "runs": [{"run_id": "RUN-ID-7", "started_at": "2025-03-01T08:09:10Z", "evaluated_on": "2025-03-01", "trigger": "manual", "outcome": "published", "version": "0.1.0"}],
        "indicators": [
            {"id": "employment_sector_share", "name_vi": "Cơ cấu lao động theo ngành", "name_en": "Employment by sector", "programme": "employment", "unit": "%", "unit_kind": "rate", "stock_flow": "stock", "lower_limit": 0.0, "upper_limit": 100.0},
            {"id": "assistance_beneficiaries", "name_vi": "Số đối tượng bảo trợ xã hội", "name_en": "Beneficiaries of social assistance", "programme": "assistance", "unit": "người", "unit_kind": "count", "stock_flow": "stock"},
            {"id": "poor_rate", "name_vi": "Tỷ lệ hộ nghèo", "name_en": "Rate of poor households", "programme": "poverty_reduction", "unit": "%", "unit_kind": "rate", "stock_flow": "stock", "lower_limit": 0.0, "upper_limit": 100.0},
            {"id": "houses", "name_vi": "Số căn nhà được hỗ trợ", "name_en": "Houses supported", "programme": "housing", "unit": "căn", "unit_kind": "count", "stock_flow": "flow"},
        ],
        "programmes": [
            {"id": "employment", "name_vi": "Việc làm", "name_en": "Employment", "indicators": "employment_sector_share"},
            {"id": "assistance", "name_vi": "Trợ giúp xã hội", "name_en": "Social assistance", "indicators": "assistance_beneficiaries"},
            {"id": "poverty_reduction", "name_vi": "Giảm nghèo", "name_en": "Poverty reduction", "indicators": "poor_rate"},
            {"id": "housing", "name_vi": "Hỗ trợ nhà ở", "name_en": "Housing support", "indicators": "houses"},
            {"id": "temporary_housing", "name_vi": "Xóa nhà tạm", "name_en": "Removal of temporary houses", "indicators": "houses"},
            {"id": "merit_housing", "name_vi": "Nhà ở người có công", "name_en": "Housing for merit people", "indicators": "houses"},
            {"id": "leadership", "name_vi": "Lãnh đạo, tổ chức", "name_en": "Leadership"},
        ],
        "dimensions": [
            {"dimension": "sector", "member": name, "name_vi": vi, "name_en": en, "is_complete": False, "splits_base": False, "overlaps": False}
            for name, vi, en in (("agriculture", "nông, lâm nghiệp", "agriculture, forestry"), ("industry", "công nghiệp, xây dựng", "industry, construction"), ("services", "du lịch, dịch vụ", "tourism, services"))
        ],
    }  # fmt: skip


@pytest.fixture
def rows() -> Rows:
    """Rows of a realistic published file, to be changed by a test."""
    return realistic_rows()


@pytest.fixture
def published(tmp_path: Path) -> Callable[[Rows], Path]:
    """Publish rows into a fresh file."""
    return lambda rows: publish(tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb", rows)


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Row:
    """The content of the realistic published file; tests only read it."""
    return read_content(publish(tmp_path_factory.mktemp("published") / "ansinh.duckdb", realistic_rows()))


@pytest.fixture(scope="session")
def page(content: Row) -> str:
    """The page of the realistic published file."""
    return render_html(content).decode()
