"""Resource groups by tier (ADR-0017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import resources


@dataclass(frozen=True)
class GroupArgs:
    """One resource group: ``key`` is its logical name, ``location`` Azure's name of the region."""

    key: str
    name: str
    location: str
    tags: Mapping[str, str]


class Tier(pulumi.ComponentResource):
    """The resource groups of one tier. ``groups`` maps their keys to the resources (ADR-0017, S3-014)."""

    TOKEN = "mystira:groups:Tier"
    groups: Mapping[str, resources.ResourceGroup]

    def __init__(self, name: str, groups: Sequence[GroupArgs], opts: pulumi.ResourceOptions | None = None) -> None:
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
