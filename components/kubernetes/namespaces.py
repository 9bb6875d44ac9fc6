"""The namespaces of a cluster: Pod Security, and no traffic that no policy opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from components.kubernetes.manifests import Manifest, cores, labels, mebibytes, metadata
from components.kubernetes.objects import KubernetesObject
from components.kubernetes.spec import NamespaceSpec, RoomSpec

STANDARD = "restricted"
MODES = ("enforce", "audit", "warn")
DEFAULT = "mys-default"
"""The name of what holds for everything in a namespace."""
SMALL = {"cpu": "10m", "memory": "32Mi"}
"""What a container requests that says nothing."""


class Namespaces(pulumi.ComponentResource):
    """The namespaces of a cluster. What runs in one comes after everything that limits it."""

    TOKEN = "mystira:kubernetes:Namespaces"

    def __init__(self, name: str, specs: Sequence[NamespaceSpec], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        self._inside = {spec.name: self._namespace(spec) for spec in specs}
        self.register_outputs({})

    def inside(self, namespace: str) -> pulumi.ResourceOptions:
        """Options of what is in a namespace: it waits for the namespace and for what limits it. Raises ``KeyError``."""
        return pulumi.ResourceOptions(depends_on=list(self._inside[namespace]))

    def _namespace(self, spec: NamespaceSpec) -> tuple[pulumi.Resource, ...]:
        made = dict(manifests(spec))
        own = KubernetesObject("namespace", spec.key, made.pop("namespace"), pulumi.ResourceOptions(parent=self))
        within = pulumi.ResourceOptions(parent=own)
        return own, *(KubernetesObject(key, f"{spec.key}-default", manifest, within) for key, manifest in made.items())


def manifests(spec: NamespaceSpec) -> Mapping[str, Manifest]:
    """By kind: the namespace and what limits what runs in it."""
    own = labels("namespace", spec.name)
    security = {
        f"pod-security.kubernetes.io/{mode}{suffix}": value
        for mode in MODES
        for suffix, value in (("", STANDARD), ("-version", f"v{spec.version}"))
    }
    default = metadata(own, name=DEFAULT, namespace=spec.name)
    made: dict[str, Manifest] = {
        "namespace": {"metadata": metadata({**own, **security}, name=spec.name)},
        "network-policy": {
            "metadata": default,
            "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        },
        "resource-quota": {"metadata": default, "spec": {"hard": _hard(spec.quota)}},
    }
    if spec.largest is not None:
        largest = {"cpu": cores(spec.largest.limit_millicores), "memory": mebibytes(spec.largest.limit_memory_mib)}
        made["limit-range"] = {
            "metadata": default,
            # A container that says nothing gets the same as its default (Kubernetes: Limit Ranges).
            "spec": {"limits": [{"type": "Container", "max": largest, "default": largest, "defaultRequest": SMALL}]},
        }
    return made


def _hard(quota: RoomSpec) -> Mapping[str, str]:
    if not quota.pods:
        return {"pods": "0"}
    return {
        "pods": str(quota.pods),
        "requests.cpu": cores(quota.millicores),
        "requests.memory": mebibytes(quota.memory_mib),
        "limits.cpu": cores(quota.limit_millicores),
        "limits.memory": mebibytes(quota.limit_memory_mib),
    }
