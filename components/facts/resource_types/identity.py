"""Managed identities."""

from __future__ import annotations

from components.facts.model import NameRule, Naming, ResourceType, Scope
from components.facts.resource_types.governance import NAME_RULES

ROWS = (
    ResourceType(
        key="user-assigned-identity",
        token="azure-native:managedidentity:UserAssignedIdentity",
        arm="Microsoft.ManagedIdentity/userAssignedIdentities",
        id_template="/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
        "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
        name_input="resourceName",
        naming=Naming.FIVE_PART,
        abbreviation="identity",
        rule=NameRule(3, 128, r"[A-Za-z0-9][\w-]*", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
    ),
)
