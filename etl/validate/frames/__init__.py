"""One module per rule kind: the SQL that turns observations into rows of exact operands, and the members of a failing row.

A frame is a SELECT with one row per subject:
    folder, sid, aid, pid, x      what the subject is (document, series, place, period, one more number); any may be NULL
    applicable, evaluable         whether the rule speaks of it at all, whether all operands are there
    weak                          passing proves nothing (an open list below its total): the verdict is unverifiable, not pass
    cap                           the severest that a failure may be ('warning', 'info'), NULL: the rule's own severity
    reason                        code of the reason when not applicable or not evaluable
    left_…, right_…               operands of the judgement as soft intervals, and with the prefixes hard_ and cut_ the other readings
    left_value, right_value, gap, tolerance   for the message
`members` is a SELECT over the temp table `failing` (the frame's columns plus `key`) giving key, position, role, n.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from etl.errors import RuleBroken
from schemas.kinds import KINDS

if TYPE_CHECKING:
    from types import ModuleType

    from etl.validate.frames.shared import Frame
    from schemas.kinds import Rule


def frame_of(rule: Rule) -> Frame:
    """Build the frame of a rule: the module is named as the kind. A parameter of a shape that no frame knows breaks the rule, never the run."""
    try:
        frame: Frame = module_of(rule.kind).frame(rule)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as failure:
        raise RuleBroken("rule-frame-broken", rule=rule.id, file=rule.file, line=rule.line, problem=f"{type(failure).__name__}: {failure}") from failure
    return frame


def module_of(kind: str) -> ModuleType:
    """The module of a kind; its docstring says in a sentence what the kind compares."""
    return import_module(f"etl.validate.frames.{KINDS[kind].name}")
