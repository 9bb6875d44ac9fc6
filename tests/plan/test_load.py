"""One way to a plan: from a file or from the engine, and what other stacks' files have to do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.facts.model import Naming, Scope
from components.facts.types import RESOURCE_TYPES
from components.problems import InvalidInput
from stacks.build.recording import Registration
from stacks.parts.aks.plan import AKS
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.pipelines.plan import STACK_PIPELINES
from stacks.parts.subscription.plan import SUBSCRIPTION
from stacks.parts.workloads.plan import WORKLOADS
from stacks.plan.load import context_from_engine, context_from_file
from stacks.plan.make import make_plan
from stacks.plan.model import StackPlan
from stacks.settings.loading import stacks_in
from tests.harness.build import registrations
from tests.harness.settings import (
    GONE,
    SETTINGS,
    TODAY,
    configuration,
    context,
    edit,
    every_stack,
    one_problem,
    plan,
    problems,
    waived,
)
from tests.platform.catalogue import CATALOGUE

# Both ways.


@every_stack
@pytest.mark.requirement("S1-006")
def test_file_and_engine_give_the_same_plan(stack: str) -> None:
    values = {**configuration(stack), "pulumi:tags": '{"owner": "platform"}'}
    from_engine = context_from_engine(stack, values, SETTINGS, TODAY, CATALOGUE)
    assert from_engine == context(stack)
    assert make_plan(from_engine) == plan(stack)


PLAIN_REGISTRY = {"sku": "Standard", "public_access": True}
REFUSED: list[tuple[str, str, Mapping[str, Any]]] = [
    ("dev", "dev", {"azure.region": "mars"}),
    ("dev", "dev", {"aks.version": "1.20"}),
    ("dev", "dev", {"waivers.other-rule": waived()}),
    ("dev", "shared", {"registry": PLAIN_REGISTRY}),
    ("dev", "shared", {"registry.sku": GONE}),
    ("dev", "staging", {"network.address_space": "10.0.0.0/8"}),
    ("prod", "dev", {"network.address_space": "everywhere"}),
    ("prod", "dev", {"network.address_space": GONE}),
    ("shared", "shared", {"registry.retention_days": 30, "registry.sku": "Basic"}),
]


@pytest.mark.parametrize(("stack", "edited", "changes"), REFUSED, ids=[f"{s}: {e} {[*c]}" for s, e, c in REFUSED])
def test_what_one_way_refuses_the_other_refuses_as_well(
    stack: str, edited: str, changes: Mapping[str, Any], folder: Path
) -> None:
    edit(folder, edited, changes)
    found = []
    for way in (
        lambda: context_from_file(stack, folder, TODAY, CATALOGUE),
        lambda: context_from_engine(stack, configuration(stack, folder), folder, TODAY, CATALOGUE),
    ):
        with pytest.raises(InvalidInput) as caught:
            make_plan(way())
        found.append(caught.value.problems)
    assert found[0] == found[1]
    assert all(problem.path.startswith(f"Pulumi.{edited}.yaml") or edited != stack for problem in found[0])


# Other stacks' files count where this stack depends on them.

TYPOS = {
    "an unknown key": {"azure.regoin": "southafricanorth"},
    "a wrong value": {"aks.tier": "Gratis"},
    "a missing section": {"postgresql": GONE},
    "what Azure refuses": {"aks.version": "1.20"},
}


@pytest.mark.parametrize("changes", TYPOS.values(), ids=TYPOS)
def test_a_typo_in_the_file_of_dev_stops_dev_and_nobody_else(changes: Mapping[str, Any], folder: Path) -> None:
    edit(folder, "dev", changes)
    for stack in ("shared", "staging", "prod"):
        assert plan(stack, folder) == plan(stack)
    assert {problem.path.partition(":")[0] for problem in problems(folder, "dev", {})} == {"Pulumi.dev.yaml"}


def test_prod_depends_on_the_address_space_of_dev(folder: Path) -> None:
    edit(folder, "dev", {"network.address_space": "10.2.0.0/15"})
    problem = one_problem(folder, "prod", {})
    assert problem.path == "Pulumi.prod.yaml: mystira:network.address_space"
    assert problem.what == "overlaps dev"


def test_an_address_space_of_dev_that_cannot_be_read_stops_prod(folder: Path) -> None:
    edit(folder, "dev", {"network.address_space": "10.0.0.1/16"})
    problem = one_problem(folder, "prod", {})
    assert problem.path == "Pulumi.dev.yaml: mystira:network.address_space"


@pytest.mark.parametrize("text", ["config: [", "config: 3\n"], ids=["not YAML", "no mapping"])
def test_shared_depends_on_no_other_stack(text: str, folder: Path) -> None:
    (folder / "Pulumi.dev.yaml").write_text(text)
    assert plan("shared", folder) == plan("shared")


def test_a_stack_whose_neighbours_have_no_file_yet_is_planned(folder: Path) -> None:
    for stack in ("dev", "staging"):
        (folder / f"Pulumi.{stack}.yaml").unlink()
    assert plan("prod", folder) == plan("prod")
    (folder / "Pulumi.shared.yaml").unlink()
    assert plan("prod", folder).parts.keys() == plan("prod").parts.keys() - {STACK_PIPELINES.key}


# A stack is not an environment.

STACK, REGION, CODE = "prod-weu", "westeurope", "euw"


@pytest.fixture
def second(folder: Path) -> Path:
    """The settings with a second stack of prod, in another region with ranges of its own."""
    edit(folder, "shared", {"state.further_stacks": [STACK]})
    text = (folder / "Pulumi.prod.yaml").read_text().replace("10.2.", "10.3.")
    text = text.replace("192.168.128.0/18", "192.168.192.0/18").replace("172.19.0.0/16", "172.20.0.0/16")
    (folder / f"Pulumi.{STACK}.yaml").write_text(text)
    changes = {"environment": "prod", "azure.region": REGION, "azure.secondary_region": "southafricanorth"}
    # Its hosts are those of prod, whose edge sends requests to both.
    edit(folder, STACK, {**changes, "edge.enabled": False, "waivers.static-site-gate": GONE, "subscription": GONE})
    return folder


@pytest.fixture
def both(second: Path) -> tuple[StackPlan, StackPlan]:
    return plan("prod", second), plan(STACK, second)


def by_key(found: list[Registration]) -> dict[str, Registration]:
    return {each.key: each for each in found}


def test_a_second_stack_of_prod_is_found_and_does_not_change_the_first(second: Path) -> None:
    assert stacks_in(second) == ["shared", "dev", "staging", "prod", STACK]
    alone, beside = plan("prod"), plan("prod", second)
    assert beside.of(SUBSCRIPTION).pipelines == ("prod-apply", f"{STACK}-apply", "shared-apply"), "it may change things"
    assert replace(beside, parts={**beside.parts, SUBSCRIPTION.key: alone.of(SUBSCRIPTION)}) == alone


def test_a_second_stack_of_prod_has_prod_s_logical_names(both: tuple[StackPlan, StackPlan]) -> None:
    """Nothing but the stack's own name differs in the URNs, so that code and runbooks hold for both; the edge is that
    of prod, and so are the alerts about it."""
    prod, weu = ({each.urn.split("::", 2)[2]: each for each in registrations(one)} for one in both)
    assert weu.keys() <= prod.keys()
    edge = {each.urn for each in prod.values() if each.part == "edge"}
    about_it = {each.urn for each in prod.values() if each.part == "alerts" and each.waits_for & edge}
    about_it |= {each.urn for key, each in prod.items() if "applicationinsights:WebTest" in key}
    about_it |= {each.urn for each in prod.values() if each.part == "alerts" and each.waits_for & about_it}
    # It asks the workspace for the edge's log.
    about_it |= {each.urn for each in prod.values() if each.key == "scheduled-query-rule/edgeslow"}
    assert {each.urn.split("::", 2)[2] for each in prod.values() if each.urn in about_it}.isdisjoint(weu)
    missing = [each for urn, each in prod.items() if urn not in weu and each.urn not in about_it]
    assert {each.key for each in missing if not of_prod_alone(each)} == set()


def of_prod_alone(each: Registration) -> bool:
    """Whether it is the edge, or its group and the roles there, or what watches the subscription of both."""
    return each.part in ("edge", "subscription") or each.name.endswith("frontdoor")


def test_a_second_stack_of_prod_shares_no_name_that_must_be_unique(both: tuple[StackPlan, StackPlan]) -> None:
    prod, weu = (by_key(registrations(each)) for each in both)
    ids = {each.id.lower() for each in prod.values()}
    for key, each in weu.items():
        if key.startswith("dns-record-set/"):
            # Records of hosts, and both stacks have the same hosts: which of them answers is not decided yet.
            continue
        assert each.id.lower() not in ids, key
        unique = each.row.rule.scope in (Scope.GLOBAL, Scope.TENANT, Scope.SUBSCRIPTION)
        if unique or each.row.naming is Naming.GUID:
            assert each.physical != prod[key].physical, key
        if each.row.naming in (Naming.FIVE_PART, Naming.COMPACT) and not each.physical.endswith("-glob"):
            assert each.physical.endswith(CODE), key


def test_names_tags_hosts_and_namespaces_of_a_second_stack_say_prod(both: tuple[StackPlan, StackPlan]) -> None:
    prod, weu = both
    assert (weu.stack, weu.environment, weu.region) == (STACK, "prod", REGION)
    assert weu.of(HOSTS) == prod.of(HOSTS)
    assert {each.namespace for each in weu.of(WORKLOADS)} == {"mys-prod"}
    assert weu.of(AKS).cluster.name == "mys-prod-core-aks-euw"
    for each in registrations(weu):
        if each.row.taggable:
            assert each.inputs["tags"]["Environment"] == "prod", each.key
        if each.row.naming is Naming.FIVE_PART:
            assert each.physical.startswith("mys-prod-"), each.key


def test_role_assignments_of_both_stacks_have_different_guids(both: tuple[StackPlan, StackPlan]) -> None:
    prod, weu = both
    assert [each.key for each in weu.grants] == [each.key for each in prod.grants if "frontdoor" not in each.key]
    assert not {each.name for each in weu.grants} & {each.name for each in prod.grants}
    assert RESOURCE_TYPES["role-assignment"].naming is Naming.GUID


def test_errors_and_references_of_a_second_stack_name_the_stack(second: Path) -> None:
    problem = one_problem(second, STACK, {"network.address_space": "10.2.0.0/15"})
    assert problem.path == f"Pulumi.{STACK}.yaml: mystira:network.address_space"
    assert problem.what == "overlaps prod"
    problem = one_problem(second, "prod", {})
    assert (problem.path, problem.what) == (
        "Pulumi.prod.yaml: mystira:network.address_space",
        f"overlaps {STACK}",
    )


def test_a_stack_of_no_environment_is_one_clear_error(second: Path) -> None:
    content = yaml.safe_load((second / f"Pulumi.{STACK}.yaml").read_text())
    del content["config"]["mystira:environment"]
    (second / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(content))
    problem = one_problem(second, STACK, {})
    assert problem.path == f"Pulumi.{STACK}.yaml: mystira:environment"


def test_places_of_guids_are_kept_where_the_stack_is_its_environment() -> None:
    found = context("prod")
    assert found.place == "mys-prod"
    assert replace(found, stack="prod-san").place == "mys-prod-san"


def test_ranges_are_compared_with_every_stack_of_every_environment(second: Path) -> None:
    others = context("dev", second).others
    assert {name: other.network.address_space for name, other in others.items() if other.network} == {
        "staging": IPv4Network("10.1.0.0/16"),
        "prod": IPv4Network("10.2.0.0/16"),
        STACK: IPv4Network("10.3.0.0/16"),
    }
