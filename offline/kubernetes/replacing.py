"""What replaces an object: pulumi-kubernetes' own table (provider/pkg/provider/diff.go ``forceNew``).

Other fields that the API server never changes are no matter of the provider: it tries, and the server says ``Invalid``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline.kubernetes.kinds import words
from offline.kubernetes.paths import ANY, Path

_CONTAINERS = words(
    "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources "
    "securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices "
    "volumeMounts workingDir"
)
_POD = words(
    "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork "
    "hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName "
    "readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount "
    "serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes"
)

_METADATA: tuple[Path, ...] = (("metadata", "name"), ("metadata", "namespace"))
_RULES: tuple[Path, ...] = (("roleRef",),)


def _spec(*names: str) -> tuple[Path, ...]:
    return tuple(("spec", name) for name in names)


TABLE: Mapping[tuple[str, str], tuple[Path, ...]] = {
    ("apps/v1", "DaemonSet"): _spec("selector"),
    ("apps/v1", "Deployment"): _spec("selector"),
    ("apps/v1", "StatefulSet"): _spec(
        "podManagementPolicy", "revisionHistoryLimit", "selector", "serviceName", "volumeClaimTemplates"
    ),
    ("batch/v1", "Job"): _spec("completions", "parallelism", "selector", "template"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): _RULES,
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): _RULES,
    ("storage.k8s.io/v1", "StorageClass"): (("parameters",), ("provisioner",)),
    ("v1", "PersistentVolumeClaim"): _spec("accessModes", "selector", "storageClassName", "volumeName"),
    ("v1", "Pod"): (
        *_spec(*_POD),
        *(("spec", kind, ANY, name) for kind in ("containers", "initContainers") for name in _CONTAINERS),
    ),
    ("v1", "ResourceQuota"): _spec("scopes"),
    ("v1", "Secret"): (("type",),),
    ("v1", "Service"): _spec("clusterIP"),
}
"""By API version and kind, without the versions that 1.36 serves no more; a path replaces whatever changes at it,
below it or around it."""

_CONFIG_MAP: tuple[Path, ...] = (("binaryData",), ("data",))
_SECRET: tuple[Path, ...] = (("type",), ("stringData",), ("data",))


@dataclass(frozen=True)
class Mutable:
    """Which contents the provider changes in place."""

    config_maps: bool = False
    """``enableConfigMapMutable``."""
    secrets: bool = False
    """``enableSecretMutable``."""


def replacing(body: Mapping[str, Any], mutable: Mutable) -> tuple[Path, ...]:
    """The paths of an object of which a change replaces it."""
    key, immutable = (str(body.get("apiVersion")), str(body.get("kind"))), body.get("immutable") is True
    if key == ("v1", "Secret") and (immutable or not mutable.secrets):
        return (*_METADATA, *_SECRET)
    if key == ("v1", "ConfigMap") and (immutable or not mutable.config_maps):
        return (*_METADATA, *_CONFIG_MAP)
    return (*_METADATA, *TABLE.get(key, ()))


def replaces(path: Path, value: Any, rows: tuple[Path, ...]) -> bool:
    """Whether a change at ``path`` to ``value`` replaces the object."""
    return any(_meets(path, value, row) for row in rows)


def _meets(path: Path, value: Any, row: Path) -> bool:
    shared = min(len(path), len(row))
    same = all(
        mine == theirs or (theirs == ANY and isinstance(mine, int))
        for mine, theirs in zip(path[:shared], row[:shared], strict=True)
    )
    return same and (len(row) <= len(path) or _has(value, row[shared:]))


def _has(value: Any, rest: Path) -> bool:
    if not rest:
        return True
    if rest[0] == ANY:
        return isinstance(value, list) and any(_has(each, rest[1:]) for each in value)
    return isinstance(value, dict) and rest[0] in value and _has(value[rest[0]], rest[1:])
