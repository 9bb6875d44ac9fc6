"""Run a Pulumi program in this process, as a child of the language host.

Started as a script in the virtual environment of the program, which has the Pulumi SDK but not necessarily this
project: nothing here may import the rest of the package. Reads from standard input a JSON object with the fields of
the run request; its exit code is 0, :data:`REPORTED` when the failure has been shown to the user, or 1.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import pulumi
from pulumi.runtime import reset_options, run_in_stack, set_all_config

DEBUG_VARIABLE = "MYSTIRA_DEBUG"
"""As in offline/engine/home.py."""

REPORTED = 32
"""Exit code of a program whose error the engine has already printed."""


def main(request: dict[str, Any]) -> int:
    """Connect the SDK to the engine's monitor, run the program, report what it raises."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    reset_options(
        project=request["project"],
        stack=request["stack"],
        organization=request["organization"] or "organization",
        monitor_address=request["monitor_address"],
        engine_address=request["engine_address"],
        parallel=request["parallel"],
        preview=request["preview"],
    )
    if not os.environ.get(DEBUG_VARIABLE):
        # The SDK tells the engine of every step of every resource, in a call that blocks the program: a quarter of a
        # preview's time. Without --debug the engine shows none of it.
        pulumi.log.debug = _dropped
    set_all_config(request["config"], request["secret_keys"])
    program = Path(request["program"])
    sys.path[0] = str(program if program.is_dir() else program.parent)
    sys.argv = [str(program), *request["arguments"]]
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(request["parallel"], 1) * 4))
    try:
        loop.run_until_complete(run_in_stack(lambda: _run(program)))
        return 0
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return REPORTED
    except grpc.RpcError as error:
        # Whatever ended the monitor is already being reported to the user; another error would only follow it.
        if error.code() == grpc.StatusCode.UNAVAILABLE:
            return REPORTED
        pulumi.log.error(f"the engine refused a call: {error.details()}")
        return REPORTED
    except Exception:
        pulumi.log.error(f"the program failed:\n{traceback.format_exc()}")
        return REPORTED
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                loop.run_until_complete(task)
        loop.close()


def _dropped(*_: Any, **__: Any) -> None:
    """A debug line that nobody reads."""


def _run(program: Path) -> None:
    try:
        runpy.run_path(str(program), run_name="__main__")
    except SystemExit as error:
        if error.code not in (None, 0):
            raise pulumi.RunError(f"the program ended with exit code {error.code}") from None


if __name__ == "__main__":
    sys.exit(main(json.load(sys.stdin)))
