"""Microsoft.Cache/redisEnterprise: Azure Managed Redis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.redis.facts import (
    ACCESS_POLICY,
    ARCHITECTURE,
    GEO_REPLICATION,
    NO_CLUSTER_LIMIT_GB,
    OVERVIEW,
    PERSISTENCE,
    PORT,
    REDIS_SKUS,
)
from offline.azure.behaviour import Behaviour, Function, Request, at, guid
from offline.azure.errors import ArmError
from offline.azure.services.identity import principal
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject
from offline.world.store import World

PREFIX = "azure-native:redisenterprise:"
ASSIGNMENT = PREFIX + "AccessPolicyAssignment"
ENTRA = "Microsoft: Use Microsoft Entra for cache authentication with Azure Managed Redis"
MODULES = "Microsoft: Use Redis modules with Azure Managed Redis"
SCALING = "Microsoft: Scale an Azure Managed Redis instance"
SEARCH = "RediSearch"
GEO_MODULES = frozenset({SEARCH, "RedisJSON"})
REFUSED = "BadRequest"
"""The code of most refusals below, assumed where no public text shows one."""


class Cluster(Behaviour):
    taken = (
        "NameNotAvailable",
        "An error occured when trying to reserve the DNS name for the cache instance. This may be a temporary issue if "
        "a cache instance of this name was recently deleted. Please choose a different name or try again later.",
        400,
    )
    """Azure/azure-service-operator #852 (the older product), langchain-ai/terraform #110 (Managed Redis: 400)."""

    fills_in: ClassVar[Properties] = {
        "highAvailability": "Enabled",
        "identity": {"type": "None"},
        "kind": "v2",
        "minimumTlsVersion": "1.2",
        "privateEndpointConnections": [],
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs, name = request.inputs, str(at(request.inputs, "sku", "name"))
        sku = REDIS_SKUS.get(name)
        if sku is None:
            message = f"The SKU '{name}' is not available for new clusters."
            yield ArmError(REFUSED, message, f"choose an SKU of Azure Managed Redis ({OVERVIEW})")
            return
        if inputs.get("zones"):
            message = (
                f"Specifying zones for SKU '{name}' is not supported. Zone redundancy is enabled by default for this "
                "SKU in regions with zones."
            )
            yield ArmError(REFUSED, message, "leave zones out (langchain-ai/terraform #107)")
        if inputs.get("minimumTlsVersion") in ("1.0", "1.1"):
            message = f"The minimum TLS version '{inputs['minimumTlsVersion']}' is not supported."
            yield ArmError(REFUSED, message, "use 1.2 (azure-native: redisenterprise.TlsVersion)")
        without_replica = inputs.get("highAvailability") == "Disabled"
        if sku.flash and without_replica:
            message = f"High availability cannot be disabled for SKU '{name}'."
            yield ArmError(REFUSED, message, f"enable it ({OVERVIEW})")
        if request.old is not None:
            yield from _changes(request, request.old, flash=sku.flash, without_replica=without_replica)

    def computed(self, request: Request) -> Properties:
        region = str(request.inputs.get("location", "")).lower().replace(" ", "")
        return {
            "hostName": f"{request.name}.{region}.redis.azure.net",
            "redisVersion": "7.4",
            "redundancyMode": "ZR" if request.inputs.get("highAvailability") != "Disabled" else "None",
            "resourceState": "Running",
        }


def _changes(request: Request, old: CloudObject, *, flash: bool, without_replica: bool) -> Iterator[ArmError]:
    if without_replica and old.body.get("highAvailability") != "Disabled":
        message = "High availability cannot be disabled after creation."
        yield ArmError(REFUSED, message, f"keep it, or create another instance ({ARCHITECTURE})")
    before = REDIS_SKUS.get(str(at(old.body, "sku", "name")))
    if before is not None and before.flash != flash:
        message = f"Scaling from '{before.name}' to '{at(request.inputs, 'sku', 'name')}' is not supported."
        yield ArmError(REFUSED, message, f"memory and flash SKUs do not convert ({SCALING})")
    sku = REDIS_SKUS[str(at(request.inputs, "sku", "name"))]
    for database in request.cloud.below(request.id):
        if database.body.get("clusteringPolicy") == "NoCluster" and not sku.no_cluster:
            message = f"Scaling to '{sku.name}' is not supported for a database with the policy NoCluster."
            yield ArmError(REFUSED, message, f"change the clustering policy first ({ARCHITECTURE})")


class Database(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {
        "geoReplication": "hashicorp/terraform-provider-azurerm: managed_redis (a new group makes a new database)",
        "modules": "azure-native: redisenterprise.Database (modules can only be added at creation time)",
        "port": "azure-native: redisenterprise.Database (specified at create time)",
    }
    fills_in: ClassVar[Properties] = {
        "clientProtocol": "Encrypted",
        "clusteringPolicy": "OSSCluster",
        "deferUpgrade": "NotDeferred",
        "evictionPolicy": "VolatileLRU",
        "port": PORT,
    }
    """Azure's defaults; under its eviction policy locks are lost."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        cluster = request.cloud.get(request.id.rpartition("/databases/")[0])
        sku = REDIS_SKUS.get(str(at(cluster.body if cluster else {}, "sku", "name")))
        policy = inputs.get("clusteringPolicy", "OSSCluster")
        if sku is not None and policy == "NoCluster" and not sku.no_cluster:
            message = f"The clustering policy 'NoCluster' is not supported for SKU '{sku.name}'."
            yield ArmError(REFUSED, message, f"it ends at {NO_CLUSTER_LIMIT_GB} GB in memory ({ARCHITECTURE})")
        old = request.old.body.get("clusteringPolicy", "OSSCluster") if request.old else policy
        if old not in ("NoCluster", policy):
            message = f"The clustering policy cannot be changed from '{old}' to '{policy}'."
            read = "azure-native: redisenterprise.ClusteringPolicy"
            yield ArmError(REFUSED, message, f"keep it, or delete the database and its data ({read})")
        yield from _persistence(inputs)
        yield from _modules(inputs, policy)
        if inputs.get("geoReplication"):
            replicas = at(cluster.body if cluster else {}, "highAvailability") != "Disabled"
            yield from _geo_replication(request, replicas, sku is None or sku.geo_replication)

    def computed(self, request: Request) -> Properties:
        return {"resourceState": "Running", "redisVersion": "7.4"}


def _persistence(inputs: Properties) -> Iterator[ArmError]:
    aof, rdb = (at(inputs, "persistence", f"{kind}Enabled") for kind in ("aof", "rdb"))
    if aof and rdb:
        message = "AOF and RDB persistence cannot be enabled at the same time."
        yield ArmError(REFUSED, message, f"choose one ({PERSISTENCE})")
    if (aof or rdb) and inputs.get("geoReplication"):
        message = "Persistence is not supported for geo-replicated databases."
        yield ArmError(REFUSED, message, f"choose persistence or geo-replication ({PERSISTENCE})")


def _modules(inputs: Properties, policy: str) -> Iterator[ArmError]:
    modules = {each.get("name") for each in inputs.get("modules") or []}
    if SEARCH in modules and policy != "EnterpriseCluster":
        message = f"The module '{SEARCH}' requires the clustering policy 'EnterpriseCluster'."
        yield ArmError(REFUSED, message, f"set it ({ARCHITECTURE})")
    if SEARCH in modules and inputs.get("evictionPolicy") != "NoEviction":
        message = f"The module '{SEARCH}' requires the eviction policy 'NoEviction'."
        yield ArmError(REFUSED, message, f"set it ({MODULES})")
    if modules - GEO_MODULES and inputs.get("geoReplication"):
        message = f"The modules {', '.join(sorted(modules - GEO_MODULES))} do not support geo-replication."
        yield ArmError(REFUSED, message, f"only {', '.join(sorted(GEO_MODULES))} do ({GEO_REPLICATION})")


def _geo_replication(request: Request, replicas: bool, offered: bool) -> Iterator[ArmError]:
    if not offered:
        message = "Active geo-replication is not supported for the SKU of the cluster."
        yield ArmError(REFUSED, message, f"use Balanced_B3 or larger, not flash ({GEO_REPLICATION})")
    if not replicas:
        message = "Active geo-replication requires high availability."
        yield ArmError(REFUSED, message, f"enable it ({GEO_REPLICATION})")
    members = [str(each.get("id")).lower() for each in at(request.inputs, "geoReplication", "linkedDatabases") or []]
    if request.id.lower() not in members:
        message = "The list of linked databases must contain the database itself."
        yield ArmError(REFUSED, message, f"add {request.id} ({GEO_REPLICATION})")


class AccessPolicyAssignment(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        policy, user = request.inputs.get("accessPolicyName"), str(at(request.inputs, "user", "objectId"))
        if policy != ACCESS_POLICY:
            message = f"The access policy '{policy}' does not exist."
            read = "azure-native: redisenterprise.AccessPolicyAssignment"
            yield ArmError(REFUSED, message, f"only '{ACCESS_POLICY}' is supported ({read})")
        if principal(request.cloud, user) is None:
            message = f"The object id '{user}' is not that of a user or service principal."
            yield ArmError(REFUSED, message, f"use an identity; groups cannot be assigned ({ENTRA})")
        database = request.id.rpartition("/accessPolicyAssignments/")[0]
        for other in request.cloud.below(database):
            same = other.token == ASSIGNMENT and at(other.body, "user", "objectId") == user
            if same and other.id.lower() != request.id.lower():
                message = "An invalid access policy assignment was detected due to duplicate entries."
                advice = f"reuse {other.id} (microsoft/aspire #6746)"
                yield ArmError("InvalidAccessPolicyAssignment", message, advice)


def list_keys(args: Properties, world: World, subscription: str) -> Properties:
    """The two keys of a database, which has them only while ``accessKeysAuthentication`` is on.

    azurerm asks for them only then (internal/services/managedredis/managed_redis/r_read.go).
    """
    database = (
        f"/subscriptions/{subscription}/resourceGroups/{args['resourceGroupName']}/providers/Microsoft.Cache"
        f"/redisEnterprise/{args['clusterName']}/databases/{args['databaseName']}"
    )
    found = world.get(database)
    if found is None:
        message = f"The Resource '{database}' was not found."
        raise ArmError("ResourceNotFound", message, "create the database first, or depend on it", status=404)
    if found.body.get("accessKeysAuthentication") != "Enabled":
        message = (
            f"The access keys of '{args['databaseName']}' cannot be listed while access key authentication is off."
        )
        raise ArmError(REFUSED, message, "ask for the keys after the update that turns them on")
    return {f"{which}Key": guid(database, which).replace("-", "") for which in ("primary", "secondary")}


BEHAVIOURS: Mapping[str, Behaviour] = {
    PREFIX + "RedisEnterprise": Cluster(),
    PREFIX + "Database": Database(),
    ASSIGNMENT: AccessPolicyAssignment(),
}

FUNCTIONS: Mapping[str, Function] = {
    PREFIX + "listDatabaseKeys": list_keys,
}
