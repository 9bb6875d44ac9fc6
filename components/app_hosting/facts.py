"""App Service."""

from __future__ import annotations

from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_GROUP = GROUP + "/providers"
_WEB = GROUP + "/providers/Microsoft.Web"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="autoscale-setting",
        token="azure-native:monitor:AutoscaleSetting",
        arm="Microsoft.Insights/autoscaleSettings",
        id_template=_GROUP + "/Microsoft.Insights/autoscaleSettings/{autoscaleSettingName}",
        name_input="autoscaleSettingName",
        naming=Naming.FIVE_PART,
        abbreviation="scale",
        rule=NameRule(1, 260, r"[^<>%&#.,?\\:/]+", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
    ),
    ResourceType(
        key="app-service-plan",
        token="azure-native:web:AppServicePlan",
        arm="Microsoft.Web/serverfarms",
        id_template=_WEB + "/serverfarms/{name}",
        name_input="name",
        naming=Naming.FIVE_PART,
        abbreviation="asp",
        rule=NameRule(
            1,
            40,
            r"[A-Za-z0-9-]+",
            Scope.RESOURCE_GROUP,
            NAME_RULES,
            disagreement="Microsoft says 60, terraform-azurerm-naming and azurecaf 40: the smaller",
        ),
        taggable=True,
    ),
    ResourceType(
        key="web-app",
        token="azure-native:web:WebApp",
        arm="Microsoft.Web/sites",
        id_template=_WEB + "/sites/{name}",
        name_input="name",
        naming=Naming.FIVE_PART,
        abbreviation="api",
        rule=NameRule(2, 60, r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", Scope.GLOBAL, NAME_RULES),
        taggable=True,
        diagnostics=("allLogs",),
        private_link=("sites",),
    ),
    ResourceType(
        key="web-app-slot",
        token="azure-native:web:WebAppSlot",
        arm="Microsoft.Web/sites/slots",
        id_template=_WEB + "/sites/{name}/slots/{slot}",
        name_input="slot",
        naming=Naming.IN_PARENT,
        rule=NameRule(2, 59, r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", Scope.PARENT, NAME_RULES),
        taggable=True,
        diagnostics=("allLogs",),
    ),
    ResourceType(
        key="web-app-host-name",
        token="azure-native:web:WebAppHostNameBinding",
        arm="Microsoft.Web/sites/hostNameBindings",
        id_template=_WEB + "/sites/{name}/hostNameBindings/{hostName}",
        name_input="hostName",
        naming=Naming.FIXED,
        rule=NameRule(1, 253, r"[a-z0-9-]+(\.[a-z0-9-]+)+", Scope.GLOBAL, BICEP_TYPES),
    ),
)
