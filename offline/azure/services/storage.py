"""Microsoft.Storage: accounts, the blob service, containers and lifecycle policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any, ClassVar

from components.facts.regions import REGIONS
from components.storage.facts import KEY_NAMES
from offline.azure.behaviour import Behaviour, Function, Request, at, guid
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject
from offline.world.store import World

PREFIX = "azure-native:storage:"
SERVICE = PREFIX + "BlobServiceProperties"
READ_SKUS = "https://docs.microsoft.com/en-us/azure/storage/common/storage-redundancy"
UPDATE = "https://aka.ms/storageaccountupdate"
READ_ONLY = (("isHnsEnabled",), ("encryption", "requireInfrastructureEncryption"), ("dnsEndpointType",))
"""Properties fixed at creation (Azure/azure-rest-api-specs#18441; Microsoft: Infrastructure encryption)."""

KINDS = {"StorageV2": ("Standard",), "BlockBlobStorage": ("Premium",), "FileStorage": ("Premium",)}
PREMIUM_STORAGE_V2 = ("Premium_LRS",)
DAYS = range(1, 366)
KEY_DAYS = range(1, 36501)
"""How long keys may last before they are reported as expired."""
RECORDED = "Azure/azure-service-operator: recordings of its tests"
INVALID = "InvalidValuesForRequestParameters"
SERVICE_DAYS = ("deleteRetentionPolicy", "containerDeleteRetentionPolicy")


def _invalid(field: str, value: object, allowed: str, source: str) -> ArmError:
    message = f"Values for {field} is invalid: {value}. It should be {allowed}."
    return ArmError(INVALID, message, f"{allowed} ({source})")


class Account(Behaviour):
    taken = ("StorageAccountAlreadyTaken", "The storage account named {name} is already taken.", 409)
    misnamed = (
        "AccountNameInvalid",
        "{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
        "length and use numbers and lower-case letters only.",
    )
    fills_in: ClassVar[Properties] = {
        "allowBlobPublicAccess": False,
        "allowCrossTenantReplication": False,
        "enableHttpsTrafficOnly": True,
        "encryption": {
            "keySource": "Microsoft.Storage",
            "services": {
                "blob": {"enabled": True, "keyType": "Account"},
                "file": {"enabled": True, "keyType": "Account"},
            },
        },
        "minimumTlsVersion": "TLS1_2",
        "networkRuleSet": {
            "bypass": "AzureServices",
            "defaultAction": "Allow",
            "ipRules": [],
            "ipv6Rules": [],
            "virtualNetworkRules": [],
        },
        "privateEndpointConnections": [],
        "tags": {},
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        sku, kind, region = str(at(inputs, "sku", "name")), str(inputs.get("kind")), str(inputs.get("location"))
        zones = REGIONS[region.lower()].zones if region.lower() in REGIONS else ("1",)
        if "ZRS" in sku and not zones:
            message = (
                f"The storage account failed to create due to redundancy configuration - Sku: {sku}, Kind: {kind} - "
                f"not available in selected Region - {region}. Please make sure the redundancy configuration selected "
                f"is available in your region. For more information about redundancy configurations, see {READ_SKUS}"
            )
            yield ArmError("RedundancyConfigurationNotAvailableInRegion", message, "choose an SKU with LRS or GRS")
        if sku.partition("_")[0] not in KINDS.get(kind, ("Standard", "Premium")) and sku not in PREMIUM_STORAGE_V2:
            message = f"The account type {sku} is not supported for accounts of kind {kind}."
            yield ArmError(
                "InvalidAccountType",
                message,
                "use Standard for StorageV2, Premium for the other kinds",
            )
        for index, rule in enumerate(at(inputs, "networkRuleSet", "ipRules") or []):
            if not _public_range(str(rule.get("iPAddressOrRange"))):
                message = (
                    f"Values for request parameters are invalid: networkAcls.ipRule[{index}].value. "
                    "For more information, see - https://aka.ms/storagenetworkruleset"
                )
                yield ArmError(INVALID, message, "use a public range of /30 or wider, or a single address without /32")
        expiry = at(inputs, "keyPolicy", "keyExpirationPeriodInDays")
        if expiry is not None and expiry not in KEY_DAYS:
            message = "Values for request parameters are invalid: keyPolicy.keyExpirationPeriodInDays."
            yield ArmError(INVALID, message, f"{KEY_DAYS[0]} to {KEY_DAYS[-1]} days ({RECORDED})")
        for id in at(inputs, "identity", "userAssignedIdentities") or []:
            if not str(id).lower().startswith("/subscriptions/"):
                message = (
                    f"Identity operation for resource '{request.id}' failed with error 'Failed to perform resource "
                    f"identity operation. The identity '{id}' is not a resource id.'."
                )
                yield ArmError("FailedIdentityOperation", message, f"name the identity by its id ({RECORDED})")
        if request.old is not None:
            yield from self._changes(inputs, request.old.body)

    @staticmethod
    def _changes(new: Properties, old: Properties) -> Iterator[ArmError]:
        for path in READ_ONLY:
            after, before = at(new, *path), at(old, *path)
            if after is not None and after != (before or False):
                message = (
                    f"The property '{path[-1]}' was specified in the input, but it cannot be updated as it is "
                    f"read-only. For more information, see - {UPDATE}"
                )
                yield ArmError("AccountPropertyCannotBeUpdated", message, "keep it, or create another account")
        if new.get("kind") != old.get("kind"):
            message = f"The property 'kind' was specified in the input, but it cannot be updated. See - {UPDATE}"
            yield ArmError("AccountPropertyCannotBeUpdated", message, "create another account and copy the blobs")
        before, after = str(at(old, "sku", "name")), str(at(new, "sku", "name"))
        if ("ZRS" in before) != ("ZRS" in after) or before.partition("_")[0] != after.partition("_")[0]:
            message = f"The property 'sku' cannot be updated from {before} to {after}. See - {UPDATE}"
            advice = (
                "start a conversion (Microsoft: Change how a storage account is replicated), then change the setting"
            )
            yield ArmError("AccountPropertyCannotBeUpdated", message, advice)

    def computed(self, request: Request) -> Properties:
        services = ("blob", "dfs", "file", "queue", "table", "web")
        # The site of an account is in a DNS zone with a number that Azure draws.
        hosts = {each: f"{request.name}.z1.{each}" if each == "web" else f"{request.name}.{each}" for each in services}
        endpoints = {each: f"https://{host}.core.windows.net/" for each, host in hosts.items()}
        tiered = request.inputs.get("kind") in ("StorageV2", "BlobStorage")
        return {
            **({"accessTier": request.inputs.get("accessTier") or "Hot"} if tiered else {}),
            "primaryEndpoints": endpoints,
            "sku": _sku(request.inputs),
            "primaryLocation": request.inputs.get("location"),
            "statusOfPrimary": "available",
        }


def _sku(account: Properties) -> Properties:
    name = str(at(account, "sku", "name"))
    return {"name": name, "tier": name.partition("_")[0]}


def _public_range(value: str) -> bool:
    network = IPv4Network(value, strict=False)
    examples = any(
        network.subnet_of(IPv4Network(each)) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
    )
    return (network.prefixlen <= 30 or "/" not in value) and (examples or not network.is_private)


class BlobService(Behaviour):
    fills_in: ClassVar[Properties] = {
        "cors": {"corsRules": []},
        "deleteRetentionPolicy": {"allowPermanentDelete": False, "enabled": False},
    }

    def computed(self, request: Request) -> Properties:
        account = _account_of(request)
        return {"sku": _sku(account.body)} if account else {}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        for name in SERVICE_DAYS:
            policy = inputs.get(name) or {}
            if policy.get("enabled") and policy.get("days") not in DAYS:
                allowed = "greater than zero and less than or equal to 365"
                yield _invalid(f"properties.{name}.days", policy.get("days"), allowed, "Microsoft: Blob soft delete")
        restore, kept = inputs.get("restorePolicy") or {}, inputs.get("deleteRetentionPolicy") or {}
        if restore.get("enabled"):
            if not 0 < (restore.get("days") or 0) < (kept.get("days") or 0):
                allowed = "greater than zero and less than properties.deleteRetentionPolicy.days"
                source = "Azure/arm-template-whatif#354"
                yield _invalid("properties.restorePolicy.days", restore.get("days"), allowed, source)
            if not inputs.get("isVersioningEnabled") or not at(inputs, "changeFeed", "enabled"):
                message = "Point-in-time restore needs versioning and the change feed."
                yield ArmError("ContainerOperationFailure", message, "enable both (Azure/ResourceModules#3100)")
        days = at(inputs, "changeFeed", "retentionInDays")
        if days is not None and not 1 <= days <= 146000:
            yield _invalid("properties.changeFeed.retentionInDays", days, "1 to 146000", "azure-native: ChangeFeedArgs")
        policy = _policy(request)
        if policy is not None and not at(inputs, "lastAccessTimeTrackingPolicy", "enable") and _by_access(policy.body):
            yield _untracked("keep it enabled: a lifecycle rule counts from the last access")


class BlobContainer(Behaviour):
    fills_in: ClassVar[Properties] = {
        "defaultEncryptionScope": "$account-encryption-key",
        "deleted": False,
        "denyEncryptionScopeOverride": False,
        "hasImmutabilityPolicy": False,
        "hasLegalHold": False,
        "leaseState": "Available",
        "leaseStatus": "Unlocked",
        "legalHold": {"hasLegalHold": False, "tags": []},
        "publicAccess": "None",
        "remainingRetentionDays": 0,
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        account = _account_of(request)
        wanted = request.inputs.get("publicAccess") or "None"
        if account is not None and wanted != "None" and not account.body.get("allowBlobPublicAccess"):
            message = "Public access is not permitted on this storage account."
            advice = "set allowBlobPublicAccess to true, or publicAccess to None (Azure/azure-rest-api-specs#11331)"
            yield ArmError("PublicAccessNotPermitted", message, advice, status=409)


class LifecyclePolicy(Behaviour):
    def computed(self, request: Request) -> Properties:
        # Not the last part of its id.
        return {"name": "DefaultManagementPolicy"}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        account, rules = _account_of(request), at(request.inputs, "policy", "rules") or []
        names = [rule["name"] for rule in rules]
        if not rules or len(set(names)) < len(names):
            message = "The rules of a management policy need names that differ, and there must be one at least."
            yield ArmError("InvalidRequestPropertyValue", message, "add at least one rule, each under its own name")
        sku = str(at(account.body, "sku", "name")) if account else ""
        for rule in rules:
            base = at(rule, "definition", "actions", "baseBlob") or {}
            if "ZRS" in sku and any("tierToArchive" in actions for actions in _actions(rule)):
                message = f"Blob tiering to archive is not supported for the account type {sku} (rule {rule['name']})."
                advice = "use tierToCold, or an SKU with LRS or GRS (hashicorp/terraform-provider-azurerm#6031)"
                yield ArmError("BlobTieringNotSupported", message, advice)
            if base.get("enableAutoTierToHotFromCool") and not at(
                base, "tierToCool", "daysAfterLastAccessTimeGreaterThan"
            ):
                message = f"enableAutoTierToHotFromCool of rule {rule['name']} needs tierToCool by last access time."
                yield ArmError("InvalidRequestPropertyValue", message, "count tierToCool from the last access")
        service = request.cloud.get(f"{account.id}/blobServices/default") if account else None
        tracked = at(service.body if service else {}, "lastAccessTimeTrackingPolicy", "enable")
        if _by_access(request.inputs) and not tracked:
            yield _untracked("enable it on the blob service first, and depend on the blob service")


def _untracked(advice: str) -> ArmError:
    message = (
        "Last access time based tracking policy must be enabled before using its specific actions in object lifecycle "
        "management policy"
    )
    advice += " (avinor/terraform-azurerm-storage-account#19)"
    return ArmError("MissingLastAccessTimeBasedTrackingPolicy", message, advice)


def _actions(rule: Properties) -> Iterator[Properties]:
    actions = at(rule, "definition", "actions") or {}
    yield from (actions.get(each) or {} for each in ("baseBlob", "version", "snapshot"))


def _by_access(value: Any) -> bool:
    if isinstance(value, dict):
        return "daysAfterLastAccessTimeGreaterThan" in value or any(map(_by_access, value.values()))
    return isinstance(value, list) and any(map(_by_access, value))


def _account_of(request: Request) -> CloudObject | None:
    return request.cloud.get(request.id.partition("/blobServices/")[0].partition("/managementPolicies/")[0])


def _policy(request: Request) -> CloudObject | None:
    return request.cloud.get(f"{request.id.partition('/blobServices/')[0]}/managementPolicies/default")


def _keys(args: Properties, world: World, subscription: str) -> Properties:
    """The keys of an account. Azure lists them even where its data plane refuses them
    (KeyBasedAuthenticationNotPermitted)."""
    group, name = args.get("resourceGroupName"), args.get("accountName")
    id = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{name}"
    if world.get(id) is None:
        raise ArmError(
            "ResourceNotFound", f"The Resource '{id}' was not found.", "create the account first", status=404
        )
    return {"keys": [{"keyName": key, "permissions": "FULL", "value": guid(id, key)} for key in KEY_NAMES.values()]}


BEHAVIOURS: Mapping[str, Behaviour] = {
    PREFIX + "StorageAccount": Account(),
    SERVICE: BlobService(),
    PREFIX + "BlobContainer": BlobContainer(),
    PREFIX + "ManagementPolicy": LifecyclePolicy(),
}

FUNCTIONS: Mapping[str, Function] = {
    PREFIX + "listStorageAccountKeys": _keys,
}
