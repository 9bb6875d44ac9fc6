"""Changes of rendered resources that prove that a check of checkov reads what is rendered: names, nesting, types.

A fault makes a check fail that does not fail without it. Where a check fails on everything that there is, a cure makes
it pass. Keys: the type, the check.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final


class Gone(Enum):
    """The property is taken away."""

    GONE = "gone"


GONE: Final = Gone.GONE

Change = Mapping[str, Any]
"""Path in the resource → what stands there."""

AI = "Microsoft.CognitiveServices/accounts"
CLUSTER = "Microsoft.ContainerService/managedClusters"
CONFIG = "Microsoft.Web/sites/config"
COSMOS = "Microsoft.DocumentDB/databaseAccounts"
KEY = "Microsoft.KeyVault/vaults/keys"
NETWORK = "Microsoft.Network/virtualNetworks"
POOL = "Microsoft.ContainerService/managedClusters/agentPools"
REGISTRY = "Microsoft.ContainerRegistry/registries"
REPLICA = "Microsoft.ContainerRegistry/registries/replications"
CONTACT = "Microsoft.Security/securityContacts"
ROLE = "Microsoft.Authorization/roleDefinitions"
SEARCH = "Microsoft.Search/searchServices"
SECRET = "Microsoft.KeyVault/vaults/secrets"
SECURITY = "Microsoft.Network/networkSecurityGroups"
SITE = "Microsoft.Web/sites"
SLOT = "Microsoft.Web/sites/slots"
STORAGE = "Microsoft.Storage/storageAccounts"
VAULT = "Microsoft.KeyVault/vaults"
WAF = "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies"

PARAMETER = "secureString"
"""checkov's word for a parameter of this type, which is looked at like a resource."""


def _open_to_the_internet(port: str) -> Change:
    rule = {"access": "Allow", "direction": "Inbound", "protocol": "Tcp", "sourceAddressPrefix": "*"}
    return {"properties.securityRules[0].properties": {**rule, "destinationPortRange": port}}


_SITE_FAULTS: Mapping[str, Change] = {
    "CKV_AZURE_145": {"properties.siteConfig.minTlsVersion": "1.0"},
    "CKV_AZURE_153": {"properties.httpsOnly": False},
    "CKV_AZURE_155": {"properties.siteConfig.remoteDebuggingEnabled": True},
    "CKV_AZURE_213": {"properties.siteConfig.healthCheckPath": GONE},
    "CKV_AZURE_222": {"properties.publicNetworkAccess": "Enabled"},
    "CKV_AZURE_67": {"properties.siteConfig.http20Enabled": False},
    "CKV_AZURE_70": {"properties.httpsOnly": False},
}
"""What checkov asks of sites and of their slots."""

FAULTS: Mapping[tuple[str, str], Change] = {
    (AI, "CKV_AZURE_134"): {"properties.publicNetworkAccess": "Enabled"},
    (AI, "CKV_AZURE_236"): {"properties.disableLocalAuth": False},
    (AI, "CKV_AZURE_238"): {"identity": GONE},
    (CLUSTER, "CKV_AZURE_141"): {"properties.disableLocalAccounts": False},
    (CLUSTER, "CKV_AZURE_169"): {"properties.agentPoolProfiles[0].type": "AvailabilitySet"},
    (CLUSTER, "CKV_AZURE_171"): {"properties.autoUpgradeProfile.upgradeChannel": "none"},
    (CLUSTER, "CKV_AZURE_226"): {"properties.agentPoolProfiles[0].osDiskType": "Managed"},
    (CLUSTER, "CKV_AZURE_227"): {"properties.agentPoolProfiles[0].enableEncryptionAtHost": False},
    (CLUSTER, "CKV_AZURE_4"): {"properties.addonProfiles.omsagent": {"enabled": False}},
    (CLUSTER, "CKV_AZURE_5"): {"properties.enableRBAC": False},
    (CLUSTER, "CKV_AZURE_6"): {"properties.apiServerAccessProfile.authorizedIPRanges": []},
    (CLUSTER, "CKV_AZURE_7"): {"properties.networkProfile.networkPolicy": GONE},
    (CONFIG, "CKV_AZURE_70"): {"properties.httpSettings": {"requireHttps": False}},
    (COSMOS, "CKV_AZURE_101"): {"properties.publicNetworkAccess": "Enabled"},
    (COSMOS, "CKV_AZURE_132"): {"properties.disableKeyBasedMetadataWriteAccess": False},
    (COSMOS, "CKV_AZURE_140"): {"properties.disableLocalAuth": False},
    (COSMOS, "CKV_AZURE_99"): {"properties.enableMultipleWriteLocations": True},
    (KEY, "CKV_AZURE_40"): {"properties.rotationPolicy": GONE},
    (NETWORK, "CKV_AZURE_182"): {"properties.dhcpOptions": {"dnsServers": ["10.0.0.4"]}},
    (NETWORK, "CKV_AZURE_183"): {"properties.dhcpOptions": {"dnsServers": ["192.0.2.4", "192.0.2.5"]}},
    (PARAMETER, "CKV_AZURE_131"): {"defaultValue": "in clear"},
    (POOL, "CKV_AZURE_227"): {"properties.enableEncryptionAtHost": False},
    (REGISTRY, "CKV_AZURE_137"): {"properties.adminUserEnabled": True},
    (REGISTRY, "CKV_AZURE_138"): {"properties.anonymousPullEnabled": True},
    (REGISTRY, "CKV_AZURE_163"): {"sku.name": "Basic"},
    (REGISTRY, "CKV_AZURE_233"): {"properties.zoneRedundancy": "Disabled"},
    (REPLICA, "CKV_AZURE_233"): {"properties.zoneRedundancy": "Disabled"},
    (ROLE, "CKV_AZURE_39"): {
        "properties.assignableScopes": ["/subscriptions/00000000-0000-4000-8000-000000000003"],
        "properties.permissions[0].actions": ["*"],
    },
    (SEARCH, "CKV_AZURE_208"): {"properties.replicaCount": 2},
    (SEARCH, "CKV_AZURE_209"): {"properties.replicaCount": 1},
    (SECRET, "CKV_AZURE_114"): {"properties.contentType": GONE},
    (SECRET, "CKV_AZURE_41"): {"properties.attributes.exp": GONE},
    (SECURITY, "CKV_AZURE_10"): _open_to_the_internet("22"),
    (SECURITY, "CKV_AZURE_160"): _open_to_the_internet("80"),
    (SECURITY, "CKV_AZURE_9"): _open_to_the_internet("3389"),
    **{(SITE, check): change for check, change in _SITE_FAULTS.items()},
    (SITE, "CKV_AZURE_14"): {"properties.httpsOnly": False},
    (SITE, "CKV_AZURE_15"): {"properties.siteConfig.minTlsVersion": "1.1"},
    (SITE, "CKV_AZURE_16"): {"identity.type": "None"},
    (SITE, "CKV_AZURE_18"): {"properties.siteConfig.http20Enabled": False},
    (SITE, "CKV_AZURE_57"): {"properties.siteConfig.cors": {"allowedOrigins": ["*"]}},
    (SITE, "CKV_AZURE_62"): {"properties.siteConfig.cors": {"allowedOrigins": ["*"]}},
    (SITE, "CKV_AZURE_71"): {"identity": GONE},
    (SITE, "CKV_AZURE_72"): {"properties.siteConfig.remoteDebuggingEnabled": True},
    (SITE, "CKV_AZURE_78"): {"properties.siteConfig.ftpsState": "AllAllowed"},
    (SITE, "CKV_AZURE_81"): {"properties.siteConfig.phpVersion": "7.4"},
    (SITE, "CKV_AZURE_82"): {"properties.siteConfig.pythonVersion": "3.6"},
    **{(SLOT, check): change for check, change in _SITE_FAULTS.items()},
    (STORAGE, "CKV_AZURE_206"): {"sku.name": "Standard_LRS"},
    (STORAGE, "CKV_AZURE_3"): {"properties.supportsHttpsTrafficOnly": False},
    (STORAGE, "CKV_AZURE_35"): {"properties.networkAcls.defaultAction": "Allow"},
    (STORAGE, "CKV_AZURE_43"): {"name": "not-a-name"},
    (STORAGE, "CKV_AZURE_44"): {"properties.minimumTlsVersion": "TLS1_0"},
    (STORAGE, "CKV_AZURE_59"): {"properties.publicNetworkAccess": "Enabled"},
    ("Microsoft.Storage/storageAccounts/blobServices/containers", "CKV_AZURE_34"): {"properties.publicAccess": "Blob"},
    ("Microsoft.Web/serverfarms", "CKV_AZURE_225"): {"properties.zoneRedundant": False},
    (VAULT, "CKV_AZURE_109"): {"properties.networkAcls.defaultAction": "Allow"},
    (VAULT, "CKV_AZURE_110"): {"properties.enablePurgeProtection": GONE},
    (VAULT, "CKV_AZURE_111"): {"properties.enableSoftDelete": False},
    (VAULT, "CKV_AZURE_189"): {"properties.publicNetworkAccess": "Enabled"},
    (VAULT, "CKV_AZURE_42"): {"properties.enablePurgeProtection": False},
    (WAF, "CKV_AZURE_123"): {"properties.policySettings.enabledState": "Disabled"},
}

CURES: Mapping[tuple[str, str], Change] = {
    (CLUSTER, "CKV_AZURE_168"): {"properties.agentPoolProfiles[0].maxPods": 50},
    (CLUSTER, "CKV_AZURE_8"): {"properties.addonProfiles.kubeDashboard": {"enabled": False}},
    (CONFIG, "CKV_AZURE_13"): {"name": "site/authsettings", "properties.enabled": True},
    (CONFIG, "CKV_AZURE_222"): {"properties.publicNetworkAccess": "Disabled"},
    (CONFIG, "CKV_AZURE_63"): {"properties.httpLoggingEnabled": True},
    (CONFIG, "CKV_AZURE_65"): {"properties.detailedErrorLoggingEnabled": True},
    (CONFIG, "CKV_AZURE_66"): {"properties.requestTracingEnabled": True},
    (CONFIG, "CKV_AZURE_80"): {"properties.netFrameworkVersion": "v8.0"},
    (CONFIG, "CKV_AZURE_88"): {"properties.azureStorageAccounts": {"files": {"type": "AzureFiles"}}},
    (CONTACT, "CKV_AZURE_20"): {"properties.phone": "+27 21 555 0100"},
    (CONTACT, "CKV_AZURE_21"): {"properties.alertNotifications": "On"},
    (CONTACT, "CKV_AZURE_22"): {"properties.alertsToAdmins": "On"},
    (KEY, "CKV_AZURE_112"): {"properties.kty": "RSA-HSM"},
    (POOL, "CKV_AZURE_168"): {"properties.maxPods": 50},
    (REGISTRY, "CKV_AZURE_139"): {"properties.publicNetworkAccess": "Disabled"},
    (REGISTRY, "CKV_AZURE_166"): {"properties.policies.quarantinePolicy.status": "enabled"},
    (SITE, "CKV_AZURE_17"): {"properties.clientCertEnabled": True},
    (SITE, "CKV_AZURE_212"): {"properties.siteConfig.numberOfWorkers": 2},
    (SLOT, "CKV_AZURE_212"): {"properties.siteConfig.numberOfWorkers": 2},
    (STORAGE, "CKV_AZURE_36"): {"properties.networkAcls.bypass": "AzureServices"},
}

UNREAD: Mapping[tuple[str, str], str] = {
    (CLUSTER, "CKV_AZURE_172"): "compares text, which is what the API takes, with a boolean",
    (CONFIG, "CKV_AZURE_56"): "looks for a resource with the name authsettingsV2, without its parent's",
    ("Microsoft.DocumentDb/databaseAccounts", "CKV_AZURE_100"): "spells the type in another way than Azure",
    (
        "Microsoft.Network/frontdoorWebApplicationFirewallPolicies",
        "CKV_AZURE_133",
    ): "spells the type in another way than Azure",
    (SITE, "CKV_AZURE_83"): "looks for siteConfig beside properties instead of in them",
}
"""Checks that nothing can be planted for."""

_PART = re.compile(r"(\w+)(?:\[(\d+)\])?")


def planted(resource: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """A copy of a resource with a change. Raises ``KeyError`` where a path leads through what is not there."""
    made = copy.deepcopy(dict(resource))
    for path, value in change.items():
        *before, last = [
            step for name, number in _PART.findall(path) for step in ((name, int(number)) if number else (name,))
        ]
        place: Any = made
        for step in before:
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return made
