"""What the terminal shows: summaries, findings, tables, traces. Fits 80 columns; colour is never the only signal.

Belongs here: text for a terminal from what others worked out. Elsewhere: sentences (messages.toml), the report pages (report/).
"""

from __future__ import annotations

import json
import textwrap
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from etl.messages import sentence
from etl.printing import as_text, cell, visible
from etl.query import what_changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.progress import Progress, TaskID

    from etl.catalogues import RuleCard
    from etl.pipeline import Outcome
    from etl.project import Project
    from etl.publish.history import History
    from etl.publish.lock import Holder
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
    if run.rows_read and not run.errors and not _has_compared(project):
        click.echo(textwrap.fill(sentence("run-uncompared", lang), WIDTH))
    if run.outcome == "published" and run.previous is not None:
        click.echo(textwrap.fill(sentence("run-changes", lang, **asdict(run)), WIDTH))
    if run.outcome == "published":
        click.echo(sentence("run-where", lang, warehouse=str(project.warehouse)))


def _has_compared(project: Project) -> bool:
    """Whether any rule of the current snapshot held figures against each other: "0 errors" is no news where none did."""
    from etl.query import run_query  # noqa: PLC0415
    from etl.report.verdict import has_compared  # noqa: PLC0415

    rules = run_query(project, "SELECT kind, passed + failed AS judged FROM rule_results JOIN rules USING (rule)").to_pylist()
    return any(has_compared(rule["kind"], rule["judged"]) for rule in rules)


def tell_trace(trace: Trace, *, lang: str, form: str) -> None:
    """An id: its row, the places it is printed at, the findings about it."""
    if form == "json":
        click.echo(json.dumps(asdict(trace), ensure_ascii=False, indent=1, default=str))
        return
    click.echo(f"{trace.kind} {trace.id}  ({trace.run_id})")
    for name, value in trace.row.items():
        if value is not None and value != "":
            click.echo(f"  {name:<16} {cell(value, lang)}")
    for place in trace.places:
        click.echo(sentence("trace-place", lang, source=place.source_id, line=place.line, locator=place.locator or "–"))
        click.echo(f"    {sentence('trace-text', lang, text=place.text)}")
        if place.problem is None:
            click.echo(f"    {sentence('trace-reread', lang, text=place.reread, sha=(place.sha256 or '')[:12])}")
        else:
            click.echo(f"    {sentence(f'trace-{place.problem}', lang, source=place.source_id, line=place.line, text=place.text, reread=place.reread)}")
    for finding in trace.findings:
        severity = sentence(f"severity-{finding['severity']}", lang)
        click.echo(f"  {finding['rule']} {severity}:")
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
        (sentence("card-severity", lang), sentence(f"severity-{card.severity}", lang)),
        (sentence("card-why", lang), card.rationale_vi if is_vi else card.rationale_en),
        (sentence("card-declared", lang), f"{card.file}, {card.line}"),
        (sentence("card-params", lang), "; ".join(f"{name} = {_setting(value, lang)}" for name, value in card.params.items())),
    ):
        if value:
            click.echo(textwrap.fill(f"{name}: {value}", WIDTH, initial_indent="  ", subsequent_indent="    "))
    if card.results is not None:
        _paragraph(sentence("card-results", lang, **card.results))
    for message in card.findings[:5]:
        _paragraph(f"- {message[lang]}", indent=4)


def _setting(value: object, lang: str) -> str:
    """A parameter of a rule as people read it: lists with commas, a list or a pair within a list in brackets."""
    if isinstance(value, dict):
        return " ".join(_setting(part, lang) for part in value.values())
    if isinstance(value, list | tuple):
        return ", ".join(f"({_setting(part, lang)})" if isinstance(part, list | tuple) else _setting(part, lang) for part in value)
    return cell(value, lang)


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
        "running": _holder(told.running),
        "died": _holder(told.died),
    }
    if form == "json":
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    told_as = {**facts, "last_outcome": None if last is None else sentence(f"outcome-{last.outcome}", lang)}
    for name, value in told_as.items():
        click.echo(f"{sentence(f'status-{name}', lang):<32} {cell(value, lang) or '–'}")


def _holder(told: Holder | None) -> dict[str, object] | None:
    return None if told is None else {"pid": told.pid, "host": told.host, "started_at": told.started_at, "command": told.command}


def tell_history(told: History, *, lang: str, form: str, limit: int) -> None:
    """The runs, newest first."""
    runs = list(reversed(told.runs))[:limit]
    if form == "json":
        click.echo(json.dumps([asdict(run) for run in runs], ensure_ascii=False, indent=1))
        return
    import pyarrow  # noqa: PLC0415

    columns = ("run_id", "outcome", "rows_read", "rows_published", "rows_quarantined", "errors", "warnings", "new", "resolved")
    table = pyarrow.table({name: [getattr(run, name) for run in runs] for name in columns})
    click.echo(as_text(table, lang))


def has_open_findings(project: Project, fail_on: str) -> bool:
    """Whether findings of the asked kind are open in the current snapshot."""
    if fail_on == "never":
        return False
    from etl.query import run_query  # noqa: PLC0415

    condition = {"errors": "severity = 'error'", "warnings": "severity IN ('error', 'warning')", "new-errors": "severity = 'error' AND state = 'new'"}[fail_on]
    found = run_query(project, f"SELECT count(*) AS n FROM findings WHERE verdict = 'fail' AND NOT waived AND {condition}")
    return int(found.column("n")[0].as_py()) > 0
