"""How objects come into a cluster that are not the program's: definitions, what AKS brings, what a chart makes."""

from __future__ import annotations

from collections.abc import Iterable

from offline.kubernetes.played.api import Api, ApiError, Object, kind_of
from offline.kubernetes.played.definitions.shape import Definition
from offline.kubernetes.played.kinds import DEFINITION
from offline.kubernetes.played.turn import CONFLICT, holds

ESTABLISHED = "Established"


def install(api: Api, definitions: Iterable[Definition], labels: dict[str, str] | None = None) -> list[str]:
    """Install definitions that are missing; the names of those that the server does not serve yet."""
    there = {each["metadata"]["name"]: each for each in api.list(DEFINITION)}
    waiting: list[str] = []
    for each in definitions:
        if each.name not in there:
            ensure(api, each.body(labels))
        if not holds(there.get(each.name), ESTABLISHED):
            waiting.append(each.name)
    return waiting


def ensure(api: Api, body: Object) -> bool:
    """Create an object where it is missing; true where it was."""
    metadata = body["metadata"]
    if api.get(kind_of(body), metadata["name"], metadata.get("namespace") or "") is not None:
        return False
    try:
        api.create(body)
    except ApiError as error:
        if error.code != CONFLICT:
            raise
    return True
