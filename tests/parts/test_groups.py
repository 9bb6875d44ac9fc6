"""Resource groups in three tiers, and names that the region makes impossible."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.harness.compose import Composition
from tests.harness.settings import every_environment, problems
from tests.platform.catalogue import CATALOGUE

GROUP = "azure-native:resources:ResourceGroup"


@every_environment
@pytest.mark.requirement("S0-04", "S0-39")
def test_an_environment_has_tiers_one_and_two(stack: str, composed: Mapping[str, Composition]) -> None:
    groups = {each.name: each.parent for each in composed[stack].of(GROUP)}
    one = dict.fromkeys(("core", "ingress", "frontdoor"), "tier-1-core")
    assert groups == {**one, **dict.fromkeys(CATALOGUE.groups, "tier-2-services")}


@pytest.mark.requirement("S0-04", "S0-39", "S3-017")
def test_shared_has_tier_three(composed: Mapping[str, Composition]) -> None:
    groups = composed["shared"].of(GROUP)
    assert {each.parent for each in groups} == {"tier-3-shared"}
    assert {each.inputs["resourceGroupName"] for each in groups} == {
        "mys-shared-acr-rg-san",
        "mys-shared-terraform-rg-san",
        "mys-shared-comms-rg-glob",
        "mys-shared-dns-rg-glob",
        "mys-shared-cicd-rg-san",
    }


@every_environment
def test_network_and_logs_are_in_tier_one(stack: str, composed: Mapping[str, Composition]) -> None:
    for token in ("azure-native:network:VirtualNetwork", "azure-native:operationalinsights:Workspace"):
        (found,) = composed[stack].of(token)
        assert found.inputs["resourceGroupName"] == f"mys-{stack}-core-rg-san"


@every_environment
def test_every_group_says_whose_it_is(stack: str, composed: Mapping[str, Composition]) -> None:
    for group in composed[stack].of(GROUP):
        tags = group.inputs["tags"]
        assert (tags["Environment"], tags["Service"]) == (stack, group.name)


def test_a_region_with_a_long_code_is_one_clear_error(folder: Path) -> None:
    """What else the region lacks is reported too."""
    found = problems(folder, "staging", {"azure.region": "eastus2"})
    (problem,) = [each for each in found if each.path == "Pulumi.staging.yaml: mystira:azure.region"]
    assert problem.what == "the region's code makes names too long"
    assert problem.allowed == "a region whose code has three letters"
