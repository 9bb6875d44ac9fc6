"""For every rule a resource that keeps it and one that breaks it, as data.

A resource that keeps a rule is one of prod or shared, with the changes of ``good``; the other one has those of ``bad``
besides. Types that no stack registers yet are in :data:`OTHERS`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from components.facts.types import REGISTERED_TYPES
from policies.values import Resource
from tests.harness.build import compose_plan
from tests.harness.settings import GONE, plan

CONTRIBUTOR = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
GRANTS = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/f58310d9-a9f6-439a-9e8d-f62e7b41a168"
SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000003"
VAULT = "resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"
POOL = "agentPoolProfiles.0"
REFRESHED = {"agentPoolProfiles.1": {"name": "chain", "mode": "User", "minCount": 2, "vmSize": "Standard_D2ds_v5"}}
"""After a refresh a cluster lists the pools of their own, too."""
SECRETS = "addonProfiles.azureKeyvaultSecretsProvider"
ANYBODY = {
    "name": "AllowAll",
    "direction": "Inbound",
    "access": "Allow",
    "protocol": "*",
    "priority": 4000,
    "sourceAddressPrefix": "*",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "*",
}
EXCLUDED = {"matchVariable": "QueryStringArgNames", "selectorMatchOperator": "Equals", "selector": "q"}

EDGE = {"resourceGroupName": "mys-prod-frontdoor-rg-glob"}
PROFILE = {**EDGE, "profileName": "mys-prod-core-fd-glob"}

CONTAINER = {
    "name": "chain",
    "image": f"registry.example/chain@sha256:{'0' * 64}",
    "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    },
    "startupProbe": {"tcpSocket": {"port": 50051}},
    "readinessProbe": {"tcpSocket": {"port": 50051}},
    "livenessProbe": {"tcpSocket": {"port": 50051}},
}
WORKLOAD = {
    "metadata": {"name": "mys-chain", "namespace": "mys-prod"},
    "spec": {
        "selector": {"matchLabels": {"app.kubernetes.io/name": "chain", "app.kubernetes.io/instance": "mys-chain"}},
        "template": {
            "spec": {
                "automountServiceAccountToken": False,
                "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
                "containers": [CONTAINER],
            },
        },
    },
}
PODS = ("deployment", "stateful-set", "job")
POD = "spec.template.spec"
FIRST = f"{POD}.containers.0"

OTHERS: Mapping[str, Mapping[str, Any]] = {
    **dict.fromkeys(PODS, WORKLOAD),
    "disk": {
        "diskName": "mys-prod-chain-disk-san",
        "resourceGroupName": "mys-prod-core-rg-san",
        "location": "southafricanorth",
        "networkAccessPolicy": "DenyAll",
        "creationData": {"createOption": "Empty"},
    },
    "metric-alert": {
        "ruleName": "alert",
        "resourceGroupName": "mys-prod-core-rg-san",
        "location": "global",
        "enabled": True,
        "severity": 2,
        "scopes": [],
        "windowSize": "PT5M",
        "evaluationFrequency": "PT1M",
        "criteria": {"odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"},
        "autoMitigate": True,
    },
    "front-door-profile": {**PROFILE, "sku": {"name": "Premium_AzureFrontDoor"}},
    "front-door-origin-group": {
        **PROFILE,
        "originGroupName": "api",
        "healthProbeSettings": {"probePath": "/health", "probeRequestType": "HEAD", "probeProtocol": "Https"},
    },
    "front-door-origin": {
        **PROFILE,
        "originGroupName": "api",
        "originName": "api",
        "hostName": "api.mystira.app",
        "enforceCertificateNameCheck": True,
    },
    "front-door-route": {
        **PROFILE,
        "endpointName": "api",
        "routeName": "api",
        "httpsRedirect": "Enabled",
        "forwardingProtocol": "HttpsOnly",
    },
    "front-door-custom-domain": {
        **PROFILE,
        "customDomainName": "api",
        "hostName": "api.mystira.app",
        "tlsSettings": {"certificateType": "ManagedCertificate", "minimumTlsVersion": "TLS12"},
    },
    "waf-policy": {
        **EDGE,
        "policyName": "mysprodwaf",
        "policySettings": {"enabledState": "Enabled", "mode": "Prevention"},
        "managedRules": {
            "managedRuleSets": [
                {"ruleSetType": "Microsoft_DefaultRuleSet", "ruleSetVersion": "2.1"},
                {"ruleSetType": "Microsoft_BotManagerRuleSet", "ruleSetVersion": "1.1"},
            ]
        },
    },
}
"""Inputs that keep the rules, of types that no stack registers yet."""


@dataclass(frozen=True)
class Case:
    """A rule, a type, and what breaks it."""

    rule: str
    kind: str
    bad: Mapping[str, Any]
    """By path: what breaks the rule. Numbers count from 0."""
    good: Mapping[str, Any] = field(default_factory=dict)
    """By path: what the resource lacks that the rule asks for."""
    protect: bool = True
    """Whether the one that breaks it is protected."""
    refused: bool = False
    """Whether azure-native refuses the one that breaks it, too: the engine then ends before the next resource."""

    def keeps(self) -> Resource:
        """The resource that keeps the rule."""
        return _resource(self.kind, changed(base(self.kind), self.good), "good", protect=True)

    def breaks(self) -> Resource:
        """The resource that breaks it."""
        inputs = changed(changed(base(self.kind), self.good), self.bad)
        return _resource(self.kind, inputs, "bad", protect=self.protect)


def _resource(kind: str, inputs: Mapping[str, Any], name: str, *, protect: bool) -> Resource:
    token = REGISTERED_TYPES[kind].token
    return Resource(f"urn:pulumi:prod::mystira::{token}::{name}", token, name, inputs, protect)


@cache
def bases() -> Mapping[str, Mapping[str, Any]]:
    """By kind: the inputs of a resource that prod registers, or shared."""
    kinds = {row.token: key for key, row in REGISTERED_TYPES.items()}
    found: dict[str, Mapping[str, Any]] = dict(OTHERS)
    for stack in ("dev", "shared", "prod"):
        for each in reversed(compose_plan(plan(stack)).resources):
            if each.type in kinds:
                found[kinds[each.type]] = each.inputs
    return found


def base(kind: str) -> Mapping[str, Any]:
    """The inputs of a resource of a kind."""
    return bases()[kind]


def changed(inputs: Mapping[str, Any], changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs with changes by path."""
    found = copy.deepcopy(dict(inputs))
    for path, value in changes.items():
        *before, last = path.split(".")
        target: Any = found
        for part in before:
            target = target[int(part)] if isinstance(target, list) else target.setdefault(part, {})
        if isinstance(target, list):
            target[int(last) : int(last) + 1] = [] if value is GONE else [value]
        elif value is GONE:
            target.pop(last, None)
        else:
            target[last] = value
    return found


def _each(rule: str, kinds: tuple[str, ...], bad: Mapping[str, Any]) -> list[Case]:
    return [Case(rule, kind, bad) for kind in kinds]


SITES = ("web-app", "web-app-slot")
ENABLED = {"publicNetworkAccess": "Enabled"}
STATE = {"tags.Service": "terraform"}

CASES: tuple[Case, ...] = (
    Case("name", "key-vault", {"vaultName": "vault-of-mine"}),
    Case("name", "storage-account", {"accountName": GONE}, refused=True),
    Case("tags", "key-vault", {"tags.Team": GONE}),
    Case("tags", "redis", {"tags.ManagedBy": "terraform"}),
    Case("region", "key-vault", {"location": "eastasia2"}),
    Case("unique-display-name", "application", {"preventDuplicateNames": GONE}),
    Case("lock-note", "management-lock", {"notes": GONE}),
    # No public data plane.
    Case("postgresql-public-access", "postgresql-server", {"network.publicNetworkAccess": "Enabled"}),
    Case("postgresql-public-access", "postgresql-server", {"network.delegatedSubnetResourceId": GONE}),
    *_each("cosmos-public-access", ("cosmos-account",), ENABLED),
    *_each("storage-public-access", ("storage-account",), ENABLED),
    Case(
        "state-public-access",
        "storage-account",
        {"publicNetworkAccess": "Enabled", "networkRuleSet.defaultAction": "Allow"},
        STATE,
    ),
    Case(
        "state-public-access",
        "key-vault",
        {"properties.publicNetworkAccess": "Enabled", "properties.networkAcls.defaultAction": "Allow"},
        STATE,
    ),
    Case(
        "vault-public-access",
        "key-vault",
        {"properties.publicNetworkAccess": "Enabled", "properties.networkAcls.defaultAction": "Allow"},
    ),
    *_each("redis-public-access", ("redis",), ENABLED),
    *_each("service-bus-public-access", ("service-bus-namespace",), ENABLED),
    Case("service-bus-firewall", "service-bus-network-rules", {"defaultAction": "Allow"}),
    Case("ai-public-access", "ai-account", {"properties.publicNetworkAccess": "Enabled"}),
    Case("ai-firewall", "ai-account", {"properties.networkAcls.defaultAction": "Allow"}),
    *_each("search-public-access", ("search-service",), ENABLED),
    Case(
        "registry-public-access",
        "container-registry",
        {"networkRuleSet.defaultAction": "Allow"},
        {"networkRuleSet.defaultAction": "Deny"},
    ),
    *_each("app-public-access", SITES, ENABLED),
    Case("disk-public-access", "disk", {"networkAccessPolicy": "AllowAll", **ENABLED}),
    Case("registry-data-endpoint", "container-registry", {"dataEndpointEnabled": False}),
    Case("registry-exports", "container-registry", {"publicNetworkAccess": "Disabled"}),
    # The network.
    Case("subnet-security-group", "virtual-network", {"subnets.0.networkSecurityGroup": GONE}),
    Case("subnet-private", "virtual-network", {"subnets.0": {"name": "open", "addressPrefix": "10.2.200.0/24"}}),
    Case("security-group-open", "network-security-group", {"securityRules.0": ANYBODY}),
    Case("security-group-lateral", "network-security-group", {"securityRules": [ANYBODY]}),
    Case("public-ip-standard", "public-ip-address", {"sku.name": "Basic"}),
    Case("nat-gateway-sku", "nat-gateway", {"publicIpAddresses": GONE}),
    Case("private-endpoint-target", "private-endpoint", {"privateLinkServiceConnections.0.groupIds": GONE}),
    # TLS and encryption.
    Case("tls-version", "storage-account", {"minimumTlsVersion": "TLS1_1"}),
    Case("tls-version", "cosmos-account", {"minimalTlsVersion": "Tls11"}),
    Case("tls-version", "service-bus-namespace", {"minimumTlsVersion": "1.0"}),
    Case("tls-version", "redis", {"minimumTlsVersion": "1.1"}),
    *_each("tls-version", SITES, {"siteConfig.minTlsVersion": "1.1"}),
    *_each("tls-version", SITES, {"siteConfig.scmMinTlsVersion": "1.0"}),
    Case(
        "tls-version",
        "postgresql-configuration",
        {"value": "TLSv1"},
        {"configurationName": "ssl_min_protocol_version", "value": "TLSv1.2"},
    ),
    Case("tls-version", "front-door-custom-domain", {"tlsSettings.minimumTlsVersion": "TLS10"}),
    Case("https-only", "storage-account", {"enableHttpsTrafficOnly": False}),
    *_each("https-only", SITES, {"httpsOnly": False}),
    Case("https-only", "redis-database", {"clientProtocol": "Plaintext"}),
    Case("https-only", "front-door-route", {"httpsRedirect": "Disabled"}),
    Case(
        "postgresql-secure-transport",
        "postgresql-configuration",
        {"value": "off"},
        {"configurationName": "require_secure_transport", "value": "on"},
    ),
    *_each("ftp-off", SITES, {"siteConfig.ftpsState": "AllAllowed"}),
    *_each("ftp-off", ("web-app-scm-allowed", "web-app-ftp-allowed"), {"allow": True}),
    *_each("ftp-off", ("web-app-slot-scm-allowed", "web-app-slot-ftp-allowed"), {"allow": True}),
    Case("storage-encryption", "storage-account", {"encryption.requireInfrastructureEncryption": False}),
    Case("node-encryption", "kubernetes-cluster", {f"{POOL}.enableEncryptionAtHost": False}),
    Case("node-encryption", "agent-pool", {"enableEncryptionAtHost": GONE}),
    Case("disk-encryption", "disk", {"creationData.createOption": "Import"}),
    # Identities instead of keys.
    *_each("local-auth", ("cosmos-account", "service-bus-namespace", "search-service"), {"disableLocalAuth": False}),
    Case("local-auth", "application-insights", {"disableLocalAuth": False}),
    Case("local-auth", "storage-account", {"allowSharedKeyAccess": True}),
    Case("local-auth", "ai-account", {"properties.disableLocalAuth": False}),
    Case("local-auth-elsewhere", "log-analytics-workspace", {"features.disableLocalAuth": False}),
    Case("local-auth-elsewhere", "communication-service", {"disableLocalAuth": False}),
    Case("redis-private-keys", "redis-database", {"accessKeysAuthentication": "Enabled"}),
    Case("postgresql-passwords", "postgresql-server", {"authConfig.passwordAuth": "Enabled"}),
    Case("postgresql-entra", "postgresql-server", {"authConfig.activeDirectoryAuth": "Disabled"}),
    Case("registry-admin", "container-registry", {"adminUserEnabled": True}),
    Case("registry-admin", "container-registry", {"anonymousPullEnabled": True}),
    Case("storage-local-users", "storage-account", {"isLocalUserEnabled": True}),
    Case("storage-anonymous", "storage-account", {"allowBlobPublicAccess": True}),
    Case("storage-anonymous", "blob-container", {"publicAccess": "Blob"}),
    Case("cosmos-metadata", "cosmos-account", {"disableKeyBasedMetadataWriteAccess": False}),
    *_each("managed-identity", (*SITES, "kubernetes-cluster", "ai-account", "ai-project"), {"identity": GONE}),
    Case("federation-subject", "federated-credential", {"subject": "repo:mystira/*"}),
    Case("federation-subject", "federated-credential", {"audiences": ["api://everybody"]}),
    Case("redirect-https", "application", {"web.redirectUris": ["http://admin.mystira.app/auth"]}),
    Case("application-audience", "application", {"signInAudience": "AzureADMultipleOrgs"}),
    Case("application-passwords", "application", {"password.displayName": "rotate me"}),
    Case("conditional-access-enforced", "conditional-access-policy", {"conditions.users.excludedGroups": GONE}),
    # Vaults.
    Case("vault-roles", "key-vault", {"properties.enableRbacAuthorization": False}),
    Case("vault-soft-delete", "key-vault", {"properties.enableSoftDelete": False}),
    Case("vault-purge-protection", "key-vault", {"properties.enablePurgeProtection": GONE}),
    Case("vault-purge-protection", "key-vault", {"properties.softDeleteRetentionInDays": 7}),
    Case("vault-callers", "key-vault", {"properties.enabledForTemplateDeployment": True}),
    Case("key-rotation", "key-vault-key", {"properties.rotationPolicy": GONE}),
    Case("key-rotation", "key-vault-key", {"properties.attributes.expires": GONE}),
    Case("key-strength", "key-vault-key", {"properties.keySize": 2048}),
    Case("secret-end", "key-vault-secret", {"properties.attributes.expires": GONE}),
    Case("secret-content-type", "key-vault-secret", {"properties.contentType": GONE}),
    # Zones and high availability.
    Case("postgresql-high-availability", "postgresql-server", {"highAvailability.mode": "Disabled"}),
    Case("postgresql-maintenance", "postgresql-server", {"maintenanceWindow.customWindow": "Disabled"}),
    Case("postgresql-auto-grow", "postgresql-server", {"storage.autoGrow": "Disabled"}),
    Case("redis-replica", "redis", {"highAvailability": "Disabled"}),
    Case("redis-persistence", "redis-database", {"persistence.aofEnabled": False}),
    Case("cosmos-regions", "cosmos-account", {"locations.1": GONE}),
    Case("cosmos-zones", "cosmos-account", {"locations.0.isZoneRedundant": False}),
    Case("cosmos-failover", "cosmos-account", {"enableAutomaticFailover": False}),
    Case("storage-redundancy", "storage-account", {"sku.name": "Standard_LRS"}),
    Case("service-bus-zones", "service-bus-namespace", {"zoneRedundant": False}),
    Case("search-replicas", "search-service", {"replicaCount": 1}),
    Case("search-tier", "search-service", {"sku.name": "free"}),
    Case("hosting-zones", "app-service-plan", {"zoneRedundant": False}),
    Case("hosting-zones", "app-service-plan", {"sku.capacity": 1}),
    Case("aks-tier", "kubernetes-cluster", {"sku.tier": "Free"}),
    Case("aks-zones", "kubernetes-cluster", {f"{POOL}.minCount": 2}, REFRESHED),
    Case("aks-zones", "agent-pool", {"minCount": 1}),
    Case("aks-pool-zones", "kubernetes-cluster", {f"{POOL}.availabilityZones": ["1"]}),
    Case("aks-pool-zones", "agent-pool", {"availabilityZones": GONE}),
    Case("aks-system-pool-size", "kubernetes-cluster", {f"{POOL}.vmSize": "Standard_D2ds_v5"}, REFRESHED),
    *_each("registry-zones", ("container-registry", "registry-replication"), {"zoneRedundancy": "Disabled"}),
    Case("registry-tier", "container-registry", {"sku.name": "Standard"}),
    # Backups and retention.
    Case("postgresql-backup", "postgresql-server", {"backup.backupRetentionDays": 1}),
    Case("postgresql-geo-backup", "postgresql-server", {"backup.geoRedundantBackup": "Disabled"}),
    Case("cosmos-backup", "cosmos-account", {"backupPolicy": {"type": "Periodic"}}),
    Case("blob-recovery", "blob-service", {"deleteRetentionPolicy.enabled": False}),
    Case("blob-recovery", "blob-service", {"isVersioningEnabled": False}),
    Case("storage-tenant", "storage-account", {"allowCrossTenantReplication": True}),
    Case("storage-lifecycle", "storage-lifecycle", {"policy.rules.0.enabled": False}),
    Case("queue-dead-letters", "service-bus-queue", {"deadLetteringOnMessageExpiration": False}),
    Case("queue-dead-letters", "service-bus-subscription", {"deadLetteringOnMessageExpiration": GONE}),
    *_each("topic-duplicates", ("service-bus-queue", "service-bus-topic"), {"requiresDuplicateDetection": False}),
    Case("registry-retention", "container-registry", {"policies.retentionPolicy.status": "disabled"}),
    Case("cosmos-indexing", "cosmos-container", {"resource.indexingPolicy.indexingMode": "none"}),
    Case("log-retention", "log-analytics-workspace", {"retentionInDays": 7}),
    # Logs, locks and protection.
    Case("diagnostics-workspace", "diagnostic-setting", {"logAnalyticsDestinationType": GONE}),
    Case("telemetry-workspace", "application-insights", {"workspaceResourceId": GONE}),
    Case("data-protect", "cosmos-account", {}, protect=False),
    Case("data-protect", "postgresql-server", {}, protect=False),
    Case("alert-resolves", "metric-alert", {"autoMitigate": False}),
    Case("alert-receivers", "action-group", {"emailReceivers": []}),
    Case("alert-receivers", "action-group", {"enabled": False}),
    # Roles.
    Case("role-wide", "role-assignment", {"roleDefinitionId": CONTRIBUTOR, "scope": f"{SUBSCRIPTION}/{VAULT}"}),
    Case("role-scope", "role-assignment", {"scope": SUBSCRIPTION}),
    Case(
        "role-condition",
        "role-assignment",
        {"condition": GONE, "conditionVersion": GONE},
        {"roleDefinitionId": GRANTS, "condition": "@Resource[x] StringEquals 'y'", "conditionVersion": "2.0"},
    ),
    Case("role-person", "role-assignment", {"principalType": "User"}),
    Case("role-own", "role-definition", {"permissions.0.actions": ["*"]}),
    Case("role-own", "role-definition", {"assignableScopes": [SUBSCRIPTION]}),
    # AKS.
    Case("aks-api-open", "kubernetes-cluster", {"apiServerAccessProfile.authorizedIPRanges": GONE}),
    Case("aks-local-accounts", "kubernetes-cluster", {"disableLocalAccounts": False}),
    Case("aks-entra", "kubernetes-cluster", {"aadProfile.enableAzureRBAC": False}),
    Case("aks-workload-identity", "kubernetes-cluster", {"oidcIssuerProfile.enabled": False}),
    Case("aks-run-command", "kubernetes-cluster", {"apiServerAccessProfile.disableRunCommand": False}),
    Case("aks-network-policy", "kubernetes-cluster", {"networkProfile.networkPolicy": GONE}),
    Case("aks-addresses", "kubernetes-cluster", {"networkProfile.networkPluginMode": GONE}),
    Case("aks-load-balancer", "kubernetes-cluster", {"networkProfile.loadBalancerSku": "basic"}),
    Case("aks-policy", "kubernetes-cluster", {"addonProfiles.azurepolicy.enabled": False}),
    Case("aks-secret-store", "kubernetes-cluster", {f"{SECRETS}.config.enableSecretRotation": "false"}),
    Case("aks-old-addons", "kubernetes-cluster", {"addonProfiles.httpApplicationRouting.enabled": True}),
    Case("aks-upgrades", "kubernetes-cluster", {"autoUpgradeProfile.upgradeChannel": "none"}),
    Case("aks-maintenance", "maintenance-configuration", {"maintenanceWindow.schedule": {}}),
    Case("aks-image-cleaner", "kubernetes-cluster", {"securityProfile.imageCleaner.enabled": False}),
    Case("aks-autoscaler", "kubernetes-cluster", {f"{POOL}.enableAutoScaling": False}),
    Case("aks-autoscaler", "agent-pool", {"enableAutoScaling": False}),
    Case("aks-ephemeral-disks", "agent-pool", {"osDiskType": "Managed"}),
    Case("aks-scale-sets", "agent-pool", {"type": "AvailabilitySet"}),
    Case("aks-node-addresses", "agent-pool", {"enableNodePublicIP": True}),
    Case("aks-azure-linux", "agent-pool", {"osSKU": "Ubuntu"}),
    Case("aks-trusted-launch", "agent-pool", {"securityProfile.enableVTPM": False}),
    Case("aks-pods", "agent-pool", {"maxPods": 10}),
    Case("aks-system-pool", "kubernetes-cluster", {f"{POOL}.nodeTaints": GONE}, REFRESHED),
    Case("aks-version", "kubernetes-cluster", {f"{POOL}.orchestratorVersion": "1.35"}),
    Case("aks-disk-driver", "kubernetes-cluster", {"storageProfile.diskCSIDriver.enabled": False}),
    Case("aks-node-group", "kubernetes-cluster", {"nodeResourceGroupProfile": GONE}),
    Case("aks-container-insights", "kubernetes-cluster", {"azureMonitorProfile.metrics.enabled": False}),
    Case("aks-container-insights", "kubernetes-cluster", {"addonProfiles.omsagent.enabled": False}),
    Case(
        "aks-defender",
        "kubernetes-cluster",
        {"securityProfile.defender.securityMonitoring.enabled": False},
        {"securityProfile.defender.securityMonitoring.enabled": True},
    ),
    # Hosting, edge, models and mail.
    *_each("app-always-on", SITES, {"siteConfig.alwaysOn": False}),
    Case("app-http2", "web-app", {"siteConfig.http20Enabled": False}),
    Case("app-health", "web-app", {"siteConfig.healthCheckPath": "/"}),
    Case("app-remote-debugging", "web-app", {"siteConfig.remoteDebuggingEnabled": True}),
    Case("app-cors", "web-app", {"siteConfig.cors.allowedOrigins": ["*"]}),
    Case("app-outbound", "web-app", {"virtualNetworkSubnetId": GONE}),
    Case("app-runtime", "web-app", {"siteConfig.linuxFxVersion": GONE}),
    Case("app-plan", "app-service-plan", {"sku.name": "F1"}),
    Case("autoscale-on", "autoscale-setting", {"enabled": False}),
    Case("static-site-gate", "static-site", {"publicNetworkAccess": "Enabled"}, {"publicNetworkAccess": "Disabled"}),
    Case("static-site-tier", "static-site", {"sku.name": "Free"}),
    Case("mail-tracking", "email-domain", {"userEngagementTracking": "Enabled"}),
    Case("ai-global-processing", "ai-deployment", {"sku.name": "GlobalStandard"}, {"sku.name": "Standard"}),
    Case("ai-content-filter", "ai-rai-policy", {"properties.contentFilters.0.severityThreshold": "High"}),
    Case("edge-tier", "front-door-profile", {"sku.name": "Standard_AzureFrontDoor"}),
    Case("edge-probe", "front-door-origin-group", {"healthProbeSettings.probeRequestType": "GET"}),
    Case("edge-origin-certificate", "front-door-origin", {"enforceCertificateNameCheck": False}),
    Case("waf-prevention", "waf-policy", {"policySettings.mode": "Detection"}),
    Case("waf-rule-sets", "waf-policy", {"managedRules.managedRuleSets.1": GONE}),
    Case("waf-exclusions", "waf-policy", {"managedRules.managedRuleSets.0.exclusions": [EXCLUDED]}),
    # In a cluster.
    Case("namespace-restricted", "namespace", {"metadata.labels": {"pod-security.kubernetes.io/enforce": "baseline"}}),
    Case("namespace-restricted", "namespace", {"metadata.labels": GONE}),
    *_each("image-digest", PODS, {f"{FIRST}.image": "registry.example/chain:1.0"}),
    *_each("image-digest", PODS, {f"{POD}.initContainers": [{**CONTAINER, "image": "registry.example/init:1.0"}]}),
    *_each("container-limits", PODS, {f"{FIRST}.resources.limits.memory": GONE}),
    *_each("container-limits", PODS, {f"{FIRST}.resources.requests.cpu": GONE}),
    *_each("container-unprivileged", PODS, {f"{POD}.securityContext.runAsNonRoot": False}),
    *_each("container-unprivileged", PODS, {f"{POD}.securityContext.seccompProfile": GONE}),
    *_each("container-unprivileged", PODS, {f"{FIRST}.securityContext.readOnlyRootFilesystem": GONE}),
    *_each("container-unprivileged", PODS, {f"{FIRST}.securityContext.capabilities.drop": []}),
    *_each("container-unprivileged", PODS, {f"{FIRST}.securityContext.allowPrivilegeEscalation": True}),
    *_each("pod-api-token", PODS, {f"{POD}.automountServiceAccountToken": GONE}),
    *_each("probes", ("deployment", "stateful-set"), {f"{FIRST}.livenessProbe": GONE}),
    Case("data-protect", "stateful-set", {}, protect=False),
)
