"""The pods of a workload, as their manifest says them: Pod Security's level `restricted`, and nothing that they do not
need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.kubernetes.manifests import Manifest, cores, mebibytes
from components.workloads.facts import (
    DRAIN_SECONDS,
    HOST_LABEL,
    LOGS_MIB,
    PROBE_TIMEOUT_SECONDS,
    SCRATCH_MIB,
    SECRETS_DRIVER,
    SECRETS_FOLDER,
    STOP_SECONDS,
    STORAGE_MIB,
    USER,
    USES_IDENTITY_LABEL,
    ZONE_LABEL,
)
from components.workloads.spec import ProbeSpec, WorkloadSpec

DATA = "data"
"""The volume that is a copy's disk, and what its claim is called."""
SECRETS = "secrets"


@dataclass(frozen=True)
class PodInputs:
    """What only the deployment knows of a pod."""

    config_map: pulumi.Input[str]
    """The name of the ConfigMap with its variables."""
    secret: pulumi.Input[str]
    """The name of the Secret with its secret variables."""
    secret_class: pulumi.Input[str]
    """The name of the SecretProviderClass that makes it."""


CONTAINER_SECURITY: Manifest = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


def pod_security() -> Manifest:
    """What every pod of ours runs as."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "runAsGroup": USER,
        "fsGroup": USER,
        # A large disk is not walked at every start.
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def pod_template(spec: WorkloadSpec, given: PodInputs) -> Manifest:
    """The template of the pods of a workload."""
    return {
        "metadata": {"labels": {**spec.labels, USES_IDENTITY_LABEL: "true"}},
        "spec": {
            "serviceAccountName": spec.name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": DRAIN_SECONDS + STOP_SECONDS,
            "securityContext": pod_security(),
            "nodeSelector": dict(spec.node_selector),
            **({"tolerations": [dict(each) for each in spec.tolerations]} if spec.tolerations else {}),
            **_placement(spec),
            "containers": [_container(spec, given)],
            "volumes": list(_volumes(spec, given)),
        },
    }


def quantities(millicores: int, memory_mib: int, storage_mib: int) -> Manifest:
    """CPU, memory and scratch as Kubernetes writes them."""
    return {"cpu": cores(millicores), "memory": mebibytes(memory_mib), "ephemeral-storage": mebibytes(storage_mib)}


def scratch(name: str) -> Manifest:
    """A folder that goes with its pod."""
    return {"name": name, "emptyDir": {"sizeLimit": mebibytes(SCRATCH_MIB)}}


def _container(spec: WorkloadSpec, given: PodInputs) -> Manifest:
    resources = spec.resources
    storage = LOGS_MIB + SCRATCH_MIB * len(spec.writable)
    return {
        "name": spec.service,
        "image": spec.image.reference,
        # A tag may mean another image by the next start; a digest cannot.
        "imagePullPolicy": "IfNotPresent" if spec.image.digest else "Always",
        "ports": [{"name": each.name, "containerPort": each.number, "protocol": each.protocol} for each in spec.ports],
        "envFrom": [{"configMapRef": {"name": given.config_map}}],
        **({"env": _secret_variables(spec, given)} if spec.secrets else {}),
        "resources": {
            "requests": quantities(resources.millicores, resources.memory_mib, STORAGE_MIB),
            "limits": quantities(resources.limit_millicores, resources.limit_memory_mib, storage),
        },
        **{f"{name}Probe": _probe(each) for name, each in spec.probes.items()},
        "lifecycle": {"preStop": {"sleep": {"seconds": DRAIN_SECONDS}}},
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": list(_mounts(spec)),
    }


def _secret_variables(spec: WorkloadSpec, given: PodInputs) -> list[Manifest]:
    return [{"name": name, "valueFrom": {"secretKeyRef": {"name": given.secret, "key": name}}} for name in spec.secrets]


def _probe(probe: ProbeSpec) -> Manifest:
    asked: Mapping[str, Manifest] = {
        "HTTP": {"httpGet": {"path": probe.path, "port": probe.port.name}},
        "TCP": {"tcpSocket": {"port": probe.port.name}},
        # The one kind that takes no name (Kubernetes: GRPCAction v1 core).
        "gRPC": {"grpc": {"port": probe.port.number}},
    }
    return {
        **asked[probe.kind],
        "periodSeconds": probe.period_seconds,
        "timeoutSeconds": PROBE_TIMEOUT_SECONDS,
        "failureThreshold": probe.failures,
    }


def _placement(spec: WorkloadSpec) -> dict[str, Any]:
    """Copies over zones and nodes; those with disks on one node each."""
    found = {"labelSelector": {"matchLabels": dict(spec.selector)}}
    spread = {"maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway", **found}
    zones, hosts = ({"topologyKey": key, **spread} for key in (ZONE_LABEL, HOST_LABEL))
    if spec.disk is None:
        return {"topologySpreadConstraints": [zones, hosts]}
    apart = {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": HOST_LABEL, **found}]}
    return {"topologySpreadConstraints": [zones], "affinity": {"podAntiAffinity": apart}}


def _named(folders: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The volume of each folder: ``/var/run`` is ``var-run``."""
    return ((folder.strip("/").replace("/", "-"), folder) for folder in folders)


def _mounts(spec: WorkloadSpec) -> Iterator[Manifest]:
    yield from ({"name": name, "mountPath": folder} for name, folder in _named(spec.writable))
    if spec.secrets:
        yield {"name": SECRETS, "mountPath": SECRETS_FOLDER, "readOnly": True}
    if spec.disk:
        yield {"name": DATA, "mountPath": spec.disk.path}


def _volumes(spec: WorkloadSpec, given: PodInputs) -> Iterator[Manifest]:
    """All but the disk, which comes by its claim."""
    yield from (scratch(name) for name, _ in _named(spec.writable))
    if spec.secrets:
        attributes = {"secretProviderClass": given.secret_class}
        yield {"name": SECRETS, "csi": {"driver": SECRETS_DRIVER, "readOnly": True, "volumeAttributes": attributes}}
