"""Static Web Apps."""

from __future__ import annotations

from components.facts.creation import marked
from components.facts.model import BICEP_TYPES, GROUP, NameRule, Naming, ResourceType, Scope

REGIONS = ("centralus", "eastasia", "eastus2", "westeurope", "westus2")
"""Where Azure takes static sites (Azure/static-web-apps #443: its answer to any other region). The content itself is
served from everywhere; the region is where previews and functions run (microsoft/vscode-azurestaticwebapps #530)."""

SKU = "Standard"
"""The plan of every site: Free has no gate, no private endpoint and no service level (Microsoft: Azure Static Web Apps
hosting plans)."""

FRONT_DOOR_TAG = "AzureFrontDoor.Backend"
"""The service tag of the addresses from which every Front Door asks its origins (Microsoft: Configure Azure Static Web
Apps)."""

FRONT_DOOR_HEADER = "X-Azure-FDID"
"""The header in which a Front Door names itself, by the id of its profile; what a client sends is replaced (Microsoft:
Protocol support for HTTP headers in Azure Front Door)."""

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
        creation_only=marked("2025-05-01", "location"),
        replacement_cost="it is empty until the next release, and its own host name changes",
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
