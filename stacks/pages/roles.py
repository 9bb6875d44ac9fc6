"""docs/roles.md: every role assignment of every stack, and what may be granted at all."""

from __future__ import annotations

from components.access.conditions import label
from components.facts.roles import CUSTOM_ROLES, PIPELINE_ROLES, ROLES, TOO_WIDE
from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.parts.cosmos.plan import COSMOS


def roles_page() -> str:
    """The whole page."""
    specs = [(stack, each) for stack, plan in plans().items() for each in plan.grants]
    grants = (
        (stack, each.who, each.role.name, each.role.plane, each.scope, label(each.condition)) for stack, each in specs
    )
    conditions = {label(each.condition): each.condition for _, each in specs if each.condition}
    texts = (f"### {name}\n\n```\n{condition}\n```\n" for name, condition in sorted(conditions.items()))
    app_roles = (
        (stack, each.who, each.role, each.application) for stack, plan in plans().items() for each in plan.app_roles
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
    roles = (
        (role.key, role.name, role.plane, ", ".join(role.kinds), f"`{role.id}`")
        for table in (ROLES, PIPELINE_ROLES)
        for role in table.values()
    )
    own = (
        (role.key, role.name, ", ".join(role.kinds), ", ".join(f"`{each}`" for each in actions), role.why)
        for role in CUSTOM_ROLES.values()
        for actions in [(*role.actions, *role.data_actions)]
    )
    return page(
        "Who may do what",
        "Every role assignment that this program makes. Nothing is granted wider than the resource it is for, except\n"
        "to the pipelines of a stack, in its own resource groups (`docs/runbooks/identity.md`).\n",
        table(("stack", "principal", "role", "plane", "at", "condition"), grants),
        "## In Entra tenants\n\nRoles and permissions at applications: a token of the principal names them.\n",
        table(("stack", "principal", "role", "application"), app_roles),
        "## Documents\n\nCosmos DB keeps its own roles, at the database or at one of its containers.\n",
        table(("stack", "principal", "role", "at"), documents),
        "## Roles that can be granted\n",
        table(("key", "role", "plane", "at a", "id"), roles),
        f"`mystira:access` gives none of {', '.join(PIPELINE_ROLES)}, which are for pipelines, and nobody has "
        f"{', '.join(name for name in TOO_WIDE.values() if name not in _OF_PIPELINES)}.\n",
        "## Roles of our own\n\nIn `shared`, for pipelines.\n",
        table(("key", "role", "at a", "actions", "instead of"), own),
        "## Conditions\n\nOf role assignments above: each by the beginning of its SHA-256.\n",
        *texts,
    )


_OF_PIPELINES = frozenset(role.name for role in PIPELINE_ROLES.values())
