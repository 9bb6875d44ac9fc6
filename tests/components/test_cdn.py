"""The tables of the edge: its headers, what it keeps, its firewall's rules, and what Azure takes of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_azure_native import cdn

from components.cdn import content
from components.cdn.facts import CUSTOM_RULES, MATCH_CONDITIONS, MATCH_VALUES, RULE_ACTIONS, RULE_CONDITIONS
from components.cdn.firewall import Firewall
from components.cdn.firewall_rules import (
    AGENTS,
    COUNTRIES,
    FIXED,
    METHODS,
    RULE_GROUPS,
    countries_rules,
    range_rule,
    rate_limit_rule,
)
from components.cdn.front_door import UNSAID, token_of
from components.cdn.links import NEAREST, REGIONS, link_region
from components.cdn.spec import ExclusionSpec, FirewallSpec, RuleSetSpec, RuleSpec
from components.facts import regions
from components.facts.types import RESOURCE_TYPES
from components.naming.rules import check_name
from tests.harness.build import PLACE, one
from tests.harness.compose import Composition, compose

LABELS = st.from_regex(r"[a-z0-9]{1,4}([-.][a-z0-9]{1,4})?", fullmatch=True) | st.just("@")


def sets() -> list[RuleSetSpec]:
    redirects = {"@": ("mystira.app", "app.mystira.app"), "www": ("www.mystira.app", "app.mystira.app")}
    return [content.headers(300), content.static(7), content.redirects(redirects)]


def headers(rule: RuleSpec) -> dict[str, str]:
    found = [action["parameters"] for action in rule.actions if action["name"] == "ModifyResponseHeader"]
    return {each["headerName"]: each.get("value", each["headerAction"]) for each in found}


def test_every_rule_is_one_that_azure_takes() -> None:
    for each in sets():
        assert not check_name(RESOURCE_TYPES["front-door-rule-set"], each.name, "a rule set")
        assert [rule.order for rule in each.rules] == list(range(1, len(each.rules) + 1))
        for rule in each.rules:
            assert not check_name(RESOURCE_TYPES["front-door-rule"], rule.name, "a rule")
            assert 1 <= len(rule.actions) <= RULE_ACTIONS
            assert len(rule.conditions) <= RULE_CONDITIONS


def test_every_answer_says_how_browsers_treat_it_and_nothing_of_who_made_it() -> None:
    security, silence = content.headers(31_536_000).rules
    assert not security.conditions
    assert headers(security) == {
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "X-Frame-Options": "SAMEORIGIN",
    }
    assert headers(silence) == {"Server": "Delete"}


def kept(path: str) -> bool:
    """Whether the edge keeps a file: what Azure would do with the conditions of the rule."""
    (rule,) = content.static(7).rules
    name = path.rpartition("/")[2]
    return all(re.search(each["parameters"]["matchValues"][0], name) for each in rule.conditions)


@pytest.mark.requirement("S1-100")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/assets/index-BxY3k9Qz.js", True),
        ("/static/js/main.3f2a9c1b.chunk.js", False),
        ("/static/js/main.3f2a9c1b.js", True),
        ("/static/css/main.e6c13ad2.css", True),
        ("/_framework/dotnet.native.8etwnqbz1z.wasm", True),
        ("/media/logo.6ce24c58023cc2f8.svg", True),
        ("/", False),
        ("/index.html", False),
        ("/docs/getting-started", False),
        ("/index.3f2a9c1b.html", False),
        ("/service-worker.js", False),
        ("/service-worker-assets.js", False),
        ("/sw.js", False),
        ("/manifest.webmanifest", False),
        ("/_framework/blazor.webassembly.js", False),
        ("/_framework/blazor.boot.json", False),
        ("/favicon.ico", False),
        ("/lib/jquery-3.7.1.min.js", False),
    ],
)
def test_the_edge_keeps_files_whose_names_change_with_their_content_and_nothing_else(path: str, expected: bool) -> None:
    assert kept(path) is expected


@pytest.mark.requirement("S1-100")
def test_what_is_kept_is_kept_whatever_the_origin_says_and_compressed() -> None:
    (rule,) = content.static(7).rules
    ((action, said),) = [(each["name"], each["parameters"]["cacheConfiguration"]) for each in rule.actions]
    assert action == "RouteConfigurationOverride"
    assert said == {
        "cacheBehavior": "OverrideAlways",
        "cacheDuration": "7.00:00:00",
        "isCompressionEnabled": "Enabled",
        "queryStringCachingBehavior": "IgnoreQueryString",
    }


def test_expressions_have_nothing_that_rules_do_not_know() -> None:
    """Assertions, groups that are remembered, references to them."""
    patterns = [
        value
        for each in sets()
        for rule in each.rules
        for condition in rule.conditions
        if condition["parameters"]["operator"] == "RegEx"
        for value in condition["parameters"]["matchValues"]
    ]
    assert patterns
    for pattern in patterns:
        assert not re.search(r"\(\?[=!<]|\\[1-9bBCRK]|\((?!\?:)|[*+?}]\+", pattern)


def test_a_redirect_is_permanent_and_keeps_path_query_and_method() -> None:
    found = {
        rule.conditions[0]["parameters"]["matchValues"][0]: rule.actions[0]["parameters"] for rule in sets()[2].rules
    }
    assert found.keys() == {"mystira.app", "www.mystira.app"}
    for said in found.values():
        assert said == {
            "typeName": "DeliveryRuleUrlRedirectActionParameters",
            "redirectType": "PermanentRedirect",
            "destinationProtocol": "Https",
            "customHostname": "app.mystira.app",
        }


@given(st.sets(LABELS, min_size=2, max_size=6))
def test_no_two_redirects_have_one_name(labels: set[str]) -> None:
    names = [rule.name for rule in content.redirects(dict.fromkeys(labels, ("a", "b"))).rules]
    assert len(set(names)) == len(labels)
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9]*", name) for name in names)


def test_every_edge_refuses_what_no_client_of_ours_sends() -> None:
    found = {rule.name: rule.conditions[0] for rule in FIXED}
    assert (found["Methods"].values, found["Methods"].negate) == (METHODS, True)
    assert (found["Agents"].values, found["Agents"].selector, found["Agents"].lower) == (AGENTS, "User-Agent", True)
    assert (found["Url"].variable, found["Url"].operator, found["Url"].values) == (
        "RequestUri",
        "GreaterThan",
        ("4096",),
    )
    assert (found["Query"].variable, found["Query"].values) == ("QueryString", ("2048",))
    assert len({rule.priority for rule in FIXED}) == len(FIXED) < CUSTOM_RULES
    assert all(len(rule.conditions) <= MATCH_CONDITIONS for rule in FIXED)
    assert all(len(each.values) <= MATCH_VALUES for rule in FIXED for each in rule.conditions)


@pytest.mark.requirement("S0-28")
def test_a_limit_for_every_host_counts_ipv6_as_well() -> None:
    """A range of addresses as the condition would be one of IPv4 or of IPv6."""
    rule = rate_limit_rule("everything", 300, (), (), 1000, 5, "")
    (condition,) = rule.conditions
    assert (condition.variable, condition.selector) == ("RequestHeader", "Host")
    assert (condition.operator, condition.values) == ("GreaterThan", ("0",))
    assert (rule.requests, rule.minutes) == (1000, 5)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://api.mystira.app:443/api/auth", True),
        ("https://api.mystira.app:443/api/auth/login?next=/", True),
        ("https://api.mystira.app/api/auth?x=1", True),
        ("/api/auth/login", True),
        ("https://api.mystira.app:443/api/authors", False),
        ("https://api.mystira.app:443/other?to=/api/auth", False),
        ("https://api.mystira.app:443/v1/api/auth", False),
    ],
)
def test_a_limit_on_paths_is_about_their_beginning(uri: str, expected: bool) -> None:
    _, path = rate_limit_rule("sign-in", 301, ("api.mystira.app",), ("/api/auth",), 100, 5, "").conditions
    assert path.operator == "RegEx"
    assert bool(re.search(path.values[0], uri)) is expected


def test_addresses_are_those_of_connections_not_what_a_header_claims() -> None:
    rules = [
        *countries_rules(("ZA",), ("RU",), ""),
        range_rule("admin", 100, "admin.mystira.app", ["203.0.113.0/24"], ""),
    ]
    asked = [each for rule in rules for each in rule.conditions if each.operator in {"GeoMatch", "IPMatch"}]
    assert [each.variable for each in asked] == ["SocketAddr"] * 3
    assert [each.negate for each in asked] == [True, False, True]


def test_a_range_is_about_its_host_alone() -> None:
    host, addresses = range_rule("admin", 100, "admin.mystira.app", ["203.0.113.0/24", "2001:db8::/32"], "").conditions
    assert (host.selector, host.values) == ("Host", ("admin.mystira.app",))
    assert addresses.values == ("203.0.113.0/24", "2001:db8::/32")


def test_there_are_as_many_countries_as_iso_has_and_one_for_unknown_addresses() -> None:
    assert len(COUNTRIES) == 249 + 1
    assert {"ZA", "GB", "US", "ZZ"} <= COUNTRIES
    assert not COUNTRIES & {"UK", "EU", "XX"}


def test_the_newer_rules_have_the_groups_of_the_older_ones() -> None:
    assert set(RULE_GROUPS["2.1"]) < set(RULE_GROUPS["2.2"])


def test_a_validated_domain_may_tell_no_token() -> None:
    """A live one that is taken over: its record in the zone then says that there is none."""
    told = cdn.outputs.DomainValidationPropertiesResponse(expiration_date="2027-01-01", validation_token="abc")
    assert [token_of(each) for each in (told, None)] == ["abc", UNSAID]


def test_there_is_a_link_near_every_region() -> None:
    """Every region of the platform either has links or a nearest one that has."""
    known = regions.REGIONS.keys() - {regions.GLOBAL}
    assert known == REGIONS | NEAREST.keys()
    assert {link_region(each) for each in known} <= REGIONS


def firewall(*exclusions: ExclusionSpec, mode: str = "Prevention") -> Composition:
    spec = FirewallSpec("mysdevcorewafglob", mode, "2.2", "1.1", FIXED, exclusions)
    return compose(lambda: {"id": Firewall("core", spec, PLACE).id})


def policy(composition: Composition) -> Any:
    return one(composition, "waf-policy").inputs


@pytest.mark.requirement("S1-115")
def test_the_firewall_has_microsoft_s_rules_and_looks_at_bodies() -> None:
    found = policy(firewall())
    sets = {each["ruleSetType"]: each["ruleSetVersion"] for each in found["managedRules"]["managedRuleSets"]}
    assert sets == {"Microsoft_DefaultRuleSet": "2.2", "Microsoft_BotManagerRuleSet": "1.1"}
    assert found["managedRules"]["managedRuleSets"][0]["ruleSetAction"] == "Block"
    assert found["sku"] == {"name": "Premium_AzureFrontDoor"}
    settings = found["policySettings"]
    assert (settings["enabledState"], settings["mode"], settings["requestBodyCheck"]) == (
        "Enabled",
        "Prevention",
        "Enabled",
    )


def test_logs_repeat_no_credentials() -> None:
    settings = policy(firewall())["policySettings"]
    assert settings["state"] == "Enabled"
    hidden = {
        (each["matchVariable"], each.get("selector", "")): each["selectorMatchOperator"]
        for each in settings["scrubbingRules"]
    }
    assert hidden["RequestHeaderNames", "Authorization"] == "Equals"
    assert hidden["RequestCookieNames", ""] == hidden["QueryStringArgNames", ""] == "EqualsAny"
    for part in ("RequestBodyPostArgNames", "RequestBodyJsonArgNames"):
        assert {name for where, name in hidden if where == part} >= {"password", "token", "refresh_token"}


def test_an_exclusion_is_about_its_group_or_its_one_rule_which_stays_on() -> None:
    story = ExclusionSpec("SQLI", "942430", "RequestBodyJsonArgNames", "Equals", "story")
    title = ExclusionSpec("SQLI", "", "RequestBodyJsonArgNames", "Equals", "title")
    markup = ExclusionSpec("XSS", "", "RequestBodyJsonArgNames", "StartsWith", "markup")
    default, bots = policy(firewall(markup, story, title))["managedRules"]["managedRuleSets"]
    by_group = {each["ruleGroupName"]: each for each in default["ruleGroupOverrides"]}
    assert [each["selector"] for each in by_group["SQLI"]["exclusions"]] == ["title"]
    (rule,) = by_group["SQLI"]["rules"]
    assert (rule["ruleId"], rule["enabledState"]) == ("942430", "Enabled")
    assert [each["selector"] for each in rule["exclusions"]] == ["story"]
    assert [each["selectorMatchOperator"] for each in by_group["XSS"]["exclusions"]] == ["StartsWith"]
    assert "ruleGroupOverrides" not in bots
