"""What the internet reaches of that which a plan registers, read from the inputs alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from components.gateway import facts as gateway
from stacks.build.recording import Planned
from stacks.plan.exposed import EVERYBODY, RANGES

Inputs = Mapping[str, Any]
Face = Callable[[Inputs], str]
"""Who reaches a resource by its inputs; empty: nobody from the internet."""

OPEN_PREFIXES = frozenset({"*", "internet", "any", "0.0.0.0/0", "::/0"})
"""How a rule of a security group names everybody (Microsoft: Network security groups, Virtual network service tags)."""


def at(inputs: Inputs, *path: str) -> Any:
    """What is at a path within inputs; ``None`` where there is nothing."""
    found: Any = inputs
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _account(*below: str, ranges: tuple[str, ...], deny: tuple[str, ...] = ()) -> Face:
    """A data plane that is closed, or open to the ranges of its firewall, or to everybody. ``deny`` is where the
    firewall says what happens to others; without it, its ranges themselves shut others out."""

    def face(inputs: Inputs) -> str:
        if at(inputs, *below, "publicNetworkAccess") == "Disabled":
            return ""
        closed = at(inputs, *below, *deny) == "Deny" if deny else bool(at(inputs, *below, *ranges))
        if not closed:
            return EVERYBODY
        return RANGES if at(inputs, *below, *ranges) else ""

    return face


def _site(inputs: Inputs) -> str:
    return "" if inputs.get("publicNetworkAccess") == "Disabled" else EVERYBODY


def _telemetry(inputs: Inputs) -> str:
    fields = ("publicNetworkAccessForIngestion", "publicNetworkAccessForQuery")
    return "" if all(inputs.get(field) == "Disabled" for field in fields) else EVERYBODY


def _cluster(inputs: Inputs) -> str:
    if any(pool.get("enableNodePublicIP") for pool in inputs.get("agentPoolProfiles") or ()):
        return EVERYBODY
    if at(inputs, "apiServerAccessProfile", "enablePrivateCluster"):
        return ""
    return RANGES if at(inputs, "apiServerAccessProfile", "authorizedIPRanges") else EVERYBODY


def _security_group(inputs: Inputs) -> str:
    for rule in inputs.get("securityRules") or ():
        sources = [rule.get("sourceAddressPrefix"), *(rule.get("sourceAddressPrefixes") or ())]
        inbound = (rule.get("direction"), rule.get("access")) == ("Inbound", "Allow")
        if inbound and OPEN_PREFIXES & {str(source).lower() for source in sources}:
            return EVERYBODY
    return ""


def _internal(annotations: Inputs) -> bool:
    return annotations.get(gateway.INTERNAL) == "true"


def _gateway(inputs: Inputs) -> str:
    """Its load balancer is internal, and its link asks whoever comes from our own subscription."""
    annotations = at(inputs, "spec", "infrastructure", "annotations") or {}
    return "" if _internal(annotations) and annotations.get(gateway.LINK_VISIBILITY) != "*" else EVERYBODY


def _service(inputs: Inputs) -> str:
    balanced = at(inputs, "spec", "type") in ("LoadBalancer", "NodePort")
    return EVERYBODY if balanced and not _internal(at(inputs, "metadata", "annotations") or {}) else ""


FACES: Mapping[str, Face] = {
    "agent-pool": lambda inputs: EVERYBODY if inputs.get("enableNodePublicIP") else "",
    "ai-account": _account("properties", ranges=("networkAcls", "ipRules"), deny=("networkAcls", "defaultAction")),
    "application-insights": _telemetry,
    "blob-container": lambda inputs: "" if inputs.get("publicAccess") == "None" else EVERYBODY,
    "communication-service": lambda _: EVERYBODY,
    "container-registry": _account(ranges=("networkRuleSet", "ipRules"), deny=("networkRuleSet", "defaultAction")),
    "cosmos-account": _account(ranges=("ipRules",)),
    "data-collection-endpoint": lambda inputs: _site(at(inputs, "networkAcls") or {}),
    "dns-zone": lambda inputs: "" if inputs.get("zoneType") == "Private" else EVERYBODY,
    "front-door-endpoint": lambda inputs: "" if inputs.get("enabledState") == "Disabled" else EVERYBODY,
    "gateway": _gateway,
    "key-vault": _account("properties", ranges=("networkAcls", "ipRules"), deny=("networkAcls", "defaultAction")),
    "kubernetes-cluster": _cluster,
    "log-analytics-workspace": _telemetry,
    "monitor-workspace": _site,
    "network-security-group": _security_group,
    "postgresql-server": lambda inputs: _site(at(inputs, "network") or {}),
    "public-ip-address": lambda _: EVERYBODY,
    "redis": _site,
    "search-service": _account(ranges=("networkRuleSet", "ipRules")),
    "service": _service,
    "service-bus-namespace": _site,
    "service-bus-network-rules": _account(ranges=("ipRules",), deny=("defaultAction",)),
    "static-site": _site,
    "storage-account": _account(ranges=("networkRuleSet", "ipRules"), deny=("networkRuleSet", "defaultAction")),
    "web-app": _site,
    "web-app-slot": _site,
}
"""By type: who reaches a resource. What is left out or unknown counts as open."""

NARROWED_BY: Mapping[str, str] = {"service-bus-namespace": "service-bus-network-rules"}
"""Types whose firewall is a resource of its own, and which: the answer of that one counts."""

NO_FACE = frozenset(
    {
        *("action-group", "activity-log-alert", "ai-deployment", "ai-project", "ai-rai-policy"),
        *("alert-processing-rule", "app-role-assignment", "app-service-plan", "application", "autoscale-setting"),
        *("backend-traffic-policy", "blob-service", "budget", "certificate", "client-traffic-policy"),
        *("conditional-access-policy", "config-map", "cosmos-container", "cosmos-database", "cosmos-role-assignment"),
        *("cost-anomaly-alert", "data-collection-rule", "data-collection-rule-association", "deployment"),
        *("diagnostic-setting", "dns-record-set", "email-domain", "email-service", "envoy-proxy"),
        *("federated-credential", "front-door-custom-domain", "front-door-origin", "front-door-origin-group"),
        *("front-door-profile", "front-door-route", "front-door-rule", "front-door-rule-set"),
        *("front-door-security-policy", "gateway-class", "group", "grpc-route", "helm-release"),
        *("horizontal-pod-autoscaler", "http-route", "issuer", "job", "key-vault-key", "key-vault-secret"),
        *("limit-range", "maintenance-configuration", "management-lock", "metric-alert", "namespace", "nat-gateway"),
        *("network-policy", "pod-disruption-budget", "postgresql-administrator", "postgresql-configuration"),
        *("pre-authorized-client", "private-dns-zone", "private-dns-zone-group", "private-dns-zone-link"),
        *("private-endpoint", "private-record-set", "prometheus-rule-group", "redis-access-policy-assignment"),
        *("redis-database", "registry-replication", "resource-group", "resource-quota", "role-assignment"),
        *("role-definition", "scheduled-query-rule", "secret-provider-class", "security-contact", "security-policy"),
        *("service-account", "service-bus-authorization-rule", "service-bus-queue"),
        *("service-bus-queue-authorization-rule", "service-bus-subscription", "service-bus-topic"),
        *("service-bus-topic-authorization-rule", "service-principal", "smart-detector-alert-rule", "stateful-set"),
        *("storage-class", "storage-lifecycle", "subscription-diagnostic-setting", "user-assigned-identity"),
        *("virtual-network", "waf-policy", "web-app-ftp-allowed", "web-app-scm-allowed", "web-app-settings"),
        *("web-app-slot-ftp-allowed", "web-app-slot-scm-allowed", "web-app-slot-settings", "web-app-sticky-names"),
        *("web-test", "workbook", "query", "query-pack"),
    }
)
"""Types that answer nobody from the internet whatever their inputs say: parts and rules of those above, roles,
identities, objects of a directory, what runs in the cluster behind its gateway."""


def exposures(registered: Iterable[Planned]) -> Mapping[str, str]:
    """Who reaches what, by key of a resource; what nobody reaches is left out."""
    everything = list(registered)
    by_key = {each.key: FACES[each.row.key](each.inputs) for each in everything if each.row.key in FACES}
    for each in everything:
        narrower = f"{NARROWED_BY.get(each.row.key)}/{each.name}"
        if by_key.get(each.key) and narrower in by_key:
            by_key[each.key] = by_key.pop(narrower)
    return {key: who for key, who in by_key.items() if who}
