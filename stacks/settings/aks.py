"""The settings of the Kubernetes cluster."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr, NodePoolKey, TimeOfDay, WeekDay, word


class Window(Section):
    """A weekly maintenance window."""

    day: WeekDay
    """The day of the week."""
    start: TimeOfDay
    """When it opens, HH:MM in quotes, in the time zone of `utc_offset`."""
    hours: Annotated[int, Field(ge=4, le=24)] = 4
    """How long it stays open, 4 to 24 hours."""
    utc_offset: Annotated[str, Field(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")] = "+02:00"
    """The time zone of `start`, as its offset from UTC: +HH:MM or -HH:MM, in quotes."""


PoolName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,11}$")]


class LivePool(Section):
    """The machines of a pool that a live cluster has. They never change."""

    vm_size: Annotated[str, Field(min_length=1), word("VM size")]
    """The size of its machines."""
    os_disk_gib: int | None = None
    """The OS disk of each node in GiB. Left out: not known."""
    ephemeral: bool | None = None
    """Whether the OS disk is on the machine's local disk. Left out: not known."""
    max_pods: int | None = None
    """The most pods on a node. Left out: not known."""


class Pool(Section):
    """A node pool. The autoscaler keeps the number of its nodes between `minimum` and `maximum`."""

    name: PoolName | None = None
    """Its name in the cluster: up to 12 lower-case letters and digits. Left out: its key. A pool keeps its machines, so
    one with other machines needs another name; the one that had the name before is deleted after it."""
    vm_size: Annotated[str, Field(min_length=1), word("VM size")]
    """The size of its machines, such as Standard_D4ds_v5."""
    minimum: Annotated[int, Field(ge=1, le=1000)]
    """The fewest nodes, at least 1."""
    maximum: Annotated[int, Field(ge=1, le=1000)]
    """The most nodes, more than `minimum`. The subnet of the nodes must have room for all of them during an upgrade."""
    os_disk_gib: Annotated[int, Field(ge=30, le=2048)]
    """The OS disk of each node in GiB, 30 to 2048."""
    ephemeral: bool = True
    """Whether the OS disk is on the machine's local disk, which must be large enough for it."""
    max_pods: Annotated[int, Field(ge=30, le=250)] = 30
    """The most pods on a node, 30 to 250."""


class Aks(Section):
    """The Kubernetes cluster."""

    version: Annotated[str, Field(pattern=r"^1\.\d{2}$"), word("Kubernetes version")]
    """The minor version that a new cluster gets, such as 1.36, in quotes. The upgrade channel moves a running one: for
    another minor version adopt the pool system, set this and `upgrade_channel: none` for one run, then the channel
    again (docs/runbooks/aks.md). An adopted cluster may run one that Azure no longer offers: say which, and new pools
    get the same."""
    tier: Literal["Free", "Standard", "Premium"]
    """The pricing tier. Free has no uptime SLA, which needs a waiver."""
    upgrade_channel: Literal["patch", "stable", "rapid", "node-image", "none"] = "patch"
    """The versions to which the cluster is upgraded automatically; patch: the latest patch of its minor version."""
    upgrades: Window
    """When the cluster may move to another Kubernetes version."""
    node_images: Window
    """When nodes may get a new OS image."""
    api: Literal["public", "private"] = "public"
    """Where the Kubernetes API is reached from. private needs a runner in the network."""
    runner_in_network: bool = False
    """Whether previews and updates run inside the network."""
    authorized_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges that reach a public API; none opens it to the internet, which needs a waiver."""
    load_balancer_idle_minutes: Annotated[int, Field(ge=4, le=30)] = 4
    """Minutes without traffic after which the cluster's load balancer drops an inbound connection, 4 to 30. Services of
    type LoadBalancer carry it as an annotation, the output `load_balancer_annotations`."""
    prometheus: bool = True
    """Whether Azure's managed Prometheus measures the cluster and alerts stand on it (docs/runbooks/alerts-cluster.md).
    Its agents take room on every node. Off needs the waiver aks-container-insights."""
    container_logs: bool = True
    """Whether what containers print goes to the Log Analytics workspace, system namespaces apart. Its agents take room
    on every node. Off needs the waiver aks-container-insights."""
    pools: dict[NodePoolKey, Pool]
    """The node pools, by key. Each of them is required."""
    live_pools: dict[PoolName, LivePool] = Field(default={})
    """The pools that an adopted cluster has, by name, as `mystira adopt --write` tells them. One that has the name of a
    pool above is taken over as that pool; the others stay until a person deletes them (docs/runbooks/adoption.md)."""
