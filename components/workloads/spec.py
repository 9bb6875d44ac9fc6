"""What a workload in the cluster consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PortSpec:
    """A port of a container."""

    name: str
    """Its name in the pod."""
    number: int
    """Its number."""
    protocol: str
    """TCP or UDP."""


@dataclass(frozen=True)
class ProbeSpec:
    """How the kubelet asks a container."""

    kind: str
    """HTTP, TCP or gRPC."""
    port: PortSpec
    """The port that is asked."""
    path: str
    """Where HTTP is asked."""
    period_seconds: int
    """How often."""
    failures: int
    """How many in a row count."""


@dataclass(frozen=True)
class ResourcesSpec:
    """What a container is guaranteed, and what it may use at most."""

    millicores: int
    """CPU that it is guaranteed."""
    memory_mib: int
    """Memory that it is guaranteed."""
    limit_millicores: int
    """CPU at the most."""
    limit_memory_mib: int
    """Memory at the most."""


@dataclass(frozen=True)
class ImageSpec:
    """An image, by its tag, its digest or both."""

    registry: str
    """The host of its registry."""
    repository: str
    """Its path there: ``publisher``."""
    tag: str
    """Its tag; empty: the digest alone says it."""
    digest: str
    """``sha256:…``; empty: whatever the tag means when the container starts."""

    @property
    def reference(self) -> str:
        """What a pod asks for: ``myssharedacr.azurecr.io/publisher@sha256:…``."""
        version = (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")
        return f"{self.registry}/{self.repository}{version}"


@dataclass(frozen=True)
class DiskSpec:
    """A disk for each copy, which stays when the copy goes."""

    storage_class: str
    """The name of its StorageClass."""
    sku: str
    """``Premium_ZRS``."""
    gib: int
    """Its size when it is made."""
    path: str
    """Where it is mounted."""


@dataclass(frozen=True)
class PeersSpec:
    """The internal load balancer at which the copies of a workload answer their peers."""

    name: str
    """Its name in the cluster."""
    address: str
    """Its address, in the subnet."""
    subnet: str
    """The name of the subnet at Azure."""
    ports: tuple[PortSpec, ...]
    """Where they answer."""
    annotations: Mapping[str, str]
    """What every service of type LoadBalancer carries."""


@dataclass(frozen=True)
class PortRange:
    """The ports of a rule: one, or all from ``first`` to ``last``."""

    first: int
    """The lowest."""
    last: int
    """The highest."""
    protocol: str
    """TCP or UDP."""


@dataclass(frozen=True)
class PeerSpec:
    """Who is at the other end: pods by their labels, or addresses outside the cluster. A range matches neither pods nor
    nodes (Cilium; Microsoft: Configure Azure CNI Powered by Cilium in AKS)."""

    what: str
    """Who it is, for people: ``chain``, ``DNS``, ``the internet``."""
    namespace: str = ""
    """The namespace of the pods; empty where it is a range."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """The labels of the pods."""
    cidr: str = ""
    """The range; empty where it is pods."""
    excepted: tuple[str, ...] = ()
    """Ranges within the range that are not meant."""


@dataclass(frozen=True)
class EdgeSpec:
    """Who may talk to whom at which ports."""

    peer: PeerSpec
    """The other end."""
    ports: tuple[PortRange, ...]
    """The ports of whoever is called."""


@dataclass(frozen=True)
class PolicySpec:
    """The network policy of the pods of one workload. What it does not name is denied."""

    name: str
    """Its name in the cluster."""
    namespace: str
    """The namespace of the pods."""
    pods: Mapping[str, str]
    """The labels of the pods."""
    ingress: tuple[EdgeSpec, ...]
    """Who may come in."""
    egress: tuple[EdgeSpec, ...]
    """Where they may go."""


@dataclass(frozen=True)
class AccountSpec:
    """What the pods of a service run as."""

    name: str
    """Its name in the cluster."""
    namespace: str
    """Its namespace."""
    labels: Mapping[str, str]
    """Of every object of the service."""


@dataclass(frozen=True)
class WorkloadSpec:
    """The pods of a service, and how they are found, scaled and kept."""

    name: str
    """Its name in the cluster: ``mys-publisher``."""
    namespace: str
    """Its namespace."""
    service: str
    """The name of its container."""
    selector: Mapping[str, str]
    """The labels by which its pods are found; they never change."""
    labels: Mapping[str, str]
    """Those of all its objects."""
    image: ImageSpec
    """What runs."""
    ports: tuple[PortSpec, ...]
    """All ports of its container."""
    served: tuple[PortSpec, ...]
    """Those at which it is called."""
    probes: Mapping[str, ProbeSpec]
    """By what each is for: liveness, readiness, startup."""
    resources: ResourcesSpec
    """What each copy takes."""
    writable: tuple[str, ...]
    """Folders that it may write to, besides that of its disk."""
    minimum: int
    """Copies at the least; all copies of what has disks."""
    maximum: int
    """Copies at the most."""
    node_selector: Mapping[str, str]
    """The labels of its nodes."""
    tolerations: tuple[Mapping[str, str], ...]
    """The taints of its nodes that do not keep it away."""
    variables: Mapping[str, str]
    """What it reads from its environment, none of it secret."""
    secrets: Mapping[str, str]
    """By variable: the secret of its vault that it holds."""
    vault: str
    """The name of that vault."""
    tenant_id: str
    """The tenant in which it logs in."""
    disk: DiskSpec | None
    """What makes it stateful."""
    peers: PeersSpec | None
    """Where its copies answer each other, for peers outside the cluster."""
