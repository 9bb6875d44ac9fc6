"""Reaching the API server of a cluster of the offline cloud.

The servers run as long as somebody needs them: the engine's run that asked, or the process itself where it is no
plug-in of a run. A keeper of their own starts and ends them (:mod:`offline.kubernetes.servers.keeper`), so that several
providers of one run share them, and a killed run leaves none behind.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from components.problems import MystiraError
from offline.engine.home import Home
from offline.engine.locks import ENGINE
from offline.kubernetes.servers.places import ADMIN, AUTHORITY, LOCALHOST, Place
from offline.kubernetes.servers.programs import ensure_servers
from offline.kubernetes.servers.stores import (
    CLUSTER,
    KEEPER,
    PORT,
    end,
    known,
    process_of,
    state_of,
    sweep,
    write_state,
)
from offline.world.objects import CloudObject
from offline.world.store import World

POLL_SECONDS = 0.05

HOLDER_VARIABLE = "MYSTIRA_SERVERS_FOR"
"""Environment variable with the number of the process for which servers run, instead of the run that asks for them, so
that several runs share them. The engine tests set it."""
_KEEPERS: list[subprocess.Popen[bytes]] = []
"""Those that this process started: Python takes note of their end while it knows them."""
KEEPER_MODULE = "offline.kubernetes.servers.keeper"


class Unreachable(MystiraError):
    """No API server answers at this address; the message is what a client says of it."""


@dataclass(frozen=True)
class Endpoint:
    """How an API server is reached on this machine."""

    url: str
    """``https://127.0.0.1:<port>``; it changes with every start of the servers."""
    tls_server_name: str
    """The name that its certificate is for: the cluster's FQDN."""
    ca: str
    """The certificate of its authority, as PEM."""
    certificate: Path
    """A client certificate of the group ``system:masters``, for the played controllers and for tests: users of the
    cluster have tokens."""
    key: Path
    """Its key."""


def reach(world_folder: Path, server: str) -> Endpoint:
    """The API server at ``server``, a kubeconfig's address (``https://<fqdn>:443``); its servers are started where they
    do not run.

    Quick when they run, so that it can be called before every request: a cluster that was made again has new servers.
    Raises :class:`Unreachable`, and :class:`~offline.kubernetes.servers.processes.ServersFailed`.
    """
    home = Home(world_folder)
    world = World(home.cloud)
    fqdn = urlsplit(server).hostname or server
    place = Place.of(home, _cluster(world, fqdn).id)
    state = state_of(place)
    if not (state and _holds(place)):
        state = _started(world, place, fqdn)
    return endpoint(place, fqdn, state[PORT])


def endpoint(place: Place, fqdn: str, port: int) -> Endpoint:
    """The server of a cluster at a port of this machine."""
    return Endpoint(f"https://{LOCALHOST}:{port}", fqdn, place.pair(AUTHORITY)[0].read_text(), *place.pair(ADMIN))


def holder() -> psutil.Process:
    """Who needs the servers: the process that :data:`HOLDER_VARIABLE` names, the engine that started this process, or
    this process."""
    named = os.environ.get(HOLDER_VARIABLE)
    if named:
        return psutil.Process(int(named))
    parent = psutil.Process(os.getppid())
    return parent if parent.name() == ENGINE else psutil.Process()


def holding(place: Place) -> list[psutil.Process]:
    """The processes that still need the servers; the notes of those that are gone are removed."""
    found: list[psutil.Process] = []
    for note in place.holders.glob("*"):
        pid, _, created = note.name.partition("-")
        process = process_of([pid, float(created)])
        if process is None:
            note.unlink(missing_ok=True)
        else:
            found.append(process)
    return found


def _cluster(world: World, fqdn: str) -> CloudObject:
    for each in world.of_type(CLUSTER):
        if str(each.body.get("fqdn", "")).lower() == fqdn.lower():
            return each
    raise Unreachable(f"dial tcp: lookup {fqdn}: no such host")


def _note(place: Place) -> Path:
    pid, created = known(holder())
    return place.holders / f"{int(pid)}-{created!r}"


def _holds(place: Place) -> bool:
    return _note(place).exists()


def _started(world: World, place: Place, fqdn: str) -> dict[str, Any]:
    ensure_servers(lambda line: print(line, file=sys.stderr, flush=True))
    with place.lock():
        sweep(world)
        place.holders.mkdir(parents=True, exist_ok=True)
        place.note(_cluster(world, fqdn).id)
        _note(place).touch()
        state = state_of(place)
        return state or _kept(place, fqdn)


def _kept(place: Place, fqdn: str) -> dict[str, Any]:
    """Start a keeper and wait until its servers are ready."""
    end(place)
    with (place.run / "keeper.log").open("wb") as log:
        # A group of its own: the terminal's interrupt is for the run, which ends in its own time.
        keeper = subprocess.Popen(
            [sys.executable, "-P", "-m", KEEPER_MODULE, str(place.root), fqdn],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={key: value for key, value in os.environ.items() if key != "COVERAGE_PROCESS_CONFIG"},
        )
    _KEEPERS.append(keeper)
    # Whoever comes after a killed run finds it.
    write_state(place, {KEEPER: known(psutil.Process(keeper.pid))})
    while not (state := state_of(place)):
        if keeper.poll() is not None:
            raise Unreachable((place.run / "keeper.log").read_text(errors="replace").strip())
        time.sleep(POLL_SECONDS)
    return state
