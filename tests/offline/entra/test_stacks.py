"""Everything in a tenant that a stack registers can be made, and comes back as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.entra.graph import CLIENT_ID
from components.facts.model import DirectoryType
from components.facts.types import BY_TOKEN, DIRECTORY_TYPES, REGISTERED_BY_TOKEN
from offline.azure.behaviour import guid
from offline.azure.services.identity import IDENTITY, REPLICATED_AFTER
from offline.rpc.protocol import Created, Properties
from offline.world.store import World
from tests.harness.compose import CONTRACT, TENANT, Composition
from tests.harness.offline import Cloud
from tests.harness.settings import STACKS
from tests.harness.tenant import Tenant

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

PIPELINE = "00000000-0000-4000-8000-0000000000bb"
"""Stands for the identities of pipelines, which `shared` makes."""


@pytest.mark.parametrize("stack", STACKS)
def test_what_a_stack_makes_in_a_tenant_comes_back_as_it_was(
    tmp_path: Path, stack: str, composed: Mapping[str, Composition]
) -> None:
    composition = composed[stack]
    world = World(tmp_path / "cloud.db")
    ids = _identities(Cloud(world), composition)
    ids |= dict.fromkeys(CONTRACT["pipelines"].values(), PIPELINE)
    ids |= {guid(each, CLIENT_ID): guid(TENANT, CLIENT_ID) for each in composition.tenants.values()}
    # The objects of both tenants of a stack are made in one: a registration does not say which provider makes it.
    tenant = Tenant(world)
    made: list[tuple[str, Created, Properties]] = []
    for each in composition.entra():
        row = REGISTERED_BY_TOKEN[each.type]
        assert isinstance(row, DirectoryType)
        inputs = _resolved(dict(each.inputs), ids)
        created = tenant.make(row.key, **inputs)
        ids |= _drawn(composition, row, each.name, created)
        made.append((row.key, created, inputs))
    assert bool(made) == bool(composition.tenants)
    for key, created, inputs in made:
        found = tenant.read(key, created.id, inputs, created.properties)
        assert found.inputs == tenant.azuread.schema.project(DIRECTORY_TYPES[key].token, tenant.checked(key, inputs))
        assert not tenant.diff(key, found, **inputs).changes
        assert not tenant.diff(key, tenant.read(key, created.id), **inputs).changes, "an adopted object shows nothing"


def _identities(cloud: Cloud, composition: Composition) -> dict[str, str]:
    """The managed identities of a stack, known everywhere: mocked principal id → the one that the cloud gave."""
    row = BY_TOKEN[IDENTITY]
    found: dict[str, str] = {}
    for each in composition.of(IDENTITY):
        name = str(each.inputs[row.name_input])
        found[guid(f"/{row.key}/{name}", "principal")] = cloud.identity(name).properties["principalId"]
    for number in range(REPLICATED_AFTER):
        cloud.identity(f"later-{number}")
    return found


def _drawn(composition: Composition, row: DirectoryType, name: str, created: Created) -> dict[str, str]:
    """Mocked ids of an object, whichever tenant it is in → those that the tenant gave."""
    found: dict[str, str] = {}
    for tenant in composition.tenants.values():
        mocked = guid(tenant, row.key, name)
        found[mocked] = created.id.rpartition("/")[2]
        if "clientId" in created.properties and "{objectId}" in row.import_id:
            id = row.import_id.replace("{objectId}", mocked)
            found[guid(id, "client")] = created.properties["clientId"]
    return found


def _resolved(value: Any, ids: Mapping[str, str]) -> Any:
    """Mocked ids as those that the tenant gave."""
    if isinstance(value, dict):
        return {key: _resolved(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, ids) for item in value]
    return _GUID.sub(lambda match: ids.get(match[0], match[0]), value) if isinstance(value, str) else value
