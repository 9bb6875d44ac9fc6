"""Properties that Azure takes at creation and never again.

A live resource that is adopted keeps its own: the program's value would be refused, or would need a new resource.
"""

from __future__ import annotations

from collections.abc import Mapping

CREATION_ONLY: Mapping[str, tuple[str, ...]] = {
    "kubernetes-cluster": (
        "dnsPrefix",
        "nodeResourceGroup",
        # azure-native would make the cluster anew for these, so Pulumi refuses to import one that differs.
        "networkProfile.dnsServiceIP",
        "networkProfile.networkDataplane",
        "networkProfile.networkPlugin",
        "networkProfile.networkPluginMode",
        "networkProfile.networkPolicy",
        "networkProfile.outboundType",
        "networkProfile.podCidr",
        "networkProfile.serviceCidr",
    ),
    "application-insights": ("kind", "applicationType"),
    "public-ip-address": ("sku", "zones"),
    "nat-gateway": ("zones",),
    "container-registry": ("zoneRedundancy",),
    "private-dns-zone-link": ("virtualNetwork",),
    "redis-database": ("clusteringPolicy", "geoReplication", "modules", "port"),
    "service-bus-namespace": ("premiumMessagingPartitions", "zoneRedundant"),
    "service-bus-queue": ("enablePartitioning", "requiresDuplicateDetection", "requiresSession"),
    "service-bus-topic": ("enablePartitioning", "requiresDuplicateDetection"),
    "service-bus-subscription": ("requiresSession",),
    "cosmos-account": ("capabilities", "kind"),
    "cosmos-container": ("resource.partitionKey", "resource.uniqueKeyPolicy"),
    "storage-account": ("kind", "encryption"),
    "postgresql-server": (
        "createMode",
        "administratorLogin",
        "availabilityZone",
        "network",
        "backup.geoRedundantBackup",
    ),
    "key-vault": ("properties.softDeleteRetentionInDays",),
}
"""By type; sources: the behaviours of offline/azure, which refuse the same."""
