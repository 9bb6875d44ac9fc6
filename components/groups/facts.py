"""Resource groups."""

from __future__ import annotations

from components.facts.creation import listed
from components.facts.model import GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="resource-group",
        token="azure-native:resources:ResourceGroup",
        arm="Microsoft.Resources/resourceGroups",
        id_template=GROUP,
        name_input="resourceGroupName",
        naming=Naming.FIVE_PART,
        abbreviation="rg",
        rule=NameRule(1, 90, r"[-\w.()]*[-\w()]", Scope.SUBSCRIPTION, NAME_RULES),
        taggable=True,
        creation_only=listed("location"),
    ),
)
