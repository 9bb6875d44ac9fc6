"""A resource group with an identity in it: enough for a state that can be lost."""

import pulumi
import pulumi_azure_native as azure_native

from components.groups.spec import GroupSpec
from components.groups.tier import Tier
from components.guard.guard import install_guard
from components.naming.rules import tags_for

REGION = "southafricanorth"
TAGS = tags_for(environment="dev", service="core", team="platform", cost_center="dev")

install_guard()
provider = azure_native.Provider("azure", subscription_id="00000000-0000-4000-8000-000000000001", tenant_id="t")
options = pulumi.ResourceOptions(provider=provider)
group = Tier("tier", [GroupSpec("core", "mys-dev-core-rg-san", REGION, TAGS)], options).groups["core"].name
azure_native.managedidentity.UserAssignedIdentity(
    "one",
    resource_name_="mys-dev-one-identity-san",
    resource_group_name=group,
    location=REGION,
    tags=TAGS,
    opts=options,
)
