"""Clusters and their pools."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.arm import COMMON
from offline.azure.codes.repositories import NATIVE
from offline.azure.codes.rule import Rule, unconfirmed

UPGRADES = "Microsoft: Troubleshoot AKS upgrade errors because of version skew, incompatibility, or lack of support"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "K8sVersionNotSupported": (Rule("a version that is not offered", UPGRADES),),
    "OperationNotAllowed": (
        Rule("a downgrade, or an upgrade that skips a minor version", UPGRADES),
        Rule(
            "two operations on a cluster at once", "Microsoft: Troubleshoot the OperationNotAllowed error code in AKS"
        ),
    ),
    "PropertyChangeNotAllowed": (
        Rule("clusters and pools: changing what is fixed at creation", f"{NATIVE}#959, Azure/azure-cli#24764"),
    ),
    "InvalidParameter": (
        Rule("a pool without count, or with one outside minCount and maxCount", f"{NATIVE}#2943"),
        Rule("encryption at host where the subscription has not registered the feature", "Azure/azure-cli#16788"),
        unconfirmed("a cluster without system pool, a maintenance window that is too short", COMMON),
    ),
    "BadRequest": (
        Rule("a new pool added through its cluster", f"{NATIVE}#2719"),
        unconfirmed("a size that the region does not offer, deleting the last system pool", "Microsoft: AKS"),
    ),
    "NodePoolMcVersionIncompatible": (Rule("a pool newer than its cluster", "rancher/rancher#33426"),),
    "SubnetIsDelegated": (Rule("nodes in a delegated subnet", "MicrosoftDocs/azure-docs#69774"),),
    "InsufficientSubnetSize": (Rule("more nodes or pods than addresses", "Azure/AKS-Construction#701"),),
    "NetworkProfileCIDROverlapVNET": (
        Rule("a pod range that overlaps with the network", "Azure/AKS-Construction#403"),
    ),
    "ServiceCidrOverlapExistingSubnetsCidr": (
        Rule("a service range that overlaps with the network", "Azure/AKS#1117"),
    ),
    "InvalidOSSKU": (
        unconfirmed(
            "AzureLinux3 outside Kubernetes 1.28 to 1.36",
            "Microsoft: Upgrade the operating system (OS) version for AKS workloads; the code: Azure/azure-cli#24966",
        ),
    ),
    "VMCacheSizeTooSmall": (
        unconfirmed("an ephemeral disk larger than the local one", "Microsoft: Ephemeral OS disks in AKS"),
    ),
    "AvailabilityZoneNotSupported": (
        Rule("zones that the region does not offer for nodes", "MicrosoftDocs/azure-aks-docs#416"),
    ),
    "CustomKubeletIdentityMissingPermissionError": (
        Rule("a cluster without rights on its kubelet identity", f"{NATIVE}#2020"),
    ),
    "LinkedAuthorizationFailed": (
        Rule("a cluster without rights on its subnet", "Azure/secrets-store-csi-driver-provider-azure#418"),
    ),
}
