"""What Azure refuses about the firewall of Front Door, and what it makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from components.cdn.facts import PREMIUM, STANDARD
from tests.harness.offline import REGION, Cloud, token_of

FIREWALL = token_of("waf-policy")
MANAGED: dict[str, Any] = {
    "managedRules": {"managedRuleSets": [{"ruleSetType": "Microsoft_DefaultRuleSet", "ruleSetVersion": "2.2"}]}
}


def policy(*rules: dict[str, Any], sku: str = PREMIUM, **more: Any) -> dict[str, Any]:
    own = {"policyName": "mysdevcorewafglob", "location": "Global", "sku": {"name": sku}}
    return {**own, "customRules": {"rules": list(rules)}, **more}


def rule(name: str = "agents", priority: int = 1, **more: Any) -> dict[str, Any]:
    condition = {
        "matchVariable": "RequestHeader",
        "selector": "User-Agent",
        "operator": "Contains",
        "matchValue": ["x"],
    }
    own = {"name": name, "priority": priority, "ruleType": "MatchRule", "action": "Block"}
    return {**own, "matchConditions": [condition], **more}


def matching(operator: str, count: int) -> dict[str, Any]:
    values = [str(number) for number in range(count)]
    return {"matchConditions": [{"matchVariable": "RemoteAddr", "operator": operator, "matchValue": values}]}


def limited(minutes: int) -> dict[str, Any]:
    return rule(ruleType="RateLimitRule", rateLimitThreshold=100, rateLimitDurationInMinutes=minutes)


def test_azure_fills_in_what_a_policy_leaves_out(cloud: Cloud) -> None:
    made = cloud.make(FIREWALL, **policy(rule(), **MANAGED))
    (custom,) = made.properties["customRules"]["rules"]
    assert custom["enabledState"] == "Enabled"
    assert (custom["matchConditions"][0]["negateCondition"], custom["matchConditions"][0]["transforms"]) == (False, [])
    (managed,) = made.properties["managedRules"]["managedRuleSets"]
    assert (managed["exclusions"], managed["ruleGroupOverrides"]) == ([], [])
    assert made.properties["policySettings"] == {"enabledState": "Enabled", "requestBodyCheck": "Enabled"}
    assert made.properties["securityPolicyLinks"] == []


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([rule("one"), rule("two")], "Custom rules one and two have duplicate priority: 1"),
        ([rule("one"), rule("One", 2)], "Custom rule one is there 2 times"),
        ([rule(f"rule{number}", number) for number in range(101)], "Policy exceeds 100 custom rules"),
        ([rule(matchConditions=rule()["matchConditions"] * 11)], "Rule agents exceeds 10 match conditions"),
        ([rule(**matching("IPMatch", 601))], "Policy includes a rule which exceeds 600 IPMatch values"),
        ([rule(**matching("Contains", 11))], "Policy includes a rule which exceeds 10 match values"),
        ([limited(2)], "Rule agents has an invalid rate limit duration: 2"),
    ],
)
def test_what_a_policy_cannot_have(cloud: Cloud, rules: list[dict[str, Any]], message: str) -> None:
    refused = cloud.refused("BadRequest", FIREWALL, **policy(*rules))
    assert refused.message == f'WebApplicationFirewallPolicy validation failed. More information "{message}".'


def test_what_a_policy_can_have(cloud: Cloud) -> None:
    rules = [rule(**matching("IPMatch", 600)), {**limited(5), "name": "all", "priority": 2}]
    cloud.make(FIREWALL, **policy(*rules, **MANAGED))


def test_the_rules_of_microsoft_belong_to_premium(cloud: Cloud) -> None:
    cloud.refused("BadRequest", FIREWALL, **policy(sku=STANDARD, **MANAGED))
    made = cloud.make(FIREWALL, **policy(sku=STANDARD))
    cloud.refused_update("PropertyChangeNotAllowed", FIREWALL, made.id, **policy())


def test_a_policy_belongs_to_no_region(cloud: Cloud) -> None:
    cloud.refused("LocationNotAvailableForResourceType", FIREWALL, **{**policy(), "location": REGION})


def test_a_policy_in_use_stays(cloud: Cloud) -> None:
    made = cloud.make(FIREWALL, **policy())
    within = {"profileName": "mys-dev-core-fd-glob"}
    place = {"location": "Global"}
    cloud.make(token_of("front-door-profile"), **within, **place, sku={"name": PREMIUM})
    endpoint = cloud.make(token_of("front-door-endpoint"), **within, **place, endpointName="mys-dev")
    associations = [{"domains": [{"id": endpoint.id}], "patternsToMatch": ["/*"]}]
    parameters = {"type": "WebApplicationFirewall", "wafPolicy": {"id": made.id}, "associations": associations}
    user = cloud.make(token_of("front-door-security-policy"), **within, securityPolicyName="all", parameters=parameters)
    found = cloud.azure.read("urn", FIREWALL, made.id, {}, {})
    assert found is not None
    assert found.properties["securityPolicyLinks"] == [{"id": user.id}]
    cloud.refused_delete("BadRequest", FIREWALL, made.id)
    cloud.delete(token_of("front-door-security-policy"), user.id)
    cloud.delete(FIREWALL, made.id)
