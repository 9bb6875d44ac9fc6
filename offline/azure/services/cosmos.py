"""Microsoft.DocumentDB: accounts for NoSQL, their databases and containers, and data roles.

Azure refuses nearly everything here with ``BadRequest``; only the message tells refusals apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from components.cosmos.facts import AUTOSCALE, DATA_ROLES, RU_MAXIMUM, RU_STEP, SERVERLESS, SHARED_CONTAINERS
from components.facts.regions import REGIONS
from offline.azure.behaviour import FAILED, Behaviour, Function, Request, at, completed, drawn, guid
from offline.azure.codes.cosmos import QUOTAS
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.azure.regions import display_name
from offline.azure.services.identity import REPLICATED_AFTER, principal
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject
from offline.world.store import World

PREFIX = "azure-native:cosmosdb:"
ACCOUNT, DATABASE = PREFIX + "DatabaseAccount", PREFIX + "SqlResourceSqlDatabase"
CONTAINER, ROLE = PREFIX + "SqlResourceSqlContainer", PREFIX + "SqlResourceSqlRoleAssignment"
TEMPLATES = "Microsoft: Manage Azure Cosmos DB for NoSQL resources using Azure Resource Manager templates"
CONTINUOUS = "Microsoft: Continuous backup with point-in-time restore in Azure Cosmos DB"


def _bad(message: str, advice: str) -> ArmError:
    return ArmError("BadRequest", message, advice)


def serverless(body: Mapping[str, Any]) -> bool:
    """Whether an account is serverless, so that nothing in it has provisioned throughput."""
    return any(each.get("name") == SERVERLESS for each in body.get("capabilities") or [])


class Account(Behaviour):
    """An account."""

    fills_in: ClassVar[Properties] = {
        "analyticalStorageConfiguration": {"schemaType": "WellDefined"},
        "capabilities": [],
        "consistencyPolicy": {
            "defaultConsistencyLevel": "Session",
            "maxIntervalInSeconds": 5,
            "maxStalenessPrefix": 100,
        },
        "cors": [],
        "databaseAccountOfferType": "Standard",
        "defaultIdentity": "FirstPartyIdentity",
        "disableKeyBasedMetadataWriteAccess": False,
        "disableLocalAuth": False,
        "enableAnalyticalStorage": False,
        "enableAutomaticFailover": True,
        "enableBurstCapacity": False,
        "enableFreeTier": False,
        "enableMultipleWriteLocations": False,
        "enablePartitionMerge": False,
        "identity": {"type": "None"},
        "ipRules": [],
        "isVirtualNetworkFilterEnabled": False,
        "kind": "GlobalDocumentDB",
        "minimalTlsVersion": "Tls12",
        "networkAclBypass": "None",
        "networkAclBypassResourceIds": [],
        "publicNetworkAccess": "Enabled",
        "tags": {},
        "virtualNetworkRules": [],
    }
    taken = (
        "BadRequest",
        "Dns record for {name} under zone Document is already taken. Please use a different name for the account.",
        400,
    )

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs, locations = request.inputs, request.inputs.get("locations") or []
        priorities = sorted(each.get("failoverPriority", 0) for each in locations)
        if not locations or priorities != list(range(len(locations))):
            message = "List of supplied locations is invalid."
            yield _bad(message, "number failover priorities from 0, without gaps (Azure/azure-powershell#11560)")
        names = [str(each.get("locationName", "")).lower().replace(" ", "") for each in locations]
        if len(set(names)) < len(names):
            yield _bad("List of supplied locations is invalid.", "list each region once")
        for name, each in zip(names, locations, strict=True):
            if each.get("isZoneRedundant") and name in REGIONS and not REGIONS[name].zones:
                message = f"Zone redundant accounts are not supported in {name}."
                yield _bad(
                    message,
                    "disable isZoneRedundant, or choose another region (Microsoft: Reliability in Cosmos DB)",
                )
        if serverless(inputs) and len(locations) > 1:
            message = "Serverless accounts are not supported in more than one region."
            yield _bad(message, "use one location (MicrosoftDocs/azure-docs#105175)")
        if request.old is not None and request.old.body.get("provisioningState") == FAILED:
            message = (
                f"DatabaseAccount {request.name} is in a failed provisioning state because the previous attempt to "
                "create it was not successful. Please delete the previous instance before attempting to recreate this "
                "account."
            )
            yield _bad(message, "az cosmosdb delete, then pulumi refresh (docs/runbooks/limits.md; Azure/bicep#7316)")
        elif request.old is not None:
            yield from self._changes(completed(inputs, self.fills_in), request.old.body)

    def _changes(self, new: Properties, old: Properties) -> Iterator[ArmError]:
        if serverless(new) != serverless(old):
            message = f"The capability {SERVERLESS} of an existing account cannot be added or removed."
            yield _bad(message, "keep the capacity mode, or create another account and move the documents")
        if bool(new.get("enableFreeTier")) != bool(old.get("enableFreeTier")):
            yield _bad("Free tier cannot be changed on an existing account.", f"keep it ({TEMPLATES})")
        changed = {key for key in new.keys() & _SETTABLE if not _held(old.get(key), new[key])}
        if at(old, "backupPolicy", "type") == "Continuous" and at(new, "backupPolicy", "type") == "Periodic":
            yield _bad("Continuous backup cannot be changed to periodic.", f"keep it ({CONTINUOUS})")
        elif "backupPolicy" in changed and len(changed) > 1:
            message = "Cannot update continuous backup mode and other properties at the same time."
            yield _bad(
                message, f"change backup alone, then the rest: {_rest(changed, 'backupPolicy')} (Azure/bicep#12403)"
            )
        before, after = _regions(old), _regions(new)
        if before != after and changed:
            message = "Cannot add or remove locations and modify other properties at the same time."
            yield _bad(message, f"change locations alone, then the rest: {_rest(changed, 'locations')} ({TEMPLATES})")
        if before and after and _writer(old) not in after:
            yield _bad("The write region cannot be removed.", f"fail over to another region first ({TEMPLATES})")

    def computed(self, request: Request) -> Properties:
        places = [
            _location(request.name, each)
            for each in sorted(request.inputs.get("locations") or [], key=lambda each: each.get("failoverPriority", 0))
        ]
        policies = [{key: each[key] for key in ("id", "locationName", "failoverPriority")} for each in places]
        return {
            "backupPolicy": _backup(request.inputs.get("backupPolicy") or {}),
            "documentEndpoint": f"https://{request.name}.documents.azure.com:443/",
            "failoverPolicies": policies,
            "instanceId": drawn(request, "instance", "instanceId"),
            "locations": places,
            "writeLocations": places[:1],
            "readLocations": places,
        }


def _location(account: str, sent: Mapping[str, Any]) -> Properties:
    """A region of an account, which Azure returns by its other name."""
    id = f"{account}-{place(sent.get('locationName'))}"
    return {
        "id": id,
        "locationName": display_name(sent.get("locationName")),
        "documentEndpoint": f"https://{id}.documents.azure.com:443/",
        "provisioningState": "Succeeded",
        "failoverPriority": sent.get("failoverPriority", 0),
        "isZoneRedundant": sent.get("isZoneRedundant", False),
    }


def _backup(sent: Properties) -> Properties:
    if sent.get("type", "Periodic") != "Periodic":
        return completed(sent, {"continuousModeProperties": {"tier": "Continuous30Days"}})
    hours = {"backupIntervalInMinutes": 240, "backupRetentionIntervalInHours": 8, "backupStorageRedundancy": "Geo"}
    return completed(sent, {"type": "Periodic", "periodicModeProperties": hours})


def _held(held: Any, sent: Any) -> bool:
    """Whether what a resource has is what a request sends, what Azure has filled in apart."""
    if isinstance(held, dict) and isinstance(sent, dict):
        return all(_held(held.get(key), value) for key, value in sent.items())
    return held == sent


_SETTABLE = frozenset(
    {
        "backupPolicy",
        "consistencyPolicy",
        "disableKeyBasedMetadataWriteAccess",
        "disableLocalAuth",
        "enableAutomaticFailover",
        "enableMultipleWriteLocations",
        "ipRules",
        "minimalTlsVersion",
        "networkAclBypass",
        "publicNetworkAccess",
    }
)


def _rest(changed: set[str], but: str) -> str:
    return ", ".join(sorted(changed - {but}))


def _regions(body: Mapping[str, Any]) -> set[str]:
    return {place(each.get("locationName")) for each in body.get("locations") or []}


def _writer(body: Mapping[str, Any]) -> str:
    return next(place(each["locationName"]) for each in body["locations"] if not each.get("failoverPriority"))


def _account_of(request: Request) -> CloudObject | None:
    return request.cloud.get(request.id.partition("/sqlDatabases/")[0].partition("/sqlRoleAssignments/")[0])


def _throughput(request: Request, where: str) -> Iterator[ArmError]:
    account = _account_of(request)
    options = request.inputs.get("options") or {}
    if account is not None and serverless(account.body) and options:
        message = {
            "database": "Shared throughput database creation is not supported for serverless accounts.",
            "container": "Setting offer throughput or autopilot on container is not supported for serverless accounts.",
        }[where]
        yield _bad(message, "omit options (hashicorp/terraform-provider-azurerm#9611)")
        return
    most = at(options, "autoscaleSettings", "maxThroughput")
    if most is not None and (not RU_STEP <= most <= RU_MAXIMUM or most % RU_STEP):
        allowed = f"between {RU_STEP} and {RU_MAXIMUM} inclusive in increments of {RU_STEP}"
        message = f"The offer should have valid throughput values {allowed}."
        yield _bad(message, f"choose a multiple of {RU_STEP} ({AUTOSCALE})")
    if most is not None and options.get("throughput") is not None:
        yield _bad("Manual throughput and autoscale settings exclude each other.", "choose one of the two")
    before = at(request.old.body if request.old else {}, "options", "autoscaleSettings", "maxThroughput")
    if before is not None and options.get("throughput") is not None and most is None:
        message = (
            "Updating offer to manually provisioned throughput is not allowed. "
            "Please invoke migration API to migrate this offer."
        )
        yield _bad(message, "keep autoscale (Azure/ARO-RP#2834)")


class Database(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from _same_id(request)
        yield from _throughput(request, "database")

    def computed(self, request: Request) -> Properties:
        made = {"rid": guid(request.id, "rid")[:8], "colls": "colls/", "users": "users/"}
        return {"resource": {**(request.inputs.get("resource") or {}), **made}}


ETAG = {"path": '/"_etag"/?'}
"""What Azure never indexes."""

NO_KEYS: Properties = {"uniqueKeys": []}


class Container(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from _same_id(request)
        yield from _throughput(request, "container")
        new = at(request.inputs, "resource", "partitionKey")
        if not at(new, "paths"):
            message = "Partition key path has to be specified for container creation."
            yield _bad(message, "set resource.partitionKey.paths")
        if request.old is not None:
            old = request.old.body
            if at(old, "resource", "partitionKey") != new:
                message = "Document collection partition key cannot be changed."
                yield _bad(message, "create another container and move the documents (pulumi/pulumi-azure-native#562)")
            before = at(old, "resource", "uniqueKeyPolicy") or NO_KEYS
            if before != (at(request.inputs, "resource", "uniqueKeyPolicy") or NO_KEYS):
                message = (
                    "The unique index cannot be modified. To change the unique index, remove the collection and "
                    "re-create a new one."
                )
                yield _bad(message, "create another container (Azure/azure-sdk-for-python#40070)")
        yield from self._shared(request)

    def computed(self, request: Request) -> Properties:
        sent: Properties = request.inputs.get("resource") or {}
        filled = completed(
            sent,
            {
                "computedProperties": [],
                "conflictResolutionPolicy": {
                    "mode": "LastWriterWins",
                    "conflictResolutionPath": "/_ts",
                    "conflictResolutionProcedure": "",
                },
                "indexingPolicy": {
                    "automatic": True,
                    "excludedPaths": [],
                    "fullTextIndexes": [],
                    "includedPaths": [{"path": "/*"}],
                    "indexingMode": "consistent",
                },
                "uniqueKeyPolicy": NO_KEYS,
            },
        )
        policy = filled["indexingPolicy"]
        if policy["indexingMode"] != "none" and ETAG not in policy["excludedPaths"]:
            policy = {**policy, "excludedPaths": [*policy["excludedPaths"], ETAG]}
        return {"resource": {**filled, "indexingPolicy": policy, "rid": guid(request.id, "rid")[:12]}}

    @staticmethod
    def _shared(request: Request) -> Iterator[ArmError]:
        database = request.cloud.get(request.id.partition("/containers/")[0])
        if database is None or not database.body.get("options") or request.inputs.get("options"):
            return
        others = [each for each in request.cloud.below(database.id) if each.id.lower() != request.id.lower()]
        if len([each for each in others if not each.body.get("options")]) >= SHARED_CONTAINERS:
            message = f"The shared throughput database already has {SHARED_CONTAINERS} containers."
            yield _bad(message, f"give the container dedicated throughput, or use another database ({QUOTAS})")


def _same_id(request: Request) -> Iterator[ArmError]:
    id = at(request.inputs, "resource", "id")
    if id != request.name:
        message = f"The id {id} in the body does not match the name {request.name} in the path."
        yield _bad(message, "use the same name in both places")


class RoleAssignment(Behaviour):
    """A data role. There is no principal type here: a principal that Entra has not replicated yet is refused."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        account, inputs = _account_of(request), request.inputs
        if account is None:
            return
        definition = str(inputs.get("roleDefinitionId"))
        if not _within(definition, f"{account.id}/sqlRoleDefinitions", {*DATA_ROLES.values()}):
            message = f"Role definition [{definition.rpartition('/')[2]}] was not found in account [{account.id}]."
            yield _bad(message, f"use {account.id}/sqlRoleDefinitions/ and one of {', '.join(DATA_ROLES.values())}")
        scope = str(inputs.get("scope"))
        if scope.lower() not in {account.id.lower(), *(each.lower() for each in _data_scopes(request, account.id))}:
            message = f"The provided scope [{scope}] is not a resource path below the account [{account.id}]."
            yield _bad(message, "use the account's id, optionally followed by /dbs/<database>[/colls/<container>]")
        yield from self._principal(request, str(inputs.get("principalId")))
        if request.old is not None and request.old.body.get("principalId") != inputs.get("principalId"):
            message = "Updating the principal of a role assignment is not allowed."
            yield _bad(message, "create an assignment with another GUID")

    @staticmethod
    def _principal(request: Request, object_id: str) -> Iterator[ArmError]:
        identity = principal(request.cloud, object_id)
        ours = identity is not None and request.cloud.younger(identity.id) < REPLICATED_AFTER
        if ours or not _is_guid(object_id):
            message = (
                f"The provided principal ID [{object_id}] was not found in the AAD tenant(s) [{request.tenant_id}] "
                "which are associated with the customer's subscription."
            )
            advice = "Entra has not replicated the identity yet; try again later (pulumi/pulumi-azure-native#2816)"
            yield _bad(message, advice)


def _data_scopes(request: Request, account_id: str) -> Iterator[str]:
    """Databases and containers as the data plane names them (API specification, 2025-04-15: the example
    CosmosDBSqlRoleAssignmentCreateUpdate)."""
    for each in request.cloud.below(account_id):
        if each.token == DATABASE:
            yield each.id.replace("/sqlDatabases/", "/dbs/")
        elif each.token == CONTAINER:
            yield each.id.replace("/sqlDatabases/", "/dbs/").replace("/containers/", "/colls/")


def _is_guid(value: str) -> bool:
    parts = value.split("-")
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and all(part.isalnum() for part in parts)


def _within(id: str, parent: str, allowed: set[str]) -> bool:
    above, _, name = id.rpartition("/")
    return above.lower() == parent.lower() and name in allowed


def _keys(args: Properties, world: World, subscription: str) -> Properties:
    """The keys of an account. Azure lists them even where its data plane refuses them."""
    id = _id(args, subscription)
    if world.get(id) is None:
        raise ArmError(
            "ResourceNotFound", f"The Resource '{id}' was not found.", "create the account first", status=404
        )
    names = ("primaryMasterKey", "primaryReadonlyMasterKey", "secondaryMasterKey", "secondaryReadonlyMasterKey")
    return {name: guid(id, name) for name in names}


def _id(args: Properties, subscription: str) -> str:
    group, name = args.get("resourceGroupName"), args.get("accountName")
    return (
        f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.DocumentDB/databaseAccounts/{name}"
    )


BEHAVIOURS: Mapping[str, Behaviour] = {
    ACCOUNT: Account(),
    DATABASE: Database(),
    CONTAINER: Container(),
    ROLE: RoleAssignment(),
}

FUNCTIONS: Mapping[str, Function] = {
    PREFIX + "listDatabaseAccountKeys": _keys,
}
