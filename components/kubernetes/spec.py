"""What the namespaces of a cluster consist of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RoomSpec:
    """What pods take together, or one of them at the most."""

    pods: int
    """How many there are."""
    millicores: int
    """What they request."""
    memory_mib: int
    """What they request."""
    limit_millicores: int
    """What they may use."""
    limit_memory_mib: int
    """What they may use."""


@dataclass(frozen=True)
class NamespaceSpec:
    """A namespace whose pods obey the Pod Security standard ``restricted`` and reach nothing that no policy opens."""

    key: str
    """Its logical name: ``services``, ``gateway``."""
    name: str
    """Its name in the cluster."""
    version: str
    """The Kubernetes minor version whose definition of ``restricted`` holds: ``1.36``."""
    quota: RoomSpec
    """What its pods take together at the most."""
    largest: RoomSpec | None
    """What one of its containers takes at the most; ``None`` where nothing runs."""
