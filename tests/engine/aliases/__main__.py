"""A small program that keeps or drops the SDK's version aliases."""

import os

import pulumi
import pulumi_azure_native as azure_native

from tests.engine.ground import REGION, prepared

ground = prepared(drop_version_aliases=os.environ["DROP_ALIASES"] == "yes")
named = pulumi.ResourceOptions(parent=ground.tier, aliases=[pulumi.Alias(name="old")])
azure_native.network.NetworkSecurityGroup(
    "nodes",
    network_security_group_name="mys-dev-corenodes-nsg-san",
    resource_group_name=ground.group,
    location=REGION,
    tags=ground.tags,
    opts=pulumi.ResourceOptions.merge(ground.options, named),
)
