"""One step of all played controllers: what they look at, and how they tell of what they do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from offline.kubernetes.played.api import Api, ApiError, Kind, Object
from offline.kubernetes.played.kinds import EVENT
from offline.world.objects import CloudObject
from offline.world.store import World

CONFLICT = 409


@dataclass(frozen=True)
class Turn:
    """The cluster at one step."""

    api: Api
    world: World
    cluster: CloudObject
    """The managed cluster."""

    def event(self, of: Object, source: str, reason: str, message: str, *, warning: bool = True) -> None:
        """Tell of an object, once for each message."""
        metadata = of["metadata"]
        place = metadata.get("namespace") or "default"
        told = f"{metadata.get('uid')}/{reason}/{message}"
        now = stamp()
        body = {
            "apiVersion": EVENT.api_version,
            "kind": EVENT.kind,
            "metadata": {"name": f"{metadata['name']}.{digest(told, 16)}", "namespace": place},
            "involvedObject": {
                "apiVersion": of.get("apiVersion"),
                "kind": of.get("kind"),
                "name": metadata["name"],
                **({"namespace": metadata["namespace"]} if metadata.get("namespace") else {}),
                "uid": metadata.get("uid"),
            },
            "reason": reason,
            "message": message,
            "type": "Warning" if warning else "Normal",
            "source": {"component": source},
            "reportingComponent": source,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        try:
            self.api.create(body)
        except ApiError as error:
            # Told already, or the namespace goes: neither changes what is done.
            if error.code not in (CONFLICT, 403, 404):
                raise

    def status(self, kind: Kind, of: Object, status: Mapping[str, Any]) -> bool:
        """Write what differs of a status; true where something did. Times of conditions make no difference."""
        before = of.get("status") or {}
        wanted = _settled(before, status)
        if all(_same(before.get(name), value) for name, value in wanted.items()):
            return False
        self.api.patch_status(kind, of["metadata"]["name"], of["metadata"].get("namespace") or "", wanted)
        return True


def conditions(of: Object, *wanted: Mapping[str, Any]) -> list[Object]:
    """The conditions of an object with the ``wanted`` ones in place: others stay, and so does the time of each that
    changes neither its status nor, for those that are not new, anything else."""
    return merged((of.get("status") or {}).get("conditions") or [], wanted)


def merged(before: list[Object], wanted: tuple[Mapping[str, Any], ...]) -> list[Object]:
    """A list of conditions with the ``wanted`` ones in place."""
    left = {each["type"]: each for each in before}
    for each in wanted:
        old = left.get(each["type"])
        same = old is not None and old.get("status") == each.get("status")
        changed = (old or {}).get("lastTransitionTime") if same else None
        left[each["type"]] = {**each, "lastTransitionTime": changed or stamp()}
    return list(left.values())


def condition(kind: str, holds: bool | str, reason: str, message: str, of: Object | None = None) -> Object:
    """A condition; with ``of`` also of which generation of the object it speaks."""
    status = holds if isinstance(holds, str) else str(holds)
    body = {"type": kind, "status": status, "reason": reason, "message": message}
    return body if of is None else {**body, "observedGeneration": of["metadata"].get("generation", 1)}


def holds(of: Object | None, kind: str) -> bool:
    """Whether a condition of an object is true."""
    found = ((of or {}).get("status") or {}).get("conditions") or []
    return any(each.get("type") == kind and each.get("status") == "True" for each in found)


def stamp(seconds: int = 0) -> str:
    """Now, or so many ``seconds`` later, as Kubernetes writes times."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(text: str, length: int) -> str:
    """The beginning of a hash."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _settled(before: Mapping[str, Any], status: Mapping[str, Any]) -> dict[str, Any]:
    wanted = dict(status)
    if "conditions" in wanted:
        wanted["conditions"] = merged(list(before.get("conditions") or []), tuple(wanted["conditions"]))
    return wanted


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
