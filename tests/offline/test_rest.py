"""The REST API of the offline cloud: who may ask, what nobody answers, and that answers have Azure's own shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
import yaml

from components.facts.availability import NAME_CHECKS
from components.facts.types import RESOURCE_TYPES
from offline.azure.role_definitions import BUILT_IN
from offline.azure.subscription import access_token
from offline.rest.azure import NoSuchCall, session
from offline.rpc.protocol import ProviderError
from offline.world.limits import Login
from tests.evidence.loading import FOLDER, REST
from tests.harness.compose import TENANT
from tests.harness.offline import GROUP, REGION, ROOT, SUBSCRIPTION, Cloud, refusal, token_of

URL = "https://management.azure.com"
EVIDENCE: Mapping[str, Any] = yaml.safe_load((FOLDER / REST).read_text())


def ask(cloud: Cloud, method: str, path: str, body: object = None, tenant: str = TENANT) -> requests.Response:
    headers = {"Authorization": f"Bearer {access_token(tenant)}"}
    return session(cloud.world, TENANT).request(
        method, f"{URL}{path}", params={"api-version": "2020-01-01"}, json=body, headers=headers, timeout=1
    )


# Who may ask.


def test_a_request_without_a_token_or_with_that_of_another_tenant_is_refused(cloud: Cloud) -> None:
    path = f"/subscriptions/{SUBSCRIPTION}"
    assert ask(cloud, "GET", path, tenant="another").json()["error"]["code"] == "InvalidAuthenticationTokenTenant"
    bare = session(cloud.world, TENANT).get(f"{URL}{path}", params={"api-version": "2020-01-01"}, timeout=1)
    assert bare.status_code == 401


def test_a_subscription_that_the_login_does_not_see_is_not_found(cloud: Cloud) -> None:
    with cloud.world.limits() as limits:
        limits.set_login(Login(subscription="00000000-0000-4000-8000-00000000000f"))
    answer = ask(cloud, "GET", f"/subscriptions/{SUBSCRIPTION}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "SubscriptionNotFound")


def test_a_request_names_the_version_of_the_api(cloud: Cloud) -> None:
    answer = session(cloud.world, TENANT).get(f"{URL}/subscriptions/{SUBSCRIPTION}", timeout=1)
    assert answer.json()["error"]["code"] == "MissingApiVersionParameter"


def test_what_nobody_answers_fails_at_once_and_no_other_host_is_reached(cloud: Cloud) -> None:
    with pytest.raises(NoSuchCall, match=r"does not answer GET /subscriptions/.*/nothing: add a route"):
        ask(cloud, "GET", f"/subscriptions/{SUBSCRIPTION}/nothing")
    with pytest.raises(requests.exceptions.InvalidSchema):
        session(cloud.world, TENANT).get("https://example.com/", timeout=1)


# Azure's own shape.


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, type]]:
    """Every property, and the type of its value; the rows of a list count once."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value[:1]:
            yield from leaves(item, f"{path}[]")
    else:
        yield path, float if isinstance(value, int) and not isinstance(value, bool) else type(value)


@pytest.mark.parametrize("name", EVIDENCE)
def test_an_answer_says_nothing_that_azure_does_not_say(name: str, cloud: Cloud) -> None:
    """Each property of the offline answer is one of Azure's own example, with a value of the same type."""
    prepare(cloud)
    row = EVIDENCE[name]
    path = row["path"].format(subscription=SUBSCRIPTION, region=REGION, group=GROUP)
    body = json.loads(json.dumps(row.get("body")).replace("{subscription}", SUBSCRIPTION))
    answer = ask(cloud, row["method"], path, body)
    assert answer.status_code == 200
    made, theirs = dict(leaves(answer.json())), dict(leaves(row["answer"]))
    assert made
    assert {path: kind for path, kind in made.items() if theirs.get(path) is not kind} == {}
    for needed in row["needed"]:
        assert needed in made, f"{name}: {needed} is read and not answered"


def prepare(cloud: Cloud) -> None:
    """Something of everything that is listed."""
    account = f"{ROOT}/providers/Microsoft.CognitiveServices/accounts/proof"
    gone = {
        "key-vault": f"{ROOT}/providers/Microsoft.KeyVault/vaults/mys-gone",
        "ai-account": f"{ROOT}/providers/Microsoft.CognitiveServices/accounts/gone",
    }
    cloud.registry("taken")
    with cloud.world.writing("create", token_of("ai-account"), account) as writer:
        writer.put(account, token_of("ai-account"), {"location": REGION})
        model = {"format": "OpenAI", "name": "gpt-5.6-sol", "version": "2026-07-09"}
        body = {"sku": {"name": "GlobalStandard", "capacity": 20}, "properties": {"model": model}}
        writer.put(f"{account}/deployments/gpt-4o", token_of("ai-deployment"), body)
        cluster = f"{ROOT}/providers/Microsoft.ContainerService/managedClusters/proof"
        writer.put(cluster, token_of("kubernetes-cluster"), {"location": REGION})
        pool = {"count": 3, "vmSize": "Standard_D4ds_v5"}
        writer.put(f"{cluster}/agentPools/system", token_of("agent-pool"), pool)

        def put(key: str, path: str, body: dict[str, Any]) -> None:
            writer.put(f"{ROOT}/providers/{path}", token_of(key), body)

        put(
            "virtual-network",
            "Microsoft.Network/virtualNetworks/proof",
            {"subnets": [{"name": "a", "addressPrefix": "10.0.0.0/24"}]},
        )
        put("key-vault", "Microsoft.KeyVault/vaults/proof", {})
        put("key-vault-secret", "Microsoft.KeyVault/vaults/proof/secrets/a", {"properties": {"value": "CANARY"}})
        put("management-lock", "Microsoft.Authorization/locks/a", {"level": "ReadOnly"})
        put("storage-account", "Microsoft.Storage/storageAccounts/proof", {})
        put("storage-lifecycle", "Microsoft.Storage/storageAccounts/proof/managementPolicies/default", {})
        put(
            "diagnostic-setting",
            "Microsoft.KeyVault/vaults/proof/providers/Microsoft.Insights/diagnosticSettings/a",
            {},
        )
        put("dns-zone", "Microsoft.Network/dnsZones/proof", {})
        put("dns-record-set", "Microsoft.Network/dnsZones/proof/A/a", {})
        role = {"scope": ROOT, "roleDefinitionId": "/r", "principalId": "p", "principalType": "User"}
        put("role-assignment", "Microsoft.Authorization/roleAssignments/a", role)
        for key, id in gone.items():
            token = token_of(key)
            writer.put(id, token, {"location": REGION, "properties": {"enablePurgeProtection": True}})
            found = writer.get(id)
            assert found is not None
            writer.delete(id)
            writer.keep(found)


@pytest.mark.parametrize("key", NAME_CHECKS)
def test_a_free_name_is_free_and_one_of_this_world_is_not(key: str, cloud: Cloud) -> None:
    check = NAME_CHECKS[key]
    path = f"/subscriptions/{SUBSCRIPTION}{check.path.format(location=REGION)}"
    assert ask(cloud, "POST", path, {check.name: "proof"}).json()[check.free] is True
    with cloud.world.writing("create", RESOURCE_TYPES[key].token, "x") as writer:
        writer.put(f"{ROOT}/providers/{RESOURCE_TYPES[key].arm}/Proof", RESOURCE_TYPES[key].token, {})
    answer = ask(cloud, "POST", path, {check.name: "proof"}).json()
    assert answer[check.free] is False
    assert "already" in answer["reason"].lower()


# What there is.


def test_resource_graph_has_the_tables_that_are_asked(cloud: Cloud) -> None:
    body = {"query": "advisorresources | project id", "subscriptions": [SUBSCRIPTION]}
    with pytest.raises(ProviderError, match="not advisorresources"):
        ask(cloud, "POST", "/providers/Microsoft.ResourceGraph/resources", body)


def test_a_list_below_what_is_not_there_is_not_found(cloud: Cloud) -> None:
    vault = f"{ROOT}/providers/Microsoft.KeyVault/vaults/later"
    policy = f"{ROOT}/providers/Microsoft.Storage/storageAccounts/later/managementPolicies/default"
    answers = [ask(cloud, "GET", path) for path in (f"{vault}/secrets", policy)]
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in answers] == [
        (404, "ResourceNotFound"),
        (404, "ManagementPolicyNotFound"),
    ]


def test_no_list_tells_a_secret(cloud: Cloud) -> None:
    prepare(cloud)
    vault = f"{ROOT}/providers/Microsoft.KeyVault/vaults/proof"
    answer = ask(cloud, "GET", f"{vault}/secrets")
    assert [each["id"] for each in answer.json()["value"]] == [f"{vault}/secrets/a"]
    assert "CANARY" not in answer.text


# What the login may do, for clients and for the engine.


def test_rights_are_those_of_the_roles(cloud: Cloud) -> None:
    with cloud.world.limits() as limits:
        limits.set_rights(["Reader", "Locks Contributor"], ["Microsoft.Cache/redis/read"])
    rows = ask(cloud, "GET", f"{ROOT}/providers/Microsoft.Authorization/permissions").json()["value"]
    assert [row["actions"] for row in rows] == [
        BUILT_IN[name].permissions[0]["actions"] for name in ("Locks Contributor", "Reader")
    ]
    assert all("Microsoft.Cache/redis/read" in row["notActions"] for row in rows)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/later", "ResourceGroupNotFound"),
        (f"{ROOT}/providers/Microsoft.KeyVault/vaults/later", "ResourceNotFound"),
    ],
)
def test_rights_at_what_is_not_there_are_not_found(path: str, code: str, cloud: Cloud) -> None:
    answer = ask(cloud, "GET", f"{path}/providers/Microsoft.Authorization/permissions")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)


def test_what_the_login_may_not_do_the_engine_is_refused(cloud: Cloud) -> None:
    """The same rights decide what `pulumi up` can do."""
    registry = cloud.registry("mysproof")
    kind = token_of("container-registry")

    def without(*actions: str) -> None:
        with cloud.world.limits() as limits:
            limits.set_rights((), actions)

    without("Microsoft.ContainerRegistry/registries/write")
    error = refusal("AuthorizationFailed", lambda: cloud.registry("mysother"))
    assert "perform action 'Microsoft.ContainerRegistry/registries/write' over scope" in str(error)
    assert cloud.world.refused()[-1][3].startswith('Status=403 Code="AuthorizationFailed"')
    without("Microsoft.ContainerRegistry/*/delete")
    cloud.refused_delete("AuthorizationFailed", kind, registry.id)
    without("*/read")
    refusal("AuthorizationFailed", lambda: cloud.azure.read("urn", kind, registry.id, {}, {}))
    without()
    cloud.delete(kind, registry.id)
