"""Managed identities and their federated credentials."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "FederatedIdentityCredentialLimitReached": (
        unconfirmed("a 21st credential; the limit is documented, its code is not", "Azure/azure-workload-identity#575"),
    ),
    "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity": (
        Rule("two credentials of an identity at once", "crossplane-contrib/provider-upjet-azure#689"),
    ),
    "BadRequest": (Rule("issuer and subject of another credential of the identity", "Azure/bicep-types-az#2054"),),
}
