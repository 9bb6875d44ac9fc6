"""Managed identities, and whom they trust."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import managedidentity

from components.identity.spec import IdentitySpec
from components.placement import Placement

AUDIENCE = "api://AzureADTokenExchange"
"""What a token must be for, to be exchanged (S3-114)."""


class Identity(pulumi.ComponentResource):
    """The managed identity of a service, or of a part of the platform (S3-109).

    ``principal_id`` receives roles, ``client_id`` is what a workload names.
    """

    TOKEN = "mystira:identity:ServiceIdentity"
    id: pulumi.Output[str]
    principal_id: pulumi.Output[str]
    client_id: pulumi.Output[str]

    def __init__(
        self, name: str, spec: IdentitySpec, place: Placement, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        self._group = place.resource_group
        self._identity = managedidentity.UserAssignedIdentity(
            name,
            resource_name_=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = self._identity.id
        self.principal_id = self._identity.principal_id
        self.client_id = self._identity.client_id
        self.register_outputs({"clientId": self.client_id})

    def trust(self, name: str, issuer: pulumi.Input[str], subject: str) -> managedidentity.FederatedIdentityCredential:
        """Let the bearer of a token of ``issuer`` for ``subject`` be this identity.

        An identity takes its credentials one at a time; the guard chains them.
        """
        return managedidentity.FederatedIdentityCredential(
            name,
            federated_identity_credential_resource_name=name,
            resource_name_=self._identity.name,
            resource_group_name=self._group,
            issuer=issuer,
            subject=subject,
            audiences=[AUDIENCE],
            opts=pulumi.ResourceOptions(parent=self._identity),
        )
