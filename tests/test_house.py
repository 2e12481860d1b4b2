"""The house rules that a machine can read: imports run one way, modules stay small, nothing of one machine gets in.

Read with `ast`, so nothing is imported. Rules that ruff knows are ruff's (test_typing.py); these are the ones it does not.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.house

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("etl", "schemas")

# Who may import whom: a module reaches into its own line and into lines further down, never up. `etl` in a row means all of the room.
STOREYS: Final = (
    ("etl.cli",),
    ("etl.present",),  # what commands print
    ("etl.printing",),  # tables and values
    ("etl.check", "etl.export", "etl.slip"),
    ("etl.pipeline", "etl.query", "etl.catalogues", "etl.doctor", "etl.logs", "etl.notify", "etl.pages", "etl.scaffold", "etl.schedule"),
    ("etl.work",),  # what one execution holds
    ("etl.stage", "etl.gate", "etl.ahead"),
    ("etl.read", "etl.extract", "etl.resolve", "etl.validate", "etl.publish", "etl.report"),
    ("etl.project", "etl.attached"),
    ("schemas", "etl.strict", "etl.messages"),
    ("etl.model", "etl.errors"),
    ("etl",),  # __init__: the map and __version__
)
# Rooms meet only in the model and in tables. A door between two rooms stands here with its reason, or it is not there.
DOORS: Final = {
    ("etl.resolve", "etl.extract"): "the exact interval of a reading is an SQL expression over the grammar's columns",
    ("etl.validate", "etl.read"): "the ledger counts against what was listed in raw/",
    ("etl.validate", "etl.resolve"): "a row of `fact` gets its ids when a finding names it, not before: most rows never need them there",
    ("etl.validate", "etl.extract"): "messages write numbers by the grammar that reads them",
}

LONGEST_MODULE: Final = 400
LONGER_MODULES: Final = {
    "etl/cli.py": "one command after the other, each with its help",
    "schemas/tables.py": "one declaration after the other, all published tables in one place",
}
LONG_FUNCTION: Final = 35

# Modules without tests of their own, and the tests that go through them.
TESTED_THROUGH: Final = {
    "etl/check.py": "tests/test_readme.py",
    "etl/model.py": "tests/helpers/judging.py",
    "etl/pipeline.py": "tests/test_golden.py",
    "etl/stage.py": "tests/test_golden.py",
    "etl/work.py": "tests/test_golden.py",
    "etl/resolve/regions.py": "tests/resolve/test_areas.py",
    "etl/validate/frames/shared.py": "tests/validate/frames/test_cases.py",
    "etl/validate/causes.py": "tests/validate/test_hypotheses.py",
    "etl/validate/cells.py": "tests/validate/test_hypotheses.py",
    "etl/validate/facts.py": "tests/validate/frames/test_cases.py",
    "etl/validate/nearby.py": "tests/validate/test_hypotheses.py",
    "etl/validate/relation_rows.py": "tests/validate/test_hypotheses.py",
    "etl/validate/say_repairs.py": "tests/validate/test_hypotheses.py",
    "etl/validate/structure.py": "tests/validate/test_hypotheses.py",
    "etl/validate/tell_cells.py": "tests/validate/frames/test_cases.py",
    "etl/validate/tell_groups.py": "tests/validate/frames/test_cases.py",
    "etl/validate/statements.py": "tests/validate/frames/test_cases.py",
}


def python_files() -> list[str]:
    """Every module of the two packages, as a path below the root."""
    return sorted(path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def texts() -> list[str]:
    """Every file of ours that people or programs read as text; produced things and raw data are not ours."""
    folders = ("etl", "schemas", "tests", "docs", "benchmarks", ".ci", "warehouse/README.md", "warehouse/.gitignore")
    top = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git" and not path.name.startswith(".coverage")]
    below = [path for name in folders for path in ([ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*")) if path.is_file()]
    kinds = {".py", ".toml", ".sql", ".j2", ".css", ".js", ".md", ".csv", ".html", ".json", ".lock", ".txt", ""}
    return sorted(path.relative_to(ROOT).as_posix() for path in [*top, *below] if path.suffix in kinds and "__pycache__" not in path.parts)


@cache
def tree_of(file: str) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), filename=file)


def module_of(file: str) -> str:
    """etl/read/__init__.py → etl.read."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def our_modules() -> frozenset[str]:
    """The names of all modules of the two packages."""
    return frozenset(module_of(file) for file in python_files())


@cache
def imports_of(file: str) -> set[str]:
    """Every module named in an import of this file, at the top or inside a function; imports for the type checker alone count too."""
    found = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = module_of(file).split(".") if file.endswith("__init__.py") else module_of(file).split(".")[:-1]
            base = node.module or ""
            if node.level:
                base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
            found |= {f"{base}.{alias.name}" if f"{base}.{alias.name}" in our_modules() else base for alias in node.names}
    return found


def room_of(module: str) -> str:
    """The room that a module of ours lies in: the longest entry of STOREYS that it begins with."""
    rooms = [room for storey in STOREYS for room in storey if module == room or (room != "etl" and module.startswith(f"{room}."))]
    return max(rooms, key=len, default="")


def storey_of(room: str) -> int:
    """0 is the top."""
    return next(number for number, storey in enumerate(STOREYS) if room in storey)


def test_every_module_lies_in_a_room_of_the_house() -> None:
    homeless = [file for file in python_files() if not room_of(module_of(file))]
    assert homeless == [], "give them a place in STOREYS, and in the map of etl/__init__.py"


def wrong_imports(file: str) -> Iterator[str]:
    """What a module reaches for and should not, each with the reason."""
    here = room_of(module_of(file))
    for module in sorted(imports_of(file)):
        if module.split(".")[0] not in PACKAGES:
            continue
        there = room_of(module)
        if not there:
            yield f"{file} imports {module}, which has no place in STOREYS"
        elif storey_of(there) < storey_of(here):
            yield f"{file} imports {module}: the arrow points back up"
        elif here != there and storey_of(here) == storey_of(there) == storey_of("etl.read") and (here, there) not in DOORS:
            yield f"{file} imports {module}: rooms meet only in the model and in tables"


def test_imports_run_one_way() -> None:
    assert [wrong for file in python_files() for wrong in wrong_imports(file)] == []


def test_every_door_between_rooms_is_used() -> None:
    used = {(room_of(module_of(file)), room_of(module)) for file in python_files() for module in imports_of(file)}
    assert set(DOORS) <= used


def test_schemas_never_import_etl() -> None:
    assert {file for file in python_files() if file.startswith("schemas/") and any(name.split(".")[0] == "etl" for name in imports_of(file))} == set()


def test_only_the_command_line_knows_click() -> None:
    knowing = {file for file in python_files() if any(name.split(".")[0] == "click" for name in imports_of(file))}
    assert knowing <= {"etl/cli.py", "etl/present.py", "etl/printing.py"}


def test_no_module_imports_itself_in_a_circle() -> None:
    ours = {module_of(file): imports_of(file) for file in python_files()}
    free: set[str] = set()
    while waiting := [name for name in ours if name not in free]:
        ready = [name for name in waiting if all(other in free or other not in ours or other == name for other in ours[name])]
        assert ready, f"these import each other: {sorted(waiting)}"
        free.update(ready)


def test_a_module_says_what_belongs_in_it() -> None:
    assert [file for file in python_files() if not ast.get_docstring(tree_of(file))] == []


def test_a_module_has_one_job_and_few_lines() -> None:
    lines = {file: (ROOT / file).read_text(encoding="utf-8").count("\n") for file in python_files() if file not in LONGER_MODULES}
    assert {file: count for file, count in lines.items() if count > LONGEST_MODULE} == {}, "these have grown a second job"


def test_nine_functions_in_ten_are_short() -> None:
    functions = [node for file in python_files() for node in ast.walk(tree_of(file)) if isinstance(node, ast.FunctionDef)]
    lengths = sorted((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions)
    assert lengths[len(lengths) * 9 // 10] <= LONG_FUNCTION


def hidden_faults(file: str) -> Iterator[str]:
    """Where a module prints, asserts, or catches more than it can name."""
    for node in ast.walk(tree_of(file)):
        where = f"{file}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Assert):
            yield f"{where}: an assert is no check, python -O removes it"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"{where}: data goes to stdout through cli, everything else to stderr"
        if isinstance(node, ast.ExceptHandler):
            caught = "" if node.type is None else ast.unparse(node.type)
            passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            is_outermost = file == "etl/cli.py" and caught == "Exception" and any(isinstance(part, ast.Raise) for part in ast.walk(node))
            if caught in {"", "Exception", "BaseException"} and not (passes_on or is_outermost):
                yield f"{where}: name what can go wrong"


def test_nothing_is_printed_asserted_or_swallowed() -> None:
    assert [fault for file in python_files() for fault in hidden_faults(file)] == []


def test_only_the_outermost_place_catches_what_nobody_foresaw() -> None:
    caught = [node for node in ast.walk(tree_of("etl/cli.py")) if isinstance(node, ast.ExceptHandler) and node.type is not None]
    assert sum(ast.unparse(node.type) == "Exception" for node in caught if node.type is not None) == 1


def test_a_query_begins_with_the_question_it_answers() -> None:
    queries = [file for file in texts() if file.endswith(".sql")]
    assert queries
    assert [file for file in queries if not (ROOT / file).read_text(encoding="utf-8").startswith("-- ")] == [], "first comment, then SQL"


def test_nothing_of_one_machine_or_one_registry_is_written_down() -> None:
    # Put together here, so that this file does not hold them itself.
    hosts = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js", "deb.debian" + ".org", "extra-index" + "-url", "find" + "-links"]
    paths = ["/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/", "/opt/" + "pypi", "file:" + "///"]
    words = ["farm" + "-bench"]
    allowed = {(".ci/lock", "find" + "-links")}  # the option that keeps such places out of the locks
    found = {
        (file, word)
        for file in texts()
        for word in [*hosts, *paths, *words]
        if word in (ROOT / file).read_text(encoding="utf-8", errors="replace") and (file, word) not in allowed
    }
    assert found == set()


def mirror_of(file: str) -> str:
    """The folder of the tests of a module: etl/extract/quantity.py → tests/extract, schemas/kinds.py → tests/schemas."""
    folders = Path(file).parent.parts
    return Path("tests", *(folders if folders[0] == "schemas" else folders[1:])).as_posix()


def is_tested(file: str, called: set[str]) -> bool:
    """By tests of its own, by the tables of its kind of rule, by a test that imports it, or through others that are named."""
    own = ROOT / mirror_of(file) / f"test_{Path(file).name}"
    has_cases = file.startswith("etl/validate/frames/") and (ROOT / "tests/cases" / Path(file).stem).is_dir()  # a kind of rule has a trio of tables
    return own.exists() or has_cases or module_of(file) in called or file in TESTED_THROUGH


def test_every_module_has_its_tests() -> None:
    called = {name for path in (ROOT / "tests").rglob("*.py") for name in imports_of(path.relative_to(ROOT).as_posix())}
    untested = [file for file in python_files() if not file.endswith("__init__.py") and not is_tested(file, called)]
    assert untested == [], "test them in a file of their name, or say in TESTED_THROUGH which tests go through them"


def test_the_lists_of_exceptions_are_true() -> None:
    assert {*TESTED_THROUGH, *LONGER_MODULES} <= set(python_files())
    assert all((ROOT / test).exists() for test in TESTED_THROUGH.values())
    assert all((ROOT / file).read_text(encoding="utf-8").count("\n") > LONGEST_MODULE for file in LONGER_MODULES)


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project.get("optional-dependencies", {}).values()]
    declared = {re.split(r"[\[<>=!~; ]", text, maxsplit=1)[0].lower() for names in lists for text in names}
    imported = {name.split(".")[0] for file in python_files() for name in imports_of(file)} - set(sys.stdlib_module_names) - set(PACKAGES)
    homes = packages_distributions()
    assert {homes[name][0].lower() for name in imported} == declared


def test_storeys_are_told_once() -> None:
    rooms = [room for storey in STOREYS for room in storey]
    assert all(one != other for one, other in pairwise(sorted(rooms)))
