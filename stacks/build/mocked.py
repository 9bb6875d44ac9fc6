"""A program under Pulumi's own mocks, without an engine; the tests compose programs with it too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.settings import reset_options
from pulumi.runtime.stack import run_pulumi_func

Seen = Callable[[Any, Any], None]
"""Takes each request to register a resource, and its answer."""


class _Monitor(mocks.MockMonitor):
    """Passes on what mocks are not told: parent, dependencies, options."""

    def __init__(self, answers: mocks.Mocks, seen: Seen) -> None:
        super().__init__(answers)
        self._seen = seen

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # the monitor's own name
        response = super().RegisterResource(request)
        self._seen(request, response)
        return response


def recorded(
    program: Callable[[], Mapping[str, Any] | None],
    answers: mocks.Mocks,
    seen: Seen,
    *,
    stack: str,
    preview: bool,
    unknown_leaves: bool = False,
) -> dict[str, Any]:
    """Run ``program`` under mocks that answer for Azure; returns its outputs, resolved. Raises what it raises.

    An output with something unknown inside is ``None``; with ``unknown_leaves`` only that something is unknown in it.
    """
    loop = _OneThread()
    loop.set_task_factory(_forgotten_when_done)
    asyncio.set_event_loop(loop)
    # The first error is raised; what else failed for the same reason would only be reported again when it is collected.
    loop.set_exception_handler(lambda _loop, _context: None)
    reset_options()
    monitor = _Monitor(answers, seen)
    # Every self-managed back end has the one organization "organization".
    mocks.set_mocks(
        answers, project="mystira", stack=stack, preview=preview, monitor=monitor, organization="organization"
    )
    outputs: dict[str, Any] = {}

    async def run() -> None:
        exported: dict[str, Any] = {}
        await run_pulumi_func(lambda: exported.update(program() or {}))
        for name, value in exported.items():
            outputs[name] = await pulumi.Output.from_input(value).future(with_unknowns=unknown_leaves)

    try:
        loop.run_until_complete(run())
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()
    return outputs


class _OneThread(asyncio.SelectorEventLoop):
    """An event loop that calls at once what the SDK hands to a thread.

    There it waits for the engine; mocks answer sooner than another thread begins.
    """

    def __init__(self) -> None:
        super().__init__()
        self._answering = asyncio.new_event_loop()

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        future = self.create_future()
        # The monitor runs what it answers with to its end, in the event loop of its thread.
        running = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        asyncio.set_event_loop(self._answering)
        try:
            future.set_result(func(*args))
        except Exception as failed:  # noqa: BLE001  # as an executor does
            future.set_exception(failed)
        finally:
            asyncio.set_event_loop(self)
            asyncio._set_running_loop(running)
        return future

    def close(self) -> None:
        self._answering.close()
        super().close()


def _forgotten_when_done(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
    """A task that asyncio no longer lists once it is done.

    A resource leaves some fifteen of them in cycles, which are rarely collected, and the SDK asks for those that still
    run: where one process records often, looking through all of them took longer than recording.
    """
    task = asyncio.Task(coroutine, loop=loop, **options)
    task.add_done_callback(asyncio.tasks._unregister_task)  # Python: Extending asyncio
    return task
