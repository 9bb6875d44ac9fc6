"""Who may do what, written down a second time: every role assignment of an environment with its scope."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest

from stacks.plan.load import PROJECT
from tests.harness.access import granted, principal_of
from tests.harness.build import every
from tests.harness.compose import CONTRACT, Composition
from tests.harness.settings import STACKS, every_environment, every_stack

TEAM, DEVELOPERS, READERS = (f"00000000-0000-4000-8000-00000000a00{number}" for number in (1, 2, 3))
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
        ("network-contributor", "/resource-group/mys-{stack}-ingress-rg-san"),
        ("identity-operator", "/user-assigned-identity/mys-{stack}-corekubelet-identity-san"),
    },
    "corecertmanager": {("dns-contributor", "/dns-zone/acme.{stack}.mystira.app")},
    "corekubelet": {("acr-pull", REGISTRY)},
    "coredbmigrator": set(),
}
"""Of each identity of an environment, by the code in its name: roles and where they are granted."""

READS = {
    ("log-reader", "/log-analytics-workspace/mys-{stack}-core-log-san"),
    ("metrics-reader", "/monitor-workspace/mys-{stack}-core-amw-san"),
}
"""What everybody reads."""

PEOPLE = {
    TEAM: {
        ("cluster-admin", "/kubernetes-cluster/mys-{stack}-core-aks-san"),
        ("cluster-user", "/kubernetes-cluster/mys-{stack}-core-aks-san"),
        *READS,
    },
    DEVELOPERS: READS,
    READERS: READS,
}
"""What the groups of people may do in every environment."""

IN_NAMESPACE = {
    stack: {
        (role, f"/kubernetes-cluster/mys-{stack}-core-aks-san/namespaces/mys-{stack}"),
        ("cluster-user", f"/kubernetes-cluster/mys-{stack}-core-aks-san"),
    }
    for stack, role in (("dev", "cluster-writer"), ("staging", "cluster-reader"))
}
"""And what developers may do besides."""

GROUPS = (
    *(f"{each}-rg-san" for each in ("core", "ingress", "app", "admin", "story", "publisher", "chain")),
    "frontdoor-rg-glob",
)
CLUSTER = "/kubernetes-cluster/mys-{stack}-core-aks-san"
PIPELINES = {
    "apply": {
        *(
            (role, f"/resource-group/mys-{{stack}}-{group}")
            for role in ("contributor", "locks-contributor", "access-administrator")
            for group in GROUPS
        ),
        *((role, CLUSTER) for role in ("cluster-admin", "cluster-user")),
    },
    "preview": {
        *(("reader", f"/resource-group/mys-{{stack}}-{group}") for group in GROUPS),
        *((role, CLUSTER) for role in ("cluster-reader", "cluster-user")),
    },
}
"""And its pipelines, whose conditions are in tests/parts/test_pipelines.py."""


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
    others = {
        **{id: at(stack, wanted) for id, wanted in PEOPLE.items()},
        **{CONTRACT["pipelines"][f"{stack}-{does}"]: at(stack, wanted) for does, wanted in PIPELINES.items()},
    }
    others[DEVELOPERS] |= IN_NAMESPACE.get(stack, set())
    for principal, wanted in others.items():
        assert {(each.role, each.scope) for each in granted(composed[stack]) if each.principal == principal} == wanted
    wanted = sum(map(len, ROLES.values())) + sum(map(len, others.values()))
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
    """A subscription and a resource group have no provider in their ids; here the first part is the type's key.
    Pipelines have roles at the groups of their own stack, and the cluster at that of the gateway's private link."""
    wide = re.compile(r"^/(subscriptions/[^/]+(/resourceGroups/[^/]+)?|resource-group/[^/]+|)/?$", re.IGNORECASE)
    own = set(CONTRACT["pipelines"].values()) | {
        principal_of(composed[stack], each.inputs["resourceName"])
        for each in every(composed[stack], "user-assigned-identity")
        if "-cicd" in each.inputs["resourceName"] or "-coreaks-" in each.inputs["resourceName"]
    }
    found = [each for each in granted(composed[stack]) if wide.match(each.scope)]
    assert {each.principal for each in found} <= own
    assert not [each for each in found if "/subscriptions/" in each.scope]
    assert len(found) < len(granted(composed[stack]))


ROW = re.compile(
    r"^\| (?P<stack>\w+) \| (?P<who>[\w/-]+) \| (?P<role>[\w ]+) \| (?:data|control) \| [\w/-]+ \| "
    r"(?P<condition>\w*) ?\|$"
)
GOLDEN = re.compile(
    r"^role-assignment - \S+ role=(?P<role>[\w ]+?)(?: \([\w-]+\))? principal=\S+ principalType=\S+ scope=\S+"
    r"(?: condition=(?P<condition>\w+))?$"
)


@pytest.mark.requirement("S3-147")
def test_the_page_of_roles_lists_every_role_assignment() -> None:
    """Against the reviewed inventories, which are written from what is registered."""
    page = (PROJECT / "docs/roles.md").read_text().partition("## Documents")[0]
    listed = Counter((row["stack"], row["role"], row["condition"]) for row in map(ROW.match, page.splitlines()) if row)
    registered = Counter(
        (stack, row["role"], row["condition"] or "")
        for stack in STACKS
        for line in (PROJECT / f"tests/golden/{stack}.txt").read_text().splitlines()
        if (row := GOLDEN.match(line))
    )
    assert listed == registered
    assert {stack for stack, *_ in registered} == set(STACKS)


CALLERS = {
    ("identity/app", "Call", "Mystira Chain ({stack})"),
    ("identity/admin-api", "Call", "Mystira Chain ({stack})"),
    ("identity/admin-api", "Call", "Mystira Publisher ({stack})"),
    ("identity/admin-api", "Call", "Mystira Story Generator ({stack})"),
    ("identity/publisher", "Call", "Mystira Chain ({stack})"),
    ("identity/publisher", "Call", "Mystira Story Generator ({stack})"),
    *(
        (f"group/{group}", role, f"Mystira Admin {what} ({{stack}})")
        for group, value in (
            ("admins", "Admin"),
            ("superadmins", "SuperAdmin"),
            ("moderators", "Moderator"),
            ("viewers", "Viewer"),
        )
        for what, role in (("API", value), ("UI", "sign-in"))
    ),
}
"""Who may call what of an environment, and who may sign in as what."""


@every_environment
@pytest.mark.requirement("S1-030", "S3-095", "S3-147")
def test_these_and_no_others_have_roles_at_applications(stack: str, composed: Mapping[str, Composition]) -> None:
    found = {
        (each["principal"], each["role"], each["at"])
        for each in composed[stack].outputs["role_matrix"]
        if not each["at"].startswith("/")
    }
    assert found == {(who, role, where.format(stack=stack)) for who, role, where in CALLERS}


@every_stack
@pytest.mark.requirement("S3-147", "S3-148")
def test_the_role_matrix_tells_every_role_with_the_resource_that_it_is_at(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    told = Counter(each["at"] for each in composed[stack].outputs["role_matrix"] if each["at"].startswith("/"))
    assert told == Counter(each.scope for each in granted(composed[stack]))
    others = [name for name in STACKS if name != stack and any(f"mys-{name}-" in scope for scope in told)]
    assert others == []
