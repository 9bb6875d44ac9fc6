"""Our subnets: what each role needs of Azure, and whom its security group admits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.network.facts import STORAGE
from components.network.spec import SecurityRule
from components.postgresql.facts import DELEGATION as POSTGRESQL_DELEGATION
from components.postgresql.facts import POOL_PORT, PORT
from components.redis.facts import PORT as REDIS_PORT
from components.redis.facts import SHARD_PORTS
from components.service_bus.facts import AMQP_PORT
from stacks.settings.network import Network

NODES = "aks-nodes"
POSTGRESQL = "postgresql"
ENDPOINTS = "private-endpoints"
APP_SERVICE = "app-service"

OVERLAY = "Microsoft: Azure CNI Overlay networking in AKS (network security groups)"


@dataclass(frozen=True)
class SubnetRole:
    """What a subnet is for."""

    key: str
    """Its name in the settings, and at Azure unless a live subnet keeps its own."""
    token: str
    """What stands for it in the name of its security group."""
    delegation: str
    """The service that owns it (``Microsoft.Web/serverFarms``); empty: none."""
    longest_prefix: int
    """The smallest subnet that Azure accepts: 28 for a /28."""
    outbound: bool
    """Whether it goes out through the NAT gateway."""
    endpoint_policies: bool
    """Whether its security group applies to private endpoints."""
    rules: tuple[SecurityRule, ...]
    """What its security group says everywhere; :func:`rules_of` adds what names an environment's ranges."""
    source: str
    """The document that says what it needs."""
    service_endpoints: tuple[str, ...] = ()
    """Services that it reaches over Azure's own network."""


def _in(name: str, priority: int, protocol: str, source: str, ports: tuple[str, ...], why: str) -> SecurityRule:
    return SecurityRule(name, priority, "Inbound", "Allow", protocol, source, "VirtualNetwork", ports, why)


_DENY_IN = SecurityRule(
    "DenyAllInbound", 4096, "Inbound", "Deny", "*", "*", "*", ("*",), "Only what is named above comes in"
)

_DENY_LATERAL = SecurityRule(
    "DenyLateralTraversal",
    4000,
    "Outbound",
    "Deny",
    "Tcp",
    "*",
    "VirtualNetwork",
    ("22", "3389"),
    "Nothing here logs in to its neighbours",
)

ROLES: Mapping[str, SubnetRole] = {
    role.key: role
    for role in (
        SubnetRole(
            NODES,
            "nodes",
            "",
            27,
            outbound=True,
            endpoint_policies=False,
            rules=(
                _in("AllowVirtualNetwork", 100, "*", "VirtualNetwork", ("*",), "Nodes and private clients"),
                _in("AllowLoadBalancer", 110, "*", "AzureLoadBalancer", ("*",), "Health probes of the load balancer"),
                _DENY_IN,
                _DENY_LATERAL,
            ),
            source=f"Microsoft: Outbound network and FQDN rules for AKS clusters; {OVERLAY}",
        ),
        SubnetRole(
            POSTGRESQL,
            "postgresql",
            POSTGRESQL_DELEGATION,
            28,
            outbound=False,
            endpoint_policies=False,
            rules=(
                _in(
                    "AllowPostgreSql",
                    100,
                    "Tcp",
                    "VirtualNetwork",
                    (str(PORT), str(POOL_PORT)),
                    "The server, PgBouncer, and replication between the standby and the primary",
                ),
                _DENY_IN,
                _DENY_LATERAL,
            ),
            source="Microsoft: Private networking with VNet integration in Azure Database for PostgreSQL",
            # The server archives its log there. Azure adds the endpoint with the server; a subnet that is written
            # without it later loses the path.
            service_endpoints=(STORAGE,),
        ),
        SubnetRole(
            ENDPOINTS,
            "endpoints",
            "",
            28,
            outbound=False,
            endpoint_policies=True,
            rules=(
                _in(
                    "AllowStores",
                    100,
                    "Tcp",
                    "VirtualNetwork",
                    ("443", str(AMQP_PORT), str(REDIS_PORT)),
                    "HTTPS, AMQP over TLS, Managed Redis",
                ),
                _in("AllowRedisShards", 110, "Tcp", "VirtualNetwork", (SHARD_PORTS,), "Managed Redis in cluster mode"),
                _DENY_IN,
                _DENY_LATERAL,
            ),
            source="Microsoft: Manage network policies for private endpoints",
        ),
        SubnetRole(
            APP_SERVICE,
            "appservice",
            "Microsoft.Web/serverFarms",
            28,
            outbound=True,
            endpoint_policies=False,
            # Nothing listens here and no load balancer probes it, so everything inbound may be denied.
            rules=(_DENY_IN, _DENY_LATERAL),
            source="Microsoft: Integrate your app with an Azure virtual network (outbound traffic only)",
        ),
    )
}


def rules_of(key: str, network: Network) -> tuple[SecurityRule, ...]:
    """The rules of the security group of a role in one environment.

    Azure asks for three pairs of ranges next to a rule that denies, since pods keep their own addresses among each
    other; no document says whether the tag VirtualNetwork covers the range of the pods.
    """
    role = ROLES[key]
    if key != NODES:
        return role.rules
    nodes, pods = str(network.subnets[NODES]), str(network.pod_cidr)
    pairs = (("NodesToNodes", nodes, nodes), ("NodesToPods", nodes, pods), ("PodsToPods", pods, pods))
    inside = tuple(
        SecurityRule(f"Allow{name}", priority, direction, "Allow", "*", source, destination, ("*",), OVERLAY)
        for direction in ("Inbound", "Outbound")
        for priority, (name, source, destination) in enumerate(pairs, start=200)
    )
    return (*role.rules, *inside)
