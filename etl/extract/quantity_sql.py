"""Read a whole column of printed values in DuckDB: parse_quantity as one statement.

Belongs here: how the vocabulary becomes SQL. The query itself is sql/quantity.sql; the words, limits and expressions are vocabulary.py; a property
test holds both ways to the same answer in every field. Elsewhere: candidates of refused texts (few: call parse_quantity), intervals (interval.py).
Knows no open database: gives text.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from etl.extract import vocabulary as words
from etl.model import NumberFormat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EXACT_TYPE = f"DECIMAL(38, {words.SCALE})"


def quantity_sql(table: str, *, text: str = "value", number_format: str = "number_format", keep: Sequence[str]) -> str:
    """Write the SELECT that reads column `text` of `table`.

    It gives the columns of `keep`, then refusal, direction, is_negative, hedge, value, upper, decimals, multiplier, ulp, granule, unit_text, is_estimate: the
    fields of Quantity, or a refusal code and NULLs. `number_format` is a column or an SQL literal (`'vi'`); anything but machine and en reads as vi.
    `keep` names columns of the table; they may not be named like the fields. Rows come in any order, none is dropped, no text makes it throw.
    """
    kept = "".join(f"{column}, " for column in keep)
    names = {"table": table, "text": text, "number_format": number_format, "keep": kept}
    return _template("quantity.sql").format_map(_grammar_in_sql() | names)


@cache
def _template(name: str) -> str:
    return files("etl.extract").joinpath("sql", name).read_text(encoding="utf-8")


@cache
def _grammar_in_sql() -> dict[str, str]:
    return {
        "instead_of_nul": sql_text(words.INSTEAD_OF_NUL),
        "max_length": str(words.MAX_LENGTH),
        "max_exact_decimals": str(words.MAX_EXACT_DECIMALS),
        "too_large": _exact(f"1{'0' * words.MAX_DIGITS}"),
        **_expressions(),
        **_numerals(),
        **_coded_words(),
        **_sizes(),
    }


def _expressions() -> dict[str, str]:
    with_groups = ("three_parts", "before", "after", "tail")
    others = ("missing", "foreign_digit", "digit", "detached_sign", "power_of_ten", "unread_scale", "well_separated", "unfolded", "estimated")
    literals = {name: sql_text(getattr(words, name.upper())) for name in (*with_groups, *others)}
    groups = {f"{name}_groups": f"[{', '.join(map(sql_text, words.groups_of(getattr(words, name.upper()))))}]" for name in with_groups}
    return literals | groups | {"one_mark_and_blank": _one_mark_and_blank("q_nfc")}


def _numerals() -> dict[str, str]:
    return {"canonical_printed": _canonical("q_printed"), "canonical_number": _canonical("q.number"), "canonical_upper": _canonical("q_after.upper")}


def _coded_words() -> dict[str, str]:
    hedges = {word: sql_text(hedge) for word, hedge in (words.HEDGES | words.HEDGE_MARKS).items()}
    powers = {word: str(power) for word, power in words.MULTIPLIERS.items()}
    left_over = " OR ".join(f"contains({{unit}}, {sql_text(word)})" for word in words.HEDGE_SUFFIXES)
    return {
        "direction_of_word": _coded("q_before.direction", {word: str(sign) for word, sign in words.DIRECTIONS.items()}),
        "direction_of_sign": _coded("q_before.sign", {mark: str(sign) for mark, sign in words.SIGNS.items()}),
        "hedge_of_word": _coded("concat(q_before.hedge, q_before.hedge_mark)", hedges),
        "hedge_of_suffix": _coded("q_after.suffix", {word: sql_text(hedge) for word, hedge in words.HEDGE_SUFFIXES.items()}),
        "suffix_left_in_first": left_over.format(unit="q_first_unit"),
        "suffix_left_in_last": left_over.format(unit="q_last_unit"),
        "exponent_of_word": f"coalesce({_coded('q_word', powers)}, 0)",
        "exponent_of_upper_word": f"coalesce({_coded('q_upper_word', powers)}, 0)",
    }


def _sizes() -> dict[str, str]:
    powers = sorted({0, *words.MULTIPLIERS.values()})
    return {
        "bare_ulp": _power_of_ten("-q_bare_decimals", range(0, -words.MAX_EXACT_DECIMALS - 1, -1)),
        "bare_granule": _power_of_ten("length(q_bare) - length(rtrim(q_bare, '0'))", range(words.MAX_DIGITS + 1)),
        "value": _value("q_whole", "q_fraction", "q_exponent"),
        "upper_value": _value("q_upper_whole", "q_upper_fraction", "q_upper_exponent"),
        "ulp": _ulp("q_fraction", "q_exponent"),
        "upper_ulp": _ulp("q_upper_fraction", "q_upper_exponent"),
        "granule": _granule("q_whole", "q_fraction", "q_exponent", value="q_value", ulp="q_ulp"),
        "upper_granule": _granule("q_upper_whole", "q_upper_fraction", "q_upper_exponent", value="q_upper_value", ulp="q_upper_ulp"),
        "multiplier": f"CASE greatest(q_exponent, q_upper_exponent) {' '.join(f'WHEN {power} THEN {10**power}::BIGINT' for power in powers)} END",
    }


def sql_text(text: str) -> str:
    """Quote a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _exact(number: str) -> str:
    return f"{number}::{EXACT_TYPE}"


def _one_mark_and_blank(column: str) -> str:
    """The middle of quantity.fold, between normalising and lower case."""
    marks = words.LOOK_ALIKES | words.LOWER_CASE_QUIRKS
    same_marks = f"translate({column}, {sql_text(''.join(marks))}, {sql_text(''.join(marks.values()))})"
    return f"regexp_replace({same_marks}, {sql_text(words.BLANK_RUN)}, ' ', 'g')"


def _canonical(column: str) -> str:
    """The SQL of numeral.canonical_numeral."""
    numeral = {number_format: f"regexp_full_match({column}, {sql_text(words.NUMERALS[number_format])})" for number_format in NumberFormat}
    return (
        f"CASE WHEN regexp_full_match({column}, {sql_text(words.SAME_IN_ALL_FORMATS)}) THEN {column} "
        f"WHEN q_format = '{NumberFormat.MACHINE}' THEN CASE WHEN {numeral[NumberFormat.MACHINE]} THEN {column} END "
        f"WHEN q_format = '{NumberFormat.EN}' THEN CASE WHEN {numeral[NumberFormat.EN]} THEN replace({column}, ',', '') END "
        f"WHEN {numeral[NumberFormat.VI]} THEN replace(replace({column}, '.', ''), ',', '.') END"
    )


def _coded(column: str, codes: Mapping[str, str]) -> str:
    """The code of a word, NULL if the word is in none of the lists."""
    branches = " ".join(f"WHEN {sql_text(word)} THEN {code}" for word, code in codes.items())
    return f"CASE {column} WHEN '' THEN NULL {branches} END"


def _power_of_ten(exponent: str, exponents: Sequence[int], otherwise: str = "NULL") -> str:
    branches = " ".join(f"WHEN {power} THEN {_exact(f'{10**power}' if power >= 0 else '0.' + '1'.zfill(-power))}" for power in exponents)
    return f"CASE {exponent} {branches} ELSE {otherwise} END"


def _value(whole: str, fraction: str, exponent: str) -> str:
    """Move the decimal point by text, round half to even by text: no product and no cast can overflow or round in its own way."""
    digits = f"rpad({fraction}, {exponent} + {words.SCALE}, '0')"
    whole_part = f"concat({whole}, substr({digits}, 1, {exponent}))"
    cut = f"concat({whole_part}, '.', substr({digits}, {exponent} + 1, {words.SCALE}))"
    lost = f"substr({fraction}, {exponent} + {words.SCALE} + 1)"
    half = f"rpad('5', length({lost})::INTEGER, '0')"
    rounds_up = f"({lost} > {half} OR ({lost} = {half} AND right({cut}, 1) IN ('1', '3', '5', '7', '9')))"
    finest = _exact("0." + "1".zfill(words.SCALE))
    return (
        f"CASE WHEN {whole} IS NOT NULL AND length(ltrim({whole_part}, '0')) <= {words.MAX_DIGITS} "
        f"THEN TRY_CAST({cut} AS {EXACT_TYPE}) + CASE WHEN {lost} <> '' AND {rounds_up} THEN {finest} ELSE {_exact('0')} END END"
    )


def _ulp(fraction: str, exponent: str) -> str:
    places = range(max(words.MULTIPLIERS.values()), -words.MAX_EXACT_DECIMALS - 1, -1)
    return f"CASE WHEN {fraction} IS NOT NULL THEN {_power_of_ten(f'{exponent} - length({fraction})', places, _exact(words.FINEST_ULP))} END"


def _granule(whole: str, fraction: str, exponent: str, *, value: str, ulp: str) -> str:
    trailing_zeros = f"length({whole}) - length(rtrim({whole}, '0'))"
    power = _power_of_ten(f"{exponent} + {trailing_zeros}", range(words.MAX_DIGITS + 1))
    return f"CASE WHEN {fraction} <> '' OR {value} = 0 THEN {ulp} ELSE {power} END"
