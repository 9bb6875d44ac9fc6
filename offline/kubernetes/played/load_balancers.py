"""The cloud controller: addresses for Services of the type LoadBalancer, and their private links.

What it does in which order, and its texts: kubernetes-sigs/cloud-provider-azure (pkg/provider/azure_loadbalancer.go,
``reconcileService``: the link exists before the address is published) and k8s.io/cloud-provider 0.36.0
(controllers/service). No load balancer is made in the world: it would be in the node group and go with the
cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from offline.azure.behaviour import at
from offline.azure.ranges import ipv4, prefixes_of
from offline.kubernetes.played.api import Object
from offline.kubernetes.played.azure import MANAGEMENT, Person, Refused, demand, own_identity, response_error
from offline.kubernetes.played.kinds import SERVICE
from offline.kubernetes.played.private_links import ANNOTATIONS as LINK_ANNOTATIONS
from offline.kubernetes.played.private_links import LINK, Frontend, links_of, remove, write
from offline.kubernetes.played.turn import Turn
from offline.world.objects import CloudObject, Writer

NAME = "service-controller"
FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
_PREFIX = "service.beta.kubernetes.io/azure-load-balancer-"
INTERNAL, SUBNET, ADDRESS = _PREFIX + "internal", _PREFIX + "internal-subnet", _PREFIX + "ipv4"
ANNOTATIONS = frozenset(
    {INTERNAL, SUBNET, ADDRESS, _PREFIX + "tcp-idle-timeout", _PREFIX + "disable-tcp-reset", *LINK_ANNOTATIONS}
)
"""The annotations that are played; others of this driver have no effect here and are refused."""

JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
ENDPOINT = "azure-native:network:PrivateEndpoint"
VERB = "play"
"""The operation under which the world records what a controller does."""

KEPT = 3
"""Addresses at the beginning of a subnet that Azure keeps beside its own (Microsoft: Azure Virtual Network FAQ)."""


@dataclass(frozen=True)
class Subnet:
    """A subnet of the cluster's network."""

    network: CloudObject
    body: Mapping[str, object]

    @property
    def id(self) -> str:
        return str(self.body["id"])

    def usable(self) -> Iterator[str]:
        """The addresses that resources can have."""
        for prefix in ipv4(prefixes_of(dict(self.body))):
            yield from (str(each) for each in list(prefix.hosts())[KEPT:])


def act(turn: Turn) -> None:
    """Give each Service its address, and take away what those that go had."""
    services = [each for each in turn.api.list(SERVICE) if each["spec"].get("type") == "LoadBalancer" or _held(each)]
    for service in services:
        try:
            if service["metadata"].get("deletionTimestamp") or service["spec"].get("type") != "LoadBalancer":
                _release(turn, service)
            else:
                _ensure(turn, service, services)
        except Refused as error:
            going = service["metadata"].get("deletionTimestamp")
            reason = "DeleteLoadBalancerFailed" if going else "SyncLoadBalancerFailed"
            text = f"Error deleting load balancer: {error}" if going else f"Error syncing load balancer: {error}"
            turn.event(service, NAME, reason, text)


def _held(service: Object) -> bool:
    return FINALIZER in (service["metadata"].get("finalizers") or [])


def _ensure(turn: Turn, service: Object, services: list[Object]) -> None:
    if not _held(service):
        _hold(turn, service, [*(service["metadata"].get("finalizers") or []), FINALIZER])
    try:
        address = _reconciled(turn, service, services)
    except Refused as error:
        raise Refused(f"failed to ensure load balancer: {error}") from None
    shown = {"loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}}
    if (service.get("status") or {}).get("loadBalancer") != shown["loadBalancer"]:
        turn.api.patch_status(SERVICE, *_named(service), shown)
        turn.event(service, NAME, "EnsuredLoadBalancer", "Ensured load balancer", warning=False)


def _reconciled(turn: Turn, service: Object, services: list[Object]) -> str:
    """The address of a Service, after its link was written. What changes nothing is no operation of the world."""
    with turn.world.trying() as cloud:
        address, link = _wanted(turn, cloud, service, services)
    if link:
        with turn.world.writing(VERB, LINK, link) as cloud:
            address, _ = _wanted(turn, cloud, service, services)
    return address


def _wanted(turn: Turn, cloud: Writer, service: Object, services: list[Object]) -> tuple[str, str]:
    """The address of a Service, and the id of its link where that changes."""
    annotations = service["metadata"].get("annotations") or {}
    ours = (each for each in annotations if each.startswith((_PREFIX, "service.beta.kubernetes.io/azure-pls-")))
    unknown = sorted(set(ours) - ANNOTATIONS)
    if unknown:
        raise Refused(f"the offline cloud does not play {', '.join(unknown)}")
    name = "/".join(reversed(_named(service)))
    if annotations.get(INTERNAL) != "true":
        raise Refused(f"the offline cloud plays internal load balancers only: set {INTERNAL} on {name}")
    wanted = subnet_of(cloud, turn.cluster, annotations.get(SUBNET))
    if isinstance(wanted, str):
        raise Refused(f"ensure({name}): lb(kubernetes-internal) - failed to get subnet: {wanted}")
    who = own_identity(cloud, turn.cluster)
    frontend = _frontend(turn, service, annotations.get(SUBNET))
    if who is not None:
        demand(cloud, who, JOIN, wanted.id, "PUT", frontend.rpartition("/frontendIPConfigurations/")[0])
    address = _address(cloud, service, services, wanted, frontend)
    others = {each for other in services for each in _published(other)}
    return address, _link(turn, cloud, service, Frontend(frontend, name), who, {*others, address})


def _link(
    turn: Turn, cloud: Writer, service: Object, frontend: Frontend, who: Person | None, addresses: set[str]
) -> str:
    annotations = service["metadata"].get("annotations") or {}
    named = annotations.get("service.beta.kubernetes.io/azure-pls-ip-configuration-subnet") or annotations.get(SUBNET)
    if annotations.get("service.beta.kubernetes.io/azure-pls-create") == "true":
        found = subnet_of(cloud, turn.cluster, named)
        if isinstance(found, str):
            text = f"checkAndUpdatePLSIPConfigs: failed to get private link service subnet({named})"
            raise Refused(f"{text} for service({frontend.service})")
        used = {*taken(cloud, found.id), *addresses}
        free = [each for each in found.usable() if each not in used]
        return write(cloud, turn.cluster, annotations, frontend, found.id, free, who)
    return remove(cloud, frontend, who)


def subnet_of(cloud: Writer, cluster: CloudObject, name: str | None) -> Subnet | str:
    """A subnet of the network in which the nodes are, by default theirs; what was looked for where there is none."""
    pools = cluster.body.get("agentPoolProfiles") or []
    nodes = str(next((each["vnetSubnetID"] for each in pools if each.get("vnetSubnetID")), ""))
    network_id, _, own = nodes.partition("/subnets/")
    network, wanted = cloud.get(network_id), (name or own).strip()
    for each in (network.body.get("subnets") or []) if network else []:
        if network and str(each["name"]).lower() == wanted.lower():
            return Subnet(network, each)
    return f"{network_id.rpartition('/')[2]}/{wanted}"


def taken(cloud: Writer, subnet: str) -> dict[str, str]:
    """The addresses of a subnet that private endpoints and private links have, each with who has it."""
    found = {
        address: each.id
        for each in cloud.of_type(ENDPOINT)
        if str(at(each.body, "subnet", "id")).lower() == subnet.lower()
        for config in each.body.get("customDnsConfigs") or []
        for address in config["ipAddresses"]
    }
    return found | {
        str(config["privateIPAddress"]): each.id
        for each in links_of(cloud)
        for config in each.body.get("ipConfigurations") or []
        if str(at(config, "subnet", "id")).lower() == subnet.lower() and config.get("privateIPAddress")
    }


def _address(cloud: Writer, service: Object, services: list[Object], subnet: Subnet, frontend: str) -> str:
    url = f"{MANAGEMENT}{frontend.rpartition('/frontendIPConfigurations/')[0]}"
    annotations = service["metadata"].get("annotations") or {}
    wanted = annotations.get(ADDRESS) or service["spec"].get("loadBalancerIP")
    used = taken(cloud, subnet.id)
    for other in services:
        # One address may serve several Services of this cluster, on different ports.
        if other is not service and not (wanted and _ports(other).isdisjoint(_ports(service))):
            used |= dict.fromkeys(_published(other), "/".join(reversed(_named(other))))
    if not wanted:
        kept = [each for each in _published(service) if each in set(subnet.usable())]
        free = (each for each in subnet.usable() if each not in used)
        found = next(iter([*kept, *free]), None)
        if found is None:
            message = f"Subnet {subnet.id} does not have enough capacity for 1 IP addresses."
            raise Refused(response_error("PUT", url, 400, "SubnetIsFull", message))
        return found
    prefixes = ipv4(prefixes_of(dict(subnet.body)))
    if not any(ip_address(wanted) in each for each in prefixes):
        message = f"Private static IP address {wanted} does not belong to the range of subnet prefix {prefixes[0]}."
        raise Refused(response_error("PUT", url, 400, "PrivateIPAddressNotInSubnet", message))
    if wanted not in set(subnet.usable()):
        message = f"Private static IP address {wanted} falls within reserved IP range of subnet prefix {prefixes[0]}."
        raise Refused(response_error("PUT", url, 400, "PrivateIPAddressInReservedRange", message))
    if wanted in used:
        message = (
            f"IP configuration {frontend} is using the private IP address {wanted} which is already allocated to "
            f"resource {used[wanted]}."
        )
        raise Refused(response_error("PUT", url, 400, "PrivateIPAddressIsAllocated", message))
    return str(wanted)


def _ports(service: Object) -> set[tuple[str, int]]:
    return {(each.get("protocol", "TCP"), each["port"]) for each in service["spec"].get("ports") or []}


def _published(service: Object) -> list[str]:
    found = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    return [each["ip"] for each in found if each.get("ip")]


def _frontend(turn: Turn, service: Object, subnet: str | None) -> str:
    """The id of the frontend of a Service (``GetLoadBalancerName``, ``getDefaultFrontendIPConfigName``)."""
    group = f"{'/'.join(turn.cluster.id.split('/')[:3])}/resourceGroups/{turn.cluster.body.get('nodeResourceGroup')}"
    base = ("a" + str(service["metadata"]["uid"]).replace("-", ""))[:32]
    name = f"{base}-{subnet}" if subnet else base
    balancer = f"{group}/providers/Microsoft.Network/loadBalancers/kubernetes-internal"
    return f"{balancer}/frontendIPConfigurations/{name}"


def _release(turn: Turn, service: Object) -> None:
    annotations = service["metadata"].get("annotations") or {}
    frontend = Frontend(_frontend(turn, service, annotations.get(SUBNET)), "/".join(reversed(_named(service))))
    with turn.world.trying() as cloud:
        link = remove(cloud, frontend, own_identity(cloud, turn.cluster))
    if link:
        with turn.world.writing(VERB, LINK, link) as cloud:
            remove(cloud, frontend, own_identity(cloud, turn.cluster))
    if _held(service):
        _hold(turn, service, [each for each in service["metadata"]["finalizers"] if each != FINALIZER])


def _hold(turn: Turn, service: Object, finalizers: list[str]) -> None:
    """Write the finalizers of a service, as it was read: meanwhile the garbage collector may have removed its own."""
    seen = service["metadata"]["resourceVersion"]
    turn.api.patch(SERVICE, *_named(service), {"metadata": {"resourceVersion": seen, "finalizers": finalizers or None}})


def _named(service: Object) -> tuple[str, str]:
    return service["metadata"]["name"], service["metadata"]["namespace"]
