"""What Azure refuses about Cosmos DB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.guard.waiting import transient
from offline.azure.services.cosmos import ACCOUNT, CONTAINER, DATABASE, ROLE
from offline.azure.services.identity import IDENTITY
from offline.rpc.protocol import ProviderError
from offline.world.faults import Fault
from tests.harness.offline import GROUP, REGION, ROOT, Cloud, at_once, refusal

LIST_KEYS = "azure-native:cosmosdb:listDatabaseAccountKeys"


NAME = "mys-dev-core-cosmos-san"


CONTRIBUTOR = "00000000-0000-0000-0000-000000000002"


HERE = {"locationName": REGION, "failoverPriority": 0}


THERE = {"locationName": "westeurope", "failoverPriority": 1}


CONTINUOUS = {"type": "Continuous", "continuousModeProperties": {"tier": "Continuous7Days"}}


SERVERLESS = [{"name": "EnableServerless"}]


def account(**more: Any) -> dict[str, Any]:
    return {
        "accountName": NAME,
        "location": REGION,
        "kind": "GlobalDocumentDB",
        "databaseAccountOfferType": "Standard",
        "locations": [HERE],
        "capabilities": [],
        "backupPolicy": CONTINUOUS,
        **more,
    }


def database(**more: Any) -> dict[str, Any]:
    return {"accountName": NAME, "databaseName": "Stories", "resource": {"id": "Stories"}, **more}


def container(name: str = "Scenarios", **more: Any) -> dict[str, Any]:
    resource = {"id": name, "partitionKey": {"paths": ["/id"], "kind": "Hash"}}
    return {
        "accountName": NAME,
        "databaseName": "Stories",
        "containerName": name,
        "resource": {**resource, **more.pop("resource", {})},
        **more,
    }


def autoscale(most: int) -> dict[str, Any]:
    return {"options": {"autoscaleSettings": {"maxThroughput": most}}}


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("List of supplied locations is invalid", {"locations": []}),
        ("List of supplied locations is invalid", {"locations": [HERE, {**THERE, "failoverPriority": 0}]}),
        ("List of supplied locations is invalid", {"locations": [HERE, {**HERE, "failoverPriority": 1}]}),
        ("not supported in more than one region", {"locations": [HERE, THERE], "capabilities": SERVERLESS}),
        (
            "Zone redundant accounts are not supported in westus",
            {"locations": [{"locationName": "West US", "failoverPriority": 0, "isZoneRedundant": True}]},
        ),
    ],
)
def test_accounts_that_azure_refuses(cloud: Cloud, words: str, more: Mapping[str, Any]) -> None:
    assert words in str(cloud.refused("BadRequest", ACCOUNT, **account(**more)))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"capabilities": SERVERLESS}, "cannot be added or removed"),
        ({"capabilities": SERVERLESS}, {"capabilities": []}, "cannot be added or removed"),
        ({}, {"enableFreeTier": True}, "Free tier cannot be changed"),
        ({}, {"backupPolicy": {"type": "Periodic"}}, "cannot be changed to periodic"),
        (
            {},
            {
                "backupPolicy": {"type": "Continuous", "continuousModeProperties": {"tier": "Continuous30Days"}},
                "disableLocalAuth": True,
            },
            "Cannot update continuous backup mode and other properties at the same time",
        ),
        (
            {},
            {"locations": [HERE, THERE], "enableAutomaticFailover": False},
            "Cannot add or remove locations and modify other properties",
        ),
        ({}, {"locations": [{**THERE, "failoverPriority": 0}]}, "The write region cannot be removed"),
    ],
)
def test_changes_of_an_account_that_azure_refuses(
    cloud: Cloud, before: Mapping[str, Any], after: Mapping[str, Any], words: str
) -> None:
    made = cloud.make(ACCOUNT, **account(**before))
    assert words in str(cloud.refused_update("BadRequest", ACCOUNT, made.id, **account(**{**before, **after})))


def test_changes_that_come_one_after_another_pass(cloud: Cloud) -> None:
    made = cloud.make(ACCOUNT, **account())
    assert made.properties["documentEndpoint"] == f"https://{NAME}.documents.azure.com:443/"
    wider = cloud.update(ACCOUNT, made.id, **account(locations=[HERE, THERE]))
    assert [each["locationName"] for each in wider["readLocations"]] == ["South Africa North", "West Europe"]
    cloud.update(ACCOUNT, made.id, **account(locations=[HERE, THERE], enableAutomaticFailover=False))


def test_throughput(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    for most in (500, 1500, 2000000):
        assert "increments of 1000" in str(cloud.refused("BadRequest", DATABASE, **database(**autoscale(most))))
    both = {"options": {"autoscaleSettings": {"maxThroughput": 1000}, "throughput": 400}}
    assert "exclude each other" in str(cloud.refused("BadRequest", DATABASE, **database(**both)))
    made = cloud.make(DATABASE, **database(**autoscale(1000)))
    cloud.update(DATABASE, made.id, **database(**autoscale(4000)))
    manual = database(options={"throughput": 400})
    assert "Please invoke migration API" in str(cloud.refused_update("BadRequest", DATABASE, made.id, **manual))


def test_a_serverless_account_has_no_throughput(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account(capabilities=SERVERLESS))
    error = cloud.refused("BadRequest", DATABASE, **database(**autoscale(1000)))
    assert "Shared throughput database creation is not supported for serverless accounts" in str(error)
    cloud.make(DATABASE, **database())
    error = cloud.refused("BadRequest", CONTAINER, **container(**autoscale(1000)))
    assert "not supported for serverless accounts" in str(error)


def test_containers(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    cloud.refused("ParentResourceNotFound", CONTAINER, **container())
    cloud.make(DATABASE, **database(**autoscale(1000)))
    cloud.refused("BadRequest", DATABASE, **database(databaseName="Other"))
    assert "does not match" in str(cloud.refused("BadRequest", CONTAINER, **container(resource={"id": "other"})))
    error = cloud.refused("BadRequest", CONTAINER, **container(resource={"partitionKey": {"kind": "Hash"}}))
    assert "Partition key path" in str(error)
    made = cloud.make(CONTAINER, **container())
    other = {"partitionKey": {"paths": ["/email"], "kind": "Hash"}}
    words = "Document collection partition key cannot be changed"
    assert words in str(cloud.refused_update("BadRequest", CONTAINER, made.id, **container(resource=other)))
    unique = {"uniqueKeyPolicy": {"uniqueKeys": [{"paths": ["/email"]}]}}
    assert "The unique index cannot be modified" in str(
        cloud.refused_update("BadRequest", CONTAINER, made.id, **container(resource=unique))
    )
    cloud.update(CONTAINER, made.id, **container(resource={"defaultTtl": 60}))
    # A live one may not say that it has none.
    live = cloud.world.get(made.id)
    assert live is not None
    del live.body["resource"]["uniqueKeyPolicy"]
    with cloud.world.writing("set", live.token, live.id) as writer:
        writer.put(live.id, live.token, live.body)
    cloud.update(CONTAINER, made.id, **container(resource={"defaultTtl": 90}))
    for number in range(24):
        cloud.make(CONTAINER, **container(f"C{number}"))
    assert "already has 25 containers" in str(cloud.refused("BadRequest", CONTAINER, **container("One-more")))
    cloud.make(CONTAINER, **container("One-more", options={"throughput": 400}))


def role(principal: str, number: int = 1, **more: Any) -> dict[str, Any]:
    base = f"{ROOT}/providers/Microsoft.DocumentDB/databaseAccounts/{NAME}"
    return {
        "accountName": NAME,
        "roleAssignmentId": f"00000000-0000-4000-8000-{number:012d}",
        "roleDefinitionId": f"{base}/sqlRoleDefinitions/{CONTRIBUTOR}",
        "scope": f"{base}/dbs/Stories",
        "principalId": principal,
        **more,
    }


def test_data_roles(cloud: Cloud) -> None:
    identity = cloud.identity("new").properties["principalId"]
    made = cloud.make(ACCOUNT, **account())
    cloud.make(DATABASE, **database())
    error = cloud.refused("BadRequest", ROLE, **role(identity))
    assert "was not found in the AAD tenant(s)" in str(error)
    assert transient(str(error)), "the program tries this again"
    for number in range(3):
        cloud.make(IDENTITY, resourceName=f"other{number}", location=REGION)
    assignment = cloud.make(ROLE, **role(identity))
    nobody = cloud.refused("BadRequest", ROLE, **role("nobody", 2))
    assert "was not found in the AAD tenant(s)" in str(nobody)
    unknown = f"{made.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000009"
    assert "was not found in account" in str(
        cloud.refused("BadRequest", ROLE, **role(identity, 2, roleDefinitionId=unknown))
    )
    cloud.make(CONTAINER, **container("Pages"))
    pages = f"{made.id}/dbs/Stories/colls/Pages"
    ghosts = (f"{made.id}/dbs/Ghost", f"{pages}s", pages.replace("/colls/", "/containers/"))
    for scope in (*ghosts, "/dbs/Stories", ROOT):
        error = cloud.refused("BadRequest", ROLE, **role(identity, 2, scope=scope))
        assert "is not a resource path below the account" in str(error)
    cloud.make(ROLE, **role(identity, 2, scope=made.id))
    cloud.make(ROLE, **role(identity, 3, scope=pages))
    other = cloud.world.get(f"{ROOT}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other0")
    assert other is not None
    cloud.identity("last")
    cloud.identity("very-last")
    changed = role("00000000-0000-4000-8000-00000000e001")
    assert "Updating the principal" in str(cloud.refused_update("BadRequest", ROLE, assignment.id, **changed))
    reader = role(identity, roleDefinitionId=f"{made.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001")
    assert cloud.update(ROLE, assignment.id, **reader)["roleDefinitionId"].endswith("1")


def test_an_account_takes_one_role_assignment_at_a_time(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.provider.EXCLUSIVE_SECONDS", 0.3)
    cloud.make(ACCOUNT, **account())
    cloud.make(DATABASE, **database())
    people = [f"00000000-0000-4000-8000-00000000e{number:03d}" for number in range(1, 5)]
    refusals = at_once([lambda n=n, who=who: cloud.make(ROLE, **role(who, n)) for n, who in enumerate(people, 1)])
    assert refusals
    assert {(each.code, each.status) for each in refusals} == {("PreconditionFailed", 412)}
    assert all("requires an exclusive lock on" in str(each) and transient(str(each)) for each in refusals)


def test_a_name_that_somebody_else_owns(cloud: Cloud) -> None:
    cloud.world.take_name(NAME, ACCOUNT)
    refused = cloud.refused("BadRequest", ACCOUNT, **account())
    assert refused.status == 400
    assert f"Dns record for {NAME} under zone Document is already taken" in str(refused)


def test_keys_are_listed_for_what_exists(cloud: Cloud) -> None:
    where = {"resourceGroupName": GROUP, "accountName": NAME}
    refusal("ResourceNotFound", lambda: cloud.azure.invoke(LIST_KEYS, where))
    cloud.make(ACCOUNT, **account())
    assert len({*cloud.azure.invoke(LIST_KEYS, where).values()}) == 4


def test_an_account_that_found_no_room_is_deleted_before_it_is_created_again(cloud: Cloud) -> None:
    cloud.world.add_fault(Fault("high-demand", "create", "databaseAccounts"))
    with pytest.raises(ProviderError, match=r'Code="ServiceUnavailable".*high demand') as caught:
        cloud.make(ACCOUNT, **account())
    assert transient(str(caught.value)) is None
    made = caught.value.partial
    assert made is not None, "it is there, broken, and in the state"
    refused = cloud.refused_update("BadRequest", ACCOUNT, made.id, **account())
    assert f"DatabaseAccount {NAME} is in a failed provisioning state" in str(refused)
    assert transient(str(refused)) is None
    cloud.delete(ACCOUNT, made.id)
    assert cloud.make(ACCOUNT, **account()).id == made.id
