"""What surrounds a resource: diagnostic settings, private endpoints and their DNS, locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import ClassVar

from components.facts.types import BY_TOKEN
from components.registry.facts import PREMIUM, TIERS
from components.service_bus.facts import NO_PRIVATE_STANDARD
from components.surroundings.facts import LOGS_ONLY
from offline.azure.account_state import state_refusals
from offline.azure.behaviour import Behaviour, Request, at, guid
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.azure.private_links import connections
from offline.azure.ranges import ipv4, prefixes_of
from offline.azure.rules import LOCK, holder_of, scope_of
from offline.azure.services.network import ENDPOINT, same_region
from offline.azure.services.private_dns import ZONE_GROUP
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

DIAGNOSTIC = "azure-native:monitor:DiagnosticSetting"
PREMIUM_ONLY: Mapping[str, str] = {
    "container-registry": TIERS,
    "service-bus-namespace": NO_PRIVATE_STANDARD,
}
"""Types that take private endpoints in the SKU Premium only → the document that says so."""

WEB_APP = "web-app"
SITES = "sites"
SLOT_ID = "hashicorp/terraform-provider-azurerm #11147, #11677"
SLOT_GROUP = "hashicorp/terraform-provider-azurerm #26557"
MISSING_GROUP = "hashicorp/terraform-provider-azurerm #9058"
GROUPS = frozenset({"allLogs", "audit"})
MAXIMUM_SETTINGS = 5
"""Microsoft: Diagnostic settings in Azure Monitor."""


FIRST_FREE = 4
"""Azure keeps the first four addresses of a subnet and its last (Microsoft: Azure Virtual Network FAQ)."""

APPROVED: Mapping[str, str] = {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}

PRIVATE_LINK = "privatelink."
PUBLIC_NAMES: Mapping[str, tuple[str, ...]] = {
    "ai-account": (
        "{name}.cognitiveservices.azure.com",
        "{name}.openai.azure.com",
        "{name}.services.ai.azure.com",
    ),
    "container-registry": ("{name}.{region}.data.azurecr.io", "{name}.azurecr.io"),
    "cosmos-account": ("{name}.documents.azure.com", "{name}-{region}.documents.azure.com"),
    "key-vault": ("{name}.vault.azure.net",),
    "postgresql-server": ("{name}.postgres.database.azure.com",),
    "redis": ("{name}.{region}.redis.azure.net",),
    "search-service": ("{name}.search.windows.net",),
    "service-bus-namespace": ("{name}.servicebus.windows.net",),
    "storage-account": ("{name}.{group}.core.windows.net",),
    "web-app": ("{name}{slot}.azurewebsites.net", "{name}{slot}.scm.azurewebsites.net"),
}
"""The names that a private endpoint of a type answers to (Microsoft: Azure Private Endpoint private DNS zone values;
that of storage is recorded)."""

PUBLIC_ZONES: Mapping[str, str] = {"privatelink.vaultcore.azure.net": "vault.azure.net"}
"""Private zones whose public zone has another name than theirs without its beginning."""


RETENTION: Properties = {"enabled": False, "days": 0}
"""What every category says about retention, which destinations decide on today."""


class DiagnosticSetting(Behaviour):
    settles: ClassVar[Properties] = {
        "metrics": [{"category": "AllMetrics", "enabled": False, "retentionPolicy": RETENTION}]
    }

    def settled(self, each: CloudObject, cloud: Writer) -> Properties:
        """Metrics that the setting leaves out are listed as switched off, where the type has any to export."""
        target = cloud.get(each.id.partition("/providers/Microsoft.Insights/")[0])
        return {} if target and BY_TOKEN[target.token].key in LOGS_ONLY else self.settles

    def computed(self, request: Request) -> Properties:
        kinds = {
            kind: [{"retentionPolicy": dict(RETENTION), **each} for each in request.inputs.get(kind) or []]
            for kind in ("logs", "metrics")
        }
        return {kind: each for kind, each in kinds.items() if each}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        target = request.cloud.get(scope_of(request))
        row = BY_TOKEN.get(target.token) if target else None
        logs = inputs.get("logs") or []
        if not any(inputs.get(sink) for sink in ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId")):
            message = "At least one data sink needs to be specified."
            yield ArmError("BadRequest", message, "set workspaceId")
        if row is not None and not row.diagnostics:
            message = f"The resource type '{row.arm.lower()}' does not support diagnostic settings."
            yield ArmError("ResourceTypeNotSupported", message, "remove the diagnostic setting")
        for log in logs:
            category = log.get("category")
            known = set(row.diagnostics) - GROUPS if row else set()
            if category and known and category not in known:
                message = f"Category '{category}' is not supported."
                yield ArmError("BadRequest", message, f"one of {', '.join(sorted(known))}")
        metrics = any(each.get("enabled") for each in inputs.get("metrics") or [])
        if metrics and row is not None and row.key in LOGS_ONLY:
            message = f"Metric export is not enabled for the resource type '{row.arm.lower()}'."
            yield ArmError("BadRequest", message, "send logs only")
        others = [each for each in request.cloud.below(scope_of(request)) if each.token == DIAGNOSTIC]
        others = [each for each in others if each.id.lower() != request.id.lower()]
        if len(others) >= MAXIMUM_SETTINGS:
            message = f"The resource has {len(others)} diagnostic settings."
            yield ArmError("BadRequest", message, f"at most {MAXIMUM_SETTINGS} per resource")
        for other in others:
            if other.body.get("workspaceId") == inputs.get("workspaceId"):
                message = (
                    f"Data sink '{inputs.get('workspaceId')}' is already used in diagnostic setting "
                    f"'{other.id.rpartition('/')[2]}'. Data sinks can't be reused in different settings on the same "
                    "category for the same resource."
                )
                yield ArmError("Conflict", message, "remove one of the two settings", status=409)


class PrivateEndpoint(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {
        "subnet": "Microsoft: What is a private endpoint? (it stays in its subnet)",
        "privateLinkServiceConnections": "Microsoft: What is a private endpoint? (it connects to one resource)",
    }
    immutable_codes: ClassVar[Mapping[str, str]] = {
        "privateLinkServiceConnections": "CannotChangePrivateLinkConnectionOnPrivateEndpoint"
    }
    fills_in: ClassVar[Properties] = {
        "manualPrivateLinkServiceConnections": [],
        "customNetworkInterfaceName": "",
        "ipConfigurations": [],
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        subnet_id = str(at(request.inputs, "subnet", "id"))
        network = holder_of(request, subnet_id)
        yield from same_region(request, network.id if network else None)
        for subnet in (network.body.get("subnets") or []) if network else []:
            if subnet["id"].lower() == subnet_id.lower() and subnet.get("delegations"):
                message = f"Private endpoint {request.id} cannot be created as subnet {subnet_id} is delegated."
                code, read = "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated", "MicrosoftDocs/azure-docs #47048"
                yield ArmError(code, message, f"choose a subnet without delegation ({read})")
        for connection in request.inputs.get("privateLinkServiceConnections") or []:
            target = request.cloud.get(str(connection.get("privateLinkServiceId")))
            row = BY_TOKEN.get(target.token) if target else None
            if target is not None and row is not None and row.key == "ai-account":
                yield from state_refusals(target, busy=request.cloud.busy(target.id))
            if row is not None and row.arm.count("/") > 1:
                message = f"Private link service Id {target.id if target else ''} has an invalid resource type."
                yield ArmError("InvalidPrivateLinkServiceIdType", message, f"refer to its parent ({SLOT_ID})")
                continue
            for group in connection.get("groupIds") or []:
                if target is not None and row is not None and row.key == WEB_APP:
                    slot = group.partition("-")[2]
                    missing = bool(slot) and request.cloud.get(f"{target.id}/slots/{slot}") is None
                    if missing or group.partition("-")[0] != SITES:
                        message = f"Call to {row.arm} failed. Error message: GroupId is invalid."
                        yield ArmError("BadRequest", message, f"sites, or sites- and the name of a slot ({SLOT_GROUP})")
                elif row is not None and group not in row.private_link:
                    message = f"Call to {row.arm} failed. Error message: Invalid groupId '{group}'."
                    allowed = ", ".join(row.private_link) or "none: the type has no private link"
                    yield ArmError("IncorrectPrivateLinkServiceConnectionGroupId", message, f"one of {allowed}")
            if row is not None and not connection.get("groupIds"):
                message = f"Missing required parameter 'group Id' for private link service connection of {request.id}."
                advice = f"one of {', '.join(row.private_link)} ({MISSING_GROUP})"
                yield ArmError("MissingParameterOnPrivateLinkServiceConnection", message, advice)
            if target is not None and row is not None and row.key in PREMIUM_ONLY:
                sku = at(target.body, "sku", "name")
                if sku != PREMIUM:
                    message = f"Private endpoints are not supported for the SKU {sku} of {target.id}."
                    yield ArmError("FeatureNotSupportedForSku", message, f"use Premium ({PREMIUM_ONLY[row.key]})")

    def computed(self, request: Request) -> Properties:
        configs = request.old.body["customDnsConfigs"] if request.old else list(_addressed(request))
        interface = f"{request.id.rpartition('/privateEndpoints/')[0]}/networkInterfaces/{request.name}.nic"
        return {
            "privateLinkServiceConnections": [
                {
                    **each,
                    "id": f"{request.id}/privateLinkServiceConnections/{each['name']}",
                    "type": "Microsoft.Network/privateEndpoints/privateLinkServiceConnections",
                    "provisioningState": "Succeeded",
                    "privateLinkServiceConnectionState": dict(APPROVED),
                }
                for each in request.inputs.get("privateLinkServiceConnections") or []
            ],
            "networkInterfaces": [{"id": f"{interface}.{guid(request.id, 'interface')}"}],
            "customDnsConfigs": configs,
        }

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        """A zone group takes the names over (azurerm: private_endpoint, custom_dns_configs)."""
        grouped = any(child.token == ZONE_GROUP for child in cloud.below(each.id))
        return {"customDnsConfigs": []} if grouped else {}


def _addressed(request: Request) -> Iterator[Properties]:
    """Each name of the targets with an address of the subnet. Azure hands them out in order, from the fifth on."""
    subnet_id = str(at(request.inputs, "subnet", "id"))
    network = holder_of(request, subnet_id)
    subnets = (network.body.get("subnets") or []) if network else []
    own = next((each for each in subnets if each["id"].lower() == subnet_id.lower()), None)
    prefixes = ipv4(prefixes_of(own)) if own else []
    if not prefixes:
        return
    taken = {
        address
        for other in request.cloud.of_type(ENDPOINT)
        if str(at(other.body, "subnet", "id")).lower() == subnet_id.lower()
        for config in other.body.get("customDnsConfigs") or []
        for address in config["ipAddresses"]
    }
    free = (str(each) for each in islice(prefixes[0], FIRST_FREE, None) if str(each) not in taken)
    for connection in request.inputs.get("privateLinkServiceConnections") or []:
        target = request.cloud.get(str(connection.get("privateLinkServiceId")))
        for name in _names(target, connection.get("groupIds") or []) if target else ():
            yield {"fqdn": name, "ipAddresses": [next(free)]}


def _names(target: CloudObject, groups: list[str]) -> Iterator[str]:
    """The public names of the parts of a target that an endpoint stands for."""
    key = BY_TOKEN[target.token].key
    name = target.id.rpartition("/")[2]
    regions = [place(each["locationName"]) for each in target.body.get("locations") or []] or [
        place(target.body.get("location"))
    ]
    for group in groups:
        for pattern in PUBLIC_NAMES.get(key, ()):
            slot = group.removeprefix(SITES)
            yield from dict.fromkeys(
                pattern.format(name=name, group=group, region=region, slot=slot) for region in regions
            )


def connected(each: CloudObject, cloud: Writer) -> Properties:
    """The connections of private endpoints that a target lists, those of Front Door included; nothing where there are
    none.

    The shape is that of a disk access (Azure/azure-service-operator: Test_Compute_DiskAccess_20240302_CRUD.yaml).
    """
    asked = list(connections(each, cloud))
    if not BY_TOKEN[each.token].private_link and not asked:
        return {}
    found = asked + [
        {
            "id": f"{each.id}/privateEndpointConnections/{name}",
            "name": name,
            "type": f"{BY_TOKEN[each.token].arm}/privateEndpointConnections",
            "privateEndpoint": {"id": endpoint.id},
            "privateLinkServiceConnectionState": dict(APPROVED),
            "provisioningState": "Succeeded",
        }
        for endpoint in cloud.of_type(ENDPOINT)
        for connection in endpoint.body.get("privateLinkServiceConnections") or []
        if str(connection.get("privateLinkServiceId")).lower() == each.id.lower()
        for name in (f"{each.id.rpartition('/')[2]}.{guid(endpoint.id, 'connection')}",)
    ]
    return {"privateEndpointConnections": found} if found else {}


class ZoneGroup(Behaviour):
    def computed(self, request: Request) -> Properties:
        endpoint = request.cloud.get(request.id.rsplit("/", 2)[0])
        names = (endpoint.body.get("customDnsConfigs") or []) if endpoint else []
        return {
            "privateDnsZoneConfigs": [
                {**each, "recordSets": list(_records(str(each.get("privateDnsZoneId")).rpartition("/")[2], names))}
                for each in request.inputs.get("privateDnsZoneConfigs") or []
            ]
        }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        zones = [each.get("privateDnsZoneId") for each in request.inputs.get("privateDnsZoneConfigs") or []]
        if not zones:
            message = f"The private DNS zone group {request.name} has no zones."
            yield ArmError("InvalidRequestFormat", message, "add all zones of the product")


def _records(zone: str, names: list[Properties]) -> Iterator[Properties]:
    """The records that a zone gets: those of the names below the public zone that it stands for."""
    public = PUBLIC_ZONES.get(zone, zone.removeprefix(PRIVATE_LINK))
    for each in names:
        if each["fqdn"].endswith(f".{public}"):
            record = each["fqdn"].removesuffix(f".{public}")
            yield {
                "recordType": "A",
                "recordSetName": record,
                "fqdn": f"{record}.{zone}",
                "ttl": 10,
                "provisioningState": "Succeeded",
                "ipAddresses": each["ipAddresses"],
            }


class Lock(Behaviour):
    """Blocks deletes in its scope: see ``offline.azure.rules``."""


BEHAVIOURS: Mapping[str, Behaviour] = {
    DIAGNOSTIC: DiagnosticSetting(),
    LOCK.token: Lock(),
    ENDPOINT: PrivateEndpoint(),
    ZONE_GROUP: ZoneGroup(),
}
