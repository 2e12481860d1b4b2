from __future__ import annotations

import re
from dataclasses import astuple
from typing import TYPE_CHECKING

import duckdb
import pyarrow
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from etl.extract import vocabulary as words
from etl.extract.numeral import printed_numeral
from etl.extract.quantity import Quantity, fold, parse_quantity
from etl.extract.quantity_sql import quantity_sql, sql_text
from etl.model import NumberFormat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIELDS = "refusal, direction, is_negative, hedge, value, upper, decimals, multiplier, ulp, granule, unit_text, is_estimate"
Texts = st.SearchStrategy[str]
Printed = tuple[str | None, str | None]


# --- printed values: honest ones in every combination of the grammar, near misses, garbage -------------------------------------------------------


def joined(*parts: Texts) -> Texts:
    return st.tuples(*parts).map("".join)


def maybe(strategy: Texts) -> Texts:
    return st.just("") | strategy


def seldom(strategy: Texts, usual: str = "") -> Texts:
    return st.sampled_from([*[st.just(usual)] * 9, strategy]).flatmap(lambda chosen: chosen)


DIGITS = st.text("0123456789", min_size=1, max_size=6)
CANONICAL = joined(st.integers(0, 10**12).map(str) | st.integers(0, 99).map(str), maybe(joined(st.just("."), DIGITS)))
ODD_NUMERALS = st.one_of(
    joined(st.just("0"), DIGITS),
    joined(st.integers(0, 9999).map(str), st.sampled_from(".,"), DIGITS),
    joined(st.text("0159", min_size=1, max_size=22), maybe(joined(st.sampled_from(".,"), st.text("059", min_size=7, max_size=24)))),
    st.lists(DIGITS | st.sampled_from([".", ",", ".."]), min_size=1, max_size=6).map("".join),
)
ODD_BLANKS = st.sampled_from(["", "  ", "\u00a0", "\u202f", "\u2009", "\t", "\n", "\u200b"])
MULTIPLIERS = st.sampled_from(sorted(words.MULTIPLIERS))
UNITS = st.sampled_from(
    ["%", " %", " đồng", " người", " hộ", "m2", " km2", " m²", " tỉnh", " tỷ lệ", " lệ phí", " trường", " giường/1 vạn dân", "/10.000 dân", "/vạn dân"]
)
ODD_UNITS = st.sampled_from(
    [
        " nghìn lượt",
        " rưỡi",
        " (ước)",
        " (ước tính)",
        "(dự kiến)",
        "*",
        " covid-19",
        "/200 lao động",
        "/1.000 hộ",
        "e5",
        "đ",
        "trđ",
        " tr.đ",
        " hộ trở lên",
        " trở xuống",
        ")",
        "%)",
        " lệ",
    ]
)
BEFORE = st.sampled_from([*words.FILLERS, *words.DIRECTIONS, *words.HEDGES, *words.HEDGE_MARKS, "từ", "không", "hỗ trợ"])
CONNECTORS = st.sampled_from([" đến ", " tới ", " - ", "-", "\u2013", " \u2013 ", "- ", " -", " và "])
SIGNS = st.sampled_from(["-", "\u2212", "\u2013", "+", "(-", "(", "- "])


@st.composite
def orderly(draw: st.DrawFn, number_format: NumberFormat) -> str:
    numeral = CANONICAL.map(lambda canonical: printed_numeral(canonical, number_format))
    blank = seldom(ODD_BLANKS, " ")

    def word(listed: Sequence[str]) -> Texts:
        return maybe(joined(st.sampled_from(listed), blank))

    def number() -> Texts:
        tail = joined(maybe(joined(blank, MULTIPLIERS)), maybe(UNITS), seldom(ODD_UNITS))
        return joined(seldom(SIGNS), st.one_of(*[numeral] * 9, ODD_NUMERALS), tail)

    before = [word(words.FILLERS), word(sorted(words.DIRECTIONS)), word(sorted(words.HEDGES) + sorted(words.HEDGE_MARKS)), seldom(st.just("từ "))]
    after = [seldom(joined(CONNECTORS, number())), seldom(st.sampled_from([" trở lên", " trở xuống", ")"]))]
    either = draw(st.sampled_from([[*before, number(), *after], [st.just("từ "), number(), CONNECTORS, number()]]))
    return draw(joined(*either))


DISORDERLY = st.lists(st.one_of(BEFORE, st.just(" "), ODD_BLANKS, SIGNS, CANONICAL, ODD_NUMERALS, MULTIPLIERS, UNITS, CONNECTORS), max_size=8).map("".join)
# Both engines carry their own edition of Unicode. Below these code points the editions do not differ.
NEWEST_SCRIPTS = 0x3000
GARBAGE = st.one_of(
    st.text(st.characters(max_codepoint=NEWEST_SCRIPTS), max_size=20),
    st.text("0123456789.,-()%<>≥~eExX \u00a0/'\"\\\u0000", max_size=15),
    st.text("01 .", min_size=190, max_size=210),
    joined(st.text("\uff10\uff11\uff19", min_size=1, max_size=3), maybe(ODD_NUMERALS)),
    st.sampled_from(["", " ", "..", "...", "…", "-", "\u2013", "NA", "n/a", "#N/A", "x", "X", "."]),
)


@st.composite
def printed_values(draw: st.DrawFn) -> Printed:
    number_format = draw(st.sampled_from([NumberFormat.VI, NumberFormat.VI, NumberFormat.MACHINE, NumberFormat.EN]))
    text = draw(st.one_of(orderly(number_format), orderly(number_format), orderly(number_format), DISORDERLY, GARBAGE))
    return draw(st.sampled_from([text, text, text, text.upper(), text.title()])), number_format


# --- both ways of reading ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def read_by_sql(con: duckdb.DuckDBPyConnection, printed: Sequence[Printed]) -> list[tuple[object, ...]]:
    texts, formats = zip(*printed, strict=True)
    columns = {
        "row_no": pyarrow.array(range(len(printed))),
        "value": pyarrow.array(texts, pyarrow.string()),
        "number_format": pyarrow.array(formats, pyarrow.string()),
    }
    con.register("raw_rows", pyarrow.table(columns))
    answer = con.execute(f"SELECT {FIELDS} FROM ({quantity_sql('raw_rows', keep=['row_no'])}) ORDER BY row_no").fetchall()
    con.unregister("raw_rows")
    return answer


def read_by_python(text: str | None, number_format: str | None) -> tuple[object, ...]:
    reading = parse_quantity(text, NumberFormat(number_format or "vi"))
    return (None, *astuple(reading)) if isinstance(reading, Quantity) else (reading.code, *[None] * 11)


# A failing list names the failing text, so shrinking would only cost minutes.
@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(printed=st.lists(printed_values(), min_size=20, max_size=40))
def test_a_column_reads_exactly_like_its_single_texts(con: duckdb.DuckDBPyConnection, printed: list[Printed]) -> None:
    for one, by_sql in zip(printed, read_by_sql(con, printed), strict=True):
        assert by_sql == read_by_python(*one), one


def test_every_word_and_pair_of_words_reads_alike(con: duckdb.DuckDBPyConnection) -> None:
    before = ["", *words.FILLERS, *words.DIRECTIONS, *words.HEDGES, *words.HEDGE_MARKS, "từ"]
    texts = [f"{first} {second} 1,50" for first in before for second in before]
    texts += [
        f"hơn 1,50 {multiplier}{unit}" for multiplier in words.MULTIPLIERS for unit in ("", " đồng", "đồng", " lệ", " tỷ", "x", " rưỡi", "/hộ", " hộ (ước)")
    ]
    printed: list[Printed] = [(text, "vi") for text in texts]
    for one, by_sql in zip(printed, read_by_sql(con, printed), strict=True):
        assert by_sql == read_by_python(*one), one


def test_every_blank_mark_and_case_folds_alike(con: duckdb.DuckDBPyConnection) -> None:
    printed: list[Printed] = [(f"-5 a{chr(code)}", "vi") for code in [*range(NEWEST_SCRIPTS), 0xFEFF, *range(0xFF00, 0xFFFE)]]
    for one, by_sql in zip(printed, read_by_sql(con, printed), strict=True):
        assert by_sql == read_by_python(*one), one


@pytest.mark.parametrize("number_format", [None, "vi", "unheard-of"])
def test_an_unknown_number_format_reads_as_vi(con: duckdb.DuckDBPyConnection, number_format: str | None) -> None:
    assert read_by_sql(con, [("1.234,5", number_format)]) == [read_by_python("1.234,5", "vi")]


def test_a_null_is_missing(con: duckdb.DuckDBPyConnection) -> None:
    assert read_by_sql(con, [(None, "vi")]) == [("missing", *[None] * 11)]


def test_the_number_format_may_be_a_literal_and_all_kept_columns_come_through(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT 7 AS file_no, 9 AS line, '1,234.5 hộ' AS printed")
    query = quantity_sql("cells", text="printed", number_format="'en'", keep=["file_no", "line"])
    assert con.execute(f"SELECT file_no, line, value::VARCHAR, unit_text FROM ({query})").fetchall() == [(7, 9, "1234.500000000", "hộ")]


def test_the_columns_have_the_promised_types(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT '5' AS value, 'vi' AS number_format")
    described = con.execute(f"DESCRIBE {quantity_sql('cells', keep=[])}").fetchall()
    exact = "DECIMAL(38,9)"
    types = ["VARCHAR", "TINYINT", "BOOLEAN", "VARCHAR", exact, exact, "SMALLINT", "BIGINT", exact, exact, "VARCHAR", "BOOLEAN"]
    assert [(name, kind) for name, kind, *_ in described] == list(zip(FIELDS.split(", "), types, strict=True))


@given(text=st.text("x'-\u2212 \u00a0\u200bİ0", max_size=30))
def test_a_quote_in_an_expression_cannot_end_its_literal(text: str) -> None:
    literal = sql_text(text)
    assert literal[1:-1].replace("''", "'") == text
    assert re.fullmatch("'(?:[^']|'')*'", literal)


def test_folding_leaves_nothing_that_the_look_first_expression_would_find() -> None:
    folded = fold("".join(words.LOOK_ALIKES) + "".join(words.LOWER_CASE_QUIRKS) + words.BLANKS + "x")
    assert not re.search(words.UNFOLDED, folded)
