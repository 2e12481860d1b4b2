"""A rule whose values mean nothing is refused with its line: it would see nothing, and look like good data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from etl.errors import RuleFileError
from etl.messages import tell
from etl.validate.rules import load_rules, our_rule_files
from schemas.kinds import KINDS
from schemas.rule_values import KEY_VALUES, UNIT_KINDS, Takes

if TYPE_CHECKING:
    from pathlib import Path

HEAD: Final = '[[rule]]\nid = "OWN1"\nlabel = "x"\nseverity = "error"\n'  # the kind stands on line 5
SHIPPED: Final = load_rules(our_rule_files())
SUM: Final = 'kind = "sum"\nover = "breakdown:*"\nunit_kinds = ["count"]\nmeasures = ["level"]\n'
ORDER: Final = 'kind = "order"\na = "schools"\nb = "students"\n'

# The rule, the code of the refusal, its line, and what the message offers.
REFUSED: Final = {
    SUM.replace("down:*", "dwon:*"): ("unknown-value", 6, "breakdown:*"),
    SUM.replace('over = "breakdown:*"', 'over = "breakdown:sector"'): ("unknown-value", 6, "breakdown:*"),
    SUM.replace('"count"', '"count",\n"cuont"'): ("unknown-value", 8, "count"),
    SUM.replace('"level"', '"levle"'): ("unknown-value", 8, "level"),
    SUM.replace('measures = ["level"]', "measures = []"): ("wrong-type", 8, "["),
    SUM.replace('measures = ["level"]\n', ""): ("rule-needs-one-of", 1, "measures"),
    'kind = "sum"\nover = "indicators"\ntotal = "schools"\n': ("rule-needs-one-of", 1, "members"),
    'kind = "hundred"\nover = "breakdown:sectors"\n': ("unknown-value", 6, "breakdown:sector"),
    'kind = "hundred"\nover = "places"\n': ("unknown-value", 6, "breakdown:sector"),
    'kind = "hundred"\nover = "breakdown:sector"\nneeded = "three"\n': ("wrong-type", 7, "số nguyên"),
    'kind = "hundred"\nover = "breakdown:sector"\nneeded = 0\n': ("rule-too-small", 7, "1"),
    'kind = "hundred"\nover = "breakdown:sector"\nlisted = "yes"\n': ("wrong-type", 7, "true"),
    'kind = "within_hundred"\n': ("rule-needs-one-of", 1, "members"),
    'kind = "order"\n': ("rule-needs-one-of", 1, "a + b"),
    'kind = "order"\npart_of = "brakdown"\n': ("unknown-value", 6, "breakdown"),
    'kind = "order"\npairs = ["schools"]\n': ("wrong-type", 6, "cặp"),
    'kind = "order"\npairs = [["schools", 3]]\n': ("wrong-type", 6, "cặp"),
    'kind = "order"\npairs = [["schools", { indicator = "students", drop = "x" }]]\n': ("unknown-key", 6, "breakdown"),
    'kind = "order"\npairs = [["schools", { breakdown = "sex=female" }]]\n': ("wrong-type", 6, "indicator"),
    'kind = "order"\na = { indicator = "schools", measure = "level" }\nb = "students"\n': ("unknown-key", 6, "breakdown"),
    'kind = "order"\na = 3\nb = "students"\n': ("wrong-type", 6, "chỉ tiêu"),
    ORDER + 'where = { measure = "levle" }\n': ("unknown-value", 8, "level"),
    ORDER + 'where = { obs_kind = ["actual", "acutal"] }\n': ("unknown-value", 8, "actual"),
    ORDER + 'where = { unit_kind = "cuont" }\n': ("unknown-value", 8, "count"),
    ORDER + 'where = { unit = "hộo" }\n': ("unknown-value", 8, "hộ"),
    ORDER + 'where = { stock_flow = "flows" }\n': ("unknown-value", 8, "flow"),
    ORDER + 'where = { programme = "health_cra" }\n': ("unknown-value", 8, "health_care"),
    ORDER + 'where = { not_indicator = "scholls" }\n': ("unknown-value", 8, "schools"),
    ORDER + 'where = { denominator = "househols" }\n': ("unknown-value", 8, "households"),
    ORDER + 'where = { breakdown = "sexx=female" }\n': ("rule-unknown-dimension", 8, "sex"),
    ORDER + "where = { breakdown = 3 }\n": ("wrong-type", 8, "danh sách tên"),
    'kind = "ratio"\nform = "tripels"\nk = 100\n': ("unknown-value", 6, "triples"),
    'kind = "ratio"\nform = "triples"\nk = 100\n': ("rule-needs-one-of", 1, "triples"),
    'kind = "ratio"\nform = "share"\nk = "x"\n': ("wrong-type", 7, "số nguyên"),
    'kind = "ratio"\nform = "share"\nk = 0\n': ("rule-too-small", 7, "1"),
    'kind = "ratio"\nform = "triples"\nk = 1\ntriples = [["schools", "students"]]\n': ("wrong-type", 8, "bộ ba"),
    'kind = "ratio"\nform = "triples"\nk = 1\ntriples = [["schools", "students", 3]]\n': ("wrong-type", 8, "bộ ba"),
    'kind = "balance"\nstock = ["schools"]\nentries = "schools"\nexits = "students"\n': ("wrong-type", 6, "chữ"),
    'kind = "change"\nform = "levle"\n': ("unknown-value", 6, "level"),
    'kind = "monotone"\nform = "netsed"\n': ("unknown-value", 6, "nested"),
    'kind = "between"\nover = "place"\n': ("unknown-value", 6, "places"),
    'kind = "jump"\ncap = "x"\nunit_kinds = ["count"]\n': ("wrong-type", 6, "số nguyên"),
    'kind = "jump"\ncap = 1\nunit_kinds = ["count"]\n': ("rule-too-small", 6, "2"),
    'kind = "jump"\ncap = 50\n': ("rule-missing-key", 1, "unit_kinds"),
    'kind = "merged"\nallowance = -1\n': ("rule-too-small", 6, "0"),
    'kind = "merged"\nallowance = "5"\n': ("wrong-type", 6, "một số"),
    'kind = "allowed"\nwhat = "unti"\n': ("unknown-value", 6, "unit"),
    'kind = "ledger"\nwhat = "unreadabel"\ngate = true\n': ("unknown-value", 6, "unreadable"),
    'kind = "range"\n': ("rule-needs-one-of", 1, "plausible"),
    'kind = "range"\ncatalogue = false\n': ("rule-needs-one-of", 1, "plausible"),
    'kind = "range"\nhard = [0, "x"]\n': ("wrong-type", 6, "thấp"),
    'kind = "band"\na = "students"\nb = "schools"\nband = [50]\n': ("wrong-type", 8, "thấp"),
    'kind = "band"\na = "students"\nb = "schools"\nband = [500, 50]\n': ("wrong-type", 8, "tăng dần"),
    'kind = "complement"\none = "sex"\nother = "sex=male"\n': ("wrong-type", 6, "chiều=thành phần"),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


@pytest.mark.parametrize("rule", REFUSED, ids=lambda rule: rule.replace("\n", " "))
def test_a_value_that_means_nothing_refuses_the_set_with_its_line_and_what_would_do(rule: str, tmp_path: Path) -> None:
    code, line, offer = REFUSED[rule]
    with pytest.raises(RuleFileError) as refused:
        load_rules([*our_rule_files(), written(tmp_path, rule)])
    assert (refused.value.code, refused.value.facts["line"]) == (code, line)
    told = tell(refused.value, "vi").sentence
    assert "own.toml" in told
    assert offer in told
    assert tell(refused.value, "en").sentence != told


@pytest.mark.parametrize(
    "rule",
    [
        SUM,
        ORDER + 'where = { measure = "level", obs_kind = ["actual", "plan"], unit = ["hộ", "%"], denominator = "", breakdown = ["", "sex=female"] }\n',
        ORDER + 'where = { programme = "swimming" }\n',  # a source may bring it
        'kind = "order"\npairs = [["schools", { indicator = "students", breakdown = "sex=female" }]]\n',
        'kind = "ratio"\nform = "triples"\nk = 100\nrate = "poor_household_rate"\nnum = "poor_households"\nden = "households"\n',
        'kind = "range"\nplausible = [0.5, 10]\n',
        'kind = "merged"\nallowance = 2.5\n',
        'kind = "hundred"\nover = "breakdown:sector"\nneeded = 3\nmin_coverage = 0.5\n',
    ],
    ids=lambda rule: rule.replace("\n", " "),
)
def test_a_value_that_means_something_is_taken(rule: str, tmp_path: Path) -> None:
    assert "OWN1" in {loaded.id for loaded in load_rules([*our_rule_files(), written(tmp_path, rule)])}


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if {*kind.required, *kind.optional}], ids=lambda kind: kind.name)
def test_every_key_of_a_kind_has_its_values(kind: object) -> None:
    assert set(kind.required) | set(kind.optional) <= set(kind.values) | set(KEY_VALUES)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "key", "takes"),
    [
        (kind.name, key, takes)
        for kind in KINDS.values()
        for key, takes in {"part_of": KEY_VALUES["part_of"], **kind.values}.items()
        if key in kind.required + kind.optional
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_words_of_a_key_are_those_that_shipped_rules_use(kind: str, key: str, takes: Takes) -> None:
    used = {str(rule.params[key]) for rule in SHIPPED if rule.kind == kind and key in rule.params}
    assert used == set(takes.among) or (takes.catalogue is not None and set(takes.among) < used)


def test_the_kinds_of_units_are_those_of_the_catalogue() -> None:
    units = (our_rule_files()[0].parents[1] / "reference" / "units.csv").read_text(encoding="utf-8").splitlines()
    kinds = {kind for kind in (*UNIT_KINDS, "multiplier") if any(f",{kind}," in line for line in units)}
    assert kinds == {*UNIT_KINDS, "multiplier"}
