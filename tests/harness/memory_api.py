"""An API server without a server: objects as they are written, for tests of what acts on them.

Nothing is validated or filled in but names, times, versions and deletion with finalizers, and no controller manager
runs.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from offline.kubernetes.played.api import ApiError, Kind, NoKind, Object, kind_of

Key = tuple[Kind, str, str]
TIME = "2026-11-01T00:00:00Z"


class MemoryApi:
    """The objects by kind, namespace and name."""

    def __init__(self, *objects: Object, unknown: frozenset[Kind] = frozenset()) -> None:
        self.objects: dict[Key, Object] = {}
        self.unknown = unknown
        self.writes = 0
        for each in objects:
            self.create(each)

    def revision(self) -> str:
        return str(self.writes)

    def known(self, kind: Kind) -> bool:
        return kind not in self.unknown

    def get(self, kind: Kind, name: str, namespace: str = "") -> Object | None:
        return copy.deepcopy(self.objects.get((kind, namespace, name)))

    def list(self, kind: Kind, namespace: str = "", labels: str = "") -> list[Object]:
        wanted = dict(each.split("=") for each in labels.split(",") if each)
        found = [
            each for (one, place, _), each in sorted(self.objects.items()) if one == kind and namespace in ("", place)
        ]
        return copy.deepcopy(
            [each for each in found if wanted.items() <= (each["metadata"].get("labels") or {}).items()]
        )

    def create(self, body: Object, query: Mapping[str, str] | None = None) -> Object:
        kind, metadata = kind_of(body), body["metadata"]
        if kind in self.unknown:
            raise NoKind(kind)
        key = (kind, metadata.get("namespace") or "", metadata["name"])
        if key in self.objects:
            raise ApiError(409, "AlreadyExists", f"{metadata['name']} already exists")
        uid = f"uid-{kind.kind.lower()}-{metadata['name']}"
        made = {**copy.deepcopy(body), "metadata": {"uid": uid, "creationTimestamp": TIME, "generation": 1, **metadata}}
        self._put(key, made)
        return copy.deepcopy(made)

    def replace(self, body: Object, query: Mapping[str, str] | None = None) -> Object:
        metadata = body["metadata"]
        self._put((kind_of(body), metadata.get("namespace") or "", metadata["name"]), copy.deepcopy(body))
        return body

    def apply(
        self, body: Object, manager: str, *, force: bool = True, query: Mapping[str, str] | None = None
    ) -> Object:
        metadata = body["metadata"]
        key = (kind_of(body), metadata.get("namespace") or "", metadata["name"])
        if key not in self.objects:
            return self.create(body)
        return self.patch(key[0], key[2], key[1], body)

    def patch(
        self,
        kind: Kind,
        name: str,
        namespace: str,
        body: Any,
        *,
        subresource: str = "",
        query: Mapping[str, str] | None = None,
    ) -> Object:
        key = (kind, namespace, name)
        if key not in self.objects:
            raise ApiError(404, "NotFound", f"{name} not found")
        read = isinstance(body, dict) and (body.get("metadata") or {}).get("resourceVersion")
        if read and read != self.objects[key]["metadata"]["resourceVersion"]:
            raise ApiError(409, "Conflict", f"{name}: the object has been modified")
        self._put(key, _merged(self.objects[key], body))
        self._end(key)
        return copy.deepcopy(self.objects.get(key, {}))

    def patch_status(self, kind: Kind, name: str, namespace: str, status: Object) -> Object:
        return self.patch(kind, name, namespace, {"status": status})

    def post(self, kind: Kind, name: str, namespace: str, subresource: str, body: Object) -> None:
        assert subresource == "binding"
        self.patch(kind, name, namespace, {"spec": {"nodeName": body["target"]["name"]}})

    def delete(
        self, kind: Kind, name: str, namespace: str = "", *, propagation: str = "Background", grace: int | None = None
    ) -> None:
        key = (kind, namespace, name)
        if key in self.objects:
            self._put(key, _merged(self.objects[key], {"metadata": {"deletionTimestamp": TIME}}))
            self._end(key)

    def messages(self, reason: str) -> list[str]:
        """What events of a reason say."""
        return [each["message"] for each in self.list(Kind("v1", "Event")) if each["reason"] == reason]

    def _put(self, key: Key, body: Object) -> None:
        if self.objects.get(key) != body:
            self.writes += 1
            body["metadata"]["resourceVersion"] = str(self.writes)
        self.objects[key] = body

    def _end(self, key: Key) -> None:
        metadata = self.objects[key]["metadata"]
        if metadata.get("deletionTimestamp") and not metadata.get("finalizers"):
            del self.objects[key]
            self.writes += 1


def _merged(there: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    found = dict(there) if isinstance(there, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = _merged(found.get(name), value)
    return found
