"""The language host for Python: it runs the program as a child process.

Pulumi's own host is a Go program that a plain `pulumi` installation brings along; this one stands in for it offline
and honours the same ``runtime.options`` of ``Pulumi.yaml`` (``toolchain``, ``virtualenv``). The child carries the
SDK's interpreter state, so that an error of the program is printed once and a hanging program can be ended.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import distributions, version
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from offline.engine.home import PYTHON_VARIABLE
from offline.rpc.lifetime import serve
from offline.rpc.run_program import REPORTED

RUN_PROGRAM = Path(__file__).with_name("run_program.py")
TOOLCHAINS = ("", "pip", "uv", "poetry")


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs and plug-ins written in Python."""

    def __init__(self, engine_address: str = "") -> None:
        self.engine_address = engine_address
        self._children: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.engine_address = request.engine_address or self.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        """None: every provider of the program is explicit and installed beforehand."""
        return language_pb2.GetRequiredPackagesResponse()

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The distributions that the program can import, from this environment."""
        found = [language_pb2.DependencyInfo(name=dist.name, version=dist.version) for dist in distributions()]
        return language_pb2.GetProgramDependenciesResponse(dependencies=sorted(found, key=lambda info: info.name))

    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.RuntimeOptionsResponse()

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Nothing: the set-up installs from the lock file before the engine starts."""
        return iter(())

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            python = interpreter(request.info)
        except ValueError as error:
            return language_pb2.RunResponse(error=str(error))
        program = Path(request.info.program_directory) / (request.info.entry_point or ".")
        order = {
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "monitor_address": request.monitor_address,
            "engine_address": request.args[0] if request.args else self.engine_address,
            "parallel": request.parallel,
            "preview": request.dryRun,
            "config": dict(request.config),
            "secret_keys": list(request.configSecretKeys),
            "program": str(program.resolve()),
            "arguments": list(request.args[1:]),
        }
        # The order goes through a pipe, not the command line: configuration may hold secrets and be long.
        command = [os.environ.get(PYTHON_VARIABLE, str(python)), "-u", str(RUN_PROGRAM)]
        child = self._start(command, cwd=request.pwd, stdin=subprocess.PIPE)
        child.communicate(json.dumps(order).encode())
        self._ended(child)
        if child.returncode == 0:
            return language_pb2.RunResponse()
        if child.returncode == REPORTED:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program ended with exit code {child.returncode}")

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Run a plug-in written in Python, such as a policy pack, and stream what it prints."""
        try:
            python = interpreter(request.info)
        except ValueError as error:
            yield language_pb2.RunPluginResponse(stderr=f"{request.name}: {error}\n".encode())
            yield language_pb2.RunPluginResponse(exitcode=1)
            return
        program = Path(request.info.program_directory) / "__main__.py"
        child = self._start(
            [os.environ.get(PYTHON_VARIABLE, str(python)), "-u", str(program), *request.args],
            cwd=request.pwd,
            env={**os.environ, **dict(entry.split("=", 1) for entry in request.env)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        # Not killed: what stands in for an interpreter passes a signal on, as long as it can see it.
        context.add_callback(child.terminate)
        lines: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        for name, stream in (("stdout", child.stdout), ("stderr", child.stderr)):
            threading.Thread(target=_pump, args=(name, stream, lines), daemon=True).start()
        open_streams = 2
        while open_streams:
            entry = lines.get()
            if entry is None:
                open_streams -= 1
                continue
            name, line = entry
            if name == "stdout":
                yield language_pb2.RunPluginResponse(stdout=line)
            else:
                yield language_pb2.RunPluginResponse(stderr=line)
        code = child.wait()
        self._ended(child)
        yield language_pb2.RunPluginResponse(exitcode=code)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.stop()
        return empty_pb2.Empty()

    def stop(self) -> None:
        """End every child that still runs."""
        with self._lock:
            for child in self._children:
                child.terminate()

    def _start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        child = subprocess.Popen[bytes](command, **options)
        with self._lock:
            self._children.add(child)
        return child

    def _ended(self, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._children.discard(child)


def interpreter(info: Any) -> Path:
    """The Python of a program, from ``runtime.options`` of its ``Pulumi.yaml``.

    ``virtualenv`` is relative to the project's folder; without it the ``uv`` toolchain means ``.venv`` there, and any
    other toolchain this process' own interpreter. Raises :class:`ValueError` with the option, what was seen, what is
    allowed.
    """
    options = json_format.MessageToDict(info.options)
    toolchain = options.get("toolchain", "")
    if toolchain not in TOOLCHAINS:
        allowed = ", ".join(name for name in TOOLCHAINS if name)
        raise ValueError(f"Pulumi.yaml: runtime.options.toolchain: seen {toolchain!r}; allowed: {allowed}")
    folder = options.get("virtualenv") or (".venv" if toolchain == "uv" else "")
    if not folder:
        return Path(sys.executable)
    environment = Path(info.root_directory) / folder
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        raise ValueError(f"Pulumi.yaml: runtime.options.virtualenv: no Python at {python}; run `make setup`")
    return python


def _pump(name: str, stream: IO[bytes] | None, lines: queue.Queue[tuple[str, bytes] | None]) -> None:
    for line in iter(stream.readline, b"") if stream else ():
        lines.put((name, line))
    lines.put(None)


def main() -> None:
    """Serve as the engine's plug-in; the engine's address comes with the handshake or as the last argument."""
    address = next((argument for argument in reversed(sys.argv[1:]) if not argument.startswith("-")), "")
    host = LanguageHost(address)

    def register(server: grpc.Server) -> None:
        language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)

    serve(register, threads=8, on_stop=host.stop)


if __name__ == "__main__":
    main()
