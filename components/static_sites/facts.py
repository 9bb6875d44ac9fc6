"""Static Web Apps."""

from __future__ import annotations

from components.facts.model import BICEP_TYPES, GROUP, NameRule, Naming, ResourceType, Scope

_WEB = GROUP + "/providers/Microsoft.Web"
_NAMING_LIBRARIES = "terraform-azurerm-naming and azurecaf; Microsoft's naming rules have no row"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="static-site",
        token="azure-native:web:StaticSite",
        arm="Microsoft.Web/staticSites",
        id_template=_WEB + "/staticSites/{name}",
        name_input="name",
        naming=Naming.FIVE_PART,
        abbreviation="swa",
        rule=NameRule(1, 40, r"[A-Za-z0-9-]+", Scope.RESOURCE_GROUP, _NAMING_LIBRARIES),
        taggable=True,
        private_link=("staticSites",),
    ),
    ResourceType(
        key="static-site-domain",
        token="azure-native:web:StaticSiteCustomDomain",
        arm="Microsoft.Web/staticSites/customDomains",
        id_template=_WEB + "/staticSites/{name}/customDomains/{domainName}",
        name_input="domainName",
        naming=Naming.FIXED,
        rule=NameRule(1, 253, r"[a-z0-9-]+(\.[a-z0-9-]+)+", Scope.GLOBAL, BICEP_TYPES),
    ),
)
