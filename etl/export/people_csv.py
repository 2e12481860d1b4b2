"""CSV that Excel opens by a double click on a machine set to Vietnamese: UTF-8 with its mark, semicolons, decimal commas.

A cell that a spreadsheet would take for a formula or a date gets an apostrophe before it; a printed number such as -3,7 is neither.

Belongs here: how cells are written. Elsewhere: which columns there are (sheets.py), CSV for machines (datapackage.py).
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from etl.export.published import folder_for
from etl.export.sheets import NOTES_FILE, NOTES_NAME, SHEETS, Heading, Kind, Sheet, notes, prepare, question

if TYPE_CHECKING:
    from pathlib import Path

    from etl.export.published import Published

_MARK: Final = "\ufeff"
_CSV: Final = "FORMAT csv, HEADER true, DELIMITER ';', NULLSTR ''"
_ENDING: Final = ".csv"

# The shortest decimal that gives the stored number, with a comma. DuckDB writes very large and very small ones with an exponent.
_NUMBER: Final = """
    replace(CASE WHEN contains({v}::VARCHAR, 'e-') THEN rtrim({v}::DECIMAL(38, 15)::VARCHAR, '0')
                 WHEN contains({v}::VARCHAR, 'e') THEN {v}::DECIMAL(38, 0)::VARCHAR
                 ELSE regexp_replace({v}::VARCHAR, '\\.0$', '') END, '.', ',')"""
# = + - @ begin a formula, so do their wide forms in some settings, and white space before them is skipped; 5-10 would become a day in May.
_TEXT: Final = """
    CASE WHEN regexp_full_match({v}, '[+−-]?[0-9][0-9.,]* ?%?') THEN {v}
         WHEN regexp_matches({v}, '^[\\t\\r\\n ]*[=+@\uff1d\uff0b\uff20\uff0d−-]') THEN '''' || {v}
         WHEN regexp_full_match({v}, '[0-9]{{1,4}}[-/][0-9]{{1,2}}([-/][0-9]{{1,4}})?') THEN '''' || {v}
         ELSE {v} END"""
_WRITTEN: Final = {
    Kind.TEXT: _TEXT,
    Kind.NUMBER: _NUMBER,
    Kind.DAY: "strftime({v}, '%d/%m/%Y')",
    Kind.YES_NO: "CASE WHEN {v} THEN 'có' ELSE 'không' END",
}


def write_people_csv(published: Published, target: Path) -> Path:
    """Write one file per sheet into the folder `target`. Gives the file of the figures."""
    prepare(published)
    names = frozenset(f"{name}{_ENDING}" for name in (NOTES_FILE, *(sheet.file for sheet in SHEETS)))
    with folder_for(target, names) as folder:
        for sheet in SHEETS:
            published.copy(_cells(sheet), folder / f"{sheet.file}{_ENDING}", _CSV)
        with (folder / f"{NOTES_FILE}{_ENDING}").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\n")
            writer.writerows([(NOTES_NAME, ""), *notes(published)])
    return target / f"{SHEETS[0].file}{_ENDING}"


def _cells(sheet: Sheet) -> str:
    """The question of a sheet with every cell as text. The byte order mark is part of the first heading: COPY knows none."""
    cells = ", ".join(f'{_cell(heading)} AS "{_MARK if at == 0 else ""}{heading.text}"' for at, heading in enumerate(sheet.headings))
    return f"SELECT {cells} FROM ({question(sheet.query)})"


def _cell(heading: Heading) -> str:
    return _WRITTEN[heading.kind].format(v=f'"{heading.column}"').strip()
