"""Settings: each mistake is one clear error at its path, all of a file at once."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
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
from stacks.clock import today
from stacks.plan import EnvironmentPlan
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


ROLE_AND_SCOPE = "role: cluster-user\n      scope: cluster"
KUBECONFIG = "access.platform-team-kubeconfig"
WAIVERS = "  mystira:waivers:"
ONE_NODE = "minimum: 1, maximum: 5, os_disk_gib: 64"


def adopting(entry: str) -> str:
    return f"  mystira:adopt: {{{entry}}}\n{WAIVERS}"


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
    ("dev", 'version: "1.36"', 'version: "1.20"', "aks.version", "not a version that Azure offers"),
    ("dev", "authorized_ranges: [203.0.113.0/24]", "api: private", "aks.api", "cannot be reached from outside"),
    ("dev", "    authorized_ranges: [203.0.113.0/24]\n", "", "waivers.aks-api-open", "missing"),
    ("prod", "tier: Standard", "tier: Free", "waivers.aks-tier", "missing"),
    (
        "prod",
        "minimum: 3, maximum: 5, os_disk_gib: 64",
        "minimum: 1, maximum: 5, os_disk_gib: 64",
        "waivers.aks-zones",
        "missing",
    ),
    ("dev", "Standard_D4ds_v5", "Standard_X9", "aks.pools.services.vm_size", "not a size of"),
    ("dev", "os_disk_gib: 128", "os_disk_gib: 256", "aks.pools.services.os_disk_gib", "does not fit"),
    ("dev", "minimum: 1, maximum: 3,", "minimum: 3, maximum: 3,", "aks.pools.services.maximum", "no room"),
    ("dev", "      chain: {vm_size", "      gpu: {vm_size", "aks.pools.gpu", "unknown pool"),
    ("dev", "      chain: {vm_size", "      gpu: {vm_size", "aks.pools.chain", "missing"),
    (
        "prod",
        "minimum: 3, maximum: 20",
        "minimum: 3, maximum: 90",
        "aks.pools.services.maximum",
        "cannot hold",
    ),
    (
        "prod",
        "memory_mib: 4096}\n      limits: {cpu: 4",
        "memory_mib: 16384}\n      limits: {cpu: 4",
        "aks.pools.chain.minimum",
        "cannot hold",
    ),
    ("dev", "      aks-nodes: 10.0.8.0/22\n", "", "network.subnets.aks-nodes", "missing"),
    ("dev", "192.168.0.0/16", "192.168.0.0/22", "network.pod_cidr", "too small for the pools"),
    ("dev", "role: cluster-user", "role: king", KUBECONFIG + ".role", "unknown role"),
    (
        "dev",
        "role: cluster-user",
        "role: Owner",
        KUBECONFIG + ".role",
        "opens more than anybody needs",
    ),
    (
        "dev",
        "role: cluster-user\n      scope: cluster",
        "role: cluster-user\n      scope: resource-group/core",
        KUBECONFIG + ".scope",
        "wider than a resource",
    ),
    (
        "dev",
        "role: cluster-user\n      scope: cluster",
        "role: cluster-user\n      scope: moon",
        KUBECONFIG + ".scope",
        "no such resource",
    ),
    (
        "dev",
        "role: cluster-user",
        "role: acr-pull",
        KUBECONFIG + ".scope",
        "acr-pull is not for a kubernetes-cluster",
    ),
    (
        "dev",
        "  mystira:waivers:",
        "  mystira:adopt: {moon/core: /x}\n  mystira:waivers:",
        "adopt.moon/core",
        "not a type and a logical name",
    ),
    (
        "dev",
        "  mystira:waivers:",
        "  mystira:adopt: {virtual-network/core: /subscriptions/x/resourceGroups/y}\n  mystira:waivers:",
        "adopt.virtual-network/core",
        "not the id of a virtual-network",
    ),
    (
        "dev",
        "  mystira:waivers:",
        "  mystira:adopt: {resource-group/core: /subscriptions/x/resourceGroups/y}\n  mystira:waivers:",
        "adopt.resource-group/core",
        "another subscription",
    ),
    (
        "dev",
        "    subnets:\n",
        "    subnet_names: {moon: a-b}\n    subnets:\n",
        "network.subnet_names.moon",
        "no such subnet",
    ),
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


def test_the_subnet_must_hold_the_pools_at_their_maximum(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    text = file.read_text().replace("aks-nodes: 10.0.8.0/22", "aks-nodes: 10.0.8.0/27")
    file.write_text(text.replace("minimum: 1, maximum: 3, os", "minimum: 1, maximum: 30, os"))
    with pytest.raises(InvalidInput) as caught:
        plan_of("dev", folder, TODAY)
    (problem,) = caught.value.problems
    assert problem.path == "Pulumi.dev.yaml: mystira:network.subnets.aks-nodes"
    assert problem.allowed == "54 addresses or more, for 49 nodes during an upgrade"


def test_a_version_past_its_end_is_refused_unless_it_runs(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(file.read_text().replace('version: "1.36"', 'version: "1.34"'))
    assert plan_of("dev", folder, date(2026, 11, 29)).warnings[0].what == "kubernetes 1.34"
    with pytest.raises(InvalidInput) as caught:
        plan_of("dev", folder, date(2026, 11, 30))
    (problem,) = caught.value.problems
    assert problem.what == "kubernetes 1.34 can no longer be created"
    id = (
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/mys-dev-core-rg-san"
        "/providers/Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san"
    )
    adopt = f"  mystira:adopt:\n    kubernetes-cluster/core: {id}\n  mystira:waivers:"
    file.write_text(file.read_text().replace("  mystira:waivers:", adopt))
    assert plan_of("dev", folder, date(2026, 11, 30)).stack == "dev"


def test_what_is_about_another_resource_may_lie_in_its_subscription(folder: Path) -> None:
    """The role of the cluster at the shared registry is a resource of dev in the registry's subscription."""
    id = (
        "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/mys-shared-acr-rg-san"
        "/providers/Microsoft.ContainerRegistry/registries/mysprodacr/providers/Microsoft.Authorization"
        "/roleAssignments/00000000-0000-4000-8000-00000000000a"
    )
    file = folder / "Pulumi.dev.yaml"
    adopt = f"  mystira:adopt:\n    role-assignment/kubelet-acr-pull-registry: {id}\n  mystira:waivers:"
    file.write_text(file.read_text().replace("  mystira:waivers:", adopt))
    assert plan_of("dev", folder, TODAY).stack == "dev"


def test_a_live_subnet_keeps_its_name_when_it_is_listed(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(
        file.read_text().replace("    subnets:\n", "    subnet_names: {aks-nodes: aks-subnet}\n    subnets:\n")
    )
    plan = plan_of("dev", folder, TODAY)
    assert isinstance(plan, EnvironmentPlan)
    assert {subnet.role.key: subnet.name for subnet in plan.network.subnets}["aks-nodes"] == "aks-subnet"


def test_the_day_can_be_pinned() -> None:
    assert today({"MYSTIRA_TODAY": "2026-11-21"}) == date(2026, 11, 21)
    assert abs((today({}) - datetime.now(UTC).date()).days) <= 1


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
    assert "publisher" not in {host.service for host in plan.hosts}


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
