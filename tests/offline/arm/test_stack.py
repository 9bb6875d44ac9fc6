"""The templates of a stack: what is in them, where, and which files they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.facts.wire import SECRET_SIGNATURE, SIGNATURE_KEY
from components.problems import MystiraError
from offline.arm.stack import rendered, write
from offline.arm.templates import GROUP_SCHEMA, SUBSCRIPTION_SCHEMA
from offline.engine.home import Home
from offline.engine.run import Engine
from offline.rpc.protocol import Created
from offline.schema.kept import ensure_schema
from offline.world.store import World
from tests.harness.compose import TENANT
from tests.harness.offline import GROUP, REGION, ROOT, SUBSCRIPTION, Cloud, token_of

SECRET = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:abc"}
GROUP_FILE = f"{GROUP}.json"
SUBSCRIPTION_FILE = f"subscription-{SUBSCRIPTION}.json"
VALUE = "a value that nobody may read"


class Stack:
    """A stack that is up: its cloud and its state."""

    def __init__(self, folder: Path) -> None:
        self.engine = Engine(Home(folder))
        ensure_schema(self.engine.home.schemas, lambda _: None)
        self.cloud = Cloud(World(self.engine.home.cloud))
        self.state: list[dict[str, Any]] = []
        self.add("resource-group", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}")

    def add(self, key: str, id: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Write a resource into the state."""
        kind = key if ":" in key else token_of(key)
        self.state.append({"type": kind, "id": id, "inputs": dict(inputs or {}), "outputs": {}, **more})
        file = self.engine.checkpoint("dev")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"checkpoint": {"latest": {"resources": self.state}}}))

    def make(self, key: str, **inputs: Any) -> Created:
        """A resource in the cloud and in the state."""
        made = self.cloud.make(token_of(key), **inputs)
        self.add(key, made.id, inputs)
        return made

    def templates(self) -> Mapping[str, Any]:
        return rendered(self.engine, "dev").templates

    def resource(self, kind: str, file: str = GROUP_FILE) -> dict[str, Any]:
        """The only resource of a type."""
        (found,) = (each for each in self.templates()[file]["resources"] if each["type"] == kind)
        return found


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


def test_there_is_a_template_for_each_group_and_one_for_the_subscription(stack: Stack) -> None:
    stack.make("user-assigned-identity", resourceName="mys-dev-core-identity-san", location=REGION)
    found = stack.templates()
    assert list(found) == [GROUP_FILE, SUBSCRIPTION_FILE]
    assert found[GROUP_FILE]["$schema"] == GROUP_SCHEMA
    assert found[SUBSCRIPTION_FILE]["$schema"] == SUBSCRIPTION_SCHEMA
    assert stack.resource("Microsoft.Resources/resourceGroups", SUBSCRIPTION_FILE) == {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2024-03-01",
        "name": GROUP,
        "location": REGION,
        "properties": {},
    }
    assert stack.resource("Microsoft.ManagedIdentity/userAssignedIdentities") == {
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
        "apiVersion": "2023-01-31",
        "name": "mys-dev-core-identity-san",
        "location": REGION,
        "tags": {},
    }


def test_an_extension_says_what_it_is_about(stack: Stack) -> None:
    vault(stack)
    lock = {"scope": f"{ROOT}/providers/Microsoft.KeyVault/vaults/mys-dev-app-kv-san", "lockName": "l"}
    stack.make("management-lock", **lock, level="CanNotDelete")
    found = stack.resource("Microsoft.Authorization/locks")
    assert found["scope"] == "Microsoft.KeyVault/vaults/mys-dev-app-kv-san"
    assert found["name"] == "l"
    assert found["properties"] == {"level": "CanNotDelete"}


def vault(stack: Stack) -> Created:
    sku = {"family": "A", "name": "standard"}
    properties = {"tenantId": TENANT, "sku": sku, "enableRbacAuthorization": True}
    return stack.make("key-vault", vaultName="mys-dev-app-kv-san", location=REGION, properties=properties)


def test_the_value_of_a_secret_is_in_no_template(stack: Stack, tmp_path: Path) -> None:
    vault(stack)
    made = stack.cloud.make(
        token_of("key-vault-secret"), vaultName="mys-dev-app-kv-san", secretName="s", properties={"value": VALUE}
    )
    stack.add("key-vault-secret", made.id, {"properties": {"value": SECRET}})
    parameter = "secrets_mys_dev_app_kv_san_s_properties_value"
    found = stack.resource("Microsoft.KeyVault/vaults/secrets")
    assert found["name"] == "mys-dev-app-kv-san/s"
    assert found["properties"]["value"] == f"[parameters('{parameter}')]"
    assert stack.templates()[GROUP_FILE]["parameters"] == {parameter: {"type": "secureString"}}
    for file in write(rendered(stack.engine, "dev"), tmp_path / "out"):
        assert VALUE not in file.read_text()


def test_text_that_looks_like_an_expression_is_none(stack: Stack) -> None:
    stack.make(
        "user-assigned-identity",
        resourceName="mys-dev-core-identity-san",
        location=REGION,
        tags={"a": "[b]", "c": "[d"},
    )
    assert stack.resource("Microsoft.ManagedIdentity/userAssignedIdentities")["tags"] == {"a": "[[b]", "c": "[d"}


def test_the_order_does_not_depend_on_that_of_the_state(stack: Stack) -> None:
    for name in ("mys-dev-b-identity-san", "mys-dev-a-identity-san"):
        stack.make("user-assigned-identity", resourceName=name, location=REGION, tags={"z": "1", "a": "2"})
    before = json.dumps(stack.templates())
    stack.state.reverse()
    stack.add("azuread:index/group:Group", "g")
    assert json.dumps(stack.templates()) == before


def test_objects_of_a_tenant_are_left_out_and_counted(stack: Stack) -> None:
    stack.add("azuread:index/group:Group", "g")
    found = rendered(stack.engine, "dev")
    assert found.directory_objects == 1
    assert found.resources == 1


def test_what_the_cloud_no_longer_has_is_left_out_and_named(stack: Stack) -> None:
    id = f"{ROOT}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gone"
    stack.add("user-assigned-identity", id)
    found = rendered(stack.engine, "dev")
    assert found.gone == (id,)
    assert found.resources == 1


@pytest.mark.parametrize("mark", ["delete", "external"])
def test_what_is_about_to_be_deleted_or_was_looked_up_is_not_of_the_stack(mark: str, stack: Stack) -> None:
    stack.add("user-assigned-identity", f"{ROOT}/providers/x/y/z", **{mark: True})
    assert not rendered(stack.engine, "dev").gone


def test_a_stack_that_is_not_up_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MystiraError, match=r"dev is not up in the offline cloud.*make up STACK=dev"):
        rendered(Engine(Home(tmp_path)), "dev")


def test_old_templates_are_deleted_and_other_files_are_not(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(rendered(stack.engine, "dev"), folder)
    (folder / SUBSCRIPTION_FILE).rename(folder / "old.json")
    for name, text in (("mine.json", "{}"), ("list.json", "[]"), ("broken.json", "{"), ("notes.md", "")):
        (folder / name).write_text(text)
    write(rendered(stack.engine, "dev"), folder)
    names = {each.name for each in folder.iterdir()}
    assert names == {SUBSCRIPTION_FILE, "mine.json", "list.json", "broken.json", "notes.md"}


def test_the_kind_of_a_pool_is_what_the_program_sent(stack: Stack) -> None:
    """Azure's answer has the type of the resource under the same name."""
    pool = {"type": "VirtualMachineScaleSets", "tags": {"a": "b"}}
    body = {"type": "Microsoft.ContainerService/managedClusters/agentPools", "count": 1, "tags": {"a": "b"}}
    id = f"{ROOT}/providers/Microsoft.ContainerService/managedClusters/aks/agentPools/system"
    with stack.cloud.world.writing("create", token_of("agent-pool"), id) as cloud:
        cloud.put(id, token_of("agent-pool"), body)
    stack.add("agent-pool", id, pool)
    found = stack.resource("Microsoft.ContainerService/managedClusters/agentPools")
    assert found["name"] == "aks/system"
    assert found["properties"] == {"count": 1, **pool}
    assert "tags" not in found
