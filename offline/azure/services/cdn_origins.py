"""Microsoft.Cdn/profiles/originGroups: origin groups, origins, and their private links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.cdn.facts import PREMIUM, PRIORITIES, PROBE_SECONDS, WEIGHTS
from components.facts.types import BY_TOKEN
from offline.azure.behaviour import Behaviour, Request, at
from offline.azure.codes.cdn import LAST_ORIGIN, PRIVATE_LINK, REFUSED, SPECIFICATION
from offline.azure.errors import ArmError
from offline.azure.private_links import ORIGIN, RESOURCE, STATE, link_of, state_at
from offline.azure.services.cdn import PREFIX, ROUTE, UNDEPLOYED, out_of_range, profile_of, within
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject

ORIGINS = "/origins/"
ENABLED = "Enabled"
LINK_SERVICE = "private-link-service"


def in_use(request: Request, group: str) -> bool:
    """Whether a route of the profile leads to an origin group."""
    routes = within(request.cloud, request, ROUTE)
    return any(str(at(each.body, "originGroup", "id")).lower() == group.lower() for each in routes)


def enabled_origins(request: Request, group: str) -> list[CloudObject]:
    """The enabled origins of a group, but for the request's own resource."""
    return [
        each
        for each in request.cloud.below(group)
        if each.token == ORIGIN and each.id.lower() != request.id.lower() and each.body["enabledState"] == ENABLED
    ]


class OriginGroup(Behaviour):
    fills_in: ClassVar[Properties] = {
        "deploymentStatus": UNDEPLOYED,
        "loadBalancingSettings": {"additionalLatencyInMilliseconds": 0},
        "sessionAffinityState": "Disabled",
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        seconds = at(request.inputs, "healthProbeSettings", "probeIntervalInSeconds")
        if out_of_range(seconds, PROBE_SECONDS):
            least, most = PROBE_SECONDS
            message = f"The probe interval {seconds} is not between {least} and {most} seconds."
            yield ArmError(REFUSED, message, f"choose one between them ({SPECIFICATION})")

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        if in_use(request, request.id):
            message = (
                "This resource is still associated with a route. Please delete the association with the route first "
                "before deleting this resource."
            )
            yield ArmError(REFUSED, message, "delete or change the route first")


class Origin(Behaviour):
    fills_in: ClassVar[Properties] = {
        "deploymentStatus": UNDEPLOYED,
        "enabledState": ENABLED,
        "httpPort": 80,
        "httpsPort": 443,
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        group = request.id.rpartition(ORIGINS)[0]
        for name, limits in (("priority", PRIORITIES), ("weight", WEIGHTS)):
            if out_of_range(request.inputs.get(name), limits):
                message = f"The {name} {request.inputs[name]} is not between {limits[0]} and {limits[1]}."
                yield ArmError(REFUSED, message, f"choose one between them ({SPECIFICATION})")
        disabled = request.inputs.get("enabledState", ENABLED) != ENABLED
        if request.old is not None and disabled and in_use(request, group) and not enabled_origins(request, group):
            yield _last()
        yield from _unlinkable(request)
        others = [each for each in request.cloud.below(group) if each.id.lower() != request.id.lower()]
        if {bool(each.body.get(RESOURCE)) for each in others} - {bool(request.inputs.get(RESOURCE))}:
            message = "An origin group cannot have both public and private origins."
            yield ArmError(REFUSED, message, f"put one of them into another group ({PRIVATE_LINK})")

    def computed(self, request: Request) -> Properties:
        link = link_of(request.id, request.inputs)
        # An update that does not ask for the check of the certificate's name switches it off (recorded).
        checked = request.inputs.get("enforceCertificateNameCheck", request.old is None)
        return {"enforceCertificateNameCheck": checked, STATE: state_at(request.cloud, link) if link else None}

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        group = request.id.rpartition(ORIGINS)[0]
        if in_use(request, group) and not enabled_origins(request, group):
            yield _last()


def _last() -> ArmError:
    message = (
        "Cannot disable or delete the last origin when the origin group is still associated with a route or a rule. "
        "Please disassociate the origin group and try again."
    )
    return ArmError(REFUSED, message, f"delete the route first, or add another origin ({LAST_ORIGIN})")


def _unlinkable(request: Request) -> Iterator[ArmError]:
    """What is wrong with the private link that an origin asks for."""
    link = link_of(request.id, request.inputs)
    if link is None:
        return
    profile, target = profile_of(request), request.cloud.get(link.target)
    sku = at(profile.body if profile else {}, "sku", "name")
    if sku != PREMIUM:
        message = f"Private Link is not supported for the SKU {sku}."
        yield ArmError(REFUSED, message, f"it belongs to {PREMIUM} ({PRIVATE_LINK})")
    if request.inputs.get("enforceCertificateNameCheck") is False:
        message = "Private Link requires the check of the certificate's name."
        yield ArmError(REFUSED, message, f"set enforceCertificateNameCheck ({PRIVATE_LINK})")
    if not at(request.inputs, RESOURCE, "privateLinkLocation"):
        yield ArmError(REFUSED, "The location of the private link is missing.", "set privateLinkLocation")
    row = BY_TOKEN[target.token] if target else None
    if row is not None and link.group not in (("",) if row.key == LINK_SERVICE else row.private_link):
        allowed = "none" if row.key == LINK_SERVICE else ", ".join(row.private_link) or "none: it has no private link"
        message = f"The group '{link.group}' is not valid for the resource {link.target}."
        yield ArmError(REFUSED, message, f"allowed: {allowed} ({PRIVATE_LINK})")


BEHAVIOURS: Mapping[str, Behaviour] = {
    PREFIX + "AFDOriginGroup": OriginGroup(),
    ORIGIN: Origin(),
}
