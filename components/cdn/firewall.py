"""The web application firewall of an edge."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

import pulumi
from pulumi_azure_native import frontdoor

from components.cdn.facts import PREMIUM
from components.cdn.firewall_rules import SCRUBBED
from components.cdn.spec import CustomRuleSpec, ExclusionSpec, FirewallSpec, MatchSpec
from components.facts.regions import GLOBAL
from components.placement import Placement


class Firewall(pulumi.ComponentResource):
    """The rules that every request passes before a route is looked for."""

    TOKEN = "mystira:edge:Firewall"
    id: pulumi.Output[str]

    def __init__(
        self, name: str, spec: FirewallSpec, place: Placement, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        policy = frontdoor.Policy(
            name,
            policy_name=spec.name,
            resource_group_name=place.resource_group,
            location=GLOBAL,
            sku=frontdoor.SkuArgs(name=PREMIUM),
            policy_settings=frontdoor.PolicySettingsArgs(
                enabled_state=frontdoor.PolicyEnabledState.ENABLED,
                mode=spec.mode,
                request_body_check=frontdoor.PolicyRequestBodyCheck.ENABLED,
                custom_block_response_status_code=403,
                state=frontdoor.WebApplicationFirewallScrubbingState.ENABLED,
                scrubbing_rules=[_scrubbed(part, name) for part, name in SCRUBBED],
            ),
            custom_rules=frontdoor.CustomRuleListArgs(rules=[_custom(rule) for rule in spec.rules]),
            managed_rules=frontdoor.ManagedRuleSetListArgs(
                managed_rule_sets=[
                    frontdoor.ManagedRuleSetArgs(
                        rule_set_type="Microsoft_DefaultRuleSet",
                        rule_set_version=spec.default_rules,
                        # What it scores is refused as a whole; Azure wants the action from version 2.0 on.
                        rule_set_action=frontdoor.ManagedRuleSetActionType.BLOCK,
                        rule_group_overrides=_overrides(spec.exclusions),
                    ),
                    frontdoor.ManagedRuleSetArgs(
                        rule_set_type="Microsoft_BotManagerRuleSet", rule_set_version=spec.bot_rules
                    ),
                ]
            ),
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = policy.id
        self.register_outputs({"id": self.id})


def _scrubbed(part: str, name: str) -> frontdoor.WebApplicationFirewallScrubbingRulesArgs:
    return frontdoor.WebApplicationFirewallScrubbingRulesArgs(
        match_variable=part,
        selector_match_operator="Equals" if name else "EqualsAny",
        selector=name or None,
        state=frontdoor.ScrubbingRuleEntryState.ENABLED,
    )


def _custom(rule: CustomRuleSpec) -> frontdoor.CustomRuleArgs:
    counted = rule.requests > 0
    return frontdoor.CustomRuleArgs(
        name=rule.name,
        priority=rule.priority,
        rule_type=frontdoor.RuleType.RATE_LIMIT_RULE if counted else frontdoor.RuleType.MATCH_RULE,
        action=frontdoor.ActionType.BLOCK,
        enabled_state=frontdoor.CustomRuleEnabledState.ENABLED,
        rate_limit_duration_in_minutes=rule.minutes if counted else None,
        rate_limit_threshold=rule.requests if counted else None,
        match_conditions=[_condition(each) for each in rule.conditions],
    )


def _condition(match: MatchSpec) -> frontdoor.MatchConditionArgs:
    return frontdoor.MatchConditionArgs(
        match_variable=match.variable,
        selector=match.selector or None,
        operator=match.operator,
        negate_condition=match.negate,
        match_value=list(match.values),
        transforms=[frontdoor.TransformType.LOWERCASE] if match.lower else None,
    )


def _overrides(exclusions: tuple[ExclusionSpec, ...]) -> list[frontdoor.ManagedRuleGroupOverrideArgs] | None:
    """By group and rule. A rule that is named without saying that it is on would be off (the SDK's own words)."""
    found = []
    for group, members in groupby(
        sorted(exclusions, key=lambda each: (each.group, each.rule)), lambda each: each.group
    ):
        of_group = list(members)
        rules = groupby((each for each in of_group if each.rule), attrgetter("rule"))
        found.append(
            frontdoor.ManagedRuleGroupOverrideArgs(
                rule_group_name=group,
                exclusions=[_exclusion(each) for each in of_group if not each.rule] or None,
                rules=[
                    frontdoor.ManagedRuleOverrideArgs(
                        rule_id=rule,
                        enabled_state=frontdoor.ManagedRuleEnabledState.ENABLED,
                        action=frontdoor.ActionType.ANOMALY_SCORING,
                        exclusions=[_exclusion(each) for each in excluded],
                    )
                    for rule, excluded in rules
                ]
                or None,
            )
        )
    return found or None


def _exclusion(spec: ExclusionSpec) -> frontdoor.ManagedRuleExclusionArgs:
    return frontdoor.ManagedRuleExclusionArgs(
        match_variable=spec.variable, selector_match_operator=spec.operator, selector=spec.selector
    )
