"""Python processes that start with the SDK already imported.

Importing the SDK takes longer than most runs on the engine, and every run starts four Python processes. So one server
imports it and forks itself for each of them; a small client stands in for the interpreter, as the engine's child. It
passes on its arguments, environment, folder and standard streams, signals, and the exit code.
"""

from __future__ import annotations

import gc
import importlib
import marshal
import os
import runpy
import signal
import socket
import subprocess
import sys
import traceback
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from pulumi import _types
from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

from components.facts.types import KUBERNETES_TYPES, REGISTERED_BY_TOKEN, RESOURCE_TYPES
from offline.engine.home import PROJECT

MODULES = (
    # datetime.strptime loads it when it is first called.
    "_strptime",
    "grpc.experimental",
    "grpc._server",
    # httpx loads it with its first client.
    "httpcore",
    "mystira.app",
    "pulumi.runtime.proto",
    "offline.azure.provider",
    "offline.azure.services.every",
    "offline.entra.provider",
    "offline.entra.services.every",
    "offline.kubernetes.controllers",
    "offline.kubernetes.played.settle",
    "offline.kubernetes.servers.clusters",
    "offline.kubernetes.servicer",
    "offline.rpc.server",
    "offline.schema.check",
    "pulumi_kubernetes",
    "stacks.build.run",
    *sorted({f"pulumi_azure_native.{row.token.split(':')[1].split('/')[0]}" for row in RESOURCE_TYPES.values()}),
)
"""What the processes import; another module costs time and nothing else."""

OF_PROGRAM = ("components", "stacks")
"""The packages of a program's checkout."""
STREAMS = (0, 1, 2)
LENGTH_BYTES = 8
ORPHAN = 1
"""The parent of a process whose own parent is gone."""

CLIENT = """
import _signal, _socket, marshal, os, sys

engine = os.getppid()
link = _socket.socket(_socket.AF_UNIX)
link.connect({address!r})
order = marshal.dumps((sys.argv[1:], dict(os.environ), os.getcwd(), engine))
streams = b"".join(each.to_bytes(4, sys.byteorder) for each in (0, 1, 2))
link.sendmsg([len(order).to_bytes({length}, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
link.sendall(order)
process = int.from_bytes(link.recv({length}), "big")
for number in (_signal.SIGINT, _signal.SIGTERM):
    _signal.signal(number, lambda number, frame: os.kill(process, number))
link.settimeout(0.5)
while os.getppid() == engine:
    try:
        code = link.recv(1)
        sys.exit(code[0] if code else 1)
    except TimeoutError:
        pass
"""
"""Hundreds of it start: importing ``signal`` and ``socket``, which only give these names more comfort, would take as
long as all the rest."""


@contextmanager
def warm_python() -> Iterator[Path]:
    """Start the server and yield the program that stands in for the interpreter."""
    with TemporaryDirectory(prefix="warm-") as name:
        address, client, program = (Path(name) / each for each in ("socket", "client.py", "python"))
        client.write_text(CLIENT.format(address=str(address), length=LENGTH_BYTES))
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -IS "{client}" "$@"\n')
        program.chmod(0o755)
        command = [sys.executable, "-m", "tests.engine.warm", str(address)]
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            assert server.stdout.readline(), "the server did not start"
            try:
                yield program
            finally:
                server.terminate()


def serve(address: str) -> None:
    """Fork for every client until the server is terminated; the processes still running are waited for.

    A client that comes while the modules are being imported waits.
    """
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    print("ready", flush=True)
    # What is being imported is needed.
    gc.disable()
    for name in MODULES:
        # The SDK's own modules load when an attribute is looked up for the first time.
        hasattr(importlib.import_module(name), "__all__")
    _learn_types()
    # As in tests/conftest.py: the line of the program that registers a resource.
    resource._get_stack_trace = source_pb2.StackTrace
    # Nothing of this is garbage, and a fork copies each page that the collector touches.
    gc.collect()
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGTERM, _finish)
    while True:
        link, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _run(link)
        link.close()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _learn_types() -> None:
    """The SDK works out the types of a class's properties when it first meets the class, and keeps them: a fifth of
    what a program does. Objects in a cluster are registered without a class of the SDK."""
    learned: set[type] = set()
    for token in REGISTERED_BY_TOKEN.keys() - {row.token for row in KUBERNETES_TYPES.values()}:
        package, module, name = token.split(":")
        place = "" if package == "azuread" else f".{module.partition('/')[0]}"
        classes = importlib.import_module(f"pulumi_{package.replace('-', '_')}{place}")
        for each in _types.resource_types(getattr(classes, name)).values():
            _learn(each, learned)
        _learn(getattr(classes, f"{name}Args", None) or getattr(classes, f"{name}InitArgs"), learned)


def _learn(kind: Any, learned: set[type]) -> None:
    """A type, what it is made from, and those of its properties."""
    for each in typing.get_args(kind):
        _learn(each, learned)
    if isinstance(kind, type) and kind not in learned:
        learned.add(kind)
        if _types.is_input_type(kind) or _types.is_output_type(kind):
            for each in _types._types_from_py_properties(kind).values():
                _learn(each, learned)


def _finish(_number: int, _frame: object) -> NoReturn:
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    os._exit(0)


def _run(link: socket.socket) -> NoReturn:
    """Become the process that the client stands for."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    length, streams, _, _ = socket.recv_fds(link, LENGTH_BYTES, len(STREAMS))
    link.setblocking(True)
    with link.makefile("rb") as file:
        arguments, environment, folder, engine = marshal.loads(file.read(int.from_bytes(length, "big")))
    link.sendall(os.getpid().to_bytes(LENGTH_BYTES, "big"))
    for number, stream in zip(STREAMS, streams, strict=True):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    _forget_this_checkout(Path(folder))
    os.getppid = _parent(link, engine)
    code = 1
    try:
        _start(arguments)
        code = 0
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else int(done.code is not None)
    finally:
        if sys.exception() is not None:
            traceback.print_exc()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with suppress(OSError):
            link.sendall(bytes([code & 0xFF]))
        os._exit(code & 0xFF)


def _forget_this_checkout(folder: Path) -> None:
    """A program in another checkout imports the modules of its own."""
    if folder != PROJECT and all((folder / name).is_dir() for name in OF_PROGRAM):
        for name in [each for each in sys.modules if each.partition(".")[0] in OF_PROGRAM]:
            del sys.modules[name]


def _parent(link: socket.socket, engine: int) -> Callable[[], int]:
    """The engine, as long as the client that it started is there."""

    def getppid() -> int:
        try:
            return engine if link.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) else ORPHAN
        except BlockingIOError:
            return engine
        except OSError:
            return ORPHAN

    return getppid


def _start(arguments: list[str]) -> None:
    """What Python does with its command line, as far as it is used here: ``-P -m module`` or ``-u file``."""
    flag, *rest = [each for each in arguments if each not in ("-P", "-u")]
    if flag == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [flag, *rest]
        sys.path.insert(0, str(Path(flag).parent))
        runpy.run_path(flag, run_name="__main__")


if __name__ == "__main__":
    serve(sys.argv[1])
