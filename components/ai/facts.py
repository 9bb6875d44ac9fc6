"""Azure AI Foundry."""

from __future__ import annotations

from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, OneAtATime, ResourceType, Scope

_AI = GROUP + "/providers/Microsoft.CognitiveServices/accounts/{accountName}"
_HYPHENS = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="ai-account",
        token="azure-native:cognitiveservices:Account",
        arm="Microsoft.CognitiveServices/accounts",
        id_template=_AI,
        name_input="accountName",
        naming=Naming.FIVE_PART,
        abbreviation="aif",
        rule=NameRule(
            2,
            64,
            _HYPHENS,
            Scope.GLOBAL,
            NAME_RULES,
            disagreement="unique in its group only, but it is also the sub-domain, which is global; the Bicep type "
            "allows underscores and dots",
        ),
        taggable=True,
        holds_data=True,
        diagnostics=("allLogs",),
        private_link=("account",),
        one_at_a_time=OneAtATime(
            ("ai-deployment", "ai-project"),
            "RequestConflict",
            "Azure/bicep-registry-modules: cognitive-services account deploys its children with batch size 1",
        ),
    ),
    ResourceType(
        key="ai-project",
        token="azure-native:cognitiveservices:Project",
        arm="Microsoft.CognitiveServices/accounts/projects",
        id_template=_AI + "/projects/{projectName}",
        name_input="projectName",
        naming=Naming.IN_PARENT,
        rule=NameRule(2, 64, r"[A-Za-z0-9][\w.-]*", Scope.PARENT, BICEP_TYPES),
        taggable=True,
    ),
    ResourceType(
        key="ai-deployment",
        token="azure-native:cognitiveservices:Deployment",
        arm="Microsoft.CognitiveServices/accounts/deployments",
        id_template=_AI + "/deployments/{deploymentName}",
        name_input="deploymentName",
        naming=Naming.IN_PARENT,
        rule=NameRule(2, 64, r"[A-Za-z0-9][A-Za-z0-9.-]*", Scope.PARENT, "azurecaf (Microsoft has no row)"),
        taggable=True,
    ),
)
