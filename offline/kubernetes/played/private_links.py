"""The private link service of a Service (cloud-provider-azure, pkg/provider/azure_privatelinkservice.go).

It is a resource of Azure, in the world, and goes with the Service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline.azure.behaviour import at, guid
from offline.azure.inputs import place
from offline.kubernetes.played.azure import MANAGEMENT, Person, Refused, demand, response_error
from offline.world.objects import CloudObject, Writer

LINK = "azure-native:network:PrivateLinkService"
LINKS = "/providers/Microsoft.Network/privateLinkServices/"
WRITE = "Microsoft.Network/privateLinkServices/write"
DELETE = "Microsoft.Network/privateLinkServices/delete"
SUBNET_WRITE = "Microsoft.Network/virtualNetworks/subnets/write"
_PREFIX = "service.beta.kubernetes.io/azure-pls-"
CREATE, GROUP, LINK_NAME = _PREFIX + "create", _PREFIX + "resource-group", _PREFIX + "name"
SUBNET, COUNT = _PREFIX + "ip-configuration-subnet", _PREFIX + "ip-configuration-ip-address-count"
PROXY, VISIBILITY, APPROVAL = _PREFIX + "proxy-protocol", _PREFIX + "visibility", _PREFIX + "auto-approval"
ANNOTATIONS = frozenset({CREATE, GROUP, LINK_NAME, SUBNET, COUNT, PROXY, VISIBILITY, APPROVAL})
CLUSTER_TAG, OWNER_TAG = "k8s-azure-cluster-name", "k8s-azure-owner-service"
MAXIMUM = 8


@dataclass(frozen=True)
class Frontend:
    """What a link leads to: the frontend of a load balancer (its id), for a Service (namespace and name)."""

    id: str
    service: str


def links_of(cloud: Writer) -> list[CloudObject]:
    """The private link services of the world."""
    return cloud.of_type(LINK)


def write(
    cloud: Writer,
    cluster: CloudObject,
    annotations: Mapping[str, str],
    frontend: Frontend,
    subnet: str,
    free: list[str],
    who: Person | None,
) -> str:
    """Make the link that the annotations ask for; its id, empty where it is there as it should be.

    Raises :class:`Refused`; ``free`` are addresses of the subnet.
    """
    existing = _at_frontend(cloud, frontend)
    name = annotations.get(LINK_NAME, "").strip() or f"pls-{frontend.id.rpartition('/')[2]}"
    if existing and existing.id.rpartition("/")[2].lower() != name.lower():
        was = existing.id.rpartition("/")[2]
        text = f"cannot change existing private link service name ({was}) to ({name})"
        raise Refused(f"getPrivateLinkServiceName({frontend.service}) failed: {text}")
    group = annotations.get(GROUP, "").strip() or str(cluster.body.get("nodeResourceGroup"))
    scope = f"{'/'.join(cluster.id.split('/')[:3])}/resourceGroups/{group}"
    id = f"{scope}{LINKS}{name}"
    count = int(annotations.get(COUNT) or 1)
    if not 1 <= count <= MAXIMUM:
        bound = "minimum" if count < 1 else "maximum"
        limit = 1 if count < 1 else MAXIMUM
        raise Refused(f"{bound} number of private link service ipConfig is {limit}, {count} provided")
    body = _body(cluster, annotations, frontend, id, count, subnet)
    if existing and _asked(existing.body) == _asked(body):
        return ""
    _open(cloud, subnet, who)
    if cloud.get(scope) is None:
        message = f"Resource group '{group}' could not be found."
        raise Refused(response_error("PUT", f"{MANAGEMENT}{id}", 404, "ResourceGroupNotFound", message))
    if who is not None:
        demand(cloud, who, WRITE, id, "PUT", id)
    before = {
        each["name"]: each.get("privateIPAddress")
        for each in (existing.body if existing else {}).get("ipConfigurations") or []
    }
    new = [each for each in body["ipConfigurations"] if each["name"] not in before]
    if len(new) > len(free):
        message = f"Subnet {subnet} does not have enough capacity for {len(new)} IP addresses."
        raise Refused(response_error("PUT", f"{MANAGEMENT}{id}", 400, "SubnetIsFull", message))
    given = dict(zip((each["name"] for each in new), free, strict=False))
    for each in body["ipConfigurations"]:
        each["privateIPAddress"] = before.get(each["name"]) or given[each["name"]]
    cloud.put(id, LINK, body)
    return id


def remove(cloud: Writer, frontend: Frontend, who: Person | None) -> str:
    """Remove the link of a frontend; its id, empty where there is none. Raises :class:`Refused`."""
    existing = _at_frontend(cloud, frontend)
    if existing is None:
        return ""
    if who is not None:
        demand(cloud, who, DELETE, existing.id, "DELETE", existing.id)
    cloud.delete(existing.id)
    return existing.id


def _at_frontend(cloud: Writer, frontend: Frontend) -> CloudObject | None:
    for each in links_of(cloud):
        ids = {str(one["id"]).lower() for one in each.body.get("loadBalancerFrontendIpConfigurations") or []}
        if frontend.id.lower() in ids:
            return each
    return None


def _open(cloud: Writer, subnet: str, who: Person | None) -> None:
    """Switch the policies for links off in a subnet, as the controller does where they are on
    (``disablePLSNetworkPolicy``): the program then sees its network changed."""
    network = cloud.get(subnet.partition("/subnets/")[0])
    if network is None:
        return
    subnets: list[dict[str, Any]] = network.body.get("subnets") or []
    own = next(each for each in subnets if each["id"].lower() == subnet.lower())
    if own.get("privateLinkServiceNetworkPolicies") == "Disabled":
        return
    if who is not None:
        demand(cloud, who, SUBNET_WRITE, subnet, "PUT", subnet)
    changed = {**own, "privateLinkServiceNetworkPolicies": "Disabled"}
    cloud.put(
        network.id, network.token, {**network.body, "subnets": [changed if each is own else each for each in subnets]}
    )


def _body(
    cluster: CloudObject, annotations: Mapping[str, str], frontend: Frontend, id: str, count: int, subnet: str
) -> dict[str, Any]:
    name, region = id.rpartition("/")[2], cluster.body.get("location")
    prefix = f"{subnet.rpartition('/')[2]}-{name}"
    made: dict[str, Any] = {
        "name": name,
        "type": "Microsoft.Network/privateLinkServices",
        "location": region,
        "loadBalancerFrontendIpConfigurations": [{"id": frontend.id}],
        "ipConfigurations": [
            {
                "name": f"{prefix}-dynamic-{number}",
                "id": f"{id}/ipConfigurations/{prefix}-dynamic-{number}",
                "privateIPAllocationMethod": "Dynamic",
                "privateIPAddressVersion": "IPv4",
                "primary": number == 0,
                "subnet": {"id": subnet},
                "provisioningState": "Succeeded",
            }
            for number in range(count)
        ],
        "enableProxyProtocol": annotations.get(PROXY) == "true",
        "fqdns": [],
        "visibility": {"subscriptions": annotations.get(VISIBILITY, "").split()},
        "autoApproval": {"subscriptions": annotations.get(APPROVAL, "").split()},
        "tags": {CLUSTER_TAG: "kubernetes", OWNER_TAG: frontend.service},
        "alias": f"{name}.{guid(id, 'alias')}.{place(region)}.azure.privatelinkservice",
        "privateEndpointConnections": [],
        "networkInterfaces": [
            {"id": f"{id.partition(LINKS)[0]}/providers/Microsoft.Network/networkInterfaces/{name}.nic"}
        ],
        "provisioningState": "Succeeded",
    }
    return made


def _asked(body: Mapping[str, Any]) -> list[Any]:
    """What a Service asks of its link."""
    plain = ("loadBalancerFrontendIpConfigurations", "enableProxyProtocol", "visibility", "autoApproval", "tags")
    configurations = [(each["name"], at(each, "subnet", "id")) for each in body.get("ipConfigurations") or []]
    return [*(body.get(name) for name in plain), configurations]
