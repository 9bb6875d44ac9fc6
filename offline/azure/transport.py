"""Between the provider and Azure: how azure-native sends a request, and the faults that it may meet."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from offline.rpc.protocol import ProviderError
from offline.world.faults import FaultKind, When
from offline.world.store import World

TRIES = 4
DELAYS_SECONDS = (20.0, 60.0, 120.0)
"""How long azure-native waits between its tries (pulumi/pulumi-azure-native: provider/pkg/azure/client_azcore.go)."""
SCALE = 1000
"""How many times faster these waits are here."""

Answer = TypeVar("Answer")


class Lost(ProviderError):
    """A request that was given up; whether Azure applied it is unknown."""


@dataclass(frozen=True)
class Sent(Generic[Answer]):
    """The answer to a request."""

    answer: Answer
    failed: FaultKind | None = None
    """Why an operation that Azure had accepted failed; ``None`` if it succeeded."""


class Transport:
    """Sends requests as azure-native does, through the faults of the world.

    ``kinds`` are the faults that another provider meets in its own way, by key.
    """

    def __init__(
        self, world: World, kill: Callable[[], None] | None = None, kinds: Mapping[str, FaultKind] | None = None
    ) -> None:
        self.world = world
        self._kinds = kinds or {}
        self._kill = kill or _kill_engine

    def send(self, verb: str, token: str, id: str, request: Callable[[], Answer]) -> Sent[Answer]:
        """Send until there is an answer. Raises :class:`Lost` after the last try, and what ``request`` raises."""
        for attempt in range(TRIES):
            fault = self.world.fault(verb, token, id)
            if fault is None:
                return Sent(request())
            fault = self._kinds.get(fault.key, fault)
            if fault.when in (When.UNAWAITED, When.ACCEPTED) and verb in ("create", "update"):
                return Sent(request(), fault)
            # A delete whose end is not awaited succeeds at Azure; a failed one leaves the resource.
            if fault.when in (When.AFTER, When.UNAWAITED):
                request()
            if fault.ends_engine:
                self._kill()
            if not fault.retried or attempt == TRIES - 1:
                raise Lost(f"{fault.message}\n  advice: {_CREATED if verb == 'create' else _AGAIN}")
            time.sleep(DELAYS_SECONDS[attempt] / SCALE)
        raise AssertionError("the last try returns or raises")


_AGAIN = "run the same command again"
_CREATED = f"{_AGAIN}; if it reports that the resource exists, run `make recover` (docs/runbooks/recovery.md)"


def _kill_engine() -> None:
    """Kill the engine that started this plug-in, and this process too: a waiting handler would keep it alive."""
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(1)
