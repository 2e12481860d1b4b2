"""Start `ansinh` many times without loading its libraries each time, and let it die where and when a test wants.

    with Forks() as forks:
        ended = forks.run(["run", "--project", "."], fault="publish.switch:kill")
        ended = forks.run(["run", "--project", "."], kill_after=0.7)      # kill -9 after so many seconds

A process of its own imports everything, warms up and then waits; each run is a fork of it that calls the command line as the installed `ansinh`
does. (Loading takes most of a second and writes nothing: whoever kills at random moments wants them where something is written.)

Belongs here: starting and killing. Elsewhere: what must hold afterwards (torture.py). Unix only.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Main = Callable[[Sequence[str]], object]

ROOT: Final = Path(__file__).resolve().parent.parent
_TICK_S: Final = 0.001


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit code (negative: the signal that killed it), what it said, how long it took."""

    code: int
    output: str
    seconds: float


class Forks:
    """The process that waits, and the conversation with it: one JSON line a question, one an answer."""

    def __init__(self, *, all_rules: bool = False, program: Path | None = None) -> None:
        """`program`: a file with a function `main(words)` that is run instead of the command line."""
        self._asked = ["all" if all_rules else "few", *([] if program is None else [str(program)])]

    def __enter__(self) -> Self:
        words = [sys.executable, "-m", "benchmarks.forks", *self._asked]
        self._server = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate()

    def run(self, words: Sequence[str], *, fault: str = "", kill_after: float | None = None) -> Ended:
        """Run `ansinh WORDS…` to its end, or until it is killed."""
        if self._server.stdin is None or self._server.stdout is None:
            raise RuntimeError("the pipes are there: __enter__ asked for them")
        self._server.stdin.write(json.dumps({"words": list(words), "fault": fault, "kill_after": kill_after}) + "\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline()
        if not answer:
            raise RuntimeError("the process that starts the runs has died")
        return Ended(**json.loads(answer))


def _serve(rules: str, program: str | None = None) -> None:
    _warm_up()
    main = _load_command_line(rules) if program is None else _load_program(program)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_run(main, asked)), flush=True)


def _load_program(path: str) -> Main:
    spec = spec_from_file_location("forked_program", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    main: Main = module.main
    return main


def _load_command_line(rules: str) -> Main:
    """Import all that a run imports."""
    import_module("etl.report.compiled").compile_all()
    ours = import_module("etl.validate.rules")
    if rules == "few":
        vars(ours)["our_rule_files"] = list  # the project's own rule is enough: judging by all the others takes time and writes nothing
    command = import_module("etl.cli").main
    return lambda words: command(words, prog_name="ansinh")


def _warm_up() -> None:
    """Do once what each fork would do anew, and leave no thread and no open database behind: a fork is a process like any other."""
    for package in ("etl", "schemas"):
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            import_module(module.name)
    import_module("pandera.backends.polars.register").register_polars_backends()
    for table in import_module("schemas.tables").TABLES:
        table.ddl()
    for kind in import_module("schemas.kinds").KINDS.values():
        kind.judgement.to_schema()
    import_module("etl.messages").sentence("stage-ingest", "vi")
    import_module("etl.report.wording").wording()
    import_module("etl.extract.quantity_sql").quantity_sql("raw", keep=())
    with tempfile.TemporaryDirectory() as folder, import_module("duckdb").connect() as con:
        import_module("etl.publish.empty").write_empty(con, Path(folder) / "empty.duckdb")
    import_module("_strptime")
    gc.freeze()  # no fork copies pages only to look for garbage in them


def _run(main: Main, asked: dict[str, Any]) -> dict[str, Any]:
    reader, writer = os.pipe()
    since = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _become(main, asked, writer)
    os.close(writer)
    status = _wait(pid, asked["kill_after"])
    seconds = time.perf_counter() - since
    with os.fdopen(reader, encoding="utf-8", errors="replace") as stream:
        output = stream.read()
    return {"code": os.waitstatus_to_exitcode(status), "output": output[-4000:], "seconds": seconds}


def _become(main: Main, asked: dict[str, Any], writer: int) -> None:
    """In the fork: be the program, and never come back."""
    from etl.publish import faults  # noqa: PLC0415

    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, writer), (2, writer)):
        os.dup2(source, target)
    faults._STEP, _, faults._WAY = asked["fault"].partition(":")  # noqa: SLF001  the variable was read when the module was loaded
    code = 0
    try:
        main(asked["words"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  as Python itself ends a program: with a traceback, which the promises forbid
        traceback.print_exc()
        code = 1
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _wait(pid: int, kill_after: float | None) -> int:
    if kill_after is None:
        return os.waitpid(pid, 0)[1]
    until = time.perf_counter() + kill_after
    while time.perf_counter() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(_TICK_S)
    os.kill(pid, signal.SIGKILL)  # not yet waited for, so the number is still its own
    return os.waitpid(pid, 0)[1]


if __name__ == "__main__":
    _serve(*sys.argv[1:])
