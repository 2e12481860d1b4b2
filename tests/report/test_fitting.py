"""Only as much as has room, and the rest counted."""

from __future__ import annotations

from typing import Any

from etl.report.fitting import fit, size


def row_of(row: dict[str, Any]) -> str:
    return "é" * int(row["n"])


def test_what_has_no_room_is_counted() -> None:
    fitted = fit([{"n": 3}, {"n": 2}, {"n": 1}], row_of, 10)
    assert ([str(piece) for piece in fitted.pieces], fitted.shown, fitted.left, fitted.total) == (["ééé", "éé"], 2, 1, 3)


def test_nothing_is_shown_out_of_its_turn() -> None:
    assert fit([{"n": 9}, {"n": 1}], row_of, 4).shown == 0


def test_sizes_are_bytes() -> None:
    assert size(["é", "a"]) == 3
