"""The generated pages of docs/: the data dictionary and the rule catalogue. `python -m etl.pages docs` writes them; a test compares.

Belongs here: turning declarations (schemas/tables.py, kinds.py, rules/*.toml) into Markdown. Nothing is said here that is not declared there.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from etl.validate.frames import module_of
from etl.validate.rules import load_rules, our_rule_files
from schemas.kinds import KINDS
from schemas.tables import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from schemas.kinds import Rule
    from schemas.published import ColumnFacts, PublishedTable

_AGAIN = "python -m etl.pages docs"


def render_dictionary() -> str:
    """Every published table and column, Vietnamese first."""
    parts = [
        "# Từ điển dữ liệu | Data dictionary",
        f"Sinh tự động từ `schemas/tables.py`, phiên bản {SCHEMA_VERSION}. | Generated from `schemas/tables.py`, version {SCHEMA_VERSION}: `{_AGAIN}`.",
        *(_table(table) for table in TABLES),
    ]
    return "\n\n".join(parts) + "\n"


def render_rules() -> str:
    """Every rule, grouped by its file, and what each kind compares."""
    rules = load_rules(our_rule_files())
    parts = [
        "# Danh mục quy tắc | Rule catalogue",
        f"Sinh tự động từ `schemas/rules/*.toml`. | Generated from `schemas/rules/*.toml`: `{_AGAIN}`.",
        "Căn cứ | basis: S nguồn công khai | public source, A tính được | arithmetic, ? chưa kiểm chứng | unverified.",
    ]
    for file, group in groupby(sorted(rules, key=lambda rule: (rule.file.name, rule.id)), key=lambda rule: rule.file.name):
        parts.append(f"## {file}")
        parts.append("\n".join(["| | Quy tắc · Rule | Kiểu · Kind | Mức · Severity | Căn cứ |", "|---|---|---|---|---|", *(_rule(rule) for rule in group)]))
    parts.append("## Các kiểu | The kinds")
    parts.append("\n".join(["| Kiểu · Kind | Một dòng là · A row is | So sánh bằng · Compared by | |", "|---|---|---|---|", *(_kind(name) for name in KINDS)]))
    return "\n\n".join(parts) + "\n"


def _table(table: PublishedTable) -> str:
    head = [f"## {table.name}", "", f"{table.row_vi}. | {table.row_en}."]
    if table.key:
        head += ["", f"Khóa | Key: {', '.join(f'`{name}`' for name in table.key)}"]
    rows = ["", "| Cột · Column | Kiểu · Type | Ý nghĩa | Meaning |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, *(_column(c) for c in table.columns)])


def _column(c: ColumnFacts) -> str:
    notes = ([] if c.nullable else ["NOT NULL"]) + (["không có trong Parquet · not in Parquet"] if c.volatile else [])
    codes = f" ({', '.join(f'`{code}`' for code in c.codes)})" if c.codes else ""
    return f"| `{c.name}` | {c.duckdb_type}{' · ' + ', '.join(notes) if notes else ''} | {_cell(c.vi)} | {_cell(c.en)}{codes} |"


def _rule(rule: Rule) -> str:
    why = f"<br>*{_cell(rule.rationale_vi)}*<br>*{_cell(rule.rationale_en or '')}*" if rule.rationale_vi else ""
    gate = " · gate" if rule.gate else ""
    return f"| **{rule.id}** | {_cell(rule.label_vi)}<br>{_cell(rule.label_en)}{why} | `{rule.kind}` | {rule.severity}{gate} | {rule.fact or ''} |"


def _kind(name: str) -> str:
    kind = KINDS[name]
    said = " ".join((module_of(name).__doc__ or "").split("\n\n")[0].split())
    compared = " ".join((kind.judgement.__doc__ or "").split("\n\n")[0].split())
    return f"| `{name}` | {kind.row_vi} · {kind.row_en} | `{kind.judgement.__name__}`: {_cell(compared)} | {_cell(said)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES = {"data-dictionary.md": render_dictionary, "rules.md": render_rules}

if __name__ == "__main__":
    for page, render in PAGES.items():
        (Path(sys.argv[1]) / page).write_text(render(), encoding="utf-8")
