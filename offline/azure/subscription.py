"""The login, and the resource providers that the subscription has registered."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from components.facts.model import ResourceType
from offline.azure.errors import ArmError
from offline.azure.services.identity import principal
from offline.rpc.protocol import ProviderError
from offline.world.limits import Login
from offline.world.objects import Writer
from offline.world.store import World

CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The Azure CLI's own application id, which the login of a person shows."""

CALLER = "00000000-0000-4000-8000-0000000000aa"
"""The object id of the person who deploys."""

INSIGHTS = "microsoft.insights"
DIAGNOSTIC = "diagnostic-setting"
RUNBOOK = "docs/runbooks/limits.md"

ISSUER = "https://sts.mystira.example"
"""Who issues the tokens here: nobody, as its reserved domain says."""

MayRegister = Callable[[str], bool]
"""Takes a namespace; returns whether the login may register it."""

_LINE = "-" * 80


def access_token(tenant: str, login: Login | None = None, **more: str | int) -> str:
    """A token with the claims of one for Azure Resource Manager, signed by nobody; without a login, that of the person.

    ``more`` are further claims: those of a token for something else.

    Microsoft: Access token claims reference (iss, tid, oid, appid, aud, iat, exp).
    """
    client_id, object_id = ids_of(login or Login())
    claims = {"iss": f"{ISSUER}/{tenant}/", "tid": tenant, "oid": object_id, "appid": client_id, **more}
    parts = ({"typ": "JWT", "alg": "none"}, claims)
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts), ""])


def ids_of(login: Login) -> tuple[str, str]:
    """Client id and object id of who logged in."""
    return login.client_id or CLIENT_ID, login.object_id or CALLER


def client(login: Login) -> str:
    """Who logged in, as Azure's refusals begin."""
    client_id, object_id = ids_of(login)
    return f"The client '{client_id}' with object id '{object_id}'"


def namespace_of(arm: str) -> str:
    """The resource provider of a type: ``Microsoft.KeyVault`` for ``Microsoft.KeyVault/vaults``."""
    return arm.partition("/")[0]


def check_login(login: Login, subscription: str, tenant: str) -> None:
    """Raise the error for a login that does not match the provider's configuration.

    The provider asks the Azure CLI for the subscription and for a token of it (pulumi/pulumi-azure-native:
    provider/pkg/provider/auth_azidentity.go); Azure itself refuses a token of another tenant, and that of a service
    principal or a managed identity without a role in the subscription.
    """
    check_account(login, subscription)
    if is_elsewhere(login, subscription):
        scope = f"/subscriptions/{subscription}"
        message = (
            f"{client(login)} does not have authorization to perform action "
            f"'Microsoft.Resources/tags/read' over scope '{scope}/providers/Microsoft.Resources/tags/default' or the "
            "scope is invalid. If access was recently granted, please refresh your credentials."
        )
        raise ArmError("AuthorizationFailed", message, f"give the login a role at {scope}; read {RUNBOOK}", status=403)
    if login.tenant and login.tenant.lower() != tenant.lower():
        message = wrong_issuer(login.tenant, tenant)
        advice = f"az login --tenant {tenant}; read {RUNBOOK} (Azure/azure-sdk-for-net #49391)"
        raise ArmError("InvalidAuthenticationTokenTenant", message, advice, status=401)


def wrong_issuer(seen: str, tenant: str) -> str:
    """How Azure refuses a token of another tenant than that of the subscription."""
    return (
        f"The access token is from the wrong issuer 'https://sts.windows.net/{seen}/'. It must match the "
        f"tenant 'https://sts.windows.net/{tenant}/' associated with this subscription. Please use the authority "
        f"(URL) 'https://login.windows.net/{tenant}' to get the token."
    )


def check_account(login: Login, subscription: str) -> None:
    """Raise the Azure CLI's error when it has no token, or does not know the subscription."""
    if login.expired:
        raise ProviderError(
            "could not acquire access token: AzureCLICredential: ERROR: AADSTS700082: The refresh token has expired "
            f"due to inactivity. Please run 'az login'.\n  advice: az login; read {RUNBOOK} (Azure/azure-cli #31959)"
        )
    if not login.service and is_elsewhere(login, subscription):
        raise ProviderError(
            f"ERROR: Subscription '{subscription}' not found. Check the spelling and casing and try again.\n"
            f"  advice: az login, or az account list; read {RUNBOOK} (Azure/azure-cli #21384)"
        )


def check_identity(cloud: Writer, login: Login, tenant: str) -> None:
    """Raise Entra's refusal where the managed identity that logged in has been deleted."""
    if login.object_id and principal(cloud, login.object_id) is None:
        raise ProviderError(
            f"could not acquire access token: AADSTS700016: Application with identifier '{login.client_id}' was not "
            f"found in the directory '{tenant}'.\n  advice: `mystira offline login` logs in as the person again; read "
            f"{RUNBOOK} (Microsoft: Microsoft Entra authentication and authorization error codes)"
        )


def is_elsewhere(login: Login, subscription: str) -> bool:
    """Whether the login sees another subscription, and not this one."""
    return bool(login.subscription) and login.subscription.lower() != subscription.lower()


def ensure_registered(world: World, row: ResourceType, subscription: str, may_register: MayRegister) -> None:
    """Register the namespace of a type as azure-native does, or raise the refusal.

    azcore answers 409 ``MissingSubscriptionRegistration`` with a registration and sends again; where the login may not
    register, what comes back is the refusal of that registration (Azure/azure-sdk-for-go:
    sdk/azcore/arm/runtime/policy_register_rp.go, v1.22.0). Azure Monitor's own answer for diagnostic settings has
    another code, so that nothing is registered (pulumi/pulumi-azure-native #3479).
    """
    namespace = namespace_of(row.arm)
    with world.limits() as limits:
        if not limits.unregistered(namespace):
            return
        locked, login = limits.locked(namespace), limits.login()
    id = f"/subscriptions/{subscription}/providers/{namespace}"
    advice = f"az provider register --namespace {namespace} --wait, by an owner; read {RUNBOOK}"
    if row.key == DIAGNOSTIC:
        message = f"The subscription '{subscription}' is not registered to use {INSIGHTS}."
        refusal: ProviderError = ArmError("Conflict", message, f"{advice} (pulumi-azure-native #3479)", status=409)
    elif locked or not may_register(namespace):
        scope = f"/subscriptions/{subscription}"
        refusal = ProviderError(
            f"POST https://management.azure.com{id}/register\n{_LINE}\nRESPONSE 403: 403 Forbidden\n"
            f"ERROR CODE: AuthorizationFailed\n{_LINE}\n"
            f"{client(login)} does not have authorization to perform action "
            f"'{namespace}/register/action' over scope '{scope}' or the scope is invalid. If access was recently "
            f"granted, please refresh your credentials.\n{_LINE}\n"
            f"  advice: MissingSubscriptionRegistration: the subscription is not registered for {namespace}: {advice}"
        )
    else:
        with world.limits() as limits:
            limits.register(namespace)
        with world.writing("register", row.token, id):
            return
    world.refuse(row.token, id, str(refusal))
    raise refusal
