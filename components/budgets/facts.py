"""Budgets."""

from __future__ import annotations

from components.facts.model import NAME_RULES, NameRule, Naming, ResourceType, Scope

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="budget",
        token="azure-native:consumption:Budget",
        arm="Microsoft.Consumption/budgets",
        id_template="/{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
        name_input="budgetName",
        naming=Naming.FIVE_PART,
        abbreviation="budget",
        rule=NameRule(1, 63, r"[A-Za-z0-9_-]+", Scope.PARENT, NAME_RULES),
    ),
)
