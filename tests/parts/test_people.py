"""What people may do: three groups, and nothing that the settings do not say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from stacks.parts.access.plan import ACCESS
from stacks.plan.model import StackPlan
from tests.harness.build import compose_up_to
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, STACKS, edited_plan, every_stack

GROUPS = {
    "people/platform": "00000000-0000-4000-8000-00000000a001",
    "people/developers": "00000000-0000-4000-8000-00000000a002",
    "people/readers": "00000000-0000-4000-8000-00000000a003",
}
LOGS = ("log-reader", "workspace")
READS = {LOGS, ("metrics-reader", "metrics-workspace")}
ADMINISTERS = {("cluster-admin", "cluster"), ("cluster-user", "cluster"), *READS}

ROLES: Mapping[str, Mapping[str, set[tuple[str, str]]]] = {
    "shared": {
        "people/platform": {
            ("blob-contributor", "container/state"),
            *(("key-vault-crypto-user", f"key/state/pulumi-{stack}") for stack in STACKS),
            LOGS,
        },
        "people/developers": {LOGS},
        "people/readers": {LOGS},
    },
    "dev": {
        "people/platform": ADMINISTERS,
        "people/developers": {("cluster-writer", "cluster/namespace"), ("cluster-user", "cluster"), *READS},
        "people/readers": READS,
    },
    "staging": {
        "people/platform": ADMINISTERS,
        "people/developers": {("cluster-reader", "cluster/namespace"), ("cluster-user", "cluster"), *READS},
        "people/readers": READS,
    },
    "prod": {"people/platform": ADMINISTERS, "people/developers": READS, "people/readers": READS},
}
"""By stack and group: roles, and where."""


@every_stack
@pytest.mark.requirement("S3-147", "S3-148")
def test_every_group_has_these_roles_and_no_other(stack: str, plans: Mapping[str, StackPlan]) -> None:
    found = [each for each in plans[stack].grants if each.principal_type != "ServicePrincipal"]
    assert {each.who for each in found} == set(GROUPS)
    for who, id in GROUPS.items():
        assert {(each.role.key, each.scope) for each in found if each.who == who} == ROLES[stack][who]
        assert {(each.principal, each.principal_type) for each in found if each.who == who} == {(id, "Group")}
    assert len(found) == sum(map(len, ROLES[stack].values()))


@pytest.mark.parametrize(("stack", "role"), [("dev", "Writer"), ("staging", "Reader")])
def test_developers_are_in_their_namespace_and_nowhere_else(
    stack: str, role: str, composed: Mapping[str, Composition]
) -> None:
    (name,) = [each.name for each in composed[stack].azure() if each.name.startswith("developers-cluster-w")] or [
        each.name for each in composed[stack].azure() if each.name.startswith("developers-cluster-r")
    ]
    (found,) = [each for each in composed[stack].azure() if each.name == name]
    assert found.inputs["scope"] == f"/kubernetes-cluster/mys-{stack}-core-aks-san/namespaces/mys-{stack}"


def test_a_group_that_is_left_out_has_no_role(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"people.developers": GONE, "people.readers": GONE})
    assert {each.who for each in found.grants if each.principal_type == "Group"} == {"people/platform"}


def test_another_stack_of_an_environment_has_roles_in_the_namespace_of_that_environment(folder: Path) -> None:
    (folder / "Pulumi.dev-weu.yaml").write_text((folder / "Pulumi.dev.yaml").read_text())
    changes = {"environment": "dev", "azure.region": "westeurope", "azure.secondary_region": "northeurope"}
    (folder / "Pulumi.dev.yaml").unlink()
    found = compose_up_to(ACCESS, edited_plan(folder, "dev-weu", changes))
    scopes = [str(each.inputs.get("scope", "")) for each in found.azure()]
    assert [each for each in scopes if "/namespaces/" in each] == [
        "/kubernetes-cluster/mys-dev-core-aks-euw/namespaces/mys-dev"
    ]


PLATFORM, DEVELOPERS = GROUPS["people/platform"], GROUPS["people/developers"]
MISTAKES = [
    Mistake("dev", {"people.developers": PLATFORM}, "people.developers", "the group of people.platform too", "its own"),
    Mistake("shared", {"people.readers": PLATFORM}, "people.readers", "the group of people.platform too"),
    Mistake("prod", {"people.readers": DEVELOPERS}, "people.readers", "the group of people.developers too"),
    Mistake("prod", {"people.platform": GONE}, "people.platform", "missing"),
    Mistake("dev", {"people.readers": "readers"}, "people.readers", "not allowed", "a GUID"),
    Mistake("dev", {"people.owners": PLATFORM}, "people.owners", "unknown key", "platform, developers, readers"),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_people_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
