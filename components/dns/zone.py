"""The public DNS zone."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import dns

from components.placement import Placement
from components.surroundings.surround import Surroundings, surround


class PublicZone(pulumi.ComponentResource):
    """The zone of the domain. A zone that is created again gets other name servers.

    ``name_servers`` must be entered at the registrar by a person.
    """

    TOKEN = "mystira:edge:PublicZone"
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    resource_group: pulumi.Input[str]
    name_servers: pulumi.Output[Sequence[str]]

    def __init__(
        self,
        name: str,
        domain: str,
        place: Placement,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        zone = dns.Zone(
            name,
            zone_name=domain,
            resource_group_name=place.resource_group,
            location="global",
            zone_type=dns.ZoneType.PUBLIC,
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        surround(self, zone, "dns-zone", surroundings, others_below=True)
        self.id = zone.id
        self.name = zone.name
        self.resource_group = place.resource_group
        self.name_servers = zone.name_servers
        self.register_outputs({"nameServers": self.name_servers})
