"""The closed set of rule kinds: which judgement compares, which keys a rule of the kind may and must have.

A rule is data (rules/*.toml). A kind is: a frame of exact operands in SQL (etl/validate/frames/<kind>.py), a judgement (judgements.py),
a message (etl/messages.toml, `finding-<kind>`), and a fixture trio in tests/cases/<kind>/. Adding a rule of a known kind needs no code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from schemas import judgements

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of checking: the judgement that compares, and the keys its rules take beside the common ones."""

    name: str
    judgement: type[judgements.Judgement]
    row_vi: str
    row_en: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    filtered: bool = False  # whether its frame reads `where`


@dataclass(frozen=True, slots=True)
class Rule:
    """One written expectation, as its file states it; `params` holds the keys of its kind."""

    id: str
    kind: str
    label_vi: str
    label_en: str
    severity: str
    params: Mapping[str, object]
    min_coverage: float | None
    gate: bool
    rationale_vi: str | None
    rationale_en: str | None
    fact: str | None
    replaces: str | None
    file: Path
    line: int


COMMON_KEYS: Final = ("id", "kind", "label", "label_en", "severity", "where", "min_coverage", "gate", "rationale", "rationale_en", "fact", "replaces", "by")
"""Keys that any rule may have. `where` are equality filters on the series judged; `by` names the parts of the finding's key."""

WHERE_KEYS: Final = ("indicator", "not_indicator", "measure", "obs_kind", "unit", "unit_kind", "programme", "stock_flow", "breakdown", "denominator")
BY_KEYS: Final = ("indicator", "measure", "breakdown", "ref_area", "time_period", "obs_kind", "unit", "source")
SELECTOR_KEYS: Final = ("indicator", "measure", "obs_kind", "breakdown", "drop")

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("format", judgements.InCodeList, "ô", "cell"),
        Kind("allowed", judgements.InCodeList, "ô", "cell", required=("what",)),
        Kind("range", judgements.InsideBand, "ô", "cell", optional=("hard", "plausible", "catalogue"), filtered=True),
        Kind("whole", judgements.CountedThings, "ô", "cell", filtered=True),
        Kind("letters", judgements.Absent, "chữ in trong văn bản", "printed text of a document"),
        Kind("hedged", judgements.Absent, "ô", "cell"),
        Kind("timing", judgements.Absent, "ô", "cell"),
        Kind("claim", judgements.Absent, "ô", "cell"),
        Kind("missing", judgements.Absent, "ô", "cell"),
        Kind("points", judgements.Absent, "mức thay đổi và hai kỳ", "change and two levels"),
        Kind("annual", judgements.IntervalsMeet, "mức tháng và mức năm", "monthly and yearly amount"),
        Kind("unique", judgements.Unique, "khóa", "key"),
        Kind("repeat", judgements.IntervalsMeet, "nhóm nhắc lại", "repeats of one key"),
        Kind("interval", judgements.InsideBand, "số liệu", "observation"),
        Kind("order", judgements.NotAbove, "cặp số liệu", "pair of figures", optional=("a", "b", "pairs", "part_of"), filtered=True),
        Kind("band", judgements.InsideBand, "cặp số liệu", "pair of figures", required=("a", "b", "band"), optional=("per_month", "same_breakdown")),
        Kind(
            "sum",
            judgements.IntervalsMeet,
            "nhóm tổng và các phần",
            "total and parts",
            required=("over",),
            optional=("total", "members", "unit_kinds", "measures"),
            filtered=True,
        ),
        Kind(
            "hundred",
            judgements.IntervalsMeet,
            "nhóm tỷ trọng",
            "group of shares",
            required=("over",),
            optional=("needed", "indicator", "listed"),
            filtered=True,
        ),
        Kind("within_hundred", judgements.NotAbove, "nhóm tỷ trọng", "group of shares", optional=("members", "over"), filtered=True),
        Kind("complement", judgements.IntervalsMeet, "tổng và hai phần bù nhau", "total and two complements", required=("one", "other")),
        Kind(
            "ratio",
            judgements.IntervalsMeet,
            "tỷ lệ, tử và mẫu",
            "rate, numerator and denominator",
            required=("k", "form"),
            optional=("rate", "num", "den", "triples", "wider"),
        ),
        Kind("product", judgements.IntervalsMeet, "số tiền, số lượng, mức", "amount, counts, unit amount", required=("triples",), optional=("over",)),
        Kind(
            "change", judgements.IntervalsMeet, "hai kỳ hoặc thực tế và kế hoạch", "two periods, or actual and plan", required=("form",), optional=("falling",)
        ),
        Kind("balance", judgements.IntervalsMeet, "tồn, vào, ra", "stock, entries, exits", required=("stock", "entries", "exits")),
        Kind("base", judgements.NotAbove, "các cặp số lượng và tỷ lệ", "pairs of count and rate", required=("pairs", "base"), optional=("wider",)),
        Kind("between", judgements.IntervalsMeet, "tỷ lệ chung và các phần", "overall rate and its parts", required=("over",)),
        Kind("monotone", judgements.NotAbove, "hai kỳ lồng nhau", "nested periods", required=("form",)),
        Kind("jump", judgements.InsideBand, "chuỗi qua các kỳ", "series through periods", required=("cap",), optional=("unit_kinds",), filtered=True),
        Kind("ambition", judgements.NotAbove, "mục tiêu và sáu năm trước", "target and six years before", filtered=True),
        Kind("merged", judgements.InsideBand, "nơi mới và các nơi cũ", "new place and its predecessors", required=("allowance",), filtered=True),
        Kind("copy", judgements.Unique, "hai khóa cùng trị số", "two keys with one value"),
        Kind("ranking", judgements.NotAbove, "danh sách có thứ tự", "ordered list"),
        Kind("agree", judgements.IntervalsMeet, "hai nguồn", "two sources"),
        Kind("precedence", judgements.Absent, "hai nguồn", "two sources"),
        Kind("comparable", judgements.Absent, "hai kỳ", "two periods"),
        Kind("deadline", judgements.Absent, "tồn và hạn 100%", "remaining stock and its deadline", required=("stock", "rate")),
        Kind("coverage", judgements.Covered, "quy tắc", "rule"),
        Kind("ledger", judgements.Absent, "tệp gốc", "source file", required=("what",)),
    )
}
