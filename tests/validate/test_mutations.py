"""Change any printed digit of any figure that takes part in a relation to any other digit: somebody notices, or nobody could.

The golden figures stand in blocks, each a small text in which everything fits. For every changed digit the arithmetic of the block is done
again here, apart from the frames, in plain decimals: where a relation no longer holds within what the print and its words allow, a rule has to
fail with the changed figure among its members; where all of them hold, no rule about relations may accuse anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final

import pytest
from judging import chosen, laid_out, row, unexplained

from etl.validate.validate import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from etl.validate.findings import Finding

EXACT: Final = Context(prec=60)
VND: Final = "VND"
CLOSED: Final = "list=closed"
WORDS: Final = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}
OUR_OWN: Final = {"agree", "precedence", "ledger", "coverage"}  # rules over several documents, files and the run itself
# Rules that ask whether a value is plausible or well-formed, not whether it fits the others: they may speak of a changed digit on their own.
NO_RELATION: Final = {"format", "allowed", "range", "whole", "hedged", "band", "jump", "copy", "claim", "interval", "points"}


# --- what a printed figure stands for, in plain decimals --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """An interval; both ends belong to it."""

    low: Decimal
    high: Decimal

    def __add__(self, other: Span) -> Span:
        return Span(EXACT.add(self.low, other.low), EXACT.add(self.high, other.high))

    def __sub__(self, other: Span) -> Span:
        return Span(EXACT.subtract(self.low, other.high), EXACT.subtract(self.high, other.low))

    def __mul__(self, other: Span) -> Span:
        corners = [EXACT.multiply(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(corners), max(corners))

    def times(self, k: int) -> Span:
        return self * Span(Decimal(k), Decimal(k))

    def meets(self, other: Span) -> bool:
        return self.low <= other.high and other.low <= self.high


def span(text: str, unit: str) -> Span:
    """What a reader takes the text for: half of the last printed place around it, unless it is a plain count or amount."""
    match = re.search(r"[\d.,]+", text)
    assert match is not None
    digits = match.group()
    decimals = len(digits.partition(",")[2])
    factor = next((factor for word, factor in WORDS.items() if f" {word}" in text), 1)
    value = Decimal(digits.replace(".", "").replace(",", ".")) * factor
    place = Decimal(1).scaleb(-decimals) * factor
    is_rounded = factor > 1 or decimals > 0 or unit in {"%", "điểm %", "lần"}
    half = place / 2 if is_rounded else Decimal(0)
    found = Span(value - half, value + half)
    if text.startswith("hơn "):
        granule = place
        while value and value % (granule * 10) == 0 and not decimals:
            granule *= 10
        found = Span(value - half, value + granule)
    return Span(-found.high, -found.low) if text.startswith(("giảm ", "thấp hơn ")) else found


def adds(total: str, *parts: str) -> Callable[[Mapping[str, Span]], bool]:
    def holds(s: Mapping[str, Span]) -> bool:
        added = s[parts[0]]
        for part in parts[1:]:
            added += s[part]
        return added.meets(s[total] if total != "100" else Span(Decimal(100), Decimal(100)))

    return holds


def at_most(small: str, large: str) -> Callable[[Mapping[str, Span]], bool]:
    return lambda s: s[small].low <= s[large].high


def rate(ratio: str, part: str, whole: str, k: int = 100) -> Callable[[Mapping[str, Span]], bool]:
    return lambda s: (s[ratio] * s[whole]).meets(s[part].times(k))


def grows(per_cent: str, level: str, base: str) -> Callable[[Mapping[str, Span]], bool]:
    return lambda s: (s[per_cent] * s[base]).meets((s[level] - s[base]).times(100))


def grows_by(per_cent: str, level: str, step: str) -> Callable[[Mapping[str, Span]], bool]:
    return lambda s: (s[per_cent] * (s[level] - s[step])).meets(s[step].times(100))


def one_base(*pairs: tuple[str, str], printed: str) -> Callable[[Mapping[str, Span]], bool]:
    def holds(s: Mapping[str, Span]) -> bool:
        lows = [EXACT.divide(100 * s[count].low, s[its].high) for count, its in pairs if s[its].high > 0]
        highs = [EXACT.divide(100 * s[count].high, s[its].low) for count, its in pairs if s[its].low > 0]
        # Ours rounds outward to six decimals, so a hair is left to either side.
        return max([*lows, s[printed].low]) <= min([*highs, s[printed].high]) + Decimal("0.000002")

    return holds


def between(overall: str, *parts: str) -> Callable[[Mapping[str, Span]], bool]:
    return lambda s: s[overall].meets(Span(min(s[p].low for p in parts), max(s[p].high for p in parts)))


def flows(change: str, entries: str, exits: str) -> Callable[[Mapping[str, Span]], bool]:
    return lambda s: s[change].meets(s[entries] - s[exits])


@dataclass(frozen=True, slots=True)
class Block:
    """A small text in which everything fits: its figures by name, and what holds between them."""

    name: str
    figures: Mapping[str, dict[str, str]]
    relations: Sequence[Callable[[Mapping[str, Span]], bool]]

    def spans(self, changed: Mapping[str, str]) -> dict[str, Span]:
        return {name: span(changed.get(name, figure["value"]), figure["unit"]) for name, figure in self.figures.items()}

    def holds(self, changed: Mapping[str, str]) -> bool:
        spans = self.spans(changed)
        return all(relation(spans) for relation in self.relations)

    def rows(self, changed: Mapping[str, str]) -> list[dict[str, str]]:
        return [{**figure, "value": changed.get(name, figure["value"])} for name, figure in self.figures.items()]


def parts(indicator: str, unit: str, values: Mapping[str, str], **others: str) -> dict[str, dict[str, str]]:
    return {part: row(indicator, value, unit, breakdown=part, **others) for part, value in values.items()}


P, W, H = "poor_household_rate", "workers_provided_jobs", "housing_supported_households"
REGIONS: Final = {
    "Trung du và miền núi phía Bắc": "1.204",
    "Đồng bằng sông Hồng": "2.310",
    "Bắc Trung Bộ và duyên hải miền Trung": "1.876",
    "Tây Nguyên": "640",
    "Đông Nam Bộ": "1.115",
    "Đồng bằng sông Cửu Long": "2.402",
}
SECTORS: Final = {"sector=agriculture_forestry": "55,7", "sector=industry_construction": "15,58", "sector=services": "28,72"}
POLICIES: Final = {"policy_group=merit_people": "8,4", "policy_group=social_assistance_households": "39,5", "policy_group=no_labour_capacity": "52,1"}
WORKS: Final = {"work=new_build": "610", "work=repair": "414"}
FUNDS: Final = {"fund=state_budget": "4,7 tỷ đồng", "fund=gratitude_fund": "2.510 triệu đồng"}
AREAS: Final = {"area=urban": "3,4", "area=rural": "1,9"}
KINHS: Final = {"ethnicity=ethnic_minority": "1.938", "ethnic_group=ethnic_kinh": "682"}

BLOCKS: Final = (
    Block("shares", parts("employment_sector_share", "%", SECTORS), [adds("100", *SECTORS)]),
    Block("listed shares", parts("poor_households", "%", POLICIES, measure="share", note=CLOSED), [adds("100", *POLICIES)]),
    Block(
        "a sum over one breakdown",
        {"total": row(H, "1.024", "hộ"), **parts(H, "hộ", WORKS)},
        [adds("total", *WORKS), *[at_most(part, "total") for part in WORKS]],
    ),
    Block(
        "a sum of money, in two words",
        {"total": row("housing_support_expenditure", "7,2 tỷ đồng", VND), **parts("housing_support_expenditure", VND, FUNDS, note=CLOSED)},
        [adds("total", *FUNDS), *[at_most(part, "total") for part in FUNDS]],
    ),
    Block(
        "a sum over places",
        {
            "total": row("schools", "9.547", "trường", ref_area="Việt Nam"),
            **{name: row("schools", value, "trường", ref_area=name) for name, value in REGIONS.items()},
        },
        [adds("total", *REGIONS)],
    ),
    Block(
        "a product",
        {
            "money": row("housing_support_expenditure", "7,2 tỷ đồng", VND),
            "norm": row("housing_support_norm", "60 triệu đồng", "VND/căn"),
            "count": row("houses_supported", "120", "căn"),
        },
        [lambda s: s["money"].meets(s["norm"] * s["count"])],
    ),
    Block(
        "counts and rates on one base",
        {
            "poor": row("poor_households", "20.411", "hộ"),
            "near": row("near_poor_households", "18.058", "hộ"),
            "both": row("multidimensional_poor_households", "38.469", "hộ"),
            "poor %": row(P, "11,24", "%"),
            "near %": row("near_poor_household_rate", "9,94", "%"),
            "both %": row("multidimensional_poverty_rate", "21,18", "%"),
            "all": row("households", "181.603", "hộ"),
        },
        [
            adds("both", "poor", "near"),
            adds("both %", "poor %", "near %"),
            *[rate(f"{name} %", name, "all") for name in ("poor", "near", "both")],
            one_base(("poor", "poor %"), ("near", "near %"), ("both", "both %"), printed="all"),
            *[at_most(small, large) for small, large in (("poor", "both"), ("near", "both"), ("both", "all"), ("poor %", "both %"), ("near %", "both %"))],
        ],
    ),
    Block(
        "a rate through two years",
        {
            "now": row(P, "11,24", "%"),
            "then": row(P, "14,94", "%", time_period="2022"),
            "step": row(P, "giảm 3,70", "điểm %", measure="change_pp", note="base=2022"),
        },
        [adds("now", "then", "step")],
    ),
    Block(
        "a count through two years",
        {
            "now": row(W, "13.920", "người"),
            "then": row(W, "12.748", "người", time_period="2022"),
            "step": row(W, "tăng 1.172", "người", measure="change_abs", note="base=2022"),
            "growth": row(W, "tăng 9,2", "%", measure="change_pct", note="base=2022"),
        },
        [adds("now", "then", "step"), grows("growth", "now", "then"), grows_by("growth", "now", "step")],
    ),
    Block(
        "a plan",
        {
            "done": row(W, "13.920", "người"),
            "plan": row(W, "13.000", "người", obs_kind="plan"),
            "more": row(W, "vượt 920", "người", measure="plan_excess"),
            "completion": row(W, "107,1", "%", measure="plan_completion"),
        },
        [adds("done", "plan", "more"), rate("completion", "done", "plan")],
    ),
    Block(
        "a planned fall",
        {
            "fall": row(P, "giảm 4,43", "điểm %", measure="change_pp", note="base=2022"),
            "planned": row(P, "giảm 4,00", "điểm %", measure="change_pp", obs_kind="plan", note="base=2022"),
            "more": row(P, "vượt 0,43", "điểm %", measure="plan_excess"),
        },
        [lambda s: (Span(Decimal(0), Decimal(0)) - s["fall"]).meets((Span(Decimal(0), Decimal(0)) - s["planned"]) + s["more"])],
    ),
    Block(
        "what came and went",
        {
            "change": row("near_poor_households", "giảm 1.530", "hộ", measure="change_abs", note="base=2022"),
            "new": row("new_near_poor_households", "412", "hộ"),
            "gone": row("households_escaped_near_poverty", "1.942", "hộ"),
        },
        [flows("change", "new", "gone")],
    ),
    Block(
        "a whole and two complements",
        {"total": row("poor_households", "2.620", "hộ"), **parts("poor_households", "hộ", KINHS)},
        [adds("total", *KINHS), *[at_most(part, "total") for part in KINHS]],
    ),
    Block(
        "a share of a total",
        {
            "total": row("schools", "58", "trường"),
            "part": row("schools", "41", "trường", breakdown="area=urban"),
            "share": row("schools", "71", "%", measure="share", breakdown="area=urban"),
        },
        [rate("share", "part", "total"), at_most("part", "total")],
    ),
    Block(
        "a rate and its parts",
        {"overall": row("unemployment_rate", "2,3", "%"), **parts("unemployment_rate", "%", AREAS)},
        [between("overall", *AREAS)],
    ),
    Block(
        "finished and begun",
        {"finished": row("houses_completed", "1.204", "căn"), "begun": row("houses_started", "1.340", "căn")},
        [at_most("finished", "begun")],
    ),
    Block(
        "a quarter and its year",
        {"quarter": row(W, "12.204", "người", time_period="2023-Q1"), "year": row(W, "13.920", "người")},
        [at_most("quarter", "year")],
    ),
    Block(
        "so many times as much",
        {
            "now": row("gratitude_fund_raised", "6,9 tỷ đồng", VND),
            "then": row("gratitude_fund_raised", "2,2 tỷ đồng", VND, time_period="2022"),
            "times": row("gratitude_fund_raised", "hơn 3", "lần", measure="times", note="base=2022"),
        },
        [rate("times", "now", "then", k=1)],
    ),
    Block(
        "a month and a year of one norm",
        {"month": row("poverty_line", "700.000", "VND/người/tháng"), "year": row("poverty_line", "8.400.000", "VND/người/năm")},
        [lambda s: s["year"].meets(s["month"].times(12))],
    ),
    Block(
        "told twice",
        {
            "first": row("emergency_relief_recipients", "2.940", "lượt người", locator="p1#20-25"),
            "again": row("emergency_relief_recipients", "2.940", "lượt người", locator="p9#80-85"),
        },
        [lambda s: s["first"].meets(s["again"])],
    ),
)


# --- every digit ------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flip:
    """One digit of one figure changed into another."""

    block: Block
    figure: str
    text: str

    @property
    def document(self) -> str:
        return f"{self.block.name} {self.figure} {self.text}"

    @property
    def line(self) -> int:
        return 2 + list(self.block.figures).index(self.figure)


def flips() -> Iterator[Flip]:
    """Every digit of every figure, changed into every other digit."""
    for block in BLOCKS:
        for name, figure in block.figures.items():
            text = figure["value"]
            for at, digit in enumerate(text):
                if digit.isdigit():
                    yield from (Flip(block, name, text[:at] + other + text[at + 1 :]) for other in "0123456789" if other != digit)


FLIPS: Final = list(flips())
KINDS_OF: Final = [rule for rule in chosen(None) if rule.kind not in OUR_OWN]


@pytest.fixture(scope="module")
def found() -> dict[str, list[Finding]]:
    """What fails in each document, all of them judged in one run; the golden blocks themselves among them.

    Nobody asks here what would repair the thousands of faults, which takes ten times as long as finding them.
    """
    documents = {flip.document: flip.block.rows({flip.figure: flip.text}) for flip in FLIPS}
    documents |= {block.name: block.rows({}) for block in BLOCKS}
    con = laid_out(documents)
    told: dict[str, list[Finding]] = {name: [] for name in documents}
    with unexplained():
        findings = validate(con, KINDS_OF).findings
    for finding in findings:
        if finding.verdict == "fail":
            told[finding.members[0][1].source_id.removesuffix("/figures.csv")].append(finding)
    con.close()
    return told


def is_written_oddly(text: str) -> bool:
    """A nought in front of other digits: whether that is a number at all is the matter of the grammar."""
    return re.search(r"(?<![\d.,])0[\d.]", text) is not None


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_everything_fits_in_a_golden_block(block: Block, found: dict[str, list[Finding]]) -> None:
    assert block.holds({})
    assert [(f.rule.id, f.message_vi) for f in found[block.name]] == []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_changed_digit_that_breaks_a_relation_is_noticed(block: Block, found: dict[str, list[Finding]]) -> None:
    breaking = [flip for flip in FLIPS if flip.block is block and not block.holds({flip.figure: flip.text})]
    assert breaking, "a block that nothing can break shows nothing"
    unseen = [flip for flip in breaking if not any(m.line == flip.line for f in found[flip.document] for _, m in f.members)]
    assert [(flip.figure, block.figures[flip.figure]["value"], flip.text) for flip in unseen] == [], "which rule should see it?"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_changed_digit_that_breaks_nothing_accuses_nobody(block: Block, found: dict[str, list[Finding]]) -> None:
    holding = [flip for flip in FLIPS if flip.block is block and not is_written_oddly(flip.text) and block.holds({flip.figure: flip.text})]
    accused = {(flip.figure, flip.text, f.rule.id) for flip in holding for f in found[flip.document] if f.rule.kind not in NO_RELATION}
    assert accused == set()


def test_most_changed_digits_cannot_hide() -> None:
    """A golden input in which few relations are tight would test little."""
    breaking = [flip for flip in FLIPS if not flip.block.holds({flip.figure: flip.text})]
    figures = [name for block in BLOCKS for name in block.figures]
    assert len(figures) >= 40
    assert len(breaking) > len(FLIPS) * 3 // 4
    bound = {(flip.block.name, flip.figure) for flip in breaking}
    assert bound == {(block.name, name) for block in BLOCKS for name in block.figures}, "every figure is bound by a rule"
