"""How a part is reached over the network: what answers, for whom, through which doors; and who reaches out.

``stacks.plan.network_paths`` proves that every consumer comes through exactly one of the doors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from components.facts.private_link import ZONES
from stacks.parts.network.subnets import ENDPOINTS, NODES, PRIVATE_LINK, gateway_address
from stacks.settings.network import Network

EVERYBODY = "0.0.0.0/0"
"""The range of a door without a firewall."""


class Way(StrEnum):
    """The kinds of doors."""

    DELEGATED = "delegated subnet"
    PRIVATE = "private endpoint"
    PUBLIC = "public"
    CLUSTER = "inside the cluster"
    GATEWAY = "the cluster's gateway"


@dataclass(frozen=True)
class Door:
    """One way in."""

    way: Way
    setting: str
    """The setting that opened it: ``redis.public_access``."""
    allowed: str = ""
    """What that setting could be instead."""
    subnet: str = ""
    """The role of the subnet that holds the delegated server, the private endpoint or the load balancer."""
    address: str = ""
    """The one address of the subnet that answers; empty: any."""
    behind: str = ""
    """The role of the subnet of the machines to which a load balancer passes everything on. Their security group sees
    the load balancer's address."""
    ranges: tuple[str, ...] = ()
    """Who may come through a public door."""
    own: bool = False
    """Whether a public door also admits the addresses from which the environment's network goes out."""
    waiver: str = ""
    """The rule that a public door breaks."""
    pods: bool = False
    """Whether what answers has an address of the pods' own range."""

    @property
    def subnets(self) -> tuple[str, ...]:
        """The roles of the subnets that it takes."""
        return tuple(role for role in (self.subnet, self.behind) if role)


@dataclass(frozen=True)
class Target:
    """Something that answers."""

    name: str
    group: str
    """What consumers need to reach it: a key that :attr:`Consumer.needs` holds."""
    consumers: tuple[str, ...]
    """Keys of services or names of :class:`Consumer`."""
    ports: tuple[str, ...]
    """TCP ports or ranges of ports: ``443``, ``8500-8599``."""
    doors: tuple[Door, ...]
    setting: str
    """Where somebody who finds no working door should look."""
    allowed: str
    """What that setting could be."""
    zones: tuple[str, ...]
    """The private DNS zones that must be linked to the network: all of them, or a name of the target stays public."""
    protocols: tuple[str, ...] = ("Tcp",)
    """Tcp, Udp or both."""


@dataclass(frozen=True)
class Consumer:
    """Something that goes out from a subnet to what it needs."""

    name: str
    subnet: str
    """The role of its subnet."""
    needs: frozenset[str]
    """The groups of its targets."""
    pods: bool = False
    """Whether it comes with an address of the pods' own range. Only among each other pods do; everywhere else they come
    with the address of their node (Microsoft: Azure CNI Overlay networking in AKS)."""


@dataclass(frozen=True)
class NetworkPath:
    """The one way of a consumer to a target."""

    consumer: str
    target: str
    kind: str
    """A :class:`Way`."""
    port: str
    """Ports, separated by commas; of TCP, unless it says otherwise."""
    via: str
    """What it goes through, for people."""
    subnet: str = ""
    """The role of the subnet of what answers; empty: it is public."""
    ports: tuple[str, ...] = ()
    """The same ports, each by itself: ``443``, ``8500-8599``."""
    protocols: tuple[str, ...] = ()
    """Tcp, Udp or both."""


def zones(group: str) -> tuple[str, ...]:
    """The private DNS zones of a product of components/facts/private_link; none for a group that has none."""
    return ZONES.get(group, ())


def private(setting: str, allowed: str) -> Door:
    """A private endpoint."""
    return Door(Way.PRIVATE, setting, allowed, subnet=ENDPOINTS)


def gateway(network: Network) -> Door:
    """The load balancer of the cluster's gateway."""
    setting, allowed = f"network.subnets.{PRIVATE_LINK}", f"a range for {PRIVATE_LINK}"
    return Door(
        Way.GATEWAY, setting, allowed, subnet=PRIVATE_LINK, address=str(gateway_address(network) or ""), behind=NODES
    )


def offices(setting: str, ranges: tuple[str, ...], waiver: str) -> tuple[Door, ...]:
    """The public side next to a private endpoint, for people behind named addresses; none without such addresses."""
    allowed = "addresses of offices only"
    return (Door(Way.PUBLIC, setting, allowed, ranges=ranges, waiver=waiver),) if ranges else ()
