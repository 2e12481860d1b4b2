"""The picture of `etl/__init__` as code: read → resolve → validate → publish → report, as one run or stage by stage.

    run()       all of it, under the lock; nothing changed: nothing is done
    ingest()    raw/ → the stage            validate()  the stage → verdicts, kept in the stage
    load()      verdicts → a snapshot       report()    the published tables → HTML and JSON

The four stages together leave the same bytes as `run`. Belongs here: their order and what passes between them. Elsewhere: all the work.
"""

from __future__ import annotations

import json
import secrets
from concurrent.futures import wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Final

import etl
from etl.errors import AnsinhError, GateFailed, StageError, WarehouseError
from etl.publish.disk import disk_errors
from etl.publish.faults import at
from etl.publish.history import RunRecord, append_run, read_history
from etl.publish.lock import hold
from etl.publish.snapshot import building, clean_up, damaged_files, has_all_files, last_readable, publish_snapshot
from etl.stage import Done, add_files, changing, get_state, put_in_order, read_done, reading, set_state, stat_key, write_done
from etl.work import figures, ingest_key, input_key, refuse_stale, use_threads_that_pay, working

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etl.project import Project
    from etl.publish.build import Built
    from etl.publish.snapshot import Snapshot
    from etl.validate.validate import Entry, Validated
    from etl.work import Work

_LATER: Final = ("etl.resolve.observations", "etl.validate.validate", "etl.validate.decisions", "etl.publish.build", "etl.report.render")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: its record, the snapshot readers see now, what was found (None where nothing was judged), what went wrong beside it."""

    run: RunRecord
    snapshot: Snapshot | None
    validated: Validated | None
    seconds: dict[str, float] = field(default_factory=dict)
    troubles: tuple[AnsinhError, ...] = ()


def run(project: Project, *, evaluated_on: date, trigger: str = "run", progress: Callable[[str, str], None] | None = None, force: bool = False) -> Outcome:
    """Do everything, or nothing where nothing changed. Raises GateFailed when the gate stops the publication."""
    record = _record(evaluated_on, trigger)

    def work_through() -> Outcome:
        seen = stat_key(project, evaluated_on=record.evaluated_on)
        unchanged = None if force else _unchanged(project, seen)
        if unchanged is not None:
            done = _finished(record, outcome="unchanged", like=unchanged)
            append_run(project, done)
            return Outcome(done, unchanged, None)
        with working(project, evaluated_on, progress) as work:
            with _loading_ahead(work):
                _ingest(work)
            return _tidy(work, _load(work, record, _validate(work), with_report=True, force=force), seen)

    return _recorded(project, record, lambda: _once_more_if_damaged(work_through))


def ingest(project: Project, *, evaluated_on: date, progress: Callable[[str, str], None] | None = None) -> tuple[int, int]:
    """Read what changed in raw/ into the stage. Gives the number of files and of rows in it."""
    with _holding(project, "ingest"), working(project, evaluated_on, progress) as work:
        _ingest(work)
        found = work.con.execute("SELECT count(*), coalesce(sum(row_count), 0) FROM stage_file").fetchone() or (0, 0)
        return int(found[0]), int(found[1])


def validate(project: Project, *, evaluated_on: date, progress: Callable[[str, str], None] | None = None) -> Validated:
    """Judge the stage and keep the verdicts there. Refuses a stage that is not what raw/ holds now."""
    with _holding(project, "validate"), working(project, evaluated_on, progress) as work:
        _ = work.rules  # named with its line before anything else is said
        refuse_stale(work, "ingested", ingest_key(work))
        return _validate(work)


def load(project: Project, *, evaluated_on: date, trigger: str = "load", progress: Callable[[str, str], None] | None = None) -> Outcome:
    """Publish a validated stage; refuses any other."""
    record = _record(evaluated_on, trigger)

    def work_through() -> Outcome:
        seen = stat_key(project, evaluated_on=record.evaluated_on)
        with working(project, evaluated_on, progress) as work:
            _ = work.rules  # as in `validate`
            refuse_stale(work, "validated", input_key(work))
            return _tidy(work, _load(work, record, _restore(work), with_report=False), seen)

    return _recorded(project, record, work_through)


def report(project: Project) -> Snapshot:
    """Write the report of the current snapshot from its published tables."""
    from etl.publish.later import add_report  # noqa: PLC0415  the report's templates are only needed here
    from etl.report.render import HTML_NAME, JSON_NAME, render_report  # noqa: PLC0415

    with _holding(project, "report"):
        return add_report(project, render_report, names=(HTML_NAME, JSON_NAME))


# --- steps -------------------------------------------------------------------------------------------------------------------------


@contextmanager
def _loading_ahead(work: Work) -> Iterator[None]:
    """Load and prepare what the later steps need while the first one reads."""

    def load() -> None:
        with suppress(ImportError, OSError, duckdb.Error):  # whoever needs it will say so
            for name in _LATER:
                import_module(name)
            import_module("etl.ahead").prepare(beside, work.project.stage)

    import duckdb  # noqa: PLC0415

    with work.con.cursor() as beside:
        loading = work.ahead.submit(load)
        try:
            yield
        finally:
            wait([loading])
        loading.result()  # what was not expected is a slip of ours, and no secret


def _ingest(work: Work) -> None:
    """Bring the stage up to date: forget files that are gone or changed, read those that are new or changed."""
    from etl.read.many import read_many  # noqa: PLC0415  DuckDB is loaded with it

    work.progress("ingest", "")
    con = work.con
    files = figures(work)
    held = {source: (number, sha) for number, source, sha in con.execute("SELECT file_no, source_id, sha256 FROM stage_file").fetchall()}
    wanted = {file.source_id: file for file in files}
    stale = [number for source, (number, sha) in held.items() if source not in wanted or wanted[source].sha256 != sha]
    with changing(con):
        for table in ("raw_rows", "raw_set_aside", "stage_file"):
            if stale:
                con.execute(f"DELETE FROM {table} WHERE list_contains($1, file_no)", [stale])
        kept = {source for source, (number, _) in held.items() if number not in stale}
        following = 1 + max((number for number, _ in held.values()), default=-1)
        new = dict(enumerate((f for f in files if f.source_id not in kept), start=following))
        with reading(work.project.raw):
            at("stage.read")
            results = dict(read_many(con, [(number, file.path) for number, file in new.items()], lambda path: work.progress("ingest", path.parent.name)))
        add_files(con, [(number, file, results[number]) for number, file in new.items()])
        if new or stale:
            put_in_order(con, list(wanted))
        _ = work.rules  # a rule that is none refuses everything
        set_state(con, "ingested", ingest_key(work))
    work.lap("ingest")


def _resolve(work: Work) -> None:
    from etl.read.definitions import add_definitions  # noqa: PLC0415
    from etl.resolve.observations import describe_sources, resolve_observations  # noqa: PLC0415
    from etl.validate.waivers import apply_corrections, read_corrections  # noqa: PLC0415
    from schemas.catalogue import load_reference  # noqa: PLC0415

    if work.is_resolved:
        return
    work.progress("resolve", "")
    (rows,) = work.con.execute("SELECT coalesce(sum(row_count), 0) FROM stage_file").fetchone() or (0,)
    use_threads_that_pay(work.con, int(rows))
    load_reference(work.con)
    add_definitions(work.con, work.folders)
    numbers = dict(work.con.execute("SELECT source_id, file_no FROM stage_file").fetchall())
    describe_sources(work.con, [folder.source for folder in work.folders], [(numbers[file.source_id], file) for file in figures(work)])
    work.corrections = read_corrections(work.folders)
    work.corrected = apply_corrections(work.con, work.corrections, work.evaluated_on)
    resolve_observations(work.con)
    work.is_resolved = True
    work.lap("resolve")


def _validate(work: Work) -> Validated:
    from etl.gate import failed_gate  # noqa: PLC0415
    from etl.validate.decisions import store_decisions  # noqa: PLC0415
    from etl.validate.promised import promises  # noqa: PLC0415
    from etl.validate.validate import validate as judge_all  # noqa: PLC0415
    from etl.validate.waivers import apply_waivers, read_waivers  # noqa: PLC0415

    waivers = read_waivers(work.folders)
    _resolve(work)
    work.progress("validate", "")
    validated = judge_all(
        work.con,
        work.rules,
        ledger=[*_ledger(work), *promises(work.con, [folder.source for folder in work.folders]), *work.corrected],
        waive=lambda findings: apply_waivers(findings, waivers, work.evaluated_on),
        progress=lambda rule: work.progress("validate", rule),
    )
    store_decisions(work.con, waivers, work.corrections, validated.findings, work.evaluated_on)
    set_state(work.con, "validated", input_key(work))
    set_state(work.con, "gate", json.dumps(failed_gate(work.project.settings.gate, validated), ensure_ascii=False))
    work.lap("validate")
    return validated


def _restore(work: Work) -> Validated:
    """Bring back what `validate` left in the stage, in a new process."""
    from etl.validate.validate import restore  # noqa: PLC0415

    _resolve(work)
    return restore(work.con)


def _load(work: Work, record: RunRecord, validated: Validated, *, with_report: bool, force: bool = False) -> Outcome:
    """Build a snapshot aside and switch to it, unless readers have the same already, and whole."""
    from etl.publish.build import build_snapshot  # noqa: PLC0415
    from etl.report.render import render_report  # noqa: PLC0415

    failed = json.loads(get_state(work.con, "gate") or "[]")
    if failed:
        raise GateFailed("gate-failed", reasons=failed)
    work.progress("load", "")
    project = work.project
    current = last_readable(project)
    record = _counted(work, replace(record, input_key=input_key(work), previous=None if current is None else current.run_id), validated)
    with building(project, record.run_id) as folder:
        previous = None if current is None else current.database
        built = build_snapshot(work.con, folder, run=record, previous=previous, history=read_history(project).runs, beside=work.ahead)
        work.leave_stage()
        work.lap("load")
        troubles = () if built.previous_problem is None else (WarehouseError("snapshot-uncompared", problem=built.previous_problem),)
        if current is not None and not force and _says_the_same(current, built):
            done = _finished(built.run, outcome="unchanged", like=current)
            append_run(project, replace(done, seconds=work.laps))
            return Outcome(done, current, validated, work.laps, troubles)
        if with_report:
            work.progress("report", "")
            with disk_errors(folder):
                at("report.render")
                render_report(folder / "ansinh.duckdb", folder)
            work.lap("report")
        with disk_errors(folder):
            built.looked.result()
        done = replace(built.run, finished_at=_now(), seconds=dict(work.laps))
        try:
            snapshot = publish_snapshot(project, folder, run=done, schema_version=built.schema_version, digests=built.digests, presentation=built.presentation)
        except WarehouseError as stopped:
            snapshot, trouble = _seen_all_the_same(project, done, stopped)
            troubles = (*troubles, trouble)
    work.lap("publish")
    return Outcome(done, snapshot, validated, work.laps, troubles)


def _says_the_same(current: Snapshot, built: Built) -> bool:
    return (current.content_id, current.manifest.presentation) == (built.content_id, built.presentation) and not damaged_files(current)


def _seen_all_the_same(project: Project, done: RunRecord, stopped: WarehouseError) -> tuple[Snapshot, WarehouseError]:
    """What stops a run behind the switch takes nothing back: readers see its snapshot, and it is told as a warning."""
    current = last_readable(project)
    if current is None or current.run_id != done.run_id:
        raise stopped
    with suppress(WarehouseError):  # `clean_up` adds the line before the next run
        append_run(project, done)
    return current, WarehouseError("published-unfinished", run=done.run_id, path=stopped.facts.get("path"), problem=stopped.facts.get("problem"))


def _tidy(work: Work, outcome: Outcome, seen: str) -> Outcome:
    """What follows a run that went well: old snapshots go, its inputs are remembered. What fails here takes nothing back and is told as a warning."""
    from etl.publish.retention import retire  # noqa: PLC0415

    troubles: list[AnsinhError] = []
    try:
        if outcome.run.outcome == "published":
            retire(work.project, now=datetime.now(UTC))
        if outcome.snapshot is not None and outcome.run.input_key is not None:
            write_done(work.project, Done(stat_key=seen, input_key=outcome.run.input_key, run_id=outcome.snapshot.run_id))
    except (WarehouseError, StageError) as trouble:
        troubles.append(trouble)
    return replace(outcome, troubles=(*outcome.troubles, *troubles))


# --- what belongs to a run ---------------------------------------------------------------------------------------------------------


def _unchanged(project: Project, seen: str) -> Snapshot | None:
    """The current snapshot, if the last run that went through had exactly the inputs of now and none of its files is gone."""
    done = read_done(project)
    if done is None or done.stat_key != seen:
        return None
    current = last_readable(project)
    return current if current is not None and current.run_id == done.run_id and has_all_files(current) else None


def _once_more_if_damaged(work: Callable[[], Outcome]) -> Outcome:
    """Run again with a new stage, if the old one turned out to be damaged: it was only a cache. A disk that changes files is told of, though."""
    try:
        return work()
    except StageError as stopped:
        if stopped.code != "stage-damaged":
            raise
        outcome = work()
        return replace(outcome, troubles=(StageError("stage-rebuilt", **stopped.facts), *outcome.troubles))


@contextmanager
def _holding(project: Project, command: str) -> Iterator[None]:
    """The lock, and a warehouse in which nothing half-made is left."""
    with hold(project, command=command, now=_now()) as held:
        clean_up(project, held.dead)
        yield


def _recorded(project: Project, record: RunRecord, work: Callable[[], Outcome]) -> Outcome:
    """Do the work under the lock; a run that stops, wherever it does, leaves its line in the history all the same."""
    with hold(project, command=record.trigger, now=record.started_at, run=record) as held:
        try:
            clean_up(project, held.dead)
            return work()
        except BaseException as stopped:
            current = last_readable(project)
            if current is not None and current.run_id == record.run_id:  # it stopped behind the switch: what readers see was published by it
                record = current.manifest.run
            else:
                record = replace(record, outcome="gate_failed" if isinstance(stopped, GateFailed) else "failed", finished_at=_now())
            with suppress(WarehouseError):  # a disk that takes no line has stopped the run already, and that is what is told
                append_run(project, record)
            raise


def _record(evaluated_on: date, trigger: str) -> RunRecord:
    moment = datetime.now(UTC)
    started_at = moment.isoformat(timespec="milliseconds")
    run_id = f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z-{secrets.token_hex(2)}"
    return RunRecord(run_id=run_id, started_at=started_at, evaluated_on=evaluated_on.isoformat(), trigger=trigger, outcome="failed", version=etl.__version__)


def _finished(record: RunRecord, *, outcome: str, like: Snapshot) -> RunRecord:
    return replace(record, outcome=outcome, finished_at=_now(), content_id=like.content_id, input_key=record.input_key or like.input_key)


def _counted(work: Work, record: RunRecord, validated: Validated) -> RunRecord:
    kinds = "count(*) FILTER (WHERE severity = 'error'), count(*) FILTER (WHERE severity = 'warning')"
    found = work.con.execute(f"SELECT {kinds} FROM out.findings ANTI JOIN out.waived USING (finding_id) WHERE verdict = 'fail'").fetchone() or (0, 0)
    return replace(
        record,
        rows_read=validated.rows_read,
        rows_published=validated.rows_published,
        rows_quarantined=validated.rows_quarantined,
        rows_excluded=validated.rows_excluded,
        errors=int(found[0]),
        warnings=int(found[1]),
    )


def _ledger(work: Work) -> list[Entry]:
    from etl.validate.ledger import entries  # noqa: PLC0415

    found = work.con.execute("SELECT source_id, row_count, set_aside, faults FROM stage_file ORDER BY source_id").fetchall()
    return entries(work.folders, found, raw=work.project.raw)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
