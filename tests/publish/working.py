"""A small project and its working tables, as the pipeline leaves them to publishing; and one whole run of publishing.

Started as a program it publishes once, so that tests can kill it:

    python working.py FOLDER RUN_ID [VARIANT]

VARIANT "changed" has one figure more and one finding less.
"""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import duckdb

from etl.project import Project, open_project
from etl.publish.build import Built, build_snapshot
from etl.publish.history import RunRecord, read_history
from etl.publish.lock import hold
from etl.publish.retention import retire
from etl.publish.snapshot import Snapshot, building, clean_up, last_readable, publish_snapshot
from schemas.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row: TypeAlias = dict[str, Any]

SOURCE = "lao-cai/figures.csv"
HEADER = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note"
_EMPTY = {
    "VARCHAR": "",
    "UUID": UUID(int=0),
    "DOUBLE": 0.0,
    "SMALLINT": 0,
    "INTEGER": 0,
    "BIGINT": 0,
    "BOOLEAN": False,
    "DATE": date.min,
    "UUID[]": [],
    "VARCHAR[]": [],
}


def uid(number: int, kind: int = 0) -> str:
    """A readable id; the kind keeps ids of figures (1), observations (2), findings (3) and implied figures (4) apart."""
    return str(UUID(int=(kind << 124) + number))


def observation(line: int, indicator: str, text: str, value: float | None, **columns: Any) -> Row:
    """A figure of the old province Lào Cai, 2023."""
    return {
        "observation_id": uid(line, 2),
        "figure_id": uid(line, 1),
        "indicator": indicator,
        "measure": "level",
        "ref_area": "10",
        "area_vintage": "2023",
        "area_level": "province",
        "area_name": "Tỉnh Lào Cai",
        "time_period": "2023",
        "period_start": "2023-01-01",
        "period_end": "2023-12-31",
        "obs_kind": "actual",
        "obs_value": value,
        "lower_bound": value,
        "upper_bound": value,
        "hedge": "exact",
        "decimals": len(text.partition(",")[2]),
        "unit_measure": "%",
        "obs_status": "A",
        "text": text,
        "source_id": SOURCE,
        "line": line,
        "locator": f"p1#{line}",
        **columns,
    }


def province(code: str, name: str, year: int, vintage: str) -> Row:
    """The place and period of a yearly figure."""
    return {
        "ref_area": code,
        "area_name": name,
        "area_vintage": vintage,
        "time_period": str(year),
        "period_start": f"{year}-01-01",
        "period_end": f"{year}-12-31",
    }


def observations() -> list[Row]:
    """Shares that miss 100, a goal and its actual, and a province made of two."""
    old, yen, new = province("10", "Tỉnh Lào Cai", 2024, "2023"), province("15", "Tỉnh Yên Bái", 2024, "2023"), province("15", "Tỉnh Lào Cai", 2025, "2025-07")
    shares = {"area_vintage": "2023", "is_suspect": True, "obs_status": "U"}
    goal = {"obs_kind": "target", "time_period": "2030", "period_start": "2030-01-01", "period_end": "2030-12-31"}
    return [
        observation(2, "employment_sector_share", "52,7", 52.7, breakdown="sector=agriculture_forestry", **shares),
        observation(3, "employment_sector_share", "15,58", 15.58, breakdown="sector=industry_construction", **shares),
        observation(4, "employment_sector_share", "28,72", 28.72, breakdown="sector=tourism_services", **shares),
        observation(5, "trained_labour_rate", "68,2", 68.2),
        observation(6, "trained_labour_rate", "80", 80.0, **goal),
        observation(7, "poor_households", "20.411", 20411.0, unit_measure="hộ", **old),
        observation(8, "poor_households", "10.000", 10000.0, unit_measure="hộ", **yen),
        observation(9, "poor_household_rate", "11,24", 11.24, **old),
        observation(10, "poor_household_rate", "4,5", 4.5, **yen),
        observation(11, "poor_household_rate", "8,01", 8.01, **new),
    ]


def finding(number: int, rule: str, severity: str = "error", **columns: Any) -> Row:
    """A finding with the texts it must have."""
    return {
        "finding_id": uid(number, 3),
        "rule": rule,
        "severity": severity,
        "verdict": "fail",
        "key": f"Lào Cai|{number}",
        "message_vi": f"Kết luận {number}",
        "message_en": f"Finding {number}",
        "hypotheses": "[]",
        **columns,
    }


def refused(line: int, text: str, **columns: Any) -> Row:
    """A row as it came, for quarantine and excluded."""
    return {"figure_id": uid(line, 1), "source_id": SOURCE, "line": line, "indicator": "poor_households", "text": text, **columns}


def content(*, variant: str = "") -> dict[str, list[Row]]:
    """The rows of every working table."""
    rows: dict[str, list[Row]] = {
        "observations": observations(),
        "findings": [finding(1, "G01"), finding(2, "C01"), finding(3, "C07", "info", verdict="unverifiable")],
        "finding_members": [
            {"finding_id": uid(1, 3), "position": n, "role": "part", "figure_id": uid(n + 1, 1), "observation_id": uid(n + 1, 2)}
            | {"source_id": SOURCE, "line": n + 1, "indicator": "employment_sector_share", "text": text}
            for n, text in enumerate(("52,7", "15,58", "28,72"), start=1)
        ]
        + [{"finding_id": uid(2, 3), "position": 1, "role": "cell", "figure_id": uid(12, 1), "source_id": SOURCE, "line": 12, "text": "18.4720"}],
        "rule_results": [{"rule": "G01", "seen": 1, "applicable": 1, "failed": 1, "coverage": 1.0}, {"rule": "C01", "seen": 12, "applicable": 12, "failed": 1}],
        "quarantine": [refused(12, "18.4720", rules=["C01"], finding_ids=[uid(2, 3)], reason_vi="hai cách đọc", reason_en="two readings")],
        "excluded": [refused(13, "", reason="missing_value")],
        "implied_figures": [
            {"implied_id": uid(1, 4), "what": "previous", "indicator": "poor_household_rate", "measure": "level", "ref_area": "10", "obs_kind": "actual"}
            | {"obs_value": 14.94, "unit_measure": "%", "formula": "11,24 + 3,70", "member_ids": [uid(9, 1)], "obs_status": "I"}
        ],
        "rules": [
            {"rule": rule, "kind": "sum", "label_vi": rule, "label_en": rule, "severity": "error", "min_coverage": 0.5, "file": "groups.toml"}
            for rule in ("C01", "G01", "T99")
        ],
        "indicators": [
            {"id": name, "name_vi": name, "name_en": name, "programme": "labour", "unit": "%", "unit_kind": kind, "stock_flow": "stock"}
            for name, kind in (
                ("employment_sector_share", "rate"),
                ("poor_household_rate", "rate"),
                ("poor_households", "count"),
                ("trained_labour_rate", "rate"),
            )
        ],
        "units": [{"unit": "%", "kind": "rate"}, {"unit": "hộ", "kind": "count"}],
        "programmes": [{"id": "labour", "name_vi": "Lao động", "name_en": "Labour"}],
        "dimensions": [{"dimension": "sector", "member": "agriculture_forestry", "name_vi": "Nông, lâm nghiệp", "name_en": "Agriculture and forestry"}],
        "breaks": [],
        "areas": [
            {"vintage": vintage, "level": "province", "code": code, "name": name, "parent_code": "VN"}
            for vintage, code, name in (
                *((old, code, name) for old in ("2023", "2025-01") for code, name in (("04", "Tỉnh Cao Bằng"), ("10", "Tỉnh Lào Cai"), ("15", "Tỉnh Yên Bái"))),
                ("2025-07", "04", "Tỉnh Cao Bằng"),
                ("2025-07", "15", "Tỉnh Lào Cai"),
            )
        ],
        "area_links": [
            {"old_vintage": "2025-01", "old_level": "province", "old_code": old, "new_vintage": "2025-07", "new_level": "province", "new_code": new}
            | {"relation": "whole"}
            for old, new in (("04", "04"), ("10", "15"), ("15", "15"))
        ],
    }
    if variant == "changed":
        rows["observations"].append(observation(14, "trained_labour_rate", "70", 70.0, **province("10", "Tỉnh Lào Cai", 2024, "2023")))
        rows["findings"].pop(0)
        rows["finding_members"] = rows["finding_members"][3:]
    return rows


def write_raw(project: Project, rows: Mapping[str, list[Row]]) -> Row:
    """The source that the rows came from; gives its row of the table `sources`."""
    lines = {row["line"]: row for row in (*rows["observations"], *rows["quarantine"], *rows["excluded"])}
    path = project.raw / SOURCE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER.split(","))
        for line in range(2, max(lines) + 1):
            row = lines[line]
            writer.writerow([row["indicator"], "", "", "", "", "", row["text"], "", "", ""])
    return {
        "source_id": SOURCE,
        "folder": "lao-cai",
        "title": "Bài viết",
        "language": "vi",
        "number_format": "vi",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def fill_working(con: duckdb.DuckDBPyConnection, rows: Mapping[str, list[Row]], *, waived: tuple[str, ...] = ()) -> None:
    """Make the schema `out` and fill it; what a row leaves out is NULL, or empty where NULL is not allowed."""
    con.execute("CREATE SCHEMA out")
    con.execute("CREATE TABLE out.waived (finding_id UUID)")
    for table in (table for table in TABLES if not table.is_volatile):
        columns = [c for c in table.columns if not c.volatile]
        declared = ", ".join(f'"{c.name}" {c.duckdb_type}' for c in columns)
        con.execute(f"CREATE TABLE out.{table.name} ({declared})")
        values = [[row.get(c.name, None if c.nullable else _EMPTY[c.duckdb_type]) for c in columns] for row in rows.get(table.name, ())]
        if values:
            places = f"({', '.join('?' * len(columns))})"
            con.execute(f"INSERT INTO out.{table.name} VALUES {', '.join([places] * len(values))}", [value for row in values for value in row]).fetchall()
    for number in waived:
        con.execute("INSERT INTO out.waived VALUES (?)", [number]).fetchall()


def record(run_id: str, **facts: Any) -> RunRecord:
    """The record of a run; ids that sort later started later."""
    started = f"2025-01-01T00:00:{int(run_id.removeprefix('run')):02d}+00:00"
    return RunRecord(run_id=run_id, started_at=started, evaluated_on="2025-01-01", trigger="test", outcome="published", version="0", input_key="key", **facts)


def build(folder: Path, run_id: str, *, rows: Mapping[str, list[Row]], previous: Path | None = None, threads: int = 2, waived: tuple[str, ...] = ()) -> Built:
    """Build the files of a snapshot into `folder`."""
    with duckdb.connect(":memory:", config={"threads": threads}) as con:
        fill_working(con, rows, waived=waived)
        return build_snapshot(con, folder, run=record(run_id), previous=previous, history=())


def publish(project: Project, run_id: str, *, variant: str = "", retiring: bool = True) -> Snapshot:
    """One run of publishing, from the lock to retention, as the pipeline does it."""
    rows = content(variant=variant)
    rows["sources"] = [write_raw(project, rows)]
    with hold(project, command="run", now="2025-01-01T00:00:00+00:00"):
        clean_up(project)
        before = last_readable(project)
        with building(project, run_id) as folder, duckdb.connect() as con:
            fill_working(con, rows)
            previous = None if before is None else before.database
            built = build_snapshot(con, folder, run=record(run_id), previous=previous, history=read_history(project).runs)
            snapshot = publish_snapshot(project, folder, run=built.run, schema_version=built.schema_version, digests=built.digests)
        if retiring:
            retire(project, now=datetime(2025, 1, 2, tzinfo=UTC))
    return snapshot


def main(words: Sequence[str]) -> None:
    """Publish as a program: the project's folder, the run's id, the variant if there is one."""
    publish(open_project(Path(words[0]), start=Path()), words[1], variant="".join(words[2:3]))
