"""What a person calls each type of resource: its product, and the word for one and for several of it.

The summary of `make up`, the report and `mystira explain` say `PostgreSQL: server, 3 parameters`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from components.facts.types import REGISTERED_BY_TOKEN


@dataclass(frozen=True)
class Word:
    """A type as a person names it."""

    product: str
    """What it belongs to: ``PostgreSQL``."""
    one: str
    """One of it: ``server``."""
    several: str = ""
    """Several of it; empty: ``one`` with an s."""

    def counted(self, count: int) -> str:
        """``server``, or ``3 parameters``."""
        return self.one if count == 1 else f"{count} {self.several or f'{self.one}s'}"


def _rows(product: str, words: Mapping[str, str | tuple[str, str]]) -> Iterator[tuple[str, Word]]:
    for key, word in words.items():
        yield key, Word(product, *([word] if isinstance(word, str) else word))


WORDS: Mapping[str, Word] = dict(
    row
    for product, words in (
        ("Resource groups", {"resource-group": "group"}),
        (
            "Network",
            {
                "virtual-network": "network",
                "network-security-group": "security group",
                "public-ip-address": ("public address", "public addresses"),
                "nat-gateway": "NAT gateway",
                "private-link-service": "private link service",
                "private-dns-zone": "private zone",
                "private-dns-zone-link": "private zone link",
                "private-record-set": "private record set",
                "private-endpoint": "private endpoint",
                "private-dns-zone-group": "private zone group",
            },
        ),
        (
            "Access",
            {
                "role-assignment": "role assignment",
                "role-definition": "role definition",
                "policy-assignment": "policy assignment",
                "management-lock": "lock",
            },
        ),
        ("Identities", {"user-assigned-identity": ("identity", "identities"), "federated-credential": "credential"}),
        (
            "Monitoring",
            {
                "log-analytics-workspace": "log workspace",
                "application-insights": ("Application Insights", "Application Insights"),
                "monitor-workspace": "metrics workspace",
                "data-collection-endpoint": "collection endpoint",
                "data-collection-rule": "collection rule",
                "data-collection-rule-association": "collection rule association",
                "diagnostic-setting": "diagnostic setting",
                "dashboard": "dashboard",
                "workbook": "workbook",
                "query-pack": "query pack",
                "query": ("query", "queries"),
            },
        ),
        (
            "Alerts",
            {
                "action-group": "action group",
                "metric-alert": "metric alert",
                "alert-processing-rule": "quiet time",
                "smart-detector-alert-rule": "failure detection",
                "scheduled-query-rule": "log alert",
                "web-test": "web test",
                "prometheus-rule-group": "Prometheus rule group",
            },
        ),
        ("Budgets", {"budget": "budget"}),
        (
            "Subscription",
            {
                "subscription-diagnostic-setting": "activity log setting",
                "activity-log-alert": "activity alert",
                "security-contact": "security contact",
                "cost-anomaly-alert": "cost anomaly alert",
            },
        ),
        ("Container registry", {"container-registry": ("registry", "registries"), "registry-replication": "replica"}),
        (
            "AKS",
            {
                "kubernetes-cluster": "cluster",
                "agent-pool": "node pool",
                "maintenance-configuration": "maintenance window",
                "disk": "disk",
            },
        ),
        (
            "Kubernetes",
            {
                "namespace": "namespace",
                "resource-quota": "quota",
                "limit-range": "limit range",
                "network-policy": ("network policy", "network policies"),
                "storage-class": ("storage class", "storage classes"),
                "service-account": "service account",
                "config-map": "config map",
                "secret-provider-class": ("secret provider class", "secret provider classes"),
                "service": "service",
                "deployment": "deployment",
                "stateful-set": "stateful set",
                "horizontal-pod-autoscaler": "autoscaler",
                "pod-disruption-budget": "disruption budget",
                "job": "job",
            },
        ),
        (
            "Gateway",
            {
                "helm-release": "Helm release",
                "gateway-class": ("gateway class", "gateway classes"),
                "gateway": "gateway",
                "envoy-proxy": ("Envoy proxy", "Envoy proxies"),
                "client-traffic-policy": ("client traffic policy", "client traffic policies"),
                "backend-traffic-policy": ("backend traffic policy", "backend traffic policies"),
                "security-policy": ("security policy of a route", "security policies of routes"),
                "http-route": "HTTP route",
                "grpc-route": "gRPC route",
                "cluster-issuer": "certificate issuer",
                "issuer": "certificate issuer of a namespace",
                "certificate": "certificate",
            },
        ),
        (
            "App Service",
            {
                "app-service-plan": "plan",
                "autoscale-setting": "autoscale setting",
                "web-app": "app",
                "web-app-slot": "slot",
                "web-app-settings": ("settings of an app", "settings of apps"),
                "web-app-slot-settings": ("settings of a slot", "settings of slots"),
                "web-app-sticky-names": ("list of sticky names", "lists of sticky names"),
                "web-app-scm-allowed": ("SCM sign-in policy", "SCM sign-in policies"),
                "web-app-ftp-allowed": ("FTP sign-in policy", "FTP sign-in policies"),
                "web-app-slot-scm-allowed": ("SCM sign-in policy of a slot", "SCM sign-in policies of slots"),
                "web-app-slot-ftp-allowed": ("FTP sign-in policy of a slot", "FTP sign-in policies of slots"),
                "web-app-host-name": "host name",
            },
        ),
        ("Static Web Apps", {"static-site": "site", "static-site-domain": "domain"}),
        (
            "PostgreSQL",
            {
                "postgresql-server": "server",
                "postgresql-configuration": "parameter",
                "postgresql-administrator": "administrator",
            },
        ),
        (
            "Redis",
            {"redis": "cluster", "redis-database": "database", "redis-access-policy-assignment": "access assignment"},
        ),
        (
            "Cosmos DB",
            {
                "cosmos-account": "account",
                "cosmos-database": "database",
                "cosmos-container": "container",
                "cosmos-role-assignment": "role assignment",
            },
        ),
        (
            "Storage",
            {
                "storage-account": "account",
                "blob-service": "blob service",
                "blob-container": "container",
                "storage-lifecycle": "lifecycle policy",
                "file-share": "file share",
            },
        ),
        (
            "Service Bus",
            {
                "service-bus-namespace": "namespace",
                "service-bus-network-rules": ("set of network rules", "sets of network rules"),
                "service-bus-authorization-rule": ("key of the namespace", "keys of the namespace"),
                "service-bus-queue-authorization-rule": ("key of a queue", "keys of queues"),
                "service-bus-topic-authorization-rule": ("key of a topic", "keys of topics"),
                "service-bus-queue": "queue",
                "service-bus-topic": "topic",
                "service-bus-subscription": "subscription",
            },
        ),
        ("Key Vault", {"key-vault": "vault", "key-vault-secret": "secret", "key-vault-key": "key"}),
        (
            "AI",
            {
                "ai-account": "account",
                "ai-project": "project",
                "ai-rai-policy": ("content policy", "content policies"),
                "ai-deployment": "model deployment",
            },
        ),
        ("Search", {"search-service": "service"}),
        (
            "Mail",
            {
                "communication-service": "communication service",
                "email-service": "email service",
                "email-domain": "domain",
                "email-sender": "sender",
            },
        ),
        ("DNS", {"dns-zone": "zone", "dns-record-set": "record set"}),
        (
            "Front Door",
            {
                "front-door-profile": "profile",
                "front-door-endpoint": "endpoint",
                "front-door-origin-group": "origin group",
                "front-door-origin": "origin",
                "front-door-route": "route",
                "front-door-custom-domain": "custom domain",
                "front-door-security-policy": ("security policy", "security policies"),
                "front-door-rule-set": "rule set",
                "front-door-rule": "rule",
                "waf-policy": ("firewall policy", "firewall policies"),
            },
        ),
        (
            "Entra",
            {
                "application": "application",
                "service-principal": "service principal",
                "group": "group",
                "app-role-assignment": "app role assignment",
                "pre-authorized-client": "pre-authorised client",
                "delegated-grant": "delegated permission grant",
                "application-credential": "federated credential",
                "conditional-access-policy": ("Conditional Access policy", "Conditional Access policies"),
                "named-location": "named location",
            },
        ),
    )
    for row in _rows(product, words)
)
"""By key of the type. Products are in the order in which a summary names them, and so are the types of one product."""


def word_of(token: str) -> Word:
    """The word for a type by Pulumi's token. A type that this program does not register gets its own name back."""
    row = REGISTERED_BY_TOKEN.get(token)
    if row is None:
        namespace, _, name = token.rpartition(":")
        return Word(namespace.split(":")[0] or token, name)
    return WORDS[row.key]


_ORDER: Mapping[Word, int] = {word: place for place, word in enumerate(WORDS.values())}


def by_product(tokens: Iterable[str]) -> dict[str, str]:
    """How many of what, by product: ``{"PostgreSQL": "server, 3 parameters"}``; unknown types last, by name."""
    counts: dict[Word, int] = {}
    for token in tokens:
        word = word_of(token)
        counts[word] = counts.get(word, 0) + 1
    products: dict[str, list[str]] = {}
    for word in sorted(counts, key=lambda each: (_ORDER.get(each, len(_ORDER)), each.product, each.one)):
        products.setdefault(word.product, []).append(word.counted(counts[word]))
    return {product: ", ".join(words) for product, words in products.items()}
