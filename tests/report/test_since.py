"""What changed since the snapshot before, whichever columns the published table has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import duckdb

from etl.report.content import read_content
from etl.report.since import MOST_TOLD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RESOLVED = "00000000-0000-0000-0000-0000000003e7"


def replaced(path: Path, sql: str) -> dict[str, Any]:
    """The content of a file whose table of changes, or of waivers, is another one."""
    with duckdb.connect(path) as connection:
        connection.execute(sql)
    content: dict[str, Any] = read_content(path)
    return content


def test_without_an_earlier_publication_nothing_has_changed(content: dict[str, Any]) -> None:
    assert content["changes"] == {"is_first": True, "counts": {"added": 0, "resolved": 0, "revised": 0, "withdrawn": 0}, "rows": []}
    assert content["waivers"] == []


def test_a_change_of_a_published_figure_is_told_by_its_name(rows: Any, published: Callable[..., Path]) -> None:
    rows["runs"].append({**rows["runs"][0], "run_id": "RUN-ID-3"})
    told = replaced(
        published(rows),
        f"CREATE OR REPLACE TABLE changes AS SELECT '{UUID(int=7)}'::UUID AS observation_id, 'revised' AS change, "
        "'14,49' AS old_text, '14,94' AS new_text, 'correction' AS why",
    )["changes"]
    assert (told["is_first"], told["counts"]["revised"]) == (False, 1)
    [row] = told["rows"]
    assert (row["what"], row["id"], row["name"], row["subject"]) == ("observation", str(UUID(int=7)), "poor_rate", "Lào Cai|2023|level|actual")
    assert (row["old_text"], row["new_text"], row["why"]) == ("14,49", "14,94", "correction")


def test_a_resolved_finding_is_told_by_its_rule_and_its_sentence(rows: Any, published: Callable[..., Path]) -> None:
    content = replaced(
        published(rows),
        f"CREATE OR REPLACE TABLE changes AS SELECT 'finding' AS what, 'resolved' AS change, '{RESOLVED}'::UUID AS id, 'G05' AS name, "
        "'Lào Cai|2023' AS subject, 'error' AS severity, 'Các huyện cộng lại thiếu 3' AS message_vi, 'The districts miss 3' AS message_en, NULL AS old_text",
    )
    [row] = content["changes"]["rows"]
    assert content["changes"]["counts"]["resolved"] == 1
    assert (row["what"], row["name"], row["subject"], row["id"]) == ("finding", "G05", "Lào Cai|2023", RESOLVED)
    assert (row["old_text"], row["old_text_en"]) == ("Các huyện cộng lại thiếu 3", "The districts miss 3")


def test_of_very_many_changes_all_are_counted_and_the_first_told(rows: Any, published: Callable[..., Path]) -> None:
    content = replaced(
        published(rows), "CREATE OR REPLACE TABLE changes AS SELECT md5(n::VARCHAR)::UUID AS observation_id, 'added' AS change FROM range(5000) AS r(n)"
    )
    assert content["changes"]["counts"]["added"] == 5000
    assert len(content["changes"]["rows"]) == MOST_TOLD


def test_a_waiver_is_told_without_a_name(rows: Any, published: Callable[..., Path]) -> None:
    content = replaced(
        published(rows),
        "CREATE OR REPLACE TABLE waivers AS SELECT 'G01' AS rule, 'Đầm Hà|2023|actual' AS key, 'đã gửi phiếu' AS reason, DATE '2027-06-30' AS until, "
        f"'A Person' AS by_whom, ['{UUID(int=105)}'::UUID] AS finding_ids",
    )
    assert content["waivers"] == [
        {"finding_ids": [str(UUID(int=105))], "key": "Đầm Hà|2023|actual", "reason": "đã gửi phiếu", "rule": "G01", "until": "2027-06-30"}
    ]
