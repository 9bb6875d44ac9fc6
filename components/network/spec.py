"""What a virtual network with its private DNS consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SecurityRule:
    """One rule of a network security group (Microsoft: Network security groups)."""

    name: str
    """Its name within the security group."""
    priority: int
    """100 to 4096; the lowest that matches decides."""
    direction: str
    """Inbound or Outbound."""
    access: str
    """Allow or Deny."""
    protocol: str
    """Tcp, Udp or ``*``."""
    source: str
    """A service tag, a range or ``*``."""
    destination: str
    """A service tag, a range or ``*``."""
    ports: tuple[str, ...]
    """Destination ports: ``443``, ``8500-8599``, ``*``."""
    description: str
    """Why the rule is there; Azure shows it."""


@dataclass(frozen=True)
class SubnetSpec:
    """A subnet and its security group."""

    key: str
    """Its logical name."""
    name: str
    """Its physical name."""
    cidr: str
    """Its range, within the network's."""
    security_group: str
    """Physical name of its security group."""
    rules: tuple[SecurityRule, ...]
    """The rules of its security group, in addition to Azure's own."""
    delegation: str
    """The service that owns it (``Microsoft.Web/serverFarms``); empty: none."""
    outbound: bool
    """Whether it goes out through the NAT gateway."""
    endpoint_policies: bool
    """Whether its security group applies to private endpoints."""
    link_policies: bool
    """Whether its security group applies to the addresses of private link services; Azure puts none into a subnet where
    it does."""
    service_endpoints: Mapping[str, tuple[str, ...]]
    """Services that it reaches over Azure's own network → the regions of theirs, as Azure returns them."""


@dataclass(frozen=True)
class NatGatewaySpec:
    """Explicit outbound (Microsoft: What is Azure NAT Gateway?)."""

    name: str
    """Its physical name."""
    public_ips: tuple[str, ...]
    """Physical names of its public addresses."""
    idle_timeout_minutes: int
    """Minutes after which an idle connection is dropped: 4 to 120."""
    zone: str
    """The zone of the gateway and its addresses; empty: Azure's choice."""


@dataclass(frozen=True)
class NetworkSpec:
    """A virtual network and the name of its link in every private DNS zone."""

    name: str
    """Its physical name."""
    address_space: str
    """Its one IPv4 range."""
    subnets: tuple[SubnetSpec, ...]
    """Its subnets, in the order in which they are made."""
    nat_gateway: NatGatewaySpec
    """The gateway through which the subnets with ``outbound`` go out."""
    addresses: Mapping[str, str]
    """Private DNS zones that stand for one host → the IPv4 address of that host."""
    zone_link: str
    """Name of the virtual network link in each private DNS zone."""
