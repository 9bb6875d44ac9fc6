"""How each type is paid for, and what runs how many hours a month, read from the inputs of a resource.

Hours are those of the settings: a pool runs between its minimum and its maximum, everything else all the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from components.facts.prices import APP_SERVICE, FRONT_DOOR, HOURS, KUBERNETES, POSTGRESQL, REDIS, VIRTUAL_MACHINES
from components.facts.regions import GLOBAL

Inputs = Mapping[str, Any]


class Pricing(StrEnum):
    """How a type is paid for."""

    FREE = "free"
    """Nothing of its own: it costs nothing, or its parent's price contains it."""
    HOURS = "by the hour"
    """By size and hour, which the settings decide."""
    USE = "by use"
    """By what is stored, sent or asked, or by a meter whose price is in no table here: listed, never estimated."""


@dataclass(frozen=True)
class Usage:
    """Hours of one size in a month."""

    service: str
    """``serviceName`` of the Retail Prices API."""
    size: str
    region: str
    least: float
    """Hours in a month: with every pool at its minimum."""
    most: float
    """Hours in a month: with every pool at its maximum."""


def _nodes(pools: Iterable[Inputs], region: str) -> Iterator[Usage]:
    for pool in pools:
        least, most = (_number(pool.get(each) or pool.get("count")) for each in ("minCount", "maxCount"))
        yield Usage(VIRTUAL_MACHINES, str(pool.get("vmSize", "")), region, least * HOURS, most * HOURS)


def _number(value: Any) -> float:
    """A count; 0 for one that only the deployment knows."""
    return value if isinstance(value, int | float) else 0


def _sku(inputs: Inputs) -> Inputs:
    """The SKU; empty for one that only the deployment knows."""
    found = inputs.get("sku")
    return found if isinstance(found, Mapping) else {}


def _size(inputs: Inputs) -> str:
    return str(_sku(inputs).get("name", ""))


def _cluster(inputs: Inputs, region: str) -> Iterator[Usage]:
    tier = str(_sku(inputs).get("tier", "Free"))
    if tier != "Free":
        yield Usage(KUBERNETES, tier, region, HOURS, HOURS)
    yield from _nodes(inputs.get("agentPoolProfiles") or (), region)


def _pool(inputs: Inputs, region: str) -> Iterator[Usage]:
    yield from _nodes([inputs], region)


def _plan(inputs: Inputs, region: str) -> Iterator[Usage]:
    instances = _number(_sku(inputs).get("capacity", 1))
    yield Usage(APP_SERVICE, _size(inputs), region, instances * HOURS, instances * HOURS)


def _server(inputs: Inputs, region: str) -> Iterator[Usage]:
    copies = 1 if (inputs.get("highAvailability") or {}).get("mode", "Disabled") == "Disabled" else 2
    yield Usage(POSTGRESQL, _size(inputs), region, copies * HOURS, copies * HOURS)


def _redis(inputs: Inputs, region: str) -> Iterator[Usage]:
    yield Usage(REDIS, _size(inputs), region, HOURS, HOURS)


def _profile(inputs: Inputs, region: str) -> Iterator[Usage]:
    """A profile of Front Door is in no region: its base fee is that of its tier."""
    yield Usage(FRONT_DOOR, _size(inputs), GLOBAL, HOURS, HOURS)


_HOURS: Mapping[str, Callable[[Inputs, str], Iterator[Usage]]] = {
    "kubernetes-cluster": _cluster,
    "agent-pool": _pool,
    "app-service-plan": _plan,
    "postgresql-server": _server,
    "redis": _redis,
    "front-door-profile": _profile,
}
"""By key of a type that is paid by the hour: what runs."""

_USE = (
    "public-ip-address",
    "nat-gateway",
    "private-dns-zone",
    "private-endpoint",
    "private-link-service",
    "log-analytics-workspace",
    "application-insights",
    "action-group",
    "metric-alert",
    "scheduled-query-rule",
    "web-test",
    "prometheus-rule-group",
    "monitor-workspace",
    "container-registry",
    "registry-replication",
    "disk",
    "autoscale-setting",
    "static-site",
    "cosmos-account",
    "cosmos-database",
    "cosmos-container",
    "storage-account",
    "service-bus-namespace",
    "key-vault",
    "ai-account",
    "ai-deployment",
    "search-service",
    "communication-service",
    "email-service",
    "dns-zone",
    "front-door-endpoint",
    "conditional-access-policy",
)

_FREE = (
    "resource-group",
    "role-assignment",
    "role-definition",
    "policy-assignment",
    "management-lock",
    "private-dns-zone-group",
    "diagnostic-setting",
    "budget",
    "dashboard",
    "workbook",
    "query-pack",
    "query",
    "virtual-network",
    "network-security-group",
    "private-dns-zone-link",
    "private-record-set",
    "activity-log-alert",
    "subscription-diagnostic-setting",
    "security-contact",
    "cost-anomaly-alert",
    "data-collection-endpoint",
    "alert-processing-rule",
    "smart-detector-alert-rule",
    "data-collection-rule",
    "data-collection-rule-association",
    "user-assigned-identity",
    "federated-credential",
    "maintenance-configuration",
    "web-app",
    "web-app-slot",
    "web-app-settings",
    "web-app-sticky-names",
    "web-app-scm-allowed",
    "web-app-ftp-allowed",
    "web-app-slot-settings",
    "web-app-slot-scm-allowed",
    "web-app-slot-ftp-allowed",
    "web-app-host-name",
    "static-site-domain",
    "postgresql-configuration",
    "postgresql-administrator",
    "redis-database",
    "redis-access-policy-assignment",
    "cosmos-role-assignment",
    "blob-service",
    "blob-container",
    "storage-lifecycle",
    "file-share",
    "service-bus-network-rules",
    "service-bus-authorization-rule",
    "service-bus-queue-authorization-rule",
    "service-bus-topic-authorization-rule",
    "service-bus-queue",
    "service-bus-topic",
    "service-bus-subscription",
    "key-vault-secret",
    "key-vault-key",
    "ai-project",
    "ai-rai-policy",
    "email-domain",
    "email-sender",
    "dns-record-set",
    "front-door-origin-group",
    "front-door-origin",
    "front-door-route",
    "front-door-custom-domain",
    "front-door-security-policy",
    "front-door-rule-set",
    "front-door-rule",
    "waf-policy",
    "application",
    "service-principal",
    "group",
    "app-role-assignment",
    "pre-authorized-client",
    "delegated-grant",
    "application-credential",
    "named-location",
    "namespace",
    "resource-quota",
    "limit-range",
    "network-policy",
    "storage-class",
    "service-account",
    "config-map",
    "secret-provider-class",
    "service",
    "deployment",
    "stateful-set",
    "horizontal-pod-autoscaler",
    "pod-disruption-budget",
    "job",
    "helm-release",
    "gateway-class",
    "gateway",
    "envoy-proxy",
    "client-traffic-policy",
    "backend-traffic-policy",
    "security-policy",
    "http-route",
    "grpc-route",
    "cluster-issuer",
    "issuer",
    "certificate",
)

PRICING: Mapping[str, Pricing] = {
    **dict.fromkeys(_HOURS, Pricing.HOURS),
    **dict.fromkeys(_USE, Pricing.USE),
    **dict.fromkeys(_FREE, Pricing.FREE),
}
"""By key of a type. What is paid by use within a parent (queues, secrets, blob containers) is counted as its parent.
What goes through Front Door is counted as its endpoint; the firewall is in the price of its profile.
``conditional-access-policy`` needs a license for each user."""


def usage_of(kind: str, inputs: Inputs, region: str) -> tuple[Usage, ...]:
    """What a resource of the type runs in a month; nothing where it is not paid by the hour.

    ``region`` is that of the stack, for a resource that names none, as a pool of a cluster. Sizes that only the
    deployment knows are left out.
    """
    count = _HOURS.get(kind)
    return tuple(count(inputs, str(inputs.get("location") or region))) if count else ()
