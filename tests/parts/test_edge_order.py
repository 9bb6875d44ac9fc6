"""In which order the edge comes into being: what waits for what, and what must not.

A name leads to the edge once its route and the firewall are there. Nothing waits for a domain to be validated, and what
takes Azure longest waits for nothing in the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from components.facts.types import RESOURCE_TYPES
from stacks.parts.edge.plan import EDGE, EdgePlan
from stacks.plan.model import StackPlan
from tests.harness.build import by_name, every, one, waits
from tests.harness.compose import Composition, Registered
from tests.harness.settings import every_environment

PROFILE, ENDPOINT, ROUTE = "front-door-profile", "front-door-endpoint", "front-door-route"
GROUP, ORIGIN, DOMAIN = "front-door-origin-group", "front-door-origin", "front-door-custom-domain"
POLICY, FIREWALL, RECORD = "front-door-security-policy", "waf-policy", "dns-record-set"
RULE_SET, RULE = "front-door-rule-set", "front-door-rule"
GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway"


def token(kind: str) -> str:
    return RESOURCE_TYPES[kind].token


def everything_before(composition: Composition, found: Registered) -> set[tuple[str, str]]:
    """All that a resource waits for, directly or not."""
    by_key = {(each.type, each.name): each for each in composition.resources}
    seen: set[tuple[str, str]] = set()
    waiting = [found]
    while waiting:
        for key in waiting.pop().awaits - seen:
            seen.add(key)
            if key in by_key:
                waiting.append(by_key[key])
    return seen


@every_environment
def test_nothing_of_the_edge_but_origins_and_what_needs_them_waits_for_the_cluster_or_a_site(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    """So that the twenty minutes of a profile pass while the cluster comes up."""
    for kind in (PROFILE, ENDPOINT, DOMAIN, RULE_SET, RULE, GROUP, POLICY, FIREWALL, RECORD):
        for each in every(composed[stack], kind):
            if kind == RECORD and "_dnsauth" not in each.inputs["relativeRecordSetName"]:
                continue
            before = {type_ for type_, _ in everything_before(composed[stack], each)}
            assert not {type_ for type_ in before if type_.startswith("kubernetes:")}, each.name
            assert not before & {token("kubernetes-cluster"), token("web-app"), token("static-site")}, each.name


@every_environment
def test_an_origin_waits_for_what_answers(stack: str, composed: Mapping[str, Composition]) -> None:
    gateway = one_of_type(composed[stack], GATEWAY)
    for each in every(composed[stack], ORIGIN):
        endpoint = each.name.rpartition("-")[0]
        if endpoint in {"admin-api", "story-api", "publisher"}:
            assert (GATEWAY, gateway.name) in each.awaits
        else:
            kind = "web-app" if endpoint == "api" else "static-site"
            assert waits(each, kind), each.name
        assert waits(each, GROUP) == {endpoint}


def one_of_type(composition: Composition, type_: str) -> Registered:
    (found,) = composition.of(type_)
    return found


@every_environment
def test_a_route_waits_for_its_domain_its_origins_and_its_rules(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    edge: EdgePlan = plans[stack].of(EDGE)
    groups = {group.name: {origin.name for origin in group.origins} for group in edge.spec.groups}
    rules = {each.name: {f"{each.name}-{rule.name}" for rule in each.rules} for each in edge.spec.rule_sets}
    for entrance in edge.spec.entrances:
        route = by_name(composed[stack], ROUTE)[entrance.name]
        assert waits(route, DOMAIN) == {entrance.name}
        assert waits(route, ORIGIN) == groups[entrance.group]
        assert waits(route, RULE) == {rule for each in entrance.rule_sets for rule in rules[each]}


@every_environment
def test_the_policy_waits_for_every_domain_and_for_the_firewall(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    policy = one(composed[stack], POLICY)
    assert waits(policy, DOMAIN) == set(by_name(composed[stack], DOMAIN))
    assert waits(policy, FIREWALL)


@every_environment
@pytest.mark.requirement("S1-114")
def test_a_token_waits_for_its_domain_alone_and_a_name_for_its_route_and_the_policy(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    """A name that leads to an edge without its route answers with an error, one without policy passes the firewall
    by. Nothing waits for the validation of a domain, which waits for the token."""
    found = by_name(composed[stack], RECORD)
    for each in plans[stack].of(EDGE).records:
        told = found[each.token.key]
        assert waits(told, DOMAIN) == {each.entrance}
        assert not waits(told, ROUTE)
        assert not waits(told, POLICY)
        for name in each.names:
            assert waits(found[name.key], ROUTE) == {each.entrance}
            assert waits(found[name.key], POLICY) == {"core"}
            assert waits(found[name.key], ENDPOINT) == {"core"}
