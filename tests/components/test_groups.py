"""The resource groups of a tier, made from their specs alone."""

from __future__ import annotations

from components.groups.spec import GroupSpec
from components.groups.tier import Tier
from tests.harness.build import PLACE
from tests.harness.compose import compose


def test_a_tier_has_a_group_for_each_spec() -> None:
    specs = [
        GroupSpec("app", "mys-dev-app-rg-san", "southafricanorth", {**PLACE.tags, "Service": "app"}),
        GroupSpec("dns", "mys-dev-dns-rg-glob", "southafricanorth", {**PLACE.tags, "Service": "dns"}),
    ]
    found = compose(lambda: {key: group.name for key, group in Tier("tier-2-services", specs).groups.items()})
    assert found.outputs == {spec.key: spec.name for spec in specs}
    for spec in specs:
        group = found.named(spec.name)
        assert (group.name, group.parent) == (spec.key, "tier-2-services")
        assert (group.inputs["location"], group.inputs["tags"]) == (spec.location, spec.tags)
