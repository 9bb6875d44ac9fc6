"""Connections: what each copy may open, and settings under which they would run out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from components.postgresql.facts import SKUS, connections_of, family_of, vcores_of
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.parts.postgresql.pools import LARGEST, PEOPLE, URL_POOL
from stacks.plan.model import StackPlan
from stacks.reports.quota import database_needs_of
from tests.harness.build import products
from tests.harness.settings import context, edited_plan, every_environment, one_problem
from tests.platform.catalogue import CATALOGUE


@pytest.mark.parametrize(
    ("sku", "vcores", "connections"),
    [
        ("Standard_B1ms", 1, 50),
        ("Standard_B2s", 2, 429),
        ("Standard_B2ms", 2, 859),
        ("Standard_B4ms", 4, 1718),
        ("Standard_B8ms", 8, 3437),
        ("Standard_B12ms", 12, 5000),
        ("Standard_D2ds_v5", 2, 859),
        ("Standard_D8s_v3", 8, 3437),
        ("Standard_D16ads_v5", 16, 5000),
        ("Standard_E2ds_v4", 2, 1718),
        ("Standard_E4ads_v5", 4, 3437),
        ("Standard_E20ds_v5", 20, 5000),
    ],
)
def test_a_size_has_the_connections_that_microsoft_lists(sku: str, vcores: int, connections: int) -> None:
    """Limits in Azure Database for PostgreSQL, maximum connections."""
    assert (vcores_of(sku), connections_of(sku)) == (vcores, connections)


def test_every_size_has_some() -> None:
    assert all(connections_of(sku) and vcores_of(sku) for sizes in SKUS.values() for sku in sizes)
    assert connections_of("Standard_B3ms") is None


def pool_of(text: str) -> int:
    (found,) = re.findall(r"Maximum Pool Size=(\d+)", text)
    return int(found)


@every_environment
def test_all_pools_at_their_largest_fit_the_server(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """With every service at its maximum, and a quarter more in a rollout."""
    plan, services = plans[stack].of(POSTGRESQL_SERVER), context(stack).settings.services
    most = {each.key: each.workload.replicas[1] if each.workload else 1 for each in CATALOGUE} | {
        key: each.replicas.maximum for key, each in services.items() if each.replicas
    }
    copies = {key: math.ceil(maximum * 1.25) for key, maximum in most.items()}
    sizes = {each.product: URL_POOL if each.url else each.pool_size for each in plan.access}
    wanted = sum(copies[each.service] * sizes[each.product] for each in plan.access)
    room = 5000 if plan.server.pooled else connections_of(plan.server.sku)
    assert room is not None
    assert wanted <= room - (0 if plan.server.pooled else 15 + PEOPLE)
    made = products(plans[stack], "postgresql/connection-string/")
    assert {name: pool_of(each.value) for name, each in made.items()} == {
        each.product: each.pool_size for each in plan.access if each.in_vault and not each.url
    }


def test_a_small_server_has_too_few(folder: Path) -> None:
    problem = one_problem(folder, "dev", {"postgresql.sku": "Standard_B1ms"})
    assert (problem.path, problem.what) == (
        "Pulumi.dev.yaml: mystira:postgresql.sku",
        "too few connections for the services",
    )
    assert problem.seen.startswith("Standard_B1ms: room for 30, ")
    assert "fewer copies" in problem.allowed


def test_fewer_copies_have_more_each(folder: Path) -> None:
    few = {"minimum": 1, "maximum": 1}
    services = {f"services.{key}.replicas": few for key in ("publisher", "story-generator", "admin-api", "app")}
    found = edited_plan(folder, "dev", services).of(POSTGRESQL_SERVER)
    sized = [each for each in found.access if not each.url]
    assert {each.pool_size for each in found.access} == {(429 - 15 - PEOPLE - 2 * URL_POOL) // (2 * len(sized))}


def test_what_a_parameter_says_counts(folder: Path) -> None:
    problem = one_problem(folder, "prod", {"postgresql.parameters": {"max_connections": "200"}})
    assert problem.what == "PgBouncer would open more connections than the server has"
    assert problem.seen == "9 users of databases, 450 connections; Standard_D4ds_v5 has 180"


def test_readers_of_replicas_have_connections_of_their_own(folder: Path) -> None:
    found = edited_plan(folder, "prod", {"postgresql.replicas": 1}).of(POSTGRESQL_SERVER).access
    assert {each.pool_size for each in found if not (each.owner or each.writes)} == {LARGEST}


@pytest.mark.parametrize(
    ("sku", "family"),
    [
        ("Standard_B2s", "standardBSFamily"),
        ("Standard_D2s_v3", "standardDSv3Family"),
        ("Standard_D2ds_v4", "standardDDSv4Family"),
        ("Standard_D4ds_v5", "standardDDSv5Family"),
        ("Standard_E4ads_v5", "standardEADSv5Family"),
    ],
)
def test_a_size_counts_in_the_quota_of_its_family(sku: str, family: str) -> None:
    assert family_of(sku) == family


def test_a_standby_and_replicas_need_vcores_too(folder: Path) -> None:
    def needed(changes: Mapping[str, object]) -> list[tuple[str, int]]:
        server = edited_plan(folder, "prod", changes).of(POSTGRESQL_SERVER).server
        return [(need.name, need.minimum) for need in database_needs_of(server)]

    assert needed({}) == [("standardDDSv5Family", 8), ("cores", 8)]
    assert needed({"postgresql.replicas": 2}) == [("standardDDSv5Family", 16), ("cores", 16)]
