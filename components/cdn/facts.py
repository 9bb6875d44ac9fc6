"""Azure Front Door and its web application firewall."""

from __future__ import annotations

from components.facts.model import GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_PROFILE = GROUP + "/providers/Microsoft.Cdn/profiles/{profileName}"
_HYPHENS = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"


def _part(
    key: str, kind: str, folder: str, name_input: str, *, pattern: str = _HYPHENS, maximum: int = 50
) -> ResourceType:
    """A part of a Front Door profile."""
    return ResourceType(
        key=f"front-door-{key}",
        token=f"azure-native:cdn:{kind}",
        arm="Microsoft.Cdn/profiles/" + "/".join(folder.replace("}", "").split("/")[::2]),
        id_template=f"{_PROFILE}/{folder}/{{{name_input}}}",
        name_input=name_input,
        naming=Naming.IN_PARENT,
        rule=NameRule(1, maximum, pattern, Scope.PARENT, NAME_RULES),
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
        diagnostics=("allLogs",),
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
    ),
    _part("origin-group", "AFDOriginGroup", "originGroups", "originGroupName"),
    _part("origin", "AFDOrigin", "originGroups/{originGroupName}/origins", "originName"),
    _part("route", "Route", "afdEndpoints/{endpointName}/routes", "routeName"),
    _part("custom-domain", "AFDCustomDomain", "customDomains", "customDomainName", maximum=260),
    _part("security-policy", "SecurityPolicy", "securityPolicies", "securityPolicyName", maximum=260),
    _part("rule-set", "RuleSet", "ruleSets", "ruleSetName", pattern=_WORDS, maximum=60),
    _part("rule", "Rule", "ruleSets/{ruleSetName}/rules", "ruleName", pattern=_WORDS, maximum=60),
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
    ),
)
