"""Resource groups by tier (ADR-0017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import resources

from components.groups.spec import GroupSpec


class Tier(pulumi.ComponentResource):
    """The resource groups of one tier. ``groups`` maps their keys to the resources (ADR-0017, S3-014)."""

    TOKEN = "mystira:groups:Tier"
    groups: Mapping[str, resources.ResourceGroup]

    def __init__(self, name: str, groups: Sequence[GroupSpec], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        self.groups = {
            group.key: resources.ResourceGroup(
                group.key,
                resource_group_name=group.name,
                location=group.location,
                tags=group.tags,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for group in groups
        }
        self.register_outputs({"names": [group.name for group in groups]})
