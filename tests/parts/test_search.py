"""The search service in every environment: who searches, what the settings may say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from stacks.catalogue.needs.search import Search
from stacks.parts.doors import Way
from stacks.parts.search.plan import PUBLIC_ACCESS, REPLICAS, SEARCH
from stacks.parts.secrets.plan import SECRETS
from stacks.plan.model import StackPlan
from tests.harness.build import Product, compose_up_to, every, one, products
from tests.harness.compose import KEY, Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, context, edited_plan, every_environment, waived
from tests.platform.catalogue import CATALOGUE

SEARCHERS = tuple(service.key for service in CATALOGUE if any(isinstance(need, Search) for need in service.needs))
SIZES = {"dev": ("basic", 1, 1, "disabled"), "staging": ("basic", 2, 1, "free"), "prod": ("standard", 3, 1, "free")}
OFFICES = ["203.0.113.0/24"]


@every_environment
def test_one_service_of_the_size_that_the_environment_needs(stack: str, composed: Mapping[str, Composition]) -> None:
    service = one(composed[stack], "search-service")
    found = service.inputs
    assert found["searchServiceName"] == f"mys-{stack}-core-search-san"
    assert found["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    size = (found["sku"]["name"], found["replicaCount"], found["partitionCount"], found["semanticSearch"])
    assert size == SIZES[stack]
    assert (found["disableLocalAuth"], service.protect) == (True, True)


def test_it_is_locked_where_protection_is_on(composed: Mapping[str, Composition]) -> None:
    locked = {each.inputs["scope"] for each in every(composed["prod"], "management-lock")}
    assert "/search-service/mys-prod-core-search-san" in locked
    assert every(composed["dev"], "management-lock") == []


@every_environment
def test_only_searchers_have_the_role_and_the_endpoint(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    assert SEARCHERS == ("story-generator",)
    value = f"https://mys-{stack}-core-search-san.search.windows.net"
    assert products(plans[stack], "search/") == {Search.ENDPOINT: Product(value, secret=False)}
    secrets = [
        (each.inputs["vaultName"], each.inputs["secretName"], each.inputs["properties"]["value"])
        for each in every(composed[stack], "key-vault-secret")
        if each.inputs["secretName"].startswith("azure-search")
    ]
    assert secrets == [(f"mys-{stack}-story-kv-san", "azure-search-endpoint", value)]
    granted = [(each.principal, each.role.name) for each in plans[stack].grants if each.scope == "search"]
    assert granted == [("identity/story-generator", "Search Index Data Contributor")]


def test_people_who_define_indexes_get_their_role_from_the_settings(folder: Path) -> None:
    access = {
        "principal_id": "00000000-0000-4000-8000-00000000a001",
        "principal_type": "Group",
        "role": "search-contributor",
        "scope": "search",
    }
    made = edited_plan(folder, "prod", {"access.search-team": access})
    assert "Search Service Contributor" in {each.role.name for each in made.grants if each.scope == "search"}


def test_where_keys_are_accepted_searchers_get_one(folder: Path) -> None:
    made = edited_plan(folder, "prod", {"local_auth": ["search"], "waivers.local-auth": waived("a rehearsal")})
    assert products(made, Search.KEY) == {Search.KEY: Product(KEY, secret=True)}
    found = compose_up_to(SECRETS, made)
    names = {each.inputs["secretName"] for each in every(found, "key-vault-secret")}
    assert "azure-search-api-key" in names
    assert one(found, "search-service").inputs["authOptions"]["aadOrApiKey"]


def test_searchers_come_through_the_private_endpoint_and_offices_of_dev_too(
    plans: Mapping[str, StackPlan],
) -> None:
    (closed,) = SEARCH.targets(context("prod"))
    assert (closed.consumers, closed.ports) == (SEARCHERS, ("443",))
    assert [door.way for door in closed.doors] == [Way.PRIVATE]
    (opened,) = SEARCH.targets(context("dev"))
    assert [(door.way, door.waiver) for door in opened.doors] == [(Way.PRIVATE, ""), (Way.PUBLIC, PUBLIC_ACCESS)]
    for each in plans.values():
        paths = [(path.consumer, path.kind) for path in each.paths if path.target == "search"]
        assert paths == ([("story-generator", Way.PRIVATE)] if each.environment != "shared" else [])


@each_mistake(
    [
        Mistake("dev", {"search.replicas": 4}, "search.replicas", "basic has fewer replicas", "at most 3"),
        Mistake("dev", {"search.partitions": 2}, "search.partitions", "basic has fewer partitions", "at most 1"),
        Mistake("prod", {"search.replicas": 13}, "search.replicas", "standard has fewer replicas", "at most 12"),
        Mistake("prod", {"search.partitions": 5}, "search.partitions", "not allowed"),
        Mistake(
            "prod",
            {"search.replicas": 4, "search.partitions": 12},
            "search.replicas",
            "too many replicas for so many partitions",
            "at most 36 search units",
        ),
        Mistake("prod", {"search.sku": "free"}, "search.sku", "not allowed"),
        Mistake(
            "prod", {"search.allowed_ranges": OFFICES}, "search.allowed_ranges", "has no effect", "public_access: true"
        ),
        Mistake(
            "prod",
            {"search.public_access": True, f"waivers.{PUBLIC_ACCESS}": waived("a rehearsal")},
            "search.allowed_ranges",
            "missing: public access without ranges",
            "addresses of offices",
        ),
    ]
)
def test_what_azure_does_not_offer_is_refused(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@each_mistake(
    [
        Mistake("prod", {"search.replicas": 2}, f"waivers.{REPLICAS}", "search has three replicas"),
        Mistake("staging", {f"waivers.{REPLICAS}": GONE}, f"waivers.{REPLICAS}", "search has three replicas"),
        Mistake(
            "prod",
            {"search.public_access": True, "search.allowed_ranges": OFFICES},
            f"waivers.{PUBLIC_ACCESS}",
            "search is reached through the private endpoint only",
        ),
    ]
)
def test_a_weakness_needs_a_waiver(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@pytest.mark.parametrize("replicas", [3, 12])
def test_three_replicas_and_more_need_none(folder: Path, replicas: int) -> None:
    assert edited_plan(folder, "prod", {"search.replicas": replicas}).of(SEARCH).replicas == replicas
