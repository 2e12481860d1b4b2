"""A workbook (.xlsx) for people: a frozen heading, filters, widths, numbers with the decimals they need, notes.

Needs openpyxl, which comes with `ansinh[spreadsheets]`. Texts stay texts: none can become a formula. The same snapshot gives the same bytes.

Belongs here: how cells are written. Elsewhere: which sheets and columns there are (sheets.py), CSV (people_csv.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from etl.errors import ConfigError, UsageError
from etl.export.archive import repack
from etl.export.published import file_for
from etl.export.sheets import NOTES_NAME, SHEETS, Heading, Kind, Sheet, notes, prepare, question, visible
from etl.report.notation import decimals_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from etl.export.published import Published

MOST_ROWS: Final = 1_048_575  # of a sheet of Excel, beside the heading
_LONGEST: Final = 32_767  # characters of a cell of Excel
_BATCH: Final = 10_000
_NOTE_WIDTHS: Final = (34, 110)
_COLOUR: Final = "FFDCE6EE"


def write_workbook(published: Published, target: Path) -> Path:
    """Write all sheets into the file `target`. Gives it back."""
    try:
        from openpyxl import Workbook  # noqa: PLC0415  an extra: who exports no workbook does without
    except ImportError as missing:
        raise ConfigError("extra-missing", extra="spreadsheets", library="openpyxl") from missing
    prepare(published)
    _refuse_too_long(published)
    said_at = datetime.fromisoformat(published.run.started_at).replace(tzinfo=None)
    with file_for(target) as file:
        # Trap: a page that was begun and is never saved leaves an open file behind; so all that can be refused is refused before.
        book = Workbook(write_only=True)
        for sheet in SHEETS:
            _add_sheet(book, sheet, published)
        _add_notes(book, published)
        book.properties.creator = "ansinh"
        book.properties.title = "Số liệu an sinh xã hội"
        book.properties.created = book.properties.modified = said_at
        book.save(file)
        repack(file, modified=said_at)
    return target


def _refuse_too_long(published: Published) -> None:
    for sheet in SHEETS:
        count = _count(published, sheet)
        if count > MOST_ROWS:
            raise UsageError("workbook-too-long", sheet=sheet.name, rows=count, most=MOST_ROWS)


def _count(published: Published, sheet: Sheet) -> int:
    return int(published.rows(f"SELECT count(*) AS n FROM ({question(sheet.query)})")[0]["n"])


def _add_sheet(book: Workbook, sheet: Sheet, published: Published) -> None:
    columns = ", ".join(f'"{heading.column}"' for heading in sheet.headings)
    page = _page(book, sheet.name, tuple(heading.width for heading in sheet.headings))
    page.auto_filter.ref = f"A1:{_letter(len(sheet.headings))}{_count(published, sheet) + 1}"
    cell = _writer(page)
    page.append([cell(heading.text, heading=True) for heading in sheet.headings])
    for row in _batches(published, f"SELECT {columns} FROM ({question(sheet.query)})"):
        page.append([_cell(cell, value, heading) for value, heading in zip(row, sheet.headings, strict=True)])


def _add_notes(book: Workbook, published: Published) -> None:
    page = _page(book, NOTES_NAME, _NOTE_WIDTHS)
    cell = _writer(page)
    page.append([cell(NOTES_NAME, heading=True), cell("", heading=True)])
    for name, text in notes(published):
        page.append([cell(name), cell(text)])


def _page(book: Workbook, name: str, widths: tuple[int, ...]) -> WriteOnlyWorksheet:
    page: WriteOnlyWorksheet = book.create_sheet(name)
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    for at, width in enumerate(widths, start=1):
        page.column_dimensions[_letter(at)].width = width
    return page


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  as above

    return str(get_column_letter(column))


def _writer(page: WriteOnlyWorksheet) -> Callable[..., WriteOnlyCell]:
    """A function that makes cells of this page; the styles are made once."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  as above
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

    wrapped = Alignment(vertical="top", wrap_text=True)
    bold, filled = Font(bold=True), PatternFill("solid", fgColor=_COLOUR)

    def cell(value: object, *, number_format: str | None = None, heading: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(page, value=value)
        made.alignment = wrapped
        if isinstance(value, str):
            made.data_type = "s"  # what begins with = is a formula otherwise
        if number_format is not None:
            made.number_format = number_format
        if heading:
            made.font, made.fill = bold, filled
        return made

    return cell


def _cell(cell: Callable[..., WriteOnlyCell], value: Any, heading: Heading) -> WriteOnlyCell | None:
    if value is None:
        return None
    match heading.kind:
        case Kind.NUMBER:
            places = decimals_of(float(value))
            return cell(value, number_format="#,##0" + ("." + "0" * places if places else ""))
        case Kind.DAY:
            return cell(value, number_format="dd/mm/yyyy")
        case Kind.YES_NO:
            return cell("có" if value else "không")
        case Kind.TEXT:
            text = visible(str(value))
            return cell(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _batches(published: Published, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query; never all of them in memory at once."""
    cursor = published.con.execute(query)
    while rows := cursor.fetchmany(_BATCH):
        yield from rows
