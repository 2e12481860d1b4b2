"""Questions of sql/ and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from etl.report.ask import ask

if TYPE_CHECKING:
    from pathlib import Path


def test_a_question_is_answered_with_rows_by_name(realistic_file: Path) -> None:
    with duckdb.connect(realistic_file, read_only=True) as connection:
        assert ask(connection, "runs_before") == [{"published_before": False}]


def test_a_question_takes_its_parameters_by_name(realistic_file: Path) -> None:
    with duckdb.connect(realistic_file, read_only=True) as connection:
        assert ask(connection, "changes_told", change="revised", most=5) == []
