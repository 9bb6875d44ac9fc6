"""Microsoft.Network/FrontDoorWebApplicationFirewallPolicies: the firewall of Azure Front Door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, ClassVar

from components.cdn.facts import (
    CUSTOM_RULES,
    MATCH_CONDITIONS,
    MATCH_RANGES,
    MATCH_VALUES,
    PREMIUM,
    RATE_LIMIT_MINUTES,
    SKU_STAYS,
)
from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import Behaviour, Request, at, completed
from offline.azure.codes.cdn import CONDITIONS, FIREWALL, LIMITS, PRIORITY, RATE_LIMITS, REFUSED
from offline.azure.errors import ArmError
from offline.azure.services.private_dns import global_only
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

POLICY = "azure-native:frontdoor:Policy"
SECURITY_POLICY = RESOURCE_TYPES["front-door-security-policy"].token
CLASSIC = "Classic_AzureFrontDoor"
"""The SKU of a policy that names none (Azure/azure-rest-api-specs: WebApplicationFirewallPolicy.tsp)."""

_FAILED = "WebApplicationFirewallPolicy validation failed. More information "
_CONDITION: Properties = {"negateCondition": False, "transforms": []}
_RULE_SET: Properties = {"exclusions": [], "ruleGroupOverrides": []}


class FirewallPolicy(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {"sku": SKU_STAYS}
    fills_in: ClassVar[Properties] = {
        "tags": {},
        "frontendEndpointLinks": [],
        "policySettings": {"enabledState": "Enabled", "requestBodyCheck": "Enabled"},
        "resourceState": "Enabled",
        "sku": {"name": CLASSIC},
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from global_only(request)
        rules: list[Properties] = at(request.inputs, "customRules", "rules") or []
        if len(rules) > CUSTOM_RULES:
            yield _invalid(f"Policy exceeds {CUSTOM_RULES} custom rules", f"join some of them ({LIMITS})")
        for name, count in Counter(str(each.get("name")).lower() for each in rules).items():
            if count > 1:
                yield _invalid(f"Custom rule {name} is there {count} times", "give each a name of its own")
        for one, two in combinations(rules, 2):
            if one.get("priority") == two.get("priority"):
                text = (
                    f"Custom rules {one.get('name')} and {two.get('name')} have duplicate priority: {two['priority']}"
                )
                yield _invalid(text, f"give each a priority of its own ({PRIORITY})")
        for rule in rules:
            yield from _rule(rule)
        if at(request.inputs, "managedRules", "managedRuleSets") and at(request.inputs, "sku", "name") != PREMIUM:
            yield _invalid("Managed rules are not supported for this SKU", f"they belong to {PREMIUM} ({FIREWALL})")

    def computed(self, request: Request) -> Properties:
        rules = [_answered(each) for each in at(request.inputs, "customRules", "rules") or []]
        sets = [completed(each, _RULE_SET) for each in at(request.inputs, "managedRules", "managedRuleSets") or []]
        return {
            "customRules": {"rules": rules},
            "managedRules": {**(request.inputs.get("managedRules") or {}), "managedRuleSets": sets},
        }

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        return {"securityPolicyLinks": [{"id": user.id} for user in _users(cloud, each.id)]}

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        for user in _users(request.cloud, request.id):
            message = f"The policy {request.name} is linked to the security policy {user.id}."
            yield ArmError(REFUSED, message, f"delete or change the security policy first ({FIREWALL})")


def _users(cloud: Writer, id: str) -> list[CloudObject]:
    """The security policies that use a firewall policy."""
    found = cloud.of_type(SECURITY_POLICY)
    return [each for each in found if str(at(each.body, "parameters", "wafPolicy", "id")).lower() == id.lower()]


def _rule(rule: Properties) -> Iterator[ArmError]:
    name, conditions = rule.get("name"), rule.get("matchConditions") or []
    if len(conditions) > MATCH_CONDITIONS:
        yield _invalid(f"Rule {name} exceeds {MATCH_CONDITIONS} match conditions", f"split it ({CONDITIONS})")
    for condition in conditions:
        ranges = condition.get("operator") == "IPMatch"
        most, what = (MATCH_RANGES, "IPMatch") if ranges else (MATCH_VALUES, "match")
        if len(condition.get("matchValue") or []) > most:
            text = f"Policy includes a rule which exceeds {most} {what} values"
            yield _invalid(text, f"split the values of {name} ({CONDITIONS})")
    minutes = rule.get("rateLimitDurationInMinutes", 1)
    if rule.get("ruleType") == "RateLimitRule" and minutes not in RATE_LIMIT_MINUTES:
        allowed = " or ".join(map(str, RATE_LIMIT_MINUTES))
        yield _invalid(f"Rule {name} has an invalid rate limit duration: {minutes}", f"{allowed} ({RATE_LIMITS})")


def _answered(rule: Properties) -> Properties:
    """A custom rule as Azure answers it."""
    conditions: list[Any] = [completed(each, _CONDITION) for each in rule.get("matchConditions") or []]
    return {"enabledState": "Enabled", **rule, "matchConditions": conditions}


def _invalid(text: str, advice: str) -> ArmError:
    return ArmError(REFUSED, f'{_FAILED}"{text}".', advice)


BEHAVIOURS: Mapping[str, Behaviour] = {POLICY: FirewallPolicy()}
