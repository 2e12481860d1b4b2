"""Read together or one by one: the same rows, the same numbers, the same faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.read import many
from etl.read.figures_csv import COLUMNS, ReadResult, create_raw_tables, read_figures_csv
from etl.read.many import SMALL, read_many

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEADER = ",".join(COLUMNS)
SHORT = "indicator,measure,ref_area,time_period,value,unit"
ROW = "poor_households,level,,Hà Giang,2022,actual,5,hộ,,\n"
# What a file may have that another must not suffer from: bytes of a file, whole.
KINDS: dict[str, bytes] = {
    "plain": f"{HEADER}\n{ROW * 3}".encode(),
    "no last line end": f"{HEADER}\n{ROW}".rstrip("\n").encode(),
    "blanks": f"{HEADER}\n poor_households ,level,,\u00a0Hà Giang,2022 ,actual,5,hộ,,\n".encode(),
    "other columns": f"{SHORT}\npoor_households,level,Hà Giang,2022,5,hộ\n".encode(),
    "windows": f"\ufeff{HEADER}\n{ROW * 2}".replace("\n", "\r\n").encode(),
    "utf-16": f"{HEADER}\n{ROW}".encode("utf-16"),
    "quoted": f'{HEADER}\npoor_households,level,,Hà Giang,2022,actual,"5,5",hộ,,"hai\ndòng"\n'.encode(),
    "open quote": f'{HEADER}\npoor_households,level,,"Hà Giang,2022,actual,5,hộ,,\n{ROW}'.encode(),
    "too many and too few fields": f"{HEADER}\n{ROW.rstrip()},x\n{ROW.replace(',2022', '')}{ROW}".encode(),
    "blank lines": f"{HEADER}\n\n{ROW}\n\n{ROW}".encode(),
    "blanks alone": f"{HEADER}\n   \n{ROW}".encode(),
    "not utf-8": f"{HEADER}\n{ROW}".encode() + "poor_households,level,,Hà Giang,2022,actual,6,h\xf4,,\n".encode("cp1252"),
    "nul": f"{HEADER}\n{ROW}".encode() + b"\0\n",
    "header alone": f"{HEADER}\n".encode(),
    "header without line end": HEADER.encode(),
    "no header": ROW.encode(),
    "empty": b"",
    "large": f"{HEADER}\n{ROW * (SMALL // len(ROW))}".encode(),
    "surplus commas": f"{HEADER},,\n{ROW.rstrip()},,\n".encode(),
}


def read(paths: Sequence[Path], *, together: bool) -> tuple[dict[int, ReadResult], list[Any], list[Any]]:
    """The results, the rows and the records set aside, inside one transaction as the stage reads them."""
    with duckdb.connect() as con:
        create_raw_tables(con)
        con.begin()
        files = list(enumerate(paths))
        results = dict(read_many(con, files)) if together else {number: read_figures_csv(con, number, path) for number, path in files}
        con.commit()
        return results, con.execute("FROM raw_rows ORDER BY ALL").fetchall(), con.execute("FROM raw_set_aside ORDER BY ALL").fetchall()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=8))
def test_what_is_read_together_is_what_is_read_one_by_one(kinds: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("mixed")
    paths = [folder / f"{number}.csv" for number in range(len(kinds))]
    for path, kind in zip(paths, kinds, strict=True):
        path.write_bytes(KINDS[kind])
    assert read(paths, together=True) == read(paths, together=False), kinds


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_file_reads_alike_beside_plain_ones(kind: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.csv" for number in range(3)]
    for path, content in zip(paths, (KINDS["plain"], KINDS[kind], KINDS["plain"]), strict=True):
        path.write_bytes(content)
    assert read(paths, together=True) == read(paths, together=False)


def test_plain_files_are_opened_once_and_the_others_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []

    def counted(con: Any, number: int, path: Path) -> ReadResult:
        opened.append(number)
        return read_figures_csv(con, number, path)

    monkeypatch.setattr(many, "read_figures_csv", counted)
    paths = [tmp_path / f"{number}.csv" for number in range(50)]
    for path in paths:
        path.write_bytes(KINDS["plain"])
    paths[7].write_bytes(KINDS["quoted"])
    results, rows, _ = read(paths, together=True)
    assert opened == [7]
    assert (len(results), len(rows)) == (50, 49 * 3 + 1)


def test_where_records_do_not_come_out_as_counted_every_file_is_read_by_itself(tmp_path: Path) -> None:
    # The commas of one file add up although none of its lines is right.
    crooked = f"{HEADER}\n{ROW.rstrip()},x\n{ROW.replace(',2022', '')}".encode()
    paths = [tmp_path / f"{number}.csv" for number in range(3)]
    for path, content in zip(paths, (KINDS["plain"], crooked, KINDS["plain"]), strict=True):
        path.write_bytes(content)
    results, rows, aside = read(paths, together=True)
    assert (results, rows, aside) == read(paths, together=False)
    assert [result.set_aside for result in results.values()] == [0, 2, 0]


def test_a_large_file_that_is_not_utf8_far_behind_its_header_is_refused_and_its_neighbours_are_read(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_bytes(KINDS["large"] + ROW.encode("cp1258", "replace") + b"\xff\xfe,,,,,,,,,\n")
    good.write_bytes(KINDS["plain"])
    results, rows, _ = read([bad, good], together=True)
    assert [fault.code for fault in results[0].faults] == ["figures-not-utf8"]
    assert (results[1].rows, len(rows)) == (3, 3)
