"""The JSON schemas of settings files: what is right passes, what is wrong is one error at its place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from stacks.pages.settings_schema import settings_schema
from stacks.plan.load import PROJECT
from stacks.settings.config_secrets import CONFIG_SECRETS
from stacks.settings.loading import SCHEMAS, environment_of, from_file, stacks_in
from stacks.settings.models import EnvironmentSettings, SharedSettings
from tests.harness.settings import GONE, SETTINGS, edit, waived

KINDS = (EnvironmentSettings, SharedSettings)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=["environment", "shared"])

FILES = [(folder, stack) for folder in (PROJECT, SETTINGS) for stack in stacks_in(folder)]
every_file = pytest.mark.parametrize(("folder", "stack"), FILES, ids=[f"{f.name}-{s}" for f, s in FILES])


@cache
def schema(kind: type) -> Any:
    return json.loads(settings_schema(kind))


def content(folder: Path, stack: str) -> Any:
    return yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text())


def mistakes(document: Any, kind: type = EnvironmentSettings) -> list[str]:
    """Where a schema finds something wrong, and by which rule: ``mystira:redis.sku enum``."""
    validator = validator_for(schema(kind))(schema(kind))
    return [
        f"{'.'.join(map(str, list(error.absolute_path)[1:]))} {error.validator}"
        for error in validator.iter_errors(document)
    ]


@every_kind
def test_it_is_a_valid_schema(kind: type) -> None:
    validator_for(schema(kind)).check_schema(schema(kind))


@every_file
def test_it_accepts_every_settings_file(folder: Path, stack: str) -> None:
    assert mistakes(content(folder, stack), type(from_file(stack, folder))) == []


@every_file
def test_every_settings_file_names_the_schema_of_its_kind_in_its_first_line(folder: Path, stack: str) -> None:
    first = (folder / f"Pulumi.{stack}.yaml").read_text().splitlines()[0]
    prefix, _, path = first.partition("=")
    assert prefix == "# yaml-language-server: $schema"
    assert (folder / path).resolve() == PROJECT / SCHEMAS[type(from_file(stack, folder))]
    assert environment_of(stack, from_file(stack, folder)) == stack


GUEST = {"principal_id": "00000000-0000-4000-8000-0000000000aa", "principal_type": "User", "scope": "cluster"}


@pytest.mark.parametrize(
    ("setting", "value", "mistake"),
    [
        ("azure.region", "mars", "mystira:azure.region enum"),
        ("azure.tenant_id", "me", "mystira:azure.tenant_id pattern"),
        ("azure.zone", "1", "mystira:azure additionalProperties"),
        ("rediss", {}, " additionalProperties"),
        ("domain", GONE, " required"),
        ("domain.name", GONE, "mystira:domain required"),
        ("local_auth", "on", "mystira:local_auth type"),
        ("local_auth", ["sql"], "mystira:local_auth.0 enum"),
        ("protection", "yes", "mystira:protection enum"),
        ("network.address_space", "10.0/16", "mystira:network.address_space pattern"),
        ("network.subnets.bastion", "10.0.9.0/24", "mystira:network.subnets additionalProperties"),
        ("network.subnets.aks-nodes", "big", "mystira:network.subnets.aks-nodes pattern"),
        ("network.nat_gateway.zone", "4", "mystira:network.nat_gateway.zone enum"),
        ("aks.version", "1.20", "mystira:aks.version enum"),
        ("aks.pools.gpu", {}, "mystira:aks.pools additionalProperties"),
        ("aks.pools.services.vm_size", "Standard_X9", "mystira:aks.pools.services.vm_size enum"),
        ("aks.pools.services.minimum", 0, "mystira:aks.pools.services.minimum minimum"),
        ("aks.upgrades.start", "8 o'clock", "mystira:aks.upgrades.start pattern"),
        ("aks.upgrades.day", "Funday", "mystira:aks.upgrades.day enum"),
        ("postgresql.sku", "Standard_B9", "mystira:postgresql.sku enum"),
        ("postgresql.sku", "Standard_D2ds_v5", "mystira:postgresql.sku enum"),
        ("postgresql.tier", "Huge", "mystira:postgresql.tier enum"),
        ("postgresql.storage_gib", 33, "mystira:postgresql.storage_gib enum"),
        ("postgresql.backup_days", 3, "mystira:postgresql.backup_days enum"),
        ("postgresql.parameters.speed", "on", "mystira:postgresql.parameters additionalProperties"),
        ("redis.sku", "Balanced_B2", "mystira:redis.sku enum"),
        ("redis.eviction", "All", "mystira:redis.eviction enum"),
        ("redis.persistence.rdb_hours", 2, "mystira:redis.persistence.rdb_hours enum"),
        (
            "redis.instances.own",
            {"sku": "Balanced_B1", "services": []},
            "mystira:redis.instances.own.services minItems",
        ),
        ("service_bus.queues.ghost", {}, "mystira:service_bus.queues additionalProperties"),
        ("secrets.maximum_age_days", 0, "mystira:secrets.maximum_age_days minimum"),
        ("service_bus.topics.Ghost", {}, "mystira:service_bus.topics additionalProperties"),
        ("service_bus.subscribers.AccountCreated", ["ghost"], "mystira:service_bus.subscribers.AccountCreated.0 enum"),
        ("cosmos.capacity", "serverles", "mystira:cosmos.capacity enum"),
        ("cosmos.maximum_throughput", "much", "mystira:cosmos.maximum_throughput type"),
        ("storage.containers", {"UPLOADS": {}}, "mystira:storage.containers additionalProperties"),
        ("services.ghost", {}, "mystira:services additionalProperties"),
        ("services.chain.replicas.minimum", "two", "mystira:services.chain.replicas.minimum type"),
        ("services.chain.image_digest", "latest", "mystira:services.chain.image_digest pattern"),
        ("vaults.recover", ["ghost"], "mystira:vaults.recover.0 enum"),
        ("secrets.expires_on", "soon", "mystira:secrets.expires_on pattern"),
        ("secrets.overrides", {"app/ghost": {}}, "mystira:secrets.overrides additionalProperties"),
        ("access", {"guest": {**GUEST, "role": "king"}}, "mystira:access.guest.role enum"),
        ("people.readers", "everybody", "mystira:people.readers pattern"),
        ("waivers.other-rule", "because", "mystira:waivers additionalProperties"),
        ("waivers.registry-public-access", "because", "mystira:waivers additionalProperties"),
        ("adopt", {"moon": "/x"}, "mystira:adopt additionalProperties"),
        ("registry", {}, " additionalProperties"),
        ("postgresqlPassword", "clear text", "mystira:postgresqlPassword type"),
    ],
)
def test_one_wrong_word_is_one_mistake_at_its_place(folder: Path, setting: str, value: Any, mistake: str) -> None:
    edit(folder, "dev", {setting: value})
    assert mistakes(content(folder, "dev")) == [mistake]


def test_the_rules_of_shared_can_be_waived_in_shared_only(folder: Path) -> None:
    edit(folder, "shared", {"waivers.registry-public-access": waived("because")})
    assert mistakes(content(folder, "shared"), SharedSettings) == []
    edit(folder, "shared", {"waivers.aks-tier": waived("because")})
    assert mistakes(content(folder, "shared"), SharedSettings) == ["mystira:waivers additionalProperties"]


def test_what_switches_a_default_off_is_accepted(folder: Path) -> None:
    edit(folder, "dev", {"service_bus.queues.app-events.duplicate_detection_window": None})
    assert mistakes(content(folder, "dev")) == []


@pytest.mark.parametrize("environment", [["core", "secrets"], {"imports": ["core"]}])
def test_configuration_may_come_from_pulumi_esc(folder: Path, environment: Any) -> None:
    assert mistakes({**content(folder, "dev"), "environment": environment}) == []


@pytest.mark.parametrize("key", ["azure-native:location", "mystria:protection", "location", "pulumi:default-providers"])
def test_a_key_that_nothing_reads_is_a_mistake(key: str, folder: Path) -> None:
    document = content(folder, "dev")
    document["config"]["pulumi:tags"] = {"owner": "platform"}
    assert mistakes(document) == []
    document["config"][key] = "x"
    assert mistakes(document) == [" additionalProperties"]


def test_default_providers_have_to_be_switched_off(folder: Path) -> None:
    document = content(folder, "dev")
    document["config"]["pulumi:disable-default-providers"] = ["azure-native"]
    assert mistakes(document) == ["pulumi:disable-default-providers const"]
    del document["config"]["pulumi:disable-default-providers"]
    assert mistakes(document) == [" required"]


def properties(node: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every property in a schema, and where it is."""
    if isinstance(node, dict):
        named = node.get("properties")
        if isinstance(named, dict):
            yield from ((f"{place}/{name}", each) for name, each in named.items())
        for key, each in node.items():
            yield from properties(each, f"{place}/{key}")


@every_kind
def test_every_property_has_a_description_in_one_line(kind: type) -> None:
    found = {place: each.get("description", "") for place, each in properties(schema(kind))}
    assert len(found) > 30
    assert {place: text for place, text in found.items() if not text.strip() or "\n" in text} == {}


@every_kind
def test_every_section_refuses_keys_that_it_does_not_know(kind: type) -> None:
    sections = [schema(kind), schema(kind)["properties"]["config"], *schema(kind)["definitions"].values()]
    assert [each for each in sections if each["additionalProperties"] is not False] == []


@pytest.mark.parametrize("secret", CONFIG_SECRETS, ids=lambda secret: secret.name)
def test_secrets_say_when_they_are_needed_and_how_long_they_may_be(secret: Any) -> None:
    has, lacks = (
        (SharedSettings, EnvironmentSettings) if secret.switch == "ci" else (EnvironmentSettings, SharedSettings)
    )
    entry = schema(has)["properties"]["config"]["properties"][f"mystira:{secret.name}"]
    assert entry["writeOnly"] is True
    assert entry["x-needed-where"] == {f"mystira:{secret.switch}": secret.position}
    assert entry["x-lengths"] == [secret.lengths[0], secret.lengths[-1]]
    assert f"mystira:{secret.name}" not in schema(lacks)["properties"]["config"]["properties"]


@every_kind
def test_the_committed_schema_is_the_one_of_the_models(kind: type) -> None:
    assert (PROJECT / SCHEMAS[kind]).read_text() == settings_schema(kind)


def test_it_is_the_same_however_python_orders_sets() -> None:
    program = (
        "from stacks.pages.settings_schema import settings_schema; from stacks.settings.loading import SCHEMAS; "
        "print(*map(settings_schema, SCHEMAS))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
