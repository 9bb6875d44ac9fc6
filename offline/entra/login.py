"""Who is logged in at a tenant: a person who may do everything, or an identity of this world."""

from __future__ import annotations

from dataclasses import dataclass

from offline.azure.services.identity import principal
from offline.azure.subscription import CALLER, CLIENT_ID
from offline.entra.behaviour import of_tenant
from offline.entra.graph import PRINCIPAL
from offline.rpc.protocol import Properties, ProviderError
from offline.world.objects import Writer

RUNBOOK = "docs/runbooks/identity.md"


@dataclass(frozen=True)
class Caller:
    """Who sends a request to Graph."""

    client_id: str
    object_id: str
    tenant: str
    """The tenant that the token is of."""
    person: bool
    """Whether it is the person who deploys, with a directory role that allows everything."""


def caller(cloud: Writer, tenant: str, client: str = "") -> Caller:
    """Who is logged in at ``tenant``. ``client`` is the client id that the provider is configured with: an application
    of that tenant, which trusts the login (federated credential).

    A managed identity has a token of its own tenant, whatever it is asked for. Raises Entra's refusal where the
    application does not exist.
    """
    login = cloud.limits.login()
    if not login.object_id:
        return Caller(client or CLIENT_ID, CALLER, login.tenant or tenant, person=True)
    if client:
        found = next((each for each in of_tenant(cloud, PRINCIPAL, tenant) if each.body["clientId"] == client), None)
        if found is None:
            raise _unknown_application(client, tenant)
        return Caller(client, found.body["objectId"], tenant, person=False)
    identity = principal(cloud, login.object_id)
    if identity is None:
        raise _unknown_application(login.client_id, tenant)
    home = login.tenant or str(identity.body.get("tenantId") or tenant)
    return Caller(login.client_id, login.object_id, home, person=False)


def client_config(cloud: Writer, tenant: str, client: str) -> Properties:
    """What azuread's ``getClientConfig`` answers: client, object and tenant id of the token."""
    who = caller(cloud, tenant, client)
    return {
        "clientId": who.client_id,
        "objectId": who.object_id,
        "tenantId": who.tenant,
        "id": f"{who.tenant}-{who.client_id}-{who.object_id}",
    }


def check_tenant(cloud: Writer, tenant: str, client: str) -> None:
    """Raise the error of a login that has no token of the tenant."""
    if cloud.limits.login().expired:
        raise ProviderError(
            "AzureCLICredential: ERROR: AADSTS700082: The refresh token has expired due to inactivity. Please run "
            f"'az login'.\n  advice: az login --tenant {tenant}; read {RUNBOOK}"
        )
    who = caller(cloud, tenant, client)
    if not who.person and who.tenant.lower() != tenant.lower():
        raise ProviderError(
            f"ManagedIdentityAuthorizer: the token of {who.client_id} is of tenant {who.tenant}, not of {tenant}\n"
            "  advice: a managed identity cannot log in to another tenant: name an application of that tenant with a "
            f"federated credential for the pipeline; read {RUNBOOK}"
        )


def _unknown_application(client: str, tenant: str) -> ProviderError:
    return ProviderError(
        f"could not acquire access token: AADSTS700016: Application with identifier '{client}' was not found in the "
        f"directory '{tenant}'.\n  advice: `mystira offline login` logs in as the person again; read {RUNBOOK} "
        "(Microsoft: Microsoft Entra authentication and authorization error codes)"
    )
