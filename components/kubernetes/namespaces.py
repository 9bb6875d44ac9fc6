"""The namespaces of a cluster: Pod Security, and no traffic that no policy opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from components.kubernetes.manifests import Manifest, labels, metadata
from components.kubernetes.objects import KubernetesObject
from components.kubernetes.spec import NamespaceSpec

STANDARD = "restricted"
MODES = ("enforce", "audit", "warn")


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
    inside = {"name": "mys-default", "namespace": spec.name}
    return {
        "namespace": {"metadata": metadata({**own, **security}, name=spec.name)},
        "network-policy": {
            "metadata": metadata(own, **inside),
            "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        },
    }
