"""Private DNS zones, each linked to the virtual network that resolves through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import privatedns


@dataclass(frozen=True)
class PrivateDnsArgs:
    """Zone names as Azure prescribes them, and the one link name used in each."""

    resource_group: pulumi.Input[str]
    zones: Sequence[str]
    link_name: str
    network_id: pulumi.Input[str]
    tags: Mapping[str, str]


class PrivateDns(pulumi.ComponentResource):
    """Zones and links; ``zone_ids`` maps zone names to ids, which are known once the network resolves through the zone.

    No auto-registration: records come from zone groups.
    """

    TOKEN = "mystira:network:PrivateDns"
    zone_ids: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: PrivateDnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        self.zone_ids = {zone: self._linked(zone, args) for zone in args.zones}
        self.register_outputs({"zones": list(args.zones)})

    def _linked(self, name: str, args: PrivateDnsArgs) -> pulumi.Output[str]:
        zone = privatedns.PrivateZone(
            name,
            private_zone_name=name,
            resource_group_name=args.resource_group,
            location="global",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        link = privatedns.VirtualNetworkLink(
            name,
            virtual_network_link_name=args.link_name,
            private_zone_name=zone.name,
            resource_group_name=args.resource_group,
            location="global",
            registration_enabled=False,
            virtual_network={"id": args.network_id},
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=zone),
        )
        # A PostgreSQL server is refused while its zone is not linked to its network.
        return link.id.apply(lambda _: zone.id)
