"""What the internet sees: the public DNS zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import dns

from components.common import Surroundings, surround


@dataclass(frozen=True)
class PublicZoneArgs:
    """A public DNS zone. A live one is adopted by its id (``mystira:dns.adopt``), otherwise one is created."""

    resource_group: pulumi.Input[str]
    domain: str
    tags: Mapping[str, str]


class PublicZone(pulumi.ComponentResource):
    """The zone of the domain. A zone that is made anew has other name servers.

    ``name_servers`` must be entered at the registrar by a person.
    """

    TOKEN = "mystira:edge:PublicZone"
    id: pulumi.Output[str]
    name_servers: pulumi.Output[Sequence[str]]

    def __init__(
        self, name: str, args: PublicZoneArgs, surroundings: Surroundings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        zone = dns.Zone(
            name,
            zone_name=args.domain,
            resource_group_name=args.resource_group,
            location="global",
            zone_type=dns.ZoneType.PUBLIC,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        surround(self, zone, "dns-zone", surroundings, others_below=True)
        self.id = zone.id
        self.name_servers = zone.name_servers
        self.register_outputs({"nameServers": self.name_servers})
