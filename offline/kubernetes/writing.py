"""Creating, updating and deleting an object at the API server, as pulumi-kubernetes does (provider/pkg/await/await.go).

A create is a POST, and what exists already is refused. An update takes the creator's fields over, then applies on the
server's side, and another manager's field is a conflict. A delete is awaited, with everything that the object owns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline.kubernetes import templates
from offline.kubernetes.client import Client
from offline.kubernetes.errors import INVALID, NOT_FOUND, namespace_missing
from offline.kubernetes.kinds import annotation, metadata, text
from offline.kubernetes.managed import forced, taken_over, without_ignored
from offline.kubernetes.naming import CREATOR
from offline.kubernetes.played.api import ApiError, Kind, NoKind, Object, kind_of
from offline.rpc.protocol import Properties

STRICT = {"fieldValidation": "Strict"}
"""Ours: pulumi-kubernetes leaves it to the server, which warns (``Warn``)."""
DRY = {"dryRun": "All"}

TRIES = 6
SCALE = 25.0
"""How many times faster than 1, 2, 4, … seconds the waits between tries are here."""

PROPAGATION = "pulumi.com/deletionPropagationPolicy"
POLICIES: Mapping[str, str] = {"orphan": "Orphan", "background": "Background"}
FOREGROUND = "Foreground"


@dataclass(frozen=True)
class NamespaceMissing(Exception):
    """A preview of an object whose namespace is not there yet."""


def post(api: Client, inputs: Properties, *, preview: bool, sleep: Callable[[float], None] = time.sleep) -> Object:
    """Create an object, again while its kind or namespace is missing. Raises :class:`ApiError`, :class:`NoKind` and,
    at a preview, :class:`NamespaceMissing`."""
    query = {"fieldManager": CREATOR, **STRICT, **(DRY if preview else {})}
    wait = 1.0
    for attempt in range(TRIES):
        last = attempt == TRIES - 1
        try:
            _try_pods(api, inputs)
            return api.create(inputs, query)
        except NoKind:
            if last:
                raise
        except ApiError as error:
            if preview and namespace_missing(error):
                raise NamespaceMissing from error
            if last or error.code != NOT_FOUND:
                raise
        sleep(wait / SCALE)
        wait *= 2
    raise AssertionError("the last try returns or raises")


def apply(api: Client, news: Properties, name: str, manager: str, ignore: Sequence[str], *, preview: bool) -> Object:
    """Update an object. Raises :class:`ApiError` and :class:`NoKind`."""
    kind, namespace = kind_of(news), text(news, "namespace")
    live = api.get(kind, name, namespace)
    if live is None:
        raise missing(api, kind, name)
    if not preview and (entries := taken_over(live, manager)) is not None:
        moved = [{"op": "replace", "path": "/metadata/managedFields", "value": entries}]
        live = api.patch(kind, name, namespace, moved)
    inputs = without_ignored(news, live, manager, ignore)
    _try_pods(api, inputs)
    query = {**STRICT, **(DRY if preview else {})}
    return api.apply(inputs, manager, force=forced(inputs, live, preview=preview), query=query)


def relinquish(api: Client, live: Object, manager: str) -> None:
    """Give up the fields that a former field manager owns."""
    about = {key: value for key, value in metadata(live).items() if key in ("name", "namespace")}
    body = {"apiVersion": live["apiVersion"], "kind": live["kind"], "metadata": about}
    api.apply(body, manager, force=False)


def delete(api: Client, kind: Kind, name: str, namespace: str, inputs: Mapping[str, Any]) -> None:
    """Ask for an object to be deleted, by default only after all that it owns."""
    policy = POLICIES.get(annotation(inputs, PROPAGATION).lower(), FOREGROUND)
    api.delete(kind, name, namespace, propagation=policy)


def missing(api: Client, kind: Kind, name: str) -> ApiError:
    """The server's answer for an object that is not there."""
    group = kind.api_version.rpartition("/")[0]
    plural = api.resource(kind).plural
    return ApiError(NOT_FOUND, "NotFound", f'{f"{plural}.{group}" if group else plural} "{name}" not found')


def _try_pods(api: Client, body: Properties) -> None:
    said = templates.refusal(api, body)
    if said:
        raise ApiError(INVALID, "Invalid", said)
