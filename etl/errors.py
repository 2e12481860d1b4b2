"""Everything that stops a run. (A fault in the data is not here: it is a Finding, a value, and the run goes on.)

    AnsinhError              code, exit_code, and the facts its message needs
    ├── UsageError           the command line asks for something that does not exist (exit 2)
    ├── ConfigError          ansinh.toml, source.toml, a rule or waiver file is wrong: refused whole, with file and line
    │   └── RuleFileError    … a rule file
    ├── SourceError          a raw file cannot be read as what it claims to be
    ├── RuleBroken           a rule crashed or names what does not exist: neither pass nor fail (exit 1)
    ├── SystemRefused        the operating system refused a file or folder, where nobody expected it to
    ├── InternalError        our own slip: an exception that nobody foresaw, told instead of shown as a traceback
    ├── StageError           the stage is missing, stale, or not validated
    ├── WarehouseError       the warehouse cannot be read or written
    │   └── WarehouseBusy    another run holds the lock (exit 4)
    └── GateFailed           the data gate failed: nothing was published (exit 3)

An exception holds facts, no sentence: the sentence lives in `messages.toml`, keyed by `code`, and `cli` puts the two together.
"""

from __future__ import annotations

from typing import ClassVar

EXIT_GOOD = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_GATE = 3
EXIT_BUSY = 4


class AnsinhError(Exception):
    """Base of all our errors: a `code` of the message catalogue and the facts its sentence needs."""

    exit_code: ClassVar[int] = EXIT_FAILED

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code, facts)


class UsageError(AnsinhError):
    """The command line names something that does not exist."""

    exit_code = EXIT_USAGE


class ConfigError(AnsinhError):
    """A file of settings, a mapping, a waiver or a rule file is wrong; it is refused whole."""


class RuleFileError(ConfigError):
    """A rule file is wrong: refused whole, before any figure is judged."""


class SourceError(AnsinhError):
    """A raw file is not what it claims to be."""


class SystemRefused(AnsinhError):
    """The operating system refused a file or folder: rights, a name too long, a drive that went away."""


class InternalError(AnsinhError):
    """An exception that nobody foresaw; made at the one outermost place (cli.py), and nowhere else."""


class RuleBroken(AnsinhError):
    """A rule crashed, or its frame does not fit its judgement: `rule_error`, never a data finding."""


class StageError(AnsinhError):
    """The stage does not hold what the next stage needs."""


class WarehouseError(AnsinhError):
    """The warehouse cannot be read or written."""


class WarehouseBusy(WarehouseError):
    """Another run holds the lock."""

    exit_code = EXIT_BUSY


class GateFailed(AnsinhError):
    """A process rule or a threshold of `[gate]` failed; nothing was published."""

    exit_code = EXIT_GATE
