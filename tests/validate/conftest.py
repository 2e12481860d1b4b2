"""What the tests of the validator share: the module tests/helpers/judging.py, and a way to judge a few rows."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from etl.validate import hypotheses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import ModuleType

    from etl.validate.findings import Finding
    from schemas.kinds import Rule


def _load() -> ModuleType:
    """The module judging.py. (Folders of tests are no packages, so it is loaded by its path.)"""
    spec = importlib.util.spec_from_file_location("judging", Path(__file__).resolve().parents[1] / "helpers" / "judging.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["judging"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


# Loaded before the tests beside this file, which import from `judging` as from any module.
JUDGING = _load()


@pytest.fixture(autouse=True, scope="session")
def two_workings_agree() -> Iterator[None]:
    """What a frame calls broken is broken in the arithmetic of the repairs too: the two are one contract, and every test of this folder holds it."""

    def stop(finding: Finding) -> None:
        message = f"{finding.rule.id} says {finding.severity} {finding.code}, but the relation holds: {finding.message_en}"
        raise AssertionError(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hypotheses, "contested", stop)
        yield


@pytest.fixture
def judge_rows(tmp_path: Path) -> Callable[..., Sequence[Finding]]:
    """A function that gives the findings about a few rows of one document; `rules` by id, all where left out; `source`: keys of source.toml."""

    def judge(rows: Sequence[Mapping[str, str]] | str, rules: Iterable[str | Rule] | None = None, **source: Any) -> Sequence[Finding]:
        judged = JUDGING.judge_documents(tmp_path, {"document": JUDGING.Document(rows, source)}, rules)
        found: Sequence[Finding] = judged.findings
        return found

    return judge
