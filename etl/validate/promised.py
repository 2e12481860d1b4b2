"""What the source.toml of a document promises, as lines of the ledger: the indicators that its form asks for (D01), the day it was due (D03).

Belongs here: whether a promise is kept. Elsewhere: the keys `must_have` and `due` (read/sources.py), the lines about files (ledger.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.messages import sentence
from etl.strict import nearest
from etl.validate.validate import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from etl.model import Source

# What is refused (no number, a unit that does not fit) or set aside answers no form.
_PRINTED: Final = """
SELECT DISTINCT d.name, sd.indicator FROM fact AS f JOIN sd USING (sid) JOIN docs AS d USING (folder)
WHERE f.refusal IS NULL AND f.excluded IS NULL
"""


def promises(con: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> list[Entry]:
    """One entry per promise; `amount` 0 where it is kept. Needs `fact`, `sd`, `docs` and `known_indicators`."""
    sources = [source for source in sources if source.must_have or source.due]
    if not sources:
        return []
    printed = set(con.execute(_PRINTED).fetchall())
    names = {row[0]: row[1:] for row in con.execute("SELECT id, name_vi, name_en FROM known_indicators").fetchall()}
    found = [_asked(source, indicator, names, is_there=(source.folder, indicator) in printed) for source in sources for indicator in source.must_have]
    return found + [entry for source in sources if (entry := _due(source)) is not None]


def _asked(source: Source, indicator: str, names: Mapping[str, tuple[str, str]], *, is_there: bool) -> Entry:
    code = "form-indicator-missing" if indicator in names else "form-indicator-unknown"
    name_vi, name_en = names.get(indicator, (indicator, indicator))
    near = ", ".join(nearest(indicator, names)) or indicator
    return Entry(
        what="form",
        subject=f"{source.folder}/source.toml",
        detail_vi=sentence(code, "vi", name=name_vi, indicator=indicator, nearest=near),
        detail_en=sentence(code, "en", name=name_en, indicator=indicator, nearest=near),
        expected=indicator,
        actual=None,
        amount=int(not is_there or indicator not in names),
    )


def _due(source: Source) -> Entry | None:
    if source.due is None or source.published is None:
        return None
    late = max((source.published - source.due).days, 0)
    facts = {"published": source.published.isoformat(), "due": source.due.isoformat(), "days": late}
    return Entry(
        what="due",
        subject=f"{source.folder}/source.toml",
        detail_vi=sentence("published-late", "vi", **facts),
        detail_en=sentence("published-late", "en", **facts),
        expected=f"<= {facts['due']}",
        actual=str(facts["published"]),
        amount=late,
    )
