"""Settings: each mistake is one clear error at its path, all of a file at once."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from components.problems import InvalidInput, Problem
from offline.engine.home import PROJECT
from stacks.__main__ import app, plan_of
from stacks.settings import from_engine, from_file, load
from stacks.settings.loading import NAMESPACE
from tests.conftest import STACKS, TODAY

Raw = dict[str, Any]


def raw(stack: str) -> Raw:
    config = yaml.safe_load((PROJECT / f"Pulumi.{stack}.yaml").read_text())["config"]
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


@pytest.mark.parametrize("stack", STACKS)
def test_a_missing_section_is_exactly_one_problem(stack: str) -> None:
    for name in ("azure", "ownership", "domain"):
        config = copy.deepcopy(raw(stack))
        del config[name]
        (problem,) = problems(stack, config)
        assert (problem.path, problem.what) == (f"Pulumi.{stack}.yaml: mystira:{name}", "missing")


def test_all_mistakes_of_a_file_come_at_once() -> None:
    config = copy.deepcopy(raw("dev"))
    config["azure"]["region"] = "mars"
    config["azure"]["tenant_id"] = "me"
    config["network"]["address_space"] = "10.0.0.1/16"
    config["monitoring"]["receivers"][0]["email"] = "nobody"
    del config["domain"]["name"]
    found = {problem.path.partition("mystira:")[2] for problem in problems("dev", config)}
    assert found == {
        "azure.region",
        "azure.tenant_id",
        "network.address_space",
        "monitoring.receivers.0.email",
        "domain.name",
    }


@pytest.mark.requirement("S1-006")
@pytest.mark.parametrize("stack", STACKS)
def test_the_engine_hands_over_the_same_settings(stack: str) -> None:
    values = {f"mystira:{key}": v if isinstance(v, str) else json.dumps(v) for key, v in raw(stack).items()}
    assert from_engine(stack, {**values, "azure-native:location": "x"}) == from_file(stack, PROJECT)


@pytest.mark.parametrize("stack", STACKS)
def test_the_schema_accepts_the_files_and_refuses_a_wrong_one(stack: str) -> None:
    schema = json.loads((PROJECT / "docs/settings.schema.json").read_text())
    content = yaml.safe_load((PROJECT / f"Pulumi.{stack}.yaml").read_text())
    jsonschema.validate(content, schema)
    content["config"]["mystira:nothing"] = {}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, schema)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("config:\n  a: 1\n  a: 2\n", "the key a stands twice"),
        ("config: [", "not YAML"),
        ("- 1\n", "a mapping"),
        ("config: 3\n", "a mapping"),
    ],
)
def test_a_file_that_is_no_settings_file(folder: Path, text: str, what: str) -> None:
    (folder / "Pulumi.dev.yaml").write_text(text)
    with pytest.raises(InvalidInput) as caught:
        from_file("dev", folder)
    assert len(caught.value.problems) == 1
    assert what in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"Pulumi\.dev\.yaml: the file cannot be read"):
        from_file("dev", tmp_path)
    with pytest.raises(InvalidInput, match="unknown; seen: test"):
        load("test", {})


CASES = [
    ("dev", "10.0.8.0/22", "10.0.3.0/22", "network.subnets.aks-nodes", "not allowed"),
    ("dev", "10.0.4.0/24", "10.0.8.0/24", "network.subnets.private-endpoints", "overlaps aks-nodes"),
    ("dev", "10.0.4.0/24", "10.9.4.0/24", "network.subnets.private-endpoints", "outside the network"),
    ("dev", "10.0.5.0/26", "10.0.5.0/29", "network.subnets.app-service", "too small"),
    ("dev", "      app-service:", "      bastion:", "network.subnets.bastion", "unknown role"),
    ("dev", "192.168.0.0/16", "10.0.0.0/16", "network.pod_cidr", "overlaps the network"),
    ("dev", "172.16.0.0/16", "192.168.0.0/20", "network.service_cidr", "overlaps the pods"),
    ("dev", "southafricanorth", "mars", "azure.region", "not allowed"),
    ("dev", "southafricanorth", "global", "azure.region", "not allowed"),
    ("staging", "region: southafricanorth", "region: eastus2", "azure.region", "code makes names too long"),
    ("dev", "retention_days: 30", "retention_days: 7", "monitoring.retention_days", "not allowed"),
    ("dev", "MysDev", "MystiraDevelopment", "monitoring.action_group_short_name", "not allowed"),
    ("dev", "    local-auth:", "    other-rule:", "waivers.other-rule", "no such rule"),
    ("staging", 'local_auth: "off"', 'local_auth: "on"', "waivers.local-auth", "missing"),
    ("dev", 'local_auth: "on"', 'local_auth: "off"', "waivers.local-auth", "waives a rule that the settings keep"),
    ("shared", "sku: Premium", "sku: Standard", "registry.retention_days", "needs Premium, the SKU is Standard"),
    ("shared", "westeurope", "southafricanorth", "azure.secondary_region", "a copy in the same region"),
    ("shared", "southafricanorth", "westus", "registry.zone_redundant", "westus has no zones"),
    ("shared", "mystira:registry:", "mystira:dns: {adopt: /x}\n  mystira:registry:", "dns.adopt", "not the id"),
]


@pytest.mark.parametrize(("stack", "old", "new", "path", "what"), CASES, ids=[f"{c[3]} {c[4]}" for c in CASES])
def test_what_azure_would_refuse_is_refused_with_its_path(
    folder: Path, stack: str, old: str, new: str, path: str, what: str
) -> None:
    file = folder / f"Pulumi.{stack}.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    with pytest.raises(InvalidInput) as caught:
        plan_of(stack, folder, TODAY)
    wanted = [each for each in caught.value.problems if each.path == f"Pulumi.{stack}.yaml: mystira:{path}"]
    assert len(wanted) == 1
    assert what in wanted[0].what


@pytest.mark.requirement("S1-005")
def test_ranges_of_two_environments_must_not_meet(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(file.read_text().replace(" 10.0.", " 10.1."))
    with pytest.raises(InvalidInput) as caught:
        plan_of("dev", folder, TODAY)
    (problem,) = caught.value.problems
    assert (problem.path, problem.what) == ("Pulumi.dev.yaml: mystira:network.address_space", "overlaps staging")


def test_the_broken_file_of_another_stack_is_its_own_matter(folder: Path) -> None:
    (folder / "Pulumi.staging.yaml").write_text("config: [")
    assert plan_of("dev", folder, TODAY).stack == "dev"


def test_services_that_do_not_exist_or_contradict_themselves(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    services = "  mystira:services:\n    ghost: {}\n    app: {replicas: {minimum: 3, maximum: 2}}\n"
    file.write_text(file.read_text().replace("  mystira:services:\n", services))
    with pytest.raises(InvalidInput) as caught:
        plan_of("dev", folder, TODAY)
    paths = [problem.path.partition("mystira:")[2] for problem in caught.value.problems]
    assert paths == ["services.app.replicas", "services.ghost"]


def test_a_service_that_is_not_public_has_no_hosts(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(file.read_text().replace("    publisher:\n", "    publisher:\n      public: false\n"))
    plan = plan_of("dev", folder, TODAY)
    assert "publisher" not in {host.service for host in plan.hosts}  # type: ignore[attr-defined]


def test_the_command_line_says_it_all_and_fails(folder: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["check"]).exit_code == 0
    assert runner.invoke(app, ["show", "dev"]).exit_code == 0
    assert runner.invoke(app, ["generate", "--check"]).exit_code == 0
    for stack in ("dev", "prod"):
        file = folder / f"Pulumi.{stack}.yaml"
        file.write_text(file.read_text().replace("southafricanorth", "mars"))
    result = runner.invoke(app, ["check", "--folder", str(folder)])
    assert result.exit_code == 1
    assert result.output.count("azure.region: not allowed") == 2
