"""What the reports tell, read from a published file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from etl.errors import WarehouseError
from etl.report import content as module
from schemas.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable


def by_id(rows: Any, column: str, value: str | int) -> dict[str, Any]:
    wanted = str(UUID(int=value)) if isinstance(value, int) else value
    [row] = [row for row in rows if row[column] == wanted]
    return dict(row)


def test_every_row_read_is_accounted_for(content: dict[str, Any]) -> None:
    counts = content["counts"]
    assert (counts["read"], counts["published"], counts["quarantined"], counts["excluded"], counts["is_balanced"]) == (15, 10, 2, 3, True)
    assert counts["suspect"] == 3


def test_books_that_do_not_balance_are_the_first_thing_said(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["sources"][0]["rows_read"] += 2
    content = content_of(rows)
    assert content["verdict"]["level"] == "unbalanced"
    assert "2 dòng trong 17 con số" in content["verdict"]["vi"]


def test_findings_are_counted_once_and_kept_apart(content: dict[str, Any]) -> None:
    assert content["counts"]["findings"] == {
        "total": 5, "open": 4, "error": 2, "error_sets": 1, "warning": 1, "warning_sets": 1,
        "info": 0, "unverifiable": 1, "waived": 1, "new": 3, "persisting": 1,
    }  # fmt: skip


def test_the_gravest_findings_come_first_and_the_waived_last(content: dict[str, Any]) -> None:
    assert [(f["rule"], f["severity"], f["waived"]) for f in content["findings"]] == [
        ("C01", "error", False),
        ("G01", "error", False),
        ("X14", "warning", False),
        ("D08", "info", False),
        ("G01", "error", True),
    ]


def test_a_rule_that_fires_often_does_not_hide_the_others(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["findings"] += [{**rows["findings"][0], "finding_id": 900 + n, "key": f"{n}"} for n in range(50)]
    assert [f["rule"] for f in content_of(rows)["findings"][:4]] == ["C01", "G01", "G01", "G01"]


def test_a_finding_has_both_sides_its_members_and_its_hypotheses(content: dict[str, Any]) -> None:
    shares = by_id(content["findings"], "finding_id", 101)
    assert (shares["actual"], shares["expected"], shares["gap"], shares["tolerance"]) == ("97.00", "100", 3.0, 0.06)
    assert [(m["role"], m["text"], m["value"], m["lower_bound"], m["source_id"], m["line"], m["locator"]) for m in shares["members"]] == [
        ("share", "52,7", 52.7, 52.65, "lao-cai/figures.csv", 2, "p13#5001"),
        ("share", "15,58", 15.58, 15.575, "lao-cai/figures.csv", 3, "p13#5002"),
        ("share", "28,72", 28.72, 28.715, "lao-cai/figures.csv", 4, "p13#5003"),
    ]
    assert [h["to"] for h in shares["hypotheses"]] == ["55,7", "18,58", "3,00"]
    assert (shares["label_vi"], shares["kind"]) == ("Cơ cấu cộng bằng 100", "hundred")


def test_a_refused_figure_stays_in_its_finding(content: dict[str, Any]) -> None:
    [member] = by_id(content["findings"], "finding_id", 104)["members"]
    assert (member["text"], member["value"], member["observation_id"]) == ("18.4720<script>alert(1)</script>", None, None)


def test_a_finding_without_members_is_still_told(content: dict[str, Any]) -> None:
    assert by_id(content["findings"], "finding_id", 105)["members"] == []


def test_findings_of_one_cause_are_told_together(content: dict[str, Any]) -> None:
    assert content["causes"] == [
        {"source_id": "dam-ha/figures.csv", "cause": "p13#5005", "finding_ids": [str(UUID(int=102)), str(UUID(int=103))]},
    ]


def test_one_locator_in_two_documents_is_two_causes(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["finding_members"][-2]["source_id"] = "lao-cai/figures.csv"
    assert [(cause["source_id"], len(cause["finding_ids"])) for cause in content_of(rows)["causes"]] == [("dam-ha/figures.csv", 1), ("lao-cai/figures.csv", 1)]


def test_what_needs_a_person_goes_first(content: dict[str, Any]) -> None:
    assert content["attention"] == [str(UUID(int=n)) for n in (104, 101, 102)]


def test_a_rule_that_never_applied_is_not_green(content: dict[str, Any]) -> None:
    never = by_id(content["rules"], "rule", "G05")
    assert (never["state"], never["applicable"], never["seen"], never["is_below_min_coverage"]) == ("never_applied", 0, 4, False)
    assert content["counts"]["rules"] == {"total": 6, "applied": 5, "compared": 2, "never_applied": 1, "broken": 0, "below_min_coverage": 1}


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ({"applicable": 3, "passed": 3}, "judged"),
        ({"applicable": 3, "passed": 1, "failed": 2}, "judged"),
        ({"applicable": 3, "passed": 2, "unverifiable": 1}, "partly"),
        ({"applicable": 3, "unverifiable": 3}, "undecided"),
        ({"seen": 3, "not_applicable": 3}, "never_applied"),
        ({"applicable": 3, "passed": 3, "errors": 1}, "broken"),
        (None, "never_applied"),
    ],
)
def test_how_much_a_rule_could_judge_is_one_of_five_states(result: dict[str, int] | None, state: str, rows: Any, content_of: Callable[..., Any]) -> None:
    rows["rule_results"] = [] if result is None else [{"rule": "C04", **result}]
    assert by_id(content_of(rows)["rules"], "rule", "C04")["state"] == state


def test_a_result_of_a_rule_that_is_no_longer_declared_is_shown(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["rules"] = [rule for rule in rows["rules"] if rule["rule"] != "X14"]
    assert by_id(content_of(rows)["rules"], "rule", "X14")["label_vi"] is None


def test_refused_rows_are_whole_and_have_their_reason(content: dict[str, Any]) -> None:
    assert [(row["line"], row["rules"], row["reason_vi"]) for row in content["quarantine"]] == [
        (9, ["C01"], "đọc được hai cách: 18.472 hoặc 184.720"),
        (10, ["C09"], "không rõ chỉ tiêu"),
    ]
    assert content["quarantine"][1]["indicator"] == '"><img src=x onerror=alert(1)>'
    assert content["quarantine"][0]["finding_ids"] == [str(UUID(int=104))]


def test_excluded_rows_are_counted_by_reason_and_source(content: dict[str, Any]) -> None:
    assert content["excluded"] == {
        "total": 3,
        "by_reason": [
            {"reason": "missing_value", "rows": 1, "sources": [{"source_id": "lao-cai/figures.csv", "rows": 1}]},
            {"reason": "repeat", "rows": 2, "sources": [{"source_id": "dam-ha/figures.csv", "rows": 1}, {"source_id": "lao-cai/figures.csv", "rows": 1}]},
        ],
    }


def test_every_programme_is_there_with_its_figures_or_without(content: dict[str, Any]) -> None:
    assert {programme["id"]: programme["figures_total"] for programme in content["programmes"]} == {
        "assistance": 2, "employment": 3, "housing": 2, "leadership": 0, "merit_housing": 1, "poverty_reduction": 3, "temporary_housing": 2,
    }  # fmt: skip


def test_a_figure_that_names_its_programme_stands_in_no_neighbour(content: dict[str, Any]) -> None:
    """Houses of the temporary-housing programme are no houses for merit people; the umbrella and the programme itself have both."""
    texts = {programme["id"]: [figure["text"] for figure in programme["figures"]] for programme in content["programmes"]}
    assert texts["merit_housing"] == ["hơn 900"]
    assert texts["temporary_housing"] == ["hơn 900", "13"]


def housing_rows(rows: Any) -> Any:
    """Houses of the poor, of merit people, and of a scheme that is named beside whom it serves, as the shipped catalogue tells them apart."""
    named = {"merit_housing": "beneficiary=merit_people", "poor_housing": "beneficiary=poor|beneficiary=poor_near_poor_and_resettled"}
    rows["programmes"].append({"id": "poor_housing", "name_vi": "Nhà ở hộ nghèo", "name_en": "Housing for the poor", "indicators": "houses"})
    rows["programmes"] = [{**programme, "breakdowns": named.get(programme["id"])} for programme in rows["programmes"]]
    house = next(row for row in rows["observations"] if row["observation_id"] == 9)
    rows["observations"] += [
        {**house, "observation_id": 400 + number, "figure_id": 1400 + number, "breakdown": breakdown, "text": text}
        for number, (breakdown, text) in enumerate(
            [
                ("beneficiary=poor_near_poor_and_resettled", "1.815"),
                ("beneficiary=merit_people;fund=state_budget", "2.680"),
                ("beneficiary=poor;scheme=temporary_housing", "77"),
            ]
        )
    ]
    return rows


@pytest.mark.parametrize(
    ("text", "programmes"),
    [
        ("1.815", {"housing", "poor_housing"}),
        ("2.680", {"housing", "merit_housing"}),
        ("77", {"housing", "temporary_housing"}),
    ],
    ids=["houses of poor households", "houses of merit people", "a scheme outweighs whom it serves"],
)
def test_a_figure_of_one_programme_stands_in_no_other(text: str, programmes: set[str], rows: Any, content_of: Callable[..., Any]) -> None:
    content = content_of(housing_rows(rows))
    assert {entry["id"] for entry in content["programmes"] if text in {figure["text"] for figure in entry["figures"]}} == programmes


def test_every_published_figure_is_in_a_programme(rows: Any, content: dict[str, Any], content_of: Callable[..., Any]) -> None:
    assert content["figures_without_programme"] == []
    for programme in rows["programmes"]:
        programme.pop("indicators", None)
    rows["indicators"] = [row for row in rows["indicators"] if row["id"] != "houses"]
    assert content_of(rows)["figures_without_programme"] == [{"indicator": "houses", "figures": 2}]


def test_a_target_stands_beside_the_latest_actual(content: dict[str, Any]) -> None:
    [target] = by_id(content["programmes"], "id", "poverty_reduction")["targets"]
    assert (target["text"], target["actual_text"], target["actual_period"], target["gap"]) == ("dưới 9", "14,94", "2023", 5.94)


def test_the_targets_for_2030_stand_together_whatever_their_programme(rows: Any, content: dict[str, Any], content_of: Callable[..., Any]) -> None:
    ahead = content["targets_ahead"]
    assert (ahead["year"], ahead["total"], [(target["text"], target["line"]) for target in ahead["targets"]]) == (2030, 1, [("dưới 9", 9)])
    goal = next(row for row in rows["observations"] if row["observation_id"] == 8)
    dates = {"time_period": "2026/2030", "period_start": "2026-01-01"}
    rows["observations"] += [
        {**goal, **dates, "observation_id": 300, "figure_id": 1300, "indicator": "houses", "unit_measure": "căn", "obs_kind": "plan", "text": "7.600"},
        {**goal, "observation_id": 301, "figure_id": 1301, "time_period": "2025", "period_end": "2025-12-31", "text": "10"},
    ]
    assert [target["text"] for target in content_of(rows)["targets_ahead"]["targets"]] == ["7.600", "dưới 9"]


def test_of_a_programme_with_very_many_figures_some_are_named_and_all_are_counted(
    rows: Any, content_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIGURES_OF_A_PROGRAMME", 2)
    poverty = by_id(content_of(rows)["programmes"], "id", "poverty_reduction")
    assert (len(poverty["figures"]), poverty["figures_total"]) == (2, 3)
    assert [figure["time_period"] for figure in poverty["figures"]] == ["2023", "2030"]  # the newest


def test_implied_figures_are_told_apart_from_printed_ones(content: dict[str, Any]) -> None:
    [implied] = content["implied_figures"]
    assert (implied["what"], implied["value"], implied["obs_status"], len(implied["member_ids"])) == ("plan", 4.0, "I", 2)


def test_the_dictionary_describes_every_published_table_and_column(content: dict[str, Any]) -> None:
    described = {entry["name"]: entry for entry in content["dictionary"]}
    for table in TABLES:
        assert (described[table.name]["vi"], described[table.name]["en"]) == (table.row_vi, table.row_en)
        assert [(c["name"], c["type"], c["nullable"], c["vi"], c["en"]) for c in described[table.name]["columns"]] == [
            (c.name, c.duckdb_type, c.nullable, c.vi, c.en) for c in table.columns
        ]
    assert Counter(entry["kind"] for entry in content["dictionary"])["view"] > 5
    assert not any(name.startswith("_") for name in described)


def test_a_source_has_its_hash_and_its_rows(content: dict[str, Any]) -> None:
    source = by_id(content["sources"], "source_id", "lao-cai/figures.csv")
    assert (source["sha256"], source["published"], source["rows_read"], source["rows_published"]) == ("abababab", "2024-05-02", 10, 8)


def test_no_run_id_and_no_clock_is_told(content: dict[str, Any]) -> None:
    told = repr({**content, "findings": list(content["findings"]), "quarantine": list(content["quarantine"])})
    assert "RUN-ID" not in told
    assert "started_at" not in {key for programme in content["programmes"] for key in programme}
    assert (content["evaluated_on"], content["content_id"]) == ("2025-03-01", "c0ffee")


def test_a_warehouse_with_nothing_in_it_is_told_as_that(content_of: Callable[..., Any]) -> None:
    content = content_of({})
    assert content["verdict"]["level"] == "empty"
    assert content["attention"] == list(content["findings"]) == content["programmes"] == []


def test_hypotheses_that_are_no_json_are_refused(rows: Any, content_of: Callable[..., Any]) -> None:
    rows["findings"][0]["hypotheses"] = "52,7 → 55,7"
    with pytest.raises(WarehouseError):
        content_of(rows)


def test_a_file_that_was_not_published_is_refused(tmp_path: Any) -> None:
    import duckdb  # noqa: PLC0415

    path = tmp_path / "other.duckdb"
    duckdb.connect(path).close()
    with pytest.raises(WarehouseError) as refused:
        module.read_content(path)
    assert refused.value.code == "report-database-unreadable"
