"""What a person has decided about one figure, as data beside it: keyed, reasoned, expiring, and guarded by the value it was written for.

    raw/<source>/waivers.toml        [[waiver]]      rule, key, expect = { actual, expected }, reason, by, until
    raw/<source>/corrections.toml    [[correction]]  key, field, old, new, reason, source, by, until

    waivers = read_waivers(folders)                                 the files, strictly
    stale = apply_corrections(con, corrections, evaluated_on)       before the rows are resolved: fills corrected_row, correction_applied
    findings, stale = apply_waivers(findings, waivers, evaluated_on)

A waived finding is still told, greyed, and not counted by the gate. A corrected row is judged with its new text; what was printed stays
beside it, and raw_rows is never touched. Each entry gives one line of the ledger (D06): amount 0 while it holds, 1 when it matches
nothing, when its guard differs from what is there now, or when it has expired. Such an entry has no other effect.

Belongs here: both files, and what their entries do. Elsewhere: the rows as they are read with corrections (resolve/), the rule (D06).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import pyarrow

from etl.messages import sentence
from etl.strict import TomlFile, choice, day, load_toml, nearest, refuse_unknown_keys, section, tables, text
from etl.validate.statements import statement
from etl.validate.validate import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    import duckdb

    from etl.model import Source
    from etl.read.sources import RawFolder
    from etl.validate.findings import Finding

WAIVERS: Final = "waivers.toml"
CORRECTIONS: Final = "corrections.toml"
FIELDS: Final = ("value", "unit", "time_period", "ref_area", "indicator", "breakdown", "note")
STALE: Final = "stale_waiver"

_WAIVER_KEYS: Final = ("rule", "key", "expect", "reason", "by", "until")
_CORRECTION_KEYS: Final = ("key", "field", "old", "new", "reason", "source", "by", "until")
_GUARDS: Final = ("actual", "expected")
_KEY_PARTS: Final = ("indicator", "measure", "breakdown", "ref_area", "time_period", "obs_kind", "unit")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_MOST_SHOWN: Final = 6
_MOST_COMPARED: Final = 1000  # open keys among which a misspelt one is looked for


@dataclass(frozen=True, slots=True)
class Waiver:
    """One [[waiver]]: the finding it excuses, and the value that finding must still have. `folder` and `line` say where it is written."""

    folder: str
    line: int
    rule: str
    key: str
    expect: tuple[tuple[str, str], ...]
    reason: str
    by: str
    until: date


@dataclass(frozen=True, slots=True)
class Correction:
    """One [[correction]]: the printed row (its key, with the defaults filled in), the field, its printed text and the new one ('': empty)."""

    folder: str
    line: int
    key: str
    field: str
    old: str
    new: str
    reason: str
    source: str
    by: str | None
    until: date


def read_waivers(folders: Iterable[RawFolder]) -> tuple[Waiver, ...]:
    """Read every waivers.toml, in the order of the folders. Raises ConfigError with file and line."""
    found: dict[tuple[object, ...], Waiver] = {}
    for source, file, number, entry in _entries(folders, WAIVERS, "waiver", _WAIVER_KEYS):
        waiver = _waiver(source, file, number, entry)
        if (twin := found.setdefault((waiver.folder, waiver.rule, waiver.key, waiver.expect), waiver)) is not waiver:
            raise file.fault("waiver-twice", "waiver", number, rule=waiver.rule, key=waiver.key, other=twin.line)
    return tuple(found.values())


def read_corrections(folders: Iterable[RawFolder]) -> tuple[Correction, ...]:
    """Read every corrections.toml, in the order of the folders. Raises ConfigError with file and line."""
    found: dict[tuple[object, ...], Correction] = {}
    for source, file, number, entry in _entries(folders, CORRECTIONS, "correction", _CORRECTION_KEYS):
        correction = _correction(source, file, number, entry)
        if (twin := found.setdefault((correction.folder, correction.key, correction.field, correction.old), correction)) is not correction:
            raise file.fault("correction-twice", "correction", number, key=correction.key, other=twin.line)
    return tuple(found.values())


def apply_waivers(findings: Sequence[Finding], waivers: Sequence[Waiver], evaluated_on: date) -> tuple[list[Finding], list[Entry]]:
    """Mark the findings that a waiver of their source excuses; gives all findings in their order, and one ledger entry a waiver."""
    waived: set[int] = set()
    entries = []
    for waiver, meant, held in _matches(findings, waivers, evaluated_on):
        waived.update(held)
        entries.append(_held(waiver) if held else _stale_waiver(waiver, findings, [findings[at] for at in meant], evaluated_on))
    return [replace(finding, waived=True) if at in waived else finding for at, finding in enumerate(findings)], entries


def excused(findings: Sequence[Finding], waivers: Sequence[Waiver], evaluated_on: date) -> list[list[str]]:
    """The ids of the findings that each waiver excuses, in the order of the waivers."""
    return [sorted(findings[at].finding_id for at in held) for _, _, held in _matches(findings, waivers, evaluated_on)]


def apply_corrections(con: duckdb.DuckDBPyConnection, corrections: Sequence[Correction], evaluated_on: date) -> list[Entry]:
    """Fill `corrected_row` (the new texts of a row, by n) and `correction_applied` (which old text gave way to which new one, and why).

    Reads raw_rows, docs and files; call it before the rows are resolved. Gives one ledger entry a correction.
    """
    columns: dict[str, list[Any]] = {
        "correction_no": list(range(len(corrections))),
        "folder": [c.folder for c in corrections],
        **{f"key_{name}": [c.key.split("|")[at] for c in corrections] for at, name in enumerate(_KEY_PARTS)},
        "field": [c.field for c in corrections],
        "old_value": [c.old for c in corrections],
        "new_value": [c.new or None for c in corrections],
        "reason": [c.reason for c in corrections],
        "source": [c.source for c in corrections],
        "by_whom": [c.by for c in corrections],
        "is_valid": [c.until >= evaluated_on for c in corrections],
    }
    types = {"correction_no": pyarrow.int64(), "is_valid": pyarrow.bool_()}
    con.register("_corrections", pyarrow.table({name: pyarrow.array(values, types.get(name, pyarrow.string())) for name, values in columns.items()}))
    con.execute("CREATE OR REPLACE TABLE correction AS SELECT * FROM _corrections")
    con.unregister("_corrections")
    for sql in statement("corrections").split(";\n"):
        con.execute(sql)
    found = con.execute(
        """SELECT correction_no, count(*) FILTER (WHERE is_old), list(DISTINCT coalesce(printed, '') ORDER BY coalesce(printed, ''))
        FROM correction_match GROUP BY correction_no"""
    ).fetchall()
    matches = {number: (held, list(printed)) for number, held, printed in found}
    return [_correction_entry(c, *matches.get(number, (0, [])), evaluated_on=evaluated_on) for number, c in enumerate(corrections)]


def folded(key: str) -> str:
    """A key as it is compared: NFC, blanks made one, the dimensions of a breakdown in order.

    >>> folded("Lào  Cai | 2023|b=1; a=2")
    'Lào Cai|2023|a=2;b=1'
    """
    return "|".join(_folded_part(part) for part in key.split("|"))


# --- reading -----------------------------------------------------------------------------------------------------------------------


def _entries(folders: Iterable[RawFolder], name: str, kind: str, allowed: Sequence[str]) -> Iterator[tuple[Source, TomlFile, int, dict[str, Any]]]:
    for folder in folders:
        path = folder.source.path / name
        if not path.exists():
            continue
        file = load_toml(path)
        refuse_unknown_keys(file, file.data, (kind,))
        for number, entry in enumerate(tables(file, file.data, kind)):
            refuse_unknown_keys(file, entry, allowed, kind, number)
            yield folder.source, file, number, entry


def _waiver(source: Source, file: TomlFile, number: int, entry: dict[str, Any]) -> Waiver:
    where = ("waiver", number)
    guard = section(file, entry, "expect", *where)
    refuse_unknown_keys(file, guard, _GUARDS, *where, "expect")
    if not guard:
        raise file.fault("missing-key", *where, "expect", key="expect.actual")
    return Waiver(
        folder=source.folder,
        line=file.line_of(*where),
        rule=text(file, entry, "rule", *where).strip(),
        key=folded(text(file, entry, "key", *where)),
        expect=tuple((name, _guard(file, guard, name, number)) for name in _GUARDS if name in guard),
        reason=text(file, entry, "reason", *where),
        by=text(file, entry, "by", *where),
        until=day(file, entry, "until", *where),
    )


def _guard(file: TomlFile, guard: dict[str, Any], name: str, number: int) -> str:
    """A guard may be written as text or as a number; '' stands for a finding that tells no such value."""
    value = guard[name]
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise file.fault("wrong-type", "waiver", number, "expect", name, key=f"expect.{name}", expected="text", found=str(value))
    return _folded_part(str(value))


def _correction(source: Source, file: TomlFile, number: int, entry: dict[str, Any]) -> Correction:
    where = ("correction", number)
    written = text(file, entry, "key", *where)
    parts = folded(written).split("|")
    if len(parts) != len(_KEY_PARTS):
        raise file.fault("correction-key-malformed", *where, "key", key=written, parts=len(parts), form="|".join(_KEY_PARTS))
    usual = {"measure": "level", "obs_kind": "actual", "ref_area": source.ref_area or "", "time_period": source.time_period or ""}
    field = choice(file, entry, "field", FIELDS, *where, default="value")
    old, new = (_cell(file, entry, name, number) for name in ("old", "new"))
    if old == new or (field == "value" and not new):
        raise file.fault("correction-changes-nothing", *where, "new", key=written, old=old, new=new)
    return Correction(
        folder=source.folder,
        line=file.line_of(*where),
        key="|".join(part or _folded_part(usual.get(name, "")) for name, part in zip(_KEY_PARTS, parts, strict=True)),
        field=field,
        old=old,
        new=new,
        reason=text(file, entry, "reason", *where),
        source=text(file, entry, "source", *where),
        by=text(file, entry, "by", *where, default=None),
        until=day(file, entry, "until", *where),
    )


def _cell(file: TomlFile, entry: dict[str, Any], name: str, number: int) -> str:
    """The text of a cell; an empty one is written ""."""
    if entry.get(name) == "":
        return ""
    return " ".join(unicodedata.normalize("NFC", text(file, entry, name, "correction", number)).split())


def _folded_part(part: str) -> str:
    bare = " ".join(unicodedata.normalize("NFC", part).split())
    return ";".join(sorted(token.strip() for token in bare.split(";"))) if ";" in bare else bare


# --- matching ----------------------------------------------------------------------------------------------------------------------


def _matches(findings: Sequence[Finding], waivers: Sequence[Waiver], evaluated_on: date) -> Iterator[tuple[Waiver, list[int], list[int]]]:
    """Each waiver, where the findings are that it means, and those of them that it excuses: it has not expired, and they tell what it expects."""
    places: dict[tuple[str, str], list[int]] = {}
    for at, finding in enumerate(findings):
        places.setdefault((finding.rule.id, folded(finding.key)), []).append(at)
    for waiver in waivers:
        meant = [at for at in places.get((waiver.rule, waiver.key), []) if _concerns(findings[at], waiver.folder)]
        yield waiver, meant, [at for at in meant if _guards(waiver, findings[at])] if waiver.until >= evaluated_on else []


def _concerns(finding: Finding, folder: str) -> bool:
    """A waiver speaks of findings about its own source; one without members is about a file, named in its key, or about the run."""
    return not finding.members or any(PurePosixPath(member.source_id).parent.as_posix() == folder for _, member in finding.members)


def _guards(waiver: Waiver, finding: Finding) -> bool:
    told = {"actual": finding.actual, "expected": finding.expected}
    return all(_is_same(value, _folded_part(told[name] or "")) for name, value in waiver.expect)


def _is_same(one: str, other: str) -> bool:
    if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other):
        return Decimal(one) == Decimal(other)
    return one == other


def _held(waiver: Waiver) -> Entry:
    return _entry(_subject(waiver), ("", ""), _guard_of(waiver), _guard_of(waiver), holds=True)


def _stale_waiver(waiver: Waiver, findings: Sequence[Finding], meant: Sequence[Finding], evaluated_on: date) -> Entry:
    now = " / ".join("; ".join(f"{name} = {getattr(finding, name) or ''}" for name, _ in waiver.expect) for finding in meant[:_MOST_SHOWN]) or None
    if waiver.until < evaluated_on:
        said = [sentence("waiver-expired", lang, line=waiver.line, until=waiver.until.isoformat()) for lang in ("vi", "en")]
    elif meant:
        said = [sentence("waiver-differs", lang, line=waiver.line, guard=_guard_of(waiver), now=now) for lang in ("vi", "en")]
    else:
        open_keys = islice((f.key for f in findings if f.rule.id == waiver.rule and _concerns(f, waiver.folder)), _MOST_COMPARED)
        near = nearest(waiver.key, list(open_keys))
        said = [sentence("waiver-matches-nothing", lang, line=waiver.line, rule=waiver.rule, nearest=near) for lang in ("vi", "en")]
    return _entry(_subject(waiver), said, _guard_of(waiver), now, holds=False)


def _subject(waiver: Waiver) -> str:
    return f"{waiver.folder}/{WAIVERS}: {waiver.rule} {waiver.key}"


def _guard_of(waiver: Waiver) -> str:
    return "; ".join(f"{name} = {value}" for name, value in waiver.expect)


def _correction_entry(correction: Correction, held: int, printed: Sequence[str], *, evaluated_on: date) -> Entry:
    subject = f"{correction.folder}/{CORRECTIONS}: {correction.field} {correction.key}"
    now = " / ".join(printed[:_MOST_SHOWN])
    if correction.until < evaluated_on:
        said = [sentence("correction-expired", lang, line=correction.line, until=correction.until.isoformat()) for lang in ("vi", "en")]
    elif not printed:
        said = [sentence("correction-matches-nothing", lang, line=correction.line) for lang in ("vi", "en")]
    else:
        said = [sentence("correction-differs", lang, line=correction.line, field=correction.field, old=correction.old, now=now) for lang in ("vi", "en")]
    return _entry(subject, said, correction.old, now if printed else None, holds=held > 0 and correction.until >= evaluated_on)


def _entry(subject: str, said: Sequence[str], expected: str, actual: str | None, *, holds: bool) -> Entry:
    return Entry(what=STALE, subject=subject, detail_vi=said[0], detail_en=said[1], expected=expected, actual=actual, amount=0 if holds else 1)
