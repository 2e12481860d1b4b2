"""The data gate: what stops a publication, as sentences.

Belongs here: failed rules marked `gate`, and the thresholds of [gate] in ansinh.toml. Elsewhere: judging (validate/), the exit code (cli.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.messages import sentence

if TYPE_CHECKING:
    from etl.project import Gate
    from etl.validate.validate import Validated


def failed_gate(gate: Gate, validated: Validated) -> list[str]:
    """The reasons not to publish; none: the gate is open. What a waiver excuses does not count."""
    open_findings = [f for f in validated.findings if f.verdict == "fail" and not f.waived]
    reasons = [f.message_vi for f in open_findings if f.rule.gate]
    errors = sum(f.severity == "error" for f in open_findings)
    if gate.max_errors is not None and errors > gate.max_errors:
        reasons.append(sentence("gate-max-errors", "vi", found=errors, allowed=gate.max_errors))
    limit = gate.max_quarantined_share
    if limit is not None and validated.rows_quarantined > limit * validated.rows_read:  # exact: as a float 0.2 is more than 0.2
        share = validated.rows_quarantined / validated.rows_read
        reasons.append(sentence("gate-max-quarantined", "vi", found=round(share, 4), allowed=limit))
    return reasons
