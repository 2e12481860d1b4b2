"""A named fault of a raw file or of one of its records. (Its sentence stands in messages.toml under the code.)"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, what was found and what was expected. `record` counts from the header, which is 1."""

    code: str
    record: int | None = None
    column: str | None = None
    found: str | None = None
    expected: str | None = None
    offset: int | None = None  # byte in the file, from 0
    hint: str | None = None

    def facts(self) -> dict[str, object]:
        """Give the facts that the sentence of `code` may use."""
        return {name: value for name, value in asdict(self).items() if name != "code"}
