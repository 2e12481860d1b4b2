"""figures.csv, the ready-made form: one row per figure → table `raw_rows`, every field as text.

    indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note
    poor_household_rate,level,,Lào Cai,2024,actual,"11,24",%,p2#14-19,

Columns are found by name, in any order; `breakdown`, `obs_kind`, `locator`, `note` may be missing. A record with too few or too many
fields goes to `raw_set_aside`, its neighbours are read. A file whose header is wrong, or that is no such text, is refused whole.

Belongs here: the header, the load, the count of what was read. Elsewhere: bytes (plain.py), what the fields mean (extract/, resolve/).
Set-based: DuckDB reads the records; Python looks at the header and at the broken ones only.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import duckdb

from etl.read.faults import Fault
from etl.read.plain import LONGEST_LINE, PlainText, count_bytes, find_what_is_not_utf8, plain_text
from etl.strict import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from mmap import mmap
    from pathlib import Path

COLUMNS: Final = ("indicator", "measure", "breakdown", "ref_area", "time_period", "obs_kind", "value", "unit", "locator", "note")
OPTIONAL: Final = frozenset({"breakdown", "obs_kind", "locator", "note"})

_SHOWN: Final = 300
# What people leave around a cell: blanks, tabs, line breaks, no-break and thin blanks, marks of width zero.
BLANKS: Final = " \t\n\r\u00a0\u2007\u2009\u200b\u202f\u3000\ufeff"


TRIMMED: Final = "nullif(trim({c}, $blanks), '')"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What was read of one file: rows = rows now in raw_rows + records set aside. A refused file has no rows and says why in `faults`."""

    rows: int
    faults: tuple[Fault, ...]
    set_aside: int


def create_raw_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the two tables that the reader fills: rows as printed, and records that could not be read; and the schema of the verdicts."""
    con.execute("CREATE SCHEMA IF NOT EXISTS out")
    con.execute(f"CREATE OR REPLACE TABLE raw_rows (file_no INTEGER, line BIGINT, {', '.join(f'{c} VARCHAR' for c in COLUMNS)})")
    con.execute("CREATE OR REPLACE TABLE raw_set_aside (file_no INTEGER, line BIGINT, text VARCHAR, fields INTEGER, expected INTEGER, code VARCHAR)")


def read_figures_csv(con: duckdb.DuckDBPyConnection, file_no: int, path: Path) -> ReadResult:
    """Read one figures.csv into `raw_rows` and `raw_set_aside` (create_raw_tables), which must hold nothing of `file_no` yet."""
    with plain_text(path) as text:
        if isinstance(text, Fault):
            return ReadResult(rows=0, faults=(text,), set_aside=0)
        header = read_header(text)
        if isinstance(header, Fault):
            return ReadResult(rows=0, faults=(header,), set_aside=0)
        faults = judge_header(header)
        if not faults and text.is_utf8_file and (fault := find_what_is_not_utf8(text.original)):
            faults = (fault,)  # asked before: what DuckDB cannot read would end the transaction of the whole ingest
        return ReadResult(rows=0, faults=faults, set_aside=0) if faults else _load(con, file_no, text, header)


def read_header(text: PlainText) -> list[str] | Fault:
    """The names of the columns, or why the first line is no header."""
    first_line_end = text.data.find(b"\n")
    head = text.data[: LONGEST_LINE if first_line_end < 0 else max(first_line_end + 1, 64 * 1024)]
    try:
        first = head.decode("utf-8-sig", "strict" if len(head) == len(text.data) else "ignore")
        header = next(csv.reader(io.StringIO(first, newline="")), [])
    except UnicodeDecodeError:
        return find_what_is_not_utf8(text.original) or Fault("figures-not-utf8", record=1)
    except csv.Error as failure:
        return Fault("figures-header-unreadable", record=1, found=str(failure), expected=",".join(COLUMNS))
    names = [name.strip(BLANKS) for name in header]
    while names and not names[-1]:
        names.pop()  # spreadsheets end every line with the commas of columns that were once in use; fields there must be empty too
    return names


def judge_header(header: Sequence[str]) -> tuple[Fault, ...]:
    """Find what is wrong with the names of the columns, all of it: one look must be enough to repair the line."""
    shown, expected = ",".join(header)[:_SHOWN], ",".join(COLUMNS)
    known = [name for name in header if name in COLUMNS]
    if len(header) == 1 and (separator := _other_separator(header[0])):
        return (Fault("figures-delimiter", record=1, found=separator, expected=",", hint=header[0][:_SHOWN]),)
    if not known:
        return (Fault("figures-no-header", record=1, found=shown, expected=expected),)
    missing = [
        Fault("figures-column-missing", record=1, column=name, found=shown, expected=expected, hint=", ".join(nearest(name, header)) or None)
        for name in COLUMNS
        if name not in known and name not in OPTIONAL
    ]
    surplus = [
        Fault("figures-column-surplus", record=1, column=name, found=shown, expected=expected, hint=", ".join(nearest(name, COLUMNS)) or None)
        for name in dict.fromkeys(header)
        if name not in COLUMNS
    ]
    repeated = [
        Fault("figures-column-repeated", record=1, column=name, found=shown, expected=expected) for name in dict.fromkeys(known) if known.count(name) > 1
    ]
    return (*missing, *surplus, *repeated)


def _other_separator(name: str) -> str | None:
    return next((mark for mark in ";\t|" if len(set(name.split(mark)) & set(COLUMNS)) > 1), None)


def _load(con: duckdb.DuckDBPyConnection, file_no: int, text: PlainText, header: Sequence[str]) -> ReadResult:
    try:
        rows = _insert_rows(con, file_no, text, header)
        set_aside = _set_aside(con, file_no, text, expected=len(header))
        fault = set_aside if isinstance(set_aside, Fault) else _refuse_what_does_not_add_up(con, file_no, text, rows=rows, set_aside=set_aside)
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException):
        raise  # the disk or the memory, not the file: a finding would say that the source is broken, and publish without it
    except duckdb.Error as failure:
        # DuckDB's texts go on with all options of the reader; their first line says what happened.
        fault = Fault("figures-unreadable", found=str(failure).partition("\n")[0][:_SHOWN])
    con.execute("DROP TABLE IF EXISTS reject_lines; DROP TABLE IF EXISTS reject_files; DROP TABLE IF EXISTS blank_lines")
    if fault is not None or isinstance(set_aside, Fault):
        con.execute("DELETE FROM raw_rows WHERE file_no = $1", [file_no])
        con.execute("DELETE FROM raw_set_aside WHERE file_no = $1", [file_no])
        return ReadResult(rows=0, faults=() if fault is None else (fault,), set_aside=0)
    _number_records(con, file_no, any_set_aside=set_aside > 0)
    _trim(con, file_no, text)
    return ReadResult(rows=rows + set_aside, faults=() if rows + set_aside else (Fault("figures-no-rows", record=1),), set_aside=set_aside)


def _insert_rows(con: duckdb.DuckDBPyConnection, file_no: int, text: PlainText, header: Sequence[str]) -> int:
    inserted = con.execute(f"INSERT INTO raw_rows SELECT {file_no:d}, 0, {scan(text.path, header)}").fetchall()
    return int(inserted[0][0])


def scan(path: Path, header: Sequence[str]) -> str:
    """The columns of raw_rows and the FROM clause that reads them from a file; what cannot be read is in reject_lines afterwards."""
    # Traps: `columns` is positional, hence the header was read before; the sniffer refuses files with ragged records, hence no auto_detect;
    # numbering at read costs a third of the load, hence the 0: DuckDB keeps the order of the file, and rowid gives the numbers afterwards.
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in header)
    wanted = ", ".join(f'"{name}"' if name in header else f'NULL::VARCHAR AS "{name}"' for name in COLUMNS)
    return f"""{wanted}
        FROM read_csv({_quoted_path(path)}, columns = {{{columns}}}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
                      new_line = '\\n', strict_mode = true, max_line_size = {LONGEST_LINE}, compression = 'none',
                      store_rejects = true, rejects_table = 'reject_lines', rejects_scan = 'reject_files')"""


def _quoted_path(path: Path) -> str:
    """Write a path for read_csv, which takes * ? [ for patterns."""
    literal = re.sub(r"([*?\[])", r"[\1]", str(path))
    return "'" + literal.replace("'", "''") + "'"


def _set_aside(con: duckdb.DuckDBPyConnection, file_no: int, text: PlainText, *, expected: int) -> int | Fault:
    """Keep the records that could not be read, and count them; refuse the file if one of them hides others."""
    if not con.execute("SELECT count(*) FROM reject_lines").fetchall()[0][0]:
        return 0
    fault = _find_open_quote(con, text)
    if fault is not None:
        return fault
    con.execute("CREATE TEMP TABLE blank_lines AS SELECT unnest($1::BIGINT[]) AS at", [_blank_lines(text)])
    return int(con.execute(_query("set_aside"), {"file_no": file_no, "expected": expected}).fetchall()[0][0])


def _find_open_quote(con: duckdb.DuckDBPyConnection, text: PlainText) -> Fault | None:
    """Find a quote that is never closed: all that follows became one field, and in a large file DuckDB loses some of it without a word."""
    suspects = con.execute(
        "SELECT error_type, line, line_byte_position, csv_line FROM reject_lines"
        " WHERE error_type IN ('LINE SIZE OVER MAXIMUM', 'UNQUOTED VALUE') ORDER BY line, error_type"
    ).fetchall()
    for kind, line, begin, as_read in suspects:
        if kind == "LINE SIZE OVER MAXIMUM" or _count_quotes_in_line(text, begin - 1) % 2:
            return Fault("figures-quote-not-closed", record=line, found=as_read.lstrip("\n").partition("\n")[0][:_SHOWN], offset=begin - 1)
    return None


def _count_quotes_in_line(text: PlainText, begin: int) -> int:
    while text.data[begin : begin + 1] == b"\n":
        begin += 1
    end = text.data.find(b"\n", begin)
    return text.data[begin : end if end >= 0 else len(text.data)].count(b'"')


def _blank_lines(text: PlainText) -> list[int]:
    """Byte offsets of line ends outside quotes that are followed by another line end."""
    if text.data.find(b"\n\n") < 0:
        return []
    return [found.start() for found in re.finditer(rb'"[^"]*"|\n(?=\n)', text.data) if found[0] == b"\n"]


def _refuse_what_does_not_add_up(con: duckdb.DuckDBPyConnection, file_no: int, text: PlainText, *, rows: int, set_aside: int) -> Fault | None:
    """Compare the records with the line ends of the file: no record may be lost in silence.

    Where quotes may hide line ends the count needs a pass over all fields; it is made when something was set aside, for all losses
    that we have seen came with a record that DuckDB reported.
    """
    has_quotes = text.data.find(b'"') >= 0
    if has_quotes and not set_aside:
        return None
    size = len(text.data)
    lines = count_bytes(text.data, b"\n") + (text.data[size - 1 :] != b"\n") - len(_blank_lines(text))
    records = 1 + rows + set_aside + (_count_breaks_in_fields(con, file_no) if has_quotes else 0)
    return None if lines == records else Fault("figures-records-lost", found=str(records), expected=str(lines))


def _count_breaks_in_fields(con: duckdb.DuckDBPyConnection, file_no: int) -> int:
    breaks = " + ".join(f"coalesce(sum(length({c}) - length(replace({c}, chr(10), ''))), 0)" for c in COLUMNS)
    in_rows = con.execute(f"SELECT {breaks} FROM raw_rows WHERE file_no = $1", [file_no]).fetchall()[0][0]
    aside = "SELECT coalesce(sum(length(text) - length(replace(text, chr(10), ''))), 0) FROM raw_set_aside WHERE file_no = $1"
    return int(in_rows + con.execute(aside, [file_no]).fetchall()[0][0])


def _number_records(con: duckdb.DuckDBPyConnection, file_no: int, *, any_set_aside: bool) -> None:
    first = con.execute("SELECT min(rowid) FROM raw_rows WHERE file_no = $1", [file_no]).fetchall()[0][0]
    if first is None:
        return
    if any_set_aside:
        con.execute(_query("number_records"), {"file_no": file_no, "first": first})
    else:
        con.execute("UPDATE raw_rows SET line = rowid - $1 + 2 WHERE file_no = $2", [first, file_no])


def _trim(con: duckdb.DuckDBPyConnection, file_no: int, text: PlainText) -> None:
    """Take blanks off both ends of the fields, in those columns that have any: trimming ten columns costs as much as reading them."""
    touched = columns_with_blanks(con, "raw_rows", blanks_in(text.data), where=f"file_no = {file_no:d}")
    if touched:
        con.execute(f"UPDATE raw_rows SET {', '.join(f'{c} = {TRIMMED.format(c=c)}' for c in touched)} WHERE file_no = {file_no:d}", {"blanks": BLANKS})


def columns_with_blanks(con: duckdb.DuckDBPyConnection, table: str, blanks: Sequence[str], where: str = "true") -> list[str]:
    """The columns in which some field begins or ends with one of these blanks."""
    ends = [f"ends_with({{c}}, chr({ord(mark)}))" for mark in blanks]
    begins = [f"starts_with({{c}}, chr({ord(mark)}))" for mark in blanks if mark > " "]
    has_blank = " OR ".join(["{c} < '!'", *begins, *ends])  # all that sorts before the first visible character is blank
    flags = con.execute(f"SELECT {', '.join(f'count(*) FILTER ({has_blank.format(c=c)}) > 0' for c in COLUMNS)} FROM {table} WHERE {where}")
    return [column for column, is_touched in zip(COLUMNS, flags.fetchall()[0], strict=True) if is_touched]


def blanks_in(data: bytes | mmap) -> list[str]:
    """The kinds of blank that these bytes have: a look for one byte is twenty times as fast as a look for three."""
    return [mark for mark in BLANKS if data.find(mark.encode()[:1]) >= 0 and data.find(mark.encode()) >= 0]


@cache
def _query(name: str) -> str:
    return resources.files("etl.read").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
