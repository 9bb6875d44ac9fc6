"""Codes of ARM itself, of networks, telemetry and registries, identities and clusters."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

COMMON = "Microsoft: Troubleshoot common Azure deployment errors"
RBAC = "Microsoft: Troubleshoot Azure RBAC"
SETTINGS = "Microsoft: Diagnostic settings in Azure Monitor"
ENDPOINTS = "Microsoft: Troubleshoot private endpoint creation that fails or stalls in Azure Private Link"
UPGRADES = "Microsoft: Troubleshoot AKS upgrade errors because of version skew, incompatibility, or lack of support"
TIERS = "Microsoft: Azure Container Registry service tiers"
REDIS = "Microsoft: Azure Managed Redis architecture"
COSMOS = "Microsoft: Azure Cosmos DB service quotas"
LINKS = "Microsoft: What is a virtual network link?"
AZURERM = "hashicorp/terraform-provider-azurerm"
NATIVE = "pulumi/pulumi-azure-native"

GENERAL: Mapping[str, tuple[Rule, ...]] = {
    "InvalidParameter": (
        Rule("a pool without count, or with one outside minCount and maxCount", f"{NATIVE}#2943"),
        unconfirmed(
            "a cluster without system pool, a short maintenance window, days that a workspace cannot keep", COMMON
        ),
    ),
    "InvalidRequestFormat": (unconfirmed("a network without address space, a zone group without zones", COMMON),),
    "InvalidResourceName": (
        unconfirmed("a name outside its rule; services have codes of their own for it", "name rules"),
    ),
    "InvalidResourceReference": (
        Rule("an id of a resource that is not there", COMMON),
        Rule("a reference into another region within Microsoft.Network", "Azure/azure-cli#13614"),
    ),
    "InvalidResourceLocation": (
        Rule("another location for a resource that exists", f"{NATIVE}#3053, MicrosoftDocs/azure-docs#70422"),
    ),
    "LocationNotAvailableForResourceType": (Rule("a region without the type", "Azure/AKS-Construction#193"),),
    "LocationNotSupportAvailabilityZones": (
        Rule("zones in a region that has none", "Azure-Samples/azure-nvidia-robotics-reference-architecture#182"),
    ),
    "ParentResourceNotFound": (Rule("a child before its parent", COMMON),),
    "ResourceGroupNotFound": (Rule("a resource before its group", COMMON),),
    "ResourceNotFound": (Rule("an extension of, or the keys of, a resource that is not there", COMMON),),
    "ScopeLocked": (
        Rule("a delete below a lock", "Azure Verified Modules TFFR6, Azure/azure-cli#20232"),
        Rule(
            "the end of a group with a lock inside",
            "microsoft/TeamCloud#146, MicrosoftDocs/azure-docs#71608, public logs (code)",
        ),
        unconfirmed("the end of another resource with a lock inside", "Microsoft: Lock your Azure resources"),
    ),
    "TooManyTags": (
        unconfirmed("more than 50 tags", f"Microsoft: Use tags to organize your Azure resources, {AZURERM}#4070"),
    ),
    "PropertyChangeNotAllowed": (
        Rule("clusters and pools: what was chosen at creation", f"{NATIVE}#959, Azure/azure-cli#24764"),
        unconfirmed("other types: what was chosen at creation", "the document that the behaviour names"),
    ),
    "AlreadyInUse": (unconfirmed("a globally unique name that somebody else has", "the name rule of the type"),),
    "Conflict": (
        Rule("a deleted secret whose name is not free yet", "Azure/azure-powershell#19733"),
        unconfirmed("a deleted key whose name is not free yet", "MicrosoftDocs/azure-docs#50150"),
        unconfirmed("a second link of a network to a zone, or a second zone for its registrations", LINKS),
        unconfirmed("a replica in the registry's own region", TIERS),
        unconfirmed("a data sink that another setting of the resource has", SETTINGS),
        Rule("a diagnostic setting without Microsoft.Insights registered", f"{NATIVE}#3479"),
        unconfirmed("a workspace whose name a deleted one elsewhere has", f"{AZURERM}#5465"),
        Rule("the fault `conflict`", "Microsoft: Resolve common errors (Conflict)"),
    ),
    "TooManyRequests": (Rule("the fault `throttled`", "Microsoft: Throttling Resource Manager requests"),),
    "AnotherOperationInProgress": (Rule("the fault `busy`", "Microsoft: Resolve common errors"),),
    "InternalServerError": (Rule("the fault `server-error`", "Microsoft: Resolve common errors"),),
    "InternalExecutionError": (Rule("the fault `failed`", "Microsoft: Asynchronous operations"),),
    "BadRequest": (
        Rule("a new pool by way of its cluster", f"{NATIVE}#2719"),
        unconfirmed("a size that the region does not offer, the end of the last system pool", "Microsoft: AKS"),
        Rule("issuer and subject that another credential of the identity has", "Azure/bicep-types-az#2054"),
        Rule("telemetry without a workspace", "Azure/azure-quickstart-templates#14210"),
        Rule("a log category that the type does not have", "Azure/azure-powershell#9863"),
        unconfirmed("a setting without a sink, a sixth setting", SETTINGS),
        unconfirmed("Service Bus: what a tier does not have, a tier that cannot be changed", f"{AZURERM}#6212, #16463"),
        Rule("vaults: purge protection switched off", "Azure/azure-rest-api-specs#18106"),
        unconfirmed(
            "vaults: another tenant, soft delete off, days of soft delete", "Microsoft: Vaults - Create Or Update"
        ),
        Rule("Cosmos DB: locations", "Azure/azure-powershell#11560, MicrosoftDocs/azure-docs#105175"),
        Rule("Cosmos DB: backup together with other changes, throughput", f"Azure/bicep#12403, {AZURERM}#9611"),
        Rule("Cosmos DB: partition and unique keys", f"{NATIVE}#562, Azure/azure-sdk-for-python#40070"),
        Rule("Cosmos DB: a principal that is not known everywhere yet", f"{NATIVE}#2816"),
        unconfirmed("Cosmos DB: capacity mode, free tier, backup, zones, scopes, a taken name, the rest", COSMOS),
        Rule("Redis: zones of a cluster", "langchain-ai/terraform#107"),
        unconfirmed("Redis: all other combinations that are documented as impossible", REDIS),
    ),
}

NETWORK: Mapping[str, tuple[Rule, ...]] = {
    "NetcfgSubnetRangeOutsideVnet": (Rule("a subnet outside its network", "MicrosoftDocs/azure-docs#123869"),),
    "NetcfgSubnetRangesOverlap": (Rule("two subnets that overlap", "MicrosoftDocs/azure-docs#123869"),),
    "InvalidAddressPrefixFormat": (
        Rule(
            "a range of a network or subnet that is not in CIDR notation",
            "Azure/azure-service-operator#997, Azure/avdaccelerator#83",
        ),
    ),
    "InvalidCIDRNotation": (
        Rule(
            "a range of a network or subnet that does not begin where its length says",
            "microsoft/sql-server-samples#492 (message), public logs (code)",
        ),
    ),
    "AddressPrefixStringCannotBeNullOrEmpty": (
        Rule("a subnet without a range", "Azure/NoOpsAccelerator#106, virtual-kubelet/azure-aci#634"),
    ),
    "InUseSubnetCannotBeDeleted": (Rule("the end of a subnet in use", f"{AZURERM}#4784"),),
    "InUsePrefixCannotBeDeleted": (
        Rule("another range for a subnet in use", "public logs: IpPrefix has active allocations"),
    ),
    "SubnetDelegationsCannotChangeWhenSubnetUsedByResource": (
        Rule("another delegation of a subnet in use", "MicrosoftDocs/azure-docs#39112"),
    ),
    "InUseNetworkSecurityGroupCannotBeDeleted": (Rule("the end of a group in use", f"{AZURERM}#20898"),),
    "SecurityRuleConflict": (Rule("two rules of one priority and direction", "Azure/aks-engine#2106"),),
    "SecurityRuleInvalidPriority": (
        Rule("a priority outside 100 to 4096", "public logs: Security rule has invalid Priority"),
    ),
    "PublicIPAddressCannotBeDeleted": (Rule("the end of an address in use", f"{AZURERM}#688"),),
    "IPv4BasicSkuPublicIpCountLimitReached": (Rule("an address of the SKU Basic", "skypilot-org/skypilot#7977"),),
    "StandardSkuPublicIPAddressesMustBeStatic": (
        Rule("a standard address that is not static", "fortinet/azure-templates#43"),
    ),
    "ResourceAvailabilityZonesCannotBeModified": (Rule("other zones for what exists", "Azure/AzOps#701"),),
    "NatGatewayPublicIpZoneMismatch": (
        unconfirmed("an address of another zone than its gateway", "gardener/gardener-extension-provider-azure#54"),
    ),
    "InUseNatGatewayCannotBeDeleted": (unconfirmed("the end of a gateway in use", "lists of codes in public clients"),),
    "CannotDeleteResource": (Rule("the end of a zone with links", "learntocloud/networking-lab#8"),),
}

SURROUNDINGS: Mapping[str, tuple[Rule, ...]] = {
    "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated": (Rule("an endpoint in a delegated subnet", ENDPOINTS),),
    "IncorrectPrivateLinkServiceConnectionGroupId": (
        Rule("a sub-resource that the target does not have", f"{AZURERM}#11778 (message), public logs (code)"),
    ),
    "MissingParameterOnPrivateLinkServiceConnection": (Rule("an endpoint without sub-resource", f"{AZURERM}#9058"),),
    "CannotChangePrivateLinkConnectionOnPrivateEndpoint": (
        Rule("another target for an endpoint", "Azure/bicep-registry-modules#7285"),
    ),
    "FeatureNotSupportedForSku": (
        unconfirmed("registries: what only Premium has; newer registries may have zones in every tier", TIERS),
        unconfirmed("endpoints: targets that are not Premium", "microsoft/aspire#14484, #16132"),
    ),
    "DisablingPublicNetworkAccessNotSupported": (
        Rule(
            "a registry below Premium without public access",
            "Azure-Samples/dotNET-Frontend-AB-Testing-on-Azure-Container-Apps#5",
        ),
    ),
    "GroupShortNameIsTooLong": (
        Rule("a short name of more than 12 characters", "Azure/azure-rest-api-specs#2840, Azure/bellhop#72"),
    ),
    "ResourceTypeNotSupported": (Rule("a setting for a type without logs", "MicrosoftDocs/azure-docs#109416"),),
}

IDENTITY: Mapping[str, tuple[Rule, ...]] = {
    "RoleDefinitionDoesNotExist": (
        Rule("a role that is not there", "public logs: the specified role definition does not exist"),
    ),
    "RoleAssignmentUpdateNotPermitted": (Rule("another principal or role under the same name", RBAC),),
    "RoleAssignmentExists": (Rule("the same role for the same principal twice", RBAC),),
    "PrincipalNotFound": (Rule("a principal that is not known everywhere yet", RBAC),),
    "UnmatchedPrincipalType": (Rule("a principal of another type", "Azure/azure-dev#3581"),),
    "LinkedAuthorizationFailed": (
        Rule("a cluster without rights on its subnet", "Azure/secrets-store-csi-driver-provider-azure#418"),
    ),
    "FederatedIdentityCredentialLimitReached": (
        unconfirmed("a 21st credential; the limit is documented, its code is not", "Azure/azure-workload-identity#575"),
    ),
    "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity": (
        Rule("two credentials of an identity at once", "crossplane-contrib/provider-upjet-azure#689"),
    ),
}

CLUSTERS: Mapping[str, tuple[Rule, ...]] = {
    "K8sVersionNotSupported": (Rule("a version that is not offered", UPGRADES),),
    "OperationNotAllowed": (
        Rule("a version back, or over a minor version", UPGRADES),
        Rule(
            "two operations on a cluster at once", "Microsoft: Troubleshoot the OperationNotAllowed error code in AKS"
        ),
    ),
    "NodePoolMcVersionIncompatible": (Rule("a pool newer than its cluster", "rancher/rancher#33426"),),
    "SubnetIsDelegated": (Rule("nodes in a delegated subnet", "MicrosoftDocs/azure-docs#69774"),),
    "InsufficientSubnetSize": (Rule("more nodes or pods than addresses", "Azure/AKS-Construction#701"),),
    "NetworkProfileCIDROverlapVNET": (Rule("pods within the network", "Azure/AKS-Construction#403"),),
    "ServiceCidrOverlapExistingSubnetsCidr": (Rule("services within the network", "Azure/AKS#1117"),),
    "VMCacheSizeTooSmall": (unconfirmed("a disk larger than the local one", "Microsoft: Ephemeral OS disks in AKS"),),
    "AvailabilityZoneNotSupported": (
        Rule("zones that the region does not have for nodes", "MicrosoftDocs/azure-aks-docs#416"),
    ),
    "CustomKubeletIdentityMissingPermissionError": (
        Rule("a cluster without rights on its kubelet's", f"{NATIVE}#2020"),
    ),
}
