"""The order of judging as a whole: rows are counted apart from where they went, and no number, however odd, stops a run."""

from __future__ import annotations

import csv
import io
import re
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Final

from judging import Document, chosen, judge_documents, laid_out, resolved, row, unexplained

from etl.validate import validate as order_of_work
from etl.validate.statements import statement
from etl.validate.validate import validate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

CASES: Final = Path(__file__).resolve().parents[1] / "cases"
# The greatest and the least that can be written, the open ends, and what divides by nought.
ODD: Final = (
    "999.999.999.999.999.999",
    "0",
    "0,000000001",
    "0,0000000001",
    "hơn 999.999.999.999.999.999",
    "gần 0",
    "khoảng 1",
    "không quá 0",
    "999.999 nghìn tỷ",
    "-999.999.999.999.999.999",
)


def test_a_row_that_went_nowhere_stops_the_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """D07 counts the rows of each file apart from the split; here the split loses one."""
    con, ledger = resolved(tmp_path, {"a": Document([row("schools", "412", "trường"), row("students", "11.840", "người")])})
    monkeypatch.setattr(order_of_work, "statement", lambda name: statement(name) + (" WHERE f.n <> 0" if name == "disposition" else ""))
    found = validate(con, chosen(["C01", "D07"]), ledger=ledger).findings
    assert [(f.rule.id, f.severity, f.verdict, f.expected, f.actual) for f in found] == [("D07", "error", "fail", "2", "1")]
    assert found[0].rule.gate
    con.close()


def test_rows_end_where_the_counts_say(tmp_path: Path) -> None:
    rows = [row("schools", "412", "trường"), row("schools", "18.4720", "trường", time_period="2022"), row("schools", "412", "trường", note="context=related")]
    found = judge_documents(tmp_path, {"a": Document(rows)}, ["C01"]).validated
    assert (found.rows_read, found.rows_published, found.rows_quarantined, found.rows_excluded) == (3, 1, 1, 1)


def cases() -> dict[str, list[dict[str, str]]]:
    """The rows of every case that a rule fails on, by its name."""
    files = [path for path in sorted(CASES.glob("*/fail*.csv")) if path.parent.name not in {"ledger", "missing", "format"}]
    return {f"{path.parent.name}-{path.stem}": list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))) for path in files}


def with_word(value: str, odd: str) -> str:
    """The odd number in the place of the number, with the direction and the unit that were printed around it."""
    direction = next((word for word in ("tăng ", "giảm ", "vượt ", "cao hơn ", "thấp hơn ") if value.startswith(word)), "")
    unit = re.sub(r"^.*\d", "", value).replace("nghìn", "").replace("triệu", "").replace("tỷ", "").strip()
    return f"{direction}{odd} {unit}".strip()


def odd_documents() -> dict[str, Sequence[Mapping[str, str]]]:
    """Each case with one odd number everywhere, and with the odd numbers in turn, from each of them on."""
    found: dict[str, Sequence[Mapping[str, str]]] = {}
    for name, rows in cases().items():
        for at, odd in enumerate(ODD):
            found[f"{name} all {at}"] = [{**one, "value": with_word(one["value"], odd)} for one in rows]
            turns = cycle([*ODD[at:], *ODD[:at]])
            found[f"{name} from {at}"] = [{**one, "value": with_word(one["value"], next(turns))} for one in rows]
    return found


def test_no_number_however_odd_stops_a_run() -> None:
    documents = odd_documents()
    con = laid_out(documents)
    rules = [rule for rule in chosen(None) if rule.kind not in {"agree", "precedence", "ledger", "coverage"}]
    with unexplained():
        found = validate(con, rules)
    assert found.rows_read == sum(len(rows) for rows in documents.values())
    assert found.rows_read == found.rows_published + found.rows_quarantined + found.rows_excluded
    assert {counts.rule for counts in found.counts} == {rule.id for rule in rules}
    con.close()
