"""One step of everything that acts in a cluster beside the API server and its controller manager.

Whoever waits for a cluster calls it before each look: :func:`settle` does what is due now, returns at once, and changes
nothing where nothing is due.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable

from offline.kubernetes.played import (
    addons,
    certificates,
    gateways,
    kubelet,
    load_balancers,
    nodes,
    routes,
    scheduler,
    volumes,
)
from offline.kubernetes.played.api import Api, ApiError, NoKind
from offline.kubernetes.played.turn import CONFLICT, Turn
from offline.world.store import World

Step = Callable[[Turn], None]
_RUNNING: dict[str, threading.Lock] = defaultdict(threading.Lock)
_SETTLED: dict[str, tuple[Api, str, int]] = {}
"""How cluster and world were when the last step began, by cluster: nothing is due as long as they are the same."""

GONE = 404


def _pods(turn: Turn) -> None:
    there = nodes.keep(turn)
    scheduler.act(turn, there)
    kubelet.act(turn, there)


STEPS: tuple[Step, ...] = (
    addons.act,
    load_balancers.act,
    volumes.act,
    gateways.act,
    _pods,
    routes.act,
    certificates.act,
)


def settle(api: Api, world: World, cluster: str) -> bool:
    """Do one step. ``api`` is that of a cluster administrator, ``cluster`` the id of the managed cluster in ``world``.

    Where another thread is at it, this one has nothing to do: false, as what is due may still come.
    """
    found = world.get(cluster)
    if found is None:
        return True
    lock = _RUNNING[cluster.lower()]
    if not lock.acquire(blocking=False):
        return False
    try:
        now = (api, api.revision(), world.seen())
        if _SETTLED.get(cluster.lower()) == now:
            return True
        turn = Turn(api, world, found)
        for step in STEPS:
            try:
                step(turn)
            except NoKind:
                # The kinds of an add-on come and go with it.
                continue
            except ApiError as error:
                # Somebody else was faster: the next step sees what is there.
                if error.code not in (CONFLICT, GONE):
                    raise
        _SETTLED[cluster.lower()] = now
        return True
    finally:
        lock.release()
