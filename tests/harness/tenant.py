"""A tenant of the offline cloud without an engine: the provider azuread on a world, and short ways to make things."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.entra.graph import ROLES
from components.facts.types import DIRECTORY_TYPES
from offline.azure.services.identity import REPLICATED_AFTER
from offline.azure.subscription import CALLER
from offline.entra.errors import GraphError
from offline.entra.graph import graph
from offline.entra.provider import EntraProvider
from offline.rpc.protocol import CheckFailure, Created, Diff, Properties, ProviderError
from offline.world.limits import Login
from offline.world.store import World
from tests.harness.compose import TENANT, schema
from tests.harness.offline import Cloud

PERSON = CALLER
ELSEWHERE = "00000000-0000-4000-8000-0000000000ee"
"""Another tenant."""
SCOPE = "11111111-1111-4111-8111-111111111111"
ROLE = "22222222-2222-4222-8222-222222222222"


class Tenant:
    """The provider on one world. Inputs pass its check before anything is sent, as in a run of the engine."""

    def __init__(self, world: World | Path, tenant: str = TENANT, client: str = "") -> None:
        self.world = World(world / "cloud.db") if isinstance(world, Path) else world
        self.id = tenant
        self.azuread = EntraProvider(self.world, schema(), "6.11.1", sleep=lambda _: None)
        self.azuread.configure({"tenantId": tenant, **({"clientId": client} if client else {})})

    def make(self, key: str, /, **inputs: Any) -> Created:
        """Create an object of a type, by the key of its row."""
        token = DIRECTORY_TYPES[key].token
        return self.azuread.create("urn", token, self.checked(key, inputs), preview=False, timeout=0)

    def preview(self, key: str, /, **inputs: Any) -> Properties:
        """What a preview of a create shows."""
        token = DIRECTORY_TYPES[key].token
        return self.azuread.create("urn", token, self.checked(key, inputs), preview=True, timeout=0).properties

    def update(self, key: str, made: Created, /, *, preview: bool = False, **inputs: Any) -> Properties:
        """Update an object: these are all its new inputs."""
        token, olds = DIRECTORY_TYPES[key].token, made.properties
        news = self.checked(key, inputs)
        return self.azuread.update("urn", token, made.id, olds, news, preview=preview, timeout=0, ignore_changes=[])

    def delete(self, key: str, id: str) -> None:
        """Delete an object."""
        self.azuread.delete("urn", DIRECTORY_TYPES[key].token, id, {}, timeout=0)

    def read(self, key: str, id: str, inputs: Properties | None = None, state: Properties | None = None) -> Created:
        """An object as it is now, as a refresh or an import sees it."""
        token = DIRECTORY_TYPES[key].token
        given = self.azuread.schema.project(token, self.checked(key, inputs)) if inputs else {}
        found = self.azuread.read("urn", token, id, given, state or {})
        assert found is not None, id
        return found

    def gone(self, key: str, id: str) -> bool:
        """Whether the tenant has no such object any more."""
        return self.azuread.read("urn", DIRECTORY_TYPES[key].token, id, {}, {}) is None

    def diff(self, key: str, made: Created, /, **inputs: Any) -> Diff:
        """What a change of an existing object to these inputs would be."""
        return self.azuread.diff(
            DIRECTORY_TYPES[key].token, made.id, {}, made.properties, self.checked(key, inputs), []
        )

    def failures(self, key: str, /, **inputs: Any) -> list[CheckFailure]:
        """What azuread refuses at a preview by its schema."""
        return list(self.azuread.check("urn", DIRECTORY_TYPES[key].token, {}, inputs)[1])

    def checked(self, key: str, inputs: Properties) -> Properties:
        """Inputs with azuread's defaults. Fails on those that it does not take."""
        checked, failures = self.azuread.check("urn", DIRECTORY_TYPES[key].token, {}, inputs)
        assert not failures, failures
        return checked

    def refused(self, code: str, act: Callable[[], Any]) -> GraphError:
        """The refusal that an act meets: it has this code, and advice."""
        with pytest.raises(GraphError) as caught:
            act()
        assert caught.value.code == code, str(caught.value)
        assert f" with error: {code}: " in str(caught.value)
        assert "advice:" in str(caught.value)
        return caught.value

    def application(self, name: str = "api", /, **more: Any) -> Created:
        """An application with one scope and one role for people and applications."""
        return self.make("application", **application(name, **more))

    def principal(self, of: Created, /, **more: Any) -> Created:
        """The service principal of an application."""
        return self.make("service-principal", clientId=of.properties["clientId"], **more)

    def group(self, name: str = "admins", /, **more: Any) -> Created:
        """A security group."""
        return self.make("group", **{"displayName": name, "securityEnabled": True, **more})

    def identity(self, cloud: Cloud, name: str = "apply") -> Properties:
        """A managed identity that all of Entra knows: client and principal id."""
        made = cloud.identity(name).properties
        for number in range(REPLICATED_AFTER):
            cloud.identity(f"{name}-later-{number}")
        return made

    def log_in(self, identity: Properties, *permissions: str) -> None:
        """Log in as an identity that has these permissions at Graph."""
        for name in permissions:
            self.make(
                "app-role-assignment",
                appRoleId=ROLES[name],
                principalObjectId=identity["principalId"],
                resourceObjectId=graph(self.id).body["objectId"],
            )
        with self.world.limits() as limits:
            limits.set_login(Login(service=True, client_id=identity["clientId"], object_id=identity["principalId"]))

    def log_out(self) -> None:
        """Log in as the person again, who may do everything."""
        with self.world.limits() as limits:
            limits.set_login(Login())


def application(name: str = "api", /, **more: Any) -> Properties:
    """The inputs of an application with one scope and one role for people and applications."""
    scope = {"id": SCOPE, "value": "read", "adminConsentDisplayName": "Read", "adminConsentDescription": "Reads"}
    role = {
        "id": ROLE,
        "value": "Call",
        "displayName": "Call",
        "description": "Calls",
        "allowedMemberTypes": ["User", "Application"],
    }
    return {
        "displayName": name,
        "api": {"requestedAccessTokenVersion": 2, "oauth2PermissionScopes": [scope]},
        "appRoles": [role],
        "owners": [PERSON],
        **more,
    }


def azuread_error(act: Callable[[], Any]) -> str:
    """What azuread itself says when an act fails."""
    with pytest.raises(ProviderError) as caught:
        act()
    assert not isinstance(caught.value, GraphError), str(caught.value)
    return str(caught.value)
