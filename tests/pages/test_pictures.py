"""The pictures of the stacks."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from stacks.pages.pictures import picture
from stacks.parts.groups.plan import GROUPS
from stacks.plan.model import StackPlan
from tests.harness.compose import Composition
from tests.harness.settings import STACKS

NODE = re.compile(r'node_\w+\["([^"]+)"\]')
ARROW = re.compile(r'  (node_\w+(?: & node_\w+)*) -->\|"([^"]+)"\| (node_\w+)')
EDGES, LETTERS = 500, 50_000
"""What Mermaid draws at most (maxEdges, maxTextSize)."""
CORE = {
    "postgresql": "azure-native:dbforpostgresql:Server",
    "cosmos": "azure-native:cosmosdb:DatabaseAccount",
    "storage": "azure-native:storage:StorageAccount",
    "redis/core": "azure-native:redisenterprise:RedisEnterprise",
    "service-bus": "azure-native:servicebus:Namespace",
    "ai": "azure-native:cognitiveservices:Account",
    "search": "azure-native:search:Service",
    "nodes": "azure-native:containerservice:ManagedCluster",
}
"""What is drawn in the core, and the type that is really there."""


def drawn(plan: StackPlan) -> dict[str, list[str]]:
    """By title of a box: the nodes in it."""
    found: dict[str, list[str]] = {}
    box = ""
    for line in picture(plan).splitlines():
        if title := re.search(r'subgraph \w+\["([^"]+)"\]', line):
            box = title[1]
        elif node := NODE.search(line):
            found.setdefault(box, []).append(node[1])
    return found


@pytest.mark.requirement("S3-166")
@pytest.mark.parametrize("stack", STACKS)
def test_every_group_service_and_path_is_drawn_once(stack: str, plans: Mapping[str, StackPlan]) -> None:
    plan = plans[stack]
    text = picture(plan)
    names = NODE.findall(text)
    ids = [found[0] for found in re.findall(r"^ +(?:subgraph )?((node|group|tier|stack)_\w+)\[", text, re.M)]
    assert len(ids) == len(set(ids))
    assert len(names) == len(set(names))
    assert text.count("subgraph ") == text.count("  end\n")
    for tier in plan.of(GROUPS):
        assert all(f'["{group.name}"]' in text for group in tier.groups)
    label = dict(re.findall(r'(node_\w+)\["([^"]+)"\]', text))
    arrows = [
        (label[consumer], kind, label[target])
        for consumers, kind, target in ARROW.findall(text)
        for consumer in consumers.split(" & ")
    ]
    assert sorted(arrows) == sorted((each.consumer, each.kind, each.target) for each in plan.paths)
    assert len(arrows) < EDGES
    assert len(text) < LETTERS


@pytest.mark.requirement("S3-166")
def test_everything_is_drawn_where_it_is(plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]) -> None:
    boxes, composition = drawn(plans["dev"]), composed["dev"]
    core = plans["dev"].of(GROUPS)[0].groups[0].name
    for name, token in CORE.items():
        assert name in boxes[core]
        assert {each.inputs["resourceGroupName"] for each in composition.of(token)} == {core}, name
    vaults = {each.inputs["resourceGroupName"] for each in composition.of("azure-native:keyvault:Vault")}
    assert vaults == {title for title, nodes in boxes.items() if any(each.startswith("vault/") for each in nodes)}
    assert boxes["stack shared"] == ["registry"]


def test_a_group_without_services_is_one_node(plans: Mapping[str, StackPlan]) -> None:
    assert drawn(plans["shared"]) == {}
    assert "-->" not in picture(plans["shared"])
