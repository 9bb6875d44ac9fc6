"""Loading settings: each mistake is one clear error at its path, all of a file at once."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.problems import InvalidInput, Problem
from stacks.settings.loading import DEFAULT_PROVIDERS, NAMESPACE, from_engine, from_file, load
from stacks.settings.types import REGION_NAMES
from tests.harness.settings import SETTINGS, STACKS, configuration, every_stack, plan

Raw = dict[str, Any]


def raw(stack: str) -> Raw:
    config = yaml.safe_load((SETTINGS / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.partition(":")[2]: value for key, value in config.items() if key.startswith(f"{NAMESPACE}:")}


def problems(stack: str, config: Raw) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        load(stack, config)
    return caught.value.problems


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all scalars."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path]


LEAVES = [(stack, path) for stack in STACKS for path in leaves(raw(stack))]


@given(leaf=st.sampled_from(LEAVES))
def test_a_wrong_type_anywhere_is_exactly_one_problem_there(leaf: tuple[str, tuple[str | int, ...]]) -> None:
    stack, path = leaf
    config = copy.deepcopy(raw(stack))
    target: Any = config
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = {"not": "a scalar"}
    (problem,) = problems(stack, config)
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:{'.'.join(map(str, path))}"
    assert problem.seen == '{"not": "a scalar"}'
    assert problem.allowed


@given(stack=st.sampled_from(STACKS), name=st.text("abcdefghij", min_size=4, max_size=8))
def test_an_unknown_key_is_exactly_one_problem(stack: str, name: str) -> None:
    config = copy.deepcopy(raw(stack))
    config["azure"][name] = 1
    (problem,) = problems(stack, config)
    assert (problem.path, problem.what) == (f"Pulumi.{stack}.yaml: mystira:azure.{name}", "unknown key")
    assert problem.allowed == "tenant_id, subscription_id, region, secondary_region"


def backwards(value: Any) -> Any:
    """The same mappings with their keys in the opposite order; lists stay as they are."""
    if isinstance(value, dict):
        return {key: backwards(item) for key, item in reversed(value.items())}
    return [backwards(item) for item in value] if isinstance(value, list) else value


@every_stack
def test_the_order_of_keys_changes_nothing(stack: str, tmp_path: Path) -> None:
    """Neither a value nor the order in which anything is made."""
    for file in SETTINGS.glob("Pulumi.*.yaml"):
        content = backwards(yaml.safe_load(file.read_text()))
        (tmp_path / file.name).write_text(yaml.safe_dump(content, sort_keys=False))
    assert repr(plan(stack, tmp_path)) == repr(plan(stack))


@every_stack
@pytest.mark.parametrize("name", ["azure", "ownership", "domain"])
def test_a_missing_section_is_exactly_one_problem(stack: str, name: str) -> None:
    config = raw(stack)
    del config[name]
    (problem,) = problems(stack, config)
    assert (problem.path, problem.what) == (f"Pulumi.{stack}.yaml: mystira:{name}", "missing")


def test_all_mistakes_of_a_file_come_at_once() -> None:
    config = raw("dev")
    config["azure"]["region"] = "mars"
    config["azure"]["tenant_id"] = "me"
    config["network"]["address_space"] = "10.0.0.1/16"
    config["monitoring"]["receivers"][0]["email"] = "nobody"
    config["postgresql"]["maintenance"]["start"] = "six"
    config["secrets"]["expires_on"] = "tomorrow"
    del config["domain"]["name"]
    found = {problem.path.partition("mystira:")[2]: problem.allowed for problem in problems("dev", config)}
    assert found == {
        "azure.region": ", ".join(REGION_NAMES),
        "azure.tenant_id": "a GUID, for example 10de18e7-0a1f-4b1c-9f43-0b8a1a2b3c4d",
        "network.address_space": "an IPv4 range without host bits, for example 10.0.8.0/22",
        "monitoring.receivers.0.email": "an e-mail address, for example platform@example.org",
        "postgresql.maintenance.start": 'a time of day in quotes, for example "18:30"',
        "secrets.expires_on": 'a day in quotes, for example "2027-05-31"',
        "domain.name": "a value",
    }


@pytest.mark.parametrize(
    ("path", "value", "allowed"),
    [
        ("aks", "small", "a mapping"),
        ("services", [], "a mapping"),
        ("network.subnets", "10.0.0.0/24", "a mapping"),
        ("monitoring.receivers", "me", "a list"),
        ("redis.high_availability", "yes", "true, false"),
        ("postgresql.storage_gib", "32", "a whole number"),
        ("monitoring.daily_cap_gb", "much", "a number"),
        ("postgresql.version", 17, "text, in quotes where it looks like a number or a date"),
        ("monitoring.retention_days", 7, "greater than or equal to 30"),
        ("local_auth", "on", "a list"),
        ("protection", True, '"on" or "off" with the quotes: YAML reads the bare words as true and false'),
        ("aks.tier", "Gold", "Free, Standard, Premium"),
        ("aks.tier", True, "Free, Standard, Premium"),
        ("postgresql.maintenance.start", 1080, 'a time of day in quotes, for example "18:30"'),
        ("postgresql.maintenance.start", "24:00", 'a time of day in quotes, for example "18:30"'),
        ("service_bus.queues.app-events.time_to_live", "P1M", "an ISO 8601 duration, for example PT1M30S or P7D"),
    ],
)
def test_what_is_allowed_is_said_in_the_words_of_a_settings_file(path: str, value: Any, allowed: str) -> None:
    config = raw("dev")
    *parents, last = path.split(".")
    target: Any = config
    for part in parents:
        target = target[part]
    target[last] = value
    (problem,) = problems("dev", config)
    assert (problem.path, problem.allowed) == (f"Pulumi.dev.yaml: mystira:{path}", allowed)


def test_an_unknown_store_is_refused_with_those_that_have_keys() -> None:
    (problem,) = problems("dev", {**raw("dev"), "local_auth": ["sql"]})
    assert problem.path == "Pulumi.dev.yaml: mystira:local_auth.0"
    assert problem.allowed == "ai, cosmos, monitoring, postgresql, redis, search, service_bus, storage"


@every_stack
@pytest.mark.requirement("S1-006")
def test_the_engine_hands_over_the_same_settings(stack: str) -> None:
    values = {f"mystira:{key}": v if isinstance(v, str) else json.dumps(v) for key, v in raw(stack).items()}
    assert from_engine(stack, {**values, DEFAULT_PROVIDERS: '["*"]'}) == from_file(stack, SETTINGS)


@pytest.mark.parametrize(
    ("line", "path", "suggestion"),
    [
        ('mystria:protection: "on"', "mystria:protection", "mystira:protection"),
        ("azure-native:location: westeurope", "azure-native:location", ""),
        ("pulumi:disable-default-provider: x", "pulumi:disable-default-provider", "pulumi:disable-default-providers"),
    ],
)
def test_a_key_that_nothing_reads_is_an_error_in_file_and_engine(
    line: str, path: str, suggestion: str, folder: Path
) -> None:
    file = folder / "Pulumi.prod.yaml"
    text = file.read_text()
    file.write_text(text.replace("config:\n", f"config:\n  {line}\n", 1))
    values = {**configuration("prod"), path: "x"}
    for load_it in (lambda: from_file("prod", folder), lambda: from_engine("prod", values)):
        with pytest.raises(InvalidInput) as caught:
            load_it()
        (problem,) = caught.value.problems
        assert (problem.path, problem.what) == (f"Pulumi.prod.yaml: {path}", "nothing reads this key")
        assert problem.suggestion == suggestion


def test_a_key_outside_the_configuration_is_an_error(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(f"{file.read_text()}mystira:protection: on\n")
    with pytest.raises(InvalidInput, match="mystira:protection: nothing reads this key"):
        from_file("dev", folder)


@pytest.mark.parametrize(("value", "what"), [("", "missing"), ("[azure-native]", "not allowed"), ("[]", "not allowed")])
def test_default_providers_stay_off(value: str, what: str, folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    before = f'  {DEFAULT_PROVIDERS}: ["*"]\n'
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, f"  {DEFAULT_PROVIDERS}: {value}\n" if value else ""))
    with pytest.raises(InvalidInput) as caught:
        from_file("dev", folder)
    (problem,) = caught.value.problems
    assert (problem.path, problem.what, problem.allowed) == (f"Pulumi.dev.yaml: {DEFAULT_PROVIDERS}", what, '["*"]')


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("config:\n  a: 1\n  b: 2\n  a: 2\n", "Pulumi.dev.yaml:4: duplicate key a"),
        ("config:\n  a: [\n", "Pulumi.dev.yaml:3: not YAML: did not find expected node content"),
        ("config: !secret x\n", "Pulumi.dev.yaml:1: could not determine a constructor for the tag '!secret'"),
        ("- 1\n", "Pulumi.dev.yaml: config: missing; allowed: a mapping"),
        (
            "config:\n  redis: {}\n",
            "Pulumi.dev.yaml:2: redis: a key without its namespace; seen: redis; allowed: mystira:redis",
        ),
        ("config: 3\n", "Pulumi.dev.yaml: config: not allowed; allowed: a mapping"),
    ],
)
def test_a_file_that_is_no_settings_file_is_one_error(folder: Path, text: str, error: str) -> None:
    (folder / "Pulumi.dev.yaml").write_text(text)
    with pytest.raises(InvalidInput) as caught:
        from_file("dev", folder)
    assert str(caught.value) == error


def test_an_error_of_the_parser_does_not_quote_the_file(folder: Path) -> None:
    (folder / "Pulumi.dev.yaml").write_text("config:\n  mystira:postgresqlPassword: 'Hunter2-Hunter2\n")
    with pytest.raises(InvalidInput) as caught:
        from_file("dev", folder)
    assert "Hunter2" not in str(caught.value)


def test_a_file_that_is_not_text_is_one_error(folder: Path) -> None:
    (folder / "Pulumi.dev.yaml").write_bytes(b"config: \xff\n")
    with pytest.raises(InvalidInput, match=r"^Pulumi\.dev\.yaml: not text in UTF-8"):
        from_file("dev", folder)


def test_a_file_that_is_missing_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"^Pulumi\.dev\.yaml: the file cannot be read; seen: No such file"):
        from_file("dev", tmp_path)
