"""``python -m offline.kubernetes.servers.keeper <place> <fqdn>``: keep the servers of a cluster while they are needed.

It starts them, answers their questions about logins and rights, and ends them when nobody needs them any more, when the
cluster is gone, or when it is told to.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from types import FrameType

import psutil
from filelock import Timeout

from components.problems import MystiraError
from offline.engine.home import Home
from offline.kubernetes.servers.clusters import holding
from offline.kubernetes.servers.places import Place
from offline.kubernetes.servers.processes import Servers
from offline.kubernetes.servers.shapes import Shape
from offline.kubernetes.servers.stores import CHILDREN, KEEPER, PORT, known, write_state
from offline.kubernetes.servers.webhooks import Webhooks
from offline.world.store import World

LOOK_SECONDS = 0.5


def keep(place: Place) -> None:
    """Keep the servers of a cluster until nobody needs them."""
    signal.signal(signal.SIGTERM, _told)
    world = World(Home(place.root.parent.parent).cloud)
    cluster = world.get(place.cluster())
    if cluster is None:
        raise MystiraError(f"{place.root}: no such cluster; seen: {place.cluster()}; allowed: one of the cloud")
    webhooks = Webhooks(world, cluster.id)
    servers = Servers(place, Shape.of(cluster), webhooks.url)
    try:
        servers.start()
        webhooks.start()
        _announce(place, servers)
        while servers.alive() and not _unneeded(place, servers):
            time.sleep(LOOK_SECONDS)
    finally:
        servers.end()
        webhooks.end()
        place.state.unlink(missing_ok=True)


def _told(_number: int, _frame: FrameType | None) -> None:
    """Leave whatever is going on; the servers are ended on the way out."""
    raise SystemExit


def _announce(place: Place, servers: Servers) -> None:
    state = {
        KEEPER: known(psutil.Process()),
        CHILDREN: [known(psutil.Process(pid)) for pid in servers.pids()],
        PORT: servers.port,
    }
    write_state(place, state)


def _unneeded(place: Place, servers: Servers) -> bool:
    """Whether nobody needs the servers any more; they have ended then."""
    if holding(place):
        return False
    try:
        with place.lock().acquire(timeout=0):
            # Somebody may have asked since.
            if holding(place):
                return False
            place.state.unlink(missing_ok=True)
            servers.end()
            return True
    except Timeout:
        return False


if __name__ == "__main__":
    try:
        keep(Place(Path(sys.argv[1])))
    except MystiraError as error:
        sys.exit(str(error))
