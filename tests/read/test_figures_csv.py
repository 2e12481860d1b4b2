"""figures.csv → raw_rows and raw_set_aside: the zoo (one file, one defect, named after it) and the same by invented files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.read.figures_csv import COLUMNS, OPTIONAL, ReadResult, create_raw_tables, read_figures_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

ZOO = Path(__file__).parent.parent / "zoo"
EXPECTED: dict[str, dict[str, Any]] = json.loads((ZOO / "expected.json").read_text(encoding="utf-8"))
HEADER = ",".join(COLUMNS)
BLANKS = " \t\n\r\u00a0\u2007\u2009\u200b\u202f\u3000\ufeff"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the two tables, empty."""
    with duckdb.connect() as opened:
        create_raw_tables(opened)
        yield opened


@pytest.fixture(scope="module")
def shared_con() -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection for all invented files."""
    with duckdb.connect() as opened:
        yield opened


def rows_of(con: duckdb.DuckDBPyConnection, file_no: int = 1) -> list[tuple[Any, ...]]:
    """What was read of one file, in the order of the table."""
    return con.execute("SELECT * EXCLUDE (file_no) FROM raw_rows WHERE file_no = $1 ORDER BY rowid", [file_no]).fetchall()


def aside_of(con: duckdb.DuckDBPyConnection, file_no: int = 1) -> list[tuple[Any, ...]]:
    """What was set aside of one file."""
    return con.execute("SELECT line, fields, expected, code, text FROM raw_set_aside WHERE file_no = $1 ORDER BY line", [file_no]).fetchall()


def outcome(con: duckdb.DuckDBPyConnection, result: ReadResult) -> dict[str, Any]:
    """Everything that reading a file left behind, in the form of zoo/expected.json (guesses at an encoding left out)."""
    faults = [{k: v for k, v in {"code": f.code, **f.facts()}.items() if v is not None} for f in result.faults]
    for fault in faults:
        if fault["code"] == "figures-not-utf8":
            fault.pop("hint", None)
    return {
        "rows": result.rows,
        "read": [[row[0], *("" if field is None else field for field in row[1:])] for row in rows_of(con)],
        "set_aside": [list(row) for row in aside_of(con)],
        "faults": faults,
    }


@pytest.mark.parametrize("name", sorted(path.name for path in ZOO.glob("*.csv")))
def test_each_animal_of_the_zoo_is_read_or_refused_as_written_down(con: duckdb.DuckDBPyConnection, name: str) -> None:
    assert outcome(con, read_figures_csv(con, 1, ZOO / name)) == EXPECTED[name]


def test_the_zoo_and_its_register_name_the_same_animals() -> None:
    assert {path.name for path in ZOO.glob("*.csv")} == set(EXPECTED)


def test_a_refused_file_leaves_nothing_and_takes_nothing_of_other_files(con: duckdb.DuckDBPyConnection) -> None:
    read_figures_csv(con, 1, ZOO / "too-few-fields.csv")
    before = rows_of(con), aside_of(con)
    assert read_figures_csv(con, 2, ZOO / "quote-never-closed.csv").rows == 0
    assert (rows_of(con), aside_of(con)) == before
    assert (rows_of(con, 2), aside_of(con, 2)) == ([], [])
    read_figures_csv(con, 3, ZOO / "plain.csv")
    assert [row[0] for row in rows_of(con, 3)] == [2, 3, 4]


def test_the_shipped_figures_are_read_whole(con: duckdb.DuckDBPyConnection, root: Path) -> None:
    for number, folder in enumerate(("lao-cai-2023", "dam-ha-2023"), start=1):
        path = root / "raw" / folder / "figures.csv"
        with path.open(encoding="utf-8", newline="") as file:
            written = list(csv.reader(file))
        assert read_figures_csv(con, number, path) == ReadResult(rows=len(written) - 1, faults=(), set_aside=0)
        assert rows_of(con, number) == [(line, *(field or None for field in record)) for line, record in enumerate(written[1:], start=2)]


@pytest.mark.parametrize("missing", COLUMNS)
def test_only_four_columns_may_be_missing(con: duckdb.DuckDBPyConnection, tmp_path: Path, missing: str) -> None:
    columns = [name for name in COLUMNS if name != missing]
    path = tmp_path / "figures.csv"
    path.write_text(f"{','.join(columns)}\n{','.join(columns)}\n", encoding="utf-8")
    result = read_figures_csv(con, 1, path)
    if missing in OPTIONAL:
        assert rows_of(con) == [(2, *(None if name == missing else name for name in COLUMNS))]
    else:
        assert [(fault.code, fault.column) for fault in result.faults] == [("figures-column-missing", missing)]


def test_a_path_with_the_marks_of_a_pattern_is_a_path(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "báo cáo [2023]* o'brien?"
    folder.mkdir()
    (folder / "figures.csv").write_bytes((ZOO / "plain.csv").read_bytes())
    assert read_figures_csv(con, 1, folder / "figures.csv").rows == 3


def test_a_line_beyond_the_limit_refuses_the_file_and_names_its_record(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    row = "households,level,,Lào Cai,2024,actual,1,hộ,p3,"
    path.write_text(f"{HEADER}\n{row}\n{row}{'x' * (1024 * 1024)}\n{row}\n", encoding="utf-8")
    (fault,) = read_figures_csv(con, 1, path).faults
    assert (fault.code, fault.record) == ("figures-line-too-long", 3)


def test_a_quote_that_swallows_more_than_a_buffer_is_noticed(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    # DuckDB reads such a file with neither error nor the swallowed rows: it loses 800,000 of 1.6 million without a word.
    path = tmp_path / "figures.csv"
    row = "households,level,,Lào Cai,2024,actual,1,hộ,p3,\n"
    path.write_text(f'{HEADER}\n{row * 100}households,level,,"Lào Cai,2024,actual,1,hộ,p3,\n{row * 600_000}', encoding="utf-8")
    (fault,) = read_figures_csv(con, 1, path).faults
    assert fault.code == "figures-quote-not-closed"
    assert rows_of(con) == []


def test_ten_thousand_ragged_records_are_all_counted(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(f"{HEADER}\n" + "a,b,c,d,e,f,g,h,i,j\na,b\n" * 10_000, encoding="utf-8")
    assert read_figures_csv(con, 1, path) == ReadResult(rows=20_000, faults=(), set_aside=10_000)
    numbers = con.execute("SELECT min(line), max(line), count(DISTINCT line) FROM raw_rows").fetchall()
    assert numbers == [(2, 20_000, 10_000)]
    assert con.execute("SELECT min(line), max(line), count(DISTINCT line) FROM raw_set_aside").fetchall() == [(3, 20_001, 10_000)]


FIELDS = st.sampled_from(["", "abc", "Đầm Hà", " x ", "\u00a0y", '"a,b"', '"x\ny"', '"q""q"', '"\n\n"', '"tên, xã\n"', '" "'])
RECORDS = st.one_of(
    st.lists(FIELDS, min_size=10, max_size=10),
    st.lists(FIELDS, min_size=2, max_size=9),
    st.lists(FIELDS, min_size=11, max_size=13).map(lambda f: [*f[:-1], "z"]),
)


@settings(max_examples=30)
@given(st.lists(st.tuples(RECORDS, st.integers(0, 2)), max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\n"]))
def test_records_are_read_as_the_standard_library_reads_them(
    shared_con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, records: list[tuple[list[str], int]], line_end: str, end: str
) -> None:
    text = "\n".join([HEADER, *(",".join(fields) + "\n" * blanks for fields, blanks in records)]) + end
    path = tmp_path_factory.mktemp("invented") / "figures.csv"
    path.write_text(text.replace("\n", line_end), encoding="utf-8", newline="")
    numbered = list(enumerate((record for record in csv.reader(io.StringIO(text, newline="")) if record), start=1))[1:]
    create_raw_tables(shared_con)
    result = read_figures_csv(shared_con, 1, path)
    assert rows_of(shared_con) == [(n, *(field.strip(BLANKS) or None for field in record)) for n, record in numbered if len(record) == len(COLUMNS)]
    assert [row[:2] for row in aside_of(shared_con)] == [(n, len(record)) for n, record in numbered if len(record) != len(COLUMNS)]
    assert result.rows == len(numbered)
