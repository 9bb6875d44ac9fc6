"""Private links that Front Door makes from its own subscription: each waits at its target until somebody approves it.

A profile has one private endpoint for a target, group and region, whichever of its origins ask for it (Microsoft:
Secure your origin with Private Link in Azure Front Door Premium). An origin does not say how far its link is: in
recorded answers its ``status`` is null. Only the target knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from offline.azure.behaviour import at, guid
from offline.azure.inputs import place
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

ORIGIN = RESOURCE_TYPES["front-door-origin"].token

RESOURCE = "sharedPrivateLinkResource"
"""The property of an origin that asks for a link."""

STATE = "__link"
"""In the body of an origin: how far its link is, which no output says."""

PENDING = "Pending"
APPROVED = "Approved"

_OWN = guid("Azure Front Door", "subscription")
"""The subscription of Microsoft in which the private endpoints are."""


@dataclass(frozen=True)
class Link:
    """A private endpoint of Front Door, and the connection that its target lists."""

    profile: str
    """The id of the profile, in lower case; those of ``target`` too."""
    target: str
    group: str
    """Empty for a private link service."""
    region: str

    @property
    def endpoint(self) -> str:
        """The id of the private endpoint (Microsoft: Create a private link to an Azure Container App with Azure Front
        Door)."""
        group = f"/subscriptions/{_OWN}/resourceGroups/eafd-Prod-{self.region}"
        return f"{group}/providers/Microsoft.Network/privateEndpoints/{self._guid('endpoint')}"

    @property
    def name(self) -> str:
        """The name of the connection, which Azure makes."""
        return f"{self._guid('endpoint')}.{self._guid('connection')}"

    def _guid(self, what: str) -> str:
        return guid(self.profile, self.target, self.group, self.region, what)


def link_of(id: str, inputs: Properties) -> Link | None:
    """The link that an origin asks for; ``None`` where it goes over the internet."""
    asked = inputs.get(RESOURCE)
    if not asked:
        return None
    profile = id.lower().partition("/origingroups/")[0]
    target = str(at(asked, "privateLink", "id")).lower()
    return Link(profile, target, str(asked.get("groupId") or ""), str(place(asked.get("privateLinkLocation"))))


def origins_of(cloud: Writer, link: Link) -> list[CloudObject]:
    """The origins that share a link."""
    return [each for each in cloud.of_type(ORIGIN) if link_of(each.id, each.body) == link]


def state_at(cloud: Writer, link: Link) -> str:
    """How far a link is that an origin asks for: an endpoint that is there already keeps its state. A private link
    service that approves everybody does so at once."""
    found = next((str(each.body.get(STATE, PENDING)) for each in origins_of(cloud, link)), "")
    target = cloud.get(link.target)
    approved = at(target.body if target else {}, "autoApproval", "subscriptions") or []
    return found or (APPROVED if "*" in approved else PENDING)


def connections(target: CloudObject, cloud: Writer) -> Iterator[Properties]:
    """The connections of Front Door that a target lists, in the shape of those of any private endpoint."""
    seen: set[Link] = set()
    for origin in cloud.of_type(ORIGIN):
        link = link_of(origin.id, origin.body)
        if link is None or link in seen or link.target != target.id.lower():
            continue
        seen.add(link)
        state = str(origin.body.get(STATE, PENDING))
        asked = at(origin.body, RESOURCE, "requestMessage") or ""
        yield {
            "id": f"{target.id}/privateEndpointConnections/{link.name}",
            "name": link.name,
            "type": f"{BY_TOKEN[target.token].arm}/privateEndpointConnections",
            "privateEndpoint": {"id": link.endpoint},
            "privateLinkServiceConnectionState": {"status": state, "description": asked, "actionsRequired": "None"},
            "provisioningState": "Succeeded",
        }


def pending(cloud: Writer) -> list[Link]:
    """The links that wait for somebody to approve them, oldest first."""
    found = (link_of(each.id, each.body) for each in cloud.of_type(ORIGIN) if each.body.get(STATE) == PENDING)
    return list(dict.fromkeys(link for link in found if link is not None))


def approve(cloud: Writer, link: Link) -> None:
    """Approve a link at its target."""
    for each in origins_of(cloud, link):
        cloud.put(each.id, ORIGIN, {**each.body, STATE: APPROVED})
