"""A dozen resources and one, of many kinds, and a change that creates, updates, replaces and deletes some of them."""

import pulumi
import pulumi_azure_native as azure_native

from tests.engine.ground import REGION, prepared

settings = pulumi.Config()
after = settings.require("phase") == "after"
ground = prepared(cost_center="after" if after else "before")
TAGS, group, options = ground.tags, ground.group, ground.options

EXTRA = ("extra",) if settings.get("extra") == "yes" else ()
for role in ("one", "two", *EXTRA):
    azure_native.managedidentity.UserAssignedIdentity(
        role,
        resource_name_=f"mys-dev-{role}-identity-san",
        resource_group_name=group,
        location=REGION,
        tags=TAGS,
        opts=options,
    )
azure_native.network.PublicIPAddress(
    "replaced",
    public_ip_address_name="mys-dev-core-pip-san",
    resource_group_name=group,
    location=REGION,
    public_ip_allocation_method="Static",
    # Azure takes no change of the tier, azure-native replaces.
    sku={"name": "Standard", "tier": "Global" if settings.get("tier") == "after" else "Regional"},
    tags=TAGS,
    opts=options,
)
security = azure_native.network.NetworkSecurityGroup(
    "core",
    network_security_group_name="mys-dev-corenodes-nsg-san",
    resource_group_name=group,
    location=REGION,
    tags=TAGS,
    opts=options,
)
network = azure_native.network.VirtualNetwork(
    "core",
    virtual_network_name="mys-dev-core-vnet-san",
    resource_group_name=group,
    location=REGION,
    address_space={"address_prefixes": ["10.9.0.0/16"]},
    subnets=[
        {"name": "nodes", "address_prefix": "10.9.0.0/24", "network_security_group": {"id": security.id}},
    ],
    tags=TAGS,
    opts=options,
)
for zone in ("privatelink.azurecr.io", "privatelink.redis.azure.net" if after else "privatelink.search.windows.net"):
    made = azure_native.privatedns.PrivateZone(
        zone, private_zone_name=zone, resource_group_name=group, location="global", tags=TAGS, opts=options
    )
    azure_native.privatedns.VirtualNetworkLink(
        zone,
        virtual_network_link_name="mys-dev-core-vnet-san",
        private_zone_name=made.name,
        resource_group_name=group,
        location="global",
        virtual_network={"id": network.id},
        registration_enabled=False,
        tags=TAGS,
        opts=options,
    )
workspace = azure_native.operationalinsights.Workspace(
    "core",
    workspace_name="mys-dev-core-log-san",
    resource_group_name=group,
    location=REGION,
    retention_in_days=30,
    tags=TAGS,
    opts=options,
)
azure_native.monitor.DiagnosticSetting(
    "core",
    name="to-workspace",
    resource_uri=network.id,
    workspace_id=workspace.id,
    logs=[{"enabled": True, "category_group": "allLogs"}],
    opts=options,
)
azure_native.monitor.ActionGroup(
    "replaced",
    action_group_name="mys-dev-coreafter-ag-glob" if after else "mys-dev-core-ag-glob",
    resource_group_name=group,
    location="global",
    group_short_name="core",
    enabled=True,
    tags=TAGS,
    opts=options,
)
