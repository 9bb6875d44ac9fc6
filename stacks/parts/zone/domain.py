"""The zone of the domain, for an environment that writes in it."""

from __future__ import annotations

import pulumi

from components.certificates.challenges import domain_provider
from components.dns.records import KnownZone
from stacks.parts.certificates.plan import DomainZone
from stacks.parts.site import Site
from stacks.settings.loading import SHARED


def domain_of(site: Site, planned: DomainZone) -> tuple[KnownZone, pulumi.ProviderResource]:
    """The zone, and the provider of the subscription that it is in; every part gets the same one."""
    if SHARED not in site.providers:
        site.providers.put(SHARED, domain_provider(SHARED, planned.subscription_id, site.plan.tenant_id))
    return KnownZone(planned.name, _group(site.shared["zone_id"], planned)), site.providers[SHARED]


def _group(zone: pulumi.Output[str], planned: DomainZone) -> pulumi.Output[str]:
    """The resource group of the domain's zone, once ``shared`` has said that its zone is the one that was planned with.
    A record in another zone would be one that nobody asks for."""

    def checked(seen: str) -> str:
        if seen.lower() != planned.id.lower():
            raise pulumi.RunError(
                f"the zone of {planned.name} is not where the settings of {SHARED} say; seen: {seen}; planned: "
                f"{planned.id}; run `pulumi up` there first"
            )
        return planned.group

    return zone.apply(checked)
