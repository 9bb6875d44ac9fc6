"""Managed identities and whom they trust."""

from __future__ import annotations

from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_IDENTITY = GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"

ROWS = (
    ResourceType(
        key="user-assigned-identity",
        token="azure-native:managedidentity:UserAssignedIdentity",
        arm="Microsoft.ManagedIdentity/userAssignedIdentities",
        id_template=_IDENTITY,
        name_input="resourceName",
        naming=Naming.FIVE_PART,
        abbreviation="identity",
        rule=NameRule(3, 128, r"[A-Za-z0-9][\w-]*", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
    ),
    ResourceType(
        key="federated-credential",
        token="azure-native:managedidentity:FederatedIdentityCredential",
        arm="Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        id_template=_IDENTITY + "/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
        name_input="federatedIdentityCredentialResourceName",
        naming=Naming.IN_PARENT,
        rule=NameRule(3, 120, r"[A-Za-z0-9][A-Za-z0-9_-]*", Scope.PARENT, BICEP_TYPES),
        columns=("subject", "audiences"),
    ),
)
