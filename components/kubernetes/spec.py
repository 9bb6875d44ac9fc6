"""What the namespaces of a cluster consist of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NamespaceSpec:
    """A namespace whose pods obey the Pod Security standard ``restricted`` and reach nothing that no policy opens."""

    key: str
    """Its logical name: ``services``, ``gateway``."""
    name: str
    """Its name in the cluster."""
    version: str
    """The Kubernetes minor version whose definition of ``restricted`` holds: ``1.36``."""
