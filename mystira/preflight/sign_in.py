"""Who asks: a token of the right tenant, and a subscription that it sees."""

from __future__ import annotations

from collections.abc import Iterator

from azure.core.exceptions import AzureError, ClientAuthenticationError

from mystira.preflight.arm import Arm, Refused
from mystira.preflight.report import Finding, Verdict
from stacks.build.provider import claims

CHECK = "sign-in"
READ = "docs/runbooks/limits.md"
VERSION = "2022-12-01"
CLOSED = ("Deleted", "Disabled", "Expired")
"""The states in which a subscription takes no resources (Microsoft: Azure subscription states)."""


def check_sign_in(arm: Arm, tenant: str, subscription: str) -> Iterator[Finding]:
    """One finding; nothing else can be asked unless it is good."""
    login = f"az login --tenant {tenant}"
    try:
        token = arm.token().token
    except ClientAuthenticationError as error:
        yield Finding(CHECK, Verdict.REFUSED, f"no login; seen: {_first(error.message)}", login, READ)
        return
    except AzureError as error:
        yield Finding(CHECK, Verdict.UNREACHABLE, f"no answer from Microsoft Entra; seen: {_first(error.message)}")
        return
    seen = str(claims(token).get("tid", ""))
    if seen.lower() != tenant.lower():
        yield Finding(CHECK, Verdict.REFUSED, f"the login is for another tenant; seen: {seen}", tenant, READ)
        return
    try:
        found = arm.get(f"/subscriptions/{subscription}", VERSION)
    except Refused as error:
        yield Finding(
            CHECK, Verdict.REFUSED, f"the login does not see subscription {subscription}; seen: {error}", login, READ
        )
        return
    if str(found.get("tenantId", "")).lower() != tenant.lower():
        what = f"subscription {subscription} belongs to another tenant; seen: {found.get('tenantId')}"
        yield Finding(CHECK, Verdict.REFUSED, what, tenant, READ)
    elif found.get("state") in CLOSED:
        what = f"subscription {subscription} takes no resources; seen: {found.get('state')}"
        yield Finding(CHECK, Verdict.REFUSED, what, "Enabled", READ)
    else:
        yield Finding(CHECK, Verdict.OK, f"tenant {tenant}, subscription {subscription} ({found.get('displayName')})")


def _first(text: str) -> str:
    return text.partition("\n")[0]
