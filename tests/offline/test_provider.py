"""The provider: checks, previews, diffs, creates and reads as azure-native does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.facts.ids import made_id, path_values
from components.facts.model import ResourceType
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from offline.azure.behaviour import guid
from offline.azure.inputs import differences
from offline.azure.provider import CLIENT_TOKEN
from offline.azure.rules import ids_in
from offline.azure.services.every import BEHAVIOURS
from offline.rpc.protocol import UNKNOWN, Change, Created, Properties, ProviderError
from offline.world.store import World
from tests.harness.compose import CONTRACT, Composition
from tests.harness.offline import GROUP, ROOT, Cloud, provider, token_of
from tests.harness.settings import STACKS

NETWORK = token_of("virtual-network")
SECURITY = token_of("network-security-group")


NEVER_RETURNED = {"createMode", "administratorLoginPassword"}
"""Inputs that Azure takes and does not give back."""


def test_an_id_is_never_created_twice(cloud: Cloud) -> None:
    cloud.network()
    with pytest.raises(ProviderError, match="cannot create already existing resource"):
        cloud.network()


def test_preview_knows_inputs_and_nothing_else(cloud: Cloud) -> None:
    inputs = {"networkSecurityGroupName": "n", "location": "x"}
    created = cloud.azure.create("urn", SECURITY, inputs, preview=True, timeout=0)
    assert created.id == ""
    assert created.properties["location"] == "x"
    assert created.properties["name"] is UNKNOWN
    assert len(cloud.world.all()) == 1


def test_replacing_as_azure_native_does(cloud: Cloud) -> None:
    old = {"networkSecurityGroupName": "a", "location": "x", "tags": {"k": "v"}, "resourceGroupName": "g"}

    def diff(**news: Any) -> Any:
        return cloud.azure.diff(SECURITY, "id", old, {}, {**old, **news}, [])

    assert dict(diff().changes) == {}
    assert dict(diff(tags={"k": "w", "l": "x"}).changes) == {"tags.k": Change.UPDATE, "tags.l": Change.ADD}
    assert list(diff(tags={"k": "w"}).replaces) == []
    renamed = diff(networkSecurityGroupName="b")
    assert (list(renamed.replaces), renamed.delete_before_replace) == (["networkSecurityGroupName"], True)
    assert list(diff(location="y").replaces) == []
    network = {"virtualNetworkName": "a", "location": "x", "resourceGroupName": "g"}
    moved = cloud.azure.diff(NETWORK, "id", network, {}, {**network, "location": "y"}, [])
    assert (list(moved.replaces), moved.delete_before_replace) == (["location"], True)
    rules = cloud.azure.diff(
        SECURITY, "id", {"securityRules": [{"a": 1}]}, {}, {"securityRules": [{"a": 2}, {"a": 3}]}, []
    )
    assert dict(rules.changes) == {"securityRules[0].a": Change.UPDATE, "securityRules[1]": Change.ADD}
    fewer = cloud.azure.diff(SECURITY, "id", {"securityRules": [1, 2], "tags": {}}, {}, {"securityRules": [1]}, [])
    assert dict(fewer.changes) == {"securityRules[1]": Change.DELETE, "tags": Change.DELETE}


def test_a_missing_name_and_wrong_inputs_fail_the_check(cloud: Cloud) -> None:
    _, failures = cloud.azure.check("urn", SECURITY, {}, {"resourceGroupName": "g"})
    assert [(each.property, "random suffix" in each.reason) for each in failures] == [
        ("networkSecurityGroupName", True)
    ]
    bad = {"networkSecurityGroupName": "n", "resourceGroupName": "g", "securityRules": [{"acces": "Allow"}], "tags": 3}
    _, failures = cloud.azure.check("urn", SECURITY, {}, bad)
    assert any("did you mean access?" in each.reason for each in failures)
    assert any(each.property == "tags" for each in failures)


def test_every_type_in_use_has_a_behaviour(composed: Mapping[str, Composition]) -> None:
    used = {each.type for composition in composed.values() for each in composition.azure()}
    # Azure makes the sender of a domain; the program takes it over once the domain is verified.
    assert used | {token_of("email-sender")} == set(BEHAVIOURS)
    assert used <= set(BY_TOKEN)


def test_a_type_without_behaviour_is_refused_and_says_what_to_do(cloud: Cloud) -> None:
    with pytest.raises(ProviderError, match="no behaviour for azure-native:compute:Disk: add it to its product"):
        cloud.make("azure-native:compute:Disk", diskName="mys-dev-core-disk-san")
    with pytest.raises(ProviderError, match="does not know azure-native:web:Certificate: add its row"):
        cloud.azure.create("urn", "azure-native:web:Certificate", {}, preview=False, timeout=0)


def test_what_the_provider_cannot_do_is_said(cloud: Cloud) -> None:
    with pytest.raises(ProviderError, match="has no function"):
        cloud.azure.invoke("azure-native:web:listKeys", {})
    with pytest.raises(ProviderError, match="subscriptionId and tenantId"):
        cloud.azure.configure({})
    assert set(cloud.azure.invoke(CLIENT_TOKEN, {})) == {"token"}


def test_ids_are_made_and_taken_apart_by_their_template() -> None:
    row = RESOURCE_TYPES["role-assignment"]
    inputs = {"scope": f"{ROOT}/providers/Microsoft.X/y/z", "roleAssignmentName": "n"}
    id = made_id(row, inputs)
    assert id == f"{ROOT}/providers/Microsoft.X/y/z/providers/Microsoft.Authorization/roleAssignments/n"
    assert path_values(row, id) == inputs
    assert path_values(row, ROOT) == {}


def test_an_update_of_what_is_gone_makes_it_again_as_a_put_does(cloud: Cloud) -> None:
    id = f"{ROOT}/providers/Microsoft.Network/networkSecurityGroups/n"
    news = {"networkSecurityGroupName": "n", "resourceGroupName": GROUP}
    cloud.azure.update("urn", SECURITY, id, {}, news, preview=False, timeout=0, ignore_changes=[])
    assert [row[0] for row in cloud.world.operations() if row[2] == id] == ["create"]


@pytest.mark.parametrize("stack", STACKS)
def test_what_a_stack_creates_comes_back_as_it_was(
    tmp_path: Path, stack: str, composed: Mapping[str, Composition]
) -> None:
    """Create everything a stack registers, read it back: derived inputs equal the inputs, also on import.

    What Azure changes afterwards, or another resource on this one, is in the table of what others own.
    """
    world = World(tmp_path / "cloud.db")
    azure = provider(world, composed[stack].subscription)
    _make_link_services(world, composed[stack])
    ids = {}
    states: list[tuple[ResourceType, Created, Properties]] = []
    if stack != "shared":
        # An environment knows the registry and the mail service of the shared stack by its contract only.
        elsewhere = {"resourceGroupName": "mys-shared-acr-rg-san", "location": "westus"}
        azure.create("urn", token_of("resource-group"), elsewhere, preview=False, timeout=0)
        registry = {**elsewhere, "registryName": "myselsewhere", "sku": {"name": "Premium"}}
        made = azure.create("urn", token_of("container-registry"), registry, preview=False, timeout=0)
        ids[CONTRACT["registry_id"]] = made.id
        mail = {**elsewhere, "communicationServiceName": "elsewhere", "location": "global", "dataLocation": "Africa"}
        made = azure.create("urn", token_of("communication-service"), mail, preview=False, timeout=0)
        ids[CONTRACT["mail_id"]] = made.id
        # The zone it writes into by its name, as the settings of the shared stack have it.
        shared = composed["shared"].azure()
        zones = [each for each in shared if each.type == token_of("dns-zone")]
        around = {each.inputs["resourceGroupName"] for each in zones}
        groups = [each for each in shared if each.type == token_of("resource-group")]
        for each in [*(group for group in groups if group.inputs["resourceGroupName"] in around), *zones]:
            azure.create("urn", each.type, dict(each.inputs), preview=False, timeout=0)
    for each in composed[stack].azure():
        row = BY_TOKEN[each.type]
        inputs = _resolved(dict(each.inputs), ids)
        created = azure.create("urn", each.type, inputs, preview=False, timeout=0)
        mocked = f"/{row.key}/{each.inputs[row.name_input]}"
        ids[mocked] = created.id
        ids |= {guid(mocked, what): created.properties.get(f"{what}Id", "") for what in ("principal", "client")}
        refreshed = azure.read("urn", each.type, created.id, inputs, created.properties)
        imported = azure.read("urn", each.type, created.id, {}, {})
        assert refreshed is not None
        assert imported is not None
        assert not _changed(row, inputs, refreshed.inputs or {})
        states.append((row, created, inputs))
        replaced = azure.diff(each.type, created.id, imported.inputs or {}, {}, inputs, []).replaces
        assert set(replaced) <= {one.path for one in row.creation_only if one.kept}, (
            "an adopted resource keeps only what was given at its creation"
        )
        # The SDK lays the properties of a key flat in its outputs, and the output `type` of a pool is that of the
        # resource. What an autoscale setting takes flat comes back within `properties`. An import cannot know any of it
        # again as inputs.
        flattened = {
            token_of("agent-pool"): {"type"},
            token_of("autoscale-setting"): {"enabled", "profiles", "targetResourceUri"},
            token_of("key-vault-key"): {"properties"},
        }.get(each.type, set())
        assert set(inputs) - NEVER_RETURNED - flattened <= set(imported.inputs or {})
    loud = {}
    for row, created, inputs in states:
        again = azure.read("urn", row.token, created.id, inputs, created.properties)
        assert again is not None
        if left := _changed(row, inputs, again.inputs or {}):
            loud[created.id.rpartition("/providers/")[2]] = left
    assert not loud, "the first refresh after a clean up shows what nobody changed"


def _make_link_services(world: World, composition: Composition) -> None:
    """The private link services that origins lead to: Kubernetes makes them, no stack registers one."""
    token = token_of("private-link-service")
    referred = {id for each in composition.azure() for id in ids_in(each.inputs) if "/privateLinkServices/" in id}
    for id in sorted(referred):
        with world.writing("create", token, id) as cloud:
            cloud.put(id, token, {})


def _changed(row: ResourceType, inputs: Properties, refreshed: Properties) -> set[str]:
    """The inputs that a refresh changes (dotted, with indexes), those apart that others own."""
    owned = tuple(f"{each.path}{end}" for each in row.owned_elsewhere for end in ".[")
    return {path for path, _ in differences(inputs, refreshed) if not f"{path}.".startswith(owned)}


def _resolved(value: Any, ids: Mapping[str, str]) -> Any:
    """Mocked ids as the ids that the offline cloud gave."""
    if isinstance(value, str):
        mocked = max((id for id in ids if value == id or value.startswith(id + "/")), key=len, default="")
        return ids[mocked] + value.removeprefix(mocked) if mocked else value
    if isinstance(value, dict):
        return {key: _resolved(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, ids) for item in value]
    return value
