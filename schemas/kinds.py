"""The closed set of rule kinds: which judgement compares, which keys a rule of the kind may and must have.

A rule is data (rules/*.toml). A kind is: a frame of exact operands in SQL (etl/validate/frames/<kind>.py), a judgement (judgements.py),
a message (etl/messages.toml, `finding-<kind>`), and a fixture trio in tests/cases/<kind>/. Adding a rule of a known kind needs no code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from schemas import judgements
from schemas.rule_values import WHERE_VALUES, Takes

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
    values: Mapping[str, Takes] = field(default_factory=dict)  # of keys that each kind has its own words for
    any_of: tuple[tuple[str, ...], ...] = ()  # groups of keys, one of which must be there: without any the rule could see nothing
    needs: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # the same where a key holds a word: "key=word" → groups


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

WHERE_KEYS: Final = tuple(WHERE_VALUES)
BY_KEYS: Final = ("indicator", "measure", "breakdown", "ref_area", "time_period", "obs_kind", "unit", "source")
SELECTOR_KEYS: Final = ("indicator", "breakdown")

_ADDED: Final = (("unit_kinds", "measures"),)  # what may be added up has to be said

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("format", judgements.InCodeList, "ô", "cell"),
        Kind(
            "allowed",
            judgements.InCodeList,
            "ô",
            "cell",
            required=("what",),
            values={"what": Takes("word", among=("series", "unit", "period", "area", "note"))},
        ),
        Kind(
            "range",
            judgements.InsideBand,
            "ô",
            "cell",
            optional=("hard", "plausible", "catalogue"),
            filtered=True,
            any_of=(("hard",), ("plausible",), ("catalogue",)),
        ),
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
        Kind(
            "order",
            judgements.NotAbove,
            "cặp số liệu",
            "pair of figures",
            optional=("a", "b", "pairs", "part_of"),
            filtered=True,
            any_of=(("a", "b"), ("pairs",), ("part_of",)),
        ),
        Kind("band", judgements.InsideBand, "cặp số liệu", "pair of figures", required=("a", "b", "band"), optional=("per_month", "same_breakdown")),
        Kind(
            "sum",
            judgements.IntervalsMeet,
            "nhóm tổng và các phần",
            "total and parts",
            required=("over",),
            optional=("total", "members", "unit_kinds", "measures"),
            filtered=True,
            values={"over": Takes("word", among=("breakdown:*", "breakdown:numerator", "indicators", "places", "document"))},
            needs={"over=indicators": (("total", "members"),), "over=places": _ADDED, "over=breakdown:*": _ADDED, "over=breakdown:numerator": _ADDED},
        ),
        Kind(
            "hundred",
            judgements.IntervalsMeet,
            "nhóm tỷ trọng",
            "group of shares",
            required=("over",),
            optional=("needed", "indicator", "listed"),
            filtered=True,
            values={"over": Takes("word", among=("breakdown:*",), catalogue="dimension")},
        ),
        Kind(
            "within_hundred",
            judgements.NotAbove,
            "nhóm tỷ trọng",
            "group of shares",
            optional=("members", "over"),
            filtered=True,
            values={"over": Takes("word", among=("breakdown",))},
            any_of=(("members",), ("over",)),
        ),
        Kind("complement", judgements.IntervalsMeet, "tổng và hai phần bù nhau", "total and two complements", required=("one", "other")),
        Kind(
            "ratio",
            judgements.IntervalsMeet,
            "tỷ lệ, tử và mẫu",
            "rate, numerator and denominator",
            required=("k", "form"),
            optional=("rate", "num", "den", "triples", "wider"),
            values={"form": Takes("word", among=("triples", "share", "share_of", "completion", "times"))},
            needs={"form=triples": (("triples",), ("rate", "num", "den"))},
        ),
        Kind(
            "product",
            judgements.IntervalsMeet,
            "số tiền, số lượng, mức",
            "amount, counts, unit amount",
            required=("triples",),
            optional=("over",),
            values={"over": Takes("word", among=("breakdown",))},
        ),
        Kind(
            "change",
            judgements.IntervalsMeet,
            "hai kỳ hoặc thực tế và kế hoạch",
            "two periods, or actual and plan",
            required=("form",),
            optional=("falling",),
            values={"form": Takes("word", among=("level", "plan", "plan_change", "excess_pct", "growth", "growth_abs", "gap"))},
        ),
        Kind("balance", judgements.IntervalsMeet, "tồn, vào, ra", "stock, entries, exits", required=("stock", "entries", "exits")),
        Kind("base", judgements.NotAbove, "các cặp số lượng và tỷ lệ", "pairs of count and rate", required=("pairs", "base"), optional=("wider",)),
        Kind(
            "between",
            judgements.IntervalsMeet,
            "tỷ lệ chung và các phần",
            "overall rate and its parts",
            required=("over",),
            values={"over": Takes("word", among=("places", "breakdown"))},
        ),
        Kind(
            "monotone", judgements.NotAbove, "hai kỳ lồng nhau", "nested periods", required=("form",), values={"form": Takes("word", among=("nested", "span"))}
        ),
        Kind("jump", judgements.InsideBand, "chuỗi qua các kỳ", "series through periods", required=("cap", "unit_kinds"), filtered=True),
        Kind("ambition", judgements.NotAbove, "mục tiêu và sáu năm trước", "target and six years before", filtered=True),
        Kind("merged", judgements.InsideBand, "nơi mới và các nơi cũ", "new place and its predecessors", required=("allowance",), filtered=True),
        Kind("copy", judgements.Unique, "hai khóa cùng trị số", "two keys with one value"),
        Kind("ranking", judgements.NotAbove, "danh sách có thứ tự", "ordered list"),
        Kind("agree", judgements.IntervalsMeet, "hai nguồn", "two sources"),
        Kind("precedence", judgements.Absent, "hai nguồn", "two sources"),
        Kind("comparable", judgements.Absent, "hai kỳ", "two periods"),
        Kind("deadline", judgements.Absent, "tồn và hạn 100%", "remaining stock and its deadline", required=("stock", "rate")),
        Kind("coverage", judgements.Covered, "quy tắc", "rule"),
        Kind(
            "ledger",
            judgements.Absent,
            "tệp gốc",
            "source file",
            required=("what",),
            values={"what": Takes("word", among=("unreadable", "ragged", "stale_waiver", "rows_lost", "no_mapping", "not_read", "form", "due"))},
        ),
    )
}
