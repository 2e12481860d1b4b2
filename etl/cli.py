"""The command `ansinh`: parse, call one function, print, turn errors into exit codes. Knows Click; nothing else here does.

Heavy modules are imported inside the commands, so that `--help` answers at once. Data go to stdout, everything else to stderr.
"""

from __future__ import annotations

import atexit
import errno
import io
import json
import os
import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from etl import __version__
from etl.errors import EXIT_FAILED, EXIT_GATE, EXIT_GOOD, AnsinhError, InternalError, SystemRefused, WarehouseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from etl.pipeline import Outcome
    from etl.project import Project
    from etl.validate.findings import Finding

FORMATS = ("table", "json", "csv", "markdown")
_FAIL_ON = ("new-errors", "errors", "warnings", "never")
_LOG = "ansinh.log"
_PROJECT = "ansinh.project"
_TRACEBACK = "ANSINH_TRACEBACK"  # set: what nobody foresaw is shown with all its calls


class _Group(click.Group):
    """Shows the commands in the order of a day's work, and our errors as sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  the signature of click.Group
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AnsinhError as error:
            _stop(ctx, error)
        except OSError as refused:
            if refused.errno == errno.EPIPE:  # whoever read our output has gone: Click ends quietly
                raise
            _stop(ctx, _refusal(refused))
        except KeyboardInterrupt:
            _interrupted(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as slip:  # the one outermost place: it hides nothing, it tells
            if str(slip) == "Query interrupted":  # so DuckDB tells that somebody pressed Ctrl-C; RuntimeError or its own class, by version
                _interrupted(ctx)
            if os.environ.get(_TRACEBACK):
                raise
            _stop(ctx, InternalError("internal-error", kind=type(slip).__name__, problem=str(slip), place=_place_of(slip)))

    def main(self, *args: Any, **kwargs: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                with suppress(OSError):  # a stream that was closed or exchanged is told of when it is written to
                    stream.reconfigure(errors="backslashreplace")  # a letter that the terminal does not know must not stop a run
        try:
            return super().main(*args, **kwargs)
        except OSError as refused:  # outside of any command: help that nobody takes
            with suppress(OSError):
                _complain(_refusal(refused), "en" if os.environ.get("ANSINH_LANG") == "en" else "vi")
            sys.exit(EXIT_FAILED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ansinh")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", envvar="ANSINH_LANG", show_default=True, help="Language of messages.")
@click.option(
    "--project",
    "project_dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="ANSINH_PROJECT",
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.__setitem__(_PROJECT, value),
    help="Folder with raw/ (default: found upward from here). May also stand behind the command.",
)
@click.pass_context
def main(ctx: click.Context, lang: str) -> None:
    """Trustworthy figures on social security in Viet Nam.

    Reads raw figures as printed, judges them by rules, and publishes a DuckDB warehouse, Parquet files and a data-quality report.

    \b
    Examples:
      ansinh run                          read, judge and publish everything in raw/
      ansinh check draft/figures.csv      judge a file of your own, nothing is written
      ansinh query "FROM labour_structure"

    Exit codes: 0 good, 1 operational failure, 2 usage, 3 data gate failed, 4 another run holds the lock.
    """
    ctx.obj = lang


def _project_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--project",
        "project_dir",
        type=click.Path(file_okay=False, path_type=Path),
        # What stands behind the command is meant for it; else what stands before it, or in ANSINH_PROJECT.
        callback=lambda ctx, _, value: ctx.meta.get(_PROJECT) if value is None else value,
        help="Folder with raw/ (default: found upward from here).",
    )(command)


def _date_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="Date that waivers and deadlines are judged by (default: today).")(command)


def _log_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        envvar="ANSINH_LOG_FORMAT",
        expose_value=False,
        callback=_open_log,
        help="What stands on stderr: text for a person, or one JSON object a line.",
    )(command)


def _open_log(ctx: click.Context, _: click.Parameter, form: str) -> None:
    if form == "json":
        from etl.logs import Log

        ctx.meta[_LOG] = Log(sys.stderr, lang=ctx.find_root().params["lang"])


def _format_option(*formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="Form of the output.")


# --- running -----------------------------------------------------------------------------------------------------------------------


@main.command()
@_project_option
@_date_option
@click.option("--fail-on", type=click.Choice(_FAIL_ON), help="Exit 3 if such findings are open; what was published stays published. [default: never]")
@click.option("--force", is_flag=True, help="Run and publish even if nothing changed.")
@_log_option
@_format_option("table", "json")
@click.pass_context
def run(ctx: click.Context, project_dir: Path | None, as_of: datetime | None, fail_on: str | None, force: bool, form: str) -> None:  # noqa: FBT001, PLR0917  Click passes options by name
    """Read, judge and publish everything in raw/.

    Writes warehouse/ansinh.duckdb, warehouse/parquet/ and the quality report, all at once or not at all. Nothing changed: nothing is done.

    \b
    Example:
      ansinh run --project .
    """
    from etl import pipeline

    project = _open(project_dir)
    with _noticed(project), _progress() as progress:
        outcome = pipeline.run(project, evaluated_on=_day(as_of), progress=progress, force=force)
    _tell_outcome(outcome, project, ctx.obj, form)
    ctx.exit(_exit_code(outcome, project, fail_on or project.settings.gate.fail_on))


@main.command()
@_project_option
@_date_option
@_log_option
@click.pass_context
def ingest(ctx: click.Context, project_dir: Path | None, as_of: datetime | None) -> None:
    """Stage 1: read what changed in raw/ into warehouse/stage/.

    \b
    Example:
      ansinh ingest --project .
    """
    from etl import pipeline

    with _progress() as progress:
        files, rows = pipeline.ingest(_open(project_dir), evaluated_on=_day(as_of), progress=progress)
    click.echo(_say("done-ingest", ctx.obj, files=files, rows=rows))


@main.command()
@_project_option
@_date_option
@_log_option
@click.pass_context
def validate(ctx: click.Context, project_dir: Path | None, as_of: datetime | None) -> None:
    """Stage 2: judge the stage by all rules and keep the verdicts there.

    \b
    Example:
      ansinh validate --project .
    """
    from etl import pipeline

    with _progress() as progress:
        found = pipeline.validate(_open(project_dir), evaluated_on=_day(as_of), progress=progress)
    _print_findings(found.findings, ctx.obj)
    click.echo(_say("done-validate", ctx.obj, findings=len(found.findings), read=found.rows_read, quarantined=found.rows_quarantined))


@main.command()
@_project_option
@_date_option
@_log_option
@_format_option("table", "json")
@click.pass_context
def load(ctx: click.Context, project_dir: Path | None, as_of: datetime | None, form: str) -> None:
    """Stage 3: publish a validated stage; any other is refused.

    \b
    Example:
      ansinh load --project .
    """
    from etl import pipeline

    project = _open(project_dir)
    with _noticed(project), _progress() as progress:
        outcome = pipeline.load(project, evaluated_on=_day(as_of), progress=progress)
    _tell_outcome(outcome, project, ctx.obj, form)
    ctx.exit(_exit_code(outcome, project, project.settings.gate.fail_on))


@main.command()
@_project_option
@click.pass_context
def report(ctx: click.Context, project_dir: Path | None) -> None:
    """Stage 4: write the quality report of the current snapshot.

    \b
    Example:
      ansinh report --project .
    """
    from etl import pipeline

    project = _open(project_dir)
    pipeline.report(project)
    click.echo(_say("done-report", ctx.obj, html=str(project.warehouse / "quality-report.html"), json=str(project.warehouse / "quality-report.json")))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--fail-on", type=click.Choice(_FAIL_ON[1:]), default="errors", show_default=True, help="Exit 3 if such findings are there.")
@_date_option
@_format_option("table", "json", "github")
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...], fail_on: str, as_of: datetime | None, form: str) -> None:
    """Judge files of your own; no warehouse is needed and nothing is written.

    What lies beside a file counts: source.toml, waivers.toml, corrections.toml.

    \b
    Example:
      ansinh check raw/lao-cai-2023/figures.csv --fail-on never
    """
    from etl.check import check as check_files

    checked = check_files(files, evaluated_on=_day(as_of), project_root=_root_or_none())
    findings = checked.validated.findings
    if form == "json":
        click.echo(json.dumps({"figures": checked.figures, "findings": [f.as_json(ctx.obj) for f in findings]}, ensure_ascii=False, indent=1))
    elif form == "github":
        for line in _github(findings, ctx.obj):
            click.echo(line)
    else:
        _print_findings(findings, ctx.obj, rest="more-checked")
        counted = {level: sum(f.severity == level and f.verdict == "fail" and not f.waived for f in findings) for level in ("error", "warning")}
        told = {"figures": checked.figures, "errors": counted["error"], "warnings": counted["warning"], "others": len(findings) - sum(counted.values())}
        click.echo(_say("done-check", ctx.obj, **told))
    wanted = {"errors": {"error"}, "warnings": {"error", "warning"}, "never": set()}[fail_on]
    ctx.exit(EXIT_GATE if any(f.verdict == "fail" and f.severity in wanted and not f.waived for f in findings) else EXIT_GOOD)


# --- asking ------------------------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("sql")
@_project_option
@click.option("--param", "-p", "params", multiple=True, metavar="NAME=VALUE", help="Value of $NAME in the query.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write to (needed for parquet).")
@_format_option("table", "json", "csv", "markdown", "parquet")
@click.pass_context
def query(ctx: click.Context, sql: str, project_dir: Path | None, params: tuple[str, ...], output: Path | None, form: str) -> None:  # noqa: PLR0917  as in run
    """Ask the published warehouse, read-only, in SQL.

    \b
    Example:
      ansinh query "SELECT indicator, obs_value FROM observations WHERE is_suspect" --format csv
    """
    from etl.printing import write_table
    from etl.query import run_query

    named = dict(p.split("=", 1) for p in params if "=" in p)
    if len(named) != len(params):
        raise click.UsageError("--param NAME=VALUE")
    if form == "parquet" and output is None:
        raise click.UsageError("--format parquet --output FILE")
    write_table(run_query(_open(project_dir), sql, named or None), form=form, output=output, lang=ctx.obj)


@main.command()
@click.argument("id_or_prefix")
@_project_option
@_format_option("table", "json")
@click.pass_context
def trace(ctx: click.Context, id_or_prefix: str, project_dir: Path | None, form: str) -> None:
    """Follow a number back to its cell: source, locator, printed text, findings about it.

    ID is an observation_id, figure_id or finding_id, or the first four or more characters of one.

    \b
    Example:
      ansinh trace f6313e16
    """
    from etl.present import tell_trace
    from etl.query import trace_id

    tell_trace(trace_id(_open(project_dir), id_or_prefix), lang=ctx.obj, form=form)


@main.command()
@click.argument("rule_id")
@_project_option
@_format_option("table", "json")
@click.pass_context
def explain(ctx: click.Context, rule_id: str, project_dir: Path | None, form: str) -> None:
    """Tell what a rule compares, why, with which tolerance, and what it found last.

    \b
    Example:
      ansinh explain G01
    """
    from etl.catalogues import explain_rule
    from etl.present import tell_rule

    tell_rule(explain_rule(_project_or_none(project_dir), rule_id), lang=ctx.obj, form=form)


@main.command()
@_project_option
@_format_option("table", "json")
@click.pass_context
def status(ctx: click.Context, project_dir: Path | None, form: str) -> None:
    """Say what is published, how old it is, and what ran last.

    Exit code for monitors: 0 when the last run published or found nothing new, 1 when it failed or was killed
    or nothing is published, 3 when the gate stopped it.

    \b
    Example:
      ansinh status --project .
    """
    from etl.present import tell_status
    from etl.query import status as read_status

    told = read_status(_open(project_dir))
    tell_status(told, lang=ctx.obj, form=form, now=datetime.now(UTC))
    if told.current is None:
        _complain(WarehouseError("nothing-published", warehouse=str(told.warehouse)), ctx.obj)
    last = "failed" if told.died is not None or told.last is None else told.last.outcome
    ctx.exit({"failed": EXIT_FAILED, "gate_failed": EXIT_GATE}.get(last, EXIT_FAILED if told.current is None else EXIT_GOOD))


@main.command()
@_project_option
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many runs, newest first.")
@_format_option("table", "json")
@click.pass_context
def history(ctx: click.Context, project_dir: Path | None, limit: int, form: str) -> None:
    """List the runs, newest first.

    \b
    Example:
      ansinh history --limit 5
    """
    from etl.present import tell_history
    from etl.query import history as read_history

    tell_history(read_history(_open(project_dir)), lang=ctx.obj, form=form, limit=limit)


@main.command()
@click.argument("run_id")
@_project_option
@click.pass_context
def rollback(ctx: click.Context, run_id: str, project_dir: Path | None) -> None:
    """Make the snapshot of an earlier run the current one again.

    Readers see it at once; what is rolled back stays and can be entered again. The next run publishes anew if its content differs.

    \b
    Example:
      ansinh rollback 20260101T063000120Z-5f3a
    """
    from etl.publish.snapshot import rollback as enter

    snapshot = enter(_open(project_dir), run_id, now=datetime.now(UTC).isoformat(timespec="milliseconds"))
    click.echo(_say("done-rollback", ctx.obj, run=snapshot.run_id))


@main.command()
@_project_option
@_format_option("table", "json")
@click.pass_context
def doctor(ctx: click.Context, project_dir: Path | None, form: str) -> None:
    """Examine environment, paths, rights, room on the disk, and whether what is published is whole.

    Exit code 1 if something needs a person. Nothing is repaired.

    \b
    Example:
      ansinh doctor --project .
    """
    from dataclasses import asdict

    from etl.doctor import examine

    checks = examine(_open(project_dir), today=_day(None))
    if form == "json":
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=1))
    else:
        for check in checks:
            click.echo(f"{'✓' if check.ok else '✗'} {check.name:<20} {check.detail_vi if ctx.obj == 'vi' else check.detail_en}")
    ctx.exit(EXIT_GOOD if all(check.ok for check in checks) else EXIT_FAILED)


@main.command()
@click.argument("kind", type=click.Choice(["systemd", "cron", "github-actions"]))
@_project_option
@click.option("--at", "at", type=click.DateTime(["%H:%M"]), default="06:30", show_default=True, help="Time of day (GitHub: UTC).")
def schedule(kind: str, project_dir: Path | None, at: datetime) -> None:
    """Print a ready systemd unit, crontab line or GitHub workflow that runs the project every day.

    Each reads the exit codes: 4, another run holds the lock, is no failure; 1 and 3 are told to a person.

    \b
    Example:
      ansinh schedule cron --at 06:30 --project .
    """
    from etl.schedule import render

    own = Path(sys.executable).with_name("ansinh")
    click.echo(render(kind, _open(project_dir), command=own if own.exists() else Path(sys.argv[0]).resolve(), at=at.time()), nl=False)


@main.command()
@_project_option
@click.option("--kind", type=click.Choice(["datapackage", "xlsx", "csv"]), default="datapackage", show_default=True, help="What to write.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Folder to write to; for xlsx the file.")
@click.pass_context
def export(ctx: click.Context, project_dir: Path | None, kind: str, output: Path) -> None:
    """Write what is published in another form: a Frictionless data package, a workbook (xlsx), or CSV that Excel opens as Vietnamese.

    \b
    Example:
      ansinh export --kind csv --output so-lieu
    """
    from etl.export import export as export_to

    click.echo(_say("done-export", ctx.obj, place=str(export_to(_open(project_dir), kind, output))))


@main.command()
@_project_option
@click.option("--format", "form", type=click.Choice(["markdown", "docx"]), default="markdown", show_default=True, help="Form of the slips.")
@click.option("--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@click.pass_context
def slip(ctx: click.Context, project_dir: Path | None, form: str, output: Path) -> None:
    """Ask publishers to look again: one slip (phiếu đề nghị rà soát) per publisher with open errors or warnings.

    \b
    Example:
      ansinh slip --output phieu
    """
    from etl.slip import write_slips

    written = write_slips(_open(project_dir), form, output)
    for path in written:
        click.echo(path, err=True)
    click.echo(_say("done-slip", ctx.obj, count=len(written)) if written else _say("slip-nothing", ctx.obj))


# --- catalogues --------------------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("words", nargs=-1)
@_format_option(*FORMATS)
@click.pass_context
def indicators(ctx: click.Context, words: tuple[str, ...], form: str) -> None:
    """Search the catalogue of indicators, with or without Vietnamese marks.

    \b
    Example:
      ansinh indicators ho ngheo
    """
    from etl.catalogues import find_indicators
    from etl.printing import write_table

    write_table(find_indicators(words), form=form, lang=ctx.obj)


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--vintage", help="Only this list of places: 2023, 2025-01, 2025-07 or 2026-09.")
@_format_option(*FORMATS)
@click.pass_context
def areas(ctx: click.Context, words: tuple[str, ...], vintage: str | None, form: str) -> None:
    """Search the lists of places, by name or code.

    \b
    Example:
      ansinh areas lao cai --vintage 2023
    """
    from etl.catalogues import find_areas
    from etl.printing import write_table

    write_table(find_areas(words, vintage=vintage), form=form, lang=ctx.obj)


@main.command()
@click.argument("words", nargs=-1)
@click.option("--check", "lint", type=click.Path(dir_okay=False, path_type=Path), help="Lint a rule file instead.")
@_project_option
@_format_option(*FORMATS)
@click.pass_context
def rules(ctx: click.Context, words: tuple[str, ...], lint: Path | None, project_dir: Path | None, form: str) -> None:
    """List the rules, ours and the project's own, or lint a rule file.

    \b
    Example:
      ansinh rules lao dong
    """
    from etl.catalogues import find_rules, lint_rules
    from etl.printing import write_table

    project = _project_or_none(project_dir)
    if lint is not None:
        click.echo(_say("done-lint", ctx.obj, file=str(lint), rules=lint_rules(lint)))
        return
    write_table(find_rules(words, project=project), form=form, lang=ctx.obj)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
def init(ctx: click.Context, folder: Path) -> None:
    """Make a new project: raw/ with an example source, ansinh.toml, rules/.

    \b
    Example:
      ansinh init an-sinh
    """
    from etl.scaffold import create_project

    for path in create_project(folder):
        click.echo(path, err=True)
    click.echo(_say("done-init", ctx.obj, folder=str(folder)))


# --- printing ----------------------------------------------------------------------------------------------------------------------


def _open(folder: Path | None) -> Project:
    from etl.project import open_project

    return open_project(folder, start=Path.cwd())


def _project_or_none(folder: Path | None) -> Project | None:
    from etl.errors import UsageError

    try:
        return _open(folder)
    except UsageError:
        if folder is not None:
            raise
        return None


def _root_or_none() -> Path | None:
    project = _project_or_none(None)
    return None if project is None else project.root


def _day(given: datetime | None) -> date:
    return (given or datetime.now().astimezone()).date()


def _say(code: str, lang: str, **facts: object) -> str:
    from etl.messages import sentence

    return sentence(code, lang, **facts)


def _stop(ctx: click.Context, error: AnsinhError) -> NoReturn:
    log = ctx.meta.get(_LOG)
    with suppress(OSError):  # where nothing takes the sentence, the code still tells
        if log is None:
            _complain(error, ctx.find_root().params.get("lang", "vi"))
        else:
            log.failure(error)
    ctx.exit(error.exit_code)


def _interrupted(ctx: click.Context) -> NoReturn:
    with suppress(OSError):
        click.echo("Đã dừng. | Stopped.", err=True)
    ctx.exit(EXIT_FAILED)


def _refusal(refused: OSError) -> SystemRefused:
    problem = refused.strerror or str(refused)
    if refused.filename is None:  # mostly what takes our output; no file was named
        return SystemRefused("system-refused-unnamed", problem=problem, errno=refused.errno)
    return SystemRefused("system-refused", path=refused.filename, problem=problem, errno=refused.errno)


def _place_of(slip: BaseException) -> str:
    """The innermost place of our own code that it came through."""
    ours = Path(__file__).resolve().parent.parent
    at, trace = "", slip.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(ours / "etl") or path.is_relative_to(ours / "schemas"):
            at = f"{path.relative_to(ours).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return at


def _complain(error: AnsinhError, lang: str) -> None:
    from etl.messages import tell

    told = tell(error, lang)
    click.echo(f"{'Lỗi' if lang == 'vi' else 'Error'}: {told.sentence}", err=True)
    if told.next_step is not None:
        click.echo(f"{'Làm tiếp' if lang == 'vi' else 'Next'}: {told.next_step}", err=True)


def _progress() -> Any:
    from contextlib import nullcontext

    log = click.get_current_context().meta.get(_LOG)
    if log is not None:
        return nullcontext(log.progress)
    from etl.present import progress

    return progress(is_tty=sys.stderr.isatty(), lang=click.get_current_context().obj)


def _noticed(project: Project) -> Any:
    from etl.notify import Notice, noticed

    context = click.get_current_context()

    def told(notice: Notice) -> None:
        log = context.meta.get(_LOG)
        if log is not None:
            log.write("info" if notice.problem is None else "warning", "notice", run_id=notice.run_id, of=notice.event, problem=notice.problem)
        elif notice.problem is not None:
            click.echo(_say("notify-failed", context.obj, run=notice.run_id, problem=notice.problem), err=True)

    return noticed(project, told)


def _tell_outcome(outcome: Outcome, project: Project, lang: str, form: str) -> None:
    from etl.present import tell_outcome

    log = click.get_current_context().meta.get(_LOG)
    if log is not None:
        log.outcome(outcome.run)
    for trouble in outcome.troubles:
        if log is not None:
            log.trouble(trouble)
        else:
            _complain(trouble, lang)
    tell_outcome(outcome, project, lang=lang, form=form)


def _print_findings(findings: Sequence[Finding], lang: str, rest: str = "more-findings") -> None:
    from etl.present import print_findings

    print_findings(findings, lang=lang, rest=rest)


def _github(findings: Sequence[Finding], lang: str) -> list[str]:
    from etl.present import github_lines

    return github_lines(findings, lang)


def _exit_code(outcome: Outcome, project: Project, fail_on: str) -> int:
    """Findings are new in the run that published them, and in no run after it."""
    from etl.present import has_open_findings

    if fail_on == "new-errors" and outcome.run.outcome != "published":
        return EXIT_GOOD
    return EXIT_GATE if has_open_findings(project, fail_on) else EXIT_GOOD


def _open_closed_streams() -> None:
    """Let what is closed (`2>&-`) lead nowhere: else the next file that is opened, a database perhaps, would take its number, and what is said."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != descriptor:
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
            setattr(sys, name, open(descriptor, "w" if descriptor else "r", encoding="utf-8", closefd=False))  # noqa: SIM115  for the life of the process


def program() -> NoReturn:
    """What the shell calls: the command, and then out. Python would take a large run apart piece by piece (a fiftieth of it); the system does it at once."""
    _open_closed_streams()
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else EXIT_GOOD if end.code is None else EXIT_FAILED
    else:
        code = EXIT_GOOD
    atexit._run_exitfuncs()  # noqa: SLF001  what libraries have asked for still comes
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):  # the last words reached nobody
            code = code or EXIT_FAILED
    os._exit(code)


if __name__ == "__main__":
    program()
