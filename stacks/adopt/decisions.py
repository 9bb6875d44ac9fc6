"""What becomes of live resources that the plan has no counterpart for, as data: one row a kind, each with its line.

A row is asked only of what nothing in the plan matches; so a type that the program learns to make is matched without a
change here. A test holds every line against docs/parity.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.actions import type_of
from stacks.adopt.live import Live
from stacks.adopt.reasons import Reason

PARITY, RUNBOOK, EDGE = "docs/parity.md", "docs/runbooks/adoption.md", "docs/runbooks/edge.md"
MOVES = "docs/runbooks/moves"
LEFT = f"{MOVES}/left.md"


@dataclass(frozen=True)
class Decision:
    """What was decided about a kind of live resource."""

    type: str
    """Azure's type in lower case, or the key of an object's row in the type table."""
    line: str
    """The topic of its line in :data:`PARITY`, or the heading in :attr:`read`."""
    name: str = ".*"
    """A pattern for the whole of its name, in lower case: display name, or the last part of its id."""
    reason: Reason = Reason.NO_SUCCESSOR
    read: str = PARITY
    how: str = ""
    """What a person does about it: a page, and a heading after a comma; empty where that is :attr:`read` itself."""

    @property
    def where(self) -> str:
        """Page and line, as it is printed."""
        return f"{self.read}, {self.line}"


_OUT = Reason.OUTSIDE
_NETWORK, _CLUSTER, _ROLES = f"{LEFT}, Network", f"{LEFT}, Cluster", f"{LEFT}, Identities and roles"
_WATCHED, _HOSTING = f"{LEFT}, AI and telemetry", f"{LEFT}, Hosting"
_DNS, _EDGE, _VAULTS = f"{MOVES}/dns-zone.md", f"{MOVES}/front-door.md", f"{MOVES}/vaults.md"
_REDIS, _PLACES = f"{MOVES}/redis.md", f"{MOVES}/places.md"
_NAMED = r"mys-\w+-{}-\w+"

DECISIONS: tuple[Decision, ...] = (
    Decision("microsoft.network/virtualnetworks/subnets", "Subnets", how=_NETWORK),
    Decision("microsoft.network/networksecuritygroups", "Subnets", _NAMED.format("[a-z-]+-nsg"), how=_NETWORK),
    Decision(
        "microsoft.network/privatednszones", "PostgreSQL zone", r".+\.postgres\.database\.azure\.com", how=_NETWORK
    ),
    Decision("microsoft.network/privatednszones/a", "Private DNS", how=_NETWORK),
    Decision("microsoft.network/privatednszones/soa", "What Azure makes itself", "@", _OUT, RUNBOOK),
    Decision("microsoft.network/privateendpoints", "AI account", r"mys-shared-ai-\w+-pe", how=_NETWORK),
    Decision("microsoft.network/dnszones/a", "Public records", how=_DNS),
    Decision("microsoft.network/dnszones/cname", "Public records", how=_DNS),
    Decision("microsoft.network/dnszones/txt", "Public records", how=_DNS),
    Decision("microsoft.network/dnszones/ns", "What Azure makes itself", "@", _OUT, RUNBOOK),
    Decision("microsoft.network/dnszones/soa", "What Azure makes itself", "@", _OUT, RUNBOOK),
    Decision("microsoft.cdn/profiles", "Move a live host here", "mystira-prod-fd", _OUT, EDGE, how=_EDGE),
    Decision("microsoft.cdn/profiles", "Front Door", "mystira-nonprod-fd", how=f"{EDGE}, Move a live host here"),
    Decision("microsoft.cdn/profiles/origingroups", "Entrance", "(secondary-)?[a-z-]+-origin-group", how=_EDGE),
    Decision("microsoft.cdn/profiles/customdomains", "Entrance", r"mystira-\w+-chain-domain", how=_EDGE),
    Decision("microsoft.cdn/profiles/afdendpoints/routes", "Entrance", "(secondary-)?chain-route", how=_EDGE),
    Decision(
        "microsoft.network/frontdoorwebapplicationfirewallpolicies",
        "Front Door",
        r"mystira(prod|nonprod)waf(premium)?",
        how=_EDGE,
    ),
    Decision("microsoft.containerservice/managedclusters/agentpools", "Cluster", how=_CLUSTER),
    Decision(
        "microsoft.dbforpostgresql/flexibleservers/databases",
        "PostgreSQL databases",
        reason=_OUT,
        how="docs/runbooks/postgresql.md, Who may do what",
    ),
    Decision("microsoft.dbforpostgresql/flexibleservers/administrators", "PostgreSQL", how=_ROLES),
    Decision("microsoft.cache/redis", "Redis", how=_REDIS),
    Decision("microsoft.storage/storageaccounts", "Chain data", r"mys\w+chainstg\w*", how=_HOSTING),
    Decision("microsoft.keyvault/vaults/objectid", "Vaults", how=_VAULTS),
    Decision("microsoft.keyvault/vaults/accesspolicies", "Vaults", how=_VAULTS),
    Decision("microsoft.keyvault/vaults/secrets", "Secrets", how=_PLACES),
    Decision(
        "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials",
        "Workload identity",
        how=_CLUSTER,
    ),
    Decision("microsoft.cognitiveservices/accounts", "AI account", r"mys-shared-ai-\w+", how=_WATCHED),
    Decision("microsoft.cognitiveservices/accounts/deployments", "AI models", how=_WATCHED),
    Decision("microsoft.insights/components", "Telemetry", r"mys-\w+-core-ai(-\w+)?", how=_WATCHED),
    Decision("microsoft.insights/scheduledqueryrules", "Alerts", r"mys-\w+-core-[a-z-]+", how=_WATCHED),
    Decision("microsoft.consumption/budgets", "Budget", r"mys-\w+-budget", how=_WATCHED),
    Decision("microsoft.web/staticsites", "Static sites", _NAMED.format("([a-z-]+-)?swa"), how=_HOSTING),
    Decision("microsoft.web/sites/hostnamebindings", "App Service", how=_HOSTING),
    Decision("microsoft.web/certificates", "App Service", how=_HOSTING),
    Decision("delegated-grant", "Admin sign-in", how=_ROLES),
    Decision("application", "Pipelines", r"mystira ci/cd \(\w+\)", how=_ROLES),
)

ROLES: Mapping[str, str] = {
    "7f951dda-4ed3-4680-a7ca-43fe172d538d": "Image pulls",
    "8311e382-0749-4cb8-b61a-304f252e45ec": "Pipelines",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Pipelines",
    "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8": "Pipelines",
    "4633458b-17de-408a-b874-0445c86b69e6": "Vaults",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "PostgreSQL databases",
    "92aaf0da-9dab-42b6-94a3-d43ce8d16293": "Telemetry role",
    "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": "Service Bus",
    "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": "Service Bus",
}
"""Roles of the estate by GUID: AcrPull, AcrPush, Contributor, Azure Kubernetes Service Cluster Admin Role, Key Vault
Secrets User, Reader, Log Analytics Contributor, Azure Service Bus Data Sender and Receiver (Microsoft: Azure built-in
roles)."""

AT: Mapping[str, str] = {
    "4633458b-17de-408a-b874-0445c86b69e6": "microsoft.keyvault/vaults",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "microsoft.dbforpostgresql/flexibleservers",
    "92aaf0da-9dab-42b6-94a3-d43ce8d16293": "microsoft.operationalinsights/workspaces",
    "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": "microsoft.servicebus/namespaces",
    "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": "microsoft.servicebus/namespaces",
}
"""What the role is at, for those whose line is about one kind of resource."""

_BY_TYPE: dict[str, list[Decision]] = {}
for _decision in DECISIONS:
    _BY_TYPE.setdefault(_decision.type, []).append(_decision)


def decision_about(live: Live) -> Decision | None:
    """What was decided about the kind of a live resource; ``None`` where nothing was."""
    type = live.kind or type_of(live.id).lower()
    if live.role:
        at = AT.get(live.role, "")
        line = ROLES.get(live.role) if not at or type_of(live.scope).lower() == at else None
        return Decision(type, line, how=_ROLES) if line else None
    name = (live.name or live.id.rpartition("/")[2]).lower()
    return next((each for each in _BY_TYPE.get(type, ()) if re.fullmatch(each.name, name)), None)
