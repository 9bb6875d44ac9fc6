"""The explicit provider: this subscription of this tenant, or nothing."""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import authorization

from stacks.plan.model import StackPlan

READ = "docs/runbooks/limits.md"


def azure_provider(plan: StackPlan) -> azure_native.Provider:
    """The provider of every Azure resource. A login of another tenant or subscription, or none, ends the run here."""
    provider = azure_native.Provider("azure", subscription_id=plan.subscription_id, tenant_id=plan.tenant_id)
    try:
        login = authorization.get_client_config(opts=pulumi.InvokeOptions(provider=provider))
    except Exception as error:  # noqa: BLE001  # the SDK raises nothing narrower for a function that failed
        raise pulumi.RunError(
            f"Pulumi.{plan.stack}.yaml: mystira:azure: there is no login for subscription {plan.subscription_id} of "
            f"tenant {plan.tenant_id}; seen: {_said(error)}; allowed: az login --tenant {plan.tenant_id}; read: {READ}"
        ) from None
    for what, wanted, seen in (
        ("tenant", plan.tenant_id, login.tenant_id),
        ("subscription", plan.subscription_id, login.subscription_id),
    ):
        if seen and seen.lower() != wanted.lower():
            path = f"Pulumi.{plan.stack}.yaml: mystira:azure.{what}_id"
            raise pulumi.RunError(
                f"{path}: the login is for another {what}; seen: {seen}; allowed: {wanted}; read: {READ}"
            )
    return provider


def _said(error: Exception) -> str:
    """The provider's own words, without what the SDK says around them."""
    return str(error).rpartition("returned an error: ")[2].partition("\n")[0].strip()
