"""Why the offline cloud returns something else than Azure, property by property.

A property that is missing counts as not read back even where it is explained; one with another value counts.
"""

from __future__ import annotations

from collections.abc import Mapping

BELIEVED: Mapping[str, str] = {}
"""Types without evidence, by key, and why there is none. What the offline cloud does for them is only believed."""

EVERY_TYPE: Mapping[str, str] = {
    "systemData": "who wrote a resource last, and when: the offline cloud has neither persons nor a clock",
}

_REGION = "the recording is of another region"
_SIZE = "another size is sent"
_VERSION = "another version is sent"
_IMAGE = "Azure takes the newest image of the day"

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "agent-pool": {
        "vmSize": _SIZE,
        "orchestratorVersion": _VERSION,
        "currentOrchestratorVersion": _VERSION,
        "nodeImageVersion": _IMAGE,
    },
    "application-insights": {"connectionString": "Azure numbers the endpoints of a region: westus2-2"},
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
    "postgresql-configuration": {
        "defaultValue": "the table of parameters has what they take, not what they start with",
        "description": "prose",
        "documentationLink": "prose",
    },
    "postgresql-server": {"availabilityZone": "Azure chooses the zone of a server that names none"},
    "service-bus-network-rules": {
        "id": "the example spells it in an old form",
        "type": "the example spells it in an old form",
    },
    "storage-account": {"primaryEndpoints.web": "Azure draws the number of the DNS zone"},
}
"""Key of a type → path of a property (``[]`` for any index), everything below included → the reason."""
