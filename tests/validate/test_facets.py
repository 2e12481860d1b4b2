"""What a change refers to belongs to its key, and one period is one, however it is spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judging import Document, Judgings, judge_documents, row

if TYPE_CHECKING:
    from collections.abc import Mapping


def fall(value: str, base: str, **others: str) -> dict[str, str]:
    return row("poor_households", value, "hộ", measure="change_abs", note=f"base={base}", **others)


def part(value: str, area: str, base: str) -> dict[str, str]:
    return row("workers_provided_jobs", value, "người", measure="change_abs", breakdown=f"area={area}", note=f"base={base}; list=closed")


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    total = row("workers_provided_jobs", "tăng 100", "người", measure="change_abs", note="base=2022")
    documents = {
        "contradiction": Document([fall("giảm 100", "2022"), fall("giảm 160", "năm 2022")]),
        "repeat": Document([fall("giảm 100", "2022"), fall("giảm 100", "năm 2022")]),
        "apart": Document([fall("giảm 100", "2022"), fall("giảm 160", "2021")]),
        "unreadable": Document([fall("giảm 100", "đầu kỳ"), fall("giảm 160", "giữa kỳ")]),
        "part-twice": Document([total, part("tăng 60", "rural", "2022"), part("tăng 60", "rural", "năm 2022"), part("tăng 40", "urban", "2022")]),
    }
    return judge_documents(tmp_path_factory.mktemp("facets"), documents, ["C11", "S03", "G02"])


@pytest.fixture(scope="module")
def published(together: Judgings) -> Mapping[str, int]:
    return dict(together.con.execute("SELECT name, count(*) FROM obs JOIN docs USING (folder) GROUP BY name").fetchall())


def test_one_base_in_two_spellings_is_one_key(together: Judgings, published: Mapping[str, int]) -> None:
    assert together.rules_of("contradiction") == {"C11"}
    assert together.rules_of("repeat") == set()
    assert published["repeat"] == 1


def test_another_base_or_one_that_cannot_be_read_is_another_key(together: Judgings, published: Mapping[str, int]) -> None:
    for document in ("apart", "unreadable"):
        assert together.rules_of(document) == set()
        assert published[document] == 2


def test_a_part_in_two_spellings_counts_once(together: Judgings) -> None:
    assert together.rules_of("part-twice") == set()
    assert together.verdicts("part-twice", "G02") == {"pass": 1}


def test_an_observation_has_one_id_in_all_spellings_of_its_base(tmp_path_factory: pytest.TempPathFactory) -> None:
    ids = set()
    for base in ("2022", "năm 2022"):
        judged = judge_documents(tmp_path_factory.mktemp("ids"), {"a": Document([fall("giảm 100", base)])}, ["C11"])
        ids |= set(judged.con.execute("SELECT observation_id FROM identified").fetchall())
    assert len(ids) == 1
