"""The AI account from its spec: content filter, models, project, keys, and the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from components.ai.account import AiAccount
from components.ai.spec import AiSpec, DeploymentSpec
from components.facts.ai_models import MODELS, SKUS, lifecycle_of, usage_name
from components.facts.lifecycles import LIFECYCLES
from components.facts.quotas import QUOTAS
from components.facts.regions import REGIONS
from components.facts.store_keys import StoreKey
from tests.harness.build import PLACE, Product, by_name, every, one, private_path, product, surroundings
from tests.harness.compose import KEY, SECOND_KEY, Composition, compose

NAME = "mys-dev-core-aif-san"
CHAT = DeploymentSpec(
    "gpt-4o", "gpt-5.6-sol", "2026-07-09", "GlobalStandard", 20, "OnceCurrentVersionExpired", filtered=True
)
EMBEDDING = DeploymentSpec(
    "text-embedding-3-small", "text-embedding-3-small", "1", "Standard", 120, "NoAutoUpgrade", filtered=False
)
SPEC = AiSpec(
    name=NAME,
    policy="mystira",
    severity="Medium",
    deployments=(CHAT, EMBEDDING),
    project="mystira",
    public_access=False,
    allowed_ranges=(),
    local_auth=False,
    store_key="primary",
    recover=False,
    private_endpoint="mys-dev-coreai-pe-san",
)
ZONES = (
    "privatelink.cognitiveservices.azure.com",
    "privatelink.openai.azure.com",
    "privatelink.services.ai.azure.com",
)


def built(spec: AiSpec = SPEC) -> Composition:
    """The component under mocks, in a stack with locks, with its endpoint and its key as outputs."""

    def program() -> Mapping[str, Any]:
        around = surroundings(locked=True)
        made = AiAccount("core", spec, PLACE, around, private=private_path(spec.private_endpoint, "account", *ZONES))
        around.locks.put([])
        keyed = {} if made.key is None else {"key": product(made.key)}
        return {"endpoint": product(made.endpoint), **keyed}

    return compose(program)


def test_the_account_is_what_its_spec_says() -> None:
    account = one(built(), "ai-account")
    assert account.inputs == {
        "accountName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "allowProjectManagement": True,
            "customSubDomainName": NAME,
            "disableLocalAuth": True,
            "publicNetworkAccess": "Disabled",
            "networkAcls": {"defaultAction": "Deny", "bypass": "None", "ipRules": []},
        },
        "tags": dict(PLACE.tags),
    }


def test_named_addresses_are_let_in_and_nobody_else() -> None:
    spec = replace(SPEC, public_access=True, allowed_ranges=("203.0.113.0/24", "198.51.100.7"))
    properties = one(built(spec), "ai-account").inputs["properties"]
    assert properties["publicNetworkAccess"] == "Enabled"
    rules = [{"value": "203.0.113.0/24"}, {"value": "198.51.100.7"}]
    assert properties["networkAcls"] == {"defaultAction": "Deny", "bypass": "None", "ipRules": rules}


def test_a_deleted_account_is_recovered_only_when_the_spec_says_so() -> None:
    assert "restore" not in one(built(), "ai-account").inputs["properties"]
    assert one(built(replace(SPEC, recover=True)), "ai-account").inputs["properties"]["restore"] is True


@pytest.mark.parametrize("severity", ["Low", "Medium", "High"])
def test_every_filter_says_where_it_looks_and_that_it_blocks(severity: str) -> None:
    policy = one(built(replace(SPEC, severity=severity)), "ai-rai-policy").inputs
    assert (policy["raiPolicyName"], policy["accountName"]) == ("mystira", NAME)
    properties = policy["properties"]
    assert (properties["basePolicyName"], properties["mode"]) == ("Microsoft.DefaultV2", "Blocking")
    filters = {(each["name"], each["source"]): each for each in properties["contentFilters"]}
    harms = {(harm, where) for harm in ("Hate", "Sexual", "Selfharm", "Violence") for where in ("Prompt", "Completion")}
    attacks = {("Jailbreak", "Prompt"), ("Indirect Attack", "Prompt"), ("Protected Material Text", "Completion")}
    assert set(filters) == harms | attacks
    assert all(each["enabled"] is True and each["blocking"] is True for each in filters.values())
    assert {key: each.get("severityThreshold") for key, each in filters.items()} == {
        **dict.fromkeys(harms, severity),
        **dict.fromkeys(attacks),
    }


def test_chat_is_filtered_and_embeddings_have_nothing_to_filter() -> None:
    deployments = by_name(built(), "ai-deployment")
    assert deployments["gpt-4o"].inputs == {
        "deploymentName": "gpt-4o",
        "accountName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "sku": {"name": "GlobalStandard", "capacity": 20},
        "properties": {
            "model": {"format": "OpenAI", "name": "gpt-5.6-sol", "version": "2026-07-09"},
            "versionUpgradeOption": "OnceCurrentVersionExpired",
            "raiPolicyName": "mystira",
        },
        "tags": dict(PLACE.tags),
    }
    assert "raiPolicyName" not in deployments["text-embedding-3-small"].inputs["properties"]


def test_another_model_replaces_a_deployment_and_another_version_does_not() -> None:
    for each in every(built(), "ai-deployment"):
        assert each.replaced_on == ("properties.model.format", "properties.model.name")
        assert not each.ignored, "an upgrade by Azure shows as drift"


def test_the_private_endpoint_comes_last_and_answers_for_all_three_names() -> None:
    """An endpoint writes to the account, which takes one thing at a time."""
    made = built()
    endpoint = one(made, "private-endpoint")
    assert {CHAT.name, EMBEDDING.name} <= set(endpoint.dependencies)
    (connection,) = endpoint.inputs["privateLinkServiceConnections"]
    assert connection["groupIds"] == ["account"]
    group = one(made, "private-dns-zone-group").inputs["privateDnsZoneConfigs"]
    assert [each["privateDnsZoneId"] for each in group] == [f"/private-dns-zone/{zone}" for zone in ZONES]


def test_the_account_has_logs_and_no_lock_which_would_stop_the_deletion_of_a_deployment() -> None:
    made = built()
    assert every(made, "management-lock") == []
    assert one(made, "diagnostic-setting").inputs["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]


def test_the_project_has_an_identity() -> None:
    project = one(built(), "ai-project")
    assert project.inputs["identity"] == {"type": "SystemAssigned"}
    assert (project.inputs["projectName"], project.inputs["location"]) == ("mystira", PLACE.location)


@pytest.mark.parametrize(("store_key", "value"), [("primary", KEY), ("secondary", SECOND_KEY)])
def test_only_an_account_that_accepts_keys_hands_one_out(store_key: StoreKey, value: str) -> None:
    closed = built()
    assert closed.outputs == {"endpoint": Product(f"https://{NAME}.cognitiveservices.azure.com/", secret=False)}
    assert closed.calls == []
    opened = built(replace(SPEC, local_auth=True, store_key=store_key))
    assert opened.outputs["key"] == Product(value, secret=True)
    assert one(opened, "ai-account").inputs["properties"]["disableLocalAuth"] is False


# The table of models


def test_every_model_has_an_end_of_life_and_every_such_row_a_model() -> None:
    rows = {(row.what, row.version) for row in LIFECYCLES if row.what == "model"}
    assert rows == {lifecycle_of(*key) for key in MODELS}


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: f"{model.name} {model.version}")
def test_models_are_offered_in_known_regions_under_known_skus_with_a_quota(model: Any) -> None:
    assert model.offered
    for region, skus in model.offered.items():
        assert region in REGIONS
        assert set(skus) <= set(SKUS)
        assert all(QUOTAS[usage_name(sku, model.name)].limit > 0 for sku in skus)


def test_a_model_is_open_for_a_year_unless_another_day_is_published() -> None:
    closes = {row.version: row.closed_for_new for row in LIFECYCLES if row.what == "model"}
    assert str(closes["gpt-5.6-sol 2026-07-09"]) == "2027-07-09"
    assert str(closes["gpt-4o-mini 2024-07-18"]) == "2026-03-31"
    assert closes["gpt-4o 2024-11-20"] is closes["text-embedding-3-large 1"] is None
    retires = {row.version: str(row.retires_on) for row in LIFECYCLES if row.what == "model"}
    assert retires["gpt-4o 2024-05-13"] == "2026-12-09"
    assert {retires[f"gpt-4o {day}"] for day in ("2024-08-06", "2024-11-20")} == {"2027-04-14"}
    assert all(
        row.closed_for_new is None or row.closed_for_new < row.retires_on
        for row in LIFECYCLES
        if row.what == "model" and row.retires_on
    )
