"""The AI account in every environment: which models, who calls them, what the settings may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stacks.catalogue.needs.models import Models
from stacks.parts.ai.checks import closing_notices
from stacks.parts.ai.plan import AI_ACCOUNT, CONTENT_FILTER, GLOBAL_PROCESSING, PUBLIC_ACCESS
from stacks.parts.doors import Way
from stacks.parts.lifecycles import retirements
from stacks.parts.secrets.plan import SECRETS
from stacks.plan.model import StackPlan
from tests.harness.build import Product, by_name, compose_plan, compose_up_to, every, one, products
from tests.harness.compose import KEY, SECOND_KEY, Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import (
    GONE,
    TODAY,
    context,
    edit,
    edited_plan,
    every_environment,
    one_problem,
    plan,
    problems,
    waived,
)
from tests.platform.catalogue import CATALOGUE

CALLERS = tuple(service.key for service in CATALOGUE if any(isinstance(need, Models) for need in service.needs))
SOL: Mapping[str, Any] = {"model": "gpt-5.6-sol", "version": "2026-07-09", "capacity": 20}
OLD: Mapping[str, Any] = {"model": "gpt-5.1", "version": "2025-11-13", "capacity": 20}
"""Closed to newcomers since 2026-11-13."""
NO_QUOTAS = {"ai.quotas": GONE}


def deployment(name: str, **more: Any) -> dict[str, Any]:
    """A change of one deployment, without the quotas that are about the committed ones."""
    return {f"ai.deployments.{name}": {**SOL, **more}, **NO_QUOTAS}


# What is built


@every_environment
@pytest.mark.requirement("S0-07", "S1-123", "S3-019", "S3-020")
def test_one_account_with_the_models_that_services_call_by_name(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    account = one(composed[stack], "ai-account")
    assert account.inputs["accountName"] == f"mys-{stack}-core-aif-san"
    assert account.inputs["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert (account.inputs["kind"], account.protect) == ("AIServices", True)
    models = {
        each.name: (each.inputs["properties"]["model"]["name"], each.inputs["sku"]["name"])
        for each in every(composed[stack], "ai-deployment")
    }
    assert models == {
        "gpt-4o": ("gpt-5.6-sol", "GlobalStandard"),
        "gpt-4o-mini": ("gpt-5.6-luna", "GlobalStandard"),
        "text-embedding-3-large": ("text-embedding-3-large", "GlobalStandard"),
        "text-embedding-3-small": ("text-embedding-3-small", "GlobalStandard"),
    }
    assert not any(each.protect for each in every(composed[stack], "ai-deployment"))


@every_environment
@pytest.mark.requirement("S3-020")
def test_whatever_lies_below_the_account_is_written_one_at_a_time(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    """Azure refuses the second of two (RequestConflict), and an endpoint meanwhile."""
    made = composed[stack]
    kinds = ("ai-rai-policy", "ai-deployment", "ai-project")
    names = [each.name for kind in kinds for each in every(made, kind)]
    assert names == ["core", *by_name(made, "ai-deployment"), "core"]
    chain = [set(each.dependencies) & {*names[1:-1]} for kind in kinds for each in every(made, kind)]
    assert chain == [set(), set(), *({name} for name in names[1:-1])]
    endpoint = one(made, "private-endpoint", "ai-account-core")
    assert set(names[1:-1]) <= set(endpoint.dependencies)


@every_environment
def test_the_project_goes_before_the_account_and_the_rest_with_it(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    made = composed[stack]
    assert one(made, "ai-project").deleted_with == "", "Azure deletes no account that has projects"
    below = [one(made, "ai-rai-policy"), *every(made, "ai-deployment")]
    assert {each.deleted_with for each in below} == {"core"}
    assert not [each for each in every(made, "management-lock") if "ai-account" in each.inputs["scope"]]


@every_environment
@pytest.mark.requirement("S0-07")
def test_chat_is_filtered_from_medium_severity_on(stack: str, composed: Mapping[str, Composition]) -> None:
    policy = one(composed[stack], "ai-rai-policy").inputs
    assert {each.get("severityThreshold") for each in policy["properties"]["contentFilters"]} == {"Medium", None}
    named = {
        each.name: each.inputs["properties"].get("raiPolicyName") for each in every(composed[stack], "ai-deployment")
    }
    assert named == {
        "gpt-4o": "mystira",
        "gpt-4o-mini": "mystira",
        "text-embedding-3-large": None,
        "text-embedding-3-small": None,
    }


@every_environment
@pytest.mark.requirement("S3-006", "S3-021", "S3-130")
def test_only_callers_of_models_have_the_role_and_the_endpoint(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    assert CALLERS == ("story-generator",)
    value = f"https://mys-{stack}-core-aif-san.cognitiveservices.azure.com/"
    assert products(plans[stack], "ai/") == {Models.ENDPOINT: Product(value, secret=False)}
    secrets = [
        (each.inputs["vaultName"], each.inputs["secretName"], each.inputs["properties"]["value"])
        for each in every(composed[stack], "key-vault-secret")
        if each.inputs["secretName"].startswith("azure-ai")
    ]
    assert secrets == [(f"mys-{stack}-story-kv-san", "azure-ai-endpoint", value)]
    assert [(each.principal, each.role.name) for each in plans[stack].grants if each.scope == "ai"] == [
        ("identity/story-generator", "Cognitive Services OpenAI User")
    ]
    assert [
        each.name for each in every(composed[stack], "role-assignment") if "ai-account" in each.inputs["scope"]
    ] == ["story-generator-openai-user-ai"]


@pytest.mark.parametrize(("key", "value"), [("primary", KEY), ("secondary", SECOND_KEY)])
@pytest.mark.requirement("S3-021", "S3-130")
def test_where_keys_are_accepted_callers_get_one(folder: Path, key: str, value: str) -> None:
    changes = {"local_auth": ["ai"], "waivers.local-auth": waived("a rehearsal"), "secrets.key": key}
    made = edited_plan(folder, "prod", changes)
    assert products(made, Models.KEY) == {Models.KEY: Product(value, secret=True)}
    found = compose_up_to(SECRETS, made)
    secret = next(each for each in every(found, "key-vault-secret") if each.inputs["secretName"] == "azure-ai-api-key")
    assert secret.inputs["vaultName"] == "mys-prod-story-kv-san"
    assert "properties.value" in ".".join(secret.secrets) or "properties" in secret.secrets
    assert one(found, "ai-account").inputs["properties"]["disableLocalAuth"] is False


# What it answers to the other parts


def test_callers_come_through_the_private_endpoint_and_offices_of_dev_too() -> None:
    (closed,) = AI_ACCOUNT.targets(context("prod"))
    assert (closed.consumers, closed.ports) == (CALLERS, ("443",))
    assert [door.way for door in closed.doors] == [Way.PRIVATE]
    assert len(closed.zones) == 3
    (opened,) = AI_ACCOUNT.targets(context("dev"))
    assert [(door.way, door.ranges, door.waiver) for door in opened.doors] == [
        (Way.PRIVATE, (), ""),
        (Way.PUBLIC, ("203.0.113.0/24",), PUBLIC_ACCESS),
    ]


@every_environment
def test_callers_reach_the_account_from_the_cluster(stack: str, plans: Mapping[str, StackPlan]) -> None:
    paths = [(path.consumer, path.kind) for path in plans[stack].paths if path.target == "ai"]
    assert paths == [("story-generator", Way.PRIVATE)]


def test_dev_lets_the_offices_in_and_prod_nobody(plans: Mapping[str, StackPlan]) -> None:
    dev, prod = plans["dev"].of(AI_ACCOUNT), plans["prod"].of(AI_ACCOUNT)
    assert (dev.public_access, dev.allowed_ranges) == (True, ("203.0.113.0/24",))
    assert (prod.public_access, prod.allowed_ranges) == (False, ())


# Ends of life


def test_a_new_version_is_an_update_and_a_new_model_a_replacement(plans: Mapping[str, StackPlan]) -> None:
    """Both are one line of the settings; the name that services call stays."""
    (first, *_) = plans["prod"].of(AI_ACCOUNT).deployments
    assert (first.name, first.model, first.version) == ("gpt-4o", "gpt-5.6-sol", "2026-07-09")
    replaced = {each.replaced_on for each in every(compose_plan(plans["prod"]), "ai-deployment")}
    assert replaced == {("properties.model.format", "properties.model.name")}


@pytest.mark.parametrize(
    ("today", "notices"), [(date(2027, 3, 10), 0), (date(2027, 3, 11), 1), (date(2027, 7, 8), 1), (date(2027, 7, 9), 0)]
)
def test_a_model_that_will_be_closed_is_announced_120_days_ahead(today: date, notices: int) -> None:
    found = [each for each in closing_notices(context("prod", today=today)) if "gpt-4o" in each.subject.split(".")]
    assert len(found) == notices
    for each in found:
        assert each.due == "2027-07-09"
        assert "runs: true once this subscription has deployed it" in each.text


@pytest.mark.parametrize(("today", "announced"), [(date(2027, 9, 12), False), (date(2027, 9, 13), True)])
def test_a_model_that_retires_is_announced_120_days_ahead(today: date, announced: bool) -> None:
    """gpt-5.6-sol retires on 2028-01-11."""
    found = retirements(today, AI_ACCOUNT.versions(context("prod")))
    assert ("model gpt-5.6-sol 2026-07-09" in {each.subject for each in found}) is announced


def test_a_closed_model_is_refused_unless_it_runs_already(folder: Path) -> None:
    problem = one_problem(folder, "prod", {"ai.deployments.gpt-4o": dict(OLD), **NO_QUOTAS})
    assert problem.path.endswith("mystira:ai.deployments.gpt-4o")
    assert problem.what == "gpt-5.1 2025-11-13 is closed to newcomers"
    assert problem.seen == "gpt-5.1 2025-11-13, closed on 2026-11-13"
    assert problem.allowed.startswith("gpt-5.6-sol 2026-07-09, or runs: true")
    made = edited_plan(folder, "prod", {"ai.deployments.gpt-4o.runs": True})
    assert made.of(AI_ACCOUNT).deployments[0].model == "gpt-5.1"


def test_a_retired_model_is_refused_even_where_it_runs(folder: Path) -> None:
    edit(folder, "prod", {"ai.deployments.gpt-4o": {**OLD, "runs": True}, **NO_QUOTAS})
    found = AI_ACCOUNT.problems(context("prod", folder, today=date(2027, 5, 15)))
    assert [(each.what, each.seen) for each in found] == [
        ("gpt-5.1 2025-11-13 has retired: it answers nothing", "gpt-5.1 2025-11-13, retired on 2027-05-15")
    ]


# Quotas


@pytest.mark.requirement("S1-122")
def test_quotas_are_shared_by_the_stacks_of_a_subscription_and_region(folder: Path) -> None:
    """prod takes 50 of the model, staging 20: 69 are too few once both are in one subscription."""
    changes = {"ai.quotas": {"GlobalStandard/gpt-5.6-sol": 69}}
    edit(folder, "prod", changes)
    assert plan("prod", folder)
    prods = {"azure.subscription_id": "00000000-0000-4000-8000-000000000003", "subscription.owner": False}
    edit(folder, "staging", prods)
    problem = one_problem(folder, "prod", {})
    assert problem.path.endswith("mystira:ai.quotas.GlobalStandard/gpt-5.6-sol")
    assert (problem.what, problem.allowed) == ("more than the quota", "at most 69")
    assert problem.seen == "70 thousand tokens a minute (prod 50, staging 20)"
    edit(folder, "staging", {"azure.region": "westeurope", "azure.secondary_region": "southafricanorth"})
    assert plan("prod", folder)


@pytest.mark.requirement("S1-122")
def test_every_deployment_of_a_model_counts(folder: Path) -> None:
    edit(folder, "prod", {"ai.deployments.second": dict(SOL)})
    problem = one_problem(folder, "prod", {"ai.quotas": {"GlobalStandard/gpt-5.6-sol": 69}})
    assert problem.seen == "70 thousand tokens a minute (prod 70)"


def test_the_quota_of_what_is_not_deployed_is_a_slip(folder: Path) -> None:
    problem = one_problem(folder, "prod", {"ai.quotas": {"GlobalStandard/gpt-5.6-sole": 1000}})
    assert (problem.what, problem.seen) == ("the quota of nothing that is deployed", "1000")


# What is refused


@each_mistake(
    [
        Mistake(
            "prod",
            deployment("gpt-4o", model="gpt-9"),
            "ai.deployments.gpt-4o.model",
            "not a model that this program knows",
            "gpt-4o",
        ),
        Mistake(
            "prod",
            deployment("gpt-4o", version="2026-07-10"),
            "ai.deployments.gpt-4o.version",
            "not a version of gpt-5.6-sol that this program knows",
            "2026-07-09",
        ),
        Mistake(
            "prod",
            deployment("gpt-4o", sku="DataZoneStandard"),
            "ai.deployments.gpt-4o.sku",
            "gpt-5.6-sol is not offered under this SKU in southafricanorth",
            "GlobalStandard",
        ),
        Mistake("prod", deployment("gpt-4o", sku="Premium"), "ai.deployments.gpt-4o.sku", "not allowed"),
        Mistake("prod", deployment("gpt-4o", capacity=0), "ai.deployments.gpt-4o.capacity", "not allowed"),
        Mistake(
            "prod",
            {"ai.deployments": {"gpt-4o": dict(SOL)}, **NO_QUOTAS},
            "ai.deployments.gpt-4o-mini",
            "missing: story-generator calls it",
            "a deployment of this name",
        ),
        Mistake("prod", {"ai": GONE}, "ai", "missing"),
        Mistake(
            "prod",
            {"ai.allowed_ranges": ["203.0.113.0/24"]},
            "ai.allowed_ranges",
            "has no effect while public_access is off",
            "public_access: true",
        ),
        Mistake(
            "prod",
            {"ai.public_access": True, f"waivers.{PUBLIC_ACCESS}": waived("a rehearsal")},
            "ai.allowed_ranges",
            "missing: public access without ranges",
            "addresses of offices",
        ),
        *(
            Mistake(
                "dev", {"ai.allowed_ranges": [cidr]}, "ai.allowed_ranges.0", "not a range that this firewall accepts"
            )
            for cidr in ("10.0.0.0/16", "203.0.113.0/31")
        ),
    ]
)
def test_what_azure_does_not_offer_or_nobody_could_use_is_refused(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


def test_a_region_without_the_models_is_refused_model_by_model(folder: Path) -> None:
    found = problems(folder, "prod", {"azure.region": "uksouth"})
    models = [each for each in found if "is not offered in uksouth" in each.what]
    assert [each.path.partition("mystira:")[2] for each in models] == sorted(
        f"ai.deployments.{name}.model"
        for name in ("gpt-4o", "gpt-4o-mini", "text-embedding-3-large", "text-embedding-3-small")
    )


@each_mistake(
    [
        Mistake("prod", changes, f"waivers.{rule}", f"missing: the settings break the rule that {demand}")
        for rule, changes, demand in (
            (
                GLOBAL_PROCESSING,
                {f"waivers.{GLOBAL_PROCESSING}": GONE},
                "prompts are processed in the region of the account",
            ),
            (CONTENT_FILTER, {"ai.content_filter": "high"}, "harmful content is blocked from medium severity on"),
            (
                PUBLIC_ACCESS,
                {"ai.public_access": True, "ai.allowed_ranges": ["203.0.113.0/24"]},
                "models are reached through the private endpoint only",
            ),
        )
    ]
)
def test_a_weakness_needs_a_waiver(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


def test_a_stricter_filter_needs_none(folder: Path) -> None:
    assert edited_plan(folder, "prod", {"ai.content_filter": "low"}).of(AI_ACCOUNT).severity == "Low"


def test_embeddings_can_stay_in_the_region_where_a_waiver_would_be_idle(folder: Path) -> None:
    """What is regional breaks no rule; chat models, which are not, do."""
    changes = {f"ai.deployments.text-embedding-3-{size}.sku": "Standard" for size in ("large", "small")} | NO_QUOTAS
    made = edited_plan(folder, "prod", changes)
    assert {each.sku for each in made.of(AI_ACCOUNT).deployments if not each.filtered} == {"Standard"}
    without = replace(CATALOGUE, services=tuple(_without_models(each) for each in CATALOGUE))
    edit(folder, "prod", {"ai.deployments.gpt-4o": GONE, "ai.deployments.gpt-4o-mini": GONE})
    assert list(AI_ACCOUNT.weaknesses(context("prod", folder, catalogue=without))) == []


def _without_models(service: Any) -> Any:
    return replace(service, needs=tuple(need for need in service.needs if not isinstance(need, Models)))


def test_recovery_is_asked_for_by_a_setting(folder: Path) -> None:
    assert plan("prod", folder, today=TODAY).of(AI_ACCOUNT).recover is False
    assert edited_plan(folder, "prod", {"ai.recover": True}).of(AI_ACCOUNT).recover is True
