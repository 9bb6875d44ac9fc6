"""The explicit providers: this subscription, these tenants, or nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pulumi
import pulumi_azure_native as azure_native
import pulumi_azuread as azuread
from pulumi_azure_native import authorization, resources

from components.problems import Problem
from stacks.parts.groups.plan import GROUPS
from stacks.parts.part import Tenant
from stacks.plan.model import StackPlan
from stacks.settings.fictitious import is_reserved_domain
from stacks.settings.loading import NAMESPACE, file_name

READ = "docs/runbooks/limits.md"

CLIENT_CONFIG = "azuread:index/getClientConfig:getClientConfig"
"""The function of azuread that says who is logged in."""

FORBIDDEN = "AuthorizationFailed"
"""How Azure refuses a login that may not read something."""

T = TypeVar("T")


def azure_provider(plan: StackPlan) -> azure_native.Provider:
    """The provider of every Azure resource. A login that cannot use the subscription ends the run here.

    azure-native answers ``getClientConfig`` with the configured subscription, whatever the login may do in it, and asks
    Microsoft Graph for a token (provider/pkg/provider/auth_getclientconfig.go). So the tenant comes from the token for
    Azure Resource Manager itself, and the subscription is read: its tags, which every reader sees. A pipeline sees the
    groups of its stack alone, so that for it the first of them is read.
    """
    provider = azure_native.Provider("azure", subscription_id=plan.subscription_id, tenant_id=plan.tenant_id)
    options = pulumi.InvokeOptions(provider=provider)
    ask = partial(_asked, *_no_login(plan))
    login = claims(ask(lambda: authorization.get_client_token(opts=options)).token)
    _check_tenant(f"{file_name(plan.stack)}: {NAMESPACE}:azure.tenant_id", str(login.get("tid", "")), plan.tenant_id)
    if plan.fictitious and not is_reserved_domain(urlsplit(str(login.get("iss", ""))).hostname or ""):
        raise pulumi.RunError(
            "\n".join(["the settings hold values that only serve the offline cloud", *map(str, plan.fictitious)])
        )
    ask(lambda: _read(plan, options))
    return provider


def tenant_provider(tenant: Tenant) -> azuread.Provider:
    """The provider of the objects in an Entra tenant. A login of another tenant ends the run here.

    azuread asks for a token of the configured tenant. The Azure CLI has one only for tenants that the user has logged
    in to; a managed identity has one only of its own, whatever was asked for.
    """
    provider = azuread.Provider(
        tenant.key,
        tenant_id=tenant.id,
        # azuread marks its client id as secret. It is none, but a state that hides it holds as well.
        client_id=tenant.client_id or None,
        use_oidc=bool(tenant.client_id) or None,
    )
    options = pulumi.InvokeOptions(provider=provider)
    no_login = tenant.path, f"there is no login for tenant {tenant.id}", f"az login --tenant {tenant.id}"
    _check_tenant(tenant.path, _asked(*no_login, lambda: azuread.get_client_config(opts=options)).tenant_id, tenant.id)
    return provider


def _check_tenant(path: str, seen: str, wanted: str) -> None:
    """End the run where a login is for another tenant."""
    if seen.lower() != wanted.lower():
        raise pulumi.RunError(str(Problem(path, "the login is for another tenant", seen, wanted, READ)))


def _no_login(plan: StackPlan) -> tuple[str, str, str]:
    """What is said where nobody is logged in to Azure: the path, what is missing, what is allowed."""
    allowed = f"az login --tenant {plan.tenant_id}"
    if plan.fictitious:
        places = ", ".join(each.path.rpartition(f" {NAMESPACE}:")[2] for each in plan.fictitious)
        allowed += f"; on a real subscription, values of your own: {places}"
    what = f"there is no login for subscription {plan.subscription_id} of tenant {plan.tenant_id}"
    return f"{file_name(plan.stack)}: {NAMESPACE}:azure", what, allowed


def _read(plan: StackPlan, options: pulumi.InvokeOptions) -> None:
    """Read the subscription, or where the login only sees groups, the first of this stack."""
    scope = f"subscriptions/{plan.subscription_id}"
    try:
        resources.get_tag_at_scope(scope=scope, opts=options)
    except Exception as error:
        if FORBIDDEN not in str(error):
            raise
        group = next(group.name for tier in plan.of(GROUPS) for group in tier.groups)
        try:
            resources.get_tag_at_scope(scope=f"{scope}/resourceGroups/{group}", opts=options)
        except Exception:  # noqa: BLE001  # what the SDK raises; it says less than the first
            raise error from None


def _asked(path: str, what: str, allowed: str, ask: Callable[[], T]) -> T:
    """The answer of the provider, or the end of the run."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001  # the SDK raises nothing narrower for a function that failed
        raise pulumi.RunError(str(Problem(path, what, _said(error), allowed, READ))) from None


def claims(token: str) -> dict[str, Any]:
    """The claims of a token. It stays in memory, and only its tenant is ever shown."""
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, binascii.Error, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _said(error: Exception) -> str:
    """The provider's own words, without what the SDK says around them."""
    return str(error).rpartition("returned an error: ")[2].partition("\n")[0].strip()
