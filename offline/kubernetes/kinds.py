"""What pulumi-kubernetes knows of kinds without asking a server, and what of it is not played here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.facts.types import KUBERNETES_TYPES
from offline.kubernetes.played.api import Kind

RELEASE = "kubernetes:helm.sh/v3:Release"


def words(text: str) -> tuple[str, ...]:
    """The words of a text: a table that reads as one."""
    return tuple(text.split())


CORE = "core/"

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "admissionregistration.k8s.io": ("v1", "v1beta1"),
    "apiextensions.k8s.io": ("v1",),
    "apps": ("v1",),
    "autoscaling": ("v1", "v2"),
    "batch": ("v1",),
    "certificates.k8s.io": ("v1",),
    "coordination.k8s.io": ("v1",),
    "discovery.k8s.io": ("v1",),
    "events.k8s.io": ("v1",),
    "flowcontrol.apiserver.k8s.io": ("v1",),
    "networking.k8s.io": ("v1",),
    "node.k8s.io": ("v1",),
    "policy": ("v1",),
    "rbac.authorization.k8s.io": ("v1",),
    "scheduling.k8s.io": ("v1",),
    "storage.k8s.io": ("v1",),
}

BUILT_IN = frozenset({"v1", *(f"{group}/{version}" for group, versions in _GROUPS.items() for version in versions)})
"""The API versions that pulumi-kubernetes normalizes, without those that 1.36 serves no more
(provider/pkg/kinds/kinds.go ``KnownGroupVersions``)."""

_NAMESPACED = words(
    "ConfigMap ControllerRevision CronJob DaemonSet Deployment Endpoints EndpointSlice Event "
    "HorizontalPodAutoscaler Ingress Job Lease LimitRange NetworkPolicy PersistentVolumeClaim Pod "
    "PodDisruptionBudget PodTemplate ReplicaSet ReplicationController ResourceQuota Role RoleBinding Secret "
    "Service ServiceAccount StatefulSet"
)
_CLUSTERED = words(
    "APIService CertificateSigningRequest ClusterRole ClusterRoleBinding CSIDriver CSINode "
    "CustomResourceDefinition FlowSchema IngressClass MutatingWebhookConfiguration Namespace Node "
    "PersistentVolume PriorityClass PriorityLevelConfiguration RuntimeClass StorageClass "
    "ValidatingWebhookConfiguration VolumeAttachment"
)
"""The same source, ``Namespaced``."""

_WAITED_FOR = "pulumi-kubernetes waits for it in a way that is not played here"
NOT_PLAYED: Mapping[str, str] = {
    "CustomResourceDefinition": "definitions come with the release that brings them",
    "DaemonSet": _WAITED_FOR,
    "Ingress": _WAITED_FOR,
    "PersistentVolume": _WAITED_FOR,
    "ReplicationController": _WAITED_FOR,
}
"""Built-in kinds that a program cannot register here, and why."""


def kind_of_token(token: str) -> Kind:
    """The kind that a type names: ``kubernetes:core/v1:Service``."""
    _, version, kind = token.split(":")
    return Kind(version.removeprefix(CORE), kind)


_REGISTERED: Mapping[Kind, bool] = {
    Kind(row.api_version, row.kind): row.namespaced for row in KUBERNETES_TYPES.values() if row.token != RELEASE
}


def namespaced(kind: Kind) -> bool | None:
    """Whether objects of a kind are in a namespace; ``None`` for one that only the server knows.

    pulumi-kubernetes asks the server about kinds of definitions. Here the type table says it, so that a preview without
    changes needs no server.
    """
    if kind.api_version not in BUILT_IN:
        return _REGISTERED.get(kind)
    if kind.kind in _NAMESPACED:
        return True
    return False if kind.kind in _CLUSTERED else None


def unplayed(token: str) -> str:
    """Why objects of a type are refused here; empty for those that are played."""
    kind = kind_of_token(token)
    if kind.api_version not in BUILT_IN:
        return ""
    if kind.kind in NOT_PLAYED:
        return NOT_PLAYED[kind.kind]
    for ending, why in (("Patch", "a patch of what others own"), ("List", "a list; register what is in it")):
        if kind.kind.endswith(ending) and kind.kind != ending:
            return why
    return ""


def metadata(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object's metadata; nothing where a preview does not know it."""
    found = body.get("metadata")
    return found if isinstance(found, dict) else {}


def text(body: Mapping[str, Any], name: str) -> str:
    """``name`` or ``namespace`` of an object; empty where it has none, or where a preview does not know it."""
    found = metadata(body).get(name)
    return found if isinstance(found, str) else ""


def annotation(body: Mapping[str, Any], name: str) -> str:
    """An annotation of an object; empty where it has none, or where a preview does not know it."""
    annotations = metadata(body).get("annotations")
    found = annotations.get(name) if isinstance(annotations, dict) else None
    return found if isinstance(found, str) else ""


def object_id(body: Mapping[str, Any]) -> str:
    """An object's id in the state: ``namespace/name``, or ``name`` for one without a namespace."""
    return "/".join(part for part in (text(body, "namespace"), text(body, "name")) if part)


def split_id(id: str) -> tuple[str, str]:
    """Namespace and name of an id in the state."""
    namespace, _, name = id.rpartition("/")
    return namespace, name


def world_id(cluster: str, token: str, id: str) -> str:
    """An object's id in the record of operations, where faults and recovery look: an id of the state is that of one
    kind in one cluster only."""
    kind = kind_of_token(token)
    return f"{cluster}/{kind.api_version}/{kind.kind}/{id}"
