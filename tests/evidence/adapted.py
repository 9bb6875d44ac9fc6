"""What a replay sends differently from the recorded request, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.harness.compose import TENANT
from tests.harness.offline import SUBSCRIPTION


class _Removed(Enum):
    REMOVED = "removed"


REMOVED = _Removed.REMOVED
"""In place of a value: the property is not sent."""


@dataclass(frozen=True)
class Adapted:
    """What differs for one type."""

    changes: Mapping[str, Any]
    """Input of the SDK (dotted; ``[]`` is every item of a list) → what is sent instead."""
    reason: str
    needs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Types that are made first although the request does not name them, or differently from their own evidence: the
    changes of their inputs."""


NAMES: Mapping[str, str] = {
    "subscription": SUBSCRIPTION,
    "tenant": TENANT,
    "password": "Passw0rd-of-the-replay",
    "secret": "a-secret-of-the-replay",
    "cosmos-role-assignment": "11111111-1111-4111-8111-111111111111",
    "role-assignment": "11111111-1111-4111-8111-111111111112",
    "role-definition": "11111111-1111-4111-8111-111111111113",
    "redis-access-policy-assignment": "evassign",
    "registry-replication": "australiaeast",
    "storage-account": "evstorage1",
    "container-registry": "evregistry1",
    "key-vault": "ev-vault-1",
    "private-dns-zone": "privatelink.blob.core.windows.net",
    "dns-zone": "evidence-zone.com",
    "security-contact": "default",
    "workbook": "11111111-1111-4111-8111-111111111114",
    "query": "11111111-1111-4111-8111-111111111115",
    "email-domain": "mail.evidence-zone.com",
    "email-sender": "donotreply",
    "web-app-slot": "staging",
    "front-door-rule": "evrule",
    "front-door-rule-set": "evruleset",
    "waf-policy": "evfirewall",
}
"""What placeholders stand for, where ``ev-`` and the key of the type will not do."""

_VERSION = "kubernetesVersion 1.33 has left support since; the pool follows the cluster"
_SIZE = "the offline cloud knows the sizes that this platform uses"
_PLAN = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/serverfarms/{app-service-plan}"

ADAPTED: Mapping[str, Adapted] = {
    "kubernetes-cluster": Adapted(
        {"kubernetesVersion": "1.35.1", "agentPoolProfiles[].vmSize": "Standard_D4s_v5", "location": "westeurope"},
        f"{_VERSION}; {_SIZE}",
    ),
    "ai-account": Adapted({"location": "southafricanorth"}, "the offline cloud knows the models of two regions"),
    "ai-deployment": Adapted({"sku.name": "GlobalStandard"}, "South Africa North has no other SKU for chat models"),
    "ai-project": Adapted({"location": "southafricanorth"}, "where the account is"),
    "autoscale-setting": Adapted(
        {"targetResourceUri": _PLAN, "profiles[].rules[].metricTrigger.metricResourceUri": _PLAN},
        "the recorded setting scales a scale set, and this platform has only App Service plans",
        needs={"app-service-plan": {}},
    ),
    "budget": Adapted(
        {
            "timePeriod.startDate": "2026-12-01T00:00:00Z",
            "timePeriod.endDate": "2027-10-31T00:00:00Z",
            "filter.and": [
                {"dimensions": {"name": "ResourceGroupName", "operator": "In", "values": ["{group}"]}},
                {"tags": {"name": "category", "operator": "In", "values": ["Dev", "Prod"]}},
                {"tags": {"name": "department", "operator": "In", "values": ["engineering", "sales"]}},
            ],
        },
        "the month has passed since, and this platform has no virtual machines",
    ),
    "front-door-route": Adapted({}, "a route needs an origin, which it does not name", needs={"front-door-origin": {}}),
    "agent-pool": Adapted({"vmSize": "Standard_D4s_v5"}, _SIZE),
    "private-dns-zone-group": Adapted({}, "the body names the zone", needs={"private-dns-zone": {}}),
    "redis-access-policy-assignment": Adapted({}, "the path names the database", needs={"redis-database": {}}),
    "search-service": Adapted(
        {"hostingMode": "Default", "publicNetworkAccess": "Disabled"}, "the SDK's version spells them with a capital"
    ),
    "service-bus-network-rules": Adapted(
        {},
        "rules about networks belong to the tier Premium; the example does not show its namespace",
        needs={"service-bus-namespace": {"sku": {"name": "Premium", "tier": "Premium", "capacity": 1}}},
    ),
}
"""By key of the type."""
