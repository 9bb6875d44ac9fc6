"""Pipelines: who becomes which identity, what each may do and where, and that none can raise itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pulumi
import pytest

from components.access.facts import CONDITION_BYTES
from components.access.spec import RoleAssignmentSpec
from components.facts.roles import PIPELINE_ROLES
from stacks.catalogue.model import Catalogue
from stacks.catalogue.needs.external import External
from stacks.parts.pipelines.plan import PIPELINES, STACK_PIPELINES
from stacks.parts.pipelines.state_paths import PROJECT as PULUMI_PROJECT
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from tests.harness.access import granted
from tests.harness.build import by_name, compose_plan, every
from tests.harness.compose import CONTRACT, Composition
from tests.harness.conditions import Attempt, holds
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import (
    ENVIRONMENTS,
    GONE,
    STACKS,
    edit,
    edited_plan,
    every_environment,
    every_stack,
    one_problem,
    plan,
    waived,
)
from tests.platform.catalogue import CATALOGUE

REPOSITORY = "repo:phoenixvc/Mystira.workspace"
GROUP = "mys-shared-cicd-rg-san"


SUBJECTS = {
    **{f"{stack}-apply": {f"{stack}-apply": f"{REPOSITORY}:environment:{stack}"} for stack in STACKS},
    **{
        f"{stack}-preview": {
            f"{stack}-preview": f"{REPOSITORY}:environment:{stack}-preview",
            f"{stack}-drift": f"{REPOSITORY}:environment:{stack}-drift",
        }
        for stack in STACKS
    },
    "images": {
        "images-mystira-workspace": f"{REPOSITORY}:ref:refs/heads/main",
        "images-mystira-chain": "repo:phoenixvc/Mystira.Chain:ref:refs/heads/main",
    },
}
"""By identity: the names of its credentials, and the subjects."""


def subjects_of(shared: StackPlan) -> Mapping[str, dict[str, str]]:
    """By identity: the names of its credentials, and the subjects."""
    return {
        each.key: {credential.name: credential.subject for credential in each.credentials}
        for each in shared.of(PIPELINES).identities
    }


@pytest.mark.requirement("S1-017")
def test_every_stack_has_who_applies_and_who_previews(
    plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    """A job becomes one by its environment of GitHub, whose rules come first; nobody by a branch or a pull request."""
    assert subjects_of(plans["shared"]) == SUBJECTS
    found = every(composed["shared"], "federated-credential")
    assert {each.inputs["resourceName"] + each.name: each.inputs["subject"] for each in found} == {
        f"mys-shared-cicd{key.replace('-', '')}-identity-san{name}": subject
        for key, credentials in SUBJECTS.items()
        for name, subject in credentials.items()
    }


@pytest.mark.requirement("S1-017", "S3-109")
def test_identities_are_in_a_group_of_their_own(composed: Mapping[str, Composition]) -> None:
    identities = by_name(composed["shared"], "user-assigned-identity")
    assert {name: each.inputs["resourceName"] for name, each in identities.items()} == {
        **{
            f"{stack}-{does}": f"mys-shared-cicd{stack}{does}-identity-san"
            for stack in STACKS
            for does in ("apply", "preview")
        },
        "images": "mys-shared-cicdimages-identity-san",
    }
    credentials = every(composed["shared"], "federated-credential")
    assert len(credentials) == 4 * 3 + 2
    assert {each.inputs["resourceGroupName"] for each in (*identities.values(), *credentials)} == {GROUP}
    for each in credentials:
        assert each.inputs["issuer"] == "https://token.actions.githubusercontent.com"
        assert each.inputs["audiences"] == ["api://AzureADTokenExchange"]


@pytest.mark.requirement("S1-017")
def test_workflows_find_their_client_ids_in_an_output(composed: Mapping[str, Composition]) -> None:
    found = composed["shared"].outputs["pipelines"]
    assert set(found) == {*STACKS, "images"}
    assert all(set(found[stack]) == {"apply", "preview"} for stack in STACKS)
    ids = [id for stack in STACKS for id in found[stack].values()] + [found["images"]]
    assert len(set(ids)) == 9


def test_the_pull_requests_that_the_settings_name_preview(folder: Path) -> None:
    found = subjects_of(edited_plan(folder, "shared", {"ci.pull_requests": ["prod"]}))
    assert found["prod-preview"]["prod-pull-request"] == f"{REPOSITORY}:pull_request"
    assert [key for key, each in found.items() if f"{REPOSITORY}:pull_request" in each.values()] == ["prod-preview"]


@pytest.mark.requirement("S3-013")
def test_a_repository_with_a_number_is_named_with_it(folder: Path) -> None:
    numbers = {"ci.owner_id": 7, "ci.repository_ids": {"Mystira.Chain": 12}}
    found = subjects_of(edited_plan(folder, "shared", numbers))
    assert found["images"] == {
        "images-mystira-workspace": f"{REPOSITORY}:ref:refs/heads/main",
        "images-mystira-chain": "repo:phoenixvc@7/Mystira.Chain@12:ref:refs/heads/main",
    }
    numbers = {"ci.owner_id": 7, "ci.repository_ids": {"Mystira.workspace": 11}}
    found = subjects_of(edited_plan(folder, "shared", numbers))
    assert found["dev-apply"] == {"dev-apply": "repo:phoenixvc@7/Mystira.workspace@11:environment:dev"}


def test_a_further_stack_has_pipelines_too(folder: Path) -> None:
    shared = edited_plan(folder, "shared", {"state.further_stacks": ["prod-weu"]})
    (found,) = [each for each in shared.of(PIPELINES).identities if each.key == "prod-weu-apply"]
    assert found.spec.name == "mys-shared-cicdprodweuapply-identity-san"
    assert found.credentials[0].subject == f"{REPOSITORY}:environment:prod-weu"
    (folder / "Pulumi.prod-weu.yaml").write_text((folder / "Pulumi.prod.yaml").read_text())
    (folder / "Pulumi.prod.yaml").unlink()
    changes = {"environment": "prod", "azure.region": "westeurope", "azure.secondary_region": "northeurope"}
    again = edited_plan(folder, "prod-weu", changes)
    assert again.of(STACK_PIPELINES) == ("prod-weu-apply", "prod-weu-preview")
    assert [each.key for each in pipelines(again)] == [each.key for each in pipelines(plan("prod"))]


@every_stack
def test_without_the_setting_there_is_no_identity_and_no_role(stack: str, folder: Path) -> None:
    edit(folder, "shared", {"ci": GONE})
    found = plan(stack, folder)
    assert found.get(PIPELINES) is None
    assert list(pipelines(found)) == []
    assert "pipeline-rights" not in {step.key for step in found.steps}
    if stack == "shared":
        groups = {each.inputs["resourceGroupName"] for each in every(compose_plan(found), "resource-group")}
        assert GROUP not in groups


def pipelines(found: StackPlan) -> Iterator[RoleAssignmentSpec]:
    """The role assignments of pipelines."""
    return (each for each in found.grants if each.principal.startswith("pipeline/"))


TIER_2 = ("app", "admin", "story", "publisher", "chain")
HAS = ("contributor", "locks-contributor", "access-administrator")

OWN: Mapping[str, tuple[str, ...]] = {
    "shared": ("acr", "terraform", "comms", "dns"),
    **dict.fromkeys(ENVIRONMENTS, ("core", "ingress", "frontdoor", *TIER_2)),
}
"""The groups that a pipeline has of its own stack."""


def in_groups(stack: str) -> set[tuple[str, str, str, bool]]:
    """Who has what, where in its own groups, and whether there is a condition."""
    applies, previews = f"pipeline/{stack}-apply", f"pipeline/{stack}-preview"
    found = {
        (applies, role, f"resource-group/{group}", role == "access-administrator")
        for group in OWN[stack]
        for role in HAS
    }
    groups = (*OWN[stack], "cicd") if stack == "shared" else OWN[stack]
    found |= {(previews, "reader", f"resource-group/{group}", False) for group in groups}
    return found | ({(applies, "reader", "resource-group/cicd", False)} if stack == "shared" else set())


def at_shared(stack: str) -> set[tuple[str, str, str, bool]]:
    """The same at resources of ``shared``."""
    applies, previews = f"pipeline/{stack}-apply", f"pipeline/{stack}-preview"
    keys = {f"key/state/pulumi-{stack}", "key/state/pulumi-shared"}
    found = {(who, "key-vault-crypto-user", key, False) for who in (applies, previews) for key in keys} | {
        (applies, "state-writer", "container/state", True),
        (previews, "blob-reader", "container/state", True),
    }
    if stack == "shared":
        return found
    return found | {
        (applies, "access-administrator", "registry", True),
        (applies, "access-administrator", "mail", True),
        (applies, "registry-endpoint-approver", "registry", False),
        (applies, "dns-contributor", "dns-zone", False),
        (previews, "reader", "registry", False),
        (previews, "reader", "mail", False),
        (previews, "reader", "dns-zone", False),
    }


def in_cluster(stack: str) -> set[tuple[str, str, str, bool]]:
    """What the pipelines of an environment have at its cluster."""
    roles = {"apply": ("cluster-admin", "cluster-user"), "preview": ("cluster-reader", "cluster-user")}
    return {
        (f"pipeline/{stack}-{does}", role, "cluster", False)
        for does, each in roles.items()
        for role in each
        if stack != "shared"
    }


@every_stack
@pytest.mark.requirement("S3-147", "S3-148")
def test_every_pipeline_has_these_roles_there_and_no_other(stack: str, plans: Mapping[str, StackPlan]) -> None:
    found = [(each.principal, each.role.key, each.scope, bool(each.condition)) for each in pipelines(plans[stack])]
    wanted = in_groups(stack) | in_cluster(stack)
    if stack == "shared":
        wanted |= {each for name in STACKS for each in at_shared(name)}
        wanted.add(("pipeline/images", "acr-push", "registry", False))
    assert set(found) == wanted
    assert len(found) == len(wanted)


@every_environment
@pytest.mark.requirement("S1-005", "S3-148")
def test_no_environment_gives_a_role_to_the_pipeline_of_another(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    assert {each.principal for each in pipelines(plans[stack])} == {
        f"pipeline/{stack}-{x}" for x in ("apply", "preview")
    }
    others = {id for key, id in CONTRACT["pipelines"].items() if not key.startswith(f"{stack}-")}
    assert not {each.principal for each in granted(composed[stack])} & others
    assert {each.principal for each in granted(composed[stack])} >= {
        CONTRACT["pipelines"][f"{stack}-apply"],
        CONTRACT["pipelines"][f"{stack}-preview"],
    }


@every_stack
@pytest.mark.requirement("S3-148")
def test_only_pipelines_and_the_cluster_have_a_role_at_a_resource_group(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    """The cluster at the one in which it makes the gateway's private link service."""
    wide = [each for each in plans[stack].grants if each.kind == "resource-group"]
    others = [each for each in wide if not each.principal.startswith("pipeline/")]
    link = ("identity/control-plane", "network-contributor", "resource-group/ingress")
    assert [(each.principal, each.role.key, each.scope) for each in others] == ([] if stack == "shared" else [link])
    assert {each.principal_type for each in wide} == {"ServicePrincipal"}


WRITE, DELETE = "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"
ROLE, TYPE = (f"Microsoft.Authorization/roleAssignments:{each}" for each in ("RoleDefinitionId", "PrincipalType"))


def may_assign(condition: str, role: str, kind: str) -> bool:
    """Whether a role can be granted, and taken back, which is one and the same here."""
    what = {ROLE: role, TYPE: kind}
    written = holds(condition, Attempt(WRITE, request=what))
    assert holds(condition, Attempt(DELETE, resource=what)) is written
    return written


@every_stack
@pytest.mark.requirement("S3-148")
def test_a_pipeline_grants_what_its_stack_grants_and_nothing_else(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """Each of its roles for its type of principal: none of a pipeline's own, and no role of a group for an identity."""
    conditions = {
        each.condition
        for each in pipelines(plans[stack])
        if each.role.key == "access-administrator" and each.kind == "resource-group"
    }
    (condition,) = conditions
    assert len(condition.encode()) <= CONDITION_BYTES
    given = {
        (each.role.id, each.principal_type)
        for each in plans[stack].grants
        if not each.principal.startswith("pipeline/")
    }
    ids = {each.role.id for each in plans[stack].grants} | {role.id for role in PIPELINE_ROLES.values()}
    for role in ids:
        assert role not in condition or role in {id for id, _ in given}
        for kind in ("ServicePrincipal", "Group", "User"):
            assert may_assign(condition, role, kind) is ((role, kind) in given)
    assert given


def test_a_role_that_the_settings_give_is_one_that_the_pipeline_may_give(folder: Path) -> None:
    entry = {"principal_id": "5f0c7a52-7f1e-4d5a-8a70-0e4b5a9c1a02", "principal_type": "User", "scope": "workspace"}
    found = edited_plan(folder, "prod", {"access.auditor": {**entry, "role": "log-reader"}})
    (condition,) = {each.condition for each in pipelines(found) if each.condition}
    (role,) = {each.role.id for each in found.grants if each.role.key == "log-reader"}
    assert may_assign(condition, role, "User")
    assert not may_assign(condition, role, "ServicePrincipal")


@pytest.mark.parametrize(("scope", "role"), [("registry", "acr-pull"), ("mail", "mail-owner")])
def test_an_environment_grants_one_role_at_a_resource_of_shared(
    scope: str, role: str, plans: Mapping[str, StackPlan]
) -> None:
    found = {
        each.condition
        for each in pipelines(plans["shared"])
        if each.role.key == "access-administrator" and each.scope == scope
    }
    (condition,) = found
    roles = {each.role.key: each.role.id for stack in STACKS for each in plans[stack].grants}
    allowed = {key for key, id in roles.items() if may_assign(condition, id, "ServicePrincipal")}
    assert allowed == {role}
    assert not any(may_assign(condition, id, "Group") for id in roles.values())


BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"


def reaches(condition: str, action: str, path: str) -> bool:
    return holds(condition, Attempt(f"{BLOBS}/{action}", resource={f"{BLOBS}:path": path}))


def files_of(stack: str) -> tuple[str, ...]:
    """What Pulumi writes in an update (pulumi/pulumi: pkg/backend/diy)."""
    return (
        f".pulumi/stacks/mystira/{stack}.json",
        f".pulumi/stacks/mystira/{stack}.json.bak",
        f".pulumi/stacks/mystira/{stack}.pulumi-tags",
        f".pulumi/locks/organization/mystira/{stack}/0b1f.json",
        f".pulumi/history/mystira/{stack}/{stack}-1795310000.history.json",
        f".pulumi/backups/mystira/{stack}/{stack}.1795310000.json",
    )


@every_stack
@pytest.mark.requirement("S3-148")
def test_a_pipeline_writes_its_own_state_and_reads_that_and_the_one_of_shared(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    at_state = {each.principal: each for each in pipelines(plans["shared"]) if each.scope == "container/state"}
    applies, previews = at_state[f"pipeline/{stack}-apply"], at_state[f"pipeline/{stack}-preview"]
    for condition in (applies.condition, previews.condition):
        assert reaches(condition, "read", ".pulumi/meta.yaml")
        assert reaches(condition, "read", ".pulumi/stacks/mystira/shared.json")
        assert holds(condition, Attempt(f"{BLOBS}/read", "Blob.List"))
        for other in STACKS:
            assert all(reaches(condition, "read", path) is (other == stack) for path in files_of(other)[3:])
            assert reaches(condition, "read", files_of(other)[0]) is (other in (stack, "shared"))
    for action in ("write", "add/action", "delete"):
        for other in (*STACKS, f"{stack}-weu"):
            assert all(reaches(applies.condition, action, path) is (other == stack) for path in files_of(other))
        assert not reaches(applies.condition, action, ".pulumi/meta.yaml")
        # Azure refuses a condition that names what its role does not do.
        assert f"{BLOBS}/{action}" not in previews.condition


def test_the_paths_are_those_of_this_project() -> None:
    assert f"name: {PULUMI_PROJECT}\n" in (PROJECT / "Pulumi.yaml").read_text()


@pytest.mark.requirement("S3-148")
def test_roles_of_our_own_have_one_action_and_the_actions_on_blobs(composed: Mapping[str, Composition]) -> None:
    found = by_name(composed["shared"], "role-definition")
    (approves,) = found["registry-endpoint-approver"].inputs["permissions"]
    assert approves["actions"] == ["Microsoft.ContainerRegistry/registries/privateEndpointConnectionsApproval/action"]
    assert approves["dataActions"] == []
    (writes,) = found["state-writer"].inputs["permissions"]
    assert writes["actions"] == []
    assert writes["dataActions"] == [f"{BLOBS}/{each}" for each in ("read", "write", "add/action", "delete")]
    assert {name: each.inputs["assignableScopes"] for name, each in found.items()} == {
        "registry-endpoint-approver": ["/resource-group/mys-shared-acr-rg-san"],
        "state-writer": ["/resource-group/mys-shared-terraform-rg-san"],
    }
    assert set(found) == {"registry-endpoint-approver", "state-writer"}
    by_definition = {each.inputs["roleDefinitionId"]: name for name, each in found.items()}
    for each in every(composed["shared"], "role-assignment"):
        name = by_definition.get(each.inputs["roleDefinitionId"].rpartition("/")[2])
        assert (name is not None) == (name in each.dependencies)


def test_a_second_platform_has_roles_of_its_own(folder: Path) -> None:
    """Names of roles are unique in the tenant, and so are their ids."""
    first = plan("shared").of(PIPELINES).roles
    second = edited_plan(folder, "shared", {"naming.instance": "r1"}).of(PIPELINES).roles
    for what in ("id", "name"):
        assert not {getattr(each, what) for each in first} & {getattr(each, what) for each in second}


@every_environment
def test_roles_at_groups_wait_for_their_group_alone(stack: str, composed: Mapping[str, Composition]) -> None:
    groups = {each.name for each in every(composed[stack], "resource-group")}
    found = [
        each
        for each in every(composed[stack], "role-assignment")
        if "/resource-group/" in each.inputs["scope"] and not each.name.startswith("control-plane-")
    ]
    assert len(found) == 4 * len(groups)
    for each in found:
        assert set(each.dependencies) - {"organization/mystira/shared"} <= groups, each.name
    cluster = by_name(composed[stack], "kubernetes-cluster")["core"]
    assert not {each.name for each in found} & set(cluster.dependencies)


def test_shared_that_has_no_identity_of_a_stack_is_one_clear_error(plans: Mapping[str, StackPlan]) -> None:
    old = Composition(references={"contract": {**CONTRACT, "pipelines": {"shared-apply": "x"}}})
    with pytest.raises(pulumi.RunError, match="with the identities dev-apply, dev-preview before this one; seen: sh"):
        compose_plan(plans["dev"], old)


OUTSIDE: Catalogue = replace(
    CATALOGUE,
    services=tuple(
        replace(each, needs=(*each.needs, External("stripe-api-key"))) if each.key == "app" else each
        for each in CATALOGUE
    ),
)


@pytest.mark.parametrize("stack", ["shared", "prod"])
def test_a_state_with_a_secret_from_outside_is_not_for_pull_requests(stack: str, folder: Path) -> None:
    edit(folder, "shared", {"ci.pull_requests": ["prod"]})
    problem = one_problem(folder, stack, {}, catalogue=OUTSIDE)
    assert problem.path == "Pulumi.shared.yaml: mystira:ci.pull_requests"
    assert problem.seen == "prod (secrets from outside: app/stripe-api-key)"


@pytest.mark.parametrize("stack", ["shared", "prod"])
def test_a_secret_that_only_the_vault_has_is_in_no_state(stack: str, folder: Path) -> None:
    edit(folder, "shared", {"ci.pull_requests": ["prod"]})
    edit(folder, "prod", {"secrets.overrides": {"app/stripe-api-key": {"in_vault": True}}})
    assert plan(stack, folder, catalogue=OUTSIDE).get(PIPELINES)


def test_keys_that_come_later_are_refused_by_the_stack_that_has_them(folder: Path) -> None:
    edit(folder, "shared", {"ci.pull_requests": ["prod"]})
    problem = one_problem(folder, "prod", {"local_auth": ["cosmos"], "waivers.local-auth": waived("For a while.")})
    assert problem.path == "Pulumi.shared.yaml: mystira:ci.pull_requests"
    assert problem.seen == "prod (local_auth: cosmos)"


def test_repositories_whose_credentials_would_have_one_name_are_refused(folder: Path) -> None:
    first, second, *rest = CATALOGUE.services
    services = (replace(first, repository="Mystira.Chain"), replace(second, repository="mystira-chain"), *rest)
    with pytest.raises(Exception, match="differs from another repository in dots and capitals only"):
        plan("shared", folder, catalogue=replace(CATALOGUE, services=services))


def test_an_identity_trusts_twenty_repositories(folder: Path) -> None:
    services = tuple(replace(CATALOGUE.services[0], key=f"s{n}", repository=f"r{n}") for n in range(21))
    with pytest.raises(Exception, match="more repositories push images than one identity trusts; seen: 21"):
        plan("shared", folder, catalogue=replace(CATALOGUE, services=services))


MISTAKES = [
    Mistake(
        "shared",
        {"ci.repository_ids": {"Mystira.workspace": 11}},
        "ci.owner_id",
        "missing: GitHub names the owner with its number",
        "gh api users/phoenixvc",
    ),
    Mistake(
        "shared",
        {"ci.owner_id": 7, "ci.repository_ids": {"Mystira.Moon": 11}},
        "ci.repository_ids.Mystira.Moon",
        "no service and no stack comes from this repository",
        "Mystira.workspace, Mystira.Chain",
    ),
    Mistake(
        "shared", {"ci.pull_requests": ["moon"]}, "ci.pull_requests", "no such stack", "shared, dev, staging, prod"
    ),
    Mistake(
        "shared",
        {"ci.pull_requests": ["dev"]},
        "ci.pull_requests",
        "a preview by a pull request could read the secrets in the state of dev",
        "stacks without keys and config secrets",
    ),
    Mistake("shared", {"ci.owner": "a b"}, "ci.owner", "not allowed"),
    Mistake("shared", {"ci.repository": "owner/name"}, "ci.repository", "not allowed"),
    Mistake("shared", {"ci.repository_ids": {"Mystira.workspace": "11"}}, "ci.repository_ids.Mystira.workspace", "not"),
    Mistake("dev", {"ci": {"owner": "a", "repository": "b"}}, "ci", "unknown key"),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_pipelines_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
