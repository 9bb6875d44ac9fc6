"""Workbooks, and packs of queries."""

from __future__ import annotations

from components.facts.creation import UNMARKED_LOCATION, documented
from components.facts.model import BICEP_TYPES, GROUP, GUID, NameRule, Naming, ResourceType, Scope

_PACK = GROUP + "/providers/Microsoft.OperationalInsights/queryPacks/{queryPackName}"
WORKBOOK_NAMES = (
    'azure-native: applicationinsights.Workbook ("must be a UUID"); Azure: "Invalid Workbook resource name"'
)

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="workbook",
        token="azure-native:applicationinsights:Workbook",
        arm="Microsoft.Insights/workbooks",
        id_template=GROUP + "/providers/Microsoft.Insights/workbooks/{resourceName}",
        name_input="resourceName",
        naming=Naming.GUID,
        rule=NameRule(36, 36, GUID, Scope.RESOURCE_GROUP, WORKBOOK_NAMES),
        taggable=True,
        creation_only=documented(UNMARKED_LOCATION, "location"),
    ),
    ResourceType(
        key="query-pack",
        token="azure-native:operationalinsights:QueryPack",
        arm="Microsoft.OperationalInsights/queryPacks",
        id_template=_PACK,
        name_input="queryPackName",
        naming=Naming.FIVE_PART,
        abbreviation="pack",
        rule=NameRule(1, 63, r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", Scope.RESOURCE_GROUP, BICEP_TYPES),
        taggable=True,
        creation_only=documented(UNMARKED_LOCATION, "location"),
    ),
    ResourceType(
        key="query",
        token="azure-native:operationalinsights:Query",
        arm="Microsoft.OperationalInsights/queryPacks/queries",
        id_template=_PACK + "/queries/{id}",
        name_input="id",
        naming=Naming.GUID,
        rule=NameRule(36, 36, GUID, Scope.PARENT, "azure-native: operationalinsights.Query (id: a GUID of the query)"),
    ),
)
