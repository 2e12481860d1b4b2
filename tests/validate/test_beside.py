"""A number and the unit of its column: what agrees is applied once, what differs or is not understood is refused, and nothing is dropped."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pytest
from judging import Document, Judgings, judge_documents, row

if TYPE_CHECKING:
    from collections.abc import Mapping

MONEY: Final = "gratitude_fund_raised"
THINGS: Final = "labour_strikes"
PEOPLE: Final = "workers_provided_jobs"
NORM: Final = "housing_support_norm"

# indicator, value, unit of the column → what is published
READ: Final = {
    (MONEY, "96 tỷ đồng", "VND"): "96000000000",
    (MONEY, "96", "tỷ đồng"): "96000000000",
    (MONEY, "96 tỷ đồng", "tỷ đồng"): "96000000000",
    (MONEY, "96 tỷ", "tỷ đồng"): "96000000000",
    (MONEY, "5,6 (tỷ đồng)", "tỷ đồng"): "5600000000",
    (MONEY, "1,2 (tỷ đồng)", "VND"): "1200000000",
    (MONEY, "1,2 (tỷ đồng)", ""): "1200000000",
    (MONEY, "từ 40 đến 90 triệu đồng", "triệu đồng"): "40000000",
    (NORM, "80 triệu đồng", "VND/căn"): "80000000",
    (NORM, "80 triệu đồng/căn", "triệu đồng/căn"): "80000000",
    (PEOPLE, "1,8 nghìn", "nghìn người"): "1800",
    (THINGS, "100*", "vụ"): "100",
    (THINGS, "100 (*)", "vụ"): "100",
    (THINGS, "100 vụ.", "vụ"): "100",
    ("poor_household_rate", "1,2 %", "%"): "1.2",
}
REFUSED: Final = {
    (MONEY, "96 tỷ đồng", "nghìn đồng"): "96 tỷ đồng | 96 nghìn đồng",
    (MONEY, "5,6 tỷ đồng", "triệu đồng"): "5,6 tỷ đồng | 5,6 triệu đồng",
    (MONEY, "1,2 (tỷ đồng)", "triệu đồng"): "1,2 (tỷ đồng) | 1,2 triệu đồng",
    (MONEY, "5 nghìn", "tỷ đồng"): "5 nghìn | 5 tỷ đồng | 5 nghìn tỷ đồng",
    (MONEY, "5 nghìn (tỷ đồng)", ""): "5 nghìn tỷ đồng",
    (MONEY, "96 đồng", "tỷ đồng"): "96 đồng | 96 tỷ đồng",
    (MONEY, "5 triệu USD", "VND"): None,
    (MONEY, "1 triệu tỷ", "1000000000000 đồng"): "1 triệu tỷ",
    (NORM, "80 %", "VND/căn"): None,
    (THINGS, "100 giảm", "vụ"): "100 vụ | giảm 100 vụ",
    (THINGS, "50 nghìn hơn", "vụ"): "50 nghìn vụ | hơn 50 nghìn vụ",
    (THINGS, "100 không đến", "vụ"): "100 vụ | không đến 100 vụ",
    (THINGS, "5+", "vụ"): "5 vụ",
    (THINGS, "100 người", "vụ"): None,
    (THINGS, "10³", "vụ"): "10 vụ",
}
TOO_LARGE: Final = (MONEY, "999.999.999.999.999.999", "nghìn tỷ đồng")
RISE_OF_A_LEVEL: Final = (THINGS, "giảm 100", "vụ")
Printed = tuple[str, str, str]
ALL: Final[list[Printed]] = [*READ, *REFUSED, TOO_LARGE, RISE_OF_A_LEVEL]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    """Each in a document of its own."""
    documents = {f"d{number}": Document([row(*printed)]) for number, printed in enumerate(ALL)}
    return judge_documents(tmp_path_factory.mktemp("beside"), documents, ["C00", "C01", "C03"])


@pytest.fixture(scope="module")
def published(together: Judgings) -> Mapping[str, Decimal]:
    """What each document publishes."""
    return dict(together.con.execute("SELECT docs.name, v FROM usable JOIN docs USING (folder)").fetchall())


@pytest.mark.parametrize("printed", READ, ids=str)
def test_what_agrees_is_applied_once(printed: Printed, together: Judgings, published: Mapping[str, Decimal]) -> None:
    document = f"d{ALL.index(printed)}"
    assert together.of(document) == []
    assert published[document] == Decimal(READ[printed])


@pytest.mark.parametrize("printed", REFUSED, ids=str)
def test_what_differs_or_is_not_understood_is_refused_with_its_readings(printed: Printed, together: Judgings, published: Mapping[str, Decimal]) -> None:
    document = f"d{ALL.index(printed)}"
    found = together.of(document)
    assert [(f.rule.id, f.severity, f.verdict) for f in found] == [("C03", "error", "fail")]
    assert document not in published
    if REFUSED[printed] is not None:
        assert found[0].expected == REFUSED[printed]


@pytest.mark.parametrize(("printed", "why"), [(TOO_LARGE, "lớn hơn mọi số liệu"), (RISE_OF_A_LEVEL, "measure")], ids=str)
def test_a_number_that_only_its_neighbours_forbid_is_told_why(printed: Printed, why: str, together: Judgings) -> None:
    (found,) = together.of(f"d{ALL.index(printed)}")
    assert found.rule.id == "C01"
    assert why in found.message_vi
