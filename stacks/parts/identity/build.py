"""The managed identity of each service."""

from __future__ import annotations

from components.identity.identity import Identity
from stacks.parts.identity.plan import IdentityPlan
from stacks.parts.site import Site


def build_identities(site: Site, plans: tuple[IdentityPlan, ...]) -> None:
    """Register the identities. Roles name their principals, workloads their client ids."""
    clients = {}
    for plan in plans:
        identity = Identity(plan.service, plan.spec, site.place(plan.group, plan.tags), site.options())
        key = f"identity/{plan.service}"
        site.components.put(key, identity)
        site.principals.put(key, identity.principal_id)
        clients[plan.service] = identity.client_id
    site.outputs.put("identities", clients)
