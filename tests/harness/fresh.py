"""Running a changed copy of the project, in a fork of this process.

A new interpreter spends most of its time importing the SDK. The fork has it already, also those of its modules that it
imports only when they are used, and imports only the project's own modules again, from the copy.
"""

from __future__ import annotations

import importlib
import os
import runpy
import sys
import threading
import traceback
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryFile
from typing import IO, NoReturn

from components.facts.types import BY_TOKEN
from offline.engine.home import PROJECT

OURS = frozenset(("components", "mystira", "offline", "stacks", "tests", "tools"))
"""The packages that are imported again."""


def python(tree: Path, *arguments: str) -> CompletedProcess[str]:
    """What ``python -c code`` or ``python -m module …`` does in ``tree``, with both streams in ``stdout``.

    It measures no coverage: that of a copy counts for nothing.
    """
    _import_sdk()
    with TemporaryFile("w+") as printed:
        child = os.fork()
        if child == 0:
            _become(tree, arguments, printed)
        _, status = os.waitpid(child, 0)
        printed.seek(0)
        return CompletedProcess(arguments, os.waitstatus_to_exitcode(status), printed.read())


@cache
def _import_sdk() -> None:
    """Import what azure-native imports when a class is first asked for: every fork would do so for itself."""
    for token in BY_TOKEN:
        _, module, name = token.split(":")
        getattr(importlib.import_module(f"pulumi_azure_native.{module}"), name)


def _become(tree: Path, arguments: Sequence[str], printed: IO[str]) -> NoReturn:
    """Run in this process, which is the fork, and end it."""
    code = 1
    try:
        sys.settrace(None)
        threading.settrace(None)
        for stream in (1, 2):
            os.dup2(printed.fileno(), stream)
        sys.stdout = sys.stderr = printed
        os.chdir(tree)
        os.environ["PYTHONPATH"] = str(tree)
        for name in [name for name in os.environ if name.startswith(("PYTEST_", "COVERAGE_"))]:
            del os.environ[name]
        for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
            del sys.modules[name]
        sys.path[:] = [str(tree), *(place for place in sys.path if place and Path(place) != PROJECT)]
        _run(*arguments)
        code = 0
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else int(done.code is not None)
    except BaseException:  # noqa: BLE001  # whatever it is, the fork must not go on as pytest
        traceback.print_exc()
    finally:
        printed.flush()
        os._exit(code)


def _run(flag: str, what: str, *rest: str) -> None:
    if flag == "-m":
        sys.argv = [what, *rest]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
