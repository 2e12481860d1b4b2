"""The generated pages of docs/ are what the declarations say."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.pages import PAGES
from schemas.kinds import KINDS
from schemas.tables import TABLES

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("page", PAGES)
def test_the_page_in_docs_is_the_one_the_declarations_give(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == PAGES[page](), "write it again: python -m etl.pages docs"


def test_every_published_column_is_explained_in_both_languages() -> None:
    silent = [f"{table.name}.{c.name}" for table in TABLES for c in table.columns if not c.vi or not c.en]
    assert silent == []


def test_every_kind_of_rule_stands_in_the_catalogue() -> None:
    page = PAGES["rules.md"]()
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []
