"""A plug-in server that lives exactly as long as the engine that started it.

The engine sends SIGINT when it no longer needs a plug-in. An engine that is killed sends nothing, so the server also
watches its parent and stops when it is orphaned.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from concurrent import futures
from queue import Empty, SimpleQueue
from types import FrameType

import grpc

MESSAGE_LIMIT_BYTES = 400 << 20
"""The engine's own limit for a message."""

ORPHAN_CHECK_SECONDS = 0.5

GARBAGE_THRESHOLD = 100_000
"""Objects made before Python looks for garbage: what a server knows lives as long as itself."""


def serve(register: Callable[[grpc.Server], None], *, threads: int, on_stop: Callable[[], None] = lambda: None) -> None:
    """Serve on a free local port and print the port, as the engine expects; return when stopped or orphaned."""
    server = grpc.server(
        futures.ThreadPoolExecutor(threads),
        options=[
            ("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES),
            ("grpc.max_send_message_length", MESSAGE_LIMIT_BYTES),
        ],
    )
    register(server)
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    port = server.add_insecure_port("127.0.0.1:0")
    # A signal may interrupt this thread while it waits. Setting an Event there would wait for the lock that the waiting
    # holds, for ever; a SimpleQueue is reentrant (Python: queue).
    stopped = SimpleQueue[int]()
    parent = os.getppid()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        stopped.put(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    server.start()
    print(port, flush=True)
    while os.getppid() == parent:
        try:
            stopped.get(timeout=ORPHAN_CHECK_SECONDS)
        except Empty:
            continue
        break
    on_stop()
    server.stop(grace=None).wait()
