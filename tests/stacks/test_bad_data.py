"""Bad input about stores, vaults and their network: each mistake is one clear error, and nothing else is said.

The list is that of the work on data, messaging and vaults; the tests of each store go further.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.naming import Project
from components.problems import InvalidInput, Problem
from offline.engine.home import PROJECT
from stacks.catalogue import CATALOGUE, Catalogue, Service
from stacks.catalogue.needs import Database, Telemetry, Vault
from stacks.plan import make_plan
from stacks.settings import EnvironmentSettings, from_file
from tests.conftest import TODAY
from tests.harness.settings import GONE, one_problem

OWN = {"sku": "Balanced_B1", "services": ["ghost"], "high_availability": False}
SETTINGS: dict[str, tuple[str, dict[str, Any], str, str, str]] = {
    "high availability on Burstable": (
        "dev",
        {"postgresql.high_availability": "zone-redundant"},
        "postgresql.high_availability",
        "the tier Burstable has no standby",
        "off",
    ),
    "PgBouncer on Burstable": (
        "dev",
        {"postgresql.pgbouncer": True},
        "postgresql.pgbouncer",
        "the tier Burstable has no PgBouncer",
        "false",
    ),
    "a replica on Burstable": (
        "dev",
        {"postgresql.replicas": 1},
        "postgresql.replicas",
        "the tier Burstable has no read replicas",
        "0",
    ),
    "a private endpoint on a Standard bus": (
        "dev",
        {"service_bus.public_access": False},
        "service_bus.public_access",
        "off, and a private endpoint needs Premium: the SKU is Standard",
        "sku: Premium, or public_access: true with a waiver",
    ),
    "the same where no office is let in": (
        "staging",
        {"service_bus.public_access": False},
        "service_bus.public_access",
        "off, and a private endpoint needs Premium: the SKU is Standard",
        "sku: Premium, or public_access: true with a waiver",
    ),
    "topics on Basic": (
        "staging",
        {"service_bus.sku": "Basic"},
        "service_bus.sku",
        "events need topics, which Basic has not",
        "Standard, Premium",
    ),
    "a policy that evicts what queues need": (
        "dev",
        {"redis.eviction": "AllKeysLRU"},
        "redis.eviction",
        "evicts keys that are not only cached: admin-api (locks), app (locks), app (queues)",
        "NoEviction, or instances of their own for those that only cache",
    ),
    "an unknown consumer of an event": (
        "dev",
        {"service_bus.subscribers": {"AccountCreated": ["ghost"]}},
        "service_bus.subscribers.AccountCreated",
        "an unknown consumer: no service that needs messages",
        "app, admin-api, story-generator, publisher, chain",
    ),
    "an unknown consumer of a Redis of its own": (
        "dev",
        {"redis.instances": {"own": OWN}},
        "redis.instances.own.services",
        "no service that uses Redis",
        "app, admin-api, story-generator",
    ),
    "secrets that have ended": (
        "prod",
        {"secrets.expires_on": "2026-11-20"},
        "secrets.expires_on",
        "the secrets have expired",
        "a day after 2026-11-21",
    ),
    "public access off without a path": (
        "prod",
        {"vaults.private_endpoint": False},
        "vaults.private_endpoint",
        "no path: there is no way in",
        "true; or public_access without allowed_ranges, with a waiver",
    ),
    "stores without a path": (
        "prod",
        {"network.subnets.private-endpoints": GONE},
        "network.subnets.private-endpoints",
        "missing: no path without it",
        "a range for private-endpoints",
    ),
    "a replica without a network": (
        "prod",
        {"postgresql.replicas": 1, "network.subnets.postgresql": GONE},
        "network.subnets.postgresql",
        "missing: no path without it",
        "a range for postgresql",
    ),
    "a key in use where stores give none": (
        "prod",
        {"secrets.key": "secondary"},
        "secrets.key",
        "no store gives keys out: local_auth is off",
        "primary, or no such entry",
    ),
}


@pytest.mark.parametrize(("stack", "changes", "path", "what", "allowed"), SETTINGS.values(), ids=SETTINGS)
def test_a_mistake_in_the_settings_is_one_clear_error(
    folder: Path, stack: str, changes: dict[str, Any], path: str, what: str, allowed: str
) -> None:
    problem = one_problem(folder, stack, changes)
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:{path}"
    assert (problem.what, problem.allowed) == (what, allowed)
    assert problem.seen or path == "vaults.private_endpoint"
    assert str(problem).startswith(f"{problem.path}: {what}")


def test_the_pairs_without_a_path_are_named(folder: Path) -> None:
    changes = {"postgresql.replicas": 1, "network.subnets.postgresql": GONE}
    problem = one_problem(folder, "prod", changes)
    assert "admin-api → postgresql/replicas" in problem.seen


def problems(catalogue: Catalogue, stack: str = "staging") -> tuple[Problem, ...]:
    """The problems of a catalogue with the committed settings."""
    settings = from_file(stack, PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    with pytest.raises(InvalidInput) as caught:
        make_plan(settings, catalogue, stack=stack, today=TODAY)
    return caught.value.problems


def test_two_owners_of_one_database() -> None:
    twice = Catalogue(
        tuple(
            replace(each, needs=(*each.needs, Database("publisher"))) if each.key == "app" else each
            for each in CATALOGUE
        )
    )
    (problem,) = problems(twice)
    assert (problem.path, problem.what) == ("catalogue: postgresql/publisher", "has two owners")
    assert (problem.seen, problem.allowed) == ("app, publisher", "one service that owns it")


def test_a_vault_name_that_is_too_long() -> None:
    """In one environment only: elsewhere the same code fits. No name is ever shortened or hashed."""
    service = Service("reader", Project("reader", tight="rdr"), "app", needs=(Telemetry(), Vault()))
    found = [each for each in problems(Catalogue((*CATALOGUE.services, service)), "prod") if "vault" in each.what]
    assert [(each.path, each.what) for each in found] == [
        ("catalogue: reader", "the name of a key-vault has the wrong length")
    ]
    assert found[0].seen == "'mys-staging-reader-kv-san', 25 characters"
    assert found[0].allowed.startswith("3 to 24 characters")


def test_a_reader_of_a_database_that_nobody_owns() -> None:
    lost = Catalogue(
        tuple(
            replace(each, needs=(*each.needs, Database("lost", read_only=True))) if each.key == "chain" else each
            for each in CATALOGUE
        )
    )
    (problem,) = problems(lost)
    assert (problem.path, problem.what, problem.seen) == (
        "catalogue: chain: needs",
        "uses what nobody owns",
        "postgresql/lost",
    )
    assert "postgresql/publisher" in problem.allowed
