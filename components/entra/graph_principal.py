"""What stands for Microsoft Graph in a tenant."""

from __future__ import annotations

import pulumi
import pulumi_azuread as azuread

from components.entra.graph import CLIENT_ID

LOOKUP = "azuread:index/getServicePrincipal:getServicePrincipal"
"""The function of azuread that finds it."""


def graph_principal(provider: pulumi.ProviderResource) -> pulumi.Output[str]:
    """The object id of Microsoft Graph's service principal in the tenant of ``provider``: every tenant has one, each
    another."""
    found = azuread.get_service_principal_output(client_id=CLIENT_ID, opts=pulumi.InvokeOptions(provider=provider))
    return found.object_id
