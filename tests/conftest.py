"""What all tests share: a skipped test fails in CI, and the places tests ask for.

Belongs here: what more than one folder of tests needs. Elsewhere: fixtures of one subject, beside its tests.
"""

from __future__ import annotations

import fcntl
import gc
import importlib.util
import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from benchmarks.torture import write_figures
from etl import check, pipeline
from etl.project import Project
from etl.validate import rules

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import ModuleType

    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SHIPPED_AS_OF = date(2026, 1, 1)
NO_SHARED = "needs ../shared, which is not on this machine"

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

# Measured with `--durations=0`; a file that is not named here comes later, nothing else.
LONGEST_FILES = (
    "reliability/test_kills.py",
    "test_report_in_browser.py",
    "test_cli.py",
    "reliability/test_traces.py",
    "reliability/test_overlap.py",
    "reliability/test_repairs.py",
    "reliability/test_incremental.py",
    "validate/test_decisions.py",
    "publish/test_faults.py",
    "validate/frames/test_cases.py",
    "test_inputs.py",
    "test_readme.py",
    "publish/test_views.py",
    "test_typing.py",
    "validate/test_corrections.py",
    "benchmarks/test_rules.py",
    "validate/test_rules.py",
    "report/test_html_report.py",
    "test_doctor.py",
    "validate/test_hypotheses_slips.py",
)


def _with_room_in_memory() -> Path | None:
    """A file system in memory with room for what the tests write (2 GB, most of it gone when its test has passed), where the machine can spare it."""
    place, needed = Path("/dev/shm"), 8 << 30  # noqa: S108  nothing is written there by this name: pytest makes a folder of its own
    if not (place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free >= needed):
        return None
    return place if os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >= needed else None


# Four hundred warehouses are built and synced to the disk: in memory the tests of publishing take a seventh less time.
if (room := _with_room_in_memory()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(room))
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a hundred programs are started: what the first has compiled the others need not
os.environ.setdefault("ANSINH_TRACEBACK", "1")  # a slip of ours is shown with all its calls, in this process and in those that tests start

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

# No verdict hangs on the clock of a busy machine, and in CI the same commit always meets the same examples.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("ANSINH_NO_SKIPS")))
settings.load_profile("house")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the clone."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data beside the clone; tests that need it are skipped where it is absent, even in CI."""
    if not SHARED.is_dir():
        pytest.skip(NO_SHARED)
    return SHARED


@pytest.fixture(scope="session")
def ansinh() -> str:
    """The installed `ansinh` command of the environment that runs the tests."""
    return str(Path(sys.executable).with_name("ansinh"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder as a newcomer has it: the raw data that is shipped, nothing produced yet."""
    shutil.copytree(ROOT / "raw", tmp_path / "raw")
    settings_file = ROOT / "ansinh.toml"
    if settings_file.exists():
        shutil.copy(settings_file, tmp_path)
    return tmp_path


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """A project with a source of four figures, nothing produced yet: for what does not depend on the figures."""
    write_figures(tmp_path / "raw" / "bang-thu", 1)
    return tmp_path


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has published the shipped data, judged as of SHIPPED_AS_OF by all rules. Nobody writes into it; all workers share it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "shipped"
    with (base / "shipped.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker that asks runs it, the others wait
        if not folder.exists():
            made = tmp_path_factory.mktemp("shipped") / "made"
            shutil.copytree(ROOT / "raw", made / "raw")
            assert pipeline.run(Project(made), evaluated_on=SHIPPED_AS_OF).run.outcome == "published"
            made.rename(folder)
    return folder


@pytest.fixture(scope="session")
def working() -> ModuleType:
    """tests/publish/working.py: rows to publish, and publishing them. (Folders of tests are no packages, so it is loaded by its path.)"""
    spec = importlib.util.spec_from_file_location("publish_working", ROOT / "tests" / "publish" / "working.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def first_run(working: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one published run, run1, of rows from working.py. Nobody writes into it."""
    root = tmp_path_factory.mktemp("first-run")
    working.publish(Project(root), "run1")
    return root


@pytest.fixture(scope="module")
def few_rules() -> Iterator[None]:
    """For files about what is said or published, not about rules: those of cells, sums, relations and decisions. All rules take a second more each time."""
    few = [path for path in rules.our_rule_files() if path.name in {"cells.toml", "compositions.toml", "relations.toml", "process.toml"}]
    with pytest.MonkeyPatch.context() as patch:
        for module in (check, rules):
            patch.setattr(module, "our_rule_files", lambda: few)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine, headless and without a network of its own."""
    playwright = pytest.importorskip("playwright.sync_api")
    program = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("needs a Chromium")
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with playwright.sync_playwright() as started:
        # Chromium's own sandbox refuses to run as root, which is what CI is.
        opened = started.chromium.launch(executable_path=program, args=quiet, chromium_sandbox=os.geteuid() != 0)
        yield opened
        opened.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """What is prepared together stays on one worker: a file, and all files of reliability/. The longest come first, so that no worker waits at the end."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # noqa: PLC0415  where tests run one by one, nothing is scheduled

    class Together(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "reliability" if "/reliability/" in file else file

    config.option.loadscopereorder = False  # by the number of tests, which says nothing about their time
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, in the order of their names the others."""
    rank = {name: number for number, name in enumerate(LONGEST_FILES)}
    items.sort(key=lambda item: rank.get(item.path.relative_to(ROOT / "tests").as_posix(), len(rank)))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no search for garbage looks at it again, and the next ones come later."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _refuse_skip(report: Report) -> Report:
    """In CI a skip is a failure: a test that did not run has shown nothing. (An expected failure has run.)"""
    if os.environ.get("ANSINH_NO_SKIPS") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.endswith(NO_SHARED):
            report.outcome = "failed"
            report.longrepr = f"{reason}\nA skipped test is a failure here (ANSINH_NO_SKIPS)."
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Refuse skipped tests."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse skipped files."""
    return _refuse_skip((yield))
