"""A queue, a Redis database and something that holds no data; settings change what Azure only takes at creation."""

import pulumi
import pulumi_azure_native as azure_native

from tests.engine.ground import REGION, prepared

settings = pulumi.Config()
ground = prepared()
TAGS, group, options = ground.tags, ground.group, ground.options

namespace = azure_native.servicebus.Namespace(
    "core",
    namespace_name="mys-dev-core-sb-san",
    resource_group_name=group,
    location=REGION,
    sku={"name": "Standard"},
    tags=TAGS,
    opts=options,
)
once = settings.get("once") == "yes"
azure_native.servicebus.Queue(
    "orders",
    queue_name="orders",
    namespace_name=namespace.name,
    resource_group_name=group,
    requires_duplicate_detection=once,
    duplicate_detection_history_time_window="PT10M" if once else None,
    opts=pulumi.ResourceOptions(parent=namespace),
)
cache = azure_native.redisenterprise.RedisEnterprise(
    "core",
    cluster_name="mys-dev-core-cache-san",
    resource_group_name=group,
    location=REGION,
    sku={"name": "Balanced_B3"},
    public_network_access="Disabled",
    tags=TAGS,
    opts=options,
)
linked = pulumi.Output.concat(cache.id, "/databases/default")
azure_native.redisenterprise.Database(
    "core",
    database_name="default",
    cluster_name=cache.name,
    resource_group_name=group,
    geo_replication={"group_nickname": settings.get("geo"), "linked_databases": [{"id": linked}]}
    if settings.get("geo")
    else None,
    opts=options,
)
azure_native.managedidentity.UserAssignedIdentity(
    "app",
    resource_name_="mys-dev-app-identity-san" if not settings.get("renamed") else "mys-dev-other-identity-san",
    resource_group_name=group,
    location=REGION,
    tags=TAGS,
    opts=options,
)
