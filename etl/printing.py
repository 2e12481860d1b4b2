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
from typing import TYPE_CHECKING, Any, Final

import click

from etl.messages import sentence
from etl.validate.numbers import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pyarrow

_LEAST_TEXT: Final = 20  # a column of text cut to fewer characters tells nothing
_PRINTED_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]* ?%?")


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
    rows = [[cell(value, lang).replace("|", "\\|") for value in row.values()] for row in table.to_pylist()]
    head = ["| " + " | ".join(table.column_names) + " |", "|" + "---|" * table.num_columns]
    return "\n".join(head + ["| " + " | ".join(row) + " |" for row in rows])


def as_text(table: pyarrow.Table, lang: str) -> str:
    """Columns as wide as they need, cut to the terminal; where that leaves too little of them, rows one below the other. The last line counts."""
    names, rows = table.column_names, table.to_pylist()
    cells = [[cell(value, lang) for value in row.values()] for row in rows]
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


_WRITERS: Final[dict[str, Callable[[Any, str], str]]] = {"table": as_text, "json": _as_json, "csv": _as_csv, "markdown": _as_markdown}
