"""What the internet reaches: the closed list, and how it is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.facts.types import REGISTERED_TYPES
from components.gateway import facts as gateway
from stacks.build.exposure import FACES, NO_FACE, exposures
from stacks.build.recording import Planned
from stacks.catalogue.records import CATALOGUE
from stacks.plan.exposed import EVERYBODY, RANGES, exposed
from tests.harness.build import everything
from tests.harness.settings import STACKS, committed_plan, every_stack

EXPOSED = exposed(CATALOGUE)


@every_stack
@pytest.mark.requirement("S0-28", "S1-114")
def test_the_internet_reaches_what_the_list_names_and_nothing_else(stack: str) -> None:
    listed = {each.key: each.who for each in EXPOSED if stack in each.stacks}
    assert exposures(everything(committed_plan(stack))) == listed


@every_stack
def test_of_every_type_it_is_known_whether_the_internet_reaches_it(stack: str) -> None:
    kinds = {each.row.key for each in everything(committed_plan(stack))}
    assert kinds - FACES.keys() - NO_FACE == set()


def test_the_list_is_one_of_types_that_there_are_and_says_why() -> None:
    assert FACES.keys() & NO_FACE == set()
    assert FACES.keys() | NO_FACE <= REGISTERED_TYPES.keys()
    entries = [(stack, each.key) for each in EXPOSED for stack in each.stacks]
    assert len(set(entries)) == len(entries)
    assert {stack for stack, _ in entries} == set(STACKS)
    assert all(each.why for each in EXPOSED)


INTERNAL = {gateway.INTERNAL: "true", gateway.LINK_VISIBILITY: "a-subscription"}
DENIED = {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.0/24"}]}
INBOUND = {"direction": "Inbound", "access": "Allow"}


@pytest.mark.parametrize(
    ("kind", "inputs", "who"),
    [
        ("web-app", {"publicNetworkAccess": "Disabled"}, ""),
        ("web-app", {"publicNetworkAccess": "Enabled"}, EVERYBODY),
        ("web-app", {}, EVERYBODY),
        ("web-app-slot", {}, EVERYBODY),
        ("static-site", {"publicNetworkAccess": "Disabled"}, ""),
        ("gateway", {"spec": {"infrastructure": {"annotations": INTERNAL}}}, ""),
        ("gateway", {"spec": {"infrastructure": {"annotations": {**INTERNAL, gateway.INTERNAL: "false"}}}}, EVERYBODY),
        (
            "gateway",
            {"spec": {"infrastructure": {"annotations": {**INTERNAL, gateway.LINK_VISIBILITY: "*"}}}},
            EVERYBODY,
        ),
        ("gateway", {"spec": {}}, EVERYBODY),
        ("service", {"spec": {"type": "LoadBalancer"}}, EVERYBODY),
        ("service", {"spec": {"type": "ClusterIP"}}, ""),
        ("service", {"metadata": {"annotations": INTERNAL}, "spec": {"type": "LoadBalancer"}}, ""),
        ("kubernetes-cluster", {"apiServerAccessProfile": {}}, EVERYBODY),
        ("kubernetes-cluster", {"apiServerAccessProfile": {"enablePrivateCluster": True}}, ""),
        (
            "kubernetes-cluster",
            {
                "apiServerAccessProfile": {"enablePrivateCluster": True},
                "agentPoolProfiles": [{"enableNodePublicIP": True}],
            },
            EVERYBODY,
        ),
        ("agent-pool", {"enableNodePublicIP": True}, EVERYBODY),
        ("key-vault", {"properties": {"networkAcls": DENIED}}, RANGES),
        ("key-vault", {"properties": {"networkAcls": {**DENIED, "ipRules": []}}}, ""),
        ("key-vault", {"properties": {"networkAcls": {**DENIED, "defaultAction": "Allow"}}}, EVERYBODY),
        ("storage-account", {}, EVERYBODY),
        ("blob-container", {"publicAccess": "Blob"}, EVERYBODY),
        ("cosmos-account", {"publicNetworkAccess": "Enabled", "ipRules": []}, EVERYBODY),
        ("postgresql-server", {"network": {}}, EVERYBODY),
        ("data-collection-endpoint", {"networkAcls": {"publicNetworkAccess": "Enabled"}}, EVERYBODY),
        ("data-collection-endpoint", {"networkAcls": {"publicNetworkAccess": "Disabled"}}, ""),
        ("data-collection-endpoint", {}, EVERYBODY),
        ("network-security-group", {"securityRules": [{**INBOUND, "sourceAddressPrefix": "Internet"}]}, EVERYBODY),
        ("network-security-group", {"securityRules": [{**INBOUND, "sourceAddressPrefixes": ["10.0.0.0/8"]}]}, ""),
        (
            "network-security-group",
            {"securityRules": [{**INBOUND, "access": "Deny", "sourceAddressPrefix": "*"}]},
            "",
        ),
        ("public-ip-address", {}, EVERYBODY),
    ],
)
def test_who_reaches_a_resource_is_read_from_its_inputs(kind: str, inputs: Mapping[str, Any], who: str) -> None:
    assert exposures([planned(kind, inputs)]) == ({f"{kind}/core": who} if who else {})


def test_a_firewall_of_its_own_narrows_a_namespace() -> None:
    namespace = planned("service-bus-namespace", {"publicNetworkAccess": "Enabled"})
    closed = planned("service-bus-network-rules", {"defaultAction": "Deny", "ipRules": []})
    assert exposures([namespace, planned("service-bus-network-rules", DENIED)]) == {
        "service-bus-namespace/core": RANGES
    }
    assert exposures([namespace, closed]) == {}
    assert exposures([namespace]) == {"service-bus-namespace/core": EVERYBODY}


def planned(kind: str, inputs: Mapping[str, Any]) -> Planned:
    """A resource with these inputs alone."""
    return Planned(
        row=REGISTERED_TYPES[kind], name="core", urn="", inputs=inputs, waits_for=frozenset(), reads=frozenset()
    )
