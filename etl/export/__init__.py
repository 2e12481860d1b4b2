"""What is published, in the forms that other programs and other people ask for.

    export(project, "datapackage", Path("goi-du-lieu"))     a Frictionless Data Package: datapackage.json and one CSV per table
    export(project, "csv", Path("so-lieu"))                 CSV for a spreadsheet set to Vietnamese, one file per sheet
    export(project, "xlsx", Path("so-lieu.xlsx"))           a workbook for people

The same snapshot gives the same bytes. Nothing here judges or changes a figure; what is not published is not exported.

Belongs here: the choice of the form. Elsewhere: the forms (one module each), the slip that asks a publisher to look again (etl/slip/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.errors import UsageError
from etl.export.datapackage import write_datapackage
from etl.export.people_csv import write_people_csv
from etl.export.published import open_published
from etl.export.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etl.export.published import Published
    from etl.project import Project

_WRITERS: Final[dict[str, Callable[[Published, Path], Path]]] = {"datapackage": write_datapackage, "xlsx": write_workbook, "csv": write_people_csv}
KINDS: Final = tuple(_WRITERS)


def export(project: Project, kind: str, target: Path) -> Path:
    """Write the current snapshot to `target` (a folder; for xlsx a file). Gives the file or folder to open."""
    if kind not in _WRITERS:
        raise UsageError("export-kind-unknown", kind=kind, known=KINDS)
    with open_published(project) as published:
        return _WRITERS[kind](published, target)
