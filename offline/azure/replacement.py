"""Properties for which azure-native replaces a resource: its own list, and those that Azure's API marks as create-only.

azure-native compares properties at the top of a resource and one level below; a property deeper than that, or an item
that joins or leaves a list, never replaces (pulumi-azure-native: provider/pkg/provider/diff.go). Inputs of the path
always do. The SDK for Python does not carry the marks, so this is a table: of all types with a behaviour those that
are listed in pulumi-azure-native: provider/pkg/gen/replacement.go or read in Azure/azure-rest-api-specs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from offline.rpc.protocol import Change

LOCATION_STAYS = frozenset({"network-security-group", "nat-gateway", "private-endpoint", "key-vault"})
"""Types whose location azure-native tries to change, and ARM refuses (InvalidResourceLocation): network.json 2024-05-01
and keyvault.json 2024-11-01 do not mark it, and azure-native's list does not name them."""

REPLACED_FOR: Mapping[str, tuple[str, ...]] = {
    "role-assignment": ("principalId",),
    "kubernetes-cluster": (
        "diskEncryptionSetID",
        "dnsPrefix",
        "fqdnSubdomain",
        "linuxProfile",
        "nodeResourceGroup",
        "windowsProfile",
        "networkProfile.dnsServiceIP",
        "networkProfile.networkDataplane",
        "networkProfile.networkMode",
        "networkProfile.networkPlugin",
        "networkProfile.networkPluginMode",
        "networkProfile.networkPolicy",
        "networkProfile.outboundType",
        "networkProfile.podCidr",
        "networkProfile.serviceCidr",
        "networkProfile.serviceCidrs",
    ),
    "agent-pool": ("gpuInstanceProfile", "vmSize", "networkProfile.nodePublicIPTags"),
    "cosmos-role-assignment": ("principalId", "scope"),
    "private-endpoint": ("subnet",),
    "public-ip-address": ("publicIPAddressVersion", "publicIPPrefix", "sku"),
    "service-bus-queue": ("enablePartitioning", "requiresDuplicateDetection", "requiresSession"),
    "service-bus-topic": ("enablePartitioning", "requiresDuplicateDetection"),
    "storage-account": ("isHnsEnabled",),
    "postgresql-server": ("administratorLogin", "availabilityZone", "pointInTimeUTC", "sourceServerResourceId"),
}
"""By type. The last row is from the API (x-ms-mutability in Microsoft.DBforPostgreSQL 2025-08-01): a server whose zone
is set, changed or removed is replaced, so a program sets the zone from the start or never."""

_INDEX = re.compile(r"\[\d+\]")


def replaces(kind: str, path: str, change: Change) -> bool:
    """Whether a changed property (dotted, with indexes) makes azure-native replace a resource of a type."""
    if path == "location":
        return kind not in LOCATION_STAYS
    keys = REPLACED_FOR.get(kind, ())
    here = _INDEX.sub("[]", path)
    return here in keys or (change is Change.UPDATE and here.rpartition(".")[0] in keys)
