"""Managed identities and their federated credentials."""

from __future__ import annotations

from components.facts.creation import marked
from components.facts.duration_sources import APPLY_LOG
from components.facts.model import (
    BICEP_TYPES,
    GROUP,
    NAME_RULES,
    Duration,
    NameRule,
    Naming,
    OneAtATime,
    ResourceType,
    Scope,
)

MAXIMUM_CREDENTIALS = 20
"""Of one identity (Microsoft: Important considerations and restrictions for federated identity credentials)."""

_IDENTITY = GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"

ROWS: tuple[ResourceType, ...] = (
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
        creation_only=marked("2023-01-31", "location"),
        duration=Duration(0.5, 20, f"{APPLY_LOG}: 28 s"),
        one_at_a_time=OneAtATime(
            ("federated-credential",),
            "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
            "Microsoft: Important considerations and restrictions for federated identity credentials",
        ),
    ),
    ResourceType(
        key="federated-credential",
        token="azure-native:managedidentity:FederatedIdentityCredential",
        arm="Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        id_template=_IDENTITY + "/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
        name_input="federatedIdentityCredentialResourceName",
        naming=Naming.IN_PARENT,
        rule=NameRule(3, 120, r"[A-Za-z0-9][A-Za-z0-9_-]*", Scope.PARENT, BICEP_TYPES),
        duration=Duration(0.5, 20, f"{APPLY_LOG}: 28 s"),
    ),
)
