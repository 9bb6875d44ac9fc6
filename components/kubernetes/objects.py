"""Objects in the cluster and Helm releases, registered from their manifests.

A manifest is plain data, which the plan makes, a page prints and a scanner reads. The SDK's typed classes would say the
same a second time, and importing those of the core group alone takes three times as long as `import pulumi`; the
tests check every field against them, and the API server does.
"""

from __future__ import annotations

from typing import Any

import pulumi

from components.facts.types import KUBERNETES_TYPES
from components.kubernetes.manifests import Manifest


class KubernetesObject(pulumi.CustomResource):
    """An object in the cluster; ``key`` is its kind in the type table: ``stateful-set``."""

    metadata: pulumi.Output[Any]
    """As the cluster has it."""

    def __init__(self, key: str, name: str, manifest: Manifest, opts: pulumi.ResourceOptions | None = None) -> None:
        row = KUBERNETES_TYPES[key]
        head = {"apiVersion": row.api_version, "kind": row.kind} if row.metadata else {"compat": "true"}
        super().__init__(row.token, name, {**head, **manifest}, opts)

    @property
    def object_name(self) -> pulumi.Output[str]:
        """Its name in the cluster, which pulumi-kubernetes makes for some kinds."""
        return self.metadata.apply(lambda found: found["name"])
