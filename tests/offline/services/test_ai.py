"""What Azure does with AI accounts and their models, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from components.guard.waiting import transient
from offline.azure.services import ai
from offline.azure.services.ai import ACCOUNT, DEPLOYMENT, INVALID_FILTER, POLICY, PROJECT
from offline.azure.services.network import ENDPOINT
from offline.rpc.protocol import Change, ProviderError
from offline.world.faults import Fault
from tests.harness.offline import GROUP, REGION, ROOT, Cloud, at_once, endpoint, refusal

NAME = "mys-dev-core-aif-san"
ID = f"{ROOT}/providers/Microsoft.CognitiveServices/accounts/{NAME}"
LIST_KEYS = "azure-native:cognitiveservices:listAccountKeys"
SOL = ("gpt-5.6-sol", "2026-07-09")


def account(**properties: Any) -> dict[str, Any]:
    return {
        "accountName": NAME,
        "location": REGION,
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "identity": {"type": "SystemAssigned"},
        "properties": {"customSubDomainName": NAME, "allowProjectManagement": True, **properties},
    }


def deployment(
    model: tuple[str, str] = SOL, sku: str = "GlobalStandard", capacity: int = 20, name: str = "gpt-4o"
) -> dict[str, Any]:
    return {
        "accountName": NAME,
        "deploymentName": name,
        "sku": {"name": sku, "capacity": capacity},
        "properties": {"model": {"format": "OpenAI", "name": model[0], "version": model[1]}},
    }


def project(name: str = "mystira") -> dict[str, Any]:
    return {"accountName": NAME, "projectName": name, "location": REGION, "identity": {"type": "SystemAssigned"}}


# Accounts


def test_what_azure_makes_of_an_account(cloud: Cloud) -> None:
    made = cloud.make(ACCOUNT, **account()).properties
    assert made["properties"]["endpoint"] == f"https://{NAME}.cognitiveservices.azure.com/"
    assert set(made["properties"]["endpoints"].values()) == {
        f"https://{NAME}.{host}.azure.com/" for host in ("cognitiveservices", "openai", "services.ai")
    }
    assert made["identity"]["principalId"]


def test_a_sub_domain_is_taken_everywhere(cloud: Cloud) -> None:
    cloud.world.take_name(NAME, ACCOUNT)
    error = cloud.refused("CustomDomainInUse", ACCOUNT, **account())
    assert f"The subdomain name '{NAME}' is not available" in str(error)


def test_a_deleted_account_keeps_its_name_until_it_is_recovered_or_purged(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    cloud.delete(ACCOUNT, ID)
    error = cloud.refused("FlagMustBeSetForRestore", ACCOUNT, **account())
    assert error.status == 409
    assert f"An existing resource with ID '{ID}' has been soft-deleted." in str(error)
    back = cloud.make(ACCOUNT, **account(restore=True))
    assert "restore" not in back.properties["properties"], "Azure never returns it"
    assert cloud.world.kept() == []


def test_a_deleted_account_of_another_group_keeps_the_sub_domain(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    cloud.delete(ACCOUNT, ID)
    cloud.make("azure-native:resources:ResourceGroup", resourceGroupName="elsewhere", location=REGION)
    cloud.refused("CustomDomainInUse", ACCOUNT, resourceGroupName="elsewhere", **account())


def test_what_was_never_deleted_cannot_be_recovered(cloud: Cloud) -> None:
    cloud.refused("CanNotRestoreANonExistingResource", ACCOUNT, **account(restore=True))


def test_an_account_keeps_its_sub_domain_and_its_kind(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    cloud.refused_update("BadRequest", ACCOUNT, ID, **account(customSubDomainName="another"))
    cloud.refused_update("PropertyChangeNotAllowed", ACCOUNT, ID, **{**account(), "kind": "OpenAI"})


def test_keys_are_listed_only_while_they_are_on(cloud: Cloud) -> None:
    args = {"resourceGroupName": GROUP, "accountName": NAME}
    refusal("ResourceNotFound", lambda: cloud.azure.invoke(LIST_KEYS, args))
    cloud.make(ACCOUNT, **account(disableLocalAuth=True))
    refusal("BadRequest", lambda: cloud.azure.invoke(LIST_KEYS, args))
    cloud.update(ACCOUNT, ID, **account(disableLocalAuth=False))
    keys = cloud.azure.invoke(LIST_KEYS, args)
    assert len({keys["key1"], keys["key2"]}) == 2


def test_an_account_with_projects_is_kept(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    cloud.make(DEPLOYMENT, **deployment())
    made = cloud.make(PROJECT, **project())
    error = cloud.refused_delete("CannotDeleteResource", ACCOUNT, ID)
    assert error.status == 409
    cloud.delete(PROJECT, made.id)
    cloud.delete(ACCOUNT, ID)
    assert cloud.world.get(f"{ID}/deployments/gpt-4o") is None, "models go with their account"


def test_an_account_lists_its_projects_and_the_first_of_them_is_the_default_one(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    first, second = (cloud.make(PROJECT, **project(name)) for name in ("mystira", "second"))
    assert first.properties["name"] == f"{NAME}/mystira", "Azure names a project with its account"
    properties = cloud.body(ID)["properties"]
    assert (properties["associatedProjects"], properties["defaultProject"]) == (["mystira", "second"], "mystira")
    cloud.update(ACCOUNT, ID, **account(disableLocalAuth=True))
    assert cloud.body(ID)["properties"]["defaultProject"] == "mystira", "an update of the account leaves them"
    for each in (second, first):
        cloud.delete(PROJECT, each.id)
    assert cloud.body(ID)["properties"]["associatedProjects"] == []


# One at a time


def test_the_second_of_two_children_at_once_is_refused(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    names = [f"model-{number}" for number in range(4)]
    refused = at_once([lambda name=name: cloud.make(DEPLOYMENT, **deployment(name=name)) for name in names])
    assert {each.code for each in refused} == {"RequestConflict"}
    assert all(transient(str(each)) for each in refused)


def test_an_endpoint_is_refused_while_the_account_is_written(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    subnet = cloud.network()
    with cloud.world.exclusively(ID):
        error = cloud.refused("AccountProvisioningStateInvalid", ENDPOINT, **endpoint(subnet, ID, "account"))
    assert f"Account {ID} in state Accepted" in str(error)
    assert transient(str(error))
    made = cloud.make(ENDPOINT, **endpoint(subnet, ID, "account"))
    assert {each["fqdn"] for each in made.properties["customDnsConfigs"]} == {
        f"{NAME}.{host}.azure.com" for host in ("cognitiveservices", "openai", "services.ai")
    }


def test_nothing_is_put_below_an_account_that_azure_could_not_finish(cloud: Cloud) -> None:
    cloud.world.add_fault(Fault("high-demand", "create", "accounts"))
    with pytest.raises(ProviderError):
        cloud.make(ACCOUNT, **account())
    error = cloud.refused("AccountProvisioningStateInvalid", DEPLOYMENT, **deployment())
    assert not transient(str(error)), "it is permanent"


# Content filters


@pytest.mark.parametrize("without", ["source", "blocking"])
def test_a_filter_says_where_it_looks_and_whether_it_blocks(cloud: Cloud, without: str) -> None:
    cloud.make(ACCOUNT, **account())
    each = {"name": "Hate", "enabled": True, "source": "Prompt", "blocking": True, "severityThreshold": "Medium"}
    inputs: Mapping[str, Any] = {"accountName": NAME, "raiPolicyName": "mystira"}
    broken = {key: value for key, value in each.items() if key != without}
    cloud.refused(INVALID_FILTER, POLICY, **inputs, properties={"contentFilters": [broken]})
    cloud.make(POLICY, **inputs, properties={"contentFilters": [each]})


# Models


def test_what_azure_makes_of_a_deployment(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    made = cloud.make(DEPLOYMENT, **deployment(capacity=3)).properties["properties"]
    assert made["versionUpgradeOption"] == "OnceNewDefaultVersionAvailable"
    assert made["raiPolicyName"] == "Microsoft.DefaultV2", "where a deployment names no filter"
    assert {each["key"]: each["count"] for each in made["rateLimits"]} == {"request": 3, "token": 3000}


@pytest.mark.parametrize(
    ("code", "inputs", "words"),
    [
        ("DeploymentModelNotSupported", deployment(("gpt-9", "2026-07-09")), "Name:gpt-9,Version:2026-07-09"),
        ("DeploymentModelNotSupported", deployment(("gpt-5.6-sol", "2020-01-01")), "Version:2020-01-01"),
        (
            "InvalidResourceProperties",
            deployment(sku="DataZoneStandard"),
            "The specified SKU 'DataZoneStandard' for model 'gpt-5.6-sol 2026-07-09' is not supported in this region",
        ),
        (
            "ServiceModelDeprecating",
            deployment(("gpt-4o-mini", "2024-07-18")),
            "Name:gpt-4o-mini,Version:2024-07-18' is in deprecating state",
        ),
    ],
)
def test_a_model_that_the_region_or_the_subscription_does_not_get(
    cloud: Cloud, code: str, inputs: Mapping[str, Any], words: str
) -> None:
    cloud.make(ACCOUNT, **account())
    assert words in str(cloud.refused(code, DEPLOYMENT, **inputs))


def test_a_deployment_without_an_sku_is_refused(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    inputs = {key: value for key, value in deployment().items() if key != "sku"}
    cloud.refused("InvalidResourceProperties", DEPLOYMENT, **inputs)


def test_a_retired_model_is_deployed_for_nobody(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(ACCOUNT, **account())
    monkeypatch.setattr(ai, "TODAY", date(2028, 1, 11))
    error = cloud.refused("ServiceModelDeprecated", DEPLOYMENT, **deployment())
    assert "has been deprecated since 01/11/2028" in str(error)


def test_who_has_a_closed_version_may_deploy_it_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(ACCOUNT, **account())
    monkeypatch.setattr(ai, "TODAY", date(2025, 1, 1))
    cloud.make(DEPLOYMENT, **deployment(("gpt-4o-mini", "2024-07-18")))
    monkeypatch.undo()
    cloud.make(DEPLOYMENT, **deployment(("gpt-4o-mini", "2024-07-18"), name="again"))


def test_a_version_changes_in_place_and_a_model_does_not(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(ACCOUNT, **account())
    monkeypatch.setattr(ai, "TODAY", date(2025, 1, 1))
    made = cloud.make(DEPLOYMENT, **deployment(("gpt-4o", "2024-08-06")))
    monkeypatch.undo()
    updated = cloud.update(DEPLOYMENT, made.id, **deployment(("gpt-4o", "2024-11-20"), capacity=40))
    assert (updated["properties"]["model"]["version"], updated["properties"]["currentCapacity"]) == ("2024-11-20", 40)
    cloud.refused_update("ServiceModelDeprecating", DEPLOYMENT, made.id, **deployment(("gpt-4o", "2024-08-06")))
    cloud.refused_update("CannotChangeDeploymentModel", DEPLOYMENT, made.id, **deployment())
    cloud.delete(DEPLOYMENT, made.id)
    cloud.make(DEPLOYMENT, **deployment())


def test_an_upgrade_by_azure_is_drift(cloud: Cloud) -> None:
    """A refresh reads the new version, so that the next preview asks for the old one back."""
    cloud.make(ACCOUNT, **account())
    inputs = deployment(("gpt-4o", "2024-11-20"))
    made = cloud.make(DEPLOYMENT, **inputs)
    with cloud.world.writing("update", DEPLOYMENT, made.id) as writer:
        body = cloud.body(made.id)
        model = {**body["properties"]["model"], "version": "2025-03-26"}
        writer.put(made.id, DEPLOYMENT, {**body, "properties": {**body["properties"], "model": model}})
    read = cloud.azure.read("urn", DEPLOYMENT, made.id, inputs, made.properties)
    assert read is not None
    diff = cloud.azure.diff(DEPLOYMENT, made.id, read.inputs or {}, read.properties, inputs, [])
    assert diff.changes == {"properties.model.version": Change.UPDATE}
    assert diff.replaces == []


def test_the_quota_of_a_model_is_shared_by_all_accounts_of_the_region(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    with cloud.world.limits() as limits:
        limits.set_quota(REGION, "OpenAI.GlobalStandard.gpt-5.6-sol", 50)
    made = cloud.make(DEPLOYMENT, **deployment(capacity=30))
    error = cloud.refused("InsufficientQuota", DEPLOYMENT, **deployment(capacity=21, name="second"))
    assert "This operation require 21 new capacity in quota Tokens Per Minute (thousands)" in str(error)
    assert "current available capacity 20. The current quota usage is 30 and the quota limit is 50" in str(error)
    cloud.make(DEPLOYMENT, **deployment(capacity=20, name="second"))
    cloud.refused_update("InsufficientQuota", DEPLOYMENT, made.id, **deployment(capacity=31))
    cloud.update(DEPLOYMENT, made.id, **deployment(capacity=10))
    cloud.make(DEPLOYMENT, **deployment(("gpt-5.6-luna", "2026-07-09"), capacity=50, name="another-model"))
