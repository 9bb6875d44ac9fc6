"""Why the offline cloud returns something else than Azure, property by property.

A property that is missing counts as not read back even where it is explained; one with another value counts.
"""

from __future__ import annotations

from collections.abc import Mapping

_POLICY = (
    "no recording; the examples of Azure/azure-rest-api-specs (2024-11-01, UpdatePublishingCredentialsPolicy.json) "
    "answer both policies with the same id and without a name. That App Service allows publishing passwords until it "
    "is told otherwise comes from the defaults of pulumi/pulumi-azure-native (provider/pkg/resources/defaults.go at "
    "1b7112a)"
)

BELIEVED: Mapping[str, str] = {
    "alert-processing-rule": (
        "no recording was found; what is sent is that of the examples of Microsoft: Alert Processing Rules - Create Or "
        "Update (2021-08-08)"
    ),
    "web-app-ftp-allowed": _POLICY,
    "web-app-scm-allowed": _POLICY,
    "web-app-slot-ftp-allowed": _POLICY,
    "web-app-slot-scm-allowed": _POLICY,
}
"""Types without evidence, by key, and why there is none. What the offline cloud does for them is only believed."""

EVERY_TYPE: Mapping[str, str] = {
    "systemData": "who wrote a resource last, and when: the offline cloud has neither persons nor a clock",
}

_REGION = "the recording is of another region"
_SIZE = "another size is sent"
_VERSION = "another version is sent"
_TARGET = "a plan is scaled instead of the recorded scale set"
_IMAGE = "Azure takes the newest image of the day"

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "agent-pool": {
        "vmSize": _SIZE,
        "orchestratorVersion": _VERSION,
        "currentOrchestratorVersion": _VERSION,
        "nodeImageVersion": _IMAGE,
    },
    "ai-account": {"location": _REGION},
    "ai-deployment": {
        "sku.name": "South Africa North has chat models under another SKU",
        "properties.capabilities": "what each model can do is not known here",
    },
    "ai-project": {"location": _REGION},
    "autoscale-setting": {
        "properties.targetResourceUri": _TARGET,
        "properties.profiles[].rules[].metricTrigger.metricResourceUri": _TARGET,
    },
    "application-insights": {"connectionString": "Azure numbers the endpoints of a region: westus2-2"},
    "budget": {
        "eTag": "nobody reads it",
        "currentSpend.amount": "nothing is spent here",
        "filter.and[].dimensions.name": "a group is sent instead of the machines",
        "filter.and[].dimensions.values[]": "a group is sent instead of the machines",
        "timePeriod.startDate": "another month is sent",
        "timePeriod.endDate": "another month is sent",
    },
    "workbook": {"type": "Azure answers without one"},
    "security-contact": {"type": "the example has the singular, its path the plural"},
    "cost-anomaly-alert": {"eTag": "nobody reads it: a change replaces the alert"},
    "dns-zone": {"nameServers": "Azure draws one of its sets of name servers"},
    "kubernetes-cluster": {
        "location": _REGION,
        "fqdn": _REGION,
        "azurePortalFQDN": _REGION,
        "kubernetesVersion": _VERSION,
        "currentKubernetesVersion": _VERSION,
        "agentPoolProfiles[].vmSize": _SIZE,
        "agentPoolProfiles[].orchestratorVersion": _VERSION,
        "agentPoolProfiles[].currentOrchestratorVersion": _VERSION,
        "agentPoolProfiles[].nodeImageVersion": _IMAGE,
    },
    "maintenance-configuration": {"maintenanceWindow.startDate": "the day of the request"},
    "management-lock": {"id": "the example answers with an id at the group whatever the scope of the request"},
    "key-vault-secret": {"location": "the vault of the example is in another region"},
    "metric-alert": {
        "criteria.odata.type": "a name with a dot, at which paths are split here; the SDK calls it odataType"
    },
    "postgresql-configuration": {
        "defaultValue": "the table of parameters has what they take, not what they start with",
        "description": "prose",
        "documentationLink": "prose",
    },
    "postgresql-server": {"availabilityZone": "Azure chooses the zone of a server that names none"},
    "role-definition": {
        "id": "Azure answers with an id at the subscription, wherever the role is defined; azure-native keeps either",
        "roleType": "Azure spells it with a capital, whatever was sent",
    },
    "service-bus-network-rules": {
        "id": "the example spells it in an old form",
        "type": "the example spells it in an old form",
    },
    "web-app-sticky-names": {"id": "Azure answers without an id; azure-native keeps that of the request"},
    "storage-account": {"primaryEndpoints.web": "Azure draws the number of the DNS zone"},
}
"""Key of a type → path of a property (``[]`` for any index), everything below included → the reason."""
