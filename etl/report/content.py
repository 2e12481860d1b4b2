"""Read a published DuckDB file into the plain structure that both reports are made of.

Belongs here: which questions are asked (the SQL of each is in sql/), how the answers hang together. Everything is in a fixed order.
Elsewhere: the sentence at the top (verdict.py), bytes (json_report.py), the page (html_report.py).
Takes a path, gives a dict of plain values; only findings, refused rows and implied figures, of which there may be very many, are told.ToldRows.
Knows no clock, no run id, no raw file, no HTML.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import duckdb

from etl.errors import WarehouseError
from etl.report.ask import ask
from etl.report.since import read_since, read_waivers
from etl.report.told import ToldRows
from etl.report.verdict import attention, has_compared, verdict

if TYPE_CHECKING:
    from pathlib import Path

Row: TypeAlias = dict[str, Any]

FORMAT: Final = "ansinh.quality-report"
FORMAT_VERSION: Final = 1

# A report is read by people: of a programme with a million figures it names this many, says how many there are, and leaves the rest to SQL.
FIGURES_OF_A_PROGRAMME: Final = 200

TARGET_YEAR: Final = 2030  # the year that the plans in force are set for; readers ask for its targets across the programmes


def read_content(database: Path) -> Row:
    """Everything the reports tell about the published file at `database`, which is only read."""
    try:
        # No extension may be fetched and no other file opened, whatever the published file holds.
        with duckdb.connect(database, read_only=True, config={"enable_external_access": "false"}) as connection:
            return _content(connection)
    except (duckdb.IOException, duckdb.CatalogException, duckdb.BinderException, duckdb.ConversionException) as error:
        raise WarehouseError("report-database-unreadable", path=str(database), detail=str(error)) from error


def _content(connection: duckdb.DuckDBPyConnection) -> Row:
    # The questions about programmes look through all figures and take as long as all others together: they are asked beside them.
    with connection.cursor() as beside, ThreadPoolExecutor(1) as asking:
        programmes = asking.submit(_programmes, beside)
        return {**_all_but_programmes(connection), **programmes.result()}


def _all_but_programmes(connection: duckdb.DuckDBPyConnection) -> Row:
    meta = {row["key"]: row["value"] for row in ask(connection, "meta")}
    [rows] = ask(connection, "counts")
    findings = ask(connection, "findings")
    told = ToldRows(finding.pop("told") for finding in findings)
    rules = [_with_state(row) for row in ask(connection, "rules")]
    counts = _counts(rows, findings, rules)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "evaluated_on": meta.get("evaluated_on"),
        "content_id": meta.get("content_id"),
        "verdict": verdict(counts),
        "counts": counts,
        "changes": read_since(connection),
        "waivers": read_waivers(connection),
        "attention": attention(findings),
        "findings": told,
        "causes": _causes(findings),
        "rules": rules,
        "quarantine": ToldRows(row["told"] for row in ask(connection, "quarantine")),
        "excluded": _excluded(ask(connection, "excluded")),
        "figures_without_programme": ask(connection, "figures_without_programme"),
        "implied_figures": ToldRows(row["told"] for row in ask(connection, "implied_figures")),
        "sources": ask(connection, "sources"),
        "indicators": ask(connection, "indicators"),
        "dimensions": ask(connection, "dimensions"),
        "dictionary": [_described(row) for row in ask(connection, "dictionary")],
    }


def _with_state(rule: Row) -> Row:
    """How much of its matter the rule could judge. A rule that never applied is not green."""
    if rule["errors"]:
        state = "broken"
    elif not rule["applicable"]:
        state = "never_applied"
    elif not rule["passed"] + rule["failed"]:
        state = "undecided"
    else:
        state = "partly" if rule["unverifiable"] else "judged"
    least, found = rule["min_coverage"], rule["coverage"]
    is_below = state != "never_applied" and least is not None and found is not None and found < least
    return {**rule, "state": state, "is_below_min_coverage": is_below}


def _counts(rows: Row, findings: list[Row], rules: list[Row]) -> Row:
    """Rows read and where they ended; open findings by severity; rules by what they could say."""
    is_open = [finding for finding in findings if not finding["waived"]]
    by_severity = {severity: sum(f["severity"] == severity and f["verdict"] == "fail" for f in is_open) for severity in ("error", "warning", "info")}
    states = [rule["state"] for rule in rules]
    return {
        **rows,
        "is_balanced": rows["read"] == rows["published"] + rows["quarantined"] + rows["excluded"],
        "findings": {
            "total": len(findings),
            "open": len(is_open),
            **by_severity,
            "error_sets": sum(f["severity"] == "error" and f["verdict"] == "fail" and f["figures"] > 1 for f in is_open),
            "warning_sets": sum(f["severity"] == "warning" and f["verdict"] == "fail" and f["figures"] > 1 for f in is_open),
            "unverifiable": sum(f["verdict"] == "unverifiable" for f in is_open),
            "waived": len(findings) - len(is_open),
            "new": sum(f["state"] == "new" for f in is_open),
            "persisting": sum(f["state"] == "persisting" for f in is_open),
        },
        "rules": {
            "total": len(rules),
            "applied": sum(state in {"judged", "partly", "undecided"} for state in states),
            "compared": sum(has_compared(rule["kind"], rule["passed"] + rule["failed"]) for rule in rules),
            "never_applied": states.count("never_applied"),
            "broken": states.count("broken"),
            "below_min_coverage": sum(rule["is_below_min_coverage"] for rule in rules),
        },
    }


def _causes(findings: list[Row]) -> list[Row]:
    """Findings that one place is held to explain, gravest cause first."""
    found: dict[tuple[str | None, str], list[str]] = {}
    for finding in findings:
        if finding["cause"] is not None:
            found.setdefault((finding["cause_source_id"], finding["cause"]), []).append(finding["finding_id"])
    return [{"source_id": source_id, "cause": cause, "finding_ids": ids} for (source_id, cause), ids in found.items()]


def _excluded(rows: list[Row]) -> Row:
    by_reason = [
        {
            "reason": reason,
            "rows": sum(row["rows"] for row in group),
            "sources": [{"source_id": row["source_id"], "rows": row["rows"]} for row in group],
        }
        for reason, group in ((reason, list(group)) for reason, group in groupby(rows, key=lambda row: row["reason"]))
    ]
    return {"total": sum(entry["rows"] for entry in by_reason), "by_reason": by_reason}


def _programmes(connection: duckdb.DuckDBPyConnection) -> Row:
    figures: dict[str, list[Row]] = {}
    totals: dict[str, int] = {}
    for row in ask(connection, "programme_figures", most=FIGURES_OF_A_PROGRAMME):
        programme = row.pop("programme")
        totals[programme] = row.pop("of_total")
        figures.setdefault(programme, []).append(row)
    goals = sorted({row["observation_id"] for rows in figures.values() for row in rows if row["obs_kind"] != "actual"})
    ahead = ask(connection, "targets_of_year", year=TARGET_YEAR, most=FIGURES_OF_A_PROGRAMME)
    wanted = sorted({*goals, *(row["observation_id"] for row in ahead)})
    # (Where nothing is planned the question is not asked: it looks through all figures even so.)
    targets = {row["observation_id"]: row for row in ask(connection, "programme_targets", goals=wanted)} if wanted else {}
    programmes = [
        {
            **programme,
            "figures_total": totals.get(programme["id"], 0),
            "figures": figures.get(programme["id"], []),
            "targets": [targets[row["observation_id"]] for row in figures.get(programme["id"], []) if row["observation_id"] in targets],
        }
        for programme in ask(connection, "programmes")
    ]
    return {
        "programmes": programmes,
        "targets_ahead": {
            "year": TARGET_YEAR,
            "total": ahead[0]["of_total"] if ahead else 0,
            "targets": [targets[row["observation_id"]] for row in ahead],
        },
    }


def _described(relation: Row) -> Row:
    """Comments are Vietnamese, a bar, English."""
    columns = [{"name": c["name"], "type": c["type"], "nullable": c["nullable"], **_in_both(c["comment"])} for c in relation["columns"]]
    return {"name": relation["name"], "kind": relation["kind"], **_in_both(relation["comment"]), "columns": columns}


def _in_both(comment: str | None) -> dict[str, str]:
    # The last bar: Vietnamese may end in a bar it speaks of ("các phần nối bằng |").
    vi, bar, en = (comment or "").rpartition(" | ")
    return {"vi": vi if bar else en, "en": en}
