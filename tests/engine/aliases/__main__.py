"""A small program that keeps or drops the SDK's version aliases."""

import os

import pulumi
import pulumi_azure_native as azure_native

from components.groups.spec import GroupSpec
from components.groups.tier import Tier
from components.guard.guard import install_guard
from components.naming.rules import tags_for

install_guard(drop_version_aliases=os.environ["DROP_ALIASES"] == "yes")
TAGS = tags_for(environment="dev", service="core", team="platform", cost_center="development")
provider = azure_native.Provider("azure", subscription_id="00000000-0000-4000-8000-000000000001", tenant_id="t")
options = pulumi.ResourceOptions(provider=provider)
tier = Tier("tier", [GroupSpec("core", "mys-dev-core-rg-san", "southafricanorth", TAGS)], options)
azure_native.network.NetworkSecurityGroup(
    "nodes",
    network_security_group_name="mys-dev-corenodes-nsg-san",
    resource_group_name=tier.groups["core"].name,
    location="southafricanorth",
    tags=TAGS,
    opts=pulumi.ResourceOptions(parent=tier, provider=provider, aliases=[pulumi.Alias(name="old")]),
)
