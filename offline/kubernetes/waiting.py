"""Waiting for an object: the played controllers act before each look, and the clock passes faster.

pulumi-kubernetes waits ten minutes, or as long as ``customTimeouts`` say. Here an object's time is up once nothing
about it has changed for a sixtieth of that, in which its controllers had several turns: what they do takes as long as
this machine takes for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline.kubernetes import looks
from offline.kubernetes.errors import Unfinished
from offline.kubernetes.kinds import annotation, metadata, text
from offline.kubernetes.looks import Look
from offline.kubernetes.played.api import Api, Kind, Object
from offline.kubernetes.wait_for import conditions, skips

MINUTES_10 = 600.0
SCALE = 60.0
SHORTEST_SECONDS = 10.0
"""How long nothing must happen at least before an object's time is up: a busy machine is slow, not stuck."""
DELETE_SECONDS = 60.0
"""The same for a deletion: nothing happens to a namespace in the first five seconds (kubernetes:
pkg/controller/namespace/namespace_controller.go ``namespaceDeletionGracePeriod``)."""
PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.5
TIMEOUT_ANNOTATION = "pulumi.com/timeoutSeconds"

DEPLOYMENT, STATEFUL_SET = Kind("apps/v1", "Deployment"), Kind("apps/v1", "StatefulSet")
JOB, SERVICE, POD = Kind("batch/v1", "Job"), Kind("v1", "Service"), Kind("v1", "Pod")
CLAIM, QUOTA = Kind("v1", "PersistentVolumeClaim"), Kind("v1", "ResourceQuota")
SETS, ENDPOINTS, CLASS = (
    Kind("apps/v1", "ReplicaSet"),
    Kind("v1", "Endpoints"),
    Kind("storage.k8s.io/v1", "StorageClass"),
)

READ = frozenset({DEPLOYMENT, STATEFUL_SET, JOB, SERVICE, POD})
"""The kinds that a read looks at too: one that is not ready is then an object whose creation is not finished."""
AWAITED = READ | {CLAIM, QUOTA}

Signature = frozenset[tuple[str, str]]
Settle = Callable[[], bool]
"""Lets the played controllers act. False while they are still at what others wait for."""
TURNS = 5
"""How often the controllers must have had their turn before an object's time is up: what becomes ready in several
steps needs one for each, and on a busy machine one takes longer than :data:`SHORTEST_SECONDS`."""


@dataclass
class Waiter:
    """Waits at one server. ``cancelled`` ends all waiting."""

    api: Api
    settle: Settle
    cancelled: threading.Event
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def ready(self, inputs: Mapping[str, Any], made: Object, timeout: float) -> Object:
        """The object once it is ready. Raises :class:`Unfinished` once its time is up; ``timeout`` in seconds, 0 for
        the default."""
        wanted = () if skips(inputs) else conditions(made)
        kind = Kind(made["apiVersion"], made["kind"])
        if skips(inputs) or (not wanted and kind not in AWAITED):
            return made
        limit = timeout or float(annotation(inputs, TIMEOUT_ANNOTATION) or MINUTES_10)

        def look() -> tuple[Object, Look, Signature]:
            live = self._live(made)
            if wanted:
                return live, Look(all(each.met(live) for each in wanted)), _signature([live])
            return self._look(kind, live)

        patience = max(limit / SCALE, SHORTEST_SECONDS)
        live, last = self._until(look, patience, settled=kind == SERVICE and not wanted)
        if last.ready or (last.enough and not self.cancelled.is_set()):
            return live
        raise Unfinished(self._said(live, last, generic=bool(wanted) or kind in (CLAIM, QUOTA)), last.reasons)

    def looked(self, inputs: Mapping[str, Any], live: Object) -> None:
        """One look at an object that is read. Raises :class:`Unfinished` where it is not ready."""
        kind = Kind(live["apiVersion"], live["kind"])
        if skips(inputs) or kind not in READ:
            return
        self.settle()
        found, look, _ = self._look(kind, self._live(live))
        if not look.ready:
            raise Unfinished(_uninitialized(found), look.reasons)

    def job_is_ready(self, live: Object) -> bool:
        """Whether a Job is done; one that is gone is none of the question."""
        found = self.api.get(JOB, text(live, "name"), text(live, "namespace"))
        return found is None or looks.job(found).ready

    def gone(self, kind: Kind, name: str, namespace: str, timeout: float) -> None:
        """Return once an object is gone. Raises :class:`Unfinished` once its time is up."""

        def look() -> tuple[Object, Look, Signature]:
            live = self.api.get(kind, name, namespace)
            inside = self._inside(name) if kind.kind == "Namespace" else []
            return live or {}, Look(live is None), _signature([live or {}, *inside])

        live, last = self._until(look, max((timeout or MINUTES_10) / SCALE, DELETE_SECONDS))
        if not last.ready:
            finalizers = ", ".join(metadata(live).get("finalizers") or [])
            held = (f"finalizers might be preventing deletion ({finalizers})",) if finalizers else ()
            raise Unfinished(self._said(live, last, generic=True), held)

    def nothing_left(self, left: Callable[[], Sequence[str]], limit: float) -> None:
        """Return once ``left`` names nothing that is not ready; ``limit`` in seconds. Raises :class:`Unfinished`."""

        def look() -> tuple[Object, Look, Signature]:
            lines = left()
            return {}, Look(not lines, tuple(lines)), frozenset((each, "") for each in lines)

        _, last = self._until(look, max(limit / SCALE, SHORTEST_SECONDS))
        if not last.ready:
            raise Unfinished("context deadline exceeded", last.reasons)

    def _until(
        self, look: Callable[[], tuple[Object, Look, Signature]], patience: float, *, settled: bool = False
    ) -> tuple[Object, Look]:
        """Look until an object is ready, or has not changed for ``patience`` seconds and :data:`TURNS` turns.
        ``settled``: it must be ready twice."""
        pause, changed, before, was_ready, turns = PAUSE_SECONDS, self.now(), None, False, 0
        while True:
            turns += self.settle()
            live, last, signature = look()
            if last.failed or (last.ready and (was_ready or not settled)):
                return live, last
            was_ready = last.ready
            if signature != before:
                changed, before, pause, turns = self.now(), signature, PAUSE_SECONDS, 0
            if self.cancelled.is_set() or (turns >= TURNS and self.now() - changed > patience):
                return live, last
            self.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)

    def _live(self, made: Object) -> Object:
        found = self.api.get(Kind(made["apiVersion"], made["kind"]), text(made, "name"), text(made, "namespace"))
        # An object that somebody deletes meanwhile stays as it was last seen: it never becomes ready.
        return found if found is not None else made

    def _look(self, kind: Kind, live: Object) -> tuple[Object, Look, Signature]:
        namespace = text(live, "namespace")
        if kind == SERVICE:
            endpoints = self.api.get(ENDPOINTS, text(live, "name"), namespace)
            return live, looks.service(live, endpoints), _signature([live, endpoints or {}])
        if kind == QUOTA:
            return live, looks.quota(live), _signature([live])
        if kind == POD:
            return live, looks.pod(live), _signature([live])
        if kind == CLAIM:
            found = self.api.get(CLASS, str((live.get("spec") or {}).get("storageClassName") or ""))
            waits = (found or {}).get("volumeBindingMode") == "WaitForFirstConsumer"
            return live, looks.claim(live, waits), _signature([live])
        pods = self.api.list(POD, namespace)
        if kind == STATEFUL_SET:
            return live, looks.stateful_set(live, pods), _signature([live, *pods])
        if kind == JOB:
            return live, looks.job(live, pods), _signature([live, *pods])
        sets, claims = self.api.list(SETS, namespace), self.api.list(CLAIM, namespace)
        return live, looks.deployment(live, sets, pods, claims), _signature([live, *sets, *pods, *claims])

    def _inside(self, namespace: str) -> Sequence[Object]:
        """What tells that a namespace is still being emptied."""
        return [*self.api.list(POD, namespace), *self.api.list(SERVICE, namespace)]

    def _said(self, live: Object, last: Look, *, generic: bool) -> str:
        if last.failed:
            return _uninitialized(live)
        if self.cancelled.is_set():
            return f'Resource operation was cancelled for "{text(live, "name")}"'
        if generic:
            return "timed out waiting for the condition"
        return f"'{text(live, 'name')}' timed out waiting to be Ready"


def _uninitialized(live: Object) -> str:
    return f"Resource '{text(live, 'name')}' was created but failed to initialize"


def _signature(bodies: Sequence[Object]) -> Signature:
    return frozenset((str(metadata(each).get("uid")), str(metadata(each).get("resourceVersion"))) for each in bodies)
