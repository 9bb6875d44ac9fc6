"""Names: any legal input gives legal names; anything else is one clear error."""

from __future__ import annotations

import re

import pulumi
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from components.facts.model import Naming, ResourceType, Scope
from components.facts.regions import REGIONS
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from components.guard.aliases import is_version_alias
from components.guard.checks import problems_of
from components.naming.builder import Names, Project
from components.naming.guid import role_assignment_name
from components.naming.kubernetes import NAMESPACES, check_namespace, check_object_name, namespace, object_name
from components.naming.rules import REQUIRED_TAGS, check_name, tags_for
from components.problems import InvalidInput, Problem
from stacks.catalogue.model import Catalogue, Service
from tests.harness.compose import schema
from tests.platform.catalogue import CATALOGUE

BUILT = sorted(key for key, row in RESOURCE_TYPES.items() if row.naming in (Naming.FIVE_PART, Naming.COMPACT))
CODED = sorted(name for name, each in REGIONS.items() if len(each.code) == 3)
"""The regions of an environment: a longer code is refused (stacks/parts/groups/checks.py)."""
TAGS = dict(tags_for(environment="dev", service="core", team="platform", cost_center="development"))


@given(
    environment=st.sampled_from(["dev", "staging", "prod", "shared"]),
    region=st.sampled_from(CODED),
    instance=st.text("abcdefghijklmnopqrstuvwxyz0123456789", max_size=2),
    project=st.sampled_from([service.project for service in CATALOGUE] + [Project("core")]),
    key=st.sampled_from(BUILT),
)
@pytest.mark.requirement("S0-03", "S1-007", "S1-015")
def test_any_legal_input_gives_a_legal_name(
    environment: str, region: str, instance: str, project: Project, key: str
) -> None:
    # A vault belongs to a service: what spans services has none.
    assume((project.code, key) != ("core", "key-vault"))
    name = Names("mys", environment, region, instance).name(project, key)
    assert check_name(RESOURCE_TYPES[key], name, "here") == []
    if RESOURCE_TYPES[key].naming is Naming.FIVE_PART:
        parts = name.split("-")
        assert len(parts) == 5
        assert parts[1] == environment
        assert parts[3] == RESOURCE_TYPES[key].abbreviation
        assert parts[4] == REGIONS[region].code
        assert parts[0] == ("mys" + instance if RESOURCE_TYPES[key].rule.scope is Scope.GLOBAL else "mys")


@pytest.mark.requirement("S1-007")
def test_live_names_are_kept() -> None:
    shared = Names("mys", "shared", "southafricanorth")
    assert shared.name(Project("acr"), "container-registry") == "myssharedacr"
    assert Names("mys", "prod", "southafricanorth").name(Project("core"), "resource-group") == "mys-prod-core-rg-san"
    assert Names("mys", "shared", "southafricanorth", "x").name(Project("acr"), "container-registry") == "mysxsharedacr"


def test_a_role_is_fused_into_the_project() -> None:
    names = Names("mys", "prod", "southafricanorth")
    assert names.name(Project("core"), "network-security-group", role="nodes") == "mys-prod-corenodes-nsg-san"


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("org", ("acme", "dev", "southafricanorth", "")),
        ("environment", ("mys", "test", "southafricanorth", "")),
        ("region", ("mys", "dev", "mars", "")),
        ("instance", ("mys", "dev", "southafricanorth", "toolong")),
    ],
)
def test_an_unknown_part_is_one_problem(field: str, arguments: tuple[str, str, str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        Names(*arguments)
    assert [problem.path for problem in caught.value.problems] == [field]


def test_too_long_is_an_error_and_never_shortened() -> None:
    with pytest.raises(InvalidInput, match="wrong length"):
        Names("mys", "staging", "southafricanorth").name(Project("x" * 60), "virtual-network")


@pytest.mark.parametrize(
    ("key", "name", "what"),
    [
        ("resource-group", "mystira-prod-rg", "convention"),
        ("resource-group", "mys-prod-core-rg-mars", "convention"),
        ("virtual-network", "mys-prod-core-vnet", "convention"),
        ("virtual-network", "mys-prod-a-core-vnet-san", "convention"),
        ("container-registry", "mys-shared-acr", "characters"),
        ("log-analytics-workspace", "log", "length"),
    ],
)
@pytest.mark.requirement("S0-03", "S1-015")
def test_a_bad_name_is_refused(key: str, name: str, what: str) -> None:
    problems = check_name(RESOURCE_TYPES[key], name, "here")
    assert len(problems) == 1
    assert what in problems[0].what


def test_the_guard_wants_a_plain_name_and_tags() -> None:
    token = RESOURCE_TYPES["virtual-network"].token
    good = {"virtual_network_name": "mys-dev-core-vnet-san", "tags": TAGS}
    assert problems_of(token, "core", good, frozenset()) == []
    unnamed = problems_of(token, "core", {"tags": TAGS}, frozenset())
    assert [problem.what for problem in unnamed] == ["the name must be a plain string"]
    untagged = problems_of(token, "core", {**good, "tags": {"Team": "x"}}, frozenset())
    assert "CostCenter" in untagged[0].seen
    assert problems_of("azure-native:web:Certificate", "x", {}, frozenset())[0].what.startswith("this type is not")


def test_the_guard_keeps_listed_live_names() -> None:
    token = RESOURCE_TYPES["virtual-network"].token
    props = {"virtual_network_name": "old-name", "tags": TAGS}
    assert problems_of(token, "core", props, frozenset({"old-name"})) == []
    assert len(problems_of(token, "core", props, frozenset())) == 1


def test_only_version_aliases_are_dropped() -> None:
    assert is_version_alias(pulumi.Alias(type_="azure-native:network/v20240501:VirtualNetwork"))
    assert is_version_alias(pulumi.Alias(type_="azure-native:network/v20240501preview:VirtualNetwork"))
    for kept in (
        pulumi.Alias(type_="azure-native:network:VirtualNetwork"),
        pulumi.Alias(name="old"),
        pulumi.Alias(type_="azure-native:network/v20240501:VirtualNetwork", name="old"),
        "urn:pulumi:dev::mystira::azure-native:network/v20240501:VirtualNetwork::core",
    ):
        assert not is_version_alias(kept)


@pytest.mark.parametrize("row", RESOURCE_TYPES.values(), ids=lambda row: row.key)
def test_the_table_of_types_is_sound(row: ResourceType) -> None:
    assert row is BY_TOKEN[row.token]
    assert f"{{{row.name_input}}}" in row.id_template
    assert row.rule.minimum <= row.rule.maximum
    assert re.compile(row.rule.pattern)
    assert row.rule.source
    assert bool(row.abbreviation) == (row.naming in (Naming.FIVE_PART, Naming.COMPACT))


WITH_LABELS = {"query"}
"""What the SDK calls their tags are labels: lists, by which people find them."""


@pytest.mark.parametrize("row", RESOURCE_TYPES.values(), ids=lambda row: row.key)
def test_the_table_of_types_agrees_with_the_sdk(row: ResourceType) -> None:
    """The token exists, everything in the id is an input, and tags are exactly where the SDK takes them."""
    inputs = set(schema().inputs(row.token))
    assert {name for name in re.findall(r"\{(\w+)\}", row.id_template) if name != "subscriptionId"} <= inputs
    assert ("tags" in inputs and row.key not in WITH_LABELS) == row.taggable


@pytest.mark.requirement("S3-039")
def test_names_in_the_cluster_begin_with_mys() -> None:
    assert object_name("publisher") == "mys-publisher"
    assert object_name("publisher", "config") == "mys-publisher-config"
    assert namespace("dev") == "mys-dev"
    for wrong in ("publisher", "mys-Publisher", "mys-", "mys-" + "x" * 60):
        assert len(check_object_name(wrong, "here")) == 1
    with pytest.raises(InvalidInput, match="too long"):
        object_name("x" * 60)
    assert [namespace(each) for each in NAMESPACES] == ["mys-gateway", "mys-cert-manager", "mys-database"]
    with pytest.raises(InvalidInput, match="neither an environment nor a namespace of ours"):
        namespace("test")
    assert check_namespace("mys-dev", "here") == check_namespace("mys-gateway", "here") == []
    for elsewhere in ("default", "kube-system", "mys-test", "mys-dev-2"):
        assert [each.what for each in check_namespace(elsewhere, "here")] == ["not a namespace of ours"]


@pytest.mark.requirement("S3-039")
def test_the_guard_refuses_other_names_in_the_cluster() -> None:
    token = "kubernetes:core/v1:Service"

    def problems(name: object, *kept: str) -> list[Problem]:
        metadata = {"name": name, "namespace": "mys-dev"}
        return problems_of(token, "x", {"metadata": metadata}, frozenset(kept))

    assert problems("mys-publisher") == problems("web", "web") == []
    assert [each.what for each in problems("web")] == ["not a name of ours"]
    assert [each.seen for each in problems(None)] == ["no name"]
    assert [each.seen for each in problems_of(token, "x", {}, frozenset())] == ["no name", "no namespace"]


def test_role_assignments_are_named_by_plain_keys() -> None:
    name = role_assignment_name(scope="dev/registry", role="acr-pull", principal="dev/kubelet")
    assert check_name(RESOURCE_TYPES["role-assignment"], name, "here") == []
    assert name == role_assignment_name(scope="dev/registry", role="acr-pull", principal="dev/kubelet")
    assert name != role_assignment_name(scope="prod/registry", role="acr-pull", principal="prod/kubelet")


def test_a_catalogue_with_an_impossible_name_says_so() -> None:
    problems = Catalogue((Service("storyteller", Project("storyteller"), "app"),)).problems
    assert {"key-vault", "storage-account"} <= {problem.what.split()[4] for problem in problems}
    assert {problem.path for problem in problems} == {"catalogue: storyteller"}
    twins = Catalogue((Service("a", Project("publisher", "pub"), "app"), Service("b", Project("pub"), "app"))).problems
    assert {problem.path for problem in twins} == {"catalogue: b"}
    assert all("has the name of that of publisher in" in problem.what for problem in twins)


def test_abbreviations_are_unique() -> None:
    used = [row.abbreviation for row in RESOURCE_TYPES.values() if row.abbreviation]
    assert len(used) == len(set(used))


def test_all_tags_are_made() -> None:
    assert sorted(TAGS) == sorted(REQUIRED_TAGS)
