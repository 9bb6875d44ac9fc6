"""Every code with which Microsoft Graph refuses here, the rules behind it, and the source of each.

Confirmed and unconfirmed mean the same as for Azure (offline/azure/codes/rule.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

URIS = "Microsoft: Restrictions on identifier URIs of Microsoft Entra applications"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "AccessDenied": (
        Rule(
            "a policy or a location without Policy.Read.All and Policy.ReadWrite.ConditionalAccess",
            "AlexFilipin/ConditionalAccess#10",
        ),
        Rule("a policy in a tenant without Entra ID P1, switched off or on", "public logs: policies of free tenants"),
        unconfirmed("a location in a tenant without Entra ID P1", "Microsoft: Conditional Access licence requirements"),
    ),
    "Authorization_RequestDenied": (
        Rule("a request without the permission that it takes", "microsoftgraph/microsoft-graph-docs#10290"),
        Rule(
            "an application or service principal of somebody else, with Application.ReadWrite.OwnedBy",
            "microsoftgraph/microsoft-graph-docs#11114",
        ),
        Rule(
            "a service principal for an application that the caller does not own, with Application.ReadWrite.OwnedBy",
            "hashicorp/terraform-provider-azuread: service_principal_resource.go at f0169e0",
        ),
        unconfirmed(
            "a group that the caller does not own, with Group.Create",
            "hashicorp/terraform-provider-azuread: docs/resources/group.md at f0169e0",
        ),
        Rule(
            "a group whose owners the caller may not read: people take User.Read.All, others Application.Read.All",
            "Microsoft Graph: Create group",
            confirmed=False,
        ),
    ),
    "BadRequest": (
        Rule(
            "a policy that is on in a tenant with security defaults; report-only passes",
            "public logs: Security Defaults is enabled in the tenant",
        ),
        Rule("1032: a control that does not go with the rest of a policy", "AlexFilipin/ConditionalAccess#4"),
        Rule("1032: a policy without any control", "public logs: ConditionalActionPolicy validation failed"),
        unconfirmed(
            "1032: block beside another control, or mfa beside a strength",
            "Microsoft Graph: conditionalAccessGrantControls resource type",
        ),
        Rule(
            "1039: risk levels in a tenant without Entra ID P2",
            "crossplane-contrib/provider-upjet-azuread#5",
        ),
        unconfirmed("a policy for a location that does not exist", "KelvinTegelaar/CIPP#1618"),
    ),
    "CannotDeleteOrUpdateEnabledEntitlement": (
        Rule(
            "a scope or role that is changed or removed while it is enabled; azuread disables it first",
            "OfficeDev/TeamsFx: aadErrorCode; hashicorp/terraform-provider-azuread: applications.go at f0169e0",
        ),
    ),
    "DuplicateValue": (
        Rule("two roles or scopes with one value", "hashicorp/terraform-provider-azuread#269"),
        Rule("two roles or scopes with one id", "microsoftgraph/microsoft-graph-docs#21667", confirmed=False),
    ),
    "FederatedIdentityCredentialLimitReached": (
        unconfirmed(
            "a 21st credential of an application; the limit is documented, its code is not",
            "Microsoft Graph: Create federatedIdentityCredential",
        ),
    ),
    "HostNameNotOnVerifiedDomain": (
        Rule("an identifier URI on a domain that the tenant has not verified", "Azure/Industrial-IoT#1432"),
        unconfirmed(
            "the same with v2 tokens: MicrosoftDocs/azure-docs#82762 says that it passes",
            "Microsoft: Microsoft identity platform breaking changes, October 2021",
        ),
    ),
    "InvalidAppId": (Rule("a pre-authorised client that the tenant does not have", "microsoft/onefuzz#486"),),
    "InvalidFederatedIdentityCredentialValue": (
        Rule("issuer and subject of another credential of the application", "Azure/azure-workload-identity#434"),
    ),
    "InvalidUniqueTenantIdentifierAsPerAppPolicy": (
        Rule(
            "an identifier URI without tenant id, app id or verified domain, with v1 tokens, where the policy is on",
            f"{URIS}; public logs",
        ),
    ),
    "InvalidValue": (
        Rule("a client pre-authorised for a scope that does not exist", "microsoftgraph/microsoft-graph-docs#12675"),
        unconfirmed(
            "a scope that is removed while a client is pre-authorised for it",
            "microsoftgraph/microsoft-graph-docs#12675",
        ),
    ),
    "Request_BadRequest": (
        Rule("an identifier URI that another application has (ObjectConflict)", "Azure/pcs-cli#146"),
        unconfirmed(
            "an identifier URI of an application deleted in the last 30 days",
            "Microsoft: Delete and recover applications FAQ",
        ),
        Rule("an application as owner", "hashicorp/terraform-provider-azuread#1554"),
        Rule(
            "a service principal for a client id that no application has (NoBackingApplicationObject)",
            "hashicorp/terraform-provider-azuread: service_principal_resource.go at f0169e0; public logs",
        ),
        Rule(
            "a role assigned to a principal that does not exist",
            "microsoftgraph/microsoft-graph-docs-contrib#1407",
        ),
        Rule(
            "a role that the application does not have, or not for this kind of principal",
            "public logs: Permission being assigned was not found on application",
        ),
        unconfirmed(
            "the default role at an application with roles of its own",
            "Microsoft Graph: appRoleAssignment resource type",
        ),
        Rule(
            "a role assigned twice",
            "public logs: Permission being assigned already exists on the object; "
            "microsoftgraph/msgraph-bicep-types#161 words it as EntitlementGrant entry already exists",
        ),
    ),
    "Request_MultipleObjectsWithSameKeyValue": (
        Rule("a credential with the name of another one of the application", "Azure/azure-dev#1482"),
        Rule("delegated permissions granted twice", "hashicorp/terraform-provider-azuread#690"),
    ),
    "Request_ResourceNotFound": (
        Rule(
            "an object that does not exist, or that is too new to be known everywhere",
            "microsoftgraph/microsoft-graph-docs#12833",
        ),
        Rule("an owner that does not exist", "hashicorp/terraform-provider-azuread#1024"),
    ),
}
"""By code."""


def known(code: str) -> str:
    """The code itself. Raises ``KeyError`` for a code without a row."""
    if code not in CODES:
        raise KeyError(f"{code}: no row in offline/entra/codes.py; add the rule that it stands for and its source")
    return code
