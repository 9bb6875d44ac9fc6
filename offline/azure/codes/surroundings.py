"""Diagnostic settings and private endpoints."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.arm import COMMON
from offline.azure.codes.repositories import AZURERM
from offline.azure.codes.rule import Rule, unconfirmed

SETTINGS = "Microsoft: Diagnostic settings in Azure Monitor"
ENDPOINTS = "Microsoft: Troubleshoot private endpoint creation that fails or stalls in Azure Private Link"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated": (Rule("an endpoint in a delegated subnet", ENDPOINTS),),
    "IncorrectPrivateLinkServiceConnectionGroupId": (
        Rule("a sub-resource that the target does not have", f"{AZURERM}#11778 (message), public logs (code)"),
    ),
    "InvalidPrivateLinkServiceIdType": (
        Rule("an endpoint to a part of a resource, such as a slot's own id", f"{AZURERM}#11147, #11677"),
    ),
    "MissingParameterOnPrivateLinkServiceConnection": (Rule("an endpoint without sub-resource", f"{AZURERM}#9058"),),
    "CannotChangePrivateLinkConnectionOnPrivateEndpoint": (
        Rule("another target for an existing endpoint", "Azure/bicep-registry-modules#7285"),
    ),
    "FeatureNotSupportedForSku": (
        unconfirmed("endpoints: targets that are not Premium", "microsoft/aspire#14484, #16132"),
    ),
    "ResourceTypeNotSupported": (
        Rule("a diagnostic setting for a type without logs", "MicrosoftDocs/azure-docs#109416"),
    ),
    "InvalidRequestFormat": (unconfirmed("a zone group without zones", COMMON),),
    "BadRequest": (
        Rule("an endpoint to a sub-resource that a site does not have", f"{AZURERM}#26557"),
        Rule("a log category that the type does not have", "Azure/azure-powershell#9863"),
        unconfirmed("a setting without a sink, a sixth setting, metrics of a type that exports none", SETTINGS),
    ),
    "Conflict": (unconfirmed("a data sink that another setting of the resource uses", SETTINGS),),
}
