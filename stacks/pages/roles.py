"""docs/roles.md: every role assignment of every stack, and what may be granted at all."""

from __future__ import annotations

from components.facts.roles import ROLES, TOO_WIDE
from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.parts.cosmos.plan import COSMOS


def roles_page() -> str:
    """The whole page."""
    grants = (
        (
            stack,
            each.key if each.principal.count("/") == 0 else each.principal,
            each.role.name,
            each.role.plane,
            each.scope,
        )
        for stack, plan in plans().items()
        for each in plan.grants
    )
    accounts = [(stack, plan.get(COSMOS)) for stack, plan in plans().items()]
    documents = (
        (
            stack,
            each.principal,
            f"Cosmos DB Built-in Data {each.role.title()}",
            "/".join(filter(None, (account.database, each.container))),
        )
        for stack, account in accounts
        if account
        for each in account.roles
    )
    roles = ((role.key, role.name, role.plane, ", ".join(role.kinds), f"`{role.id}`") for role in ROLES.values())
    return page(
        "Who may do what",
        "Every role assignment that this program makes. Nothing is granted wider than the resource it is for.\n",
        table(("stack", "principal", "role", "plane", "at"), grants),
        "## Documents\n\nCosmos DB keeps its own roles, at the database or at one of its containers.\n",
        table(("stack", "principal", "role", "at"), documents),
        "## Roles that can be granted\n",
        table(("key", "role", "plane", "at a", "id"), roles),
        "Never: " + ", ".join(TOO_WIDE.values()) + ".\n",
    )
