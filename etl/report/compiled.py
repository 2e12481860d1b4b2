"""The templates of the page, each compiled once a process: tests, or a notebook, render many reports.

Nothing is kept on the disk: code that is run must not come from a folder that others may write.
Belongs here: how templates are loaded. Elsewhere: what they may call (html_report.py), the markup (templates/).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from types import CodeType

    from jinja2.bccache import Bucket

TEMPLATES: Final = Path(__file__).parent / "templates"


class _Compiled(BytecodeCache):
    """The code of each template that was ever loaded, by its name and the checksum of its text."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


def templates() -> Environment:
    """A new environment over the templates of the page: what is put into it is its own, what was compiled is shared."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=_COMPILED,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def compile_all() -> None:
    """Compile every template before it is needed."""
    environment = templates()
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)
