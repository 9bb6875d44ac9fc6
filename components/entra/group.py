"""A security group."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_azuread as azuread

from components.entra.spec import GroupSpec


def security_group(
    name: str, spec: GroupSpec, owners: Sequence[pulumi.Input[str]], options: pulumi.ResourceOptions
) -> azuread.Group:
    """A group without mail. Its members are not the program's: people join and leave it (docs/runbooks/identity.md).

    ``owners`` are further ones, which only a deployment knows.
    """
    own = pulumi.ResourceOptions(protect=spec.protect)
    return azuread.Group(
        name,
        display_name=spec.display_name,
        description=spec.description,
        security_enabled=True,
        prevent_duplicate_names=True,
        owners=[*spec.owners, *owners],
        opts=pulumi.ResourceOptions.merge(options, own),
    )
