"""What is needed for a database that is attached beside another: its path as a literal, where names are looked up, many changes as one.

Belongs here: such words. Elsewhere: everything that knows what is published.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, TypeVar

import duckdb

from etl.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from concurrent.futures import Future

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_HANDS: Final = 2  # tasks done at a time: while pandera or Python works for one, DuckDB works for another
_WAITING: Final = 8  # tasks handed out before the first of them is done: a long one keeps no hand idle


def quoted(text: str) -> str:
    """A text as an SQL literal, for the places where DuckDB takes no parameter."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def another(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A second connection to the same databases, for another thread: it looks names up in the same places. Temporary tables are not shared."""
    ((places,),) = con.execute("SELECT current_setting('search_path')").fetchall()
    with con.cursor() as beside:
        look_up(beside, places)
        yield beside


def look_up(con: duckdb.DuckDBPyConnection, places: str) -> None:
    """Look unqualified names up in these places (`a.main,b.main`), the first of which takes what is created; in the usual one where they are empty."""
    con.execute(f"SET search_path = {quoted(places)}" if places else "RESET search_path")


def side_by_side(
    con: duckdb.DuckDBPyConnection, tasks: Iterable[Task], work: Callable[[duckdb.DuckDBPyConnection, Task], Answer]
) -> Generator[Answer, None, None]:
    """Do some tasks at a time, each on a connection of its own; give the answers in the order of the tasks. (Planning a query keeps one core busy.)"""
    with ExitStack() as open_ones:
        hands: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for _ in range(_HANDS):
            hands.put(open_ones.enter_context(another(con)))

        def do(task: Task) -> Answer:
            hand = hands.get()
            try:
                return work(hand, task)
            finally:
                hands.put(hand)

        working = ThreadPoolExecutor(_HANDS, "ansinh-hand")
        open_ones.callback(working.shutdown, cancel_futures=True)  # who stops here does not wait for what has not begun
        under_way: deque[Future[Answer]] = deque()
        for task in tasks:
            under_way.append(working.submit(do, task))
            if len(under_way) > _WAITING:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


@contextmanager
def one_transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing, and one wait for the disk."""
    con.execute("BEGIN")
    try:
        yield
    except (duckdb.Error, WarehouseError):
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")
