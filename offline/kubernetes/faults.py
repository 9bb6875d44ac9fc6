"""The faults of the offline world between pulumi-kubernetes and an API server.

client-go sends again what the server put off, and a read whose connection was lost; everything else reaches the engine
(kubernetes/client-go: rest/with_retry.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from offline.world.faults import KINDS, FaultKind

_LATER = "the server has received too many requests and has asked us to try again later"
_BUSY = "Internal error occurred: etcdserver: request timed out"
_MODIFIED = (
    "Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and "
    "try again"
)
_NOT_READY = "timed out waiting for the condition"

_WORDS: Mapping[str, tuple[str, bool]] = {
    "throttled": (_LATER, True),
    "busy": (_LATER, True),
    "unready": (_LATER, True),
    "conflict": (_MODIFIED, False),
    "server-error": (_BUSY, False),
    "lost-before": ("read: connection reset by peer", False),
    "lost-after": ("read: connection reset by peer", False),
    "timeout": (_NOT_READY, False),
    "failed": (_NOT_READY, False),
    "subnet-in-use": (_BUSY, False),
    "high-demand": (_BUSY, False),
}
"""By the key of a fault: what the server or the client says, and whether the client sends again."""

KUBERNETES_KINDS: Mapping[str, FaultKind] = {
    key: replace(KINDS[key], message=message, retried=retried, ruins=False)
    for key, (message, retried) in _WORDS.items()
}
"""The faults as an object in a cluster meets them."""
