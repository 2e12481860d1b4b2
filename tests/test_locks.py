"""The lock files: everything pinned by hash, no place of download written down, licences that an authority may build on.

Licences are read from what is installed, so they are those of the very versions that the locks name.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

ROOT: Final = Path(__file__).resolve().parent.parent
RUN: Final = "requirements.lock"
TEST: Final = "requirements-test.lock"

PERMISSIVE: Final = {"0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0"}
# What builds and tests the product is used, not passed on with it: a copyleft that stays within its own files is fine there.
FOR_TOOLS: Final = PERMISSIVE | {"MPL-2.0", "Artistic"}

# Where the package says nothing, or leaves a choice, a person looked. (Found again by hand at every new version: the key names it.)
LOOKED_UP: Final = {
    "axe-playwright-python==0.1.8": "MIT",  # its LICENSE; it carries axe-core, MPL-2.0, as a file of its own
    "text-unidecode==1.3": "Artistic",  # "Artistic License or GPL": by choice, needed by frictionless
}

# How people write the same licences.
SPELLINGS: Final = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd license": "BSD",
    "bsd-3-clause license": "BSD-3-Clause",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}


class Pin(NamedTuple):
    """One entry of a lock file."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (only,) = self.requirement.specifier
        return only.version

    @property
    def applies(self) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def pins(lock: str) -> list[Pin]:
    """The entries of a lock file; a line that is none of ours fails here."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert entries.pop(0) == "--only-binary :all:"
    found = []
    for entry in entries:
        requirement, *hashes = re.split(r"\s+--hash=", entry)
        found.append(Pin(Requirement(requirement), tuple(hashes)))
    return found


def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def shipped() -> list[Requirement]:
    """What the product itself asks for, its extras included: the README command installs all of it."""
    extras = project()["project"]["optional-dependencies"].values()
    return [Requirement(text) for text in [*project()["project"]["dependencies"], *(text for names in extras for text in names)]]


def group(name: str) -> list[str]:
    """The requirements of a dependency group, groups within it laid open."""
    return [text for item in project()["dependency-groups"][name] for text in ([item] if isinstance(item, str) else group(item["include-group"]))]


def licences_of(metadata: PackageMetadata) -> set[str]:
    """The licences that a package states, in the words of SPDX; the best-kept field that it fills."""
    if "License-Expression" in metadata:
        return set(re.split(r"\s+(?:AND|OR|WITH)\s+|[()\s]+", metadata["License-Expression"])) - {""}
    classified = [value.rpartition(" :: ")[2] for value in metadata.get_all("Classifier") or [] if value.startswith("License :: ")]
    stated = [value for value in classified if value != "OSI Approved"] or (metadata.get_all("License") or [])
    return {SPELLINGS.get(text.lower(), text) for text in stated}


@pytest.mark.parametrize("lock", [RUN, TEST])
def test_everything_is_pinned_by_sha256(lock: str) -> None:
    for pin in pins(lock):
        assert str(pin.requirement.specifier).startswith("=="), pin
        assert pin.hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in pin.hashes), pin


@pytest.mark.parametrize("lock", [RUN, TEST])
def test_a_lock_names_no_place_of_download(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    options = set(re.findall(r"(?:^|\s)(--?[a-z][a-z-]*)", re.sub("#.*", "", text)))
    assert options == {"--hash", "--only-binary"}
    assert not re.search(r"://|(^|\s)[/~]", text)


def test_tests_run_on_what_users_run_on() -> None:
    tested = {pin.name: (pin.version, pin.hashes) for pin in pins(TEST)}
    assert {pin.name: (pin.version, pin.hashes) for pin in pins(RUN)}.items() <= tested.items()


@pytest.mark.parametrize(("lock", "groups"), [(RUN, ["build"]), (TEST, ["test"])])
def test_a_lock_keeps_to_the_ranges_of_the_project(lock: str, groups: list[str]) -> None:
    wanted = [*shipped(), *(Requirement(text) for name in groups for text in group(name))]
    locked = {pin.name: pin.version for pin in pins(lock)}
    for requirement in wanted:
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), requirement


def test_the_lock_holds_what_builds_the_package() -> None:
    backend = [Requirement(text) for text in project()["build-system"]["requires"]]
    assert {canonicalize_name(requirement.name) for requirement in backend} <= {pin.name for pin in pins(RUN)}


def needed_at_run_time() -> set[str]:
    """Names of the packages that the product runs on: its dependencies and extras, theirs, and so on."""
    found: set[str] = set()
    waiting = shipped()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        extras = ["", *requirement.extras]
        if name not in found or requirement.extras:
            below = [Requirement(text) for text in distribution(name).requires or []]
            waiting += [r for r in below if r.marker is None or any(r.marker.evaluate({"extra": extra}) for extra in extras)]
        found.add(name)
    return found


@pytest.mark.parametrize("lock", [RUN, TEST])
def test_licences_are_permissive(lock: str) -> None:
    passed_on = needed_at_run_time()
    refused = {}
    for pin in pins(lock):
        if not pin.applies:
            continue
        try:
            installed = distribution(pin.name)
        except PackageNotFoundError:
            pytest.fail(f"{pin.name} is in {lock} but not installed: install {TEST}")
        key = f"{pin.name}=={installed.version}"
        stated = {LOOKED_UP[key]} if key in LOOKED_UP else licences_of(installed.metadata)
        if not stated or not stated <= (PERMISSIVE if pin.name in passed_on else FOR_TOOLS):
            refused[key] = stated
    assert refused == {}


def test_what_the_product_runs_on_is_all_in_the_lock() -> None:
    assert needed_at_run_time() <= {pin.name for pin in pins(RUN)}
