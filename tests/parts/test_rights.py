"""Who may do what, written down a second time: every role assignment of an environment with its scope."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest

from stacks.plan.load import PROJECT
from tests.harness.access import granted, principal_of
from tests.harness.build import every
from tests.harness.compose import Composition
from tests.harness.settings import STACKS, every_environment, every_stack

TEAM = "00000000-0000-4000-8000-00000000a001"
REGISTRY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myssharedacr"
MAIL = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/mail"
CONTAINERS = ("mystira-app-media", "avatars", "audio", "content-bundles", "archives", "uploads")
TOPICS = ("account-created", "profile-updated", "session-completed", "scenario-purchased")

ROLES: Mapping[str, set[tuple[str, str]]] = {
    "app": {
        ("metrics-publisher", "/application-insights/mys-{stack}-app-ai-san"),
        ("key-vault-secrets-user", "/key-vault/mys-{stack}-app-kv-san"),
        ("key-vault-crypto-user", "/key-vault-key/jwt-signing"),
        *(("blob-contributor", f"/blob-container/{each}") for each in CONTAINERS),
        *(("bus-sender", f"/service-bus-topic/{each}") for each in TOPICS),
        ("bus-receiver", "/service-bus-queue/app-events"),
        ("mail-owner", MAIL),
    },
    "admin": {
        ("metrics-publisher", "/application-insights/mys-{stack}-admin-ai-san"),
        ("key-vault-secrets-user", "/key-vault/mys-{stack}-adm-kv-san"),
        ("bus-receiver", "/service-bus-queue/admin-notifications"),
    },
    "story": {
        ("metrics-publisher", "/application-insights/mys-{stack}-story-ai-san"),
        ("key-vault-secrets-user", "/key-vault/mys-{stack}-story-kv-san"),
        ("bus-receiver", "/service-bus-subscription/story-generator"),
        ("openai-user", "/ai-account/mys-{stack}-core-aif-san"),
        ("search-index-contributor", "/search-service/mys-{stack}-core-search-san"),
    },
    "publisher": {
        ("metrics-publisher", "/application-insights/mys-{stack}-publisher-ai-san"),
        ("key-vault-secrets-user", "/key-vault/mys-{stack}-pub-kv-san"),
        ("bus-sender", "/service-bus-queue/publisher-events"),
        ("bus-receiver", "/service-bus-queue/publisher-events"),
        ("bus-receiver", "/service-bus-subscription/publisher"),
    },
    "chain": {
        ("metrics-publisher", "/application-insights/mys-{stack}-chain-ai-san"),
        ("key-vault-secrets-user", "/key-vault/mys-{stack}-chain-kv-san"),
        ("bus-receiver", "/service-bus-subscription/chain"),
    },
    "migration": set(),
    "analytics": set(),
    "training": {
        ("blob-contributor", "/blob-container/training-data"),
    },
    "coreaks": {
        ("network-contributor", "/virtual-network/mys-{stack}-core-vnet-san/subnets/aks-nodes"),
        ("network-contributor", "/virtual-network/mys-{stack}-core-vnet-san/subnets/private-link"),
        ("identity-operator", "/user-assigned-identity/mys-{stack}-corekubelet-identity-san"),
    },
    "corekubelet": {("acr-pull", REGISTRY)},
    "coredbmigrator": set(),
}
"""Of each identity of an environment, by the code in its name: roles and where they are granted."""

PEOPLE = {
    ("cluster-admin", "/kubernetes-cluster/mys-{stack}-core-aks-san"),
    ("cluster-user", "/kubernetes-cluster/mys-{stack}-core-aks-san"),
}
"""What the platform team may do."""


def roles(composition: Composition, stack: str) -> dict[str, set[tuple[str, str]]]:
    """Role and scope of every identity, by the code in its name."""
    found: dict[str, set[tuple[str, str]]] = {}
    for identity in every(composition, "user-assigned-identity"):
        name = identity.inputs["resourceName"]
        mine = principal_of(composition, name)
        code = name.removeprefix(f"mys-{stack}-").removesuffix("-identity-san")
        found[code] = {(each.role, each.scope) for each in granted(composition) if each.principal == mine}
    return found


def at(stack: str, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The rights of an environment, from the table above."""
    return {(role, scope.format(stack=stack)) for role, scope in wanted}


@every_environment
@pytest.mark.requirement(
    "S0-11",
    "S1-005",
    "S1-030",
    "S1-088",
    "S1-090",
    "S3-035",
    "S3-037",
    "S3-109",
    "S3-113",
    "S3-115",
    "S3-117",
    "S3-120",
    "S3-121",
    "S3-148",
    "S3-150",
)
def test_every_identity_has_these_roles_there_and_no_other(stack: str, composed: Mapping[str, Composition]) -> None:
    assert roles(composed[stack], stack) == {code: at(stack, wanted) for code, wanted in ROLES.items()}


@every_environment
@pytest.mark.requirement("S0-11", "S1-088", "S1-090", "S3-148", "S3-150")
def test_nobody_else_has_a_role(stack: str, composed: Mapping[str, Composition]) -> None:
    people = {(each.role, each.scope) for each in granted(composed[stack]) if each.principal == TEAM}
    assert people == at(stack, PEOPLE)
    wanted = sum(map(len, ROLES.values())) + len(PEOPLE)
    assert len(granted(composed[stack])) == wanted


READS, WRITES = 1, 2
DOCUMENTS = {
    ("app", WRITES, ""),
    ("admin", READS, ""),
    ("admin", WRITES, "/colls/Scenarios"),
    ("admin", WRITES, "/colls/ContentBundles"),
    ("migration", READS, ""),
}
"""Cosmos DB keeps its own roles: who, the last digit of the role, and the container below the database."""


@every_environment
@pytest.mark.requirement("S1-088", "S2-027")
def test_documents_are_written_by_the_app_and_content_by_the_administration(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    """Nobody has a role at the account; the migration copies and compares, so it reads."""
    account = f"/cosmos-account/mys-{stack}-core-cosmos-san"
    found = [
        (each.inputs["principalId"], each.inputs["roleDefinitionId"], each.inputs["scope"])
        for each in every(composed[stack], "cosmos-role-assignment")
    ]
    assert Counter(found) == Counter(
        (
            principal_of(composed[stack], f"mys-{stack}-{code}-identity-san"),
            f"{account}/sqlRoleDefinitions/00000000-0000-0000-0000-00000000000{role}",
            f"{account}/dbs/MystiraAppDb{container}",
        )
        for code, role, container in DOCUMENTS
    )


@every_environment
@pytest.mark.requirement("S1-088", "S2-028", "S2-054", "S3-036", "S3-112")
def test_redis_is_used_by_three_services(stack: str, composed: Mapping[str, Composition]) -> None:
    codes = ("app", "admin", "story")
    found = [each.inputs["user"]["objectId"] for each in every(composed[stack], "redis-access-policy-assignment")]
    assert Counter(found) == Counter(
        principal_of(composed[stack], f"mys-{stack}-{code}-identity-san") for code in codes
    )


@every_stack
@pytest.mark.requirement("S1-090", "S3-148")
def test_no_scope_is_wider_than_a_resource(stack: str, composed: Mapping[str, Composition]) -> None:
    """A subscription and a resource group have no provider in their ids; here the first part is the type's key."""
    wide = re.compile(r"^/(subscriptions/[^/]+(/resourceGroups/[^/]+)?|resource-group/[^/]+|)/?$", re.IGNORECASE)
    scopes = [each.scope for each in granted(composed[stack])]
    assert scopes
    assert [scope for scope in scopes if wide.match(scope)] == []


ROW = re.compile(r"^\| (?P<stack>\w+) \| (?P<who>[\w/-]+) \| (?P<role>[\w ]+) \| (?:data|control) \| [\w/-]+ \|$")
GOLDEN = re.compile(r"^role-assignment - \S+ role=(?P<role>[\w ]+) principal=")


@pytest.mark.requirement("S3-147")
def test_the_page_of_roles_lists_every_role_assignment() -> None:
    """Against the reviewed inventories, which are written from what is registered."""
    page = (PROJECT / "docs/roles.md").read_text().partition("## Documents")[0]
    listed = Counter((row["stack"], row["role"]) for row in map(ROW.match, page.splitlines()) if row)
    registered = Counter(
        (stack, row["role"])
        for stack in STACKS
        for line in (PROJECT / f"tests/golden/{stack}.txt").read_text().splitlines()
        if (row := GOLDEN.match(line))
    )
    assert listed == registered
    assert {stack for stack, _ in registered} == set(STACKS)
