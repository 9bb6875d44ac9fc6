"""Private DNS zones, each linked to the virtual network that resolves through it, and the records of single hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import privatedns

from components.placement import Placement

PRIVATE_LINK = "privatelink."
"""What the zones of private endpoints begin with; only their links have a resolution policy (Microsoft: Fallback to
internet for Azure Private DNS zones)."""

APEX = "@"
"""The name of a record set that has its zone's own name."""

TTL_SECONDS = 300
"""For how long a client may keep an address that changes only with the network's plan."""


class PrivateDns(pulumi.ComponentResource):
    """Zones and links; ``zone_ids`` maps zone names to ids, which are known once the network resolves through the zone.

    No auto-registration: records come from zone groups, but for zones that stand for one host.
    """

    TOKEN = "mystira:network:PrivateDns"
    zone_ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        zones: Sequence[str],
        place: Placement,
        *,
        link: str,
        network_id: pulumi.Input[str],
        addresses: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make ``zones`` (names as Azure prescribes them) and in each the ``link`` to the network. A zone in
        ``addresses`` stands for one host, which has that address."""
        super().__init__(self.TOKEN, name, None, opts)
        self.zone_ids = {zone: self._linked(zone, place, link, network_id, addresses.get(zone)) for zone in zones}
        self.register_outputs({"zones": list(zones)})

    def _linked(
        self, name: str, place: Placement, link: str, network_id: pulumi.Input[str], address: str | None
    ) -> pulumi.Output[str]:
        zone = privatedns.PrivateZone(
            name,
            private_zone_name=name,
            resource_group_name=place.resource_group,
            location="global",
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        if address is not None:
            privatedns.PrivateRecordSet(
                name,
                relative_record_set_name=APEX,
                record_type="A",
                private_zone_name=zone.name,
                resource_group_name=place.resource_group,
                ttl=TTL_SECONDS,
                a_records=[{"ipv4_address": address}],
                opts=pulumi.ResourceOptions(parent=zone),
            )
        made = privatedns.VirtualNetworkLink(
            name,
            virtual_network_link_name=link,
            private_zone_name=zone.name,
            resource_group_name=place.resource_group,
            location="global",
            registration_enabled=False,
            # A zone that has no record for a name would otherwise hide the public address of everybody else's resource.
            resolution_policy="NxDomainRedirect" if name.startswith(PRIVATE_LINK) else None,
            virtual_network={"id": network_id},
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=zone),
        )
        # Whatever takes the zone resolves through it from its first moment. Azure itself no longer asks for the link
        # (Microsoft: Private networking with VNet integration in Azure Database for PostgreSQL).
        return made.id.apply(lambda _: zone.id)
