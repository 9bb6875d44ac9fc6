"""Stacks and environments: several stacks may be one environment, and each reads of the others what it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput, Problem
from stacks.parts.groups.plan import GROUPS
from stacks.parts.network.plan import NETWORK
from stacks.settings.loading import STACKS, environment_of, from_file, load, other_stack, stacks_in
from stacks.settings.models import EnvironmentSettings, SharedSettings
from stacks.settings.others import OtherStack
from tests.harness.settings import GONE, edit, one_problem, plan

WEU = "prod-weu"
ELSEWHERE: Mapping[str, Any] = {
    "environment": "prod",
    # Its hosts are those of prod, whose edge sends requests to both.
    "edge.enabled": False,
    "waivers.static-site-gate": GONE,
    # It is in prod's subscription, which prod watches.
    "subscription.owner": False,
    "azure.region": "westeurope",
    "azure.secondary_region": "northeurope",
    "network.address_space": "10.3.0.0/16",
    "network.subnets": {
        "aks-nodes": "10.3.8.0/22",
        "postgresql": "10.3.3.0/24",
        "private-endpoints": "10.3.4.0/24",
        "app-service": "10.3.5.0/26",
        "private-link": "10.3.6.0/28",
    },
    "network.pod_cidr": "192.168.192.0/18",
    "network.service_cidr": "172.20.0.0/16",
}


@pytest.fixture
def two_regions(folder: Path) -> Path:
    """The tests' settings and a made-up second stack of prod, in West Europe."""
    (folder / f"Pulumi.{WEU}.yaml").write_text((folder / "Pulumi.prod.yaml").read_text())
    edit(folder, WEU, ELSEWHERE)
    return folder


def refusal(stack: str, folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        plan(stack, folder)
    return caught.value.problems


def test_a_second_stack_of_an_environment_is_planned_as_that_environment(two_regions: Path) -> None:
    settings = from_file(WEU, two_regions)
    assert isinstance(settings, EnvironmentSettings)
    assert environment_of(WEU, settings) == "prod"
    made = plan(WEU, two_regions)
    assert (made.stack, made.environment, made.region) == (WEU, "prod", "westeurope")
    assert made.of(NETWORK).name == "mys-prod-core-vnet-euw"
    assert {group.tags["Environment"] for tier in made.of(GROUPS) for group in tier.groups} == {"prod"}


def test_the_first_stack_of_an_environment_is_planned_as_before_when_there_is_a_second(two_regions: Path) -> None:
    assert plan("prod", two_regions) == plan("prod")


def test_ranges_of_two_stacks_of_an_environment_must_not_meet_either(two_regions: Path) -> None:
    file = two_regions / f"Pulumi.{WEU}.yaml"
    file.write_text(file.read_text().replace(" 10.3.", " 10.2."))
    (problem,) = refusal(WEU, two_regions)
    assert (problem.path, problem.what) == (f"Pulumi.{WEU}.yaml: mystira:network.address_space", "overlaps prod")


def test_an_unknown_stack_without_an_environment_is_one_error(two_regions: Path) -> None:
    problem = one_problem(two_regions, WEU, {"environment": GONE})
    assert str(problem) == (
        "Pulumi.prod-weu.yaml: mystira:environment: missing: prod-weu is not an environment itself; "
        "allowed: shared, dev, staging, prod"
    )


def test_a_wrong_environment_is_one_error(two_regions: Path) -> None:
    problem = one_problem(two_regions, WEU, {"environment": "prd"})
    assert (problem.what, problem.seen, problem.suggestion) == ("unknown environment", "prd", "prod")
    assert problem.line


def test_the_kind_of_a_stack_follows_its_environment() -> None:
    with pytest.raises(InvalidInput) as caught:
        load("dev-too", {"environment": "shared", "aks": {}})
    missing = {problem.path.partition("mystira:")[2] for problem in caught.value.problems if problem.what == "missing"}
    assert missing == {name for name, field in SharedSettings.model_fields.items() if field.is_required()}


def test_stacks_are_listed_with_those_of_the_platform_first(two_regions: Path) -> None:
    (two_regions / "Pulumi.a.b.yaml").write_text("config: {}\n")
    (two_regions / "Pulumi.yaml").write_text("name: mystira\n")
    assert stacks_in(two_regions) == [*STACKS, "a.b", WEU]


def test_a_typo_in_another_stacks_file_stops_nobody_else(folder: Path) -> None:
    edit(folder, "staging", {"cosmos.capacity": "serverles", "redis.skuu": "x", "aks.tier": "y"})
    assert plan("prod", folder) == plan("prod")
    assert plan("shared", folder).stack == "shared"
    assert len(refusal("staging", folder)) == 3


def test_what_a_stack_depends_on_stops_it_with_one_error_about_the_other_file(folder: Path) -> None:
    edit(folder, "staging", {"network.address_space": "10.1.0.1/16"})
    (problem,) = refusal("prod", folder)
    assert (problem.path, problem.seen) == ("Pulumi.staging.yaml: mystira:network.address_space", '"10.1.0.1/16"')
    assert problem.allowed == "an IPv4 range without host bits, for example 10.0.8.0/22"
    assert problem.line


def test_another_stacks_file_that_is_not_yaml_stops_every_environment(folder: Path) -> None:
    (folder / "Pulumi.staging.yaml").write_text("config: [")
    for stack in ("dev", "prod"):
        (problem,) = refusal(stack, folder)
        assert problem.path == "Pulumi.staging.yaml"
        assert problem.what.startswith("not YAML")


def test_of_another_stack_only_what_somebody_depends_on_is_read(folder: Path) -> None:
    assert other_stack("shared", folder).registry
    assert other_stack("dev", folder).network
    assert other_stack("dev", folder).migration
    assert other_stack("dev", folder).ai.deployments
    assert other_stack("dev", folder).local_auth
    assert other_stack("shared", folder).ci
    assert other_stack("shared", folder).dns
    assert other_stack("shared", folder).mail.domain
    assert other_stack("dev", folder).domain.name
    assert other_stack("dev", folder).subscription.owner
    of_environments = {"ai", "azure", "external_id", "local_auth", "migration", "naming", "network", "secrets"}
    of_the_subscription = {"subscription"}
    of_the_edge = {"domain", "edge", "environment", "services"}
    of_shared = {"ci", "dns", "mail", "registry", "state"}
    assert set(OtherStack.model_fields) == of_environments | of_the_subscription | of_the_edge | of_shared


def test_shared_reads_the_stacks_that_it_lets_pull_requests_preview_and_no_other(folder: Path) -> None:
    (folder / "Pulumi.staging.yaml").write_text("config: [")
    edit(folder, "shared", {"ci.pull_requests": ["prod"]})
    assert plan("shared", folder).stack == "shared"
    edit(folder, "shared", {"ci.pull_requests": ["staging"]})
    (problem,) = refusal("shared", folder)
    assert problem.path == "Pulumi.staging.yaml"


@pytest.mark.requirement("S1-005")
def test_ranges_of_two_environments_must_not_meet(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(file.read_text().replace(" 10.0.", " 10.1."))
    (problem,) = refusal("dev", folder)
    assert (problem.path, problem.what) == ("Pulumi.dev.yaml: mystira:network.address_space", "overlaps staging")
