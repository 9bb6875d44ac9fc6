"""A resource group with an identity in it: enough for a state that can be lost."""

import pulumi_azure_native as azure_native

from tests.engine.ground import REGION, prepared

ground = prepared()
TAGS, group, options = ground.tags, ground.group, ground.options
azure_native.managedidentity.UserAssignedIdentity(
    "one",
    resource_name_="mys-dev-one-identity-san",
    resource_group_name=group,
    location=REGION,
    tags=TAGS,
    opts=options,
)
