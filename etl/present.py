"""What the terminal shows: summaries, findings, tables, traces. Fits 80 columns; colour is never the only signal.

Belongs here: text for a terminal from what others worked out. Elsewhere: sentences (messages.toml), the report pages (report/).
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sys
import textwrap
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from etl.messages import sentence
from etl.query import what_changed
from etl.validate.numbers import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pyarrow
    from rich.progress import Progress, TaskID

    from etl.catalogues import RuleCard
    from etl.pipeline import Outcome
    from etl.project import Project
    from etl.publish.history import History
    from etl.query import Status, Trace
    from etl.validate.findings import Finding

WIDTH: Final = 80
_MARKS: Final = {
    "error": ("✗", {"vi": "LỖI", "en": "ERROR"}),
    "warning": ("!", {"vi": "CẢNH BÁO", "en": "WARNING"}),
    "info": ("·", {"vi": "LƯU Ý", "en": "NOTE"}),
}
_COLOURS: Final = {"error": "red", "warning": "yellow", "info": None}
_RANK: Final = {"error": 0, "warning": 1, "info": 2}
_MOST_SHOWN: Final = 12
_LEAST_TEXT: Final = 20  # a column of text cut to fewer characters tells nothing
_PRINTED_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]* ?%?")


@contextmanager
def progress(*, is_tty: bool, lang: str = "vi") -> Iterator[Callable[[str, str], None]]:
    """Show the stages of a run on stderr, on a terminal only; a log never sees it. A line and a bar for every stage."""
    if not is_tty:
        yield lambda _stage, _what: None
        return
    from rich.console import Console  # noqa: PLC0415  only who watches pays for it
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.table import Column  # noqa: PLC0415

    what = TextColumn("{task.fields[what]}", markup=False, style="dim", table_column=Column(width=24, no_wrap=True, overflow="ellipsis"))
    name = TextColumn("{task.description}", markup=False, table_column=Column(width=11, no_wrap=True))
    columns = (SpinnerColumn(finished_text="✓"), name, BarColumn(bar_width=20), what, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Stages(bar, lang)


class _Stages:
    """The callback of a pipeline as lines of a progress display: a stage that begins ends the one before."""

    def __init__(self, bar: Progress, lang: str) -> None:
        self._bar, self._lang, self._stage = bar, lang, ""
        self._line: TaskID | None = None

    def __call__(self, stage: str, what: str) -> None:
        if stage != self._stage:
            if self._line is not None:
                self._bar.update(self._line, total=1, completed=1, what="")
            self._line = self._bar.add_task(sentence(f"stage-{stage}", self._lang), total=None, what="")
            self._stage = stage
        if self._line is not None:
            self._bar.update(self._line, what=visible(what))


def _headline(finding: Finding, lang: str) -> str:
    """How bad it is, in a mark, a word and a colour; what was waived is told, but not shouted."""
    if finding.waived:
        return f"– {sentence('waived', lang)} {finding.rule.id}"
    mark, words = _MARKS[finding.severity]
    return click.style(f"{mark} {words[lang]} {finding.rule.id}", fg=_COLOURS[finding.severity], bold=True)


def print_findings(findings: Sequence[Finding], *, lang: str, rest: str = "more-findings") -> None:
    """Findings as a linter prints them: place, rule, message, hint; the most severe first, and how many more there are."""
    ordered = sorted(findings, key=lambda f: (f.waived, f.verdict != "fail", _RANK[f.severity]))
    loud = [f for f in ordered if f.severity != "info"]
    shown = loud[:_MOST_SHOWN] or ordered[:3]
    for finding in shown:
        click.echo(_headline(finding, lang) + f"  {_place(finding)}")
        _paragraph(finding.message_vi if lang == "vi" else finding.message_en)
        for hypothesis in finding.hypotheses[:3]:
            _paragraph("? " + str(hypothesis[f"text_{lang}"]), indent=4)
        click.echo(click.style(f"  → ansinh explain {finding.rule.id}", dim=True))
    if len(ordered) > len(shown):
        click.echo(sentence(rest, lang, count=len(ordered) - len(shown)))


def _place(finding: Finding) -> str:
    """`file:line`, which editors know how to open, and the place in the document that was typed off."""
    if not finding.members:
        return visible(finding.key)
    member = finding.members[0][1]
    return visible(f"{member.source_id}:{member.line}" + (f" ({member.locator})" if member.locator else ""))


def _paragraph(text: str, indent: int = 2) -> None:
    click.echo(
        textwrap.fill(
            text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2 if text.startswith("?") else indent), break_long_words=False
        )
    )


def github_lines(findings: Sequence[Finding], lang: str) -> list[str]:
    """Findings as workflow commands that annotate a pull request."""
    level = {"error": "error", "warning": "warning", "info": "notice"}
    lines = []
    for f in findings:
        member = f.members[0][1] if f.members else None
        where = f"file={_escaped(member.source_id)},line={member.line}," if member is not None else ""
        message = f.message_vi if lang == "vi" else f.message_en
        lines.append(f"::{level[f.severity]} {where}title={f.rule.id}::{_escaped(message)}")
    return lines


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace("::", "%3A%3A")


def tell_outcome(outcome: Outcome, project: Project, *, lang: str, form: str) -> None:
    """The end of a run: one sentence, the findings that need a person, where the results are."""
    run = outcome.run
    if form == "json":
        changes = what_changed(outcome.snapshot) if run.outcome == "published" and outcome.snapshot is not None else None
        click.echo(json.dumps({**asdict(run), "changes": changes, "warehouse": str(project.warehouse)}, ensure_ascii=False, indent=1))
        return
    if run.outcome == "unchanged" and outcome.validated is None:
        click.echo(sentence("run-unchanged", lang, run=outcome.snapshot.run_id if outcome.snapshot else ""))
        return
    if outcome.validated is not None and outcome.validated.findings:
        print_findings(outcome.validated.findings, lang=lang)
        click.echo()
    click.echo(
        textwrap.fill(
            sentence(
                "run-unchanged-content" if run.outcome == "unchanged" else "run-published", lang,
                read=run.rows_read, published=run.rows_published, quarantined=run.rows_quarantined,
                excluded=run.rows_excluded, errors=run.errors, warnings=run.warnings,
            ),
            WIDTH,
        )
    )  # fmt: skip
    if run.outcome == "published" and run.previous is not None:
        click.echo(textwrap.fill(sentence("run-changes", lang, **asdict(run)), WIDTH))
    if run.outcome == "published":
        click.echo(sentence("run-where", lang, warehouse=str(project.warehouse)))


def write_table(table: pyarrow.Table, *, form: str, output: Path | None = None, lang: str = "vi") -> None:
    """Print a table, or write it to a file."""
    table = table.rename_columns(_told_apart(table.column_names))
    if form == "parquet":
        import pyarrow.parquet  # noqa: PLC0415

        pyarrow.parquet.write_table(table, output)
        return
    text = _WRITERS[form](table, lang)
    if output is not None:
        output.write_text(text + "\n", encoding="utf-8")
    else:
        click.echo(text)


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names that occur twice get a number, as DuckDB gives them in a table: a row by name would lose all but the last."""
    found: list[str] = []
    for name in names:
        number_of_it = 1
        told = name
        while told in found:
            told = f"{name}_{number_of_it}"
            number_of_it += 1
        found.append(told)
    return found


def _as_json(table: pyarrow.Table, _lang: str) -> str:
    return json.dumps(_plain(table.to_pylist()), ensure_ascii=False, indent=1, default=str, allow_nan=False)


def _plain(value: object) -> object:
    """JSON knows neither NaN nor infinity: they are told by name."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _as_csv(table: pyarrow.Table, _lang: str) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_csv_cell(name) for name in table.column_names])  # a query may name its columns as it likes
    writer.writerows([_csv_cell(value) for value in row.values()] for row in table.to_pylist())
    return buffer.getvalue().rstrip("\n")


def _csv_cell(value: object) -> object:
    """A cell that a spreadsheet would take for a formula is written as text; a number as printed (-3,7) is none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(_plain(value), ensure_ascii=False, default=str)
    if not isinstance(value, str):
        return "" if value is None else value
    if _PRINTED_NUMBER.fullmatch(value):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")  # the csv module quotes no bare \r, and what stands behind one would be a cell of its own
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\n") else text


def _as_markdown(table: pyarrow.Table, lang: str) -> str:
    rows = [[_cell(value, lang).replace("|", "\\|") for value in row.values()] for row in table.to_pylist()]
    head = ["| " + " | ".join(table.column_names) + " |", "|" + "---|" * table.num_columns]
    return "\n".join(head + ["| " + " | ".join(row) + " |" for row in rows])


def _as_text(table: pyarrow.Table, lang: str) -> str:
    """Columns as wide as they need, cut to the terminal; where that leaves too little of them, rows one below the other. The last line counts."""
    names, rows = table.column_names, table.to_pylist()
    cells = [[_cell(value, lang) for value in row.values()] for row in rows]
    is_number = [_is_number(field.type) for field in table.schema]
    widths = [max([len(name), *(len(row[at]) for row in cells)]) for at, name in enumerate(names)]
    room = max(_terminal_width() - 2 * len(widths), 8 * len(widths))
    while sum(widths) > room and max(widths) > 8:  # noqa: PLR2004
        widths[widths.index(max(widths))] -= 1
        if max(widths) < _LEAST_TEXT and rows:
            return "\n".join([*_as_records(names, cells), sentence("rows", lang, count=len(rows))])

    def line(texts: Sequence[str]) -> str:
        return "  ".join(_fit(text, width, right=right) for text, width, right in zip(texts, widths, is_number, strict=True)).rstrip()

    body = [line(names), "  ".join("-" * width for width in widths), *(line(row) for row in cells)]
    return "\n".join([*body, sentence("rows", lang, count=len(rows))])


def _is_number(kind: pyarrow.DataType) -> bool:
    """By the type of the column: its first row may hold nothing."""
    import pyarrow.types  # noqa: PLC0415

    return any(test(kind) for test in (pyarrow.types.is_integer, pyarrow.types.is_floating, pyarrow.types.is_decimal))


def _as_records(names: Sequence[str], cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each row as a block of lines, a name and its value; what is empty is left out."""
    widest = max(len(name) for name in names)
    for at, row in enumerate(cells, start=1):
        yield f"[{at}]"
        for name, cell in zip(names, row, strict=True):
            if cell:
                yield textwrap.fill(
                    cell, _terminal_width(), initial_indent=f"{name.ljust(widest)}  ", subsequent_indent=" " * (widest + 2), break_long_words=False
                )


def _terminal_width() -> int:
    import shutil  # noqa: PLC0415

    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 200


def _fit(text: str, width: int, *, right: bool) -> str:
    cut = text if len(text) <= width else text[: width - 1] + "…"
    return cut.rjust(width) if right else cut.ljust(width)


def _cell(value: object, lang: str) -> str:
    from decimal import Decimal  # noqa: PLC0415

    if value is None:
        return ""
    if isinstance(value, bool):
        return {"vi": ("không", "có"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, list):
        return ", ".join(_cell(inner, lang) for inner in value)
    if isinstance(value, dict):
        return visible(json.dumps(_plain(value), ensure_ascii=False, default=str))
    if isinstance(value, int | float | Decimal) and math.isfinite(value):
        return number(Decimal(str(value)), lang)
    return visible(" ".join(str(value).split()))


def visible(text: str) -> str:
    """A text of a source gives the terminal no orders: what cannot be printed is shown by its number."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


_WRITERS: Final[dict[str, Callable[[Any, str], str]]] = {"table": _as_text, "json": _as_json, "csv": _as_csv, "markdown": _as_markdown}


def tell_trace(trace: Trace, *, lang: str, form: str) -> None:
    """An id: its row, the places it is printed at, the findings about it."""
    if form == "json":
        click.echo(json.dumps(asdict(trace), ensure_ascii=False, indent=1, default=str))
        return
    click.echo(f"{trace.kind} {trace.id}  ({trace.run_id})")
    for name, value in trace.row.items():
        if value is not None and value != "":
            click.echo(f"  {name:<16} {_cell(value, lang)}")
    for place in trace.places:
        click.echo(sentence("trace-place", lang, source=place.source_id, line=place.line, locator=place.locator or "–"))
        click.echo(f"    {sentence('trace-text', lang, text=place.text)}")
        if place.problem is None:
            click.echo(f"    {sentence('trace-reread', lang, text=place.reread, sha=(place.sha256 or '')[:12])}")
        else:
            click.echo(f"    {sentence(f'trace-{place.problem}', lang, source=place.source_id, line=place.line, text=place.text, reread=place.reread)}")
    for finding in trace.findings:
        click.echo(f"  {finding['rule']} {finding['severity']}:")
        _paragraph(str(finding["message_vi" if lang == "vi" else "message_en"]), indent=4)


def tell_rule(card: RuleCard, *, lang: str, form: str) -> None:
    """A rule: what it compares, why, where it is declared, what it found last."""
    if form == "json":
        click.echo(json.dumps(asdict(card), ensure_ascii=False, indent=1, default=str))
        return
    is_vi = lang == "vi"
    click.echo(f"{card.rule}  {card.label_vi if is_vi else card.label_en}")
    for name, value in (
        (sentence("card-kind", lang), f"{card.kind} – {card.kind_vi if is_vi else card.kind_en}"),
        (sentence("card-judgement", lang), f"{card.judgement} – {card.judgement_vi if is_vi else card.judgement_en}"),
        (sentence("card-severity", lang), card.severity),
        (sentence("card-why", lang), card.rationale_vi if is_vi else card.rationale_en),
        (sentence("card-declared", lang), f"{card.file}, {card.line}"),
        (sentence("card-params", lang), json.dumps(card.params, ensure_ascii=False, default=str) if card.params else None),
    ):
        if value:
            click.echo(textwrap.fill(f"{name}: {value}", WIDTH, initial_indent="  ", subsequent_indent="    "))
    if card.results is not None:
        _paragraph(sentence("card-results", lang, **card.results))
    for message in card.findings[:5]:
        _paragraph(f"- {message[lang]}", indent=4)


def tell_status(told: Status, *, lang: str, form: str, now: datetime) -> None:
    """The warehouse at a glance."""
    current, last = told.current, told.last
    age = None if current is None else (now - datetime.fromisoformat(current.manifest.run.started_at)).total_seconds() / 3600
    facts = {
        "snapshot": None if current is None else current.run_id,
        "age_hours": None if age is None else round(age, 1),
        "last_run": None if last is None else last.run_id,
        "last_outcome": None if last is None else last.outcome,
        "rows_published": None if current is None else current.manifest.run.rows_published,
        "errors": None if current is None else current.manifest.run.errors,
        "warnings": None if current is None else current.manifest.run.warnings,
        "snapshots": told.snapshots,
        "running": None if told.running is None else asdict(told.running),
    }
    if form == "json":
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    for name, value in facts.items():
        click.echo(f"{sentence(f'status-{name}', lang):<32} {_cell(value, lang) or '–'}")


def tell_history(told: History, *, lang: str, form: str, limit: int) -> None:
    """The runs, newest first."""
    runs = list(reversed(told.runs))[:limit]
    if form == "json":
        click.echo(json.dumps([asdict(run) for run in runs], ensure_ascii=False, indent=1))
        return
    import pyarrow  # noqa: PLC0415

    columns = ("run_id", "outcome", "rows_read", "rows_published", "rows_quarantined", "errors", "warnings", "new", "resolved")
    table = pyarrow.table({name: [getattr(run, name) for run in runs] for name in columns})
    click.echo(_as_text(table, lang))


def has_open_findings(project: Project, fail_on: str) -> bool:
    """Whether findings of the asked kind are open in the current snapshot."""
    if fail_on == "never":
        return False
    from etl.query import run_query  # noqa: PLC0415

    condition = {"errors": "severity = 'error'", "warnings": "severity IN ('error', 'warning')", "new-errors": "severity = 'error' AND state = 'new'"}[fail_on]
    found = run_query(project, f"SELECT count(*) AS n FROM findings WHERE verdict = 'fail' AND NOT waived AND {condition}")
    return int(found.column("n")[0].as_py()) > 0
