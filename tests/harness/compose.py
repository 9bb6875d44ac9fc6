"""Run a program under Pulumi's mocks and return what it registered and exported.

Outputs are resolved before this returns, so that an assertion can never sit in a callback that does not run. An unknown
type, an unknown property or a missing one fails without any assertion: every registration is checked against the SDK's
schema.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.runtime import mocks, rpc

from components.facts.model import DirectoryType, KubernetesType
from components.facts.types import BY_TOKEN, REGISTERED_BY_TOKEN
from offline.azure.behaviour import Request, guid
from offline.azure.services.every import BEHAVIOURS
from offline.azure.string_sets import to_outputs
from offline.entra import behaviour as entra
from offline.entra.graph import graph
from offline.entra.objects import id_for
from offline.entra.services.every import BEHAVIOURS as ENTRA
from offline.rpc.values import from_struct
from offline.schema.check import Schema
from offline.schema.kept import TOKENS, ensure_schema
from offline.world.limits import Limits, Login
from offline.world.objects import CloudObject, Writer
from stacks.build.mocked import recorded
from stacks.build.provider import CLIENT_CONFIG
from stacks.build.recording import CREDENTIALS, KUBECONFIG, named, unsigned_token
from stacks.parts.site import AZURE, Site

STACKS = ("shared", "dev", "staging", "prod")
TENANT = "00000000-0000-4000-8000-000000000000"
GET_PRINCIPAL = "azuread:index/getServicePrincipal:getServicePrincipal"
KEY = "a-key-that-azure-made"
SECOND_KEY = "another-key-that-azure-made"
LISTED: Mapping[str, dict[str, Any]] = {
    "azure-native:cognitiveservices:listAccountKeys": {"key1": KEY, "key2": SECOND_KEY},
    CREDENTIALS: {"kubeconfigs": [{"name": "clusterUser", "value": KUBECONFIG}]},
    "azure-native:cosmosdb:listDatabaseAccountKeys": {
        "primaryMasterKey": KEY,
        "primaryReadonlyMasterKey": KEY + "-to-read",
        "secondaryMasterKey": SECOND_KEY,
        "secondaryReadonlyMasterKey": SECOND_KEY + "-to-read",
    },
    "azure-native:storage:listStorageAccountKeys": {
        "keys": [{"keyName": "key1", "value": KEY}, {"keyName": "key2", "value": SECOND_KEY}]
    },
}
"""What functions answer that list keys; all others that do give two."""

CONTRACT: Mapping[str, Any] = {
    "registry_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myssharedacr",
    "registry_login_server": "myssharedacr.azurecr.io",
    "zone_id": "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/mys-shared-dns-rg-glob/providers"
    "/Microsoft.Network/dnszones/mystira.app",
    "zone_group": "mys-shared-dns-rg-glob",
    "mail_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/mail",
    "mail_endpoint": "https://mail.africa.communication.azure.com",
    "mail_sender": "DoNotReply@mail.mystira.app",
    "pipelines": {
        f"{stack}-{does}": guid(f"{stack}-{does}", "principal") for stack in STACKS for does in ("apply", "preview")
    },
}


def shared_access(namespace: str, rule: str, key: str, entity: str = "") -> str:
    """What Service Bus answers as a connection string; that of a queue or topic names it."""
    place = f";EntityPath={entity}" if entity else ""
    return f"Endpoint=sb://{namespace}.servicebus.windows.net/;SharedAccessKeyName={rule};SharedAccessKey={key}{place}"


class _NoLimits(Limits):
    """Limits that nobody has set."""

    def __init__(self) -> None:
        pass

    def login(self) -> Login:
        return Login()


class _Nothing(Writer):
    """A cloud without resources: what a behaviour computes here may not depend on others."""

    def __init__(self) -> None:
        self.limits = _NoLimits()

    def get(self, id: str) -> None:
        return None

    def of_type(self, token: str) -> list[CloudObject]:
        return []

    def below(self, id: str) -> list[CloudObject]:
        return []


_NOTHING = _Nothing()


def _unwrapped(value: Any) -> Any:
    """Inputs as a provider sees them: without the marks of secrets, which the SDK moves up to the outermost object."""
    if rpc.is_rpc_secret(value):
        return _unwrapped(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {key: _unwrapped(item) for key, item in value.items()}
    return [_unwrapped(item) for item in value] if isinstance(value, list) else value


def _name_of(provider: str | None) -> str:
    """The logical name of a provider, by its reference: URN and id."""
    return (provider or "").rpartition("::")[0].rpartition("::")[2]


def _type_and_name(urn: str) -> tuple[str, str]:
    """The type of a resource without those that it is part of, and its logical name."""
    before, _, name = urn.rpartition("::")
    return before.rpartition("::")[2].rpartition("$")[2], name


@dataclass(frozen=True)
class Registered:
    """One registration. ``inputs`` in camel case; ``parent`` the name of the parent, empty at the top, and its type.

    ``dependencies`` are logical names, ``ignored`` the paths whose changes are let go, ``imported`` the id
    of the live resource that is taken over. ``secrets`` are the paths of inputs that are marked as secret,
    ``secret_outputs`` the outputs; ``deleted_with`` is the name of the resource with which it goes, ``retained`` what
    stays when Pulumi forgets it.
    """

    type: str
    name: str
    inputs: Mapping[str, Any]
    parent: str
    parent_type: str
    dependencies: tuple[str, ...]
    awaits: frozenset[tuple[str, str]]
    """The same with their types: names alone repeat."""
    protect: bool
    ignored: tuple[str, ...]
    imported: str
    secrets: tuple[str, ...]
    secret_outputs: tuple[str, ...]
    deleted_with: str
    retained: bool
    provider: str
    """The name of its provider; empty: a default one, or that of a component."""
    replaced_on: tuple[str, ...]
    """The paths whose changes replace the resource, in addition to those of the schema."""


@dataclass
class Composition(mocks.Mocks):
    """What a program registered, in order, the functions it called, and what it exported."""

    login_tenant: str = TENANT
    subscription: str = ""
    tenants: dict[str, str] = field(default_factory=dict)
    """By key of a provider of Entra: its tenant."""
    references: Mapping[str, Any] = field(default_factory=lambda: {"contract": CONTRACT})
    resources: list[Registered] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    products: dict[str, Any] = field(default_factory=dict)
    """Where a plan was composed: what its parts make for vaults."""
    calls: list[str] = field(default_factory=list)
    site: Site | None = None
    """Where a plan was composed: what its builders filled. Its values are outputs of a program that has ended."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {"name": args.name, "outputs": dict(self.references), "secretOutputNames": []}
        if args.typ == "pulumi:providers:azuread":
            self.tenants[args.name] = str(args.inputs.get("tenantId"))
        if args.typ == "pulumi:providers:azure-native" and args.name == AZURE:
            self.subscription = str(args.inputs.get("subscriptionId"))
        if args.typ in BY_TOKEN:
            row = BY_TOKEN[args.typ]
            id = f"/{row.key}/{args.inputs[row.name_input]}"
            inputs = _unwrapped(args.inputs)
            request = Request(row, id, inputs, _NOTHING, self.login_tenant, None)
            made = BEHAVIOURS[args.typ].computed(request) if args.typ in BEHAVIOURS else {}
            return id, {"name": inputs[row.name_input], **to_outputs(inputs, lambda _: {}), **made}
        row = REGISTERED_BY_TOKEN.get(args.typ)
        if isinstance(row, DirectoryType):
            return self._directory_object(row, args)
        if isinstance(row, KubernetesType):
            return args.name, named(args.name, args.inputs)
        return args.name, dict(args.inputs)

    def _directory_object(self, row: DirectoryType, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        tenant = self.tenants[_name_of(args.provider)]
        inputs = _unwrapped(args.inputs)
        drawn = guid(tenant, row.key, args.name)
        id = id_for(row, drawn, inputs)
        request = entra.Request(row, id, drawn, inputs, _NOTHING, tenant, "", None)
        return id, {**inputs, "objectId": drawn, **ENTRA[row.token].computed(request)}

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        self.calls.append(args.token)
        if args.token == CLIENT_CONFIG:
            return {
                "tenantId": self.login_tenant if self.login_tenant != TENANT else self.tenants[_name_of(args.provider)]
            }
        if args.token == GET_PRINCIPAL:
            return graph(self.tenants[_name_of(args.provider)]).body
        if args.token in LISTED:
            return LISTED[args.token]
        if ":list" in args.token:
            namespace, rule = args.args.get("namespaceName", ""), args.args.get("authorizationRuleName", "")
            entity = args.args.get("queueName") or args.args.get("topicName") or ""
            keys = {"primary": KEY, "secondary": SECOND_KEY}
            strings = {
                f"{half}ConnectionString": shared_access(namespace, rule, key, entity) for half, key in keys.items()
            }
            return {**{f"{half}Key": key for half, key in keys.items()}, **strings}
        return {"token": unsigned_token(self.login_tenant)}

    def of(self, token: str) -> list[Registered]:
        """The resources of one type."""
        return [each for each in self.resources if each.type == token]

    def azure(self) -> list[Registered]:
        """Everything that is a resource at Azure."""
        return [each for each in self.resources if each.type.startswith("azure-native:")]

    def entra(self) -> list[Registered]:
        """Everything that is an object in a tenant."""
        return [each for each in self.resources if each.type.startswith("azuread:")]

    def kubernetes(self) -> list[Registered]:
        """Everything that is in the cluster."""
        return [each for each in self.resources if each.type.startswith("kubernetes:")]

    def named(self, name: str) -> Registered:
        """The Azure resource with this physical name."""
        found = [each for each in self.azure() if each.inputs.get(BY_TOKEN[each.type].name_input) == name]
        assert len(found) == 1, f"{len(found)} resources are called {name}"
        return found[0]


@functools.cache
def schema() -> Schema:
    """The SDK's schema, extracted once per machine."""
    return Schema(ensure_schema(Path(tempfile.gettempdir()) / "mystira-schema", lambda _: None))


def compose(program: Callable[[], Mapping[str, Any] | None], composition: Composition | None = None) -> Composition:
    """Run ``program`` under mocks. Raises what the program raises; fails on inputs that the SDK does not know."""
    result = composition or Composition()

    def seen(request: Any, _: Any) -> None:
        if request.type != "pulumi:pulumi:Stack":
            inputs, secrets = from_struct(request.object)
            result.resources.append(
                Registered(
                    request.type,
                    request.name,
                    inputs,
                    request.parent.rpartition("::")[2],
                    request.parent.rpartition("::")[0].rpartition("::")[2].rpartition("$")[2],
                    tuple(sorted(urn.rpartition("::")[2] for urn in request.dependencies)),
                    frozenset(_type_and_name(urn) for urn in request.dependencies),
                    bool(request.protect),
                    tuple(sorted(request.ignoreChanges)),
                    request.importId,
                    tuple(sorted(".".join(map(str, path)) for path in secrets)),
                    tuple(sorted(request.additionalSecretOutputs)),
                    request.deletedWith.rpartition("::")[2],
                    bool(request.retainOnDelete),
                    _name_of(request.provider),
                    tuple(sorted(request.replaceOnChanges)),
                )
            )

    result.outputs.update(recorded(program, result, seen, stack="test", preview=False))
    failures = [
        f"{each.type} {each.name}: {failure.property}: {failure.reason}"
        for each in (*result.azure(), *result.entra(), *(each for each in result.kubernetes() if each.type in TOKENS))
        for failure in schema().check(each.type, dict(each.inputs))
    ]
    assert not failures, "\n".join(failures)
    return result
