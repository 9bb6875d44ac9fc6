"""Budgets."""

from __future__ import annotations

from components.facts.creation import documented
from components.facts.model import NAME_RULES, NameRule, Naming, OwnedElsewhere, ResourceType, Scope

START = "timePeriod.startDate"
"""The first day of a budget."""

BUDGETS = "Microsoft: Budgets - Create Or Update"
FIXED_START = "Azure/bicep#7149, Azure/CanadaPubSecALZ#317"
"""Where Azure says that the start of a budget stays as it is."""

MAXIMUM_NOTIFICATIONS = 5
MAXIMUM_PERCENT = 1000
EARLIEST = "2017-06-01"
MONTHS_AHEAD = 12
"""What a budget may say (Microsoft: Budgets - Create Or Update)."""

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
        creation_only=documented(FIXED_START, START),
        owned_elsewhere=(
            OwnedElsewhere(
                START,
                "first deployment",
                "a budget keeps the month in which it was made, and the program asks for the current one",
            ),
        ),
    ),
)
