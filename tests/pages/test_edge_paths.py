"""Every public host has one way through the edge: domain, firewall, origin, door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from components.problems import MystiraError
from stacks.catalogue.model import HostKind
from stacks.pages.edge_paths import door, edge_paths
from stacks.parts.edge.plan import EDGE
from stacks.parts.hosts.plan import HOSTS
from stacks.plan.model import StackPlan
from tests.harness.settings import GONE, edited_plan, every_environment

KINDS = {
    HostKind.AKS.value: "private link to mys-{stack}-core-pls-san",
    HostKind.APP_SERVICE.value: "private link to mys-{stack}-app-api-san, sites",
    HostKind.STATIC_SITE.value: "file of the site (static-site-gate)",
}


@every_environment
def test_every_public_host_has_exactly_one_way_and_the_door_of_its_kind(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    ways = {}
    for found, host, domain, _, _, behind in edge_paths(stack, plans[stack]):
        assert found == stack
        assert host not in ways
        ways[host] = (domain, behind)
    public = {host.name: host.kind for host in plans[stack].of(HOSTS) if not host.internal}
    assert public.keys() <= ways.keys()
    for host, kind in public.items():
        assert ways[host] == (host.replace(".", "-"), KINDS[kind].format(stack=stack))


def test_an_origin_that_nobody_closes_has_no_page(plans: Mapping[str, StackPlan]) -> None:
    (origin,) = next(group for group in plans["dev"].of(EDGE).spec.groups if group.name == "docs").origins
    assert door(origin)
    with pytest.raises(MystiraError, match="nobody keeps this origin closed"):
        door(replace(origin, gate=""))


def test_without_an_edge_there_is_no_way(folder: Path) -> None:
    changes = {"edge.enabled": False, "waivers.static-site-gate": GONE, "waivers.waf-prevention": GONE}
    assert list(edge_paths("dev", edited_plan(folder, "dev", changes))) == []
