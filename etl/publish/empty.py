"""The database of a snapshot before anything is in it: every table, view and macro, and a comment on everything.

    write_empty(con, folder / "ansinh.duckdb")        a closed file, to be attached and filled

Half a thousand statements, the same for every run: a process that publishes again writes the file that it made the first time.

Belongs here: what the file declares. Elsewhere: the tables' columns and comments (schemas/tables.py), the views and macros (sql/), the rows (build.py).
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from etl.attached import look_up, one_transaction, quoted
from schemas.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

# Readable by every DuckDB from 1.4 on; the default of 2.0 can be read by 2.0 alone, and the option costs nothing (engine.md, 4).
STORAGE_VERSION: Final = "v1.4.0"

_MAKING: Final = "ansinh_making"
_MADE: Final[dict[tuple[str, ...], bytes]] = {}
_META: Final = """
CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR);
COMMENT ON TABLE meta IS 'Điều cần biết về tệp này | What to know about this file';
COMMENT ON COLUMN meta.key IS 'Tên | Name';
COMMENT ON COLUMN meta.value IS 'Giá trị | Value';
"""


def write_empty(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the empty database to `path`, where nothing is yet. Raises OSError or duckdb.Error when the disk does not take it."""
    statements = _statements()
    if statements in _MADE:
        path.write_bytes(_MADE[statements])
        return
    _make(con, path, statements)
    _MADE[statements] = path.read_bytes()


def _statements() -> tuple[str, ...]:
    own = (f"{table.ddl('main')};\n{'; '.join(table.comments('main'))}" for table in TABLES)
    asked = (resources.files("etl.publish").joinpath("sql", name).read_text(encoding="utf-8") for name in ("views.sql", "macros.sql"))
    return (_META, *own, *asked)


def _make(con: duckdb.DuckDBPyConnection, path: Path, statements: tuple[str, ...]) -> None:
    ((home,),) = con.execute("SELECT current_setting('search_path')").fetchall()
    con.execute(f"ATTACH {quoted(str(path))} AS {_MAKING} (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        # Inside the new file names stay unqualified, so that the views work under whatever name a reader attaches it.
        con.execute(f"USE {_MAKING}")
        with one_transaction(con):  # each comment committed and synced by itself would take longer than a hundred thousand rows
            for statement in statements:
                con.execute(statement)
            _comment_view_columns(con)
    finally:
        look_up(con, home)
        con.execute(f"DETACH {_MAKING}")


def _comment_view_columns(con: duckdb.DuckDBPyConnection) -> None:
    """A view's column that has no comment of its own says what the table's column of that name says."""
    said: dict[str, str] = {}
    for table in TABLES:
        for c in table.columns:
            said.setdefault(c.name, f"{c.vi} | {c.en}")
    silent = con.execute(
        "SELECT c.table_name, c.column_name FROM duckdb_columns() AS c "
        "JOIN duckdb_views() AS v ON v.view_name = c.table_name AND v.database_name = c.database_name "
        "WHERE c.database_name = current_database() AND NOT v.internal AND c.comment IS NULL ORDER BY ALL"
    ).fetchall()
    con.execute("; ".join(f'COMMENT ON COLUMN "{view}"."{name}" IS {quoted(said[name])}' for view, name in silent if name in said))
