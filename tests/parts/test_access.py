"""Roles that the settings grant, and locks, which come after all roles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.roles import PIPELINE_ROLES, ROLES
from components.facts.types import BY_TOKEN
from stacks.parts.access.plan import ACCESS
from tests.harness.access import ASSIGNMENT, granted
from tests.harness.build import compose_up_to
from tests.harness.compose import Composition
from tests.harness.settings import edited_plan, every_stack, one_problem, waived

LOCK = "azure-native:authorization:ManagementLockByScope"


GUEST = "00000000-0000-4000-8000-0000000000aa"


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_somebody_else_gets_the_role_of_the_settings(stack: str, folder: Path) -> None:
    entry = {"principal_id": GUEST, "principal_type": "User", "role": "cluster-reader", "scope": "cluster"}
    made = edited_plan(folder, stack, {"access.guest": entry})
    assert [each.who for each in made.grants if each.principal == GUEST] == ["access/guest"]
    assert {each for each in granted(compose_up_to(ACCESS, made)) if each.principal == GUEST} == {
        ("cluster-reader", GUEST, f"/kubernetes-cluster/mys-{stack}-core-aks-san"),
    }


@every_stack
def test_nothing_is_granted_wider_than_a_resource(stack: str, composed: Mapping[str, Composition]) -> None:
    """Pipelines apart, whose roles are in tests/parts/test_pipelines.py, and the cluster, which makes the gateway's
    private link service in a group of its own."""
    wide = []
    for each in composed[stack].of(ASSIGNMENT):
        assert each.inputs["principalType"] in ("ServicePrincipal", "Group", "User")
        scope = str(each.inputs["scope"])
        assert scope.count("/") >= 2
        wide += [each.name] if scope.split("/")[1] in ("resource-group", "") else []
    link = "control-plane-network-contributor-resource-group-ingress"
    assert [name for name in wide if name.partition("-")[0] not in ("apply", "preview")] == (
        [link] if stack != "shared" else []
    )


# Below these come and go role assignments and records of other stacks, domains, and the deployments of models: a lock
# would make them undeletable.
OPEN_TO_OTHERS = {
    "azure-native:cognitiveservices:Account",
    "azure-native:communication:CommunicationService",
    "azure-native:communication:EmailService",
    "azure-native:containerregistry:Registry",
    "azure-native:dns:Zone",
    "azure-native:cdn:Profile",
}


@pytest.mark.parametrize(("stack", "on"), [("shared", True), ("dev", False), ("staging", False), ("prod", True)])
def test_what_holds_data_is_protected_everywhere_and_locked_where_asked(
    stack: str, on: bool, composed: Mapping[str, Composition]
) -> None:
    stateful = [each for each in composed[stack].azure() if BY_TOKEN[each.type].holds_data]
    assert stateful
    assert {each.protect for each in stateful} == {True}
    # The lock of an account covers what is in it.
    lockable = {
        f"/{BY_TOKEN[each.type].key}/{each.inputs[BY_TOKEN[each.type].name_input]}"
        for each in stateful
        if BY_TOKEN[each.type].arm.count("/") == 1 and each.type not in OPEN_TO_OTHERS
    }
    locks = composed[stack].of(LOCK)
    assert sorted(each.inputs["scope"] for each in locks) == (sorted(lockable) if on else [])
    assert {each.inputs["level"] for each in locks} <= {"CanNotDelete"}
    assert all(each.dependencies for each in locks)


@pytest.mark.parametrize("stack", ["shared", "prod"])
def test_a_lock_comes_after_the_roles_in_its_scope(stack: str, folder: Path) -> None:
    """Azure refuses to delete a role assignment below a lock."""
    reader = {
        "principal_id": "00000000-0000-4000-8000-0000000000aa",
        "principal_type": "Group",
        "role": "log-reader",
        "scope": "workspace",
    }
    found = compose_up_to(ACCESS, edited_plan(folder, stack, {"access.auditors": reader}))
    (grant,) = [each for each in found.of(ASSIGNMENT) if each.inputs["principalId"] == reader["principal_id"]]
    (workspace,) = found.of("azure-native:operationalinsights:Workspace")
    (lock,) = [each for each in found.of(LOCK) if each.name == f"log-analytics-workspace-{workspace.name}"]
    assert {grant.name, workspace.name} <= set(lock.dependencies)


BUILT_IN = {
    "Communication and Email Service Owner": "09976791-48a7-449e-bb21-39d1a415f350",
    "Website Contributor": "de139f84-1756-47ae-9be6-808fbbe84772",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "DNS Zone Contributor": "befefa01-2a29-4197-83a8-272ff33ce314",
    "Locks Contributor": "28bf596f-4eb7-45ce-b5bc-6cf482fec137",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "AcrPush": "8311e382-0749-4cb8-b61a-304f252e45ec",
    "Azure Kubernetes Service Cluster User Role": "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    "Azure Kubernetes Service RBAC Reader": "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
    "Azure Kubernetes Service RBAC Writer": "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb",
    "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "Cognitive Services OpenAI User": "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
    "Key Vault Crypto Officer": "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
    "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
    "Key Vault Reader": "21090545-7ca7-4776-b22c-e363652d74d2",
    "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Log Analytics Reader": "73c42c96-874c-492b-b04d-ab87d138a893",
    "Monitoring Data Reader": "b0d8363b-8ddd-447d-831f-62ca05bff136",
    "Managed Identity Operator": "f1a07417-d97a-45cb-824c-7a7467783830",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "Search Index Data Contributor": "8ebe5a00-799e-43f5-93ac-243d3dce84a7",
    "Search Service Contributor": "7ca78c08-252a-4471-8644-bb5ff32d4ba0",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
}
"""Written down a second time, from public templates: everything else reads the one table (S3-111)."""


def test_the_ids_of_roles_are_azure_s() -> None:
    assert {role.name: role.id for table in (ROLES, PIPELINE_ROLES) for role in table.values()} == BUILT_IN


@pytest.mark.parametrize("stack", ["shared", "prod"])
def test_locks_are_off_only_for_a_reason_where_the_data_is_that_of_users(stack: str, folder: Path) -> None:
    problem = one_problem(folder, stack, {"protection": "off"})
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:waivers.protection"
    found = edited_plan(folder, stack, {"waivers.protection": waived("The stack is taken down this week.")})
    assert not found.protection
