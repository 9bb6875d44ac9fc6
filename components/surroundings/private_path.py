"""Private endpoints and their DNS zone groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from components.placement import Placement

ZONE_GROUP = "default"


@dataclass(frozen=True)
class PrivatePath:
    """A private endpoint and its place."""

    name: str
    """Its physical name."""
    group: str
    """The sub-resource of the target that it leads to: ``redisEnterprise``."""
    zones: Mapping[str, pulumi.Input[str]]
    """Ids of the private DNS zones by name. They must be complete for the product: one that is missing leaves a name of
    the target public (estate W12)."""
    place: Placement
    after: Sequence[pulumi.Resource] = ()
    """What the endpoint is created after, and deleted before."""


def private_path(
    name: str,
    target: pulumi.Input[str] | pulumi.CustomResource,
    path: PrivatePath,
    subnet_id: pulumi.Input[str] | None,
    options: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """A private endpoint to ``target`` (a resource, or the id of one in another stack) with its DNS zone group."""
    if subnet_id is None:
        raise ValueError(f"{name}: no subnet for private endpoints")
    target_id = target.id if isinstance(target, pulumi.CustomResource) else target
    endpoint = network.PrivateEndpoint(
        name,
        private_endpoint_name=path.name,
        resource_group_name=path.place.resource_group,
        location=path.place.location,
        subnet=network.SubnetArgs(id=subnet_id),
        private_link_service_connections=[
            network.PrivateLinkServiceConnectionArgs(
                name=path.name, private_link_service_id=target_id, group_ids=[path.group]
            )
        ],
        tags=path.place.tags,
        opts=options,
    )
    group = network.PrivateDnsZoneGroup(
        name,
        private_dns_zone_group_name=ZONE_GROUP,
        private_endpoint_name=endpoint.name,
        resource_group_name=path.place.resource_group,
        private_dns_zone_configs=[
            network.PrivateDnsZoneConfigArgs(name=zone.replace(".", "-"), private_dns_zone_id=zone_id)
            for zone, zone_id in path.zones.items()
        ],
        opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(parent=endpoint)),
    )
    return [endpoint, group]
