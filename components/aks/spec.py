"""What an AKS cluster consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class WindowSpec:
    """A weekly window in which upgrades may run."""

    day: str
    """Monday to Sunday."""
    start: str
    """HH:MM, local by ``utc_offset``."""
    hours: int
    """At least four."""
    utc_offset: str
    """``+02:00``."""


@dataclass(frozen=True)
class PoolSpec:
    """A pool of nodes on Azure Linux, with Trusted Launch and encryption at host, under the cluster autoscaler."""

    name: str
    """Its name in the cluster: up to 12 lower-case letters and digits."""
    mode: str
    """System or User."""
    initial: bool
    """Whether it is made together with the cluster."""
    vm_size: str
    """A VM size as Azure spells it: ``Standard_D4ds_v5``."""
    minimum: int
    """Fewest nodes that the autoscaler keeps; at least 1 in a System pool."""
    maximum: int
    """Most nodes that the autoscaler makes."""
    zones: tuple[str, ...]
    """The availability zones that its nodes are spread over; empty: no zones."""
    os_disk_gib: int
    """Size of each node's OS disk, GiB."""
    ephemeral: bool
    """Whether the OS disk is on the machine's own disk."""
    max_pods: int
    """Pods a node."""
    labels: Mapping[str, str]
    """Labels of its nodes, for node selectors."""
    taints: tuple[str, ...]
    """``key=value:effect``."""


@dataclass(frozen=True)
class ClusterSpec:
    """A cluster."""

    name: str
    """Its physical name."""
    tenant_id: str
    """The tenant whose users log in."""
    dns_prefix: str
    """What the API server's host name begins with; chosen at creation."""
    node_group: str
    """Name of the resource group that Azure makes for the nodes."""
    version: str
    """A Kubernetes minor version: ``1.36``."""
    tier: str
    """Free, Standard or Premium."""
    upgrade_channel: str
    """patch, stable, rapid, node-image or none."""
    upgrades: WindowSpec
    """When the cluster may be upgraded."""
    node_images: WindowSpec
    """When the nodes may get new images."""
    private: bool
    """Whether the API server is off the internet."""
    authorized_ranges: tuple[str, ...]
    """Who reaches a public API server, in addition to the cluster's own outbound addresses; empty: everybody."""
    pod_cidr: str
    """The overlay range of the pods; it may overlap nothing that pods talk to."""
    service_cidr: str
    """The range of ClusterIP services; chosen at creation."""
    dns_service_ip: str
    """The address of the cluster's DNS, within ``service_cidr``."""
    pools: tuple[PoolSpec, ...]
    """Its node pools, the initial one first."""
    prometheus: bool
    """Whether managed Prometheus measures it."""
    container_logs: bool
    """Whether what its containers print goes to the workspace."""
    manage_initial_pool: bool
    """Whether the initial pool is a separate resource. Azure accepts changes to it only through the pool itself, so it
    becomes one once it is adopted."""
