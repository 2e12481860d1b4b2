"""The tokens of a note: `key=value` between semicolons that rules obey, and which of them say nothing because they are misspelt.

    list=closed|open|overlap|outside    base=<period>    order=asc|desc    context=related    vs=total|<place>    of=<denominator>

All else is text for people. A token that is meant and not understood would be ignored in silence: `list=close` then turns an error into a doubt.

Belongs here: the keys, their values, which tokens of which notes are faulty. Elsewhere: what periods are (periods.py), what the rules make of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.resolve.periods import Refusal, parse_period
from etl.resolve.statements import statement
from etl.strict import nearest

if TYPE_CHECKING:
    import duckdb

NOTE_VALUES: Final = {"list": ("closed", "open", "overlap", "outside"), "order": ("asc", "desc"), "context": ("related",)}
BASE: Final = "base"
_FREE: Final = ("vs", "of")
_GUARDED: Final = (*NOTE_VALUES, BASE)  # keys whose values are known, so that a misspelt one can be told from text


def read_notes(con: duckdb.DuckDBPyConnection) -> None:
    """Create `note_token` (one row per token) and `note_raw` (one per distinct note) from `reading`."""
    con.execute(statement("note_tokens"), {"guarded": list(_GUARDED), "free": list(_FREE)})
    con.execute(statement("notes"), {f"{key}_values": list(values) for key, values in NOTE_VALUES.items()})


def judge_notes(con: duckdb.DuckDBPyConnection) -> None:
    """Create `note_known`: of each distinct note whether it has tokens, and those that are not understood. Needs `period_answer`."""
    values = [f"{key}={value}" for key, several in NOTE_VALUES.items() for value in several]
    con.execute(statement("notes_known"), {"values": values, "free": list(_FREE)})


def token_meant(token: str) -> tuple[str, tuple[str, ...]]:
    """What a token may hold where it stands, and what it may have been meant to be.

    >>> token_meant("list=close")
    ('list=closed|open|overlap|outside', ('list=closed',))
    """
    key, _, value = (part.strip() for part in token.partition("="))
    meant = key if key in _GUARDED else next(iter(nearest(key.lower(), _GUARDED)), key)
    if meant in NOTE_VALUES:
        known = NOTE_VALUES[meant]
        return f"{meant}={'|'.join(known)}", tuple(f"{meant}={one}" for one in nearest(value.lower(), known)[:1])
    reading = parse_period(value)
    near = reading.candidates if isinstance(reading, Refusal) else (value,)
    return f"{meant}=2022|2022-Q1|2022-05|2022-12-31|2021/2022", tuple(f"{meant}={one}" for one in near)
