"""The explicit provider: this subscription of this tenant, or nothing."""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import authorization

from stacks.plan import StackPlan


def azure_provider(plan: StackPlan) -> azure_native.Provider:
    """The provider of every Azure resource. A login of another tenant or subscription ends the run here."""
    provider = azure_native.Provider("azure", subscription_id=plan.subscription_id, tenant_id=plan.tenant_id)
    login = authorization.get_client_config(opts=pulumi.InvokeOptions(provider=provider))
    for what, wanted, seen in (
        ("tenant", plan.tenant_id, login.tenant_id),
        ("subscription", plan.subscription_id, login.subscription_id),
    ):
        if seen and seen.lower() != wanted.lower():
            path = f"Pulumi.{plan.stack}.yaml: mystira:azure.{what}_id"
            raise pulumi.RunError(f"{path}: the login is for another {what}; seen: {seen}; allowed: {wanted}")
    return provider
