"""Read rule files strictly: an unknown key, kind, indicator, dimension or a duplicate id refuses the whole set, with file and line.

Ours are in schemas/rules/; a project's own `rules/*.toml` are read beside them. Elsewhere: what a kind does (frames/), what its keys are
(schemas/kinds.py).
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl import strict
from etl.errors import RuleBroken, RuleFileError
from etl.validate.frames import frame_of
from etl.validate.rule_values import refuse_odd_values
from schemas.catalogue import reference_path
from schemas.kinds import BY_KEYS, COMMON_KEYS, KINDS, WHERE_KEYS, Kind, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_SEVERITIES: Final = ("error", "warning", "info")
_FACTS: Final = ("A", "S", "?")
_INDICATOR_KEYS: Final = ("indicator", "a", "b", "pairs", "triples", "members", "total", "rate", "num", "den", "stock", "entries", "exits", "base")


def our_rule_files() -> list[Path]:
    """The rule files that come with the package, in the order of their names."""
    return sorted((Path(__file__).resolve().parents[2] / "schemas" / "rules").glob("*.toml"))


def project_rule_files(root: Path) -> list[Path]:
    """The rule files of a project: `rules/*.toml` in its root."""
    folder = root / "rules"
    if folder.exists() and not folder.is_dir():
        raise RuleFileError("rules-no-folder", path=str(folder))
    found = sorted(folder.glob("*.toml"))
    for path in found:
        if not path.name.isprintable():  # neither the tables nor a key take a name that is not UTF-8
            raise RuleFileError("rules-name-unprintable", folder=str(folder), name=ascii(path.name))
    return found


def load_rules(paths: Iterable[Path], *, indicators: Collection[str] | None = None) -> tuple[Rule, ...]:
    """Read all files; rules in the order of their ids. `indicators`: the known ids (the catalogue where left out).

    Raises RuleFileError for the first fault found, naming file and line; nothing is kept of a set with a fault.
    """
    known = set(indicators) if indicators is not None else catalogue_indicators()
    found: dict[str, Rule] = {}
    for path in paths:
        for rule in _read_file(path, known):
            if rule.id in found:
                other = found[rule.id]
                raise RuleFileError("rule-duplicate-id", file=path, line=rule.line, rule=rule.id, other=f"{other.file.name}:{other.line}")
            found[rule.id] = rule
    for rule in found.values():
        if rule.replaces is not None and rule.replaces not in found:
            raise RuleFileError(
                "rule-unknown-replaced", file=rule.file, line=rule.line, rule=rule.id, replaced=rule.replaces, nearest=strict.nearest(rule.replaces, found)
            )
        _build(rule)
    return tuple(sorted(found.values(), key=lambda r: r.id))


def _build(rule: Rule) -> None:
    """Build the frame once: what only the frame knows to be impossible refuses the set here, not in the middle of a run."""
    try:
        frame_of(rule)
    except RuleBroken as failure:
        problem = failure.facts.get("problem") or failure
        raise RuleFileError("rule-frame-broken", file=rule.file, line=rule.line, rule=rule.id, problem=problem) from failure


def catalogue_indicators() -> set[str]:
    """Ids of the indicators of the catalogue."""
    with reference_path("indicators.csv").open(encoding="utf-8", newline="") as handle:
        return {row["id"] for row in csv.DictReader(handle)}


def _read_file(path: Path, known: set[str]) -> Iterator[Rule]:
    file = strict.load_toml(path, error=RuleFileError)
    strict.refuse_unknown_keys(file, file.data, ("rule",))
    for number, table in enumerate(strict.tables(file, file.data, "rule")):
        yield _read_rule(file, table, number, known)


def _read_rule(file: strict.TomlFile, table: dict[str, Any], number: int, known: set[str]) -> Rule:
    where = ("rule", number)
    rule_id = strict.text(file, table, "id", *where)
    kind = KINDS[strict.choice(file, table, "kind", tuple(KINDS), *where)]
    common = COMMON_KEYS if kind.filtered else tuple(key for key in COMMON_KEYS if key != "where")
    strict.refuse_unknown_keys(file, table, (*common, *kind.required, *kind.optional), *where)
    for key in kind.required:
        if key not in table:
            raise file.fault("rule-missing-key", *where, rule=rule_id, key=key, kind=kind.name)
    label = strict.text(file, table, "label", *where)
    params = {key: table[key] for key in (*kind.required, *kind.optional, "where", "by") if key in table}
    _refuse_unknown_filters(file, params, where)
    _refuse_unknown_indicators(file, kind, params, where, known)
    refuse_odd_values(file, where, kind, params, known)
    _refuse_unknown_dimensions(file, params, where)
    least = strict.number(file, table, "min_coverage", *where, default=None)
    if least is not None and not 0 <= least <= 1:
        raise file.fault("out-of-range", *where, "min_coverage", key="min_coverage", found=least, lowest=0, highest=1)
    why = strict.text(file, table, "rationale", *where, default=None)
    return Rule(
        id=rule_id,
        kind=kind.name,
        label_vi=label,
        label_en=strict.text(file, table, "label_en", *where, default=label),
        severity=strict.choice(file, table, "severity", _SEVERITIES, *where),
        params=params,
        min_coverage=None if least is None else float(least),
        gate=strict.boolean(file, table, "gate", *where, default=False),
        rationale_vi=why,
        rationale_en=strict.text(file, table, "rationale_en", *where, default=why),
        fact=None if "fact" not in table else strict.choice(file, table, "fact", _FACTS, *where),
        replaces=strict.text(file, table, "replaces", *where, default=None),
        file=file.path,
        line=file.line_of(*where),
    )


def indicators_of(rule: Rule) -> frozenset[str]:
    """The indicators that a rule names. Empty: it speaks of all. Where none of those named is printed, the frame of the rule is empty."""
    return frozenset(_named_indicators(rule.kind, rule.params))


def _refuse_unknown_filters(file: strict.TomlFile, params: dict[str, Any], where: tuple[str, int]) -> None:
    filters = params.get("where", {})
    if not isinstance(filters, dict):
        raise file.fault("wrong-type", *where, "where", key="where", expected="table", found=str(filters))
    strict.refuse_unknown_keys(file, filters, WHERE_KEYS, *where, "where")
    for key in params.get("by", []):
        if key not in BY_KEYS:
            raise file.fault("unknown-key", *where, "by", key=str(key), nearest=strict.nearest(str(key), BY_KEYS), allowed=list(BY_KEYS))


def _refuse_unknown_indicators(file: strict.TomlFile, kind: Kind, params: dict[str, Any], where: tuple[str, int], known: set[str]) -> None:
    """Names in the keys that hold indicators must stand in the catalogue; `complement` and `within_hundred` name members or indicators."""
    for name, key in _named_indicators(kind.name, params).items():
        if name not in known:
            raise file.fault("rule-unknown-indicator", *where, key, indicator=name, nearest=strict.nearest(name, known))


def _named_indicators(kind: str, params: Mapping[str, Any]) -> dict[str, str]:
    """Each named indicator with the key that names it. (The sides of a `complement` are subgroups.)"""
    filters = params.get("where", {}).get("indicator", [])
    named = {str(name): "where" for name in (filters if isinstance(filters, list) else [filters])}
    return named | {name: key for key in _INDICATOR_KEYS if key in params and kind != "complement" for name in _names(params[key])}


def _refuse_unknown_dimensions(file: strict.TomlFile, params: dict[str, Any], where: tuple[str, int]) -> None:
    """A misspelt dimension would see nothing and look like good data."""
    known = _catalogue_dimensions()
    over = str(params.get("over", ""))
    named = [("over", over.removeprefix("breakdown:"))] if over.startswith("breakdown:") and over not in {"breakdown:*", "breakdown:numerator"} else []
    named += [(key, str(params[key]).partition("=")[0]) for key in ("one", "other") if key in params]
    for key in ("a", "b", "pairs"):
        named += [(key, part.partition("=")[0]) for part in _breakdowns(params.get(key))]
    wanted = params.get("where", {}).get("breakdown", [])
    tokens = [token for text in (wanted if isinstance(wanted, list) else [wanted]) for token in str(text).split(";") if token]
    named += [("where", token.partition("=")[0].strip()) for token in tokens]
    for key, dimension in named:
        if dimension not in known:
            raise file.fault("rule-unknown-dimension", *where, key, dimension=dimension, nearest=strict.nearest(dimension, known))


@cache
def _catalogue_dimensions() -> set[str]:
    with reference_path("dimensions.csv").open(encoding="utf-8", newline="") as handle:
        return {row["dimension"] for row in csv.DictReader(handle)}


def _breakdowns(value: object) -> Iterator[str]:
    if isinstance(value, dict) and "breakdown" in value:
        yield str(value["breakdown"])
    elif isinstance(value, list):
        for item in value:
            yield from _breakdowns(item)


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        if "indicator" in value:
            yield str(value["indicator"])
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)
