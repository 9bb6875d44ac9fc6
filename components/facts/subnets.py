"""What each role of a subnet needs: delegation, smallest size, outbound, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A security rule; see the SDK's ``SecurityRule`` for the words. ``why`` becomes its description."""

    name: str
    priority: int
    direction: str
    access: str
    protocol: str
    source: str
    destination: str
    ports: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class SubnetRole:
    """``fused`` is the role's token in names; ``longest_prefix`` the smallest subnet that Azure takes (/28 is 28)."""

    key: str
    fused: str
    delegation: str
    longest_prefix: int
    outbound: bool
    endpoint_policies: bool
    rules: tuple[Rule, ...]
    source: str


def _in(name: str, priority: int, protocol: str, source: str, ports: tuple[str, ...], why: str) -> Rule:
    return Rule(name, priority, "Inbound", "Allow", protocol, source, "VirtualNetwork", ports, why)


_DENY_IN = Rule("DenyAllInbound", 4096, "Inbound", "Deny", "*", "*", "*", ("*",), "Only what is named above comes in")

ROLES: Mapping[str, SubnetRole] = {
    role.key: role
    for role in (
        SubnetRole(
            "aks-nodes",
            "nodes",
            "",
            27,
            outbound=True,
            endpoint_policies=False,
            rules=(
                _in("AllowVirtualNetwork", 100, "*", "VirtualNetwork", ("*",), "Nodes, pods and private clients"),
                _in("AllowLoadBalancer", 110, "*", "AzureLoadBalancer", ("*",), "Health probes of the load balancer"),
                _in(
                    "AllowFrontDoor", 120, "Tcp", "AzureFrontDoor.Backend", ("443",), "The only public way to services"
                ),
                _DENY_IN,
            ),
            source="Microsoft: Outbound network and FQDN rules for AKS clusters; AKS network concepts",
        ),
        SubnetRole(
            "postgresql",
            "postgresql",
            "Microsoft.DBforPostgreSQL/flexibleServers",
            28,
            outbound=False,
            endpoint_policies=False,
            rules=(
                _in(
                    "AllowPostgreSql",
                    100,
                    "Tcp",
                    "VirtualNetwork",
                    ("5432", "6432"),
                    "The server, PgBouncer, and replication between the standby and the primary",
                ),
                _DENY_IN,
            ),
            source="Microsoft: Private networking with VNet integration in Azure Database for PostgreSQL",
        ),
        SubnetRole(
            "private-endpoints",
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
                    ("443", "5671", "10000"),
                    "HTTPS, AMQP over TLS, Managed Redis",
                ),
                _in("AllowRedisShards", 110, "Tcp", "VirtualNetwork", ("8500-8599",), "Managed Redis in cluster mode"),
                _DENY_IN,
            ),
            source="Microsoft: Manage network policies for private endpoints",
        ),
        SubnetRole(
            "app-service",
            "appservice",
            "Microsoft.Web/serverFarms",
            28,
            outbound=True,
            endpoint_policies=False,
            rules=(_DENY_IN,),
            source="Microsoft: Integrate your app with an Azure virtual network (outbound traffic only)",
        ),
    )
}
