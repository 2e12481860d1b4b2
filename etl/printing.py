"""A table as text for a terminal, as JSON, CSV, Markdown or Parquet: what `ansinh query` and the catalogues print.

Belongs here: how rows and single values are written. Elsewhere: findings, summaries, traces (present.py), what is asked (query.py).
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sys
import textwrap
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

import click

from etl.errors import SystemRefused, UsageError
from etl.messages import sentence
from etl.validate.numbers import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pyarrow

_BATCH: Final = 10_000
_MOST_ROWS: Final = 1000
_LEAST_TEXT: Final = 20  # a column of text cut to fewer characters tells nothing
_PRINTED_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]* ?%?")


def write_table(table: pyarrow.Table, *, form: str, output: Path | None = None, lang: str = "vi") -> None:
    """Print a table, or write it to a file. Piece by piece: a million rows take the memory of ten thousand."""
    table = table.rename_columns(_told_apart(table.column_names))
    if output is None:
        most = _MOST_ROWS if form == "table" else table.num_rows
        for text in _in_pieces(_WRITERS[form](_with_readable_dates(table.slice(0, most)), lang)):
            click.echo(text, nl=False)
        if table.num_rows > most:
            click.echo(sentence("rows-more", lang, count=table.num_rows - most))
        return
    try:
        if form == "parquet":
            _write_parquet(table, output)
            return
        with output.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(_WRITERS[form](_with_readable_dates(table), lang))
    except OSError as failure:
        raise SystemRefused("system-refused", path=str(output), problem=failure.strerror or str(failure), errno=failure.errno) from failure


def _write_parquet(table: pyarrow.Table, output: Path) -> None:
    import pyarrow.parquet  # noqa: PLC0415

    try:
        pyarrow.parquet.write_table(table, output)
    except (pyarrow.ArrowNotImplementedError, pyarrow.ArrowInvalid) as failure:
        output.unlink(missing_ok=True)
        raise UsageError("parquet-no-such-type", problem=str(failure)) from failure


def _with_readable_dates(table: pyarrow.Table) -> pyarrow.Table:
    """Dates that Python has no form for (before the year 1, behind 9999, infinity) as DuckDB writes them."""
    odd = {at for at, field in enumerate(table.schema) if _holds_time(field.type) and not _fits_calendar(table.column(at))}
    if not odd:
        return table
    import duckdb  # noqa: PLC0415

    plain = table.rename_columns([f"c{at}" for at in range(table.num_columns)])
    shown = ", ".join(f"CAST(c{at} AS VARCHAR) AS c{at}" if at in odd else f"c{at}" for at in range(table.num_columns))
    with duckdb.connect() as con:
        return con.from_arrow(plain).project(shown).to_arrow_table().rename_columns(table.column_names)


def _holds_time(kind: pyarrow.DataType) -> bool:
    return any(word in str(kind) for word in ("date", "timestamp"))


def _fits_calendar(column: pyarrow.ChunkedArray) -> bool:
    import pyarrow.compute  # noqa: PLC0415

    try:
        if column.type.num_fields:
            column.to_pylist()
        else:
            pyarrow.compute.min_max(column).as_py()
    except (OverflowError, ValueError):
        return False
    return True


def _in_pieces(texts: Iterator[str]) -> Iterator[str]:
    """Thousands of rows at a time: a terminal is flushed after each piece."""
    while held := list(islice(texts, _BATCH)):
        yield "".join(held)


def _rows(table: pyarrow.Table) -> Iterator[tuple[Any, ...]]:
    """Row after row, a batch of them in memory at a time."""
    for batch in table.to_batches(max_chunksize=_BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


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


def _as_json(table: pyarrow.Table, _lang: str) -> Iterator[str]:
    """An array with one row a line: a file of a million rows can still be looked at, and cut."""
    names, between = table.column_names, "[\n"
    for row in _rows(table):
        yield between + json.dumps(_plain(dict(zip(names, row, strict=True))), ensure_ascii=False, default=str, allow_nan=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _plain(value: object) -> object:
    """JSON knows neither NaN nor infinity: they are told by name."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _as_csv(table: pyarrow.Table, _lang: str) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in chain([table.column_names], _rows(table)):  # a query may name its columns as it likes
        writer.writerow([_csv_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


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


def _as_markdown(table: pyarrow.Table, lang: str) -> Iterator[str]:
    yield "| " + " | ".join(table.column_names) + " |\n|" + "---|" * table.num_columns + "\n"
    for row in _rows(table):
        yield "| " + " | ".join(cell(value, lang).replace("|", "\\|") for value in row) + " |\n"


def _as_table(table: pyarrow.Table, lang: str) -> Iterator[str]:
    yield as_text(table, lang) + "\n"


def as_text(table: pyarrow.Table, lang: str) -> str:
    """Columns as wide as they need, cut to the terminal; where that leaves too little of them, rows one below the other. The last line counts."""
    names, rows = table.column_names, list(_rows(table))
    cells = [[cell(value, lang) for value in row] for row in rows]
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
        for name, told in zip(names, row, strict=True):
            if told:
                yield textwrap.fill(
                    told, _terminal_width(), initial_indent=f"{name.ljust(widest)}  ", subsequent_indent=" " * (widest + 2), break_long_words=False
                )


def _terminal_width() -> int:
    import shutil  # noqa: PLC0415

    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 200


def _fit(text: str, width: int, *, right: bool) -> str:
    cut = text if len(text) <= width else text[: width - 1] + "…"
    return cut.rjust(width) if right else cut.ljust(width)


def cell(value: object, lang: str) -> str:
    """A value as people read it: numbers in the notation of the language, nothing for NULL, no orders to the terminal."""
    from decimal import Decimal  # noqa: PLC0415

    if value is None:
        return ""
    if isinstance(value, bool):
        return {"vi": ("không", "có"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, list):
        return ", ".join(cell(inner, lang) for inner in value)
    if isinstance(value, dict):
        return visible(json.dumps(_plain(value), ensure_ascii=False, default=str))
    if isinstance(value, int | float | Decimal) and math.isfinite(value):
        return number(Decimal(str(value)), lang)
    return visible(" ".join(str(value).split()))


def visible(text: str) -> str:
    """A text of a source gives the terminal no orders: what cannot be printed is shown by its number."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


_WRITERS: Final[dict[str, Callable[[Any, str], Iterator[str]]]] = {"table": _as_table, "json": _as_json, "csv": _as_csv, "markdown": _as_markdown}
