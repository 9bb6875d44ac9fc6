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

    @property
    def where(self) -> str:
        """Page and line, as it is printed."""
        return f"{self.read}, {self.line}"


_OUT = Reason.OUTSIDE
_NAMED = r"mys-\w+-{}-\w+"

DECISIONS: tuple[Decision, ...] = (
    Decision("microsoft.network/virtualnetworks/subnets", "Subnets"),
    Decision("microsoft.network/networksecuritygroups", "Subnets", _NAMED.format("[a-z-]+-nsg")),
    Decision("microsoft.network/privatednszones", "PostgreSQL zone", r".+\.postgres\.database\.azure\.com"),
    Decision("microsoft.network/privatednszones/a", "Private DNS"),
    Decision("microsoft.network/privatednszones/soa", "What Azure makes itself", "@", _OUT, RUNBOOK),
    Decision("microsoft.network/privateendpoints", "AI account", r"mys-shared-ai-\w+-pe"),
    Decision("microsoft.network/dnszones/a", "Public records"),
    Decision("microsoft.network/dnszones/cname", "Public records"),
    Decision("microsoft.network/dnszones/txt", "Public records"),
    Decision("microsoft.network/dnszones/ns", "What Azure makes itself", "@", _OUT, RUNBOOK),
    Decision("microsoft.network/dnszones/soa", "What Azure makes itself", "@", _OUT, RUNBOOK),
    Decision("microsoft.cdn/profiles", "Move a live host here", "mystira-prod-fd", _OUT, EDGE),
    Decision("microsoft.cdn/profiles", "Front Door", "mystira-nonprod-fd"),
    Decision("microsoft.cdn/profiles/origingroups", "Entrance", "(secondary-)?[a-z-]+-origin-group"),
    Decision("microsoft.cdn/profiles/customdomains", "Entrance", r"mystira-\w+-chain-domain"),
    Decision("microsoft.cdn/profiles/afdendpoints/routes", "Entrance", "(secondary-)?chain-route"),
    Decision("microsoft.network/frontdoorwebapplicationfirewallpolicies", "Front Door", r"mystira(prod|nonprod)waf"),
    Decision("microsoft.containerservice/managedclusters/agentpools", "Cluster"),
    Decision("microsoft.dbforpostgresql/flexibleservers/databases", "PostgreSQL databases", reason=_OUT),
    Decision("microsoft.dbforpostgresql/flexibleservers/administrators", "PostgreSQL"),
    Decision("microsoft.cache/redis", "Redis"),
    Decision("microsoft.storage/storageaccounts", "Chain data", r"mys\w+chainstg\w*"),
    Decision("microsoft.keyvault/vaults/objectid", "Vaults"),
    Decision("microsoft.keyvault/vaults/accesspolicies", "Vaults"),
    Decision("microsoft.keyvault/vaults/secrets", "Secrets"),
    Decision("microsoft.managedidentity/userassignedidentities/federatedidentitycredentials", "Workload identity"),
    Decision("microsoft.cognitiveservices/accounts", "AI account", r"mys-shared-ai-\w+"),
    Decision("microsoft.cognitiveservices/accounts/deployments", "AI models"),
    Decision("microsoft.insights/components", "Telemetry", r"mys-\w+-core-ai(-\w+)?"),
    Decision("microsoft.insights/scheduledqueryrules", "Alerts", r"mys-\w+-core-[a-z-]+"),
    Decision("microsoft.consumption/budgets", "Budget", r"mys-\w+-budget"),
    Decision("microsoft.web/staticsites", "Static sites", _NAMED.format("([a-z-]+-)?swa")),
    Decision("microsoft.web/sites/hostnamebindings", "App Service"),
    Decision("microsoft.web/certificates", "App Service"),
    Decision("delegated-grant", "Admin sign-in"),
    Decision("application", "Pipelines", r"mystira ci/cd \(\w+\)"),
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
        return Decision(type, line) if line else None
    name = (live.name or live.id.rpartition("/")[2]).lower()
    return next((each for each in _BY_TYPE.get(type, ()) if re.fullmatch(each.name, name)), None)
