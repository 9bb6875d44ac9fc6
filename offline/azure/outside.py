"""What somebody on the internet gets from the offline cloud, by the cloud's own access rules."""

from __future__ import annotations

from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import at
from offline.azure.services.dns import published
from offline.world.objects import CloudObject, Writer

SITES = frozenset(RESOURCE_TYPES[kind].token for kind in ("web-app", "web-app-slot"))
STATIC_SITE = RESOURCE_TYPES["static-site"].token
ENDPOINT, ROUTE = (RESOURCE_TYPES[f"front-door-{kind}"].token for kind in ("endpoint", "route"))

ON = "Enabled"


def hosts_of(found: CloudObject) -> tuple[str, ...]:
    """The names that Azure itself has given it."""
    if found.token in SITES:
        return tuple(map(str, found.body.get("enabledHostNames") or ()))
    return (str(found.body.get("defaultHostname") or found.body.get("hostName") or ""),)


def answers(found: CloudObject, cloud: Writer) -> bool:
    """Whether it answers a request that comes from nowhere in particular, at a name that Azure has given it. What a
    file of a static site says is nothing that the cloud knows."""
    if found.token == ENDPOINT:
        routes = [each for each in cloud.below(found.id) if each.token == ROUTE]
        return any(at(each.body, "linkToDefaultDomain") == ON for each in routes)
    if found.token in SITES and at(found.body, "siteConfig", "ipSecurityRestrictionsDefaultAction") == "Deny":
        return False
    return str(found.body.get("publicNetworkAccess") or ON) == ON


def addresses(cloud: Writer, name: str) -> tuple[str, ...]:
    """Where a name leads, as the zones of the world say."""
    return tuple(value for kind in ("A", "AAAA", "CNAME") for value in published(cloud, name, kind))
