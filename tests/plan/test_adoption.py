"""What `mystira:adopt` may say: ids of the right type, in this subscription, each for one resource."""

from __future__ import annotations

from pathlib import Path

from stacks.parts.network.plan import NETWORK
from tests.harness.build import compose_up_to
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import edited_plan

OWN = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/mys-dev-core-rg-san"
OTHER = "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/mys-shared-acr-rg-san"
OLD_NETWORK = "providers/Microsoft.Network/virtualNetworks/old-vnet"

MISTAKES = [
    Mistake("dev", {"adopt": {"moon/core": OWN}}, "adopt.moon/core", "not a type and a logical name", "for example"),
    Mistake(
        "dev",
        {"adopt": {"virtual-network/core": OWN}},
        "adopt.virtual-network/core",
        "not the id of a virtual-network",
        "/virtualNetworks/{virtualNetworkName}",
    ),
    Mistake(
        "dev",
        {"adopt": {"virtual-network/core": f"{OTHER}/{OLD_NETWORK}"}},
        "adopt.virtual-network/core",
        "the id of another subscription",
        "00000000-0000-4000-8000-000000000001",
    ),
    Mistake(
        "dev",
        {"adopt": {"virtual-network/core": f"{OWN.replace('-dev-', '-prod-')}/{OLD_NETWORK}"}},
        "adopt.virtual-network/core",
        "in a resource group of prod",
        "a group of dev",
    ),
    Mistake(
        "dev",
        {"adopt": {"resource-group/core": OWN, "resource-group/app": OWN.upper().replace("/SUB", "/sub", 1)}},
        "adopt.resource-group/core",
        "the same id is also that of another resource",
        "one resource an id",
    ),
    Mistake(
        "dev",
        {"adopt": {"config-map/app": "mys-dev/app-1"}},
        "adopt.config-map/app",
        "every change recreates a config-map under a new name",
        "no entry",
    ),
    Mistake(
        "dev",
        {"adopt": {"service/one": "mys-dev/app", "service/two": "mys-dev/app"}},
        "adopt.service/two",
        "the same id is also that of another resource",
        "one resource an id",
    ),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_adoption_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_objects_of_two_kinds_may_have_one_name_in_a_cluster(folder: Path) -> None:
    adopt = {"deployment/app": "mys-dev/app", "service/app": "mys-dev/app"}
    assert edited_plan(folder, "dev", {"adopt": adopt}).adopt == adopt


def test_what_is_about_another_resource_may_lie_in_its_subscription(folder: Path) -> None:
    """The role of the cluster at the shared registry is a resource of dev in the registry's subscription."""
    key = "role-assignment/kubelet-acr-pull-registry"
    name = "00000000-0000-4000-8000-00000000000a"
    registry = f"{OTHER}/providers/Microsoft.ContainerRegistry/registries/mysprodacr"
    id = f"{registry}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert edited_plan(folder, "dev", {"adopt": {key: id}}).adopt == {key: id}


def test_records_in_the_zone_of_the_domain_lie_in_the_subscription_of_shared(folder: Path) -> None:
    key = "dns-record-set/ns-acme.dev"
    id = f"{OTHER}/providers/Microsoft.Network/dnszones/mystira.app/NS/acme.dev"
    assert edited_plan(folder, "dev", {"adopt": {key: id}}).adopt == {key: id}


def test_an_adopted_network_keeps_its_name_and_its_group(folder: Path) -> None:
    id = f"{OWN.replace('mys-dev-core-rg-san', 'old-group')}/{OLD_NETWORK}"
    found = compose_up_to(NETWORK, edited_plan(folder, "dev", {"adopt": {"virtual-network/core": id}})).named(
        "old-vnet"
    )
    assert (found.imported, found.inputs["resourceGroupName"]) == (id, "old-group")
