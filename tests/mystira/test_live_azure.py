"""Azure as a source: complete for the stack's own resources, page by page, and without anything secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.facts.types import RESOURCE_TYPES
from components.problems import InvalidInput, MystiraError
from mystira import live_azure
from mystira.api_versions import api_version
from mystira.live_azure import from_azure
from mystira.preflight.arm import Unreachable
from offline.world.store import World
from stacks.adopt.asked import AT_EACH, RESOURCE_GRAPH, listings
from stacks.adopt.live import row_of
from stacks.adopt.outcome import Stacks
from tests.adopt.estate import BUS, CANARY, NETWORK, STORY, SUBSCRIPTION, VAULT, ZONE, group, id_of
from tests.harness.preflight import answering, arm_of, out_of_reach
from tests.harness.settings import plan

DEV = Stacks("dev", SUBSCRIPTION)
PLAN = plan("dev")
REGION = "southafricanorth"
ROLE = f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001"
ACCOUNT = id_of("core", "Microsoft.Storage/storageAccounts/mysdevcorestsan")
FOREIGN = id_of("core", "Microsoft.ServiceBus/namespaces/mys-prod-core-sb-san", "prod")

WORLD: dict[str, tuple[str, dict[str, Any]]] = {
    group("mys-dev-core-rg-san"): ("resource-group", {"location": REGION}),
    NETWORK: (
        "virtual-network",
        {"location": REGION, "subnets": [{"name": "aks-subnet", "addressPrefix": "10.0.8.0/22"}]},
    ),
    STORY: ("user-assigned-identity", {"location": REGION, "principalId": "p-story"}),
    VAULT: ("key-vault", {"location": REGION, "properties": {"tenantId": PLAN.tenant_id}}),
    f"{VAULT}/secrets/redis-endpoint": ("key-vault-secret", {"properties": {"value": CANARY}}),
    ROLE: ("role-assignment", {"scope": VAULT, "roleDefinitionId": "/r/ABC", "principalId": "p-story"}),
    f"{VAULT}/providers/Microsoft.Authorization/locks/do-not-delete": ("management-lock", {"level": "CanNotDelete"}),
    f"{VAULT}/providers/Microsoft.Insights/diagnosticSettings/to-workspace": ("diagnostic-setting", {}),
    BUS: ("service-bus-namespace", {"location": REGION, "tags": {"Environment": "dev"}}),
    f"{BUS}/queues/app-events": ("service-bus-queue", {}),
    f"{BUS}/topics/t": ("service-bus-topic", {}),
    f"{BUS}/topics/t/subscriptions/s": ("service-bus-subscription", {}),
    ACCOUNT: ("storage-account", {"location": REGION}),
    f"{ACCOUNT}/blobServices/default": ("blob-service", {}),
    f"{ACCOUNT}/blobServices/default/containers/audio": ("blob-container", {}),
    f"{ACCOUNT}/managementPolicies/default": ("storage-lifecycle", {}),
    ZONE: ("private-dns-zone", {"location": "global"}),
    f"{ZONE}/virtualNetworkLinks/l": (
        "private-dns-zone-link",
        {"location": "global", "virtualNetwork": {"id": NETWORK}},
    ),
    f"{ZONE}/A/a": ("private-record-set", {}),
    f"{group('mys-dev-core-rg-san')}/providers/Microsoft.Consumption/budgets/b": ("budget", {"amount": 1}),
    FOREIGN: ("service-bus-namespace", {"location": REGION}),
    f"{FOREIGN}/queues/app-events": ("service-bus-queue", {}),
}
"""By id: key of the type, and what the cloud holds."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path / "cloud.db")
    for id, (key, body) in WORLD.items():
        token = RESOURCE_TYPES[key].token
        with found.writing("create", token, id) as writer:
            writer.put(id, token, body)
    return found


def test_everything_of_the_stack_is_found_and_of_others_what_has_a_place(world: World) -> None:
    found = from_azure(PLAN, DEV, arm_of(world, SUBSCRIPTION))
    expected = {*WORLD, f"{NETWORK}/subnets/aks-subnet"} - {f"{FOREIGN}/queues/app-events"}
    assert {each.id for each in found.live} == expected
    assert (found.complete, set(found.left_out)) == (True, {"said twice"})
    by_id = {each.id: each for each in found.live}
    assert by_id[f"{NETWORK}/subnets/aks-subnet"].ranges == ("10.0.8.0/22",)
    assert (by_id[ROLE].scope, by_id[ROLE].role, by_id[ROLE].assignee) == (VAULT, "abc", "p-story")
    assert (by_id[STORY].principal, by_id[BUS].environment) == ("p-story", "dev")
    assert by_id[f"{ZONE}/virtualNetworkLinks/l"].network == NETWORK
    assert CANARY not in repr(found)


def test_pages_are_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = from_azure(PLAN, DEV, arm_of(world, SUBSCRIPTION))
    monkeypatch.setattr(live_azure, "PAGE", 2)
    assert from_azure(PLAN, DEV, arm_of(world, SUBSCRIPTION)) == whole


def answers(status: int, code: str) -> Any:
    """An Azure that has one storage account and answers every list below it like this."""

    def answer(method: str, path: str) -> tuple[int, bytes]:
        if path.startswith(RESOURCE_GRAPH):
            return 200, json.dumps({"data": [{"id": ACCOUNT, "location": REGION}]}).encode()
        if "/storageAccounts/" not in path:
            return 200, b'{"value": []}'
        return status, json.dumps({"error": {"code": code, "message": "no"}}).encode()

    return answer


def test_a_list_that_a_kind_of_account_does_not_have_is_counted(world: World) -> None:
    """Storage: FeatureNotSupportedForAccount. What is missing there is not known to be gone."""
    found = from_azure(PLAN, DEV, answering(answers(409, "FeatureNotSupportedForAccount")))
    assert [each.id for each in found.live] == [ACCOUNT]
    assert found.complete is False
    assert found.left_out["lists that Azure refused"] > 0


def test_a_login_that_may_not_read_is_one_problem() -> None:
    with pytest.raises(InvalidInput, match="Azure refuses to say; seen: AuthorizationFailed: no; allowed: Reader"):
        from_azure(PLAN, DEV, answering(answers(403, "AuthorizationFailed")))


def test_an_azure_out_of_reach_is_no_empty_subscription() -> None:
    with pytest.raises(Unreachable):
        from_azure(PLAN, DEV, out_of_reach())


def collections() -> Iterator[tuple[str, str]]:
    """By key of a type that lies below another: an id of its parent."""
    for row in RESOURCE_TYPES.values():
        parent, _, name = row.id_template.rsplit("/", 2)
        if "{scope}" in parent or "{resourceUri}" in parent or not name.startswith("{"):
            continue
        if "/providers/" in parent and not parent.rpartition("/")[0].endswith("/providers"):
            id = parent
            for place in ("subscriptionId", "resourceGroupName"):
                id = id.replace(f"{{{place}}}", "x")
            yield row.key, "/".join("x" if part.startswith("{") else part for part in id.split("/"))


@pytest.mark.parametrize(("key", "parent"), [each for each in collections() if each[0] != "postgresql-configuration"])
def test_every_type_below_another_is_asked_for(key: str, parent: str) -> None:
    """So is one that the type table learns."""
    row = row_of(parent)
    if row is None:
        assert key == "file-share"
        row, parent = RESOURCE_TYPES["storage-account"], parent.removesuffix("/fileServices/default")
    tokens = [listing.token for listing in listings(row, parent)]
    assert RESOURCE_TYPES[key].token in tokens


@pytest.mark.parametrize("key", RESOURCE_TYPES)
def test_every_type_has_a_version_of_its_api(key: str) -> None:
    assert api_version(RESOURCE_TYPES[key].token)[:2] == "20"


def test_a_type_that_the_sdk_does_not_have_has_none() -> None:
    with pytest.raises(MystiraError, match="says no version"):
        api_version("azure-native:moon:Crater")


def test_what_is_about_a_resource_is_asked_at_it() -> None:
    vault, core = RESOURCE_TYPES["key-vault"], RESOURCE_TYPES["resource-group"]
    assert AT_EACH["diagnostic-setting"] in [each.collection for each in listings(vault, VAULT)]
    assert [each.collection for each in listings(core, group("a"))] == [AT_EACH["budget"]]
