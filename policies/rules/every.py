"""All rules, and the types that have none of their own."""

from __future__ import annotations

from collections.abc import Mapping

from policies.model import Rule
from policies.rules import (
    aks,
    backups,
    hosting,
    keys,
    kubernetes,
    names,
    network,
    protection,
    public,
    roles,
    secrets,
    transit,
    vaults,
    zones,
)

TOPICS: Mapping[str, tuple[Rule, ...]] = {
    "Names, tags and regions": names.RULES,
    "No public data plane": public.RULES,
    "Network": network.RULES,
    "TLS and encryption": transit.RULES,
    "Identities instead of keys": keys.RULES,
    "Vaults, keys and secrets": vaults.RULES,
    "Zones and high availability": zones.RULES,
    "Backups and retention": backups.RULES,
    "Logs, locks and protection": protection.RULES,
    "Roles": roles.RULES,
    "Plain secrets": secrets.RULES,
    "AKS": aks.RULES,
    "In the cluster": kubernetes.RULES,
    "Hosting, edge, models and mail": hosting.RULES,
}
"""By the heading of their topic, as docs/policies.md has them."""

RULES: Mapping[str, Rule] = {rule.key: rule for rules in TOPICS.values() for rule in rules}
"""By id."""

GENERAL = ("name", "tags", "region", "diagnostics", "data-protect", "protection", "plain-secret")
"""Rules about many types, from the columns of the type table. A type needs more than these, or a row below."""

NO_RULE: Mapping[str, str] = {
    "resource-group": "it has a name, tags and a region, which the general rules ask for",
    "policy-assignment": "it only forbids; which ones there are is a test of the component",
    "private-dns-zone": "a zone of the network holds addresses, nothing that an input opens",
    "private-dns-zone-link": "it links one zone to the one network",
    "private-link-service": "the cluster's load balancer makes it; no stack registers one",
    "private-dns-zone-group": "it has the zones of its private endpoint, complete by components/facts/private_link",
    "private-record-set": "an address inside the network",
    "dns-record-set": "public by purpose; the plan checks what it says",
    "budget": "it spends and opens nothing",
    "dashboard": "it shows what its reader has a role for",
    "alert-processing-rule": "when nobody is told is a setting with its reason; what is critical is never held back",
    "smart-detector-alert-rule": "it only tells",
    "scheduled-query-rule": "what it asks and how often is the alert table's",
    "activity-log-alert": "it only tells",
    "subscription-diagnostic-setting": "its categories are all there are; a test of the component",
    "security-contact": "it only tells",
    "cost-anomaly-alert": "it only tells",
    "web-test": "it asks a public address for its health",
    "prometheus-rule-group": "it only tells",
    "data-collection-endpoint": "it takes what a token of Entra may send; nothing is read from it",
    "data-collection-rule": "where data goes is the component's; there is nothing to open",
    "data-collection-rule-association": "it joins a rule to the cluster",
    "monitor-workspace": "protected as data; who reads it is a role",
    "user-assigned-identity": "what it may do is its roles and federated credentials, which have rules",
    "file-share": "protected as data; the account around it has the rules",
    "web-app-settings": "its values are asked for plain secrets",
    "web-app-slot-settings": "its values are asked for plain secrets",
    "web-app-sticky-names": "names of settings only",
    "web-app-host-name": "public by purpose; the certificate is Azure's",
    "static-site-domain": "public by purpose; the certificate is Azure's",
    "postgresql-administrator": "an identity of Entra, from mystira:people or the migrator's",
    "redis-access-policy-assignment": "one identity, the one policy; the plan counts them",
    "cosmos-role-assignment": "it holds for the one account below which it is, or for less",
    "cosmos-database": "protected as data; the account around it has the rules",
    "email-service": "it sends for the domains below it, which have rules",
    "email-sender": "a name before an @",
    "front-door-endpoint": "public by purpose; routes and firewall have rules",
    "front-door-security-policy": "it joins the firewall to the endpoints; its coverage is a test of the plan",
    "front-door-rule-set": "a name for rules",
    "front-door-rule": "what it rewrites is a test of the plan",
    "service-principal": "the instance of an application, which has rules",
    "app-role-assignment": "who has which role is the role matrix (docs/roles.md), reviewed as a page",
    "pre-authorized-client": "which page may call which API is the catalogue's",
    "delegated-grant": "which permissions are granted is the catalogue's",
    "named-location": "a list of countries",
    "resource-quota": "what fits is the capacity that the plan proves",
    "limit-range": "the largest container is the plan's",
    "network-policy": "which connections there are is a test of all policies together",
    "service-account": "whose identity it is, is a federated credential, which has rules",
    "config-map": "its values are asked for plain secrets",
    "secret-provider-class": "names and versions of secrets; who reads them is a role at the vault",
    "service": "it is reached through network policies; the gateway's address is the plan's",
    "horizontal-pod-autoscaler": "how far it goes is the capacity that the plan proves",
    "pod-disruption-budget": "whether a workload has one is a rule of the workload",
    "storage-class": "what it keeps and where is a test of the component",
    "helm-release": "chart, version and digests are a table with its tests (docs/runbooks/add-ons.md)",
    "gateway-class": "it joins the controller to its settings",
    "gateway": "one listener with the one certificate; a test of the component",
    "envoy-proxy": "its image is asked for a digest by the guard; the rest is a test of the component",
    "client-traffic-policy": "its limits are a test of the component",
    "backend-traffic-policy": "its limits are a test of the component",
    "security-policy": "who may reach the route is a test of the plan",
    "http-route": "which host leads to which service is the catalogue's",
    "grpc-route": "which host leads to which service is the catalogue's",
    "cluster-issuer": "the one certificate authority; a test of the component",
    "issuer": "the one certificate authority; a test of the component",
    "certificate": "which hosts it is for is the catalogue's",
}
"""Types to which only general rules apply, and why."""
