"""Correction slips (phiếu đề nghị rà soát số liệu): what a publisher is asked to look at again, in Vietnamese, as Markdown or .docx.

    write_slips(project, "markdown", Path("phieu"))     phieu/phieu-<folder of raw/>.md, one for each publisher with open findings

Only failures of severity error or warning that are not waived. The same snapshot gives the same bytes. No name of a person is written.

Belongs here: which files there are. Elsewhere: what is asked (slips.py), the letter (letter.py), the two forms (markdown.py, document.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from etl.errors import UsageError
from etl.export.published import folder_for, open_published
from etl.slip.document import render_document
from etl.slip.letter import letter
from etl.slip.markdown import render_markdown
from etl.slip.slips import read_slips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from etl.project import Project
    from etl.slip.letter import Block

_FORMS: Final[dict[str, tuple[str, Callable[[Sequence[Block], datetime], bytes]]]] = {"markdown": ("md", render_markdown), "docx": ("docx", render_document)}
FORMS: Final = tuple(_FORMS)


def write_slips(project: Project, form: str, target: Path) -> tuple[Path, ...]:
    """Write the slips of the current snapshot into the folder `target`; gives the files. Nothing to ask: nothing is written."""
    if form not in _FORMS:
        raise UsageError("slip-form-unknown", form=form, known=FORMS)
    ending, render = _FORMS[form]
    with open_published(project) as published:
        slips = read_slips(published)
        said_at = datetime.fromisoformat(published.run.started_at).replace(tzinfo=None)
    written = {f"phieu-{slip.name}.{ending}": render(letter(slip), said_at) for slip in slips}
    if not written:
        return ()
    with folder_for(target, frozenset(written), beside="phieu-*") as folder:
        for name, content in written.items():
            (folder / name).write_bytes(content)
    return tuple(target / name for name in sorted(written))
