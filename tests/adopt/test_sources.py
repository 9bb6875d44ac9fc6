"""What a file holds: every instance once, nothing of its secrets, and one clear error for each file that is none."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput
from stacks.adopt.files import source_in
from stacks.adopt.source import Source
from tests.adopt.estate import (
    BUS,
    CANARY,
    NETWORK,
    RESOURCES,
    STATE,
    STORY,
    VAULT,
    assignment,
    group,
    id_of,
    resource,
    secret,
)

CORE = group("mys-dev-core-rg-san")


def source(folder: Path, content: object, encoding: str = "utf-8") -> Source:
    """What a file with this content holds; anything but a text or bytes is written as JSON."""
    file = folder / "live"
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return source_in(file)


def test_a_state_has_every_managed_instance_of_every_module_once(tmp_path: Path) -> None:
    found = source(tmp_path, STATE)
    assert len(found.live) == sum(len(each["instances"]) for each in RESOURCES)
    assert found.left_out == {"data sources": 1, "deposed objects": 1, "objects of the state alone": 1}
    addresses = {each.id: each.address for each in found.live}
    where = 'module.shared_servicebus["a"].module.inner[0].azurerm_servicebus_queue.queues["app-events"]'
    assert addresses[f"{BUS}/queues/app-events"] == where


def test_attributes_are_read_where_the_id_says_less(tmp_path: Path) -> None:
    found = {each.id: each for each in source(tmp_path, STATE).live}
    assert f"{VAULT}/secrets/postgres-connection-string" in found
    role = found[f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/one"]
    assert (role.scope, role.role, role.assignee) == (VAULT, "4633458b-17de-408a-b874-0445c86b69e6", "p-story")
    assert (found[STORY].principal, found[STORY].location) == ("p-story", "southafricanorth")
    assert found[f"{NETWORK}/subnets/aks-subnet"].ranges == ("10.0.8.0/22",)
    assert found["/servicePrincipals/s-api"].client == "c-api"


def test_nothing_of_a_secret_is_kept(tmp_path: Path) -> None:
    assert CANARY in json.dumps(STATE)
    assert CANARY not in repr(source(tmp_path, STATE))


def pulumi(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": list(resources)}}


def registered(token: str, id: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::x::{token}::a", "custom": True, "type": token, "id": id, **more}


@pytest.mark.parametrize("wrapped", ["deployment", "checkpoint"])
def test_a_pulumi_state_has_the_resources_of_its_providers(wrapped: str, tmp_path: Path) -> None:
    given = assignment(VAULT, "r", "p", "one")
    content = pulumi(
        {"urn": "urn:pulumi:dev::x::pulumi:pulumi:Stack::x", "type": "pulumi:pulumi:Stack"},
        registered("pulumi:providers:azure-native", "provider"),
        registered(
            "azure-native:network/v20240101:VirtualNetwork", NETWORK, outputs={"location": "South Africa North"}
        ),
        registered(
            "azure-native:authorization:RoleAssignment",
            given["id"],
            outputs={"scope": VAULT, "roleDefinitionId": "/x/ABC", "principalId": "p", "key": {CANARY: CANARY}},
        ),
        registered(
            "azure:keyvault/secret:Secret",
            "https://x/secrets/s/1",
            outputs={"resourceVersionlessId": f"{VAULT}/secrets/s"},
        ),
        registered(
            "azuread:index/application:Application", "/applications/o", outputs={"clientId": "c", "displayName": "N"}
        ),
        registered("kubernetes:apps/v1:Deployment", "mys-dev/mys-publisher", inputs={"spec": {"selector": {"a": "b"}}}),
        registered("azure-native:network:VirtualNetwork", f"{NETWORK}-read", external=True),
        registered("azure-native:network:VirtualNetwork", f"{NETWORK}-old", delete=True),
    )
    if wrapped == "checkpoint":
        content = {"version": 3, "checkpoint": {"stack": "dev", "latest": content["deployment"]}}
    found = source(tmp_path, content)
    by_id = {each.id: each for each in found.live}
    assert set(by_id) == {NETWORK, given["id"], f"{VAULT}/secrets/s", "/applications/o", "mys-dev/mys-publisher"}
    assert found.left_out == {"reads": 1, "objects that wait for their deletion": 1}
    assert by_id[NETWORK].location == "southafricanorth"
    assert (by_id[given["id"]].role, by_id["/applications/o"].client) == ("abc", "c")
    assert by_id["mys-dev/mys-publisher"].kind == "deployment"
    assert CANARY not in repr(found)


def test_a_list_has_one_id_a_line_with_comments(tmp_path: Path) -> None:
    found = source(tmp_path, f"{CORE}  # the group\r\n# a comment\r\n\r\n{NETWORK}\r\n{CORE}\r\n")
    assert [each.id for each in found.live] == [CORE, NETWORK]
    assert found.left_out == {"said twice": 1}


@pytest.mark.parametrize(
    "content",
    [
        [CORE, NETWORK],
        [{"id": CORE, "location": "South Africa North"}, {"id": NETWORK, "tags": None}],
        {"data": [{"id": CORE}, {"id": NETWORK}], "count": 2},
        {"value": [{"id": CORE}, {"id": NETWORK}, None]},
    ],
)
def test_json_of_ids_and_of_azures_own_rows_is_a_list_too(content: object, tmp_path: Path) -> None:
    assert [each.id for each in source(tmp_path, content).live] == [CORE, NETWORK]


def test_objects_of_a_cluster_come_as_kubectl_prints_them(tmp_path: Path) -> None:
    def item(kind: str, version: str, name: str, **more: Any) -> dict[str, Any]:
        return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "mys-dev", **more}}

    items = [
        item("Deployment", "apps/v1", "mys-publisher"),
        item("ReplicaSet", "apps/v1", "mys-publisher-1", ownerReferences=[{"kind": "Deployment"}]),
        item("Secret", "v1", "made-by-hand"),
    ]
    found = source(tmp_path, {"apiVersion": "v1", "kind": "List", "items": items})
    assert [(each.kind, each.id, each.address) for each in found.live] == [
        ("", "", "Secret mys-dev/made-by-hand"),
        ("deployment", "mys-dev/mys-publisher", "Deployment mys-dev/mys-publisher"),
    ]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b""])
@pytest.mark.parametrize("content", [json.dumps({"version": 4, "resources": RESOURCES[:2]}), f"{CORE}\n{group('b')}\n"])
def test_an_encoding_or_its_mark_loses_nothing(mark: bytes, content: str, tmp_path: Path) -> None:
    names = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
    written = mark + content.encode(names.get(mark, "utf-16-le"))
    assert len(source(tmp_path, written).live) == 2


def test_ids_are_spelled_one_way_whatever_the_source_says(tmp_path: Path) -> None:
    """The same id twice, in other case, is one resource; the order of the lines decides nothing."""
    loud, quiet = NETWORK.replace("resourceGroups", "RESOURCEGROUPS"), NETWORK.lower()
    one, other = source(tmp_path, f"{quiet}\n{loud}\n"), source(tmp_path, f"{loud}\n{quiet}\n")
    assert [each.id for each in one.live] == [each.id for each in other.live] == [NETWORK]


def test_of_several_spellings_the_most_telling_is_kept(tmp_path: Path) -> None:
    """A resource is imported under the name that its id spells, and capitals would be another name."""
    container = id_of("core", "Microsoft.DocumentDB/databaseAccounts/a/sqlDatabases/MystiraAppDb")
    for known in (NETWORK, container):
        spelled = [known.lower(), known, known.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/")]
        for order in (spelled, spelled[::-1]):
            assert [each.id for each in source(tmp_path, "\n".join(order)).live] == [known]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"version": 4, "resources": [{"mode": "man', "not JSON, or cut off"),
        ({"version": 3, "modules": []}, "not a state of version 4"),
        ({"version": 5, "resources": []}, "not a state of version 4"),
        ({"version": 4, "resources": None}, "a state without resources"),
        ({"version": 4, "resources": {}}, "not a list"),
        ({"version": 4, "resources": [None, {"instances": None}, {"mode": "managed", "instances": [None]}]}, "no id"),
        ({"version": 3, "deployment": {"resources": None}}, "a Pulumi state without resources"),
        ({"version": 3, "deployment": None}, "a Pulumi state without resources"),
        ({"format_version": "1.0", "values": {}}, "what terraform show prints"),
        ({"something": "else"}, "not a list of resources"),
        ("[" * 100_000, "not JSON, or cut off"),
        ("", "empty"),
        (" \r\n ", "empty"),
        ("nothing of use\n", "holds no id"),
        (b"\x1f\x8b\x08\x00\xff\xfe\xfd", "not a text"),
        (b"\x7fELF\x02\x01\x00\x00", "not a text"),
        (codecs.BOM_UTF16_LE + b"\x00", "not a text"),
    ],
)
def test_what_is_no_source_is_one_clear_error(content: object, what: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=what) as caught:
        source(tmp_path, content)
    (problem,) = caught.value.problems
    assert problem.path.startswith(str(tmp_path / "live"))
    assert problem.allowed
    assert problem.read == "docs/runbooks/adoption.md"


def test_an_error_repeats_nothing_of_the_file(tmp_path: Path) -> None:
    whole = json.dumps({"version": 4, "resources": [resource("azurerm_key_vault_secret", "a", secret("a"))]})
    for end in range(1, len(whole), 7):
        with pytest.raises(InvalidInput) as caught:
            source(tmp_path, whole[:end])
        assert CANARY not in str(caught.value)


def test_a_file_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nowhere: cannot be read"):
        source_in(tmp_path / "nowhere")


def test_what_terraform_binds_has_both_ids(tmp_path: Path) -> None:
    bound = f"{id_of('app', 'Microsoft.Web/sites/a')}|{id_of('app', 'Microsoft.Web/certificates/b')}"
    assert [each.id for each in source(tmp_path, f"{bound}\n").live] == [bound]
