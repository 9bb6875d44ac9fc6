"""What a plan registers, without an engine: the build under Pulumi's own mocks."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi
from pulumi.output import Unknown
from pulumi.runtime import mocks, register_stack_transformation, rpc

from components.entra.graph_principal import LOOKUP
from components.facts.ids import made_id
from components.facts.model import KubernetesType, RegisteredType, ResourceType
from components.facts.types import REGISTERED_BY_TOKEN
from stacks.build.mocked import recorded
from stacks.build.provider import CLIENT_CONFIG
from stacks.build.run import guarded_build
from stacks.parts.contract.build import OUTPUT, stand_in
from stacks.plan.model import StackPlan

PRINCIPAL = "principal of "
"""What an object id begins with that only the deployment makes."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What the plan registers with any provider, as if it were not there yet."""

    row: RegisteredType
    name: str
    """Its logical name."""
    urn: str
    inputs: Mapping[str, Any]
    waits_for: frozenset[str]
    """The URNs that the engine finishes first: what its inputs read, what ``depends_on`` names, a parent that is a
    resource itself."""
    reads: frozenset[str]
    """Those of them that its inputs read."""
    id: str = ""
    """The id that it would get; empty where that is drawn when it is made."""
    part: str = ""
    """The key of the part whose builder registers it."""
    ignores: tuple[str, ...] = ()
    """The inputs of which the engine ignores changes."""
    protected: bool = False
    """Whether the engine refuses to delete it."""

    @property
    def key(self) -> str:
        """How `mystira:adopt` refers to it."""
        return f"{self.row.key}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Registration(Planned):
    """An Azure resource of the plan."""

    row: ResourceType
    physical: str
    """The name that it would get."""

    @property
    def adoptable(self) -> bool:
        """Whether its name is known before the deployment: not where it is that of a principal made by it."""
        return not self.physical.startswith(PRINCIPAL)


@dataclass(frozen=True)
class Call:
    """A function of the SDK that the program calls, such as one that lists keys."""

    token: str
    """Pulumi's token of the function."""
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Recording:
    """What a plan asks of Azure and Entra, as if nothing of it were there yet."""

    everything: tuple[Planned, ...]
    """In the order of registration."""
    calls: tuple[Call, ...]
    """In the order of the calls."""
    outputs: Mapping[str, Any]
    """The outputs of the stack."""
    scopes: Mapping[str, str] = field(default_factory=dict)
    """By key of what roles are granted at (``topic/AccountCreated``): its id."""
    principals: Mapping[str, str] = field(default_factory=dict)
    """By key of an identity (``identity/app``): what stands for its object id."""

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """The Azure resources, in the order of registration."""
        return tuple(each for each in self.everything if isinstance(each, Registration))


UNKNOWN = "<known after the deployment>"

CREDENTIALS = "azure-native:containerservice:listManagedClusterUserCredentials"

KUBECONFIG = base64.b64encode(
    b"clusters: [{name: c, cluster: {server: https://mystira.invalid, certificate-authority-data: bm9uZQ==}}]"
).decode()
"""What Azure answers for a cluster, as far as it is read."""


def unsigned_token(tenant: str) -> str:
    """What a login of ``tenant`` answers where there is no Azure: a token that nobody issued."""
    claims = json.dumps({"iss": "https://mystira.invalid/", "tid": tenant})
    return f".{base64.urlsafe_b64encode(claims.encode()).decode()}."


def named(name: str, inputs: Mapping[Any, Any]) -> dict[Any, Any]:
    """The inputs of an object in a cluster, with a name where pulumi-kubernetes makes one of its logical ``name``."""
    found = dict(inputs)
    described = found.get("metadata")
    if isinstance(described, dict) and "name" not in described:
        found["metadata"] = {**described, "name": f"{name}-{'0' * 8}"}
    return found


def _said(value: Any) -> Any:
    """Inputs with words where only the deployment knows a value."""
    if isinstance(value, dict):
        return {key: _said(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_said(item) for item in value]
    return UNKNOWN if isinstance(value, Unknown) else value


def tenant_of(provider: str, plan: StackPlan) -> str:
    """The tenant of a provider, by the reference that a function is called with: URN and id."""
    return next((each.id for each in plan.tenants if each.key == provider_key(provider)), "")


def provider_key(reference: str) -> str:
    """The key of a provider, by its reference: URN and id."""
    return reference.rpartition("::")[0].rpartition("::")[2]


@dataclass
class _Azure(mocks.Mocks):
    """Answers as Azure would at a first deployment, as far as ids and names go."""

    plan: StackPlan
    contract: Mapping[str, Any]
    """What `shared` says in its contract."""
    calls: list[Call] = field(default_factory=list)
    subscriptions: dict[str, str] = field(default_factory=dict)
    """By key of a provider of Azure: its subscription."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        inputs: Mapping[str, Any] = args.inputs
        row = REGISTERED_BY_TOKEN.get(args.typ)
        if args.typ == "pulumi:pulumi:StackReference":
            contract = {**stand_in(self.plan), **self.contract}
            return args.name, {"name": args.name, "outputs": {OUTPUT: contract}, "secretOutputNames": []}
        if args.typ == "pulumi:providers:azure-native":
            self.subscriptions[args.name] = str(inputs["subscriptionId"])
        if not isinstance(row, ResourceType):
            return args.name, named(args.name, inputs) if isinstance(row, KubernetesType) else dict(inputs)
        name = str(inputs[row.name_input])
        # The state of what has been written: keys are listed only of what has one.
        known = {"name": name, "principalId": f"{PRINCIPAL}{name}", "provisioningState": "Succeeded"}
        return self.id(row, inputs, args.provider or ""), known

    def id(self, row: ResourceType, inputs: Mapping[str, Any], provider: str) -> str:
        return made_id(row, {**inputs, "subscriptionId": self.subscriptions[provider_key(provider)]})

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """The login, or keys: every function that lists some answers in one of these forms."""
        if args.token == CLIENT_CONFIG:
            return {"tenantId": tenant_of(args.provider, self.plan)}, []
        if args.token == LOOKUP:
            return {"objectId": f"{PRINCIPAL}{args.args['clientId']}"}, []
        self.calls.append(Call(args.token, dict(args.args)))
        if args.token == CREDENTIALS:
            return {"kubeconfigs": [{"name": "clusterUser", "value": KUBECONFIG}]}, []
        login = {"token": unsigned_token(self.plan.tenant_id)}
        names = ("key1", "key2")
        halves = {f"{half}{what}": "" for half in ("primary", "secondary") for what in ("Key", "ConnectionString")}
        return {**login, **halves, "keys": [{"keyName": name, "value": ""} for name in names]}, []


def registrations_of(plan: StackPlan) -> list[Registration]:
    """Every Azure resource of ``plan`` as if none of them were there yet, in the order of registration."""
    return list(recording_of(plan).registrations)


def recording_of(plan: StackPlan, contract: Mapping[str, Any] | None = None) -> Recording:
    """What ``plan`` asks of Azure. ``contract`` is what `shared` exports (:data:`~stacks.parts.contract.build.OUTPUT`);
    without it, its fields stand for themselves."""
    azure, found, resources = _Azure(plan, contract or {}), list[Planned](), set[str]()
    building, made_by = [""], dict[tuple[str, str], str]()

    def attributed(args: pulumi.ResourceTransformationArgs) -> None:
        made_by[args.type_, args.name] = building[-1]

    def seen(request: Any, response: Any) -> None:
        row = REGISTERED_BY_TOKEN.get(request.type)
        if row is None:
            return
        inputs = rpc.deserialize_properties(request.object)
        inputs = _said(inputs) if isinstance(row, KubernetesType) else inputs
        reads = {urn for each in request.propertyDependencies.values() for urn in each.urns}
        parent = {request.parent} & resources
        resources.add(response.urn)
        common = {
            "name": request.name,
            "urn": response.urn,
            "inputs": inputs,
            "waits_for": frozenset({*request.dependencies, *reads, *parent}),
            "reads": frozenset(reads),
            "part": made_by.get((request.type, request.name), ""),
            "ignores": tuple(request.ignoreChanges),
            "protected": request.protect,
        }
        if isinstance(row, ResourceType):
            physical = str(inputs[row.name_input])
            found.append(Registration(row=row, physical=physical, id=azure.id(row, inputs, request.provider), **common))
        else:
            found.append(Planned(row=row, **common))

    unadopted = replace(plan, adopt={}, phases={})

    def program() -> Mapping[str, Any]:
        register_stack_transformation(attributed)
        site = guarded_build(unadopted, hooks=False, begins=building.append)
        return {"outputs": dict(site.outputs), "scopes": dict(site.resources), "principals": dict(site.principals)}

    made = recorded(
        program,
        azure,
        seen,
        stack=plan.stack,
        preview=True,
        unknown_leaves=True,
    )
    scopes, principals = _known(made["scopes"]), _known(made["principals"])
    return Recording(tuple(found), tuple(azure.calls), made["outputs"], scopes, principals)


def _known(values: Mapping[str, Any]) -> Mapping[str, str]:
    """Those that the plan knows before the deployment."""
    return {key: value for key, value in values.items() if isinstance(value, str)}
