"""Rows that stay JSON until somebody looks at them."""

from __future__ import annotations

import pytest

from etl.report.told import ToldRows

ROWS = ToldRows(['{"a":1}', '{"a":"Đầm Hà"}', '{"a":null}'])


def test_rows_are_parsed_when_they_are_looked_at() -> None:
    assert len(ROWS) == 3
    assert list(ROWS) == [{"a": 1}, {"a": "Đầm Hà"}, {"a": None}]
    assert ROWS[-1] == {"a": None}
    assert ROWS[1:] == [{"a": "Đầm Hà"}, {"a": None}]
    with pytest.raises(IndexError):
        ROWS[3]


def test_rows_keep_their_bytes() -> None:
    assert ROWS.as_json[1] == '{"a":"Đầm Hà"}'.encode()
