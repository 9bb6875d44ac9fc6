"""Azure AI Foundry: an account, what lies below it, and what Azure says of both.

Which models it offers is in :mod:`components.facts.ai_models`.
"""

from __future__ import annotations

from collections.abc import Mapping

from components.facts.creation import documented, marked
from components.facts.duration_sources import AZURERM
from components.facts.model import (
    BICEP_TYPES,
    GROUP,
    NAME_RULES,
    Duration,
    NameRule,
    Naming,
    OneAtATime,
    OwnedElsewhere,
    ResourceType,
    Scope,
)

NETWORK = "Microsoft: Configure virtual networks for Azure AI services"
RECOVER = "Microsoft: Recover or purge deleted Azure AI services resources (48 hours)"
CONTENT_FILTERS = "Microsoft: Content filter severity levels in Azure AI Foundry models"
QUOTA = "Microsoft: Manage Azure OpenAI quota (tokens per minute, by subscription, region, model and deployment type)"

KIND = "AIServices"
SKU = "S0"
FORMAT = "OpenAI"
"""Who made the models of this platform, in Azure's word."""

BASE_POLICY = "Microsoft.DefaultV2"
"""The policy of Azure that ours extends, and which applies where a deployment names none."""

HARMS = ("Hate", "Sexual", "Selfharm", "Violence")
"""What is filtered by severity, in prompts and in completions."""

PROMPT, COMPLETION = "Prompt", "Completion"

ATTACKS: Mapping[str, str] = {"Jailbreak": PROMPT, "Indirect Attack": PROMPT, "Protected Material Text": COMPLETION}
"""What is filtered whatever its severity: the filter, and where it looks (API specification, 2025-06-01:
PutRaiPolicy.json)."""

PROVISIONED = "Succeeded"
"""The state in which an account takes other operations."""

PROJECTS = "projects of the account"

KEPT_DAYS = 2
"""For how long a deleted account keeps its name, and can be recovered (RECOVER)."""

_ACCOUNT = GROUP + "/providers/Microsoft.CognitiveServices/accounts/{accountName}"
_HYPHENS = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="ai-account",
        token="azure-native:cognitiveservices:Account",
        arm="Microsoft.CognitiveServices/accounts",
        id_template=_ACCOUNT,
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
        creation_only=(
            *marked("2025-06-01", "location"),
            *documented(
                f"{AZURERM}: cognitive_account (kind, custom_subdomain_name)", "kind", "properties.customSubDomainName"
            ),
        ),
        owned_elsewhere=tuple(
            OwnedElsewhere(
                f"properties.{name}",
                PROJECTS,
                "Azure lists the projects below an account in it, and the first of them as the default one "
                "(tests/evidence/ai-project.yaml)",
            )
            for name in ("associatedProjects", "defaultProject")
        ),
        duration=Duration(2, 30, f"assumed; {AZURERM} #32413 (whole acceptance tests in 3 to 4 minutes)"),
        one_at_a_time=OneAtATime(
            ("ai-rai-policy", "ai-deployment", "ai-project"),
            "RequestConflict",
            f"{AZURERM} #22607, Azure/azure-dev #9398",
            "Another operation is being performed on the parent resource '{parent}'. Please try again later.",
        ),
    ),
    ResourceType(
        key="ai-project",
        token="azure-native:cognitiveservices:Project",
        arm="Microsoft.CognitiveServices/accounts/projects",
        id_template=_ACCOUNT + "/projects/{projectName}",
        name_input="projectName",
        naming=Naming.IN_PARENT,
        rule=NameRule(2, 64, r"[A-Za-z0-9][\w.-]*", Scope.PARENT, BICEP_TYPES),
        taggable=True,
        creation_only=marked("2025-06-01", "location"),
        # Azure keeps an account that has projects (Azure/terraform-provider-azapi #894).
        holds_parent=True,
    ),
    ResourceType(
        key="ai-rai-policy",
        token="azure-native:cognitiveservices:RaiPolicy",
        arm="Microsoft.CognitiveServices/accounts/raiPolicies",
        id_template=_ACCOUNT + "/raiPolicies/{raiPolicyName}",
        name_input="raiPolicyName",
        naming=Naming.IN_PARENT,
        rule=NameRule(2, 64, r"[A-Za-z0-9][\w.-]*", Scope.PARENT, "assumed: as a project's (the API says nothing)"),
        taggable=True,
    ),
    ResourceType(
        key="ai-deployment",
        token="azure-native:cognitiveservices:Deployment",
        arm="Microsoft.CognitiveServices/accounts/deployments",
        id_template=_ACCOUNT + "/deployments/{deploymentName}",
        name_input="deploymentName",
        naming=Naming.IN_PARENT,
        rule=NameRule(2, 64, r"[A-Za-z0-9][A-Za-z0-9.-]*", Scope.PARENT, "azurecaf (Microsoft has no row)"),
        taggable=True,
        creation_only=documented(
            "Azure-Samples/azure-search-openai-demo #1330 (CannotChangeDeploymentModel)",
            "properties.model.format",
            "properties.model.name",
        ),
        replacement_cost="calls of its name fail until the new model is deployed, a minute or so",
    ),
)
