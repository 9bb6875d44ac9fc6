"""The stores of a world's clusters: their certificates, ending who serves them, forgetting those that are gone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from components.facts.types import RESOURCE_TYPES
from offline.engine.home import Home
from offline.engine.once import once
from offline.kubernetes.servers.places import AUTHORITY, Place, places
from offline.world.store import World

CLUSTER = RESOURCE_TYPES["kubernetes-cluster"].token
END_SECONDS = 30.0
KEEPER, CHILDREN, PORT = "keeper", "children", "port"
"""The keys of :attr:`Place.state`: a process, and those that it started, each with the time of its start; the port of
the API server, from when it is ready."""


def ensure_certificates(place: Place, fqdn: str, service_address: str) -> Path:
    """Make the certificates of a cluster where they are missing; returns that of its authority.

    ``service_address`` is the address of the service ``kubernetes``.
    """

    def make(scratch: Path) -> None:
        command = [sys.executable, "-P", "-m", "offline.kubernetes.servers.certificates"]
        target = scratch / place.certificates.name
        subprocess.run([*command, str(target), fqdn, service_address], check=True)

    once(place.certificates, make)
    return place.pair(AUTHORITY)[0]


def state_of(place: Place) -> dict[str, Any]:
    """What the keeper of the servers wrote; empty where none is ready or it is gone."""
    state = _read(place)
    return state if PORT in state and process_of(state[KEEPER]) else {}


def write_state(place: Place, state: Mapping[str, object]) -> None:
    """Write :attr:`Place.state` in one step."""
    staged = place.state.with_suffix(".new")
    staged.write_text(json.dumps(state))
    staged.replace(place.state)


def _read(place: Place) -> dict[str, Any]:
    try:
        return json.loads(place.state.read_text())
    except (OSError, ValueError):
        return {}


def end(place: Place) -> None:
    """End the servers of a cluster, and what a killed keeper left of them."""
    state = _read(place)
    keeper = process_of(state.get(KEEPER))
    if keeper is not None:
        keeper.terminate()
        _, alive = psutil.wait_procs([keeper], END_SECONDS)
        for each in alive:
            each.kill()
    for left in filter(None, map(process_of, state.get(CHILDREN) or ())):
        left.kill()
        psutil.wait_procs([left], END_SECONDS)
    place.state.unlink(missing_ok=True)


def end_all(home: Home) -> None:
    """End the servers of all clusters of a world: their stores are whole then and may be copied."""
    for place in places(home):
        with place.lock():
            end(place)


def sweep(world: World) -> None:
    """Forget the clusters that the cloud no longer has."""
    for place in _stray(world):
        end(place)
        shutil.rmtree(place.root, ignore_errors=True)


def _stray(world: World) -> Iterator[Place]:
    for place in places(Home(world.path.parent)):
        found = world.get(place.cluster())
        if found is None or found.token != CLUSTER:
            yield place


def copy(source: Home, target: Home) -> None:
    """Copy the stores of all clusters; nobody may serve them."""
    for place in places(source):
        new = Place(target.clusters / place.root.name)
        if place.store.exists():
            shutil.copytree(place.store, new.store)
            new.note(place.cluster())


def known(process: psutil.Process) -> list[float]:
    """How a process is written down: its number may belong to another one later."""
    return [process.pid, process.create_time()]


def process_of(noted: Any) -> psutil.Process | None:
    """The process that was written down; ``None`` if it is gone."""
    try:
        pid, created = noted
        process = psutil.Process(int(pid))
        alive = process.create_time() == created and process.status() != psutil.STATUS_ZOMBIE
        return process if alive else None
    except (psutil.Error, TypeError, ValueError):
        return None
