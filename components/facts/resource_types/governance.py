"""Resource groups."""

from __future__ import annotations

from components.facts.model import NameRule, Naming, ResourceType, Scope

NAME_RULES = "Microsoft: Naming rules and restrictions for Azure resources (2025-03-14)"

ROWS = (
    ResourceType(
        key="resource-group",
        token="azure-native:resources:ResourceGroup",
        arm="Microsoft.Resources/resourceGroups",
        id_template="/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
        name_input="resourceGroupName",
        naming=Naming.FIVE_PART,
        abbreviation="rg",
        rule=NameRule(1, 90, r"[-\w.()]*[-\w()]", Scope.SUBSCRIPTION, NAME_RULES),
        taggable=True,
        columns=("location",),
    ),
)
