"""Two keys a store: one setting says which of them every connection string carries."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import set_all_config

from stacks.build.run import guarded_build
from stacks.plan import EnvironmentPlan
from tests.conftest import PASSWORD
from tests.harness import Composition, compose
from tests.harness.compose import KEY, SECOND_KEY
from tests.harness.settings import one_problem, planned
from tests.stacks.test_redis import products

SECRET = "azure-native:keyvault:Secret"
KEYED = {
    "cosmos/connection-string",
    "storage/connection-string",
    *(f"redis/connection-string/{service}" for service in ("app", "admin-api", "story-generator")),
    *(f"service-bus/connection-string/{service}" for service in ("app", "admin-api", "publisher", "chain")),
}
"""What carries a key where local_auth is on: PostgreSQL never does, and story-generator has no right at the bus."""

HALVES = [("primary", KEY, SECOND_KEY), ("secondary", SECOND_KEY, KEY)]


def plan_with(folder: Path, which: str, **changes: Any) -> EnvironmentPlan:
    return planned(folder, "dev", {"secrets.key": which, **changes})


def built(plan: EnvironmentPlan) -> Composition:
    def program() -> dict[str, object]:
        set_all_config({PASSWORD: "Not-a-real-1"}, [PASSWORD])
        return guarded_build(plan, retries=False)

    return compose(program)


@pytest.mark.parametrize(("which", "used", "unused"), HALVES)
def test_every_connection_string_carries_the_key_in_use_and_is_secret(
    folder: Path, which: str, used: str, unused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = products(plan_with(folder, which), monkeypatch, "")
    values = {name: value for name, value in found.items() if not name.startswith("secret ")}
    assert {name for name, value in values.items() if used in value} == KEYED
    assert not [name for name, value in values.items() if unused in value]
    assert {name for name in values if name in KEYED and not found[f"secret {name}"]} == set()


@pytest.mark.parametrize(("which", "used", "unused"), HALVES)
def test_an_archive_is_opened_with_the_key_that_only_reads(
    folder: Path, which: str, used: str, unused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {"cosmos.lifecycle": "archive", "cosmos.export_container": "archives"}
    found, _ = products(plan_with(folder, which, **changes), monkeypatch, "cosmos/")
    assert re.search(r"AccountKey=([^;]+);", found["cosmos/connection-string"])[1] == f"{used}-to-read"


@pytest.mark.requirement("S1-086")
def test_the_switch_writes_new_values_and_touches_nothing_else(folder: Path) -> None:
    """Nothing is replaced or restarted by it: the same resources, and other values under the same names in vaults."""
    first, second = (built(plan_with(folder, which)) for which in ("primary", "secondary"))
    before, after = ({(each.type, each.name): each for each in found.azure()} for found in (first, second))
    assert set(before) == set(after)
    changed = [
        (one.type, one.inputs["secretName"], after[key].secrets)
        for key, one in before.items()
        if one.inputs != after[key].inputs
    ]
    assert len(changed) == len(KEYED)
    assert {kind for kind, _, _ in changed} == {SECRET}
    assert {secrets for _, _, secrets in changed} == {("properties.value",)}
    assert {name for _, name, _ in changed} == {
        "cosmos-connection-string",
        "storage-connection-string",
        "redis-connection-string",
        "servicebus-connection-string",
    }


def test_the_primary_key_is_the_default(composed: dict[str, Composition]) -> None:
    values = [each.inputs["properties"]["value"] for each in composed["dev"].of(SECRET)]
    assert sum(KEY in value for value in values) == len(KEYED)
    assert not [value for value in values if SECOND_KEY in value]
    for stack in ("staging", "prod"):
        values = [each.inputs["properties"]["value"] for each in composed[stack].of(SECRET)]
        assert not [value for value in values if KEY in value or SECOND_KEY in value]


@pytest.mark.parametrize(
    ("stack", "value", "what"),
    [("prod", "secondary", "no store gives keys out: local_auth is off"), ("dev", "third", "not allowed")],
)
def test_a_key_that_is_not_there_is_one_clear_error(folder: Path, stack: str, value: str, what: str) -> None:
    problem = one_problem(folder, stack, {"secrets.key": value})
    assert (problem.path, problem.what) == (f"Pulumi.{stack}.yaml: mystira:secrets.key", what)
    assert problem.seen
    assert "primary" in problem.allowed
