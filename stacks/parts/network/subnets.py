"""Our subnets: what each role needs of Azure, and whom its security group admits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import product

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
PRIVATE_LINK = "private-link"

GATEWAY_PORT = "443"
"""Where the cluster's gateway listens."""

CLUSTER = "Microsoft: Networking concepts for AKS (custom virtual network requirements)"

GATEWAY = "To the load balancer of the gateway"
"""The destination that a security group sees is the load balancer's address: the rules of AKS' load balancers have
floating IP on (kubernetes-sigs/cloud-provider-azure: pkg/provider/azure_loadbalancer.go, which opens that address in
AKS' own group; Microsoft: Azure Load Balancer Floating IP configuration; Kubernetes KEP-1860, ipMode VIP). The source
is the client, not the load balancer (Microsoft: Azure network security groups overview, load-balanced pools); behind a
private link service it is an address of the service, in its own subnet (Microsoft: What is Azure Private Link service?,
NAT IP configuration)."""


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
    link_policies: bool
    """Whether its security group applies to the addresses of private link services."""
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
            link_policies=True,
            # A private API server answers at a private endpoint in this subnet, to which these rules do not apply.
            rules=(
                _in("AllowLoadBalancer", 110, "*", "AzureLoadBalancer", ("*",), "Health probes of the load balancer"),
                _DENY_IN,
                _DENY_LATERAL,
            ),
            source=f"Microsoft: Outbound network and FQDN rules for AKS clusters; {CLUSTER}",
        ),
        SubnetRole(
            POSTGRESQL,
            "postgresql",
            POSTGRESQL_DELEGATION,
            28,
            outbound=False,
            endpoint_policies=False,
            link_policies=True,
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
            link_policies=True,
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
            link_policies=True,
            # Nothing listens here and no load balancer probes it, so everything inbound may be denied.
            rules=(_DENY_IN, _DENY_LATERAL),
            source="Microsoft: Integrate your app with an Azure virtual network (outbound traffic only)",
        ),
        SubnetRole(
            PRIVATE_LINK,
            "privatelink",
            "",
            # Eight addresses for the private link service, two for load balancers, five that Azure keeps.
            28,
            outbound=False,
            endpoint_policies=False,
            link_policies=False,
            # A group is evaluated at network interfaces: a load balancer's frontend has none, and the addresses of a
            # private link service are exempt. Whatever else Azure asks this group, it says what the nodes' group says.
            rules=(_DENY_IN, _DENY_LATERAL),
            source="Microsoft: What is Azure Private Link service? (at least eight NAT IP addresses)",
        ),
    )
}

AT_THE_GATEWAY: Mapping[str, str] = {APP_SERVICE: "AppService", PRIVATE_LINK: "PrivateLink"}
"""The subnets from which the cluster's gateway is reached, as rules name them."""


def gateway_address(network: Network) -> IPv4Address | None:
    """The planned address of the cluster's gateway: the last usable one, since Azure hands out addresses from the first
    on. ``None`` where no subnet has it; one that is too small to be made has any."""
    subnet = network.subnets.get(PRIVATE_LINK)
    return subnet[max(subnet.num_addresses - 2, 0)] if subnet else None


def peers_address(network: Network) -> IPv4Address | None:
    """The planned address at which the chain's copies answer peers: the one before the gateway's."""
    gateway = gateway_address(network)
    return gateway - 1 if gateway else None


def rules_of(key: str, network: Network) -> tuple[SecurityRule, ...]:
    """The rules of the security group of a role in one environment."""
    rules = ROLES[key].rules
    if key in (NODES, PRIVATE_LINK):
        rules = (*rules, *_to_the_gateway(network))
    return (*rules, *_inside_the_cluster(network)) if key == NODES else rules


def _to_the_gateway(network: Network) -> tuple[SecurityRule, ...]:
    """Whom the gateway's load balancer may send to its nodes; see :data:`GATEWAY`."""
    address = gateway_address(network)
    return tuple(
        SecurityRule(
            f"AllowGatewayFrom{name}",
            priority,
            "Inbound",
            "Allow",
            "Tcp",
            str(network.subnets[role]),
            str(address),
            (GATEWAY_PORT,),
            GATEWAY,
        )
        for priority, (role, name) in enumerate(AT_THE_GATEWAY.items(), start=120)
        if role in network.subnets and address is not None
    )


def _inside_the_cluster(network: Network) -> tuple[SecurityRule, ...]:
    """Nodes and pods to each other, by their ranges: next to a rule that denies AKS asks for them, and no document says
    whether the tag VirtualNetwork covers the range of the pods.

    Two documents name the pair of nodes and pods, one in each direction ("Azure CNI Overlay networking in AKS" from the
    nodes, "Networking concepts for AKS" from the pods).
    """
    ranges = {"Nodes": str(network.subnets[NODES]), "Pods": str(network.pod_cidr)}
    pairs = tuple(product(ranges, repeat=2))
    return tuple(
        SecurityRule(f"Allow{one}To{two}", priority, direction, "Allow", "*", ranges[one], ranges[two], ("*",), CLUSTER)
        for direction in ("Inbound", "Outbound")
        for priority, (one, two) in enumerate(pairs, start=200)
    )
