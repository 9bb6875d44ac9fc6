"""The company's own tenant, in which several parts make objects."""

from __future__ import annotations

from stacks.context import Context
from stacks.parts.part import Tenant
from stacks.settings.models import Settings

ENTRA_TENANT = "entra"
"""The key of its provider."""
INSTANCE = "https://login.microsoftonline.com/"


def tenant_of(context: Context[Settings]) -> str:
    """Its id."""
    return str(context.settings.azure.tenant_id)


def workforce(context: Context[Settings]) -> Tenant:
    """The tenant itself, in which whoever brings the stack up is logged in anyway."""
    return Tenant(ENTRA_TENANT, tenant_of(context), context.path("azure.tenant_id"))
