"""Communication Services: e-mail."""

from __future__ import annotations

from components.facts.creation import documented, marked
from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

API_VERSION = "2026-03-18"
"""The version of the API that azure-native uses."""

DATA_LOCATIONS = (
    "Africa",
    "Asia Pacific",
    "Australia",
    "Brazil",
    "Canada",
    "Europe",
    "France",
    "Germany",
    "India",
    "Japan",
    "Korea",
    "Norway",
    "Switzerland",
    "UAE",
    "UK",
    "United States",
)
"""Where data can be stored at rest (hashicorp/terraform-provider-azurerm: communication_service, data_location)."""

AZURE_MANAGED = "AzureManagedDomain"
"""The name of the domain that Azure makes below azurecomm.net; no other is accepted
(Azure/azure-service-operator: v2/samples/communication)."""

SENDER = "DoNotReply"
"""The user name that Azure gives every domain with its creation
(Azure/azure-cli-extensions: test_communication_email_senderusername_scenarios.yaml)."""

SENDER_ID = "donotreply"
"""The name of that sender in its id (the same recording)."""

SELECTORS = ("selector1-azurecomm-prod-net", "selector2-azurecomm-prod-net")
"""The DKIM selectors of every custom domain
(Azure/azure-powershell: Get-AzEmailServiceDomain.Recording.json)."""

VERIFICATIONS = ("Domain", "SPF", "DKIM", "DKIM2")
"""What Azure verifies of a custom domain, in this order: the rest can be verified once the domain is
(Microsoft: How to add custom verified email domains). Azure gives no record for DMARC (the same recording;
hashicorp/terraform-provider-azurerm #29731)."""

LINKING = "Microsoft: How to connect a verified email domain"
"""Only a verified domain of the same data location can be linked."""

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
        holds_data=True,
        diagnostics=("allLogs",),
        creation_only=marked(API_VERSION, "dataLocation", "location"),
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
        holds_data=True,
        creation_only=marked(API_VERSION, "dataLocation", "location"),
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
        creation_only=(
            *marked(API_VERSION, "location"),
            *documented("hashicorp/terraform-provider-azurerm: email_communication_service_domain", "domainManagement"),
        ),
        replacement_cost="nothing can be sent from it until a person has verified it again",
    ),
    ResourceType(
        key="email-sender",
        token="azure-native:communication:SenderUsername",
        arm="Microsoft.Communication/emailServices/domains/senderUsernames",
        id_template=_COMMUNICATION
        + "/emailServices/{emailServiceName}/domains/{domainName}/senderUsernames/{senderUsername}",
        name_input="senderUsername",
        naming=Naming.FIXED,
        rule=NameRule(1, 253, r"[A-Za-z0-9][A-Za-z0-9._-]*", Scope.PARENT, BICEP_TYPES),
    ),
)
