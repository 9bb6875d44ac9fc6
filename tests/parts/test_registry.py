"""The registry of all environments, and the private path of each to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.private_link import ZONES
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import ENVIRONMENTS, GONE, STACKS, edit, every_environment, one_problem, problems

REGISTRY = "azure-native:containerregistry:Registry"


@pytest.mark.requirement("S3-017")
def test_only_shared_holds_the_registry(composed: Mapping[str, Composition]) -> None:
    assert [stack for stack in STACKS if composed[stack].of(REGISTRY)] == ["shared"]
    servers = {composed[stack].outputs["registry_login_server"] for stack in ENVIRONMENTS}
    assert servers == {"myssharedacr.azurecr.io"}


@pytest.mark.control(34)
def test_the_registry_is_premium_with_a_copy_and_no_keys(composed: Mapping[str, Composition]) -> None:
    registry = composed["shared"].named("myssharedacr").inputs
    assert registry["sku"] == {"name": "Premium"}
    assert (registry["adminUserEnabled"], registry["anonymousPullEnabled"]) == (False, False)
    assert registry["zoneRedundancy"] == "Enabled"
    assert registry["policies"]["retentionPolicy"] == {"days": 30, "status": "enabled"}
    (replica,) = composed["shared"].of("azure-native:containerregistry:Replication")
    assert replica.inputs["location"] == "westeurope"
    assert replica.inputs["zoneRedundancy"] == "Enabled"
    assert registry["dataEndpointEnabled"] is True


@every_environment
@pytest.mark.control(34)
def test_images_come_through_a_private_endpoint(stack: str, composed: Mapping[str, Composition]) -> None:
    endpoints = composed[stack].of("azure-native:network:PrivateEndpoint")
    (endpoint,) = [each for each in endpoints if each.name == "registry"]
    (connection,) = endpoint.inputs["privateLinkServiceConnections"]
    assert connection["groupIds"] == ["registry"]
    assert connection["privateLinkServiceId"].endswith("/registries/myssharedacr")
    groups = composed[stack].of("azure-native:network:PrivateDnsZoneGroup")
    (group,) = [each for each in groups if each.name == "registry"]
    zones = [each["privateDnsZoneId"] for each in group.inputs["privateDnsZoneConfigs"]]
    assert zones == [f"/private-dns-zone/{zone}" for zone in ZONES["registry"]]


# What the settings may say.

PLAIN = {
    "registry.sku": "Standard",
    "registry.zone_redundant": GONE,
    "registry.retention_days": GONE,
    "registry.replicate": GONE,
}
MISTAKES = [
    *(
        Mistake("shared", {**PLAIN, field: value}, field, "needs Premium, the SKU is Standard", "sku: Premium")
        for field, value in (
            ("registry.zone_redundant", True),
            ("registry.retention_days", 30),
            ("registry.replicate", True),
        )
    ),
    Mistake(
        "shared",
        {**PLAIN, "registry.public_access": False, "waivers.registry-public-access": GONE},
        "registry.public_access",
        "needs Premium, the SKU is Standard",
    ),
    Mistake(
        "shared",
        {**PLAIN, "registry.allowed_ranges": ["203.0.113.0/24"], "waivers.registry-public-access": GONE},
        "registry.allowed_ranges",
        "needs Premium, the SKU is Standard",
    ),
    Mistake(
        "shared",
        {"azure.secondary_region": "southafricanorth"},
        "azure.secondary_region",
        "the secondary region must differ from the primary",
        "not southafricanorth",
    ),
    Mistake(
        "shared",
        {"waivers.registry-public-access": GONE},
        "waivers.registry-public-access",
        "missing: the settings break the rule",
    ),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_the_registry_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_a_region_without_zones_has_no_zone_redundant_registry(folder: Path) -> None:
    found = {each.path.rpartition(":")[2]: each for each in problems(folder, "shared", {"azure.region": "westus"})}
    assert found["registry.zone_redundant"].what == "westus has no zones"


@every_environment
def test_an_environment_needs_a_registry_that_takes_a_private_endpoint(stack: str, folder: Path) -> None:
    edit(folder, "shared", PLAIN)
    problem = one_problem(folder, stack, {})
    assert problem.path == "Pulumi.shared.yaml: mystira:registry.sku"
    assert problem.what == f"{stack} pulls images through a private endpoint"
    assert (problem.seen, problem.allowed) == ("Standard", "Premium")
