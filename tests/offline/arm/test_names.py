"""Ids, as templates write them."""

from __future__ import annotations

import pytest

from components.facts.types import RESOURCE_TYPES
from offline.arm.names import Address, address

SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/mys-dev-core-rg-san"
ACCOUNT = "Microsoft.Storage/storageAccounts/account"


@pytest.mark.parametrize(
    ("key", "id", "expected"),
    [
        (
            "blob-container",
            f"{GROUP}/providers/{ACCOUNT}/blobServices/default/containers/c",
            Address(GROUP, "Microsoft.Storage/storageAccounts/blobServices/containers", "account/default/c"),
        ),
        (
            "dns-record-set",
            f"{GROUP}/providers/Microsoft.Network/dnsZones/mystira.app/TXT/@",
            Address(GROUP, "Microsoft.Network/dnsZones/TXT", "mystira.app/@"),
        ),
        (
            "diagnostic-setting",
            f"{GROUP}/providers/{ACCOUNT}/blobServices/default/providers/microsoft.insights/diagnosticSettings/d",
            Address(GROUP, "Microsoft.Insights/diagnosticSettings", "d", f"{ACCOUNT}/blobServices/default"),
        ),
        (
            "role-assignment",
            f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/r",
            Address(GROUP, "Microsoft.Authorization/roleAssignments", "r"),
        ),
        (
            "role-definition",
            f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/r",
            Address(SUBSCRIPTION, "Microsoft.Authorization/roleDefinitions", "r"),
        ),
        (
            "resource-group",
            GROUP,
            Address(SUBSCRIPTION, "Microsoft.Resources/resourceGroups", "mys-dev-core-rg-san"),
        ),
    ],
)
def test_the_address_of_a_resource(key: str, id: str, expected: Address) -> None:
    assert address(RESOURCE_TYPES[key], id) == expected


def test_a_resource_of_a_tenant_has_none() -> None:
    with pytest.raises(ValueError, match="neither in a resource group nor in a subscription"):
        address(RESOURCE_TYPES["role-assignment"], "/providers/Microsoft.Authorization/roleAssignments/r")
