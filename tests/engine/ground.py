"""What a small program stands on: the guard, a provider with fictitious ids, and a resource group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure_native

from components.groups.spec import GroupSpec
from components.groups.tier import Tier
from components.guard.guard import install_guard
from components.naming.rules import tags_for

REGION = "southafricanorth"
TENANT = "00000000-0000-4000-8000-000000000000"
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = "mys-dev-core-rg-san"


@dataclass(frozen=True)
class Ground:
    """What is there before the program registers anything."""

    tier: Tier
    """The tier with the group."""
    tags: Mapping[str, str]
    """Tags that the guard accepts."""
    options: pulumi.ResourceOptions
    """Options with the provider."""

    @property
    def group(self) -> pulumi.Output[str]:
        """The name of the resource group."""
        return self.tier.groups["core"].name


def prepared(*, group: str = GROUP, cost_center: str = "development", drop_version_aliases: bool = True) -> Ground:
    """Install the guard, and register the provider and the group."""
    install_guard(drop_version_aliases=drop_version_aliases)
    tags = tags_for(environment="dev", service="core", team="platform", cost_center=cost_center)
    provider = azure_native.Provider("azure", subscription_id=SUBSCRIPTION, tenant_id=TENANT)
    options = pulumi.ResourceOptions(provider=provider)
    return Ground(Tier("tier", [GroupSpec("core", group, REGION, tags)], options), tags, options)
