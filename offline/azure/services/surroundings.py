"""What surrounds a resource: diagnostic settings, private endpoints and their DNS, locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.facts.types import BY_TOKEN
from components.registry.facts import PREMIUM, TIERS
from components.service_bus.facts import NO_PRIVATE_STANDARD
from offline.azure.behaviour import Behaviour, Request, at, guid
from offline.azure.errors import ArmError
from offline.azure.rules import LOCK, holder_of, scope_of
from offline.azure.services.network import same_region
from offline.rpc.protocol import Properties

DIAGNOSTIC = "azure-native:monitor:DiagnosticSetting"
PREMIUM_ONLY: Mapping[str, str] = {
    "container-registry": TIERS,
    "service-bus-namespace": NO_PRIVATE_STANDARD,
}
"""Types that take private endpoints in the SKU Premium only → the document that says so."""

MISSING_GROUP = "hashicorp/terraform-provider-azurerm #9058"
GROUPS = frozenset({"allLogs", "audit"})
MAXIMUM_SETTINGS = 5
"""Microsoft: Diagnostic settings in Azure Monitor."""


class DiagnosticSetting(Behaviour):
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
            for group in connection.get("groupIds") or []:
                if row is not None and group not in row.private_link:
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
        number = int(guid(request.id, "address")[:4], 16) % 200 + 10
        interface = f"{request.id.rpartition('/privateEndpoints/')[0]}/networkInterfaces/{request.name}.nic"
        return {
            "networkInterfaces": [{"id": interface}],
            "customDnsConfigs": [{"fqdn": request.name, "ipAddresses": [f"192.0.2.{number}"]}],
        }


class ZoneGroup(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        zones = [each.get("privateDnsZoneId") for each in request.inputs.get("privateDnsZoneConfigs") or []]
        if not zones:
            message = f"The private DNS zone group {request.name} has no zones."
            yield ArmError("InvalidRequestFormat", message, "add all zones of the product")


class Lock(Behaviour):
    """Blocks deletes in its scope: see ``offline.azure.rules``."""


BEHAVIOURS: Mapping[str, Behaviour] = {
    DIAGNOSTIC: DiagnosticSetting(),
    LOCK.token: Lock(),
    "azure-native:network:PrivateEndpoint": PrivateEndpoint(),
    "azure-native:network:PrivateDnsZoneGroup": ZoneGroup(),
}
