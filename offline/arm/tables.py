"""Where Azure's API and the SDK put and name the same property differently.

azure-native lifts a resource's ``properties`` out of their object and renames some of them; a template has them as the
API has them. Second witnesses: the recorded requests in tests/evidence, and the JSON names of Azure Service Operator's
generated types (Azure/azure-service-operator: v2/api/*/arm/*_spec_types_gen.go).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ENVELOPE = frozenset(
    {"location", "tags", "sku", "identity", "kind", "zones", "extendedLocation", "managedBy", "name", "eTag"}
)
"""What stands beside ``properties`` (Microsoft: Azure Resource Manager resource provider contract; template syntax).
Budgets spell the ETag of the contract like this (tests/evidence/budget.yaml)."""

INSIDE: Mapping[str, frozenset[str]] = {
    "agent-pool": frozenset({"tags"}),
    "autoscale-setting": frozenset({"name"}),
    "log-analytics-workspace": frozenset({"sku"}),
    "query": frozenset({"tags"}),
}
"""By type: names of the envelope that this type has in its ``properties``."""

CONTAINING = frozenset({"query"})
"""Types of which the SDK has a property `properties` that is inside Azure's container of that name."""

WRAPPED = frozenset(
    f"pulumi_azure_native.network._inputs.{name}Args"
    for name in (
        "ApplicationSecurityGroup",
        "Delegation",
        "NatGateway",
        "NetworkSecurityGroup",
        "PrivateDnsZoneConfig",
        "PrivateEndpointIPConfiguration",
        "PrivateLinkServiceConnection",
        "PublicIPAddress",
        "Route",
        "RouteTable",
        "SecurityRule",
        "ServiceEndpointPolicy",
        "ServiceEndpointPolicyDefinition",
        "Subnet",
        "VirtualNetworkPeering",
    )
)
"""The SDK's nested types whose ``properties`` are lifted as well."""

WRAPPED_ENVELOPE = ENVELOPE | {"id", "type", "etag"}
"""What stands beside the ``properties`` of a nested object. ``id`` refers to one that exists."""

FLATTENED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "pulumi_azure_native.frontdoor._inputs.PolicySettingsArgs": {
        "logScrubbing": frozenset({"scrubbingRules", "state"}),
    },
}
"""The SDK's nested types that have the properties of an object in them as their own: the object → those properties
(Azure/azure-rest-api-specs: Microsoft.Network FrontDoor, examples/2025-11-01/WafPolicyGet.json)."""

_HYPHENATED = (
    "balanceSimilarNodeGroups",
    "daemonsetEvictionForEmptyNodes",
    "daemonsetEvictionForOccupiedNodes",
    "ignoreDaemonsetsUtilization",
    "maxEmptyBulkDelete",
    "maxGracefulTerminationSec",
    "maxNodeProvisionTime",
    "maxTotalUnreadyPercentage",
    "newPodScaleUpDelay",
    "okTotalUnreadyCount",
    "scaleDownDelayAfterAdd",
    "scaleDownDelayAfterDelete",
    "scaleDownDelayAfterFailure",
    "scaleDownUnneededTime",
    "scaleDownUnreadyTime",
    "scaleDownUtilizationThreshold",
    "scanInterval",
    "skipNodesWithLocalStorage",
    "skipNodesWithSystemPods",
)
"""Flags of the cluster autoscaler, which Azure spells as its command line does: ``max-empty-bulk-delete``."""

_ATTRIBUTES = {"expires": "exp", "notBefore": "nbf"}
"""Microsoft: Microsoft.KeyVault vaults/secrets, vaults/keys (template reference)."""

_ADDRESS = {"iPAddressOrRange": "value"}

_ODATA = {"odataType": "odata.type"}

RENAMED: Mapping[str, Mapping[str, str]] = {
    "application-insights": {
        "applicationType": "Application_Type",
        "disableIpMasking": "DisableIpMasking",
        "disableLocalAuth": "DisableLocalAuth",
        "flowType": "Flow_Type",
        "forceCustomerStorageForProfiler": "ForceCustomerStorageForProfiler",
        "hockeyAppId": "HockeyAppId",
        "immediatePurgeDataOn30Days": "ImmediatePurgeDataOn30Days",
        "ingestionMode": "IngestionMode",
        "requestSource": "Request_Source",
        "retentionInDays": "RetentionInDays",
        "samplingPercentage": "SamplingPercentage",
        "workspaceResourceId": "WorkspaceResourceId",
    },
    "dns-record-set": {
        "aaaaRecords": "AAAARecords",
        "aRecords": "ARecords",
        "cnameRecord": "CNAMERecord",
        "dsRecords": "DSRecords",
        "mxRecords": "MXRecords",
        "naptrRecords": "NAPTRRecords",
        "nsRecords": "NSRecords",
        "ptrRecords": "PTRRecords",
        "soaRecord": "SOARecord",
        "srvRecords": "SRVRecords",
        "tlsaRecords": "TLSARecords",
        "ttl": "TTL",
        "txtRecords": "TXTRecords",
    },
    "role-definition": {"roleType": "type"},
    "storage-account": {
        "enableHttpsTrafficOnly": "supportsHttpsTrafficOnly",
        "enableNfsV3": "isNfsV3Enabled",
        "networkRuleSet": "networkAcls",
    },
    "web-test": {
        "configuration": "Configuration",
        "description": "Description",
        "enabled": "Enabled",
        "frequency": "Frequency",
        "locations": "Locations",
        "request": "Request",
        "retryEnabled": "RetryEnabled",
        "syntheticMonitorId": "SyntheticMonitorId",
        "timeout": "Timeout",
        "validationRules": "ValidationRules",
        "webTestKind": "Kind",
        "webTestName": "Name",
    },
    "pulumi_azure_native.applicationinsights._inputs.HeaderFieldArgs": {
        "headerFieldName": "key",
        "headerFieldValue": "value",
    },
    "pulumi_azure_native.applicationinsights._inputs.WebTestGeolocationArgs": {"location": "Id"},
    "pulumi_azure_native.applicationinsights._inputs.WebTestPropertiesRequestArgs": {
        "followRedirects": "FollowRedirects",
        "headers": "Headers",
        "httpVerb": "HttpVerb",
        "parseDependentRequests": "ParseDependentRequests",
        "requestBody": "RequestBody",
        "requestUrl": "RequestUrl",
    },
    "pulumi_azure_native.applicationinsights._inputs.WebTestPropertiesValidationRulesArgs": {
        "expectedHttpStatusCode": "ExpectedHttpStatusCode",
        "sSLCertRemainingLifetimeCheck": "SSLCertRemainingLifetimeCheck",
        "sSLCheck": "SSLCheck",
    },
    "pulumi_azure_native.containerregistry._inputs.IPRuleArgs": _ADDRESS,
    "pulumi_azure_native.monitor._inputs.MetricAlertSingleResourceMultipleMetricCriteriaArgs": _ODATA,
    "pulumi_azure_native.monitor._inputs.WebtestLocationAvailabilityCriteriaArgs": _ODATA,
    "pulumi_azure_native.monitor._inputs.MetricAlertMultipleResourceMultipleMetricCriteriaArgs": _ODATA,
    "pulumi_azure_native.containerservice._inputs.ManagedClusterPropertiesAutoScalerProfileArgs": {
        name: re.sub("(?=[A-Z])", "-", name).lower() for name in _HYPHENATED
    },
    "pulumi_azure_native.keyvault._inputs.KeyAttributesArgs": _ATTRIBUTES,
    "pulumi_azure_native.keyvault._inputs.SecretAttributesArgs": _ATTRIBUTES,
    "pulumi_azure_native.monitor._inputs.ScaleRuleMetricDimensionArgs": {
        "dimensionName": "DimensionName",
        "operator": "Operator",
        "values": "Values",
    },
    "pulumi_azure_native.storage._inputs.EncryptionArgs": {
        "encryptionIdentity": "identity",
        "keyVaultProperties": "keyvaultproperties",
    },
    "pulumi_azure_native.storage._inputs.EncryptionIdentityArgs": {
        "encryptionFederatedIdentityClientId": "federatedIdentityClientId",
        "encryptionUserAssignedIdentity": "userAssignedIdentity",
    },
    "pulumi_azure_native.storage._inputs.IPRuleArgs": _ADDRESS,
    "pulumi_azure_native.storage._inputs.KeyVaultPropertiesArgs": {
        "keyName": "keyname",
        "keyVaultUri": "keyvaulturi",
        "keyVersion": "keyversion",
    },
    "pulumi_azure_native.storage._inputs.VirtualNetworkRuleArgs": {"virtualNetworkResourceId": "id"},
}
"""By type (its key, or the SDK's nested type): the SDK's name → Azure's."""
