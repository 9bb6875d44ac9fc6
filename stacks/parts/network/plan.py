"""The virtual network of an environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.facts.regions import REGIONS
from components.naming.builder import Names
from components.network.spec import NatGatewaySpec, NetworkSpec, SubnetSpec
from components.problems import Problem
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.hosts.plan import internal_hosts
from stacks.parts.network.checks import gateway_problems, range_problems
from stacks.parts.network.subnets import ROLES, gateway_address, rules_of
from stacks.parts.part import Part
from stacks.settings.models import EnvironmentSettings
from stacks.settings.network import NatGateway

NETWORK_SCOPE = "network"
"""The network, as the plan refers to it."""

GATEWAY_ZONE = "nat-gateway-zone"


class Network(Part[EnvironmentSettings, NetworkSpec]):
    """The network, its subnets with their security groups, and its way out."""

    key = "network"
    rules: ClassVar[Mapping[str, str]] = {GATEWAY_ZONE: "outbound traffic does not depend on one zone"}

    def plan(self, context: Context[EnvironmentSettings]) -> NetworkSpec:
        settings, names = context.settings.network, context.names
        name = names.name(CORE, "virtual-network")
        return NetworkSpec(
            name=name,
            address_space=str(settings.address_space),
            # In the order of the table: a list of subnets in another order is a change to Azure.
            subnets=tuple(
                _subnet(context, role, str(settings.subnets[role])) for role in ROLES if role in settings.subnets
            ),
            nat_gateway=_nat_gateway(names, settings.nat_gateway),
            addresses={
                names.child("private-dns-zone", host): str(gateway_address(settings))
                for host in internal_hosts(context).values()
            },
            zone_link=names.child("private-dns-zone-link", name),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        yield from range_problems(context)
        yield from gateway_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> tuple[str, ...]:
        """A gateway of the Standard SKU is in one zone. The zone-redundant StandardV2 cannot be attached to the subnet
        of App Service (docs/architecture.md, ranges)."""
        return (GATEWAY_ZONE,)

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        subnets = {f"subnet/{role}": "subnet" for role in context.settings.network.subnets}
        return {NETWORK_SCOPE: "virtual-network", **subnets}


def _subnet(context: Context[EnvironmentSettings], key: str, cidr: str) -> SubnetSpec:
    role, network, region = ROLES[key], context.settings.network, REGIONS[context.settings.azure.region]
    return SubnetSpec(
        key=key,
        name=network.subnet_names.get(key, key),
        cidr=cidr,
        security_group=context.names.name(CORE, "network-security-group", role=role.token),
        rules=rules_of(key, network),
        delegation=role.delegation,
        outbound=role.outbound,
        endpoint_policies=role.endpoint_policies,
        link_policies=role.link_policies,
        service_endpoints=dict.fromkeys(role.service_endpoints, (region.name, region.pair)),
    )


def _nat_gateway(names: Names, settings: NatGateway) -> NatGatewaySpec:
    return NatGatewaySpec(
        name=names.name(CORE, "nat-gateway"),
        public_ips=tuple(
            names.name(CORE, "public-ip-address", role=f"outbound{number}")
            for number in range(1, settings.public_ip_count + 1)
        ),
        idle_timeout_minutes=settings.idle_timeout_minutes,
        zone=settings.zone,
    )


NETWORK = Network()
