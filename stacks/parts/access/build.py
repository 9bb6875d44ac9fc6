"""Every role assignment and lock of a stack, and the matrix of who may do what."""

from __future__ import annotations

from components.access.conditions import label
from stacks.parts.site import Site


def build_access(site: Site, _: bool) -> None:
    """Grant what is not granted yet; locks come after it, because Azure deletes no role assignment below a lock."""
    site.grant(site.plan.grants)
    site.locks.put(site.granted.values())
    site.outputs.put("role_matrix", [*_at_azure(site), *_in_tenants(site)])


def _at_azure(site: Site) -> list[dict[str, object]]:
    """Principal, role and the id of the resource; of a condition its label on the page of roles."""
    return [
        {
            "principal": each.who,
            "role": each.role.name,
            "at": site.resources[each.scope],
            **({"condition": label(each.condition)} if each.condition else {}),
        }
        for each in site.plan.grants
    ]


def _in_tenants(site: Site) -> list[dict[str, object]]:
    return [{"principal": each.who, "role": each.role, "at": each.application} for each in site.plan.app_roles]
