"""Communication Services: e-mail."""

from __future__ import annotations

from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_COMMUNICATION = GROUP + "/providers/Microsoft.Communication"
_HYPHENS = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="communication-service",
        token="azure-native:communication:CommunicationService",
        arm="Microsoft.Communication/communicationServices",
        id_template=_COMMUNICATION + "/communicationServices/{communicationServiceName}",
        name_input="communicationServiceName",
        naming=Naming.FIVE_PART,
        abbreviation="acs",
        rule=NameRule(
            1, 63, _HYPHENS, Scope.GLOBAL, NAME_RULES, disagreement="the Bicep type allows underscores, azurecaf 64"
        ),
        taggable=True,
        diagnostics=("allLogs",),
    ),
    ResourceType(
        key="email-service",
        token="azure-native:communication:EmailService",
        arm="Microsoft.Communication/emailServices",
        id_template=_COMMUNICATION + "/emailServices/{emailServiceName}",
        name_input="emailServiceName",
        naming=Naming.FIVE_PART,
        abbreviation="email",
        rule=NameRule(1, 63, r"[A-Za-z0-9-]+", Scope.RESOURCE_GROUP, BICEP_TYPES),
        taggable=True,
    ),
    ResourceType(
        key="email-domain",
        token="azure-native:communication:Domain",
        arm="Microsoft.Communication/emailServices/domains",
        id_template=_COMMUNICATION + "/emailServices/{emailServiceName}/domains/{domainName}",
        name_input="domainName",
        naming=Naming.FIXED,
        rule=NameRule(1, 253, r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", Scope.PARENT, BICEP_TYPES),
        taggable=True,
    ),
)
