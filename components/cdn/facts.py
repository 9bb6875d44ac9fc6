"""Azure Front Door and its web application firewall."""

from __future__ import annotations

from collections.abc import Mapping

from components.facts.creation import UNMARKED_LOCATION, CreationOnly, documented, listed
from components.facts.duration_sources import AZURERM, FRONT_DOOR_RECORDED
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, ResourceType, Scope

PREMIUM = "Premium_AzureFrontDoor"
STANDARD = "Standard_AzureFrontDoor"
"""The two tiers of a profile, and of a firewall policy. Private links and Microsoft's firewall rules belong to Premium
(Microsoft: Azure Front Door tier comparison)."""

SPECIFICATION = "Azure/azure-rest-api-specs: Microsoft.Cdn 2025-06-01"

SKU_STAYS = "hashicorp/terraform-provider-azurerm: cdn_frontdoor_firewall_policy (a new sku_name makes a new policy)"
"""Who says that a firewall policy keeps its tier."""

TOKEN_DAYS = 7
"""For how many days a domain's validation token counts (Microsoft: Domains in Azure Front Door)."""

CHALLENGE = "_dnsauth"
"""The label before a domain under which its validation token stands, as a TXT record (the same page)."""

ORIGIN_TIMEOUT_SECONDS = (16, 240)
"""How long a profile may wait for an origin, least and most (the specification has the least; Microsoft:
Troubleshooting Azure Front Door common issues, has the most)."""

PROBE_SECONDS = (1, 255)
PRIORITIES = (1, 5)
WEIGHTS = (1, 1000)
"""What an origin group and its origins take, least and most (the specification: HealthProbeParameters,
AFDOriginUpdatePropertiesParameters)."""

RULE_CONDITIONS, RULE_ACTIONS = 10, 5
"""The most that one rule of a rule set takes (Microsoft: What is a rule set in Azure Front Door?)."""

RULE_PARTS: Mapping[str, str] = {
    **{
        name: f"DeliveryRule{name}ConditionParameters"
        for name in (
            "ClientPort",
            "Cookies",
            "HostName",
            "HttpVersion",
            "IsDevice",
            "PostArgs",
            "QueryString",
            "RemoteAddress",
            "RequestBody",
            "RequestHeader",
            "RequestMethod",
            "RequestScheme",
            "RequestUri",
            "ServerPort",
            "SocketAddr",
            "SslProtocol",
        )
    },
    "UrlFileExtension": "DeliveryRuleUrlFileExtensionMatchConditionParameters",
    "UrlFileName": "DeliveryRuleUrlFilenameConditionParameters",
    "UrlPath": "DeliveryRuleUrlPathMatchConditionParameters",
    "ModifyRequestHeader": "DeliveryRuleHeaderActionParameters",
    "ModifyResponseHeader": "DeliveryRuleHeaderActionParameters",
    **{
        name: f"DeliveryRule{name}ActionParameters"
        for name in ("OriginGroupOverride", "RouteConfigurationOverride", "UrlRedirect", "UrlRewrite", "UrlSigning")
    },
}
"""Conditions and actions of a rule, by name: the ``typeName`` of the parameters (the specification: cdn.json,
DeliveryRuleConditionParameters and DeliveryRuleActionParameters; the SDK takes any text). Two more actions are those of
the CDN that came before Front Door."""

RATE_LIMIT_MINUTES = (1, 5)
"""The windows over which the firewall counts requests (Microsoft: Rate limiting for Azure Front Door WAF)."""

CUSTOM_RULES = 100
"""Custom rules of one firewall policy (MicrosoftDocs/azure-docs: includes/front-door-limits.md)."""

MATCH_CONDITIONS, MATCH_VALUES, MATCH_RANGES = 10, 10, 600
"""Conditions of one custom rule, texts of one condition, and address ranges of one condition (the same file;
hashicorp/terraform-provider-azurerm#10659)."""

ISSUER = "digicert.com"
"""Who signs the certificates that Front Door keeps, as a CAA record names it (Microsoft: Domains in Azure Front
Door)."""

_PROFILE = GROUP + "/providers/Microsoft.Cdn/profiles/{profileName}"
_HYPHENS = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"

_TIMEOUT = 240
"""Minutes that azurerm waits for every part of a profile by default (hashicorp/terraform-provider-azurerm:
cdn_frontdoor_*; for a deletion six hours)."""

_NO_UPDATE = f"{SPECIFICATION} (an update does not have it)"


def _part(
    key: str,
    kind: str,
    folder: str,
    name_input: str,
    *,
    minutes: float,
    pattern: str = _HYPHENS,
    maximum: int = 50,
    creation_only: tuple[CreationOnly, ...] = (),
    replacement_cost: str = "",
) -> ResourceType:
    """A part of a Front Door profile, which takes so many minutes."""
    return ResourceType(
        key=f"front-door-{key}",
        token=f"azure-native:cdn:{kind}",
        arm="Microsoft.Cdn/profiles/" + "/".join(folder.replace("}", "").split("/")[::2]),
        id_template=f"{_PROFILE}/{folder}/{{{name_input}}}",
        name_input=name_input,
        naming=Naming.IN_PARENT,
        rule=NameRule(1, maximum, pattern, Scope.PARENT, NAME_RULES),
        creation_only=creation_only,
        duration=Duration(minutes, _TIMEOUT, FRONT_DOOR_RECORDED),
        replacement_cost=replacement_cost,
    )


_WORDS = r"[A-Za-z][A-Za-z0-9]*"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="front-door-profile",
        token="azure-native:cdn:Profile",
        arm="Microsoft.Cdn/profiles",
        id_template=_PROFILE,
        name_input="profileName",
        naming=Naming.FIVE_PART,
        abbreviation="fd",
        rule=NameRule(
            5,
            64,
            _HYPHENS,
            Scope.RESOURCE_GROUP,
            NAME_RULES,
            disagreement="Microsoft says 1-260, azurecaf 1-90, terraform-azurerm-naming 5-64: the intersection",
        ),
        taggable=True,
        # Nothing here can make the validation of its domains and the approval of its private links again: people did.
        holds_data=True,
        diagnostics=("allLogs",),
        # Azure upgrades the tier in place (AFDProfiles_Upgrade); azure-native replaces the profile all the same.
        creation_only=listed("location", "sku.name"),
        duration=Duration(
            10,
            _TIMEOUT,
            f"assumed: half of the 19 min 42 s in which {AZURERM} #32849 (August 2026) creates and destroys one "
            f"with an origin group; {FRONT_DOOR_RECORDED}: 2 min",
        ),
    ),
    ResourceType(
        key="front-door-endpoint",
        token="azure-native:cdn:AFDEndpoint",
        arm="Microsoft.Cdn/profiles/afdEndpoints",
        id_template=_PROFILE + "/afdEndpoints/{endpointName}",
        name_input="endpointName",
        naming=Naming.IN_PARENT,
        rule=NameRule(
            1, 46, _HYPHENS, Scope.GLOBAL, NAME_RULES, disagreement="Microsoft says 50, azurecaf 46: a hash is appended"
        ),
        taggable=True,
        creation_only=(
            *documented(UNMARKED_LOCATION, "location"),
            *documented(_NO_UPDATE, "autoGeneratedDomainNameLabelScope"),
        ),
        duration=Duration(1, _TIMEOUT, FRONT_DOOR_RECORDED),
        replacement_cost="its host name changes unless its name is reused, and every domain points to the old one",
    ),
    _part("origin-group", "AFDOriginGroup", "originGroups", "originGroupName", minutes=0.2),
    _part("origin", "AFDOrigin", "originGroups/{originGroupName}/origins", "originName", minutes=1),
    _part("route", "Route", "afdEndpoints/{endpointName}/routes", "routeName", minutes=2),
    _part(
        "custom-domain",
        "AFDCustomDomain",
        "customDomains",
        "customDomainName",
        minutes=1,
        maximum=260,
        creation_only=documented(_NO_UPDATE, "hostName"),
        replacement_cost="it has to be validated again, with a new token",
    ),
    _part("security-policy", "SecurityPolicy", "securityPolicies", "securityPolicyName", minutes=1, maximum=260),
    _part("rule-set", "RuleSet", "ruleSets", "ruleSetName", minutes=0.2, pattern=_WORDS, maximum=60),
    _part("rule", "Rule", "ruleSets/{ruleSetName}/rules", "ruleName", minutes=0.2, pattern=_WORDS, maximum=60),
    ResourceType(
        key="waf-policy",
        token="azure-native:frontdoor:Policy",
        arm="Microsoft.Network/FrontDoorWebApplicationFirewallPolicies",
        id_template=GROUP + "/providers/Microsoft.Network/FrontDoorWebApplicationFirewallPolicies/{policyName}",
        name_input="policyName",
        naming=Naming.COMPACT,
        abbreviation="waf",
        rule=NameRule(
            1,
            128,
            _WORDS,
            Scope.RESOURCE_GROUP,
            NAME_RULES,
            disagreement="terraform-azurerm-naming allows hyphens and 80; azurecaf agrees with Microsoft",
        ),
        taggable=True,
        creation_only=(*documented(UNMARKED_LOCATION, "location"), *documented(SKU_STAYS, "sku")),
        duration=Duration(0.2, _TIMEOUT, FRONT_DOOR_RECORDED),
        replacement_cost="nothing stands before its domains until the new one is there",
    ),
)
