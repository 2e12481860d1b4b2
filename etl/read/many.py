"""Many files at once: small plain ones are read in one go, the others one by one.

    for number, result in read_many(con, [(0, one), (1, other)]):       every file once, not in their order

Opening a file with read_csv costs twenty times what reading a small one does. So the records of small files that have the same header are
written one behind the other and read as one file. Only where nothing can go wrong: UTF-8, no quote, no blank line, as many fields as the
header on every line that is counted; and only if then exactly as many records come out as there were lines. Whatever is not so is read
one by one (figures_csv.py), which tells what is wrong and where.

Belongs here: which files may be read together, and whose record each one is. Elsewhere: reading one file, and every fault there is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pyarrow

from etl.read.faults import Fault
from etl.read.figures_csv import BLANKS, COLUMNS, TRIMMED, ReadResult, blanks_in, columns_with_blanks, judge_header, read_figures_csv, read_header, scan
from etl.read.plain import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import duckdb

SMALL: Final = 64 * 1024  # bytes; larger files are worth their own opening
_TOGETHER: Final = 16 * 1024 * 1024


@dataclass(slots=True)
class _Batch:
    """Files of one header: their numbers, paths, and records."""

    members: list[tuple[int, Path]] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, number: int, path: Path, records: bytes) -> None:
        self.members.append((number, path))
        self.records.append(records)
        self.size += len(records)


def read_many(
    con: duckdb.DuckDBPyConnection, files: Iterable[tuple[int, Path]], progress: Callable[[Path], None] = lambda _: None
) -> Iterator[tuple[int, ReadResult]]:
    """Read files into `raw_rows` and `raw_set_aside`, which must hold nothing of their numbers yet; gives each number with its result."""
    batches: dict[tuple[str, ...], _Batch] = {}
    for number, path in files:
        progress(path)
        plain = _plain_records(path)
        if plain is None:
            yield number, read_figures_csv(con, number, path)
            continue
        header, records = plain
        batch = batches.setdefault(header, _Batch())
        batch.add(number, path, records)
        if batch.size > _TOGETHER:
            yield from _read_batch(con, header, batches.pop(header))
    for header, batch in batches.items():
        yield from _read_batch(con, header, batch)


def _plain_records(path: Path) -> tuple[tuple[str, ...], bytes] | None:
    """Header and records of a small file in which nothing needs a closer look."""
    if path.stat().st_size > SMALL:
        return None
    with plain_text(path) as text:
        if isinstance(text, Fault):
            return None
        header = read_header(text)
        if isinstance(header, Fault) or judge_header(header):
            return None
        records = text.data[text.data.find(b"\n") + 1 :] if text.data.find(b"\n") >= 0 else b""
        whole = text.data[:]
    if not records.endswith(b"\n"):
        records += b"\n"
    is_even = records.count(b",") == records.count(b"\n") * (len(header) - 1)
    if not is_even or b'"' in whole or b"\n\n" in whole or records == b"\n" or not _is_utf8(whole):
        return None
    return tuple(header), records


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read_batch(con: duckdb.DuckDBPyConnection, header: tuple[str, ...], batch: _Batch) -> Iterator[tuple[int, ReadResult]]:
    counts = [records.count(b"\n") for records in batch.records]
    if len(batch.members) == 1 or not _landed(con, header, batch, sum(counts)):
        for number, path in batch.members:
            yield number, read_figures_csv(con, number, path)
        return
    starts = [0]
    for count in counts:
        starts.append(starts[-1] + count)
    members = pyarrow.table({"file_no": pyarrow.array([n for n, _ in batch.members], pyarrow.int32()), "start": pyarrow.array(starts[:-1], pyarrow.int64())})
    con.register("_members", members)
    touched = columns_with_blanks(con, "landed", blanks_in(b"".join(batch.records)))
    columns = ", ".join(TRIMMED.format(c=f"r.{c}") if c in touched else f"r.{c}" for c in COLUMNS)
    # Traps: inside a transaction rowid does not begin with 0, hence the first one is asked for; an UPDATE may move rows, hence none is made.
    con.execute(
        f"""INSERT INTO raw_rows SELECT m.file_no, r.at - m.start + 2, {columns}
        FROM (SELECT *, rowid - (SELECT min(rowid) FROM landed) AS at FROM landed) AS r ASOF JOIN _members AS m ON r.at >= m.start ORDER BY r.at""",
        {"blanks": BLANKS} if touched else None,
    ).fetchall()
    con.unregister("_members")
    con.execute("DROP TABLE landed")
    for (number, _), count in zip(batch.members, counts, strict=True):
        yield number, ReadResult(rows=count, faults=(), set_aside=0)


def _landed(con: duckdb.DuckDBPyConnection, header: tuple[str, ...], batch: _Batch, expected: int) -> bool:
    """Read the records of all into the table `landed`; False, and no table, unless exactly the expected number came out."""
    with TemporaryDirectory(prefix="ansinh-") as folder:
        together = Path(folder) / "together.csv"
        with together.open("wb") as file:
            file.write(",".join(header).encode() + b"\n")
            file.writelines(batch.records)
        con.execute(f"CREATE OR REPLACE TEMP TABLE landed AS SELECT {scan(together, header)}").fetchall()
    [(rows, rejected)] = con.execute("SELECT (SELECT count(*) FROM landed), (SELECT count(*) FROM reject_lines)").fetchall()
    con.execute("DROP TABLE IF EXISTS reject_lines; DROP TABLE IF EXISTS reject_files")
    if rows != expected or rejected:
        con.execute("DROP TABLE landed")
        return False
    return True
