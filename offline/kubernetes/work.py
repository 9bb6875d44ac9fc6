"""What the provider's verbs share: the cluster, the record of operations, faults, waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from components.facts.types import REGISTERED_BY_TOKEN
from offline.azure.transport import Sent, Transport
from offline.kubernetes import errors
from offline.kubernetes.access import Unreachable
from offline.kubernetes.client import Client
from offline.kubernetes.cluster import Cluster
from offline.kubernetes.kinds import world_id
from offline.kubernetes.options import Options
from offline.kubernetes.waiting import Settle, Waiter
from offline.rpc.protocol import ProviderError
from offline.world.store import World

TURN_SECONDS = 0.05
"""How long others are waited for who let the played controllers act."""


@dataclass
class Work:
    """A configured provider at one cluster of a world."""

    world: World
    transport: Transport
    cluster: Cluster
    options: Options
    settle: Callable[[Cluster], Settle]
    """Lets the played controllers of a cluster act."""
    sleep: Callable[[float], None] = time.sleep
    """Waits for so many seconds."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set once the run is interrupted: nothing is waited for any more."""
    _first: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)
    _complete: bool = field(init=False, repr=False, default=False)

    def api(self) -> Client:
        """The connection. Raises what the provider says of a cluster that it cannot reach."""
        try:
            return self.cluster.api()
        except Unreachable as error:
            raise errors.unreachable(str(error)) from error

    def complete(self) -> None:
        """Return once the cluster has what AKS puts into it, without which it would not be there: whoever creates the
        first object waits for one whole turn of the played controllers, as do those who come meanwhile."""
        if self._complete:
            return
        with self._first:
            settle = self.settle(self.cluster)
            while not self._complete and not self.cancelled.is_set():
                self._complete = settle()
                if not self._complete:
                    self.sleep(TURN_SECONDS)

    def waiter(self, api: Client) -> Waiter:
        return Waiter(api, self.settle(self.cluster), self.cancelled, sleep=self.sleep)

    def record_id(self, token: str, id: str) -> str:
        """An object's id in the record of operations."""
        return world_id(self.options.identifier, token, id)

    def send(self, verb: str, token: str, id: str, request: Callable[[], errors.Answer]) -> Sent[errors.Answer]:
        """Send a request through the faults of the world, and record it once it succeeded."""
        record = self.record_id(token, id)

        def recorded() -> errors.Answer:
            answer = request()
            if verb in ("create", "update"):
                self.world.note(verb, token, record)
            return answer

        return self.transport.send(verb, token, record, recorded)

    def deleted(self, token: str, id: str) -> None:
        """Record that an object is gone."""
        self.world.note("delete", token, self.record_id(token, id))

    def refused(self, token: str, id: str, error: ProviderError) -> ProviderError:
        """Record a refusal, and return it to be raised."""
        self.world.refuse(token, self.record_id(token, id), str(error))
        return error

    def pass_time(self, token: str) -> None:
        """What an object takes in a world with a pace, beside what its controllers do."""
        row = REGISTERED_BY_TOKEN.get(token)
        with self.world.limits() as limits:
            seconds = limits.pace() * row.duration.minutes if row else 0.0
        if seconds:
            self.sleep(seconds)
