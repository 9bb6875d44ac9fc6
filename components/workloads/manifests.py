"""The objects around the pods of a workload, as their manifests say them."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi

from components.kubernetes.manifests import Manifest, mebibytes, metadata
from components.workloads.facts import (
    CLIENT_ID_ANNOTATION,
    CPU_TARGET,
    DISK_PROVISIONER,
    INTERNAL_ADDRESS_ANNOTATION,
    INTERNAL_ANNOTATION,
    INTERNAL_SUBNET_ANNOTATION,
    MEMORY_TARGET,
    SCALE_DOWN_SECONDS,
)
from components.workloads.pods import DATA, PodInputs, pod_template
from components.workloads.spec import AccountSpec, DiskSpec, PeersSpec, PortSpec, WorkloadSpec


def service_account(spec: AccountSpec, client_id: pulumi.Input[str]) -> Manifest:
    """What the pods of a service run as, and which identity that is at Azure. Its tokens are for Azure alone: none is
    mounted for the Kubernetes API."""
    annotations = {CLIENT_ID_ANNOTATION: client_id}
    return {
        "metadata": {**metadata(spec.labels, name=spec.name, namespace=spec.namespace), "annotations": annotations},
        "automountServiceAccountToken": False,
    }


def deployment(spec: WorkloadSpec, given: PodInputs) -> Manifest:
    """Copies without data. Their number belongs to the autoscaler once they are there."""
    return {
        "metadata": _metadata(spec),
        "spec": {
            "replicas": spec.minimum,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": dict(spec.selector)},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "template": pod_template(spec, given),
        },
    }


def stateful_set(spec: WorkloadSpec, disk: DiskSpec, given: PodInputs) -> Manifest:
    """Copies with a disk each, which stays when its copy goes, and when all of them go."""
    claim = {
        "metadata": {"name": DATA},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": disk.storage_class,
            "resources": {"requests": {"storage": mebibytes(disk.gib * 1024)}},
        },
    }
    return {
        "metadata": _metadata(spec),
        "spec": {
            "serviceName": spec.name,
            "replicas": spec.minimum,
            "selector": {"matchLabels": dict(spec.selector)},
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
            "template": pod_template(spec, given),
            "volumeClaimTemplates": [claim],
        },
    }


def service(spec: WorkloadSpec) -> Manifest:
    """Where the pods are called. Those with disks are found one by one: their service has no address of its own."""
    headless = {"clusterIP": "None"} if spec.disk else {}
    return {
        "metadata": _metadata(spec),
        "spec": {"type": "ClusterIP", **headless, "selector": dict(spec.selector), "ports": _ports(spec.served)},
    }


def peers_service(spec: WorkloadSpec, peers: PeersSpec) -> Manifest:
    """Where the copies answer peers in the network: an internal load balancer at a planned address. It keeps the
    address of who comes, so that network policies can tell."""
    annotations = {
        **peers.annotations,
        INTERNAL_ANNOTATION: "true",
        INTERNAL_SUBNET_ANNOTATION: peers.subnet,
        INTERNAL_ADDRESS_ANNOTATION: peers.address,
    }
    return {
        "metadata": metadata(spec.labels, name=peers.name, namespace=spec.namespace, annotations=annotations),
        "spec": {
            "type": "LoadBalancer",
            "externalTrafficPolicy": "Local",
            "selector": dict(spec.selector),
            "ports": _ports(peers.ports),
        },
    }


def autoscaler(spec: WorkloadSpec) -> Manifest:
    """As many copies as the load wants: more at once, fewer once it has been low for a while."""
    targets = {"cpu": CPU_TARGET, "memory": MEMORY_TARGET}
    return {
        "metadata": _metadata(spec),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": spec.name},
            "minReplicas": spec.minimum,
            "maxReplicas": spec.maximum,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": target}},
                }
                for name, target in targets.items()
            ],
            "behavior": {
                "scaleUp": {"stabilizationWindowSeconds": 0},
                "scaleDown": {"stabilizationWindowSeconds": SCALE_DOWN_SECONDS},
            },
        },
    }


def disruption_budget(spec: WorkloadSpec) -> Manifest:
    """Nodes are drained one copy at a time; a single copy does not stop that (estate 25)."""
    return {
        "metadata": _metadata(spec),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": dict(spec.selector)}},
    }


def storage_class(spec: WorkloadSpec, disk: DiskSpec) -> Manifest:
    """The disks of a workload: made where its pod is, and kept when the claim goes (docs/decisions/chain-data.md)."""
    return {
        "metadata": metadata(spec.labels, name=disk.storage_class),
        "provisioner": DISK_PROVISIONER,
        "parameters": {"skuName": disk.sku},
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }


def _metadata(spec: WorkloadSpec) -> Manifest:
    return metadata(spec.labels, name=spec.name, namespace=spec.namespace)


def _ports(ports: Iterable[PortSpec]) -> list[Manifest]:
    return [
        {"name": each.name, "port": each.number, "targetPort": each.name, "protocol": each.protocol} for each in ports
    ]
