"""The network settings of an environment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr, PrivateCidr, SubnetRoleKey

SubnetName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]{0,78}\w$")]


class NatGateway(Section):
    """The NAT gateway, through which nodes and App Service reach the internet."""

    zone: Literal["", "1", "2", "3"] = ""
    """Its availability zone; empty: Azure's choice. Either way one gateway is in one zone, which needs a waiver. It
    cannot change later."""
    public_ip_count: Annotated[int, Field(ge=1, le=16)] = 1
    """How many public addresses it has, 1 to 16. Each adds 64,512 ports for outbound connections."""
    idle_timeout_minutes: Annotated[int, Field(ge=4, le=120)] = 4
    """Minutes without traffic after which an outbound connection is dropped, 4 to 120. Idle connections hold ports; a
    client that sends keepalives needs no more than 4."""


class Network(Section):
    """The virtual network."""

    address_space: PrivateCidr
    """The range of the whole network, such as 10.0.0.0/16: private, and not overlapping that of any other
    environment."""
    subnets: dict[SubnetRoleKey, PrivateCidr] = Field(min_length=1)
    """The subnets: role to range. Ranges lie within the address space and do not overlap; one in use cannot change."""
    subnet_names: dict[SubnetRoleKey, SubnetName] = Field(default={})
    """Names of live subnets that keep them: role to name. A subnet that is not listed is named after its role."""
    pod_cidr: Cidr
    """The range of the pods, an overlay: /24 for each node. It must not overlap any range of another environment, so
    that networks can be peered. It can only grow later."""
    service_cidr: Cidr
    """The range of Kubernetes services, seen inside the cluster only. It must not overlap any range of another
    environment. It cannot change later."""
    nat_gateway: NatGateway = NatGateway()
    """The NAT gateway."""
