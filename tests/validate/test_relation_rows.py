"""The relations in Python say of every row what the frames in SQL and the judgements say of it: nothing is mended that was not broken."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from judging import Document, Judgings, chosen, judge_documents

from etl.validate.nearby import HOLDING, gather, read_places, read_readings, rows_around
from etl.validate.relation_rows import Told, relation_of
from etl.validate.validate import CELLS, KEYS

CASES: Final = Path(__file__).parents[1] / "cases"
KINDS: Final = sorted(kind for kind in HOLDING if (CASES / kind).is_dir())


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    """All cases of the relational kinds, those that hold and those that do not, in one run."""
    documents = {}
    for kind in KINDS:
        for path in sorted((CASES / kind).glob("*.csv")):
            beside = path.with_suffix(".toml")
            source = tomllib.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
            documents[f"{kind}_{path.stem.replace('.', '_')}"] = Document(path.read_text(encoding="utf-8"), source)
    asked = [rule for rule in chosen(None) if rule.kind in CELLS | KEYS | HOLDING]
    return judge_documents(tmp_path_factory.mktemp("raw"), documents, asked, explained=False)


@pytest.fixture(scope="module")
def said(judged: Judgings) -> Counter[tuple[str, bool, bool]]:
    """Of every row that can be judged: its kind, whether its relation holds, whether it was found to fail; counted."""
    cells = [n for (n,) in judged.con.execute("SELECT n FROM fact WHERE refusal IS NULL AND excluded IS NULL").fetchall()]
    gather(judged.con, cells)
    readings, places = read_readings(judged.con, cells), read_places(judged.con, cells)
    failing = {(f.rule.id, frozenset(m.n for _, m in f.members)) for f in judged.findings if f.verdict == "fail"}
    found: Counter[tuple[str, bool, bool]] = Counter()
    for row in rows_around(judged.con, list(judged.rules.values())):
        relation = relation_of(row.rule, row.row, [Told(role, n, places[n].indicator, places[n].breakdown, readings[n]) for role, n in row.told])
        if relation is not None:
            found[row.rule.kind, relation.holds(readings), (row.rule.id, frozenset(n for _, n in row.told)) in failing] += 1
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_relation_holds_exactly_where_its_row_did_not_fail(kind: str, said: Counter[tuple[str, bool, bool]]) -> None:
    assert said[kind, True, True] == 0
    assert said[kind, False, False] == 0
    assert said[kind, False, True] > 0
    assert said[kind, True, False] > 0
