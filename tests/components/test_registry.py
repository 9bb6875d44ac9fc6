"""A container registry made from its spec alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.registry.registry import Registry
from components.registry.spec import RegistrySpec, ReplicaSpec
from tests.harness.build import PLACE, surroundings
from tests.harness.compose import Composition, compose

REGISTRY = "azure-native:containerregistry:Registry"
PREMIUM = RegistrySpec(
    name="myssharedacr",
    sku="Premium",
    public_access=True,
    allowed_ranges=(),
    zone_redundant=True,
    retention_days=30,
    replicas={"westeurope": ReplicaSpec("westeurope", zone_redundant=True)},
)
BASIC = replace(PREMIUM, sku="Basic", zone_redundant=False, retention_days=None, replicas={})


def made(spec: RegistrySpec, *, locked: bool = False) -> Composition:
    def program() -> dict[str, Any]:
        around = surroundings(locked=locked)
        registry = Registry("registry", spec, PLACE, around)
        return {"server": registry.login_server, "locks": len(around.locks.waiting)}

    return compose(program)


def inputs(spec: RegistrySpec) -> Any:
    (found,) = made(spec).of(REGISTRY)
    return found.inputs


@pytest.mark.parametrize("spec", [PREMIUM, BASIC], ids=lambda spec: spec.sku)
def test_no_registry_has_an_admin_user_or_anonymous_pull(spec: RegistrySpec) -> None:
    found = inputs(spec)
    assert (found["adminUserEnabled"], found["anonymousPullEnabled"]) == (False, False)


def test_premium_keeps_several_zones_and_cleans_up() -> None:
    found = inputs(PREMIUM)
    assert (found["zoneRedundancy"], found["publicNetworkAccess"]) == ("Enabled", "Enabled")
    assert found["dataEndpointEnabled"] is True
    assert found["policies"] == {"retentionPolicy": {"days": 30, "status": "enabled"}}
    assert found["networkRuleSet"] == {"defaultAction": "Allow", "ipRules": []}


def test_ranges_shut_everybody_else_out() -> None:
    assert inputs(replace(PREMIUM, allowed_ranges=("203.0.113.0/24",)))["networkRuleSet"] == {
        "defaultAction": "Deny",
        "ipRules": [{"action": "Allow", "iPAddressOrRange": "203.0.113.0/24"}],
    }


def test_a_registry_without_public_access_has_no_rules() -> None:
    found = inputs(replace(PREMIUM, public_access=False))
    assert found["publicNetworkAccess"] == "Disabled"
    assert "networkRuleSet" not in found


def test_a_smaller_sku_asks_for_nothing_that_needs_premium() -> None:
    found = inputs(BASIC)
    assert found["zoneRedundancy"] == "Disabled"
    assert found["dataEndpointEnabled"] is False
    assert not {"policies", "networkRuleSet"} & set(found)


def test_a_copy_is_a_child_in_its_own_region() -> None:
    (replica,) = made(PREMIUM).of("azure-native:containerregistry:Replication")
    assert (replica.name, replica.parent) == ("registry-westeurope", "registry")
    assert (replica.inputs["location"], replica.inputs["registryName"]) == ("westeurope", "myssharedacr")
    assert replica.inputs["zoneRedundancy"] == "Enabled"


def test_a_registry_is_never_locked() -> None:
    """Other stacks keep role assignments below it, which a lock would make undeletable."""
    found = made(PREMIUM, locked=True)
    assert found.outputs == {"server": "myssharedacr.azurecr.io", "locks": 0}
