"""Waiting for objects: until they are ready, until nothing changes any more, until the run is interrupted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest

from offline.kubernetes.client import Client
from offline.kubernetes.errors import Unfinished
from offline.kubernetes.played.api import Kind
from offline.kubernetes.waiting import DELETE_SECONDS, SHORTEST_SECONDS, TURNS, Waiter

CONFIG_MAP = Kind("v1", "ConfigMap")


class Objects:
    """A server whose objects change with each look."""

    def __init__(self, look: Callable[[int], dict[str, Any] | None]) -> None:
        self.looks = 0
        self._look = look

    def get(self, _kind: Kind, _name: str, _namespace: str = "") -> dict[str, Any] | None:
        self.looks += 1
        return self._look(self.looks)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def waiter(look: Callable[[int], dict[str, Any] | None]) -> tuple[Waiter, Objects, Clock]:
    objects, clock = Objects(look), Clock()
    cancelled = threading.Event()
    return Waiter(cast(Client, objects), lambda: True, cancelled, clock, clock.sleep), objects, clock


def job(version: int = 1, **status: Any) -> dict[str, Any]:
    metadata = {"name": "migrate", "uid": "j", "resourceVersion": str(version)}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "status": status}


def gateway(version: int, *, ready: bool) -> dict[str, Any]:
    annotations = {"pulumi.com/waitFor": "condition=Programmed"}
    conditions = [{"type": "Programmed", "status": str(ready)}]
    metadata = {"name": "core", "uid": "g", "resourceVersion": str(version), "annotations": annotations}
    body = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": metadata}
    return {**body, "status": {"conditions": conditions}}


def test_an_object_that_nothing_is_waited_for_is_not_looked_at() -> None:
    found, objects, _ = waiter(lambda _: None)
    assert found.ready(job(), job(), 0) == job()
    assert objects.looks == 0


def test_a_condition_is_waited_for_as_long_as_something_happens() -> None:
    found, objects, clock = waiter(lambda look: gateway(look, ready=look > 200))
    live = found.ready({}, gateway(0, ready=False), 0)
    assert live["metadata"]["resourceVersion"] == "201"
    assert clock.now > SHORTEST_SECONDS
    assert objects.looks == 201


def test_time_is_up_once_nothing_happens_any_more() -> None:
    found, _, clock = waiter(lambda look: gateway(min(look, 5), ready=False))
    with pytest.raises(Unfinished, match="timed out waiting for the condition"):
        found.ready({}, gateway(0, ready=False), 0)
    assert SHORTEST_SECONDS < clock.now < 2 * SHORTEST_SECONDS


def test_no_time_is_up_while_the_controllers_are_still_at_it() -> None:
    found, objects, clock = waiter(lambda _: gateway(1, ready=False))
    free_again = 10 * SHORTEST_SECONDS
    found.settle = lambda: clock.now > free_again
    with pytest.raises(Unfinished, match="timed out waiting for the condition"):
        found.ready({}, gateway(0, ready=False), 0)
    assert free_again < clock.now < free_again + SHORTEST_SECONDS
    assert objects.looks > TURNS


def test_a_longer_time_limit_is_waited_for_longer() -> None:
    found, _, clock = waiter(lambda _: gateway(1, ready=False))
    with pytest.raises(Unfinished):
        found.ready({}, gateway(0, ready=False), 3600)
    assert 60 < clock.now < 70


def test_an_interrupted_run_waits_no_longer() -> None:
    found, objects, _ = waiter(lambda _: gateway(1, ready=False))
    found.cancelled.set()
    with pytest.raises(Unfinished, match='Resource operation was cancelled for "core"'):
        found.ready({}, gateway(0, ready=False), 0)
    assert objects.looks == 1


def test_an_object_is_gone_when_the_server_has_it_no_longer() -> None:
    found, objects, _ = waiter(lambda look: job() if look < 3 else None)
    found.gone(CONFIG_MAP, "migrate", "mys-dev", 0)
    assert objects.looks == 3


def test_what_holds_an_object_back_is_said() -> None:
    held = job()
    held["metadata"]["finalizers"] = ["example/finalizer"]
    found, _, clock = waiter(lambda _: held)
    with pytest.raises(Unfinished, match="timed out") as caught:
        found.gone(CONFIG_MAP, "migrate", "mys-dev", 0)
    assert caught.value.reasons == ("finalizers might be preventing deletion (example/finalizer)",)
    assert clock.now > DELETE_SECONDS


def test_a_release_waits_for_what_it_makes() -> None:
    lines = iter([["Deployment is not ready: a"], []])
    found, _, _ = waiter(lambda _: None)
    found.nothing_left(lambda: next(lines), 300)
    with pytest.raises(Unfinished, match="context deadline exceeded") as caught:
        found.nothing_left(lambda: ["Deployment is not ready: a"], 300)
    assert caught.value.reasons == ("Deployment is not ready: a",)
