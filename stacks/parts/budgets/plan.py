"""What a stack may cost in a month: as a whole, its databases, its app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.budgets.spec import BudgetSpec, Threshold
from components.facts.actions import COUNTS_COSTS
from components.naming.builder import Project
from components.problems import Problem
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.costs import DATABASE_COSTS
from stacks.parts.groups.plan import GROUPS, SHARED_TIER, TierPlan
from stacks.parts.part import Part, Step
from stacks.settings.models import EnvironmentSettings, SharedSettings

THRESHOLDS = (
    Threshold("Actual", 50, 4),
    Threshold("Actual", 80, 3),
    Threshold("Forecasted", 100, 3),
    Threshold("Actual", 100, 2),
    Threshold("Actual", 120, 2),
)
"""When somebody is notified (S1-072). Azure takes five."""

ALL, DATABASE, APP = "all", "database", "app"
"""The budgets by their settings; the last is also the group of services that it is for, which had one before this
program (docs/parity.md)."""

FORMER = "mys-prod-budget"
"""That budget. Its name has four parts, and a budget cannot be renamed."""

READ = "docs/runbooks/costs.md"


class Budgets(Part[EnvironmentSettings, tuple[BudgetSpec, ...]]):
    """The budgets of an environment."""

    key = "budgets"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[BudgetSpec, ...]:
        amounts, groups = context.settings.budgets, _groups(GROUPS.plan(context))
        everything = tuple(groups.values())
        found = [
            _budget(context, CORE, ALL, amounts.all, everything, nodes=True),
            _budget(context, CORE, DATABASE, amounts.database, everything, tags=DATABASE_COSTS),
        ]
        if amounts.app is not None:
            found.append(_budget(context, Project(APP), APP, amounts.app, (groups[APP],)))
        return tuple(found)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        if context.settings.budgets.app is not None and APP not in _groups(GROUPS.plan(context)):
            what, allowed = "no service is in the resource group that it is for", "no such budget"
            yield Problem(context.path(f"budgets.{APP}"), what, APP, allowed, READ)

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        yield _rights(context)
        if context.settings.budgets.app is not None and context.environment == "prod":
            yield Step(
                key="former-budget",
                do=f"delete the budget {FORMER}, whose place those of this stack have taken",
                check=f"az consumption budget list --query \"[?name=='{FORMER}'].id\" -o tsv",
                read=READ,
            )


class SharedStackBudgets(Part[SharedSettings, tuple[BudgetSpec, ...]]):
    """The budget of ``shared``."""

    key = "budgets"

    def plan(self, context: Context[SharedSettings]) -> tuple[BudgetSpec, ...]:
        groups = tuple(_groups(SHARED_TIER.plan(context)).values())
        return (_budget(context, Project("acr"), ALL, context.settings.budgets.all, groups),)

    def steps(self, context: Context[SharedSettings]) -> Iterator[Step]:
        yield _rights(context)


def _groups(tiers: tuple[TierPlan, ...]) -> Mapping[str, str]:
    """The names of the stack's resource groups, by their keys."""
    return {group.key: group.name for tier in tiers for group in tier.groups}


def _budget(
    context: Context[Any],
    project: Project,
    key: str,
    amount: float,
    groups: tuple[str, ...],
    *,
    nodes: bool = False,
    tags: Mapping[str, str] | None = None,
) -> BudgetSpec:
    """A budget. A stack of the same environment in another region has its own, in the same subscription."""
    return BudgetSpec(
        key=key,
        name=context.names.name(project, "budget", role=key if tags else ""),
        amount=amount,
        start=context.today.replace(day=1),
        groups=groups,
        nodes=nodes,
        tags=tags or {},
        thresholds=THRESHOLDS,
    )


def _rights(context: Context[Any]) -> Step:
    scope = f"/subscriptions/{context.settings.azure.subscription_id}"
    return Step(
        key="budget-rights",
        do=f"give whoever brings the stack up the role {COUNTS_COSTS} at the subscription, and whoever previews it "
        "Cost Management Reader: a budget is in no resource group",
        check=f"az role assignment list --scope {scope} --role '{COUNTS_COSTS}' -o table",
        read=READ,
    )


BUDGETS = Budgets()
SHARED_BUDGETS = SharedStackBudgets()
