"""How wrong is wrong: exact, rounding, truncation, hedge, a missing class, impossible. Rounding honestly is never a fault, whatever is rounded.

The grades are told on rows; the properties are asked of the frames and judgements themselves, over a table of observations that hypothesis
fills. (That what words guarantee contains what a reader infers is asked in tests/extract/test_interval.py.)
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pyarrow
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from judging import Document, Judgings, chosen, judge_documents, resolved, row

from etl.extract.interval import OPEN, interval_of
from etl.extract.quantity import Refusal, parse_quantity
from etl.validate import validate as judging_order
from etl.validate.judge import judge
from etl.validate.numbers import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from schemas.kinds import Rule

CLOSED: Final = "list=closed"
SECTORS: Final = ("agriculture_forestry", "industry_construction", "services")
HALF: Final = Decimal("0.5")


# --- the grades, told on rows ---------------------------------------------------------------------------------------------------------


def shares(*values: str, note: str = "") -> list[dict[str, str]]:
    return [row("employment_sector_share", value, "%", breakdown=f"sector={sector}", note=note) for value, sector in zip(values, SECTORS, strict=True)]


def coverage(value: str) -> list[dict[str, str]]:
    return [row("health_insurance_coverage_rate", value, "%")]


def parts_of(total: str, *parts: str) -> list[dict[str, str]]:
    members = zip(("new_build", "repair"), parts, strict=True)
    return [
        row("housing_supported_households", total, "hộ"),
        *[row("housing_supported_households", value, "hộ", breakdown=f"work={m}") for m, value in members],
    ]


def fund(raised: str, completion: str) -> list[dict[str, str]]:
    of = [("actual", "level", raised, "VND"), ("plan", "level", "20.000.000.000", "VND"), ("actual", "plan_completion", completion, "%")]
    return [row("gratitude_fund_raised", value, unit, measure=measure, obs_kind=kind) for kind, measure, value, unit in of]


def houses(money: str) -> list[dict[str, str]]:
    counted = [("housing_support_expenditure", money, "VND"), ("housing_support_norm", "80.000.000", "VND/căn"), ("houses_supported", "1,23 nghìn", "căn")]
    return [row(name, value, unit) for name, value, unit in counted]


def poverty(rate: str) -> list[dict[str, str]]:
    return [row("poor_households", "20,4 nghìn", "hộ"), row("poor_household_rate", rate, "%"), row("households", "181.603", "hộ")]


def land(share: str) -> list[dict[str, str]]:
    of = [("", "level", "0,012", "ha"), ("area=urban", "level", "0,006", "ha"), ("area=urban", "share", share, "%")]
    return [row("social_housing_land_area", value, unit, measure=measure, breakdown=part) for part, measure, value, unit in of]


@dataclass(frozen=True, slots=True)
class Graded:
    """A few rows, a rule, and what it says: None for nothing, else code and severity."""

    name: str
    rows: Sequence[dict[str, str]]
    rule: str
    said: tuple[str, str] | None


GRADES: Final = (
    Graded("exact: 55,7 + 15,58 + 28,72 = 100", shares("55,7", "15,58", "28,72"), "G01", None),
    Graded("rounding: three thirds make 99,9", shares("33,3", "33,3", "33,3"), "G01", None),
    Graded("rounding to the last hair: 0,15 off of 0,15", shares("33,3", "33,3", "33,25"), "G01", ("truncation", "info")),
    Graded("truncation: 0,3 off, twice what rounding allows", shares("33,3", "33,3", "33,1"), "G01", ("truncation", "info")),
    Graded("truncation upwards as well", shares("33,4", "33,5", "33,4"), "G01", ("truncation", "info")),
    Graded("a class may be missing: 0,4 off, thrice what rounding allows", shares("33,3", "33,2", "33,1"), "G01", ("missing-class", "warning")),
    Graded("no class is missing from a list that is closed", shares("33,3", "33,2", "33,1", note=CLOSED), "G01", ("impossible", "error")),
    Graded("no class is missing where there is too much", shares("33,5", "33,5", "33,4"), "G01", ("impossible", "error")),
    Graded("impossible: 0,5 off", shares("33,3", "33,1", "33,1"), "G01", ("impossible", "error")),
    Graded("impossible: 97,00", shares("52,7", "15,58", "28,72"), "G01", ("impossible", "error")),
    Graded("a hedge is taken as far as its last digit goes", shares("hơn 50", "30", "10"), "G01", None),
    Graded("further only with a warning", shares("hơn 40", "30", "10"), "G01", ("hedge", "warning")),
    Graded("a hedge that looks the other way explains nothing", shares("gần 40", "30", "10"), "G01", ("impossible", "error")),
    Graded("a word that says nothing sharp is never impossible", shares("khoảng 20", "30", "10"), "G01", ("hedge", "warning")),
    Graded("plain counts have nothing to round", parts_of("1.024", "610", "415"), "G02", ("impossible", "error")),
    Graded("bare round counts are not widened", parts_of("1.000", "610", "415"), "G02", ("impossible", "error")),
    Graded("a hedged count is", parts_of("hơn 1.000", "610", "415"), "G02", None),
    Graded("a numerator that was cut off", fund("17,38 tỷ đồng", "86,94"), "T03", ("truncation", "info")),
    Graded("a numerator that says something else", fund("17,38 tỷ đồng", "86,99"), "T03", ("impossible", "error")),
    Graded("a count that was cut off", houses("99,12 tỷ đồng"), "P01", ("truncation", "info")),
    Graded("a count that says something else", houses("99,52 tỷ đồng"), "P01", ("impossible", "error")),
    Graded("a base implied by a count that was cut off", poverty("11,29"), "X07", ("truncation", "info")),
    Graded("a base implied by another count", poverty("11,33"), "X07", ("impossible", "error")),
    Graded("an end of an interval with more than three decimals", land("56,4"), "O04", None),
    Graded("beyond such an end only if numbers were cut off", land("56,6"), "O04", ("truncation", "info")),
    Graded("beyond that as well", land("63,8"), "O04", ("impossible", "error")),
    Graded(
        "a fact told again, cut off",
        [row("poor_household_rate", value, "%", locator=at) for value, at in (("17,38", "p1#1-6"), ("17,387", "p9#8-14"))],
        "S03",
        ("truncation", "info"),
    ),
    Graded("a row of a table repeated, cut off", [row("poor_household_rate", value, "%") for value in ("17,38", "17,387")], "S03", ("truncation", "info")),
    Graded("a limit that may be passed a little", coverage("101,2"), "X08", ("implausible", "warning")),
    Graded("a limit whose rounding touches it", coverage("100"), "X08", None),
    Graded("a limit that may not be passed", coverage("106"), "X08", ("impossible", "error")),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Judgings:
    """All of them in one run, by the rules they name."""
    documents = {f"d{at}": Document(list(graded.rows)) for at, graded in enumerate(GRADES)}
    return judge_documents(tmp_path_factory.mktemp("grades"), documents, sorted({graded.rule for graded in GRADES}), explained=False)


@pytest.mark.parametrize(("at", "graded"), list(enumerate(GRADES)), ids=[graded.name for graded in GRADES])
def test_a_gap_has_the_grade_it_deserves(at: int, graded: Graded, told: Judgings) -> None:
    found = [(f.code, f.severity) for f in told.of(f"d{at}") if f.rule.id == graded.rule and f.verdict == "fail"]
    assert found == ([] if graded.said is None else [graded.said])


def test_the_proof_in_the_sentence_is_that_of_the_grade(told: Judgings) -> None:
    proofs = {
        "truncation": "cắt bớt",
        "hedge": "hơn, gần, khoảng",
        "missing-class": "thành phần nhỏ",
        "implausible": "cần xác nhận",
    }
    seen = set()
    for finding in (f for at in range(len(GRADES)) for f in told.of(f"d{at}") if f.verdict == "fail"):
        for code, words in proofs.items():
            assert (words in finding.message_vi) == (finding.code == code), finding.message_vi
        seen.add(finding.code)
    assert seen == {*proofs, "impossible"}


def test_a_bare_round_number_is_told_what_it_would_allow(told: Judgings) -> None:
    at = next(at for at, graded in enumerate(GRADES) if graded.name.startswith("bare round"))
    assert "Nếu 1.000 là số đã làm tròn (từ 500 đến 1.500) thì khớp." in told.of(f"d{at}")[0].message_vi


# --- properties, asked of the frames --------------------------------------------------------------------------------------------------

TEMPLATE: Final = [
    *[row("poor_households", "10", "%", measure="share", breakdown=f"policy_group=g{at}", note=CLOSED) for at in range(9)],
    row("gratitude_fund_raised", "10", "VND"),
    *[row("gratitude_fund_raised", "10", "VND", breakdown=f"policy_group=g{at}", note=CLOSED) for at in range(9)],
    row("poor_household_rate", "10", "%"),
    row("poor_household_rate", "10", "%", time_period="2022"),
    row("poor_household_rate", "10", "điểm %", measure="change_pp", note="base=2022"),
    row("near_poor_household_rate", "10", "%"),
    row("near_poor_households", "10", "hộ"),
    row("households", "10", "hộ"),
]
SHARE, TOTAL, PART, RATE, BASE, CHANGE, NEAR, POOR, ALL = range(9)
AT: Final = {SHARE: 0, TOTAL: 9, PART: 10, RATE: 19, BASE: 20, CHANGE: 21, NEAR: 22, POOR: 23, ALL: 24}
KIND: Final = {SHARE: "rate", TOTAL: "money", PART: "money", RATE: "rate", BASE: "rate", CHANGE: "points", NEAR: "rate", POOR: "count", ALL: "count"}
Printed = tuple[int, int, str]  # which series, which member of it, the text


class Table:
    """A table of observations that can be filled with whatever is printed."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.rules: dict[str, Rule] = {rule.id: rule for rule in chosen(["G01L", "G02", "T01", "O03", "X07"])}
        self.names = [d[0] for d in con.execute("SELECT * FROM obs").description or []]
        rows = con.execute("SELECT * FROM obs ORDER BY n").fetchall()
        self.template = {found[self.names.index("n")]: dict(zip(self.names, found, strict=True)) for found in rows}
        self.schema = con.sql("SELECT * FROM obs").to_arrow_table().schema

    def judge(self, rule: str, documents: Sequence[Sequence[Printed]]) -> list[str | None]:
        """What a rule says of each document: its grade where it fails, None where it passes. Every one must be judged."""
        rows: list[dict[str, Any]] = []
        for folder, document in enumerate(documents):
            rows += [
                {**self.template[AT[series] + member], **self.interval(series, text), "folder": folder, "n": len(rows) + at}
                for at, (series, member, text) in enumerate(document)
            ]
        self.con.register("_obs", pyarrow.Table.from_pylist(rows, schema=self.schema))
        self.con.execute("CREATE OR REPLACE TEMP TABLE obs AS SELECT * FROM _obs")
        self.con.unregister("_obs")
        judged = judge(self.con, self.rules[rule])
        asked = {folder for (folder,) in self.con.execute("SELECT folder FROM frame WHERE applicable AND evaluable").fetchall()}
        assert asked == set(range(len(documents)))
        grades = {failing.row["folder"]: failing.grade for failing in judged.failing}
        return [grades.get(folder) for folder in range(len(documents))]

    @staticmethod
    def interval(series: int, text: str) -> dict[str, Decimal]:
        quantity = parse_quantity(text)
        assert not isinstance(quantity, Refusal), text
        found = interval_of(quantity, unit_kind=KIND[series], obs_kind="actual", signed=series == CHANGE)
        ends = {"lo": found.hard_lower, "slo": found.soft_lower, "hi": found.hard_upper, "shi": found.soft_upper}
        return {
            "v": found.value,
            "h": found.half_width,
            **{name: (-OPEN if name in {"lo", "slo"} else OPEN) if end is None else end for name, end in ends.items()},
        }


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    con, _ = resolved(tmp_path_factory.mktemp("table"), {"a": Document(TEMPLATE)})
    judging_order.validate(con, chosen(["G01L"]))
    yield Table(con)
    con.close()


def printed(value: Decimal, places: int, rounding: str = ROUND_HALF_UP) -> str:
    """A number as a Vietnamese text prints it: 1.234,50."""
    return number(value.quantize(Decimal(1).scaleb(-places), rounding=rounding), "vi", decimals=places)


PLACES: Final = st.integers(0, 3)
ROUNDING: Final = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN])
MANY: Final = settings(max_examples=15)


@st.composite
def compositions(draw: st.DrawFn) -> list[tuple[Decimal, int]]:
    """Up to nine shares of exactly 100, and the decimals that each is printed with."""
    cuts = sorted(draw(st.lists(st.integers(0, 10**8), min_size=0, max_size=8)))
    ends = [0, *cuts, 10**8]
    return [(Decimal(high - low).scaleb(-6), draw(PLACES)) for low, high in pairwise(ends)]


@MANY
@given(tables=st.lists(compositions(), min_size=1, max_size=25), rounding=ROUNDING)
def test_a_composition_that_is_rounded_honestly_is_never_called_a_fault(table: Table, tables: list[list[tuple[Decimal, int]]], rounding: str) -> None:
    documents = [[(SHARE, at, printed(value, places, rounding)) for at, (value, places) in enumerate(shares_)] for shares_ in tables]
    assert table.judge("G01L", documents) == [None] * len(documents)


@MANY
@given(tables=st.lists(compositions(), min_size=1, max_size=25))
def test_a_composition_that_is_cut_off_is_at_most_worth_knowing(table: Table, tables: list[list[tuple[Decimal, int]]]) -> None:
    documents = [[(SHARE, at, printed(value, places, ROUND_DOWN)) for at, (value, places) in enumerate(shares_)] for shares_ in tables]
    assert set(table.judge("G01L", documents)) <= {None, "truncation"}


@st.composite
def printed_shares(draw: st.DrawFn) -> list[tuple[Decimal, int]]:
    """Up to nine shares as printed, honest but for one of them."""
    found = [(value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP), places) for value, places in draw(compositions())]
    at = draw(st.integers(0, len(found) - 1))
    value, places = found[at]
    slip = Decimal(draw(st.integers(-60, 60))).scaleb(-places) * draw(st.sampled_from([1, 10]))
    assume(value + slip >= 0)
    found[at] = (value + slip, places)
    return found


@MANY
@given(tables=st.lists(printed_shares(), min_size=1, max_size=25))
def test_a_gap_beyond_what_rounding_allows_is_a_fault_and_a_smaller_one_is_none(table: Table, tables: list[list[tuple[Decimal, int]]]) -> None:
    """Worked out apart from the frames: d against T = Σh, and against 2·T for numbers that were cut off."""
    expected = []
    for shares_ in tables:
        gap = abs(sum((value for value, _ in shares_), Decimal(-100)))
        tolerance = sum((HALF.scaleb(-places) for _, places in shares_), Decimal(0))
        expected.append(None if gap <= tolerance else "truncation" if gap <= 2 * tolerance else "impossible")
    documents = [[(SHARE, at, printed(value, places)) for at, (value, places) in enumerate(shares_)] for shares_ in tables]
    assert table.judge("G01L", documents) == expected


SCALES: Final = st.sampled_from([("", 0), (" nghìn", 3), (" triệu", 6), (" tỷ", 9)])


@st.composite
def sums(draw: st.DrawFn) -> list[tuple[Decimal, str, int, int]]:
    """Exact amounts of money, the sum of them first; each with its word, the zeros that the word stands for, and its decimals."""
    parts = draw(st.lists(st.integers(0, 10**13), min_size=1, max_size=9))
    found = []
    for amount in [sum(parts), *parts]:
        word, zeros = draw(SCALES)
        found.append((Decimal(amount), word, zeros, draw(st.integers(0, min(zeros, 3)))))
    return found


@MANY
@given(tables=st.lists(sums(), min_size=1, max_size=25))
def test_a_total_and_its_parts_rounded_to_any_word_are_never_called_a_fault(table: Table, tables: list[list[tuple[Decimal, str, int, int]]]) -> None:
    documents = []
    for amounts in tables:
        texts = [printed(amount.scaleb(-zeros), places) + word for amount, word, zeros, places in amounts]
        documents.append([(TOTAL if at == 0 else PART, max(at - 1, 0), text) for at, text in enumerate(texts)])
    assert table.judge("G02", documents) == [None] * len(documents)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int, int]:
    """A part, its whole, and the decimals of the rate."""
    whole = draw(st.integers(1, 10**8))
    return draw(st.integers(0, whole)), whole, draw(PLACES)


@MANY
@given(pairs=st.lists(counts(), min_size=1, max_size=25), rounding=ROUNDING)
def test_a_rate_rounded_honestly_from_its_counts_is_never_called_a_fault(table: Table, pairs: list[tuple[int, int, int]], rounding: str) -> None:
    documents = []
    for part, whole, places in pairs:
        rate = printed(Decimal(100 * part) / whole, places, rounding)
        documents.append([(NEAR, 0, rate), (POOR, 0, printed(Decimal(part), 0)), (ALL, 0, printed(Decimal(whole), 0))])
    assert table.judge("O03", documents) == [None] * len(documents)


@MANY
@given(pairs=st.lists(counts(), min_size=1, max_size=25), ulps=st.integers(2, 90), up=st.booleans())
def test_a_rate_that_is_two_last_digits_off_is_always_a_fault(table: Table, pairs: list[tuple[int, int, int]], ulps: int, up: bool) -> None:  # noqa: FBT001  hypothesis passes by name
    documents = []
    for part, whole, places in pairs:
        rate = (Decimal(100 * part) / whole).quantize(Decimal(1).scaleb(-places)) + (ulps if up else -ulps) * Decimal(1).scaleb(-places)
        assume(rate >= 0)
        documents.append([(NEAR, 0, printed(rate, places)), (POOR, 0, printed(Decimal(part), 0)), (ALL, 0, printed(Decimal(whole), 0))])
    assert set(table.judge("O03", documents)) == {"impossible"}


LEVEL: Final = st.integers(0, 100 * 10**6).map(lambda micro: Decimal(micro).scaleb(-6))


@MANY
@given(pairs=st.lists(st.tuples(LEVEL, LEVEL, PLACES, PLACES, PLACES), min_size=1, max_size=25))
def test_a_change_between_two_levels_rounded_each_by_itself_is_never_called_a_fault(table: Table, pairs: list[tuple[Decimal, Decimal, int, int, int]]) -> None:
    documents = []
    for level, base, *places in pairs:
        step = level - base
        word = "giảm " if step < 0 else "tăng "
        texts = (printed(level, places[0]), printed(base, places[1]), word + printed(abs(step), places[2]))
        documents.append([(RATE, 0, texts[0]), (BASE, 0, texts[1]), (CHANGE, 0, texts[2])])
    assert table.judge("T01", documents) == [None] * len(documents)
