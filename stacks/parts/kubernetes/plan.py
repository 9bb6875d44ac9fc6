"""The way into the cluster, and its namespaces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from components.facts.ids import made_id
from components.facts.types import RESOURCE_TYPES
from components.kubernetes.spec import NamespaceSpec, RoomSpec
from components.naming.kubernetes import CERTIFICATES, DATABASE, GATEWAY, namespace
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.aks.plan import AKS, CLUSTER_SCOPE
from stacks.parts.part import Grant, Part
from stacks.parts.pipelines.identities import APPLY, PREVIEW, identity_key, principal
from stacks.parts.pipelines.plan import has_pipelines
from stacks.settings.models import EnvironmentSettings

KUBERNETES_PROVIDER = "kubernetes"
"""The key of the provider of what is in the cluster."""

NAMESPACES = "namespaces"
"""The key of the component with the namespaces."""

SERVICES = "services"

ENDING = 2
"""Pods for each that the plan has: itself, and the one that it takes over from."""

PIPELINES = ((APPLY, ("cluster-admin", "cluster-user")), (PREVIEW, ("cluster-reader", "cluster-user")))
"""What the stack's pipelines may do in the cluster. RBAC Writer makes neither namespaces nor definitions; a preview
reads, and its dry runs that write are refused and passed over."""


@dataclass(frozen=True)
class KubernetesPlan:
    """The cluster as its provider knows it, and its namespaces."""

    identifier: str
    """What another cluster changes and another kubeconfig of the same one does not: a change replaces everything in
    it."""
    namespaces: tuple[NamespaceSpec, ...]

    def namespace(self, key: str) -> str:
        """The name of a namespace, by its key."""
        return next(each.name for each in self.namespaces if each.key == key)


class Kubernetes(Part[EnvironmentSettings, KubernetesPlan]):
    """Who may work in the cluster, and where."""

    key = "kubernetes"

    def plan(self, context: Context[EnvironmentSettings]) -> KubernetesPlan:
        keys = {SERVICES: context.environment, **{key: key for key in (GATEWAY, CERTIFICATES, DATABASE)}}
        return KubernetesPlan(
            identifier=_identifier(context),
            namespaces=tuple(
                _namespace(context, key, namespace(place), context.settings.aks.version) for key, place in keys.items()
            ),
        )

    def grants(self, context: Context[EnvironmentSettings]) -> Iterator[Grant]:
        if has_pipelines(context):
            for does, roles in PIPELINES:
                for role in roles:
                    who = principal(identity_key(context.stack, does))
                    yield Grant(role, who, CLUSTER_SCOPE, who=principal(does), reserved=True)


def _namespace(context: Context[EnvironmentSettings], key: str, name: str, version: str) -> NamespaceSpec:
    """A namespace with a quota for what the plan has in it. A pod that ends counts until it is gone: while everything
    is being updated there are twice as many."""
    inside = [each for each in context.pods if each.namespace == name]
    quota = [(ENDING * each.maximum, each) for each in inside]
    largest = RoomSpec(
        pods=1,
        millicores=max((each.millicores for each in inside), default=0),
        memory_mib=max((each.memory_mib for each in inside), default=0),
        limit_millicores=max((each.limit_millicores for each in inside), default=0),
        limit_memory_mib=max((each.limit_memory_mib for each in inside), default=0),
    )
    together = RoomSpec(
        pods=sum(number for number, _ in quota),
        millicores=sum(number * each.millicores for number, each in quota),
        memory_mib=sum(number * each.memory_mib for number, each in quota),
        limit_millicores=sum(number * each.limit_millicores for number, each in quota),
        limit_memory_mib=sum(number * each.limit_memory_mib for number, each in quota),
    )
    return NamespaceSpec(key, name, version, together, largest if inside else None)


def _identifier(context: Context[EnvironmentSettings]) -> str:
    """The cluster's id, and a hash of what its settings say about inputs that Azure takes at creation only."""
    cluster, region = AKS.plan(context).cluster, context.settings.azure.region
    group = context.names.name(CORE, "resource-group")
    subscription = str(context.settings.azure.subscription_id)
    where = {"subscriptionId": subscription, "resourceGroupName": group, "resourceName": cluster.name}
    fixed = [region, *(getattr(cluster, name) for name in FIXED)]
    digest = hashlib.sha256(json.dumps(fixed).encode()).hexdigest()[:12]
    return f"{made_id(RESOURCE_TYPES['kubernetes-cluster'], where)}#{digest}"


FIXED = ("dns_prefix", "node_group", "pod_cidr", "service_cidr", "dns_service_ip")
"""What a ``ClusterSpec`` says about inputs that replace the cluster (components/aks/facts.py), its region apart."""

KUBERNETES = Kubernetes()
