"""Starting and ending the three servers of a cluster."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from components.problems import MystiraError
from offline.kubernetes.servers import commands
from offline.kubernetes.servers.commands import Ports
from offline.kubernetes.servers.places import AUTHORITY, LOCALHOST, Place
from offline.kubernetes.servers.shapes import Shape
from offline.kubernetes.servers.stores import ensure_certificates
from offline.kubernetes.servers.wal import shrink

START_SECONDS = 180.0
"""On a machine that does much else; alone it takes three."""
POLL_SECONDS = 0.05
END_SECONDS = 20.0
ATTEMPTS = 3
"""Somebody else may take a free port before a server does."""
COLLECT_LATE = {"GOGC": "200"}
"""Half the garbage collections save a tenth of the start; fewer would save no more, and take memory."""

_DIES_WITH_ITS_PARENT = 1
"""``PR_SET_PDEATHSIG`` (Linux: prctl(2))."""


class ServersFailed(MystiraError):
    """The servers of a cluster did not start; the message ends with what they said."""


@dataclass
class Servers:
    """The servers of one cluster, started by :meth:`start`."""

    place: Place
    shape: Shape
    webhooks: str = ""
    """The address of who answers for Azure; empty for none."""
    port: int = 0
    """The API server's, from when it is started."""
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start all three and return when the API server is ready. Raises :class:`ServersFailed`."""
        ensure_certificates(self.place, self.shape.fqdn, self.shape.service_address)
        self.place.run.mkdir(parents=True, exist_ok=True)
        for attempt in range(ATTEMPTS):
            try:
                self._start_once()
                return
            except ServersFailed as error:
                self.end()
                if "address already in use" not in str(error) or attempt == ATTEMPTS - 1:
                    raise

    def pids(self) -> list[int]:
        """The processes."""
        return [each.pid for each in self._processes]

    def alive(self) -> bool:
        """Whether all of them still run."""
        return bool(self._processes) and all(each.poll() is None for each in self._processes)

    def end(self) -> None:
        """End all: what holds nothing at once, the store in order."""
        *others, store = reversed(self._processes) if self._processes else [None]
        for each in others:
            if each is not None:
                each.kill()
        if store is not None:
            store.terminate()
            try:
                store.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                store.kill()
        for each in self._processes:
            each.wait()
        self._processes.clear()
        shrink(self.place.data)

    def _start_once(self) -> None:
        ports = Ports(*free_ports(2))
        self.port = ports.api
        self._run("etcd", commands.etcd(self.place, ports))
        self._run("api-server", commands.api_server(self.place, ports, self.shape, self.webhooks))
        self._wait_until_ready()
        # Earlier it would only fail to connect.
        self._run("controller-manager", commands.controller_manager(self.place, ports))

    def _run(self, name: str, command: list[str]) -> None:
        with self._log(name).open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.place.run,
                    env={**os.environ, **COLLECT_LATE},
                    preexec_fn=_bound_to_parent(),
                )
            )

    def _log(self, name: str) -> Path:
        return self.place.run / f"{name}.log"

    def _wait_until_ready(self) -> None:
        trust = ssl.create_default_context(cafile=str(self.place.pair(AUTHORITY)[0]))
        until = time.monotonic() + START_SECONDS
        while not _ready(self.port, trust):
            if not self.alive() or time.monotonic() > until:
                raise ServersFailed(f"the API server of {self.shape.fqdn} did not start:\n{self._said()}")
            time.sleep(POLL_SECONDS)

    def _said(self) -> str:
        lines: list[str] = []
        for name in ("etcd", "api-server"):
            if self._log(name).exists():
                lines += [f"  {name}: {line}" for line in self._log(name).read_text(errors="replace").splitlines()[-6:]]
        return "\n".join(lines)


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((LOCALHOST, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _ready(port: int, trust: ssl.SSLContext) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    try:
        with opener.open(f"https://{LOCALHOST}:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _bound_to_parent() -> Callable[[], None] | None:
    """What a child does before it becomes a server: on Linux it asks to be killed with its parent."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)

    def bound() -> None:
        library.prctl(_DIES_WITH_ITS_PARENT, signal.SIGKILL)

    return bound
