"""Where a project lies and how it is set: the folder with raw/ and warehouse/, and its ansinh.toml.

    [gate]
    max_errors = 20                  # more open findings of severity error than this: nothing is published (exit 3)
    max_quarantined_share = 0.05     # more than this share of the rows refused: the same
    fail_on = "never"                # "new-errors", "errors", "warnings": exit 3 although it was published
    [retention]
    keep = 10                        # so many snapshots stay …
    days = 90                        # … and those younger than this as well
    [notify]
    command = ["mail", "-s", "ansinh", "statistics@example.org"]
    [extract]                        # has no settings yet

Belongs here: finding the folder, reading the settings, the paths inside warehouse/. Elsewhere: what stands in raw/<source>/source.toml
(read/), what a snapshot is (publish/). Standard library only: `status` and `--help` must be instant.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etl.errors import UsageError
from etl.strict import TomlFile, choice, load_toml, number, refuse_unknown_keys, section, texts, whole

if TYPE_CHECKING:
    from decimal import Decimal

SETTINGS_FILE: Final = "ansinh.toml"
RAW_FOLDER: Final = "raw"
WAREHOUSE_FOLDER: Final = "warehouse"
DATABASE_NAME: Final = "ansinh.duckdb"
_MOST_DAYS: Final = 36_500  # a hundred years; the calendar itself ends not far behind
FAIL_ON: Final = ("never", "new-errors", "errors", "warnings")

_SECTIONS: Final[dict[str, frozenset[str]]] = {
    "gate": frozenset({"max_errors", "max_quarantined_share", "fail_on"}),
    "retention": frozenset({"keep", "days"}),
    "notify": frozenset({"command"}),
    "extract": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Gate:
    """When nothing is published, and when the exit code says 3 all the same. None: no such threshold."""

    max_errors: int | None = None
    max_quarantined_share: Decimal | None = None
    fail_on: str = "never"


@dataclass(frozen=True, slots=True)
class Retention:
    """Which snapshots stay: the newest `keep`, and those younger than `days`."""

    keep: int = 10
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """What is started after a run, as a list of words (no shell); None: nothing."""

    command: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What ansinh.toml says, with defaults where it says nothing."""

    gate: Gate = field(default_factory=Gate)
    retention: Retention = field(default_factory=Retention)
    notify: Notify = field(default_factory=Notify)


@dataclass(frozen=True, slots=True)
class Project:
    """One project folder. Nothing here touches the disk; the folders below warehouse/ may not exist yet."""

    root: Path
    settings: Settings = field(default_factory=Settings)

    @property
    def raw(self) -> Path:
        """The sources as received."""
        return self.root / RAW_FOLDER

    @property
    def warehouse(self) -> Path:
        """All that is produced."""
        return self.root / WAREHOUSE_FOLDER

    @property
    def stage(self) -> Path:
        """What `ingest` keeps for `validate` and `load`."""
        return self.warehouse / "stage"

    @property
    def snapshots(self) -> Path:
        """One folder per published run."""
        return self.warehouse / "snapshots"

    @property
    def current(self) -> Path:
        """The link whose move publishes."""
        return self.warehouse / "current"

    @property
    def pointer(self) -> Path:
        """What stands in for `current` where links cannot be made."""
        return self.warehouse / "current.json"

    @property
    def history(self) -> Path:
        """One line per run, never rewritten."""
        return self.warehouse / "history.jsonl"

    @property
    def lock(self) -> Path:
        """The file whose kernel lock says that a run is going on."""
        return self.warehouse / ".lock"


def open_project(folder: Path | None = None, *, start: Path) -> Project:
    """The project in `folder` (from --dir); without one, the nearest project at or above `start`."""
    # Not Path.resolve: it raises RuntimeError on a link to itself, in some versions of Python.
    root = _nearest(Path(os.path.realpath(start))) if folder is None else Path(os.path.realpath(folder))
    if root is not None and not str(root).isprintable():  # neither DuckDB nor a manifest takes such a name
        raise UsageError("project-unprintable", folder=ascii(str(root)))
    if root is None or not _is_project(root):
        raise UsageError("project-not-found", folder=str(start if folder is None else folder), raw=RAW_FOLDER, settings=SETTINGS_FILE)
    return Project(root=root, settings=read_settings(root / SETTINGS_FILE))


def read_settings(path: Path) -> Settings:
    """Read ansinh.toml strictly; a file that is not there sets nothing."""
    if not path.exists():
        return Settings()
    file = load_toml(path)
    refuse_unknown_keys(file, file.data, frozenset(_SECTIONS))
    for name, allowed in _SECTIONS.items():
        refuse_unknown_keys(file, section(file, file.data, name, default={}), allowed, name)
    return Settings(gate=_gate(file), retention=_retention(file), notify=_notify(file))


def _nearest(start: Path) -> Path | None:
    return next((folder for folder in (start, *start.parents) if _is_project(folder)), None)


def _is_project(folder: Path) -> bool:
    return (folder / SETTINGS_FILE).is_file() or (folder / RAW_FOLDER).is_dir()


def _gate(file: TomlFile) -> Gate:
    table = section(file, file.data, "gate", default={})
    share = number(file, table, "max_quarantined_share", "gate", default=None)
    if share is not None and not 0 <= share <= 1:
        raise file.fault("out-of-range", "gate", "max_quarantined_share", key="max_quarantined_share", found=share, lowest=0, highest=1)
    return Gate(
        max_errors=_at_least(file, "gate", "max_errors", 0, default=None),
        max_quarantined_share=share,
        fail_on=choice(file, table, "fail_on", FAIL_ON, "gate", default=Gate().fail_on),
    )


def _retention(file: TomlFile) -> Retention:
    usual = Retention()
    # One snapshot always stays: `keep = 0` would ask to delete what readers are looking at.
    keep = _at_least(file, "retention", "keep", 1, default=usual.keep)
    days = _at_least(file, "retention", "days", 1, default=None)
    if days is not None and days > _MOST_DAYS:
        raise file.fault("out-of-range", "retention", "days", key="days", found=days, lowest=1, highest=_MOST_DAYS)
    return Retention(keep=usual.keep if keep is None else keep, days=days)


def _notify(file: TomlFile) -> Notify:
    command = texts(file, section(file, file.data, "notify", default={}), "command", "notify", default=None)
    if command is not None and not (command and command[0].strip()):
        raise file.fault("empty-command", "notify", "command", key="command")
    return Notify(command=None if command is None else tuple(command))


def _at_least(file: TomlFile, name: str, key: str, lowest: int, *, default: int | None) -> int | None:
    value = whole(file, section(file, file.data, name, default={}), key, name, default=default)
    if value is not None and value < lowest:
        raise file.fault("too-small", name, key, key=key, found=value, lowest=lowest)
    return value
