"""What a stack needs of its subscription: the table behind docs/permissions.md and `mystira preflight`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from components.facts.actions import FUNCTIONS, LINKED, LISTED, NEVER_DELETED, type_of
from components.facts.subscriptions import ALWAYS_REGISTERED
from components.facts.types import RESOURCE_TYPES
from stacks.build.recording import Call, Recording, Registration, recording_of
from stacks.parts.ai.plan import AI_ACCOUNT
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.preflight.needs import Model, Needs, contract_of, models_of, needs_in
from stacks.preflight.rights import rights_of
from tests.evidence.loading import ACTIONS, FOLDER
from tests.harness.settings import STACKS, edited_plan, every_environment, every_stack, plan, waived

EVIDENCE: Mapping[str, Any] = yaml.safe_load((FOLDER / ACTIONS).read_text())
WITH_KEYS = {"local_auth": ["redis"], "waivers.redis-private-keys": waived("a tunnel of the office")}
SHARED = plan("shared").subscription_id


@cache
def recording(stack: str) -> Recording:
    return recording_of(plan(stack), None if stack == "shared" else contract_of(recording("shared")))


@cache
def needs(stack: str) -> Needs:
    return needs_in(recording(stack), plan(stack))


def actions(stack: str) -> set[str]:
    return {right.action for right in needs(stack).rights}


# Rights.


@every_stack
def test_every_resource_is_written_read_and_deleted_where_it_is(stack: str) -> None:
    """Groups at the subscription, what is in them at the group; some types are never deleted."""
    found = {(right.action, right.scope) for right in needs(stack).rights}
    registered = recording(stack).registrations
    groups = {each.id for each in registered if each.row.key == "resource-group"}
    for each in registered:
        scope = "/".join(each.id.split("/")[: 3 if each.id in groups else 5])
        if scope in groups or each.id in groups:
            verbs = {"write", "read", "delete"} - ({"delete"} if each.row.key in NEVER_DELETED else set())
            assert {(f"{type_of(each.id)}/{verb}", scope) for verb in verbs} <= found, each.key


@every_stack
def test_every_right_is_needed_by_something_and_is_listed_once(stack: str) -> None:
    rights = needs(stack).rights
    assert rights
    assert len({(right.action.lower(), right.scope.lower()) for right in rights}) == len(rights)
    assert [right for right in rights if not right.reason] == []
    assert [right for right in rights if "*" in right.action] == []


def test_variables_of_a_site_are_read_with_a_right_of_their_own() -> None:
    """Azure has no other read of them than a list by POST, which no `read` includes."""
    assert "Microsoft.Web/sites/config/list/action" in actions("dev")
    assert {"Microsoft.Web/sites/config/list/action", "Microsoft.Web/sites/slots/config/list/action"} <= actions("prod")


@every_environment
def test_an_environment_needs_its_registry_in_shared(stack: str) -> None:
    """Pulling images needs a role there and the approval of the private endpoint, whoever owns the subscription."""
    registry = recording("shared").outputs["contract"]["registry_id"]
    assert {right.action for right in needs(stack).rights if right.scope == registry} == {
        "Microsoft.Authorization/roleAssignments/read",
        "Microsoft.Authorization/roleAssignments/write",
        "Microsoft.Authorization/roleAssignments/delete",
        "Microsoft.ContainerRegistry/registries/privateEndpointConnectionsApproval/action",
    }


def test_what_a_resource_refers_to_is_joined() -> None:
    assert {
        "Microsoft.Network/virtualNetworks/subnets/join/action",
        "Microsoft.Network/natGateways/join/action",
        "Microsoft.Network/networkSecurityGroups/join/action",
        "Microsoft.Network/publicIPAddresses/join/action",
        "Microsoft.Network/privateDnsZones/join/action",
        "Microsoft.Network/virtualNetworks/join/action",
        "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
        "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
        "Microsoft.KeyVault/vaults/privateEndpointConnectionsApproval/action",
    } <= actions("prod")


def test_keys_are_listed_only_where_they_are_accepted() -> None:
    """dev accepts keys, prod does not."""
    listing = {name for name in actions("dev") if name.lower().endswith("listkeys/action")}
    assert {name.split("/")[0] for name in listing} == {
        "Microsoft.DocumentDB",
        "Microsoft.ServiceBus",
        "Microsoft.Storage",
    }
    assert [name for name in actions("prod") if "listkeys" in name.lower()] == []


def test_redis_lists_its_keys_once_they_are_on(folder: Any) -> None:
    """The keys of what has been written are listed, although a preview that changes it does not ask for them."""
    changed = edited_plan(folder, "dev", WITH_KEYS)
    rights = rights_of(recording_of(changed), changed.subscription_id)
    assert "Microsoft.Cache/redisEnterprise/databases/listKeys/action" in {right.action for right in rights}


def test_locks_are_needed_only_where_there_are_locks() -> None:
    locks = {stack: {name for name in actions(stack) if "/locks/" in name} for stack in STACKS}
    assert {stack for stack, found in locks.items() if found} == {
        stack for stack in STACKS if any(each.row.key == "management-lock" for each in recording(stack).registrations)
    }


def test_a_function_without_a_row_fails_at_once() -> None:
    strange = Recording((), (Call("azure-native:web:listSecrets", {}),), {})
    with pytest.raises(KeyError, match="listSecrets"):
        rights_of(strange, SHARED)


def test_identities_in_a_map_are_assigned_too() -> None:
    """azure-native takes a list, other types of Azure a map from id to nothing."""
    group = f"/subscriptions/{SHARED}/resourceGroups/g"
    identity = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
    site = f"{group}/providers/Microsoft.Web/sites/s"
    plan = f"{group}/providers/Microsoft.Web/serverFarms/p"
    inputs = {"identity": {"userAssignedIdentities": {identity: {}}}, "serverFarmId": plan}
    row = RESOURCE_TYPES["web-app"]
    made = Registration(
        row=row, name="s", physical="s", id=site, urn="urn", inputs=inputs, waits_for=frozenset(), reads=frozenset()
    )
    found = {right.action for right in rights_of(Recording((made,), (), {}), SHARED)}
    assert {
        "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
        "Microsoft.Web/serverFarms/join/action",
    } <= found


# The second witness.


def special() -> Iterator[str]:
    """The actions that follow from no type's name."""
    yield from filter(None, FUNCTIONS.values())
    yield from (f"{RESOURCE_TYPES[key].arm}/{verb}" for key, verb in LISTED.items())
    yield from (f"{link.target}/{link.verb}" for link in LINKED if link.target != "*")
    for stack in STACKS:
        yield from (name for name in actions(stack) if name.lower().endswith("connectionsapproval/action"))


def test_every_action_beyond_those_of_a_type_is_published_or_marked_as_believed() -> None:
    published = {name.lower() for name in EVIDENCE["actions"]}
    believed = {name.lower() for name in EVIDENCE["believed"]}
    assert {name.lower() for name in special()} - published <= believed
    assert not published & believed


@every_stack
def test_the_actions_of_a_type_are_those_that_azure_publishes(stack: str) -> None:
    """A type that Azure deletes has an action for it, and one that it does not delete has none."""
    types = {name.lower(): set(row["verbs"]) for name, row in EVIDENCE["types"].items()}
    asked: dict[str, set[str]] = {}
    for name in actions(stack):
        kind, _, verb = name.rpartition("/")
        asked.setdefault(kind.lower(), set()).add(verb)
    found = {kind: verbs for kind, verbs in asked.items() if kind in types}
    assert found
    assert {kind: verbs - {"action"} for kind, verbs in found.items()} == {kind: types[kind] for kind in found}


# Providers, names, quotas, models.


def test_providers_are_those_of_the_types_and_what_they_need_silently() -> None:
    names = {each.name for each in needs("prod").providers}
    types = {type_of(each.id).partition("/")[0] for each in recording("prod").registrations}
    assert names == types | {
        "Microsoft.Compute",
        "Microsoft.ContainerRegistry",
        "Microsoft.PolicyInsights",
        "Microsoft.Compute/EncryptionAtHost",
    }
    assert "Microsoft.Insights" in {each.name for each in needs("shared").providers}
    assert "Microsoft.Compute" not in {each.name for each in needs("shared").providers}


def test_the_runbook_registers_every_provider() -> None:
    text = (PROJECT / "docs/runbooks/limits.md").read_text().replace("\\\n", " ")
    (listed,) = re.findall(r"for namespace in ([\w\s]+); do az provider register", text)
    registered = {f"microsoft.{name.lower()}" for name in listed.split()}
    needed = {each.name.lower() for stack in STACKS for each in needs(stack).providers if "/" not in each.name}
    assert needed - ALWAYS_REGISTERED <= registered


@every_stack
def test_names_are_those_that_are_unique_in_azure(stack: str) -> None:
    assert {each.id for each in needs(stack).names} <= {each.id for each in recording(stack).registrations}
    kinds = {each.key for each in needs(stack).names}
    everywhere = {"key-vault", "storage-account", "cosmos-account", "service-bus-namespace", "postgresql-server"}
    assert kinds >= ({"container-registry"} if stack == "shared" else everywhere)


def test_a_vault_that_is_to_be_recovered_says_so(folder: Any) -> None:
    changed = edited_plan(folder, "dev", {"vaults.recover": ["app"]})
    found = needs_in(recording_of(changed), changed).names
    assert [each.name for each in found if each.recovers] == ["mys-dev-app-kv-san"]


@every_environment
def test_quotas_are_those_of_the_pools_and_of_the_server(stack: str) -> None:
    found = needs(stack)
    assert {id.rpartition("/")[2] for id in found.pools} == {"system", "services", "chain"}
    assert len(found.servers) >= 1
    assert found.vcpus[-1].name == found.vcores[-1].name == "cores"
    assert all(each.minimum <= each.maximum <= each.upgrade for each in (*found.vcpus, *found.vcores))


def test_shared_has_neither_pools_nor_models() -> None:
    found = needs("shared")
    assert (found.vcpus, found.vcores, found.pools, found.servers, found.models) == ((), (), (), (), ())


def test_models_are_read_from_the_plan_of_the_part_that_deploys_them() -> None:
    deployment = SimpleNamespace(name="gpt-4o", model="gpt-5.6-sol", version="2026-07-09", sku="Standard", capacity=20)
    parts = {**plan("dev").parts, AI_ACCOUNT.key: SimpleNamespace(deployments=(deployment,))}
    with_models: StackPlan = replace(plan("dev"), parts=parts)
    assert list(models_of(with_models)) == [Model("gpt-4o", "gpt-5.6-sol", "2026-07-09", "Standard", 20)]
